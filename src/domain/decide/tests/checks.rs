//! What must hold after every batch, whatever the model says.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::database::Database;
use crate::domain::command::Request;
use crate::domain::decide::{Cause, Decision, Transition};
use crate::domain::hold::HoldStatus;
use crate::domain::ids::{SeatIndex, UserId};
use crate::domain::seat::{Counts, Seat, SeatStatus};

type Check = Result<(), TestCaseError>;

/// One batch: the tables before and after it, and what made the difference.
pub(super) struct Done<'a> {
    pub(super) before: &'a Database,
    pub(super) after: &'a Database,
    pub(super) requests: &'a [Request],
    pub(super) decision: &'a Decision,
    pub(super) now: Timestamp,
}

pub(super) fn check(done: &Done<'_>) -> Check {
    seats_agree_with_holds_and_bookings(done.after)?;
    counts_are_right(done.after)?;
    nothing_due_is_left(done.after, done.now)?;
    nobody_is_above_the_limit(done.after)?;
    steps_are_legal_and_chained(done)?;
    only_what_changed_is_written(done)?;
    only_carried_out_commands_left_steps(done)?;
    only_ones_own_seats_are_booked(done)
}

fn seats_agree_with_holds_and_bookings(db: &Database) -> Check {
    let mut taken = BTreeSet::new();
    for hold in db.holds.values().filter(|hold| hold.status == HoldStatus::Active) {
        prop_assert!(!hold.seats.is_empty(), "an active hold without seats: {:?}", hold);
        prop_assert!(hold.seats.is_sorted());
        prop_assert_eq!(hold.seats.len(), hold.prices.len());
        for seat in &hold.seats {
            prop_assert!(taken.insert(*seat), "seat {} is taken twice", seat);
            prop_assert_eq!(db.seats[seat].hold, Some(hold.id));
        }
    }
    for booking in db.bookings.values().filter(|booking| booking.status.is_live()) {
        prop_assert!(!booking.seats.is_empty() && booking.seats.is_sorted());
        prop_assert_eq!(booking.seats.len(), booking.prices.len());
        for seat in &booking.seats {
            prop_assert!(taken.insert(*seat), "seat {} is taken twice", seat);
            prop_assert_eq!(db.seats[seat].booking, Some(booking.id));
        }
    }
    for seat in db.seats.values() {
        let (held, booked) = match seat.status {
            SeatStatus::Available | SeatStatus::Blocked => (false, false),
            SeatStatus::Locked => (true, false),
            SeatStatus::Reserved | SeatStatus::Sold => (false, true),
        };
        prop_assert_eq!((seat.hold.is_some(), seat.booking.is_some()), (held, booked));
        prop_assert_eq!(taken.contains(&seat.index), held || booked, "seat {}", seat.index);
    }
    Ok(())
}

fn counts_are_right(db: &Database) -> Check {
    let mut counts = Counts::default();
    for seat in db.seats.values() {
        counts.0[usize::from(seat.status.code())] += 1;
    }
    prop_assert_eq!(db.event.counts, counts);
    prop_assert_eq!(counts.0.iter().sum::<u32>() as usize, db.seats.len());
    Ok(())
}

fn nothing_due_is_left(db: &Database, now: Timestamp) -> Check {
    prop_assert!(!db.holds.values().any(|hold| hold.is_due(now)), "a due hold is left");
    prop_assert!(!db.bookings.values().any(|b| b.is_due(now)), "a due booking is left");
    Ok(())
}

fn nobody_is_above_the_limit(db: &Database) -> Check {
    let holder = |seat: &Seat| {
        let hold = seat.hold.map(|id| db.holds[&id].user);
        hold.or(seat.booking.map(|id| db.bookings[&id].owner))
    };
    for caller in db.seats.values().filter_map(holder).collect::<BTreeSet<_>>() {
        let seats = db.seats.values().filter(|seat| holder(seat) == Some(caller)).count();
        let limit = db.event.rules.max_seats_per_user as usize;
        prop_assert!(seats <= limit, "{} has {} seats", caller, seats);
    }
    Ok(())
}

