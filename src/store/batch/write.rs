//! Writes a decision and commits it, in one flush.
//!
//! COMMIT lies: PostgreSQL answers it for a failed transaction with ROLLBACK and no error. So every
//! result is looked at, the writes' first.

use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use super::hung_up;
use super::tables::{Writing, steps};
use crate::domain::command::Request;
use crate::store::error::StoreError;
use crate::store::pool::Session;

/// Why writing didn't succeed.
pub(super) enum WriteError {
    /// Nothing was written.
    RolledBack(StoreError),
    /// The connection was lost after COMMIT was sent, and no write had failed.
    CommitLost,
}

/// Writes everything and commits. After success the session's transaction is over; after an error
/// the connection must not be used again.
pub(super) async fn write(
    session: &Session,
    writing: &Writing<'_>,
    requests: &[Request],
) -> Result<(), WriteError> {
    let client = session.client();
    let steps = steps(writing, requests);
    let mut statements: Vec<Statement> = Vec::with_capacity(steps.len());
    for step in &steps {
        let statement = client.prepare_cached(step.sql).await;
        statements.push(statement.map_err(|error| WriteError::RolledBack(error.into()))?);
    }
    let executions = steps.iter().zip(&statements).map(|(step, statement)| {
        let args: Vec<&(dyn ToSql + Sync)> =
            step.args.iter().map(|arg| &**arg as &(dyn ToSql + Sync)).collect();
        async move { client.execute(statement, &args).await }
    });
    // Polled in order, so sent in order, in one flush.
    let (written, committed) = tokio::join!(
        biased;
        futures_util::future::join_all(executions),
        client.batch_execute("commit"),
    );
    for result in written {
        result.map_err(|error| lost_or(error.as_db_error().is_none(), error))?;
    }
    committed.map_err(|error| lost_or(hung_up(&error), error))
}

fn lost_or(lost: bool, error: tokio_postgres::Error) -> WriteError {
    if lost { WriteError::CommitLost } else { WriteError::RolledBack(error.into()) }
}
