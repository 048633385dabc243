//! What became of a commit whose answer was lost. Never guessed: asked, or left open.

use deadpool_postgres::Object;
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::answer::Answer;
use crate::domain::decide::Decision;
use crate::domain::ids::EventId;
use crate::store::error::StoreError;

/// A transaction whose commit was sent and not answered.
#[derive(Debug)]
pub struct Doubt {
    pub(super) event: EventId,
    pub(super) xid: String,
    pub(super) timeline: String,
    pub(super) trace: Trace,
    pub(super) answers: Option<Vec<Answer>>,
}

/// What the transaction has left in the tables if it committed.
#[derive(Debug)]
pub(super) struct Trace {
    batch_id: Uuid,
    version: i64,
    /// Where no log and no key bears the batch's id: a hold and its new end.
    extended: Option<(Uuid, Timestamp)>,
}

impl Trace {
    pub(super) fn of(batch_id: Uuid, decision: &Decision) -> Self {
        let logged = !decision.transitions.is_empty() || !decision.door.is_empty();
        let named = logged || !decision.keep.is_empty();
        let hold = decision.holds.first().filter(|_| !named);
        Self {
            batch_id,
            version: i64::try_from(decision.version).unwrap_or(i64::MAX),
            extended: hold.map(|hold| (hold.id.0, hold.expires_at)),
        }
    }
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

// The trace decides. That the transaction's id has committed proves nothing by itself: after a
// crash ids are given out again that the log of PostgreSQL had not yet heard of.
const LOOK_FOR_TRACE: &str = "
    select exists (select from seat_changes
                   where event_id = $1 and version = $2 and batch_id = $3)
        or exists (select from idempotency_keys where event_id = $1 and batch_id = $3)
        or exists (select from check_ins where event_id = $1 and batch_id = $3)
        or exists (select from holds where event_id = $1 and id = $4 and expires_at = $5),
           left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) = $6,
           case when $7::text::xid8 < pg_snapshot_xmax(pg_current_snapshot())
                then pg_xact_status($7::text::xid8) end is not distinct from 'committed'";

/// Asks. The transaction it opens stays open.
pub(super) async fn resolve(client: &Object, doubt: &Doubt) -> Result<Fate, StoreError> {
    client.batch_execute("begin; set local lock_timeout = 0").await?;
    client.query(WAIT_FOR_EVENT, &[&doubt.event.0]).await?;
    let Trace { batch_id, version, extended } = &doubt.trace;
    let (hold, end) = extended.unzip();
    let (event, timeline, xid) = (&doubt.event.0, &doubt.timeline, &doubt.xid);
    let row = client
        .query_one(LOOK_FOR_TRACE, &[event, version, batch_id, &hold, &end, timeline, xid])
        .await?;
    let (traced, same_history, xid_committed): (bool, bool, bool) =
        (row.get(0), row.get(1), row.get(2));
    // After a failover the trace may have been lost with others that were seen. A hold's new end
    // may have been overwritten by the next.
    let conclusive = same_history && (extended.is_none() || !xid_committed);
    Ok(match (traced, conclusive) {
        (true, _) => Fate::Committed,
        (false, true) => Fate::Aborted,
        (false, false) => Fate::Unknown,
    })
}
