//! Lock, then look: separate statements in one flush, because a statement's snapshot is taken
//! before it waits. The event's row always comes first, then the ticket rows in seat order.

use std::collections::HashMap;
use std::time::Duration;

use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::DUE_MAX;
use super::named::{NOBODY, Named};
use crate::domain::decide::{KeptAnswer, KeyScope, State};
use crate::domain::ids::{BookingId, EventId, UserId};
use crate::store::error::StoreError;
use crate::store::rows;

/// What was read under lock.
pub(super) struct Read {
    pub(super) state: State,
    /// The database's clock once the event was locked.
    pub(super) now: Timestamp,
    /// This transaction, for asking later what became of it.
    pub(super) xid: String,
    /// The history this transaction belongs to.
    pub(super) timeline: String,
    /// More was due than was read.
    pub(super) more_due: bool,
}

const LOCK_EVENT: &str = "
    select version, counts, sales_start, sales_end, lock_seconds, booking_seconds,
           hold_life_max_seconds, max_seats_per_user, cancel_confirmed, prices
    from events where id = $1 for no key update";

const LOOK_AT_CLOCK: &str = "
    select clock_timestamp(), pg_current_xact_id()::text,
           left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
           array(select nextval('booking_ids') from generate_series(1, $1::int) order by 1)";

// What a batch names is looked up one by one (`lateral … offset 0` keeps the planner from turning
// it around): plans are made while tables are small and kept when they are not, and one that walks
// all of an event's holds would do so for every batch.
//
// The clock stands in a subselect so that it is taken once and an index can use it. What is due
// now was due when LOOK_AT_CLOCK looked or became so since; the decision goes by the former.
const READ_HOLDS: &str = "
    select id, user_id, seat_indexes, prices, status, created_at, expires_at, false
    from unnest($2::uuid[]) named (hold_id) cross join lateral (
        select * from holds where event_id = $1 and id = hold_id offset 0) h
    union all
    select id, user_id, seat_indexes, prices, status, created_at, expires_at, false
    from unnest($3::bigint[]) named (caller_id) cross join lateral (
        select * from holds
        where event_id = $1 and user_id = caller_id and status = 'active' offset 0) h
    union all
    (select id, user_id, seat_indexes, prices, status, created_at, expires_at, true
     from holds
     where event_id = $1 and status = 'active' and expires_at <= (select clock_timestamp())
     order by expires_at, id limit $4)";

const READ_BOOKINGS: &str = "
    select id, booking_ref, owner_id, user_id, customer_name, customer_email, customer_phone,
           seat_indexes, prices, status, payment_reference, created_at, expires_at, false
    from unnest($2::bigint[]) named (booking_id) cross join lateral (
        select * from bookings where event_id = $1 and id = booking_id offset 0) b
    union all
    (select id, booking_ref, owner_id, user_id, customer_name, customer_email, customer_phone,
            seat_indexes, prices, status, payment_reference, created_at, expires_at, true
     from bookings
     where event_id = $1 and status = 'pending' and expires_at <= (select clock_timestamp())
     order by expires_at, id limit $3)";

const COUNT_BOOKED: &str = "
    select owner_id, sum(cardinality(seat_indexes))
    from unnest($2::bigint[]) named (caller_id) cross join lateral (
        select * from bookings
        where event_id = $1 and owner_id = caller_id and status in ('pending', 'confirmed')
        offset 0) b
    group by owner_id";

const READ_KEYS: &str = "
    select k.caller_id, k.key, k.fingerprint, k.answer
    from unnest($2::bigint[], $3::text[]) named (caller, name) cross join lateral (
        select * from idempotency_keys
        where event_id = $1 and caller_id = caller and key = name and route = ''
          and created_at > clock_timestamp() - interval '24 hours' offset 0) k";

// The same seats as those of the holds and bookings above, which nobody else can have changed
// since: whoever would waits for the event's row.
const LOCK_TICKETS: &str = "
    select t.seat_index, t.category, t.status, t.hold_id, t.booking_id
    from (
        select unnest($2::int[]) as seat
        union
        select unnest(seat_indexes) from unnest($3::uuid[]) named (hold_id) cross join lateral (
            select * from holds where event_id = $1 and id = hold_id offset 0) h
        union
        select unnest(seat_indexes) from unnest($4::bigint[]) named (caller_id)
            cross join lateral (
            select * from holds
            where event_id = $1 and user_id = caller_id and status = 'active' offset 0) h
        union
        select unnest(seat_indexes) from unnest($5::bigint[]) named (booking_id)
            cross join lateral (
            select * from bookings where event_id = $1 and id = booking_id offset 0) b
        union
        select unnest(seat_indexes) from (
            select seat_indexes from holds
            where event_id = $1 and status = 'active' and expires_at <= (select clock_timestamp())
            order by expires_at, id limit $6) due
        union
        select unnest(seat_indexes) from (
            select seat_indexes from bookings
            where event_id = $1 and status = 'pending' and expires_at <= (select clock_timestamp())
            order by expires_at, id limit $6) due
        order by seat) wanted
    cross join lateral (
        select * from tickets where event_id = $1 and seat_index = wanted.seat for update) t";

