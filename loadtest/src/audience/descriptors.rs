//! File descriptors: every viewer takes one, and shells hand out too few.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// How many the tool needs besides its connections': files, pollers, audits.
const BESIDE_CONNECTIONS: u64 = 300;

/// So many sockets don't fit into one process here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{viewers} viewers don't fit: this process may have {limit} file descriptors, so {fit} viewers \
     do beside {connections} connections of buyers. Raise the hard limit (`ulimit -Hn`) or run \
     several processes"
)]
pub struct TooFewDescriptors {
    /// How many viewers were asked for.
    pub viewers: u64,
    /// How many connections of buyers and writers there may be.
    pub connections: u64,
    /// The hard limit.
    pub limit: u64,
    /// How many viewers fit.
    pub fit: u64,
}

/// Takes as many descriptors as the process may have, and refuses what doesn't fit.
///
/// # Errors
/// When the hard limit is too low for so many viewers and connections.
pub fn make_room(viewers: usize, connections: usize) -> Result<(), TooFewDescriptors> {
    // A system that doesn't tell its limit is tried.
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    let raised = soft >= hard || setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    let limit = if raised { soft.max(hard) } else { soft };
    fits(viewers as u64, connections as u64, limit)
}

fn fits(viewers: u64, connections: u64, limit: u64) -> Result<(), TooFewDescriptors> {
    let fit = limit.saturating_sub(connections.saturating_add(BESIDE_CONNECTIONS));
    if viewers > fit {
        return Err(TooFewDescriptors { viewers, connections, limit, fit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_fit_does_and_one_more_does_not() {
        let error = fits(30_000, 200, 20_000).unwrap_err();
        assert_eq!((error.viewers, error.fit), (30_000, 19_500));
        assert!(error.to_string().starts_with("30000 viewers don't fit"), "{error}");
        assert_eq!(fits(error.fit, 200, 20_000), Ok(()));
        assert_eq!(
            fits(error.fit + 1, 200, 20_000),
            Err(TooFewDescriptors { viewers: 19_501, ..error })
        );
        assert!(fits(1, u64::MAX, 20_000).is_err());
    }
}
