//! Lock, then look: separate statements in one flush, because a statement's snapshot is taken
//! before it waits. The event's row always comes first, then the ticket rows in seat order.

use std::collections::HashMap;

use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::due;
use super::named::{NOBODY, Named};
use super::pictures::History;
use crate::domain::answer::{Answer, Refusal};
use crate::domain::booking::Booking;
use crate::domain::decide::{KeptAnswer, KeyScope, State};
use crate::domain::event::Event;
use crate::domain::ids::{BookingId, ChartId, EventId, UserId, Version};
use crate::store::error::StoreError;
use crate::store::rows;

/// What was read under lock.
pub(super) struct Read {
    pub(super) state: State,
    /// The database's clock once the event was locked.
    pub(super) now: Timestamp,
    /// This transaction, for asking later what became of it.
    pub(super) xid: String,
    /// What a picture of the event has to belong to.
    pub(super) history: History,
    /// The version with which its chart came into force.
    pub(super) chart_since: Version,
    /// More was due than was read.
    pub(super) more_due: bool,
}

const LOCK_EVENT: &str = "
    select version, counts, sales_start, sales_end, lock_seconds, booking_seconds,
           hold_life_max_seconds, max_seats_per_user, cancel_confirmed, orphan_rule, prices,
           chart_id, epoch_salt, chart_since
    from events where id = $1 for no key update";

const LOOK_AT_CLOCK: &str = "
    with clock as materialized (select clock_timestamp() as now)
    select now, pg_current_xact_id()::text, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
           array(select nextval('booking_ids') from generate_series(1, $2::int) order by 1),
           exists (select from holds
                   where event_id = $1 and status = 'active' and expires_at <= now),
           exists (select from bookings
                   where event_id = $1 and status = 'pending' and expires_at <= now)
    from clock";

// What a batch names is looked up one by one (`lateral … offset 0` keeps the planner from turning
// it around): plans are made while tables are small and kept when they are not, and one that walks
// all of an event's holds would do so for every batch.
const READ_HOLDS: &str = "
    select id, user_id, seat_indexes, prices, status, created_at, expires_at
    from unnest($2::uuid[]) named (hold_id) cross join lateral (
        select * from holds where event_id = $1 and id = hold_id offset 0) h
    union all
    select id, user_id, seat_indexes, prices, status, created_at, expires_at
    from unnest($3::bigint[]) named (caller_id) cross join lateral (
        select * from holds
        where event_id = $1 and user_id = caller_id and status = 'active' offset 0) h";

const READ_BOOKINGS: &str = "
    select id, booking_ref, owner_id, user_id, customer_name, customer_email, customer_phone,
           seat_indexes, prices, status, payment_reference, created_at, expires_at, checked_in,
           version
    from unnest($2::bigint[]) named (booking_id) cross join lateral (
        select * from bookings where event_id = $1 and id = booking_id offset 0) b";

const COUNT_BOOKED: &str = "
    select owner_id, sum(cardinality(seat_indexes))
    from unnest($2::bigint[]) named (caller_id) cross join lateral (
        select * from bookings
        where event_id = $1 and owner_id = caller_id and status in ('pending', 'confirmed')
        offset 0) b
    group by owner_id";

const READ_KEYS: &str = "
    select k.caller_id, k.key, k.fingerprint, case when k.route = '' then k.answer end
    from unnest($2::bigint[], $3::text[]) named (caller, name) cross join lateral (
        select * from idempotency_keys
        where event_id = $1 and caller_id = caller and key = name
          and created_at > clock_timestamp() - interval '24 hours' offset 0) k";

/// The seats that are named themselves, ascending: nearly all there is to lock in most batches.
pub(super) const LOCK_SEATS: &str = "
    select t.seat_index, t.category, t.status, t.hold_id, t.booking_id
    from unnest($2::int[]) wanted (seat) cross join lateral (
        select * from tickets where event_id = $1 and seat_index = wanted.seat for update) t";

// And those of the holds and bookings above, which nobody else can have changed since: whoever
// would waits for the event's row.
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
        order by seat) wanted
    cross join lateral (
        select * from tickets where event_id = $1 and seat_index = wanted.seat for update) t";

/// Begins a transaction, locks the event and reads all that the batch may touch: what is named in
/// one flush, and in a second what is due, if anything is. `None`: there is no such event. The
/// transaction stays open.
pub(super) async fn lock_and_read(
    client: &Object,
    event: EventId,
    named: &Named,
) -> Result<Option<Read>, StoreError> {
    let Some((locked, looked, mut found)) = lock_and_read_named(client, event, named).await? else {
        return Ok(None);
    };
    let now: Timestamp = looked.get(0);
    let mut more_due = false;
    if looked.get(4) || looked.get(5) {
        let due = due::read(client, event, now).await?;
        more_due = due.is_cut();
        if more_due {
            // Only what is due is dealt with now: of what is named not all seats may be here.
            found = Found::default();
        }
        found.add(due);
    }
    let chart_since = rows::version(&locked, 13)?;
    let mut state = found.state(rows::event(event, &locked)?, chart_since)?;
    state.booking_ids = looked.get::<_, Vec<i64>>(3).into_iter().map(BookingId).collect();
    let (chart, salt, timeline) = (ChartId(locked.get(11)), locked.get(12), looked.get(2));
    let history = History { chart, salt, timeline };
    Ok(Some(Read { state, now, xid: looked.get(1), history, chart_since, more_due }))
}

