//! Whether the tables of holds and bookings, at rest, say what the log and the answers came to:
//! each is there once, with its owner, seats, state, times, money and names, and no other is.

use std::collections::BTreeSet;

use super::state::{Booking, Hold, State};
use super::verdict::{Verdict, Violation};
use super::{Case, promise};
use crate::history::{Rest, RestBooking, RestHold};

/// Judges what is left of an event; what went before has been carried out.
pub(super) fn judge(case: &Case<'_>, rest: &Rest, state: &mut State, verdict: &mut Verdict) {
    let mut wrong = |what: String, evidence: String| {
        let (event, promise) = (case.event.id, promise::LEFT);
        verdict.add(Violation { event, promise, what, evidence: vec![evidence] });
    };
    let (mut holds, mut bookings) = (BTreeSet::new(), BTreeSet::new());
    for row in &rest.holds {
        let Some(key) = state.hold_at_rest(row) else {
            wrong("a hold that nobody made".to_owned(), format!("there is {row:?}"));
            continue;
        };
        if !holds.insert(key) {
            wrong("a hold is there twice".to_owned(), format!("there is {row:?}"));
        }
        for what in state.unlike_hold(key, row) {
            wrong(format!("a hold's {what}"), format!("there is {row:?}"));
        }
    }
    for row in &rest.bookings {
        let Some(key) = state.booking_at_rest(row) else {
            wrong("a booking that nobody made".to_owned(), format!("there is {row:?}"));
            continue;
        };
        if !bookings.insert(key) {
            wrong("a booking is there twice".to_owned(), format!("there is {row:?}"));
        }
        for what in state.unlike_booking(key, row) {
            wrong(format!("a booking's {what}"), format!("there is {row:?}"));
        }
    }
    for (key, hold) in state.holds.iter().enumerate().filter(|(key, _)| !holds.contains(key)) {
        wrong("a hold that was made is gone".to_owned(), format!("hold {key}: {hold:?}"));
    }
    let gone = state.bookings.iter().enumerate().filter(|(key, _)| !bookings.contains(key));
    for (key, booking) in gone {
        wrong("a booking that was made is gone".to_owned(), format!("booking {key}: {booking:?}"));
    }
    verdict.looked_at_many("holds at rest", rest.holds.len());
    verdict.looked_at_many("bookings at rest", rest.bookings.len());
}

fn same(told: &[u32], seats: &BTreeSet<u32>) -> bool {
    told.len() == seats.len() && told.iter().all(|seat| seats.contains(seat))
}

impl State {
    fn hold_at_rest(&mut self, row: &RestHold) -> Option<usize> {
        let fits = |hold: &Hold| {
            hold.owner == Some(row.owner)
                && hold.created == row.created_at
                && hold.status.name() == row.status
                && same(&row.seats, &hold.seats)
        };
        self.learn_hold(row.id, fits)
    }

    fn booking_at_rest(&mut self, row: &RestBooking) -> Option<usize> {
        let fits = |booking: &Booking| {
            booking.owner == Some(row.owner)
                && booking.created == row.created_at
                && booking.status.name() == row.status
                && same(&row.seats, &booking.seats)
        };
        self.learn_booking(row.id, fits)
    }

    /// What a row has otherwise than it should.
    fn unlike_hold(&self, key: usize, row: &RestHold) -> Vec<String> {
        let hold = &self.holds[key];
        let ends = hold.expires..=self.ends_at_most(hold);
        let price = self.price(&hold.seats);
        let checks = [
            (hold.owner == Some(row.owner), format!("owner should be {:?}", hold.owner)),
            (same(&row.seats, &hold.seats), format!("seats should be {:?}", hold.seats)),
            (hold.status.name() == row.status, format!("status should be {}", hold.status.name())),
            (hold.created == row.created_at, format!("beginning should be {}", hold.created)),
            (ends.contains(&row.expires_at), format!("end should be in {ends:?}")),
            (price.is_none_or(|all| all == row.price), format!("price should be {price:?}")),
        ];
        checks.into_iter().filter(|(is_right, _)| !is_right).map(|(_, what)| what).collect()
    }

    fn unlike_booking(&self, key: usize, row: &RestBooking) -> Vec<String> {
        let booking = &self.bookings[key];
        let (status, price) = (booking.status.name(), self.price(&booking.seats));
        let (paid, told) = (&booking.reference, &booking.booking_ref);
        let is_told = told.as_ref().is_none_or(|told| *told == row.booking_ref);
        let checks = [
            (booking.owner == Some(row.owner), format!("owner should be {:?}", booking.owner)),
            (booking.owner == Some(row.user), format!("user should be {:?}", booking.owner)),
            (same(&row.seats, &booking.seats), format!("seats should be {:?}", booking.seats)),
            (status == row.status, format!("status should be {status}")),
            (*paid == row.reference, format!("payment should be called {paid:?}")),
            (is_told, format!("reference was told as {told:?}")),
            (booking.created == row.created_at, format!("beginning should be {}", booking.created)),
            (booking.expires == row.expires_at, format!("end should be {}", booking.expires)),
            (price.is_none_or(|all| all == row.price), format!("price should be {price:?}")),
        ];
        checks.into_iter().filter(|(is_right, _)| !is_right).map(|(_, what)| what).collect()
    }
}
