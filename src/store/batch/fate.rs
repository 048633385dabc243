//! What became of a commit whose answer was lost. Never guessed: asked, or left open.

use deadpool_postgres::Object;
use uuid::Uuid;

use crate::domain::answer::Answer;
use crate::domain::ids::EventId;
use crate::store::error::StoreError;

/// A transaction whose commit was sent and not answered.
#[derive(Debug)]
pub struct Doubt {
    pub(super) event: EventId,
    pub(super) xid: String,
    pub(super) timeline: String,
    pub(super) batch_id: Uuid,
    pub(super) answers: Option<Vec<Answer>>,
}

impl Doubt {
    /// What to answer if it committed; `None` when only expiries were written.
    #[must_use]
    pub fn into_answers(self) -> Option<Vec<Answer>> {
        self.answers
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It committed.
    Committed,
    /// It didn't; the batch may be run again.
    Aborted,
    /// The database can't tell any more.
    Unknown,
}

// Waits for the doubtful backend, which holds this row until it has committed or rolled back.
const WAIT_FOR_EVENT: &str = "select 1 from events where id = $1 for no key update";

const ASK: &str = "
    select case when left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) = $2
                then pg_xact_status($1::text::xid8) end,
           exists (select from seat_changes where event_id = $3 and batch_id = $4)
        or exists (select from idempotency_keys where event_id = $3 and batch_id = $4)";

/// Asks. The transaction it opens stays open.
pub(super) async fn resolve(client: &Object, doubt: &Doubt) -> Result<Fate, StoreError> {
    client.batch_execute("begin").await?;
    client.query(WAIT_FOR_EVENT, &[&doubt.event.0]).await?;
    let row = client
        .query_one(ASK, &[&doubt.xid, &doubt.timeline, &doubt.event.0, &doubt.batch_id])
        .await?;
    // A transaction id belongs to a timeline; after a failover only the log can tell, and what it
    // doesn't hold may have been lost or may never have been logged.
    let status: Option<&str> = row.get(0);
    let logged: bool = row.get(1);
    Ok(match status {
        Some("committed") => Fate::Committed,
        Some("aborted") => Fate::Aborted,
        _ if logged => Fate::Committed,
        _ => Fate::Unknown,
    })
}