async fn lock_and_read_named(
    client: &Object,
    event: EventId,
    named: &Named,
) -> Result<Option<(Row, Row, Found)>, StoreError> {
    let [lock_event, look, holds, bookings, booked, keys, seats, tickets] = prepare(client).await?;
    let id = event.0;
    let event_args: Args<'_, 1> = [&id];
    let look_args: Args<'_, 2> = [&id, &named.bookings_to_make];
    let holds_args: Args<'_, 3> = [&id, &named.holds, &named.holders];
    let bookings_args: Args<'_, 2> = [&id, &named.bookings];
    let booked_args: Args<'_, 2> = [&id, &named.counted];
    let keys_args: Args<'_, 3> = [&id, &named.key_callers, &named.keys];
    let tickets_args: Args<'_, 5> =
        [&id, &named.seats, &named.holds_to_change, &named.callers_with_quantity, &named.bookings];
    let only_seats = named.names_seats_alone();
    let lock = async {
        match only_seats {
            true => ask(client, !named.seats.is_empty(), &seats, &tickets_args[..2]).await,
            false => ask(client, true, &tickets, &tickets_args).await,
        }
    };
    let some_holds = !named.holds.is_empty() || !named.holders.is_empty();
    // Polled in this order, so sent in this order: `biased` is what makes the pipeline a sequence.
    let (began, locked, looked, holds, bookings, booked, keys, tickets) = tokio::join!(
        biased;
        client.batch_execute("begin"),
        client.query_opt(&lock_event, &event_args),
        client.query_one(&look, &look_args),
        ask(client, some_holds, &holds, &holds_args),
        ask(client, !named.bookings.is_empty(), &bookings, &bookings_args),
        ask(client, !named.counted.is_empty(), &booked, &booked_args),
        ask(client, !named.keys.is_empty(), &keys, &keys_args),
        lock,
    );
    began?;
    let Some(locked) = locked? else { return Ok(None) };
    let looked = looked?;
    let (holds, bookings, booked, keys) = (holds?, bookings?, booked?, keys?);
    let found = Found { holds, bookings, booked, keys, tickets: tickets? };
    Ok(Some((locked, looked, found)))
}

/// Asks, unless there is nothing to ask for: a statement costs the same however little it names.
async fn ask(
    client: &Object,
    wanted: bool,
    statement: &Statement,
    args: &[&(dyn ToSql + Sync)],
) -> Result<Vec<Row>, tokio_postgres::Error> {
    if wanted { client.query(statement, args).await } else { Ok(Vec::new()) }
}

pub(super) type Args<'a, const N: usize> = [&'a (dyn ToSql + Sync); N];

/// The rows that came back.
#[derive(Default)]
struct Found {
    holds: Vec<Row>,
    bookings: Vec<Row>,
    booked: Vec<Row>,
    keys: Vec<Row>,
    tickets: Vec<Row>,
}

impl Found {
    fn add(&mut self, due: due::Due) {
        self.holds.extend(due.holds);
        self.bookings.extend(due.bookings);
        self.tickets.extend(due.tickets);
    }

    fn state(&self, event: Event, chart_since: Version) -> Result<State, StoreError> {
        let booking = |row: &Row| {
            let version = rows::version(row, 14)?;
            let former = (version < chart_since).then_some(version);
            Ok(Booking { former, ..rows::booking(row)? })
        };
        let booked = |row: &Row| Ok((UserId(row.get(0)), rows::unsigned(row.get::<_, i64>(1))?));
        Ok(State {
            event,
            seats: by_key(&self.tickets, rows::seat, |seat| seat.index)?,
            holds: by_key(&self.holds, rows::hold, |hold| hold.id)?,
            bookings: by_key(&self.bookings, booking, |booking| booking.id)?,
            booked_seats: self.booked.iter().map(booked).collect::<Result<_, StoreError>>()?,
            kept: kept_answers(&self.keys)?,
            picture: None,
            booking_ids: Vec::new(),
        })
    }
}

async fn prepare(client: &Object) -> Result<[Statement; 8], StoreError> {
    Ok([
        client.prepare_cached(LOCK_EVENT).await?,
        client.prepare_cached(LOOK_AT_CLOCK).await?,
        client.prepare_cached(READ_HOLDS).await?,
        client.prepare_cached(READ_BOOKINGS).await?,
        client.prepare_cached(COUNT_BOOKED).await?,
        client.prepare_cached(READ_KEYS).await?,
        client.prepare_cached(LOCK_SEATS).await?,
        client.prepare_cached(LOCK_TICKETS).await?,
    ])
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
        // One that is of no command stands for another request, whatever it was.
        let reused =
            || Answer { result: Err(Refusal::KeyReused), version: 0, request_id: String::new() };
        let answer = row.get::<_, Option<serde_json::Value>>(3);
        let answer = answer.map_or_else(|| Ok(reused()), serde_json::from_value);
        let answer =
            answer.map_err(|error| StoreError::Corrupt(format!("a kept answer: {error}")))?;
        Ok(((caller, row.get(1)), KeptAnswer { fingerprint: row.get(2), answer }))
    };
    rows.iter().map(read).collect()
}
