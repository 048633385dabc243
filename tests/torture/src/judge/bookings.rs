//! What booking, confirming and cancelling do.

use std::collections::BTreeSet;

use super::carry::{Carried, steps};
use super::state::{Booking, BookingStatus, HoldStatus, Place, SECOND, State};
use crate::history::{Answer, Call, CancelConfirmed, Operation, Status, UnixMicros};

impl State {
    pub(super) fn book(
        &mut self,
        operation: &Operation,
        answer: Option<&Answer>,
        at: UnixMicros,
        logged: &BTreeSet<u32>,
    ) -> Carried {
        let caller = operation.caller;
        self.require_on_sale(at)?;
        let locked = self.locked_by(caller);
        let seats: BTreeSet<u32> = match &operation.call {
            Call::BookSeats { seats } => seats.iter().copied().collect(),
            Call::BookHold { hold } => {
                let key = self.own_active_hold(caller, *hold, |hold| hold.seats == *logged)?;
                self.holds[key].seats.clone()
            }
            Call::BookQuantity { quantity } => {
                locked.iter().copied().take(*quantity as usize).collect()
            }
            _ => return Err("it is no booking".to_owned()),
        };
        if let Call::BookQuantity { quantity } = operation.call
            && (quantity == 0 || seats.len() < quantity as usize)
        {
            return Err(format!("user {caller:?} had locked {locked:?} only"));
        }
        if self.cut_table(&seats) {
            return Err(format!("seats {seats:?} are a part of a table sold whole"));
        }
        if let Some(seat) = seats.iter().find(|seat| !locked.contains(seat)) {
            let holder = self.holder(*seat).map(|hold| hold.owner);
            return Err(format!("seat {seat} was not locked by user {caller:?}, but {holder:?}"));
        }
        for key in 0..self.holds.len() {
            let is_touched = |seat: &u32| self.place(*seat) == Some(Place::Held(key));
            if seats.iter().any(is_touched) {
                self.take_out(key, &seats, HoldStatus::Booked);
            }
        }
        let id = match answer {
            Some(Answer::Booking(booking)) => Some(booking.id),
            _ => None,
        };
        if id.is_some_and(|id| self.booking(id).is_some()) {
            return Err("its booking was made before".to_owned());
        }
        let booking = Booking {
            id,
            owner: caller,
            seats: seats.clone(),
            status: BookingStatus::Pending,
            reference: None,
            booking_ref: None,
            inside: BTreeSet::new(),
            created: at,
            expires: at + i64::from(self.rules.booking_seconds) * SECOND,
        };
        let key = self.add_booking(booking);
        self.put(&seats, Place::Booked(key));
        Ok(steps(&seats, Status::Locked, Status::Reserved))
    }

    fn own_booking(
        &mut self,
        caller: Option<i64>,
        id: i64,
        logged: &BTreeSet<u32>,
    ) -> Result<usize, String> {
        let fits = |booking: &Booking| booking.owner == caller && booking.seats == *logged;
        let key = self.learn_booking(id, fits).ok_or("there was no such booking")?;
        if self.bookings[key].owner != caller {
            return Err(format!("the booking was user {:?}'s", self.bookings[key].owner));
        }
        Ok(key)
    }

    pub(super) fn confirm(
        &mut self,
        caller: Option<i64>,
        (id, reference): (i64, Option<&str>),
        at: UnixMicros,
        logged: &BTreeSet<u32>,
    ) -> Carried {
        let key = self.own_booking(caller, id, logged)?;
        let seats = self.bookings[key].seats.clone();
        let mut done = Vec::new();
        match self.bookings[key].status {
            BookingStatus::Pending => {}
            BookingStatus::Expired => {
                self.require_on_sale(at)?;
                if let Some(seat) =
                    seats.iter().find(|seat| self.place(**seat) != Some(Place::Free))
                {
                    return Err(format!("seat {seat} was not free to be taken again"));
                }
                if !self.has_room(caller, seats.len()) {
                    return Err("the caller had too many seats to take these again".to_owned());
                }
                self.put(&seats, Place::Booked(key));
                done = steps(&seats, Status::Available, Status::Reserved);
            }
            status => return Err(format!("the booking was {}", status.name())),
        }
        done.extend(steps(&seats, Status::Reserved, Status::Sold));
        let booking = &mut self.bookings[key];
        booking.status = BookingStatus::Confirmed;
        booking.reference = reference.map(str::to_owned);
        Ok(done)
    }

    pub(super) fn cancel(
        &mut self,
        caller: Option<i64>,
        id: i64,
        logged: &BTreeSet<u32>,
    ) -> Carried {
        let key = self.own_booking(caller, id, logged)?;
        let paid = self.bookings[key].status == BookingStatus::Confirmed;
        if paid && self.rules.cancel_confirmed == CancelConfirmed::Organiser {
            return Err("only organisers may cancel what is paid".to_owned());
        }
        self.give_back(key)
    }

    /// A cancellation by an organiser, whosever booking it is.
    pub(super) fn call_off(&mut self, id: i64, logged: &BTreeSet<u32>) -> Carried {
        let key = self.learn_booking(id, |booking| booking.seats == *logged);
        self.give_back(key.ok_or("there was no such booking")?)
    }

    fn give_back(&mut self, key: usize) -> Carried {
        let from = match (self.bookings[key].status, self.rules.cancel_confirmed) {
            (BookingStatus::Pending, _) => Status::Reserved,
            (BookingStatus::Confirmed, CancelConfirmed::Owner | CancelConfirmed::Organiser) => {
                Status::Sold
            }
            (status, _) => return Err(format!("the booking was {}", status.name())),
        };
        let inside = &self.bookings[key].inside;
        if !inside.is_empty() {
            return Err(format!("visitors were in on {inside:?}"));
        }
        let seats = self.bookings[key].seats.clone();
        self.bookings[key].status = BookingStatus::Cancelled;
        self.put(&seats, Place::Free);
        Ok(steps(&seats, from, Status::Available))
    }
}