fn steps_are_legal_and_chained(done: &Done<'_>) -> Check {
    let mut statuses: Vec<_> = done.before.seats.values().map(|seat| seat.status).collect();
    for step in &done.decision.transitions {
        let stands = &mut statuses[step.seat as usize];
        prop_assert_eq!(step.from, *stands, "{:?}", step);
        prop_assert!(step.from.may_become(step.to), "{:?}", step);
        *stands = step.to;
    }
    let after: Vec<_> = done.after.seats.values().map(|seat| seat.status).collect();
    prop_assert_eq!(statuses, after);
    let more = u64::from(!done.decision.transitions.is_empty());
    prop_assert_eq!(done.after.event.version, done.before.event.version + more);
    Ok(())
}

fn only_what_changed_is_written(done: &Done<'_>) -> Check {
    let decision = done.decision;
    let moved: BTreeSet<SeatIndex> = decision.transitions.iter().map(|step| step.seat).collect();
    let written: Vec<SeatIndex> = decision.seats.iter().map(|seat| seat.index).collect();
    prop_assert_eq!(written, moved.into_iter().collect::<Vec<_>>());
    for hold in &decision.holds {
        prop_assert_ne!(done.before.holds.get(&hold.id), Some(hold));
    }
    for booking in &decision.bookings {
        // In and out again within a batch leaves nothing but the steps.
        let same = done.before.bookings.get(&booking.id) == Some(booking);
        prop_assert!(!same || decision.door.iter().any(|step| step.booking == booking.id));
    }
    let nothing = decision.seats.is_empty()
        && decision.holds.is_empty()
        && decision.bookings.is_empty()
        && decision.keep.is_empty();
    prop_assert_eq!(decision.writes_nothing(), nothing);
    Ok(())
}

fn is_clock(step: &Transition) -> bool {
    matches!(step.cause, Cause::HoldExpiry | Cause::BookingExpiry)
}

/// Every step is the clock's or that of a request that was answered with success, in its name.
fn only_carried_out_commands_left_steps(done: &Done<'_>) -> Check {
    for step in &done.decision.transitions {
        if is_clock(step) {
            prop_assert_eq!((step.actor, &step.request_id, &step.reason), (None, &None, &None));
            continue;
        }
        let by = |request: &Request| Some(&request.request_id) == step.request_id.as_ref();
        let position = done.requests.iter().position(by);
        prop_assert!(position.is_some(), "nobody asked for {:?}", step);
        let position = position.unwrap_or_default();
        prop_assert!(done.decision.answers[position].result.is_ok(), "refused, yet {:?}", step);
        prop_assert_eq!(step.actor, done.requests[position].caller);
    }
    Ok(())
}

fn only_ones_own_seats_are_booked(done: &Done<'_>) -> Check {
    let mut holders: Vec<Option<UserId>> = done
        .before
        .seats
        .values()
        .map(|seat| seat.hold.map(|id| done.before.holds[&id].user))
        .collect();
    for step in &done.decision.transitions {
        let holder = &mut holders[step.seat as usize];
        match (step.from, step.to) {
            (_, SeatStatus::Locked) => *holder = step.actor,
            (SeatStatus::Locked, SeatStatus::Reserved) => {
                prop_assert_eq!(*holder, step.actor, "somebody else's seat: {:?}", step);
            }
            (SeatStatus::Available, SeatStatus::Reserved) => {
                let mut bookings = done.before.bookings.values();
                prop_assert!(
                    bookings.any(|b| Some(b.owner) == step.actor && b.seats.contains(&step.seat)),
                    "never booked before: {:?}",
                    step
                );
            }
            _ => *holder = None,
        }
    }
    Ok(())
}
