//! The one transaction that changes seats: lock the event, look, decide, write, commit.
//!
//! Called by the sequencer with whatever waits for one event. No other code writes seats, holds
//! or bookings. Answers are returned after the commit, never before.

mod due;
mod fate;
mod named;
mod read;
mod tables;
mod write;

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::Severity;
use uuid::Uuid;

use super::error::StoreError;
use super::pool::{Pools, Session};
use crate::domain::answer::Answer;
use crate::domain::command::Request;
use crate::domain::decide::{Decision, decide};
use crate::domain::ids::EventId;
pub use fate::{Doubt, Fate};

/// How many due holds, and how many due bookings, one transaction ends at most.
pub const DUE_MAX: usize = 1_000;

/// How many transactions of a node write at once. A second writer adds little, a fourth only
/// latency; waiting for locks is not counted, so a blocked event holds nobody up.
const WRITERS_MAX: usize = 4;

/// The share of a deadline that is kept for writing: reading under lock must be done before.
const WRITE_SHARE: u32 = 5;

/// What a batch came to.
#[derive(Debug)]
pub enum Outcome {
    /// Committed (or there was nothing to write): one answer per request.
    Answered(Vec<Answer>),
    /// Committed, but more was due than fits one transaction; no command was decided yet.
    MoreDue,
    /// There is no such event.
    NoSuchEvent,
}

/// Why a batch came to nothing, or to an unknown end.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// Rolled back; nothing happened.
    #[error(transparent)]
    Nothing(#[from] StoreError),
    /// The connection was lost while the commit was under way.
    #[error("the commit's fate is unknown")]
    InDoubt(Box<Doubt>),
}

/// The write path's share of the database.
#[derive(Clone)]
pub struct Batches {
    pools: Pools,
    writers: Arc<Semaphore>,
}

impl Batches {
    /// Works over the pools' write share.
    #[must_use]
    pub fn new(pools: Pools) -> Self {
        Self { pools, writers: Arc::new(Semaphore::new(WRITERS_MAX)) }
    }

    /// Runs one batch in one transaction. All requests share the deadline: until then the batch is
    /// either committed or rolled back, unless the commit itself is still under way.
    ///
    /// # Errors
    /// [`BatchError::Nothing`] when it was rolled back, [`BatchError::InDoubt`] when nobody knows.
    pub async fn run(
        &self,
        event: EventId,
        requests: &[Request],
        deadline: Instant,
    ) -> Result<Outcome, BatchError> {
        let lock_until = lock_deadline(deadline);
        let client = timeout_at(lock_until, self.pools.write())
            .await
            .map_err(|_| StoreError::TimedOut)??;
        let locked = lock_and_read(Session::new(client), event, requests, lock_until).await?;
        let (session, Some(read)) = locked else {
            let (session, _) = locked;
            end(session).await?;
            return Ok(Outcome::NoSuchEvent);
        };
        let permit = timeout_at(lock_until, self.writers.acquire()).await;
        let Ok(_permit) = permit else { return Err(StoreError::TimedOut.into()) };
        let more_due = read.more_due;
        let from = read.state.event.version;
        let (now, xid, timeline) = (read.now, read.xid, read.timeline);
        let wanted = if more_due { &[] } else { requests };
        let decision = decide(read.state, wanted, now);
        if decision.writes_nothing() {
            end(session).await?;
            // More fell due while this looked; by the next look it is due by its own clock too.
            let answered = Outcome::Answered(decision.answers);
            return Ok(if more_due { Outcome::MoreDue } else { answered });
        }
        let batch_id = Uuid::new_v4();
        let writing = tables::Writing { event, from, now, batch_id, decision: &decision };
        let result = timeout_at(deadline, write::write(&session, &writing, wanted)).await;
        let doubt = |decision: Decision| {
            let trace = fate::Trace::of(batch_id, &decision);
            let answers = if more_due { None } else { Some(decision.answers) };
            BatchError::InDoubt(Box::new(Doubt { event, xid, timeline, trace, answers }))
        };
        match result {
            Ok(Ok(())) => session.release(),
            Ok(Err(write::WriteError::RolledBack(error))) => return Err(error.into()),
            Ok(Err(write::WriteError::CommitLost)) | Err(_) => return Err(doubt(decision)),
        }
        Ok(if more_due { Outcome::MoreDue } else { Outcome::Answered(decision.answers) })
    }

    /// Finds out what became of a commit whose answer was lost.
    ///
    /// # Errors
    /// When the database can't be asked before the deadline.
    pub async fn resolve(&self, doubt: &Doubt, deadline: Instant) -> Result<Fate, StoreError> {
        let client =
            timeout_at(deadline, self.pools.write()).await.map_err(|_| StoreError::TimedOut)??;
        let session = Session::new(client);
        let fate = timeout_at(deadline, fate::resolve(session.client(), doubt))
            .await
            .map_err(|_| StoreError::TimedOut)??;
        end(session).await?;
        Ok(fate)
    }
}

async fn lock_and_read(
    session: Session,
    event: EventId,
    requests: &[Request],
    lock_until: Instant,
) -> Result<(Session, Option<read::Read>), StoreError> {
    let named = named::Named::of(requests);
    let reading = read::lock_and_read(session.client(), event, &named);
    match timeout_at(lock_until, reading).await {
        Ok(result) => result.map(|read| (session, read)),
        // A statement may still be under way. Nothing was written yet.
        Err(_) => {
            session.cancel().await;
            Err(StoreError::TimedOut)
        }
    }
}

/// When reading under lock has to be done, so that the writing fits before the deadline.
fn lock_deadline(deadline: Instant) -> Instant {
    let left = deadline.saturating_duration_since(Instant::now());
    deadline.checked_sub(left / WRITE_SHARE).unwrap_or(deadline)
}

/// Ends a transaction that wrote nothing and gives the connection back.
async fn end(session: Session) -> Result<(), StoreError> {
    session.client().batch_execute("rollback").await?;
    session.release();
    Ok(())
}

/// Whether an error says that the server hung up, so that a commit may have gone through.
fn hung_up(error: &tokio_postgres::Error) -> bool {
    error
        .as_db_error()
        .is_none_or(|db| matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic)))
}
