//! The model's bookings and blocks.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Decided, Model, Place};
use crate::domain::answer::{Outcome, Refusal, Thing};
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::command::{Book, Selection};
use crate::domain::decide::{Cause, Way};
use crate::domain::event::CancelConfirmed;
use crate::domain::hold::HoldStatus;
use crate::domain::ids::{BookingId, SeatIndex, UserId};
use crate::domain::seat::SeatStatus;

impl Model {
    pub(super) fn booking_mut(&mut self, id: BookingId) -> &mut Booking {
        self.bookings.get_mut(&id).expect("a booking")
    }

    fn choose(&self, caller: UserId, selection: &Selection) -> Result<Vec<SeatIndex>, Refusal> {
        let locked = self.locked_by(caller);
        match selection {
            Selection::Seats(seats) => {
                if seats.iter().all(|seat| self.exists(*seat)) {
                    self.require_on_sale()?;
                }
                self.require(seats, |seat| locked.contains(&seat))?;
                Ok(seats.clone())
            }
            Selection::Hold(id) => {
                let hold = self.own_hold(caller, *id)?;
                self.require_on_sale()?;
                match hold.status {
                    HoldStatus::Active => Ok(self.seats_at(Place::Held(*id))),
                    HoldStatus::Expired => Err(Refusal::HoldExpired),
                    HoldStatus::Released | HoldStatus::Booked => Err(Refusal::NothingLocked),
                }
            }
            Selection::QuantityWhole { .. } => unreachable!("plans know no tables"),
            Selection::Quantity(quantity) => {
                if *quantity > self.rules.max_seats_per_user {
                    let field = "quantity".to_owned();
                    return Err(Refusal::Invalid { field, detail: String::new() });
                }
                self.require_on_sale()?;
                match locked.len() {
                    0 => Err(Refusal::NothingLocked),
                    n if n < *quantity as usize => {
                        Err(Refusal::QuantityExceedsLocked { locked: n as u32 })
                    }
                    _ => Ok(locked[..*quantity as usize].to_vec()),
                }
            }
        }
    }

    pub(super) fn book(&mut self, caller: UserId, book: &Book, id: BookingId) -> Decided {
        let seats = self.choose(caller, &book.selection)?;
        let (mut prices, mut holds) = (Vec::new(), BTreeSet::new());
        for seat in &seats {
            let Place::Held(hold) = self.places[*seat as usize] else { unreachable!("chosen") };
            prices.push(self.taken_at[&(hold, *seat)]);
            holds.insert(hold);
        }
        let booking = Booking {
            id,
            reference: book.reference.clone(),
            owner: caller,
            user: book.user.unwrap_or(caller),
            customer: book.customer.clone(),
            seats: seats.clone(),
            prices,
            status: BookingStatus::Pending,
            payment_reference: None,
            created_at: self.now,
            former: None,
            expires_at: self.after(self.rules.booking_seconds),
            checked_in: Vec::new(),
        };
        self.bookings.insert(id, booking.clone());
        for seat in seats {
            self.put(seat, Place::Booked(id), SeatStatus::Reserved, Cause::Book);
        }
        for hold in holds {
            self.note_hold(hold, HoldStatus::Booked);
        }
        Ok(Outcome::Booking(booking))
    }

    fn own_booking(&self, caller: UserId, id: BookingId) -> Result<&Booking, Refusal> {
        let thing = Thing::Booking;
        match self.bookings.get(&id) {
            None => Err(Refusal::NotFound { thing }),
            Some(booking) if booking.owner != caller => Err(Refusal::NotYours { thing }),
            Some(booking) => Ok(booking),
        }
    }

    pub(super) fn confirm(
        &mut self,
        caller: UserId,
        id: BookingId,
        payment: Option<String>,
    ) -> Decided {
        let booking = self.own_booking(caller, id)?.clone();
        match booking.status {
            BookingStatus::Cancelled => return Err(Refusal::BookingCancelled),
            BookingStatus::Confirmed if booking.payment_reference == payment => {
                return Ok(Outcome::Booking(booking));
            }
            BookingStatus::Confirmed => return Err(Refusal::AlreadyConfirmed),
            BookingStatus::Pending => {}
            BookingStatus::Expired => {
                self.require_on_sale()?;
                if booking.seats.iter().any(|seat| self.places[*seat as usize] != Place::Free) {
                    return Err(Refusal::BookingExpired);
                }
                self.require_room(caller, booking.seats.len())?;
                for seat in &booking.seats {
                    self.put(*seat, Place::Booked(id), SeatStatus::Reserved, Cause::Confirm);
                }
            }
        }
        for seat in &booking.seats {
            self.put(*seat, Place::Booked(id), SeatStatus::Sold, Cause::Confirm);
        }
        let booking = self.booking_mut(id);
        booking.status = BookingStatus::Confirmed;
        booking.payment_reference = payment;
        Ok(Outcome::Booking(booking.clone()))
    }

