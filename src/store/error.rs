//! What can go wrong between here and PostgreSQL, sorted by what the caller may do about it.

use deadpool_postgres::PoolError;
use tokio_postgres::error::{Severity, SqlState};

/// A failure of the database or of the way to it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection could be had, or the one in use was lost. Trying again may help.
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// The connection was lost while a commit was under way: it may have happened.
    #[error("the commit's answer was lost")]
    CommitLost,
    /// Waited as long as it may, for a connection or for the database.
    #[error("the database took too long")]
    TimedOut,
    /// Too many wait already. Nothing happened.
    #[error("too many requests are waiting")]
    Overloaded,
    /// Another transaction holds a row that this one needs. Nothing is kept waiting for it here.
    #[error("a row is held by another transaction")]
    Locked,
    /// The database gave up this transaction in favour of another; trying again helps.
    #[error("the transaction has to be tried again: {0}")]
    Retry(#[source] tokio_postgres::Error),
    /// The database has run out of something: room on its disk, memory, connections. Trying again
    /// helps once it has more.
    #[error("the database has run out of resources: {}", describe(.0))]
    Exhausted(#[source] tokio_postgres::Error),
    /// The database refused: a bug here, or a constraint that does its work.
    #[error("the database refused a statement: {}", describe(.0))]
    Refused(#[source] tokio_postgres::Error),
    /// What was read can't be.
    #[error("the database holds what can't be: {0}")]
    Corrupt(String),
}

/// The class of SQLSTATEs that say so. A statement that ends with one was rolled back, a COMMIT too:
/// after it is on record PostgreSQL fails by hanging up only.
const INSUFFICIENT_RESOURCES: &str = "53";

fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            // Without an answer of the server's it is the connection that failed, or a value
            // that doesn't convert; the latter is a bug and says so when tried again.
            return if error.is_closed() || std::error::Error::source(&error).is_some_and(is_io) {
                Self::Unavailable(error.to_string())
            } else {
                Self::Refused(error)
            };
        };
        match *db.code() {
            SqlState::QUERY_CANCELED => Self::TimedOut,
            SqlState::LOCK_NOT_AVAILABLE => Self::Locked,
            SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
                Self::Retry(error)
            }
            _ if ends_connection(db) => Self::Unavailable(db.message().to_owned()),
            _ if db.code().code().starts_with(INSUFFICIENT_RESOURCES) => Self::Exhausted(error),
            _ => Self::Refused(error),
        }
    }
}

/// Whether the server hung up with this error (shutdown, a terminated backend, too many clients).
fn ends_connection(db: &tokio_postgres::error::DbError) -> bool {
    matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

fn is_io(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<std::io::Error>()
}

impl StoreError {
    /// What a failed COMMIT says: without PostgreSQL's answer nobody knows whether it happened.
    pub(super) fn of_commit(error: tokio_postgres::Error) -> Self {
        match Self::from(error) {
            Self::Unavailable(_) => Self::CommitLost,
            answered => answered,
        }
    }
}

impl From<PoolError> for StoreError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Timeout(_) => Self::TimedOut,
            PoolError::Backend(error) => Self::Unavailable(describe(&error)),
            other => Self::Unavailable(other.to_string()),
        }
    }
}
