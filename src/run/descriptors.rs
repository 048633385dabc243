//! File descriptors: every viewer takes one, and shells hand out too few.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// How many the server needs besides its viewers' and callers': connections of the database, files,
/// logs.
const BESIDE: u64 = 1_000;

/// Takes as many descriptors as this process may have, and says so when that is too few.
pub(super) fn raise(viewers_max: u64, connections_max: u64) {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
    let raised = soft >= hard || setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    let limit = if raised { soft.max(hard) } else { soft };
    if limit < viewers_max + connections_max + BESIDE {
        tracing::warn!(
            limit,
            viewers_max,
            connections_max,
            "too few file descriptors for as many viewers and connections: raise `ulimit -n`, or \
             lower VIEWERS_MAX or CONNECTIONS_MAX"
        );
    }
}