    /// `caller`: the owner; `None`: an organiser.
    pub(super) fn cancel(&mut self, caller: Option<UserId>, id: BookingId) -> Decided {
        let known = self.bookings.get(&id).map(|booking| booking.owner);
        let owner = caller.or(known).ok_or(Refusal::NotFound { thing: Thing::Booking })?;
        let booking = self.own_booking(owner, id)?.clone();
        match (booking.status, self.rules.cancel_confirmed) {
            (BookingStatus::Pending, _) => {}
            (BookingStatus::Confirmed, CancelConfirmed::Organiser) if caller.is_some() => {
                return Err(Refusal::NotYours { thing: Thing::Booking });
            }
            (BookingStatus::Confirmed, CancelConfirmed::Never) => {
                return Err(Refusal::AlreadyConfirmed);
            }
            (BookingStatus::Confirmed, _) if self.inside.keys().any(|(of, _)| *of == id) => {
                return Err(Refusal::AlreadyCheckedIn { inside: self.inside_of(id) });
            }
            (BookingStatus::Confirmed, _) => {}
            (BookingStatus::Cancelled, _) => return Ok(Outcome::Booking(booking)),
            (BookingStatus::Expired, _) => return Err(Refusal::BookingExpired),
        }
        self.free(&booking.seats, Cause::Cancel);
        let booking = self.booking_mut(id);
        booking.status = BookingStatus::Cancelled;
        Ok(Outcome::Booking(booking.clone()))
    }

    fn inside_of(&self, id: BookingId) -> Vec<(SeatIndex, Timestamp)> {
        let of = self.inside.iter().filter(|((booking, _), _)| *booking == id);
        of.map(|((_, seat), since)| (*seat, *since)).collect()
    }

    /// Lets the booking's visitors in, or out again.
    pub(super) fn door(
        &mut self,
        id: BookingId,
        seats: Option<&Vec<SeatIndex>>,
        way: Way,
    ) -> Decided {
        let thing = Thing::Booking;
        let mut booking = self.bookings.get(&id).ok_or(Refusal::NotFound { thing })?.clone();
        match booking.status {
            BookingStatus::Confirmed => {}
            BookingStatus::Pending => return Err(Refusal::NotConfirmed),
            BookingStatus::Cancelled => return Err(Refusal::BookingCancelled),
            BookingStatus::Expired => return Err(Refusal::BookingExpired),
        }
        let mut inside = self.inside_of(id);
        let all = match way {
            Way::In => booking.seats.clone(),
            Way::Out => inside.iter().map(|(seat, _)| *seat).collect(),
        };
        let seats = seats.unwrap_or(&all);
        if seats.iter().any(|seat| !booking.seats.contains(seat)) {
            return Err(Refusal::Invalid { field: "seats".to_owned(), detail: String::new() });
        }
        inside.retain(|(seat, _)| seats.contains(seat));
        match way {
            Way::In if !inside.is_empty() => return Err(Refusal::AlreadyCheckedIn { inside }),
            Way::Out if seats.is_empty() || inside.len() < seats.len() => {
                return Err(Refusal::NotCheckedIn);
            }
            _ => {}
        }
        for seat in seats {
            match way {
                Way::In => self.inside.insert((id, *seat), self.now),
                Way::Out => self.inside.remove(&(id, *seat)),
            };
        }
        let since = |seat: &SeatIndex| self.inside.get(&(id, *seat)).copied();
        booking.checked_in = match self.inside_of(id).is_empty() {
            true => Vec::new(),
            false => booking.seats.iter().map(since).collect(),
        };
        *self.booking_mut(id) = booking.clone();
        Ok(Outcome::Booking(booking))
    }

    pub(super) fn switch(
        &mut self,
        seats: &[SeatIndex],
        place: Place,
        to: SeatStatus,
        cause: Cause,
    ) -> Decided {
        let idle = |seat| matches!(self.places[seat as usize], Place::Free | Place::Blocked);
        self.require(seats, idle)?;
        for seat in seats {
            if self.places[*seat as usize] != place {
                self.put(*seat, place, to, cause);
            }
        }
        Ok(Outcome::Blocking { seats: seats.to_vec() })
    }
}
