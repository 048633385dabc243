//! Transactions beside the write path's: what organisers change of events, what is created, callers
//! met for the first time, answers kept under keys that belong to no event, and the forgetting of
//! what is old. They have the writers' connections and their
//! way to wait: a moment for a row that a stranger holds, then the connection goes back, and they
//! come again later. So they keep no reader waiting, and no batch for longer than that moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use deadpool_postgres::Object;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::error::StoreError;
use super::pool::{Pools, Session};
use crate::domain::ids::EventId;

/// How many of a node may be under way or wait; one more is refused as overloaded.
const PLACES_MAX: usize = 4_096;

/// Of so many of the writers' connections they have one at most, so that batches have the others.
/// Where there is only one they take turns with batches.
const CONNECTIONS_PER_TURN: usize = 2;

/// The wait before the second attempt; it doubles each time, up to the longest.
const BLOCKED_WAIT_MIN: Duration = Duration::from_millis(25);
const BLOCKED_WAIT_MAX: Duration = Duration::from_secs(1);

/// How long what has no deadline of its own waits for its turn.
const OWN_TIME: Duration = Duration::from_secs(5);

/// What would wait for one row. One of each goes at a time: however many wait for a blocked event,
/// they take one turn, and other events' have theirs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    /// Changes of an event.
    Event(EventId),
    /// Requests under one key, of a route and a caller.
    Key(&'static str, i64, String),
}

/// A node's transactions of this kind.
pub(super) struct Beside {
    places: Semaphore,
    turns: Semaphore,
    /// Those that somebody is in; not more than there are places.
    lanes: Mutex<HashMap<Lane, Weak<Semaphore>>>,
}

impl Beside {
    /// For a share of so many connections.
    pub(super) fn new(connections: usize) -> Self {
        Self {
            places: Semaphore::new(PLACES_MAX),
            turns: Semaphore::new((connections / CONNECTIONS_PER_TURN).max(1)),
            lanes: Mutex::default(),
        }
    }

    /// A lane for one at a time.
    fn lane(&self, lane: Lane) -> Arc<Semaphore> {
        let mut lanes = self.lanes.lock().expect("never poisoned: nothing panics inside");
        if let Some(known) = lanes.get(&lane).and_then(Weak::upgrade) {
            return known;
        }
        lanes.retain(|_, known| known.strong_count() > 0);
        let new = Arc::new(Semaphore::new(1));
        lanes.insert(lane, Arc::downgrade(&new));
        new
    }
}

/// Runs a transaction, from its beginning, on a connection on which none is open; again and again
/// while it meets a row that a stranger holds.
///
/// # Errors
/// When no attempt got as far as to meet no such row before the deadline, when too many wait, and
/// whatever an attempt ends with.
pub(super) async fn run<T, F>(
    pools: &Pools,
    (lane, deadline): (Option<Lane>, Instant),
    attempt: impl Fn(Session) -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let beside = pools.beside();
    let _place = beside.places.try_acquire().map_err(|_| StoreError::Overloaded)?;
    let lane = lane.map(|lane| beside.lane(lane));
    let _alone = match &lane {
        Some(lane) => Some(in_time(deadline, lane.acquire()).await?),
        None => None,
    };
    let mut wait = BLOCKED_WAIT_MIN;
    loop {
        let turn = in_time(deadline, beside.turns.acquire()).await?;
        let client = in_time(deadline, pools.write()).await??;
        match attempt(Session::new(client)).await {
            Err(StoreError::Locked) => drop(turn),
            done => return done,
        }
        sleep_until(deadline.min(Instant::now() + wait)).await;
        if deadline <= Instant::now() {
            return Err(StoreError::TimedOut);
        }
        wait = (wait * 2).min(BLOCKED_WAIT_MAX);
    }
}

/// For what waits for nobody's turn in particular and has no deadline of its own.
pub(super) fn own_time() -> (Option<Lane>, Instant) {
    (None, Instant::now() + OWN_TIME)
}

/// Runs a single statement, which is a transaction of its own.
///
/// # Errors
/// As [`run`].
pub(super) async fn statement(
    pools: &Pools,
    sql: &str,
    args: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, StoreError> {
    run(pools, own_time(), |session| async move {
        let rows = ask(session.client(), sql, args).await.map_err(StoreError::from);
        session.settle(rows).await
    })
    .await
}

async fn ask(client: &Object, sql: &str, args: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
    let statement = client.prepare_cached(sql).await?;
    client.query(&statement, args).await
}

async fn in_time<T>(deadline: Instant, waiting: impl Future<Output = T>) -> Result<T, StoreError> {
    timeout_at(deadline, waiting).await.map_err(|_| StoreError::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lane_is_for_one_at_a_time_and_forgotten_when_nobody_is_in_it() {
        let beside = Beside::new(1);
        let lane = beside.lane(Lane::Event(EventId(1)));
        let permit = lane.try_acquire().expect("nobody is in it");
        let again = beside.lane(Lane::Event(EventId(1)));
        assert!(again.try_acquire().is_err());
        let other = beside.lane(Lane::Event(EventId(2)));
        other.try_acquire().expect("another one is free").forget();
        drop(permit);
        again.try_acquire().expect("it is free again").forget();
        drop((lane, again, other));
        beside.lane(Lane::Event(EventId(1))).try_acquire().expect("a new one").forget();
        assert_eq!(beside.lanes.lock().expect("never poisoned").len(), 1);
    }
}
