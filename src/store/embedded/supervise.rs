//! Keeps the cluster up: starts it, restarts it when it ends by itself, stops it when asked or
//! when nobody holds the cluster any more. Runs on a thread of its own, so that the cluster
//! doesn't depend on the runtime that happened to start it (every test has its own) and its file
//! work blocks nobody. Must never touch the data.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;
use tracing::{error, info, warn};

use super::Settings;
use super::error::EmbeddedError;
use super::launch::Launch;
use super::postmaster::Postmaster;

/// Launches tried in a row before the first start fails: a few seconds.
const START_ATTEMPTS_MAX: u32 = 6;
/// Launches tried in a row before a running server's cluster is given up: more than a minute.
const RESTART_ATTEMPTS_MAX: u32 = 20;
/// The pause before the second attempt; it doubles from there.
const BACKOFF_MIN: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// A postmaster that ran this long had started well; its end begins a new row of attempts.
const STEADY_AGE: Duration = Duration::from_secs(60);

/// What the cluster is doing.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Between two postmasters.
    Starting,
    /// Accepting connections.
    Running { pid: u32 },
    /// Stopped on request.
    Stopped,
    /// Given up; the reason.
    Lost { attempts: u32, last: String },
}

/// The supervisor's ends of the channels to the cluster.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) stop: watch::Receiver<bool>,
    pub(super) state: watch::Sender<State>,
    pub(super) started: oneshot::Sender<Result<Arc<Launch>, EmbeddedError>>,
}

/// The thread's whole life.
pub(super) fn run(settings: &Settings, ends: Ends) {
    match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(supervise(settings, ends)),
        Err(source) => {
            let error = EmbeddedError::io("start a runtime for", &settings.data_dir)(source);
            // Nobody waits any more: then nobody needs the cluster either.
            let _ = ends.started.send(Err(error));
        }
    }
}

async fn supervise(settings: &Settings, ends: Ends) {
    let Ends { stop, state, started } = ends;
    let (launch, lock) = match Launch::prepare(settings).await {
        Ok((launch, lock)) => (Arc::new(launch), lock),
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let mut keeper = Keeper { launch, stop, state, attempt: 0 };
    let last = match keeper.bring_up(START_ATTEMPTS_MAX).await {
        Ok(postmaster) => {
            info!(
                process.id = postmaster.pid(), data_dir = %keeper.launch.home.path().display(),
                "the embedded postgres accepts connections"
            );
            // Before the answer: its receiver may ask for the process id at once.
            keeper.state.send_replace(State::Running { pid: postmaster.pid() });
            // When the receiver has gone, so has the stop channel's sender: that stops it.
            let _ = started.send(Ok(Arc::clone(&keeper.launch)));
            keeper.keep(postmaster).await
        }
        Err(error) => {
            let _ = started.send(Err(error));
            State::Stopped
        }
    };
    // First the lock: whoever sees the state may start anew at once.
    drop(lock);
    keeper.state.send_replace(last);
}

struct Keeper {
    launch: Arc<Launch>,
    stop: watch::Receiver<bool>,
    state: watch::Sender<State>,
    /// Launches since the last steady one.
    attempt: u32,
}

impl Keeper {
    /// Watches one postmaster after the other until asked to stop or until it has to give up.
    async fn keep(&mut self, mut postmaster: Postmaster) -> State {
        loop {
            self.state.send_replace(State::Running { pid: postmaster.pid() });
            let how = tokio::select! {
                how = postmaster.ended() => how,
                () = asked(&mut self.stop) => {
                    postmaster.stop().await;
                    return State::Stopped;
                }
            };
            warn!(process.id = postmaster.pid(), how, "postgres ended unexpectedly; restarting it");
            self.state.send_replace(State::Starting);
            self.attempt = if postmaster.age() >= STEADY_AGE { 0 } else { self.attempt };
            postmaster.stop().await;
            if self.attempt >= RESTART_ATTEMPTS_MAX {
                error!(attempts = self.attempt, "postgres keeps ending; giving up on it");
                return State::Lost { attempts: self.attempt, last: how };
            }
            postmaster = match self.bring_up(RESTART_ATTEMPTS_MAX).await {
                Ok(postmaster) => postmaster,
                Err(EmbeddedError::Cancelled) => return State::Stopped,
                Err(failure) => {
                    let attempts = self.attempt;
                    error!(attempts, error = %failure, "giving up on postgres");
                    return State::Lost { attempts, last: failure.to_string() };
                }
            };
            info!(process.id = postmaster.pid(), "postgres is back");
        }
    }

    /// Launches until one accepts connections, `attempts_max` times at most since the last
    /// steady one.
    async fn bring_up(&mut self, attempts_max: u32) -> Result<Postmaster, EmbeddedError> {
        loop {
            let pause = backoff(self.attempt);
            self.attempt += 1;
            tokio::select! {
                () = sleep(pause) => {}
                () = asked(&mut self.stop) => return Err(EmbeddedError::Cancelled),
            }
            let failure = match self.launch_once().await {
                Ok(postmaster) => return Ok(postmaster),
                Err(failure) => failure,
            };
            if !failure.may_pass() || self.attempt >= attempts_max {
                return Err(failure);
            }
            warn!(attempt = self.attempt, error = %failure, "postgres did not start; trying again");
        }
    }

    /// Never drops a running postmaster: whatever stops the wait stops it too.
    async fn launch_once(&mut self) -> Result<Postmaster, EmbeddedError> {
        let mut postmaster = self.launch.spawn().await?;
        let ready = tokio::select! {
            ready = postmaster.ready(&self.launch) => ready,
            () = asked(&mut self.stop) => Err(EmbeddedError::Cancelled),
        };
        match ready {
            Ok(()) => Ok(postmaster),
            Err(failure) => {
                postmaster.stop().await;
                Err(failure)
            }
        }
    }
}

/// Resolves when the cluster is asked to stop, or when nobody holds it any more.
async fn asked(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender has gone, which means the same.
    let _ = stop.wait_for(|asked| *asked).await;
}

/// The pause before an attempt; none before the first.
fn backoff(attempt: u32) -> Duration {
    match attempt {
        0 => Duration::ZERO,
        more => BACKOFF_MIN.saturating_mul(2u32.saturating_pow(more - 1)).min(BACKOFF_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_is_bounded() {
        let pauses: Vec<Duration> = (0..RESTART_ATTEMPTS_MAX).map(backoff).collect();
        assert_eq!(pauses[0], Duration::ZERO);
        assert_eq!(pauses[1], BACKOFF_MIN);
        assert!(pauses.is_sorted());
        assert_eq!(pauses.last(), Some(&BACKOFF_MAX));
    }
}
