//! Whether a refusal is true of a state.

use std::collections::BTreeSet;

use super::state::{BookingStatus, HoldStatus, Place, SECOND, State};
use crate::history::{Call, CancelConfirmed, Nanos, Operation, Refusal, Status, UnixMicros};

/// When something was decided, at the earliest and the latest, tolerance included.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    pub(super) from: UnixMicros,
    pub(super) to: UnixMicros,
    /// When it was sent and answered.
    pub(super) sent: (Nanos, Nanos),
}

/// Seats that a call names.
fn named(call: &Call) -> &[u32] {
    match call {
        Call::Lock { seat } | Call::Unlock { seat } => std::slice::from_ref(seat),
        Call::Hold { seats }
        | Call::BookSeats { seats }
        | Call::Block { seats }
        | Call::Unblock { seats } => seats,
        _ => &[],
    }
}

impl State {
    /// Whether the contract lets a call be refused so, here and then.
    pub(super) fn justifies(&self, operation: &Operation, no: &Refusal, when: When) -> bool {
        let call = &operation.call;
        match (no.status, no.code.as_str()) {
            (404, _) => self.is_unknown(call),
            (403, _) => self.is_anothers(operation),
            (409, "seats_unavailable") => self.stand_in_the_way(operation, no),
            (409, "sales_closed") => self.is_closed(call, when),
            (409, "seat_limit") => self.is_too_much(operation),
            (409, "sold_out" | "not_enough_together") => self.is_short(call, &no.code),
            (409, code) => self.is_late(operation, code, when),
            (422, "sold_whole") => self.cuts_table(operation),
            (422, _) => self.is_wrong(call),
            _ => false,
        }
    }

    fn is_there(&self, seat: u32) -> bool {
        self.place(seat).is_some()
    }

    fn is_unknown(&self, call: &Call) -> bool {
        match call {
            Call::Extend { hold, .. }
            | Call::Release { hold }
            | Call::ReadHold { hold }
            | Call::BookHold { hold } => self.hold(*hold).is_none(),
            Call::Confirm { booking, .. }
            | Call::Cancel { booking }
            | Call::CallOff { booking }
            | Call::CheckIn { booking, .. }
            | Call::CheckOut { booking, .. }
            | Call::InspectBooking { booking }
            | Call::ReadBooking { booking } => self.booking(*booking).is_none(),
            _ => named(call).iter().any(|seat| !self.is_there(*seat)),
        }
    }

    fn is_anothers(&self, operation: &Operation) -> bool {
        let other = |owner: Option<i64>| owner != operation.caller;
        match &operation.call {
            Call::Unlock { seat } => self.holder(*seat).is_some_and(|hold| other(hold.owner)),
            Call::Extend { hold, .. }
            | Call::Release { hold }
            | Call::ReadHold { hold }
            | Call::BookHold { hold } => match self.hold(*hold) {
                Some(key) => other(self.holds[key].owner),
                None => self.has_nameless_hold(other),
            },
            Call::Confirm { booking, .. }
            | Call::Cancel { booking }
            | Call::ReadBooking { booking } => match self.booking(*booking) {
                Some(key) => {
                    let booking = &self.bookings[key];
                    let paid = booking.status == BookingStatus::Confirmed
                        && self.rules.cancel_confirmed == CancelConfirmed::Organiser;
                    let cancels = matches!(operation.call, Call::Cancel { .. });
                    other(booking.owner) || (paid && cancels)
                }
                None => self.has_nameless_booking(other),
            },
            _ => false,
        }
    }

    /// Every seat named as a conflict stood so, and so stood in the way.
    fn stand_in_the_way(&self, operation: &Operation, no: &Refusal) -> bool {
        let own = |seat| self.holder(seat).is_some_and(|hold| hold.owner == operation.caller);
        let asked: Vec<u32> = match &operation.call {
            Call::HoldTable => self.table().collect(),
            call => named(call).to_vec(),
        };
        let blocks = |seat: u32, status: Status| match operation.call {
            Call::Lock { .. } => status != Status::Available && !own(seat),
            Call::Hold { .. } | Call::HoldTable => status != Status::Available,
            Call::BookSeats { .. } => !own(seat),
            Call::Block { .. } | Call::Unblock { .. } => {
                !matches!(status, Status::Available | Status::Blocked)
            }
            _ => false,
        };
        let conflict = |(seat, status): &(u32, Status)| {
            asked.contains(seat) && self.status(*seat) == Some(*status) && blocks(*seat, *status)
        };
        !no.conflicts.is_empty() && no.conflicts.iter().all(conflict)
    }

