//! Visitors let in, and sent out again: each seat of a paid booking has room for one.

use std::collections::BTreeSet;

use super::carry::{Carried, steps};
use super::state::{Booking, BookingStatus, State};
use crate::history::{Call, Status};

impl State {
    /// Carries out a step at the door that the log tells of. It leaves every seat sold.
    pub(super) fn pass(&mut self, call: &Call, logged: &BTreeSet<u32>) -> Carried {
        let (Call::CheckIn { booking, seats } | Call::CheckOut { booking, seats }) = call else {
            return Err("it is nothing that is done at the door".to_owned());
        };
        let fits = |booking: &Booking| logged.is_subset(&booking.seats);
        let key = self.learn_booking(*booking, fits).ok_or("there was no such booking")?;
        let booking = &mut self.bookings[key];
        if booking.status != BookingStatus::Confirmed {
            return Err(format!("the booking was {}", booking.status.name()));
        }
        let lets_in = matches!(call, Call::CheckIn { .. });
        let named: Option<BTreeSet<u32>> = seats.as_ref().map(|all| all.iter().copied().collect());
        let seats = named.unwrap_or_else(|| booking.at_door(lets_in));
        if seats.is_empty() || !seats.is_subset(&booking.seats) {
            return Err(format!("{seats:?} are no seats of the booking, which has them otherwise"));
        }
        let inside = booking.inside.clone();
        if lets_in && !inside.is_disjoint(&seats) || !lets_in && !seats.is_subset(&inside) {
            return Err(format!("visitors were in on {inside:?}"));
        }
        booking.inside = if lets_in { &inside | &seats } else { &inside - &seats };
        Ok(steps(&seats, Status::Sold, Status::Sold))
    }

    /// Whether a booking refuses a step at the door by this code.
    pub(super) fn is_shut(&self, key: usize, call: &Call, code: &str) -> bool {
        let booking = &self.bookings[key];
        let paid = booking.status == BookingStatus::Confirmed;
        let (lets_in, named) = match call {
            Call::CheckIn { seats, .. } => (true, seats),
            Call::CheckOut { seats, .. } => (false, seats),
            // Who is in keeps a booking from being cancelled.
            _ => return code == "already_checked_in" && paid && !booking.inside.is_empty(),
        };
        let seats = named.clone().map(|seats| seats.into_iter().collect::<BTreeSet<u32>>());
        let seats = seats.unwrap_or_else(|| booking.at_door(lets_in));
        match code {
            "not_confirmed" => booking.status == BookingStatus::Pending,
            "already_checked_in" => lets_in && paid && !booking.inside.is_disjoint(&seats),
            "not_checked_in" => {
                !lets_in && paid && (seats.is_empty() || !seats.is_subset(&booking.inside))
            }
            _ => false,
        }
    }

    /// Whether a step at the door names seats that the booking doesn't have.
    pub(super) fn is_at_wrong_door(&self, call: &Call) -> bool {
        let (Call::CheckIn { booking, seats } | Call::CheckOut { booking, seats }) = call else {
            return false;
        };
        let Some(seats) = seats else { return false };
        let booking = self.booking(*booking).map(|key| &self.bookings[key]);
        booking.is_none_or(|booking| seats.iter().any(|seat| !booking.seats.contains(seat)))
    }
}

impl Booking {
    /// The seats of a step that names none.
    fn at_door(&self, lets_in: bool) -> BTreeSet<u32> {
        if lets_in { self.seats.clone() } else { self.inside.clone() }
    }
}
