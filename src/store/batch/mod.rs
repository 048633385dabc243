//! The one transaction that changes seats: lock the event, look, decide, write, commit.
//!
//! Called by the sequencer with whatever waits for one event. No other code writes seats, holds
//! or bookings. Answers are returned after the commit, never before.

mod due;
mod fate;
mod named;
mod pictures;
mod read;
mod tables;
mod write;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::Severity;
use uuid::Uuid;

use super::error::StoreError;
use super::pool::{Pools, Session};
use crate::domain::answer::Answer;
use crate::domain::command::Request;
use crate::domain::decide::{Decision, decide};
use crate::domain::ids::{ChartId, EventId, Version};
pub use fate::{Doubt, Fate};
pub(super) use named::NOBODY;

/// How many due holds, and how many due bookings, one transaction ends at most.
pub const DUE_MAX: usize = 1_000;

/// How many transactions of a node write at once. A second writer adds little, a fourth only
/// latency; waiting for locks is not counted, so a blocked event holds nobody up.
const WRITERS_MAX: usize = 4;

/// How often a batch is begun at most: once more to learn a chart, and once for a picture that
/// wasn't true.
const ATTEMPTS_MAX: usize = 4;

/// The share of a deadline that is kept for writing: reading under lock must be done before.
const WRITE_SHARE: u32 = 5;

/// By what a request was made, which may be out of date when it is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// Since which version the chart is in force by which it names seats.
    pub chart: Version,
    /// In which history of the database its caller was looked up; see [`Pools::history`].
    pub history: u64,
}

/// What a batch came to.
#[derive(Debug)]
pub enum Outcome {
    /// Committed (or there was nothing to write): one answer per request.
    Answered(Vec<Answer>),
    /// Committed, but more was due than fits one transaction; no command was decided yet.
    MoreDue,
    /// There is no such event.
    NoSuchEvent,
    /// Nothing happened: some requests were made by another chart than the event's, which is in
    /// force since this version.
    OtherChart(Version),
    /// Nothing happened: some requests were made in another history of the database than this.
    OtherHistory(u64),
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
    pictures: Arc<pictures::Pictures>,
}

/// What came of one transaction.
enum Attempt {
    Over(Outcome),
    /// Rolled back: the event's chart isn't known here yet.
    Unlearnt(ChartId),
    /// Rolled back: what was remembered of the event wasn't true, and is forgotten.
    Stale,
}

/// What a decision was made on, as far as it is needed afterwards.
struct Basis {
    event: EventId,
    version: Version,
    now: Timestamp,
    xid: String,
    history: pictures::History,
    more_due: bool,
}

impl Basis {
    fn of(read: &read::Read) -> Self {
        Self {
            event: read.state.event.id,
            version: read.state.event.version,
            now: read.now,
            xid: read.xid.clone(),
            history: read.history.clone(),
            more_due: read.more_due,
        }
    }

    fn doubt(self, batch_id: Uuid, decision: Decision) -> BatchError {
        let trace = fate::Trace::of(batch_id, &decision);
        let answers = if self.more_due { None } else { Some(decision.answers) };
        let (event, xid, timeline) = (self.event, self.xid, self.history.timeline);
        BatchError::InDoubt(Box::new(Doubt { event, xid, timeline, trace, answers }))
    }
}

impl Batches {
    /// Works over the pools' write share.
    #[must_use]
    pub fn new(pools: Pools) -> Self {
        let writers = Arc::new(Semaphore::new(WRITERS_MAX));
        Self { pools, writers, pictures: Arc::new(pictures::Pictures::new()) }
    }

    /// Runs one batch in one transaction. Seats are named by their position in a chart and callers
    /// by their id, so each request comes with what it was made by. All share the deadline: until then the batch is either committed or rolled back, unless the commit
    /// itself is still under way.
    ///
    /// # Errors
    /// [`BatchError::Nothing`] when it was rolled back, [`BatchError::InDoubt`] when nobody knows.
    pub async fn run(
        &self,
        event: EventId,
        (requests, made_by): (&[Request], &[MadeBy]),
        deadline: Instant,
    ) -> Result<Outcome, BatchError> {
        for _ in 0..ATTEMPTS_MAX {
            match self.attempt(event, (requests, made_by), deadline).await? {
                Attempt::Over(outcome) => return Ok(outcome),
                Attempt::Unlearnt(chart) => self.pictures.learn(&self.pools, chart).await?,
                Attempt::Stale => {
                    tracing::error!(event.id = event.0, "a remembered picture was not true");
                }
            }
        }
        Err(StoreError::Corrupt("seats are not as the log says".to_owned()).into())
    }

