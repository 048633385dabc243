//! What can go wrong with the embedded cluster. The composition root shows these messages to the
//! person who started the server, so each one names what is wrong and what to do. Must never
//! carry the password.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the embedded cluster could not be started or kept running.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No folder with both `postgres` and `initdb` was found.
    #[error(
        "no PostgreSQL server programs (postgres and initdb) found; looked in {searched}. \
         Install them (Debian and Ubuntu: apt-get install postgresql; Fedora and RHEL: \
         dnf install postgresql-server; Homebrew: brew install postgresql), set PG_BIN_DIR to \
         the folder that holds them, or name a database of your own"
    )]
    NoBinaries {
        /// The folders looked into.
        searched: String,
    },
    /// The installed server is older than this program can use.
    #[error(
        "PostgreSQL {found} in {dir} is too old: version {minimum} or newer is needed; \
         install a newer one or set PG_BIN_DIR to its programs"
    )]
    TooOld {
        /// Where the programs are.
        dir: PathBuf,
        /// Their major version.
        found: u32,
        /// The oldest major version that works.
        minimum: u32,
    },
    /// The data folder belongs to a major version that is not installed.
    #[error(
        "the cluster in {cluster} was made by PostgreSQL {made_by}, but only PostgreSQL \
         {installed} is installed; install PostgreSQL {made_by} (or set PG_BIN_DIR to it), or \
         move the data to the new version with pg_upgrade or pg_dumpall"
    )]
    OtherMajor {
        /// The cluster's folder.
        cluster: PathBuf,
        /// The major version in its PG_VERSION file.
        made_by: u32,
        /// The major versions found on this machine.
        installed: String,
    },
    /// Started by root, and there is no ordinary user to run PostgreSQL as.
    #[error(
        "PostgreSQL refuses to run as root, and neither the user postgres nor seatmap exists; \
         make one (useradd --system seatmap) or start this program as an ordinary user"
    )]
    NoAccount,
    /// The data folder holds a cluster that the user PostgreSQL runs as can't reach.
    #[error(
        "the user {user} can't reach the cluster in {path}: a folder above it is closed to that \
         user; open it (chmod o+x) or move the data folder"
    )]
    Unreachable {
        /// The data folder.
        path: PathBuf,
        /// The user PostgreSQL would run as.
        user: String,
    },
    /// Another process holds the data folder.
    #[error(
        "the data folder {path} is in use by process {pid}; stop that one first or choose \
         another data folder"
    )]
    InUse {
        /// The data folder.
        path: PathBuf,
        /// The process id written in the lock file.
        pid: String,
    },
    /// The cluster exists, but its password file does not.
    #[error(
        "the cluster's password file {path} is missing or empty; put it back from a backup of \
         the data folder"
    )]
    PasswordMissing {
        /// Where the file should be.
        path: PathBuf,
    },
    /// The cluster does not accept the password in its password file.
    #[error("the cluster rejects the password in {path}; somebody changed one of the two")]
    PasswordRejected {
        /// The password file.
        path: PathBuf,
    },
    /// `initdb` failed.
    #[error("initdb could not make a cluster in {path}: {output}")]
    Initdb {
        /// The folder it was to fill.
        path: PathBuf,
        /// What it said.
        output: String,
    },
    /// `postgres` ended before it accepted connections.
    #[error("postgres ended while starting ({status}); its log {log} says: {tail}")]
    Exited {
        /// Its exit status.
        status: String,
        /// The log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// `postgres` runs but did not accept connections in time.
    #[error(
        "postgres accepted no connection within {} s; its log {log} says: {tail}",
        limit.as_secs()
    )]
    NotReady {
        /// How long was waited.
        limit: Duration,
        /// The log file.
        log: PathBuf,
        /// The last lines of the log.
        tail: String,
    },
    /// A postmaster left by an earlier run does not end.
    #[error("an earlier postgres (process {pid}) on {cluster} does not stop; end it by hand")]
    PreviousStays {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Its process id.
        pid: i32,
    },
    /// The folder for the Unix socket belongs to somebody else.
    #[error("{path} can't hold the Unix socket: it is not a folder owned by {user}; remove it")]
    SocketDir {
        /// The folder.
        path: PathBuf,
        /// Who should own it.
        user: String,
    },
    /// No loopback port is free.
    #[error("no free loopback TCP port between {first} and {last}")]
    NoPort {
        /// The lowest port tried.
        first: u16,
        /// The highest port tried.
        last: u16,
    },
    /// Restarting was tried as often as allowed.
    #[error("gave up on postgres after {attempts} attempts; the last one: {last}")]
    GaveUp {
        /// How many attempts were made.
        attempts: u32,
        /// The last failure.
        last: String,
    },
    /// The start was called off.
    #[error("the start of the embedded cluster was cancelled")]
    Cancelled,
    /// The supervising thread ended without saying why.
    #[error("the thread that supervises the embedded cluster ended unexpectedly")]
    SupervisorGone,
    /// The operating system refused something.
    #[error("could not {action} {path}: {source}")]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file, folder or program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl EmbeddedError {
    /// For `map_err`: names the action and the path of an I/O error.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// Whether the same launch may succeed a moment later: backends orphaned by a killed
    /// postmaster hold the shared memory until they notice.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Exited { .. } | Self::Io { .. })
    }
}
