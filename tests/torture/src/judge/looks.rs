//! Whether an answer that left no trace in the log is true of a state: reads, repetitions of what
//! was so already, and extensions, whose trace is a hold's end.

use std::collections::BTreeSet;

use super::refusals::When;
use super::state::{Booking, BookingStatus, Hold, HoldStatus, Place, SECOND, State};
use crate::history::{Answer, BookingTold, Call, HoldTold, Nanos, Operation, Status};

fn same(told: &[u32], seats: &BTreeSet<u32>) -> bool {
    told.len() == seats.len() && told.iter().all(|seat| seats.contains(seat))
}

impl State {
    /// Whether an answer tells what is so, here and then. What it adds to what is known is kept.
    pub(super) fn shows(&mut self, operation: &Operation, answer: &Answer, when: When) -> bool {
        let caller = operation.caller;
        match (&operation.call, answer) {
            (Call::Lock { seat }, Answer::Locked { hold, seat: told, expires_at, .. }) => {
                let (can_end, _) = self.ends(*hold);
                let fits = |own: &Hold| {
                    own.owner == caller && own.seats.contains(seat) && can_end(own, *expires_at)
                };
                let Some(key) = self.learn_hold(*hold, fits) else { return false };
                seat == told
                    && self.place(*seat) == Some(Place::Held(key))
                    && self.holds[key].owner == caller
                    && self.learn_end(key, *expires_at, when)
            }
            (Call::Extend { hold, seconds }, Answer::Hold(told)) => {
                *hold == told.id && self.extend(operation, told, *seconds, when)
            }
            (Call::Release { hold }, Answer::Released { .. }) => {
                let fits = |own: &Hold| own.status == HoldStatus::Released && own.owner == caller;
                self.learn_hold(*hold, fits).is_some_and(|key| fits(&self.holds[key]))
            }
            (Call::Confirm { booking, reference }, Answer::Booking(told)) => {
                *booking == told.id
                    && *reference == told.reference
                    && told.status == "confirmed"
                    && self.shows_booking(Some(caller), told, when)
            }
            (Call::Cancel { booking }, Answer::Booking(told)) => {
                *booking == told.id
                    && told.status == "cancelled"
                    && self.shows_booking(Some(caller), told, when)
            }
            (Call::CallOff { booking }, Answer::Booking(told)) => {
                *booking == told.id
                    && told.status == "cancelled"
                    && self.shows_booking(None, told, when)
            }
            (Call::Block { seats }, Answer::Blocking { seats: told, .. }) => {
                self.all_are(seats, told, Place::Blocked)
            }
            (Call::Unblock { seats }, Answer::Blocking { seats: told, .. }) => {
                self.all_are(seats, told, Place::Free)
            }
            (Call::ReadHold { hold }, Answer::Hold(told)) => {
                *hold == told.id && self.shows_hold(operation, told, when)
            }
            (Call::ReadBooking { booking }, Answer::Booking(told)) => {
                *booking == told.id && self.shows_booking(Some(caller), told, when)
            }
            (Call::InspectBooking { booking }, Answer::Booking(told)) => {
                *booking == told.id && self.shows_booking(None, told, when)
            }
            (Call::Rename { name }, Answer::Event { name: told, .. }) => {
                name == told && self.shows_map(answer)
            }
            (_, answer) => operation.call.is_read() && self.shows_map(answer),
        }
    }

    fn all_are(&self, asked: &[u32], told: &[u32], place: Place) -> bool {
        let asked: BTreeSet<u32> = asked.iter().copied().collect();
        same(told, &asked) && told.iter().all(|seat| self.place(*seat) == Some(place))
    }

    /// Takes the told end of a hold, if it can be. Whoever asked while it was being extended may
    /// have been told the end before.
    fn learn_end(&mut self, key: usize, expires: i64, when: When) -> bool {
        let hold = &self.holds[key];
        let possible = (hold.expires..=self.ends_at_most(hold)).contains(&expires);
        let was = |(end, until): &(i64, Nanos)| *end == expires && *until >= when.sent.0;
        let was_before = hold.earlier.iter().any(was);
        if possible {
            self.holds[key].expires = expires;
        }
        possible || was_before
    }

    fn extend(&mut self, operation: &Operation, told: &HoldTold, seconds: u32, when: When) -> bool {
        let caller = operation.caller;
        let fits = |hold: &Hold| {
            let is_later = told.expires_at > hold.expires;
            let is_theirs = hold.owner == caller && hold.status == HoldStatus::Active;
            is_theirs && is_later && same(&told.seats, &hold.seats)
        };
        let Some(key) = self.learn_hold(told.id, fits) else { return false };
        let hold = &self.holds[key];
        let (last, asked) = (self.last_end(hold), i64::from(seconds) * SECOND);
        let from = (hold.expires + asked).min(last);
        let to = (self.ends_at_most(hold) + asked).min(last);
        let right = hold.owner == caller
            && self.may_be_on_sale(when)
            && hold.status == HoldStatus::Active
            && told.status == "active"
            && same(&told.seats, &hold.seats)
            && self.costs(told, hold)
            && (from..=to).contains(&told.expires_at)
            && told.expires_at - hold.expires >= SECOND;
        if right {
            let hold = &mut self.holds[key];
            hold.earlier.push((hold.expires, when.sent.1));
            hold.expires = told.expires_at;
        }
        right
    }