    async fn attempt(
        &self,
        event: EventId,
        (requests, made_by): (&[Request], &[MadeBy]),
        deadline: Instant,
    ) -> Result<Attempt, BatchError> {
        let lock_until = lock_deadline(deadline);
        let client = timeout_at(lock_until, self.pools.write())
            .await
            .map_err(|_| StoreError::TimedOut)??;
        // After the connection was had: it may be the first to the database that took over.
        let history = self.pools.history();
        if made_by.iter().any(|made_by| made_by.history != history) {
            return Ok(Attempt::Over(Outcome::OtherHistory(history)));
        }
        let locked = lock_and_read(Session::new(client), event, requests, lock_until).await?;
        let (session, Some(mut read)) = locked else {
            let (session, _) = locked;
            end(session).await?;
            return Ok(Attempt::Over(Outcome::NoSuchEvent));
        };
        if made_by.iter().any(|made_by| made_by.chart != read.chart_since) {
            end(session).await?;
            return Ok(Attempt::Over(Outcome::OtherChart(read.chart_since)));
        }
        let wanted = if read.more_due { &[] } else { requests };
        let known = timeout_at(lock_until, self.picture(&session, &mut read, wanted)).await;
        if !known.map_err(|_| StoreError::TimedOut)?? {
            end(session).await?;
            return Ok(Attempt::Unlearnt(read.history.chart));
        }
        let permit = timeout_at(lock_until, self.writers.acquire()).await;
        let Ok(_permit) = permit else { return Err(StoreError::TimedOut.into()) };
        let basis = Basis::of(&read);
        let decision = decide(read.state, wanted, read.now);
        if decision.writes_nothing() {
            end(session).await?;
            // More fell due while this looked; by the next look it is due by its own clock too.
            return Ok(Attempt::Over(self.done(basis, decision)));
        }
        let free = pictures::verify(session.client(), event, &decision.assumed);
        let free = timeout_at(deadline, free).await.map_err(|_| StoreError::TimedOut)??;
        if !free {
            end(session).await?;
            return Ok(Attempt::Stale);
        }
        let (batch_id, from, now) = (Uuid::new_v4(), basis.version, basis.now);
        let writing = tables::Writing { event, from, now, batch_id, decision: &decision };
        match timeout_at(deadline, write::write(&session, &writing, wanted)).await {
            Ok(Ok(())) => session.release(),
            Ok(Err(write::WriteError::RolledBack(error))) => return Err(error.into()),
            Ok(Err(write::WriteError::CommitLost)) | Err(_) => {
                return Err(basis.doubt(batch_id, decision));
            }
        }
        Ok(Attempt::Over(self.done(basis, decision)))
    }

    /// Reads the picture into the state if the requests need it. Says whether it could be had.
    async fn picture(
        &self,
        session: &Session,
        read: &mut read::Read,
        wanted: &[Request],
    ) -> Result<bool, StoreError> {
        let event = &read.state.event;
        if !pictures::needed(wanted, event.rules.orphan_rule) {
            return Ok(true);
        }
        let place = (&read.history, event.version);
        read.state.picture = self.pictures.at(session.client(), event.id, place).await?;
        Ok(read.state.picture.is_some())
    }

    /// What a decision that is committed comes to.
    fn done(&self, basis: Basis, mut decision: Decision) -> Outcome {
        match decision.picture.take() {
            Some(picture) => {
                self.pictures.keep(basis.event, picture, (basis.history, decision.version));
            }
            None => self.pictures.follow(basis.event, basis.version, &decision),
        }
        if basis.more_due { Outcome::MoreDue } else { Outcome::Answered(decision.answers) }
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
