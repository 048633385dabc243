//! A private PostgreSQL cluster for those who name no database: found, made, started, kept up and
//! stopped by this program. Must never weaken the cluster's durability (fsync stays on) and never
//! signal or remove what isn't its own. Called by the composition root and by the tests.
//!
//! The data folder holds `cluster` (PostgreSQL's own), `password`, `port`, `lock`, `postgres.log`
//! and, when its path is short enough, `socket`.

mod account;
mod binaries;
mod error;
mod home;
mod initdb;
mod launch;
mod postmaster;
mod previous;
mod supervise;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use tokio::sync::{oneshot, watch};

pub use self::error::EmbeddedError;
use self::launch::Launch;
use self::supervise::{Ends, State};

/// Where the cluster lives and whose programs run it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder that holds the cluster and all that goes with it; made when it doesn't exist.
    pub data_dir: PathBuf,
    /// The folder with `postgres` and `initdb`; searched for in the usual places when `None`.
    pub bin_dir: Option<PathBuf>,
}

/// A running private cluster. Dropping it stops PostgreSQL in the background; [`Cluster::stop`]
/// waits for that. When this process is killed, a watchdog process stops PostgreSQL.
#[derive(Debug)]
pub struct Cluster {
    launch: Arc<Launch>,
    stop: watch::Sender<bool>,
    state: watch::Receiver<State>,
}

impl Cluster {
    /// Starts the cluster, making or recovering it first where needed, and waits until it accepts
    /// connections. It then is kept up: a postmaster that ends by itself is started again with
    /// the same socket, port and password.
    ///
    /// # Errors
    ///
    /// When another process holds the data folder, when no usable PostgreSQL is installed, or
    /// when it doesn't start; see [`EmbeddedError`].
    pub async fn start(settings: Settings) -> Result<Self, EmbeddedError> {
        let (stop, stop_seen) = watch::channel(false);
        let (state_said, state) = watch::channel(State::Starting);
        let (started, start) = oneshot::channel();
        let ends = Ends { stop: stop_seen, state: state_said, started };
        let data_dir = settings.data_dir.clone();
        thread::Builder::new()
            .name("embedded-postgres".to_owned())
            .spawn(move || supervise::run(&settings, ends))
            .map_err(EmbeddedError::io("start a thread for", &data_dir))?;
        let launch = start.await.map_err(|_| EmbeddedError::SupervisorGone)??;
        Ok(Self { launch, stop, state })
    }

    /// How to reach a database of this cluster over its Unix socket, as its superuser.
    pub fn config(&self, database: &str) -> tokio_postgres::Config {
        self.launch.config(database)
    }

    /// The loopback TCP URL for psql and other programs. It holds the password: not for logs.
    pub fn url(&self, database: &str) -> String {
        self.launch.url(database)
    }

    /// The data folder as it really is: not the one asked for when PostgreSQL's user can't reach
    /// that.
    pub fn data_dir(&self) -> &Path {
        self.launch.home.path()
    }

    /// The folder of the Unix socket; only the user PostgreSQL runs as (and root) can enter it.
    pub fn socket_dir(&self) -> &Path {
        &self.launch.socket_dir
    }

    /// The process id of the postmaster; `None` while there is none that accepts connections.
    pub fn postmaster_pid(&self) -> Option<u32> {
        match *self.state.borrow() {
            State::Running { pid } => Some(pid),
            State::Starting | State::Stopped | State::Lost { .. } => None,
        }
    }

    /// Resolves when restarting PostgreSQL has been given up, with the reason; never after a
    /// [`Cluster::stop`].
    pub async fn lost(&self) -> EmbeddedError {
        let mut state = self.state.clone();
        let ended = state.wait_for(|state| matches!(state, State::Stopped | State::Lost { .. }));
        match ended.await.map(|state| state.clone()) {
            Ok(State::Lost { attempts, last }) => EmbeddedError::GaveUp { attempts, last },
            Ok(_) => std::future::pending().await,
            Err(_) => EmbeddedError::SupervisorGone,
        }
    }

    /// Stops PostgreSQL and waits for its end: sessions are ended and a checkpoint is written
    /// (8 s at most), else it is stopped at once and recovers at the next start. Calling it again
    /// does no harm.
    ///
    /// # Errors
    ///
    /// When the supervising thread has died; its watchdog then has stopped PostgreSQL.
    pub async fn stop(&self) -> Result<(), EmbeddedError> {
        self.stop.send_replace(true);
        let mut state = self.state.clone();
        let ended = state.wait_for(|state| matches!(state, State::Stopped | State::Lost { .. }));
        ended.await.map(drop).map_err(|_| EmbeddedError::SupervisorGone)
    }
}