    fn costs(&self, told: &HoldTold, hold: &Hold) -> bool {
        told.price.is_none_or(|told| self.price(&hold.seats).is_none_or(|price| price == told))
    }

    fn shows_hold(&mut self, operation: &Operation, told: &HoldTold, when: When) -> bool {
        let caller = operation.caller;
        let (can_end, _) = self.ends(told.id);
        let fits = |hold: &Hold| {
            let is_theirs = hold.owner == caller && same(&told.seats, &hold.seats);
            is_theirs && can_end(hold, told.expires_at)
        };
        let Some(key) = self.learn_hold(told.id, fits) else { return false };
        let hold = &self.holds[key];
        if hold.owner != caller || !same(&told.seats, &hold.seats) || !self.costs(told, hold) {
            return false;
        }
        // Holds answer by the clock, ended in the log or not.
        let status = match hold.status {
            HoldStatus::Active if told.status == "expired" => hold.expires <= when.to,
            HoldStatus::Active => told.status == "active" && self.ends_at_most(hold) > when.from,
            ended => told.status == ended.name(),
        };
        status && self.learn_end(key, told.expires_at, when)
    }

    /// Whether a booking is told as it is, to its owner or (`None`) to an organiser.
    fn shows_booking(
        &mut self,
        owner: Option<Option<i64>>,
        told: &BookingTold,
        when: When,
    ) -> bool {
        let theirs = |booking: &Booking| owner.is_none_or(|owner| booking.owner == owner);
        let fits = |booking: &Booking| theirs(booking) && booking.created == told.created_at;
        let Some(key) = self.learn_booking(told.id, fits) else { return false };
        let booking = &self.bookings[key];
        let status = match booking.status {
            BookingStatus::Pending if told.status == "expired" => booking.expires <= when.to,
            BookingStatus::Pending => told.status == "pending" && booking.expires > when.from,
            status => told.status == status.name(),
        };
        let is_same =
            |(told, known): (Option<&String>, Option<&String>)| told.is_none() || told == known;
        let price = self.price(&booking.seats);
        let right = status
            && theirs(booking)
            && booking.owner == Some(told.user)
            && (booking.booking_ref.is_none()
                || is_same((told.booking_ref.as_ref(), booking.booking_ref.as_ref())))
            && told.price.is_none_or(|told| price.is_none_or(|price| price == told))
            && same(&told.inside, &booking.inside)
            && same(&told.seats, &booking.seats)
            && booking.created == told.created_at
            && booking.expires == told.expires_at
            && booking.reference == told.reference;
        if right && told.booking_ref.is_some() {
            self.bookings[key].booking_ref.clone_from(&told.booking_ref);
        }
        right
    }

    fn shows_map(&self, answer: &Answer) -> bool {
        match answer {
            Answer::Map { statuses, .. } => *statuses == self.map(),
            Answer::AvailableTickets { seats, .. } => {
                let map = self.map();
                let free = (0..).zip(map.chars()).filter(|(_, letter)| *letter == 'A');
                free.map(|(seat, _)| seat).eq(seats.iter().copied())
            }
            Answer::Event { available, counts, .. } => {
                let map = self.map();
                let count = |status: Status| {
                    map.chars().filter(|letter| *letter == status.letter()).count()
                };
                let right =
                    Status::ALL.into_iter().map(count).eq(counts.iter().map(|n| *n as usize));
                right && *available == counts[0]
            }
            _ => false,
        }
    }

    /// Whether what was told of an effect is what the state has right after it.
    pub(super) fn tells(&mut self, operation: &Operation, answer: &Answer) -> bool {
        let caller = operation.caller;
        let always = When { from: self.at, to: self.at, sent: (Nanos::MAX, 0) };
        match (&operation.call, answer) {
            (Call::Unlock { seat }, Answer::Unlocked { seat: told, .. }) => seat == told,
            (
                Call::Hold { .. }
                | Call::HoldBest { .. }
                | Call::HoldPlaces { .. }
                | Call::HoldTable,
                Answer::Hold(told),
            ) => self.shows_hold(operation, told, always),
            (
                Call::BookSeats { .. } | Call::BookHold { .. } | Call::BookQuantity { .. },
                Answer::Booking(told),
            ) => told.status == "pending" && self.shows_booking(Some(caller), told, always),
            (
                Call::CheckIn { booking, .. } | Call::CheckOut { booking, .. },
                Answer::Booking(told),
            ) => *booking == told.id && self.shows_booking(None, told, always),
            _ => self.shows(operation, answer, always),
        }
    }
}
