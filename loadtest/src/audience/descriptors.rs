//! File descriptors: every viewer takes one, and shells hand out too few.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// How many the tool needs besides its viewers': buyers' connections, files, pollers.
const BESIDE_VIEWERS: u64 = 300;

/// So many sockets don't fit into one process here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{wanted} viewers don't fit: this process may have {limit} file descriptors, so {fit} viewers \
     do. Raise the hard limit (`ulimit -Hn`) or run several processes"
)]
pub struct TooFewDescriptors {
    /// How many viewers were asked for.
    pub wanted: u64,
    /// The hard limit.
    pub limit: u64,
    /// How many viewers fit.
    pub fit: u64,
}

/// Takes as many descriptors as the process may have, and refuses what doesn't fit.
///
/// # Errors
/// When the hard limit is too low for so many viewers.
pub fn make_room(viewers: usize) -> Result<(), TooFewDescriptors> {
    // A system that doesn't tell its limit is tried.
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return Ok(()) };
    let raised = soft >= hard || setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    let limit = if raised { soft.max(hard) } else { soft };
    let wanted = viewers as u64;
    if wanted.saturating_add(BESIDE_VIEWERS) > limit {
        return Err(TooFewDescriptors { wanted, limit, fit: limit.saturating_sub(BESIDE_VIEWERS) });
    }
    Ok(())
}