    /// Whether sales were open at some moment of these.
    pub(super) fn may_be_on_sale(&self, when: When) -> bool {
        let mut terms = self.offers.during(when.sent.0, when.sent.1);
        terms.any(|terms| self.offers.sells(terms, when.from, when.to))
    }

    fn is_closed(&self, call: &Call, when: When) -> bool {
        let mut terms = self.offers.during(when.sent.0, when.sent.1);
        let closed = terms.any(|terms| self.offers.is_closed(terms, when.from, when.to));
        let late = match call {
            Call::Confirm { booking, .. } => self
                .booking(*booking)
                .is_some_and(|key| self.bookings[key].status == BookingStatus::Expired),
            Call::Lock { .. }
            | Call::Hold { .. }
            | Call::HoldBest { .. }
            | Call::HoldPlaces { .. }
            | Call::HoldTable
            | Call::Extend { .. }
            | Call::BookSeats { .. }
            | Call::BookHold { .. }
            | Call::BookQuantity { .. } => true,
            _ => false,
        };
        closed && late
    }

    /// Fewer are free than asked for, or they aren't together. Of a table that is sold whole nothing
    /// is free unless all is.
    fn is_short(&self, call: &Call, code: &str) -> bool {
        let places = self.free_of(0..self.rules.places, None);
        let table = self.rules.table as usize;
        match call {
            Call::HoldPlaces { quantity } => {
                places < *quantity as usize && (places == 0) == (code == "sold_out")
            }
            Call::HoldBest { quantity, only } => {
                let loose = self.free_of(0..self.table().start, *only);
                let whole = if self.free_of(self.table(), *only) == table { table } else { 0 };
                let together = self.is_together_elsewhere(*quantity, *only)
                    || (whole > 0 && whole == *quantity as usize);
                match code {
                    "sold_out" => loose + whole == 0,
                    _ => loose + whole > 0 && !together,
                }
            }
            _ => false,
        }
    }

    fn is_too_much(&self, operation: &Operation) -> bool {
        let more = match &operation.call {
            Call::Confirm { booking, .. } => match self.booking(*booking) {
                Some(key) if self.bookings[key].status == BookingStatus::Expired => {
                    self.bookings[key].seats.len()
                }
                _ => return false,
            },
            Call::Lock { .. } | Call::Hold { .. } => named(&operation.call).len(),
            Call::HoldTable => self.rules.table as usize,
            // What the server chooses fits the limit: a table with seats to spare that doesn't is
            // not given.
            Call::HoldBest { quantity, .. } | Call::HoldPlaces { quantity } => *quantity as usize,
            _ => return false,
        };
        !self.has_room(operation.caller, more)
    }

