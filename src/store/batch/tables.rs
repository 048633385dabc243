//! A decision as rows: which statements write it, in which order, and with which arguments.
//!
//! Each table is written by one statement whatever the size of the batch; rows travel as columns.

use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::named::NOBODY;
use crate::domain::booking::Booking;
use crate::domain::change::ChangeSet;
use crate::domain::command::Request;
use crate::domain::decide::{Decision, Transition};
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::store::announcement;

/// What is to be written.
pub(super) struct Writing<'a> {
    pub(super) event: EventId,
    /// The version before.
    pub(super) from: Version,
    pub(super) now: Timestamp,
    pub(super) batch_id: Uuid,
    pub(super) decision: &'a Decision,
}

const UPDATE_TICKETS: &str = "
    update tickets t set status = u.status, hold_id = u.hold_id, booking_id = u.booking_id
    from unnest($2::int[], $3::smallint[], $4::uuid[], $5::bigint[])
         u (seat_index, status, hold_id, booking_id)
    where t.event_id = $1 and t.seat_index = u.seat_index";

// Holds and bookings come as columns too. Their seats are arrays of differing lengths, which only
// pass as array literals.
const PUT_HOLDS: &str = "
    insert into holds (event_id, id, user_id, seat_indexes, prices, status, created_at,
                       expires_at, ended_at, version)
    select $1, u.id, u.user_id, u.seat_indexes::int[], u.prices::bigint[], u.status, u.created_at,
           u.expires_at, case when u.status <> 'active' then $2::timestamptz end, $3
    from unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                $10::timestamptz[])
         u (id, user_id, seat_indexes, prices, status, created_at, expires_at)
    on conflict (event_id, id) do update set
        seat_indexes = excluded.seat_indexes, prices = excluded.prices, status = excluded.status,
        expires_at = excluded.expires_at, ended_at = excluded.ended_at, version = excluded.version";

const PUT_BOOKINGS: &str = "
    insert into bookings (event_id, id, booking_ref, owner_id, user_id, customer_name,
                          customer_email, customer_phone, seat_indexes, prices, status,
                          payment_reference, created_at, expires_at, version)
    select $1, u.id, u.booking_ref, u.owner_id, u.user_id, u.name, u.email, u.phone,
           u.seat_indexes::int[], u.prices::bigint[], u.status, u.payment_reference, u.created_at,
           u.expires_at, $2
    from unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
                $14::timestamptz[], $15::timestamptz[])
         u (id, booking_ref, owner_id, user_id, name, email, phone, seat_indexes, prices, status,
            payment_reference, created_at, expires_at)
    on conflict (event_id, id) do update set
        status = excluded.status, payment_reference = excluded.payment_reference,
        version = excluded.version";

// Two statements, the ends first: a seat may pass from one booking to another within a batch.
const END_ITEMS: &str = "
    update booking_items set live = false
    where event_id = $1 and booking_id = any($2::bigint[]) and live";

const PUT_ITEMS: &str = "
    insert into booking_items (event_id, booking_id, seat_index, price, live)
    select $1, u.booking_id, u.seat_index, u.price, u.live
    from unnest($2::bigint[], $3::int[], $4::bigint[], $5::bool[])
         u (booking_id, seat_index, price, live)
    on conflict (event_id, booking_id, seat_index) do update set live = excluded.live
    where booking_items.live <> excluded.live";

const LOG_CHANGES: &str = "
    insert into seat_changes (event_id, version, ordinal, seat_index, from_status, to_status,
                              cause, actor_id, request_id, reason, batch_id, at)
    select $1, $2, u.ordinal, u.seat_index, u.from_status, u.to_status, u.cause, u.actor_id,
           u.request_id, u.reason, $3, $4
    from unnest($5::int[], $6::int[], $7::smallint[], $8::smallint[], $9::text[], $10::bigint[],
                $11::text[], $12::text[])
         u (ordinal, seat_index, from_status, to_status, cause, actor_id, request_id, reason)";

const KEEP_ANSWERS: &str = "
    insert into idempotency_keys (event_id, route, caller_id, key, fingerprint, answer, batch_id,
                                  created_at)
    select $1, '', u.caller_id, u.key, u.fingerprint, u.answer, $2, $3
    from unnest($4::bigint[], $5::text[], $6::bytea[], $7::jsonb[])
         u (caller_id, key, fingerprint, answer)
    on conflict (event_id, caller_id, key, route) do update set
        fingerprint = excluded.fingerprint, answer = excluded.answer,
        batch_id = excluded.batch_id, created_at = excluded.created_at";

const BUMP_AND_ANNOUNCE: &str = "
    with bumped as (update events set version = $2, counts = $3 where id = $1)
    select pg_notify($4, $5)";

/// One statement with its arguments.
pub(super) struct Step {
    pub(super) sql: &'static str,
    pub(super) args: Vec<Box<dyn ToSql + Sync + Send>>,
}

/// Boxes arguments of differing types into one list.
macro_rules! args {
    ($($arg:expr),* $(,)?) => { vec![$(Box::new($arg) as Box<dyn ToSql + Sync + Send>),*] };
}

