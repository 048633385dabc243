//! One running `postgres` and the small process that outlives us to stop it. Must never restart
//! anything: that is the supervisor's. Made by a launch, owned by the supervisor.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStdin};
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use tracing::warn;

use super::account::Account;
use super::error::EmbeddedError;
use super::launch::Launch;

/// Fast shutdown ends the sessions and writes a checkpoint.
pub(super) const STOP_FAST_LIMIT: Duration = Duration::from_secs(8);
/// Immediate shutdown writes nothing; the next start replays the log.
pub(super) const STOP_IMMEDIATE_LIMIT: Duration = Duration::from_secs(5);
/// Long, because replaying the log after a crash can take minutes and must not be cut off.
const READY_LIMIT: Duration = Duration::from_secs(300);
const READY_POLL: Duration = Duration::from_millis(50);
/// One attempt to connect over the local socket.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How much of the log goes into an error message.
const LOG_TAIL_BYTES_MAX: u64 = 4096;
const LOG_TAIL_LINES_MAX: usize = 8;

/// Waits until our end of the pipe closes, which it does however we end, then asks this one
/// postmaster to stop. The comparison keeps it from stopping a successor.
const WATCHDOG_SCRIPT: &str = r#"
trap '' HUP INT
read -r line
read -r pid <"$1" && [ "$pid" = "$2" ] && kill -INT "$pid"
"#;

/// A `postgres` that we started.
#[derive(Debug)]
pub(super) struct Postmaster {
    child: Child,
    pid: u32,
    watchdog: Option<Watchdog>,
    log_from: u64,
    started: Instant,
}

impl Postmaster {
    pub(super) fn new(child: Child, log_from: u64) -> Self {
        // Known until the child has been waited for, which nobody has yet.
        let pid = child.id().unwrap_or_default();
        Self { child, pid, watchdog: None, log_from, started: Instant::now() }
    }

    pub(super) fn guard(&mut self, watchdog: Watchdog) {
        self.watchdog = Some(watchdog);
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// How long ago it was started.
    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits until it accepts connections. May be dropped half-way without harm.
    pub(super) async fn ready(&mut self, launch: &Launch) -> Result<(), EmbeddedError> {
        let log_from = self.log_from;
        tokio::select! {
            status = self.child.wait() => Err(EmbeddedError::Exited {
                status: described(status),
                log: launch.home.log_file(),
                tail: log_tail(&launch.home.log_file(), log_from),
            }),
            answer = timeout(READY_LIMIT, connected(launch)) => answer.unwrap_or_else(|_| {
                Err(EmbeddedError::NotReady {
                    limit: READY_LIMIT,
                    log: launch.home.log_file(),
                    tail: log_tail(&launch.home.log_file(), log_from),
                })
            }),
        }
    }

    /// Waits for its end and says how it ended. May be dropped half-way without harm.
    pub(super) async fn ended(&mut self) -> String {
        described(self.child.wait().await)
    }

    /// Stops it if it still runs, harder with every step, and then its watchdog.
    pub(super) async fn stop(mut self) {
        let steps = [(Signal::SIGINT, STOP_FAST_LIMIT), (Signal::SIGQUIT, STOP_IMMEDIATE_LIMIT)];
        let mut ended = false;
        for (signal, limit) in steps {
            self.signal(signal);
            ended = timeout(limit, self.child.wait()).await.is_ok();
            if ended {
                break;
            }
            warn!(process.id = self.pid, %signal, "postgres did not stop in time");
        }
        if !ended && let Err(error) = self.child.kill().await {
            warn!(process.id = self.pid, %error, "could not kill postgres");
        }
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.end().await;
        }
    }

    fn signal(&self, signal: Signal) {
        // No id any more once it has been waited for: the number may be another's by then.
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid {
            // It can only fail because the process has gone.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

/// The process that stops the postmaster when we can't. Not the kernel's parent-death signal:
/// that one fires when the spawning thread ends and is lost on a change of user.
#[derive(Debug)]
pub(super) struct Watchdog {
    child: Child,
    /// Its closing is the signal. Closed on exec, so no program of ours can hold it open.
    _pipe: Option<ChildStdin>,
}

impl Watchdog {
    pub(super) fn spawn(account: &Account, home: &Path, pid: u32) -> Result<Self, EmbeddedError> {
        let shell = Path::new("/bin/sh");
        let mut command = account.command(shell, home);
        command
            .args(["-c", WATCHDOG_SCRIPT, "seatmap-watchdog"])
            .arg(home.join("cluster").join("postmaster.pid"))
            .arg(pid.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(EmbeddedError::io("run", shell))?;
        let pipe = child.stdin.take();
        Ok(Self { child, _pipe: pipe })
    }

    /// Ends it before its pipe closes, so that it does nothing.
    async fn end(mut self) {
        if let Err(error) = self.child.kill().await {
            warn!(%error, "could not end the watchdog of postgres");
        }
    }
}

/// Tries to connect until it works; a real connection is the only proof that others can.
async fn connected(launch: &Launch) -> Result<(), EmbeddedError> {
    let mut config = launch.config("postgres");
    config.connect_timeout(CONNECT_LIMIT);
    loop {
        match timeout(CONNECT_LIMIT, config.connect(NoTls)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) if error.code() == Some(&SqlState::INVALID_PASSWORD) => {
                return Err(EmbeddedError::PasswordRejected { path: launch.home.password_file() });
            }
            // Not listening yet, or replaying its log.
            Ok(Err(_)) | Err(_) => sleep(READY_POLL).await,
        }
    }
}

fn described(status: std::io::Result<ExitStatus>) -> String {
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}

/// The last lines written since `from`.
fn log_tail(path: &Path, from: u64) -> String {
    let read = || {
        let mut file = File::open(path)?;
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(from.max(end.saturating_sub(LOG_TAIL_BYTES_MAX))))?;
        let mut bytes = Vec::new();
        file.take(LOG_TAIL_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES_MAX)..].join(" | ")
}
