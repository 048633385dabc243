//! Changing what an event says of itself: its name, times, window, prices and rules. Under the
//! event's lock, so that no batch is decided by half of it; seats are left alone.

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};

use deadpool_postgres::Object;
use uuid::Uuid;

use super::Store;
use super::announcement::{CHANNEL, encode_renewal};
use super::batch::NOBODY;
use super::beside::{self, Lane};
use super::error::StoreError;
use super::events::{self, EventRecord};
use super::pool::Session;
use crate::domain::answer::Refusal;
use crate::domain::command::IdempotencyKey;
use crate::domain::ids::{EventId, UserId};

/// What came of a change.
#[derive(Debug)]
pub enum Amended {
    /// The answer, of now or of the first time.
    Answered(Answered),
    /// The key stands for another request.
    KeyReused,
    /// The event is another than the change was made for. Nothing happened.
    Overtaken,
    /// There is no such event.
    NoSuchEvent,
}

/// The event as it is answered, or why it wasn't changed.
pub type Answer = Result<serde_json::Value, Refusal>;

/// Who changes which event.
#[derive(Clone, Debug)]
pub struct Amendment<'a> {
    /// The event.
    pub event: EventId,
    /// Who.
    pub caller: Option<UserId>,
    /// Set when it is to have one effect however often it is repeated.
    pub key: Option<&'a IdempotencyKey>,
    /// By which id the request is known.
    pub request_id: &'a str,
    /// Until when.
    pub deadline: Instant,
}

/// An answer, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// What it says.
    #[serde(flatten)]
    pub answer: Answer,
    /// The id of the request that was decided (not of a later one answered from memory).
    #[serde(default)]
    pub request_id: String,
}

const LOCK: &str = "select 1 from events where id = $1 for no key update";

/// Marks the keys of changes among those of an event, whose answers are of another kind.
const ROUTE: &str = "PATCH";

const FIND: &str = "
    select fingerprint, answer from idempotency_keys
    where event_id = $1 and caller_id = $2 and key = $3
      and created_at > clock_timestamp() - interval '24 hours'";

const KEEP: &str = "
    insert into idempotency_keys (event_id, route, caller_id, key, fingerprint, answer, batch_id,
                                  created_at)
    values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
    on conflict (event_id, caller_id, key, route) do update set
        fingerprint = excluded.fingerprint, answer = excluded.answer,
        batch_id = excluded.batch_id, created_at = excluded.created_at";

const UPDATE: &str = "
    update events set name = $2, description = $3, venue = $4, start_time = $5, end_time = $6,
                      sales_start = $7, sales_end = $8, orphan_rule = $9, prices = $10, layout = $11
    where id = $1";

impl Store {
    /// Changes an event to what `change` makes of it under the lock (`None`: it is another than
    /// was expected). `render` makes the answer.
    ///
    /// # Errors
    /// When the database can't be asked in time; nothing happened then, unless the commit's answer
    /// was lost.
    pub async fn amend_event(
        &self,
        asked: &Amendment<'_>,
        change: impl Fn(&EventRecord) -> Result<Option<EventRecord>, Refusal>,
        render: impl Fn(&EventRecord) -> serde_json::Value,
    ) -> Result<Amended, StoreError> {
        let lane = Lane::Event(asked.event);
        let attempt = |session| attempt(session, asked, &change, &render);
        beside::run(&self.pools, (Some(lane), asked.deadline), attempt).await
    }
}

async fn attempt(
    session: Session,
    asked: &Amendment<'_>,
    change: &impl Fn(&EventRecord) -> Result<Option<EventRecord>, Refusal>,
    render: &impl Fn(&EventRecord) -> serde_json::Value,
) -> Result<Amended, StoreError> {
    let deadline = asked.deadline;
    let work = amend(session.client(), asked, change, render);
    let amended = match timeout_at(deadline, work).await {
        Ok(Ok(amended)) => amended,
        Ok(Err(error)) => return Err(session.give_up(error).await),
        Err(_) => {
            session.cancel().await;
            return Err(StoreError::TimedOut);
        }
    };
    // What was answered before, or refused, has left nothing to commit; that does no harm.
    let committed = timeout_at(deadline, session.client().batch_execute("commit")).await;
    committed.map_err(|_| StoreError::CommitLost)?.map_err(StoreError::of_commit)?;
    session.release();
    Ok(amended)
}

async fn amend(
    client: &Object,
    asked: &Amendment<'_>,
    change: impl Fn(&EventRecord) -> Result<Option<EventRecord>, Refusal>,
    render: impl Fn(&EventRecord) -> serde_json::Value,
) -> Result<Amended, StoreError> {
    client.batch_execute("begin").await?;
    if client.query_opt(LOCK, &[&asked.event.0]).await?.is_none() {
        return Ok(Amended::NoSuchEvent);
    }
    let caller = asked.caller.map_or(NOBODY, |caller| caller.0);
    if let Some(key) = asked.key
        && let Some(row) = client.query_opt(FIND, &[&asked.event.0, &caller, &key.key]).await?
    {
        if row.get::<_, &[u8]>(0) != key.fingerprint {
            return Ok(Amended::KeyReused);
        }
        let answered = serde_json::from_value(row.get(1))
            .map_err(|error| StoreError::Corrupt(format!("a kept answer: {error}")))?;
        return Ok(Amended::Answered(answered));
    }
    let before = events::event(&client.query_one(events::READ, &[&asked.event.0]).await?)?;
    let answer = match change(&before) {
        Ok(None) => return Ok(Amended::Overtaken),
        Ok(Some(after)) => {
            write(client, &before, &after).await?;
            Ok(render(&after))
        }
        Err(refusal) => Err(refusal),
    };
    let answered = Answered { answer, request_id: asked.request_id.to_owned() };
    if let Some(key) = asked.key {
        let kept = serde_json::to_value(&answered).expect("an answer has no odd keys");
        let (event, batch) = (asked.event.0, Uuid::new_v4());
        let fingerprint = &key.fingerprint;
        client
            .execute(KEEP, &[&event, &ROUTE, &caller, &key.key, fingerprint, &kept, &batch])
            .await?;
    }
    Ok(Amended::Answered(answered))
}

async fn write(
    client: &Object,
    before: &EventRecord,
    after: &EventRecord,
) -> Result<(), StoreError> {
    let rules = &after.rules;
    let orphans = rules.orphan_rule.name();
    client
        .execute(
            UPDATE,
            &[
                &after.id.0,
                &after.name,
                &after.description,
                &after.venue,
                &after.start_time,
                &after.end_time,
                &rules.sales_start,
                &rules.sales_end,
                &orphans,
                &after.prices,
                &after.layout,
            ],
        )
        .await?;
    if before.layout != after.layout {
        let payload = encode_renewal(after.id, after.version);
        client.execute("select pg_notify($1, $2)", &[&CHANNEL, &payload]).await?;
    }
    Ok(())
}