    /// The other conflicts: what the caller has is not, or no longer, fit for it.
    fn is_late(&self, operation: &Operation, code: &str, when: When) -> bool {
        let (caller, call) = (operation.caller, &operation.call);
        let hold = |is: &dyn Fn(usize) -> bool| match call {
            Call::Extend { hold, .. } | Call::Release { hold } | Call::BookHold { hold } => {
                self.hold(*hold).map_or_else(|| self.has_nameless_hold(|owner| owner == caller), is)
            }
            _ => false,
        };
        let booking = |is: &dyn Fn(usize) -> bool| match call {
            Call::Confirm { booking, .. } | Call::Cancel { booking } => self
                .booking(*booking)
                .map_or_else(|| self.has_nameless_booking(|owner| owner == caller), is),
            Call::CallOff { booking }
            | Call::CheckIn { booking, .. }
            | Call::CheckOut { booking, .. } => {
                self.booking(*booking).map_or_else(|| self.has_nameless_booking(|_| true), is)
            }
            _ => false,
        };
        let ended = |key: usize| {
            matches!(self.holds[key].status, HoldStatus::Released | HoldStatus::Booked)
        };
        let locked = || self.locked_by(caller).len();
        match (code, call) {
            ("nothing_locked", Call::BookQuantity { .. }) => locked() == 0,
            ("nothing_locked", Call::BookHold { .. }) => hold(&ended),
            ("quantity_exceeds_locked", Call::BookQuantity { quantity }) => {
                (1..*quantity as usize).contains(&locked())
            }
            ("hold_expired", _) => hold(&|key| self.holds[key].status == HoldStatus::Expired),
            ("cannot_extend", Call::Extend { .. }) => {
                hold(&|key| ended(key) || self.is_at_its_end(key, when))
            }
            ("not_locked", Call::Unlock { seat }) => {
                self.is_there(*seat) && self.holder(*seat).is_none()
            }
            ("not_locked", Call::Release { .. }) => {
                hold(&|key| self.holds[key].status == HoldStatus::Booked)
            }
            ("booking_expired", _) => booking(&|key| self.is_lost(key, call)),
            (
                "booking_cancelled",
                Call::Confirm { .. } | Call::CheckIn { .. } | Call::CheckOut { .. },
            ) => booking(&|key| self.bookings[key].status == BookingStatus::Cancelled),
            ("already_confirmed", _) => booking(&|key| self.is_paid(key, call)),
            ("not_confirmed" | "already_checked_in" | "not_checked_in", _) => {
                booking(&|key| self.is_shut(key, call, code))
            }
            _ => false,
        }
    }

    fn is_at_its_end(&self, key: usize, when: When) -> bool {
        let hold = &self.holds[key];
        let left = self.last_end(hold) - self.ends_at_most(hold);
        hold.status == HoldStatus::Active && left < SECOND && when.from < self.last_end(hold)
    }

    fn is_lost(&self, key: usize, call: &Call) -> bool {
        let booking = &self.bookings[key];
        let taken = booking.seats.iter().any(|seat| self.place(*seat) != Some(Place::Free));
        let late = matches!(call, Call::Confirm { .. });
        booking.status == BookingStatus::Expired && (taken || !late)
    }

    fn is_paid(&self, key: usize, call: &Call) -> bool {
        let booking = &self.bookings[key];
        let fits = match call {
            Call::Confirm { reference, .. } => booking.reference != *reference,
            Call::CheckIn { .. } | Call::CheckOut { .. } => false,
            _ => self.rules.cancel_confirmed == CancelConfirmed::Never,
        };
        booking.status == BookingStatus::Confirmed && fits
    }

    /// Readable, but can't be right whatever the state.
    fn is_wrong(&self, call: &Call) -> bool {
        let seats = named(call);
        let twice = seats.iter().collect::<BTreeSet<_>>().len() < seats.len();
        let listed = !matches!(call, Call::Lock { .. } | Call::Unlock { .. });
        let unknown = listed && seats.iter().any(|seat| !self.is_there(*seat));
        let none = matches!(
            call,
            Call::Hold { .. } | Call::BookSeats { .. } | Call::Block { .. } | Call::Unblock { .. }
        ) && seats.is_empty();
        let most = self.rules.max_seats_per_user;
        let many = match call {
            Call::BookQuantity { quantity } => *quantity == 0 || *quantity > most,
            Call::HoldBest { quantity, .. } => *quantity == 0,
            Call::HoldPlaces { quantity } => *quantity == 0 || self.rules.places == 0,
            Call::HoldTable => self.rules.table == 0,
            Call::Extend { seconds, .. } => *seconds == 0,
            Call::Hold { seats } | Call::BookSeats { seats } => seats.len() > most as usize,
            _ => false,
        };
        twice || unknown || none || many || self.is_at_wrong_door(call)
    }

    /// Whether what is asked for is a part of the table that is sold whole.
    fn cuts_table(&self, operation: &Operation) -> bool {
        let seats = match &operation.call {
            Call::BookQuantity { quantity } => {
                let locked = self.locked_by(operation.caller);
                locked.into_iter().take(*quantity as usize).collect()
            }
            Call::Block { .. } | Call::Unblock { .. } | Call::Unlock { .. } => return false,
            call => named(call).iter().copied().collect(),
        };
        self.cut_table(&seats)
    }
}
