//! A decision as rows: which statements write it, in which order, and with which arguments.
//!
//! Each table is written by one statement whatever the size of the batch; rows travel as columns.

mod bookings;
mod door;
mod holds;
mod seats;

use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::named::NOBODY;
use crate::domain::command::Request;
use crate::domain::decide::Decision;
use crate::domain::ids::{EventId, Version};

/// What is to be written.
pub(super) struct Writing<'a> {
    pub(super) event: EventId,
    /// The version before.
    pub(super) from: Version,
    pub(super) now: Timestamp,
    pub(super) batch_id: Uuid,
    pub(super) decision: &'a Decision,
}

const KEEP_ANSWERS: &str = "
    insert into idempotency_keys (event_id, route, caller_id, key, fingerprint, answer, batch_id,
                                  created_at)
    select $1, '', u.caller_id, u.key, u.fingerprint, u.answer, $2, $3
    from unnest($4::bigint[], $5::text[], $6::bytea[], $7::jsonb[])
         u (caller_id, key, fingerprint, answer)
    on conflict (event_id, caller_id, key, route) do update set
        fingerprint = excluded.fingerprint, answer = excluded.answer,
        batch_id = excluded.batch_id, created_at = excluded.created_at";

/// One statement with its arguments.
pub(super) struct Step {
    pub(super) sql: &'static str,
    pub(super) args: Vec<Box<dyn ToSql + Sync + Send>>,
}

/// Boxes arguments of differing types into one list.
macro_rules! args {
    ($($arg:expr),* $(,)?) => {
        vec![$(Box::new($arg) as Box<dyn tokio_postgres::types::ToSql + Sync + Send>),*]
    };
}
use args;

/// All statements in the order in which they must run.
pub(super) fn steps(writing: &Writing<'_>, requests: &[Request]) -> Vec<Step> {
    let decision = writing.decision;
    let mut steps = Vec::new();
    if !decision.transitions.is_empty() {
        steps.push(seats::moved(writing));
    }
    if !decision.holds.is_empty() {
        steps.extend(holds::put(writing));
    }
    if !decision.bookings.is_empty() {
        steps.extend(bookings::put(writing));
    }
    if !decision.door.is_empty() {
        steps.push(door::passed(writing));
    }
    if !decision.keep.is_empty() {
        steps.push(keep_answers(writing, requests));
    }
    steps
}

fn keep_answers(writing: &Writing<'_>, requests: &[Request]) -> Step {
    let kept: Vec<_> = writing
        .decision
        .keep
        .iter()
        .filter_map(|at| Some((&requests[*at], requests[*at].key.as_ref()?, *at)))
        .collect();
    let answer = |at: usize| {
        serde_json::to_value(&writing.decision.answers[at]).expect("an answer has no odd keys")
    };
    let args = args![
        writing.event.0,
        writing.batch_id,
        writing.now,
        column(&kept, |(request, _, _)| request.caller.map_or(NOBODY, |caller| caller.0)),
        column(&kept, |(_, key, _)| key.key.clone()),
        column(&kept, |(_, key, _)| key.fingerprint.clone()),
        column(&kept, |(_, _, at)| answer(*at)),
    ];
    Step { sql: KEEP_ANSWERS, args }
}

fn column<'a, T, V>(rows: &'a [T], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

fn array_literal<T: ToString>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    format!("{{{}}}", values.join(","))
}

/// Seats and their counts end at 200,000.
fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn version(version: Version) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}