/// All statements in the order in which they must run.
pub(super) fn steps(writing: &Writing<'_>, requests: &[Request]) -> Vec<Step> {
    let decision = writing.decision;
    let mut steps = Vec::new();
    if !decision.transitions.is_empty() {
        steps.push(update_tickets(writing));
        steps.push(log_changes(writing));
    }
    if !decision.holds.is_empty() {
        steps.push(put_holds(writing));
    }
    if !decision.bookings.is_empty() {
        steps.push(put_bookings(writing));
        steps.extend(put_items(writing));
    }
    if !decision.keep.is_empty() {
        steps.push(keep_answers(writing, requests));
    }
    if !decision.transitions.is_empty() {
        steps.push(bump_and_announce(writing));
    }
    steps
}

fn update_tickets(writing: &Writing<'_>) -> Step {
    let seats = &writing.decision.seats;
    let args = args![
        writing.event.0,
        column(seats, |seat| signed(seat.index)),
        column(seats, |seat| i16::from(seat.status.code())),
        column(seats, |seat| seat.hold.map(|hold| hold.0)),
        column(seats, |seat| seat.booking.map(|booking| booking.0)),
    ];
    Step { sql: UPDATE_TICKETS, args }
}

fn put_holds(writing: &Writing<'_>) -> Step {
    let holds: &[Hold] = &writing.decision.holds;
    debug_assert!(
        holds.iter().all(|hold| hold.status != HoldStatus::Active || !hold.seats.is_empty())
    );
    let args = args![
        writing.event.0,
        writing.now,
        version(writing.decision.version),
        column(holds, |hold| hold.id.0),
        column(holds, |hold| hold.user.0),
        column(holds, |hold| array_literal(&hold.seats)),
        column(holds, |hold| array_literal(&hold.prices)),
        column(holds, |hold| hold.status.name()),
        column(holds, |hold| hold.created_at),
        column(holds, |hold| hold.expires_at),
    ];
    Step { sql: PUT_HOLDS, args }
}

fn put_bookings(writing: &Writing<'_>) -> Step {
    let bookings: &[Booking] = &writing.decision.bookings;
    let args = args![
        writing.event.0,
        version(writing.decision.version),
        column(bookings, |booking| booking.id.0),
        column(bookings, |booking| booking.reference.clone()),
        column(bookings, |booking| booking.owner.0),
        column(bookings, |booking| booking.user.0),
        column(bookings, |booking| booking.customer.name.clone()),
        column(bookings, |booking| booking.customer.email.clone()),
        column(bookings, |booking| booking.customer.phone.clone()),
        column(bookings, |booking| array_literal(&booking.seats)),
        column(bookings, |booking| array_literal(&booking.prices)),
        column(bookings, |booking| booking.status.name()),
        column(bookings, |booking| booking.payment_reference.clone()),
        column(bookings, |booking| booking.created_at),
        column(bookings, |booking| booking.expires_at),
    ];
    Step { sql: PUT_BOOKINGS, args }
}

/// The items of bookings that are new, have ended or are alive again.
fn put_items(writing: &Writing<'_>) -> Vec<Step> {
    let relisted = |booking: &&Booking| writing.decision.items.contains(&booking.id);
    let bookings: Vec<&Booking> = writing.decision.bookings.iter().filter(relisted).collect();
    let ended = bookings.iter().filter(|booking| !booking.status.is_live());
    let ended: Vec<i64> = ended.map(|booking| booking.id.0).collect();
    let mut steps = Vec::new();
    if !ended.is_empty() {
        steps.push(Step { sql: END_ITEMS, args: args![writing.event.0, ended] });
    }
    let items: Vec<(&Booking, SeatIndex, i64)> = bookings
        .into_iter()
        .flat_map(|booking| {
            let priced = booking.seats.iter().copied().zip(booking.prices.iter().copied());
            priced.map(move |(seat, price)| (booking, seat, price))
        })
        .collect();
    if !items.is_empty() {
        let args = args![
            writing.event.0,
            column(&items, |(booking, _, _)| booking.id.0),
            column(&items, |(_, seat, _)| signed(*seat)),
            column(&items, |(_, _, price)| *price),
            column(&items, |(booking, _, _)| booking.status.is_live()),
        ];
        steps.push(Step { sql: PUT_ITEMS, args });
    }
    steps
}

fn log_changes(writing: &Writing<'_>) -> Step {
    let transitions: &[Transition] = &writing.decision.transitions;
    let ordinals: Vec<i32> = (0..).take(transitions.len()).collect();
    let args = args![
        writing.event.0,
        version(writing.decision.version),
        writing.batch_id,
        writing.now,
        ordinals,
        column(transitions, |step| signed(step.seat)),
        column(transitions, |step| i16::from(step.from.code())),
        column(transitions, |step| i16::from(step.to.code())),
        column(transitions, |step| step.cause.name()),
        column(transitions, |step| step.actor.map(|actor| actor.0)),
        column(transitions, |step| step.request_id.clone()),
        column(transitions, |step| step.reason.clone()),
    ];
    Step { sql: LOG_CHANGES, args }
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

fn bump_and_announce(writing: &Writing<'_>) -> Step {
    let decision = writing.decision;
    let counts: Vec<i32> = decision.counts.0.iter().map(|count| signed(*count)).collect();
    let net = ChangeSet {
        from: writing.from,
        version: decision.version,
        changes: decision.seats.iter().map(|seat| (seat.index, seat.status)).collect(),
    };
    let payload = announcement::encode(writing.event, &net);
    let args =
        args![writing.event.0, version(decision.version), counts, announcement::CHANNEL, payload,];
    Step { sql: BUMP_AND_ANNOUNCE, args }
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
