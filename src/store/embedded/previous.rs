//! Deals with what an earlier postmaster left: itself, when its server was killed, or only its
//! pid file. Must never signal a process that isn't a postmaster of this very cluster: after a
//! reboot the number in the file may be anybody's. Called before every launch.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::error::EmbeddedError;
use super::postmaster::{STOP_FAST_LIMIT, STOP_IMMEDIATE_LIMIT};

/// It isn't our child, so its end can only be seen by looking.
const GONE_POLL: Duration = Duration::from_millis(50);

/// What is known of a process.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    Postmaster,
    Stranger,
    Unknown,
}

/// Leaves the cluster without a running postmaster and without a misleading pid file.
pub(super) async fn clear(cluster: &Path) -> Result<(), EmbeddedError> {
    let file = cluster.join("postmaster.pid");
    let Some(pid) = pid_in(&file) else {
        return Ok(());
    };
    match holder(pid, cluster).await {
        Holder::Postmaster => stop(pid, cluster).await,
        Holder::Stranger => {
            // PostgreSQL only asks whether the number is alive and would refuse to start. Its
            // other guard, the shared memory named after the folder, stays.
            warn!(process.id = pid, "removing a pid file whose number now belongs to another");
            fs::remove_file(&file).map_err(EmbeddedError::io("remove", &file))
        }
        // Gone, or not for us to see: PostgreSQL judges by itself.
        Holder::Unknown => Ok(()),
    }
}

async fn stop(pid: i32, cluster: &Path) -> Result<(), EmbeddedError> {
    info!(process.id = pid, "stopping the postgres that an earlier run left behind");
    let steps = [(Signal::SIGINT, STOP_FAST_LIMIT), (Signal::SIGQUIT, STOP_IMMEDIATE_LIMIT)];
    for (signal, limit) in steps {
        // An error means that it has gone meanwhile, or the check below finds that it hasn't.
        let _ = kill(Pid::from_raw(pid), signal);
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if holder(pid, cluster).await != Holder::Postmaster {
                return Ok(());
            }
            sleep(GONE_POLL).await;
        }
    }
    Err(EmbeddedError::PreviousStays { cluster: cluster.to_owned(), pid })
}

/// The postmaster's id; a standalone backend writes a negative one, which is left to PostgreSQL.
fn pid_in(file: &Path) -> Option<i32> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 0)
}

/// A postmaster is known by its arguments: it is always started with the cluster's full path,
/// and arguments can be read without the right to trace a process of another user.
#[cfg(target_os = "linux")]
async fn holder(pid: i32, cluster: &Path) -> Holder {
    use std::os::unix::ffi::OsStrExt;
    match fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line)
            if line.split(|byte| *byte == 0).any(|arg| arg == cluster.as_os_str().as_bytes()) =>
        {
            Holder::Postmaster
        }
        // Empty for one that has ended and waits for its parent.
        Ok(_) => Holder::Stranger,
        Err(_) => Holder::Unknown,
    }
}

#[cfg(not(target_os = "linux"))]
async fn holder(pid: i32, cluster: &Path) -> Holder {
    let mut command = tokio::process::Command::new("ps");
    command.args(["-ww", "-o", "args=", "-p", &pid.to_string()]);
    match super::account::output(command, Duration::from_secs(10)).await {
        Ok(answer) if !answer.status.success() => Holder::Unknown,
        Ok(answer) => {
            let line = String::from_utf8_lossy(&answer.stdout).into_owned();
            if line.contains(&*cluster.to_string_lossy()) {
                Holder::Postmaster
            } else {
                Holder::Stranger
            }
        }
        Err(_) => Holder::Unknown,
    }
}