/// Begins a transaction, locks the event and reads all that the batch may touch, in one flush.
/// `None`: there is no such event. The transaction stays open.
pub(super) async fn lock_and_read(
    client: &Object,
    event: EventId,
    named: &Named,
    patience: Duration,
) -> Result<Option<Read>, StoreError> {
    let [lock_event, look, holds, bookings, booked, keys, tickets] = prepare(client).await?;
    let begin = begin(patience);
    let id = event.0;
    let due_max = i64::try_from(DUE_MAX).unwrap_or(i64::MAX);
    let look_args: Args<'_, 1> = [&named.bookings_to_make];
    let holds_args: Args<'_, 4> = [&id, &named.holds, &named.callers, &due_max];
    let bookings_args: Args<'_, 3> = [&id, &named.bookings, &due_max];
    let booked_args: Args<'_, 2> = [&id, &named.callers];
    let keys_args: Args<'_, 3> = [&id, &named.key_callers, &named.keys];
    let tickets_args: Args<'_, 6> = [
        &id,
        &named.seats,
        &named.holds_to_change,
        &named.callers_with_quantity,
        &named.bookings,
        &due_max,
    ];
    let event_args: Args<'_, 1> = [&id];
    // Polled in this order, so sent in this order: `biased` is what makes the pipeline a sequence.
    let (began, locked, looked, holds, bookings, booked, keys, tickets) = tokio::join!(
        biased;
        client.batch_execute(&begin),
        client.query_opt(&lock_event, &event_args),
        client.query_one(&look, &look_args),
        client.query(&holds, &holds_args),
        client.query(&bookings, &bookings_args),
        client.query(&booked, &booked_args),
        client.query(&keys, &keys_args),
        client.query(&tickets, &tickets_args),
    );
    began?;
    let Some(locked) = locked? else { return Ok(None) };
    let found = Found {
        looked: looked?,
        holds: holds?,
        bookings: bookings?,
        booked: booked?,
        keys: keys?,
        tickets: tickets?,
    };
    found.read(event, &locked).map(Some)
}

type Args<'a, const N: usize> = [&'a (dyn ToSql + Sync); N];

/// The rows that came back.
struct Found {
    looked: Row,
    holds: Vec<Row>,
    bookings: Vec<Row>,
    booked: Vec<Row>,
    keys: Vec<Row>,
    tickets: Vec<Row>,
}

impl Found {
    fn read(&self, event: EventId, locked: &Row) -> Result<Read, StoreError> {
        let booked = |row: &Row| Ok((UserId(row.get(0)), rows::unsigned(row.get::<_, i64>(1))?));
        let state = State {
            event: rows::event(event, locked)?,
            seats: by_key(&self.tickets, rows::seat, |seat| seat.index)?,
            holds: by_key(&self.holds, rows::hold, |hold| hold.id)?,
            bookings: by_key(&self.bookings, rows::booking, |booking| booking.id)?,
            booked_seats: self.booked.iter().map(booked).collect::<Result<_, StoreError>>()?,
            kept: kept_answers(&self.keys)?,
            booking_ids: self.looked.get::<_, Vec<i64>>(3).into_iter().map(BookingId).collect(),
        };
        Ok(Read {
            state,
            now: self.looked.get(0),
            xid: self.looked.get(1),
            timeline: self.looked.get(2),
            more_due: [count_due(&self.holds, 7), count_due(&self.bookings, 13)]
                .iter()
                .any(|due| *due >= DUE_MAX),
        })
    }
}

async fn prepare(client: &Object) -> Result<[tokio_postgres::Statement; 7], StoreError> {
    Ok([
        client.prepare_cached(LOCK_EVENT).await?,
        client.prepare_cached(LOOK_AT_CLOCK).await?,
        client.prepare_cached(READ_HOLDS).await?,
        client.prepare_cached(READ_BOOKINGS).await?,
        client.prepare_cached(COUNT_BOOKED).await?,
        client.prepare_cached(READ_KEYS).await?,
        client.prepare_cached(LOCK_TICKETS).await?,
    ])
}

/// How long a transaction waits for a row that a stranger holds before it gives its connection
/// back, to come again later: many blocked events must not take all connections from the others.
/// A batch of another node is through long before.
const LOCK_WAIT_MAX: Duration = Duration::from_millis(100);

fn begin(patience: Duration) -> String {
    let lock_ms = patience.min(LOCK_WAIT_MAX).as_millis().max(1);
    let ms = patience.as_millis().max(1);
    format!("begin; set local lock_timeout = {lock_ms}; set local statement_timeout = {ms}")
}

fn count_due(rows: &[Row], column: usize) -> usize {
    rows.iter().filter(|row| row.get(column)).count()
}

fn by_key<K, V, M: FromIterator<(K, V)>>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<V, StoreError>,
    key: impl Fn(&V) -> K,
) -> Result<M, StoreError> {
    rows.iter().map(|row| read(row).map(|value| (key(&value), value))).collect()
}

fn kept_answers(rows: &[Row]) -> Result<HashMap<KeyScope, KeptAnswer>, StoreError> {
    let read = |row: &Row| {
        let caller = row.get::<_, i64>(0);
        let caller = (caller != NOBODY).then_some(UserId(caller));
        let answer = serde_json::from_value(row.get(3))
            .map_err(|error| StoreError::Corrupt(format!("a kept answer: {error}")))?;
        Ok(((caller, row.get(1)), KeptAnswer { fingerprint: row.get(2), answer }))
    };
    rows.iter().map(read).collect()
}
