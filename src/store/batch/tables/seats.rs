//! Seats: their rows, their history, the event's counts and version, and the announcement.

use std::collections::HashMap;

use super::{Step, Writing, args, column, signed, version};
use crate::domain::booking::Booking;
use crate::domain::change::ChangeSet;
use crate::domain::decide::{Decision, Transition};
use crate::domain::ids::BookingId;
use crate::domain::seat::SeatStatus;
use crate::store::announcement;

// The tickets are locked, so they stay where they are: found one by one, they are changed in place.
// A plain join would be turned around, to walk the event's tickets, while tables are small.
//
// All that every change of seats writes and that doesn't depend on one another, in one statement:
// what a small batch costs is mostly their number.
const MOVE_SEATS: &str = "
    with moved as (
        update tickets t set status = u.status, hold_id = u.hold_id, booking_id = u.booking_id
        from unnest($2::int[], $3::smallint[], $4::uuid[], $5::bigint[])
             u (seat_index, status, hold_id, booking_id)
        cross join lateral (
            select ctid from tickets where event_id = $1 and seat_index = u.seat_index offset 0) found
        where t.ctid = found.ctid),
    logged as (
        insert into seat_changes (event_id, version, ordinal, seat_index, from_status, to_status,
                                  cause, actor_id, request_id, reason, booking_id, price, batch_id,
                                  at)
        select $1, $6, u.ordinal, u.seat_index, u.from_status, u.to_status, u.cause, u.actor_id,
               u.request_id, u.reason, u.booking_id, u.price, $7, $8
        from unnest($9::int[], $10::int[], $11::smallint[], $12::smallint[], $13::text[],
                    $14::bigint[], $15::text[], $16::text[], $17::bigint[], $18::bigint[])
             u (ordinal, seat_index, from_status, to_status, cause, actor_id, request_id, reason,
                booking_id, price)),
    bumped as (update events set version = $6, counts = $19 where id = $1)
    select pg_notify($20, $21)";

pub(super) fn moved(writing: &Writing<'_>) -> Step {
    let decision = writing.decision;
    let (seats, transitions): (_, &[Transition]) = (&decision.seats, &decision.transitions);
    let prices = Prices::in_bookings_of(decision);
    let ordinals: Vec<i32> = (0..).take(transitions.len()).collect();
    let counts: Vec<i32> = decision.counts.0.iter().map(|count| signed(*count)).collect();
    let net = ChangeSet {
        from: writing.from,
        version: decision.version,
        changes: seats.iter().map(|seat| (seat.index, seat.status)).collect(),
    };
    let args = args![
        writing.event.0,
        column(seats, |seat| signed(seat.index)),
        column(seats, |seat| i16::from(seat.status.code())),
        column(seats, |seat| seat.hold.map(|hold| hold.0)),
        column(seats, |seat| seat.booking.map(|booking| booking.0)),
        version(decision.version),
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
        column(transitions, |step| step.booking.map(|booking| booking.0)),
        column(transitions, |step| prices.of(step)),
        counts,
        announcement::CHANNEL,
        announcement::encode(writing.event, &net),
    ];
    Step { sql: MOVE_SEATS, args }
}

/// What was paid for seats, by the bookings that the batch changed.
struct Prices<'a>(HashMap<BookingId, &'a Booking>);

impl<'a> Prices<'a> {
    fn in_bookings_of(decision: &'a Decision) -> Self {
        Self(decision.bookings.iter().map(|booking| (booking.id, booking)).collect())
    }

    /// The price of a seat that becomes sold or is no longer.
    fn of(&self, step: &Transition) -> Option<i64> {
        if step.from != SeatStatus::Sold && step.to != SeatStatus::Sold {
            return None;
        }
        let booking = self.0.get(&step.booking?)?;
        let place = booking.seats.binary_search(&step.seat).ok()?;
        booking.prices.get(place).copied()
    }
}
