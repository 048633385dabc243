//! Booking, confirming and cancelling.

use std::ops::Range;

use super::Cause;
use super::work::{Owner, Work};
use crate::domain::answer::{Outcome, Refusal, Thing};
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::command::{Book, Selection};
use crate::domain::event::CancelConfirmed;
use crate::domain::hold::HoldStatus;
use crate::domain::ids::{BookingId, SeatIndex, UserId};
use crate::domain::seat::SeatStatus;

impl Work {
    pub(super) fn book(&mut self, caller: UserId, book: &Book) -> Result<Outcome, Refusal> {
        // Ids are handed out in order; a refused command's is simply not used.
        let id = self.state.booking_ids.pop();
        self.require_possible(caller, &book.selection)?;
        self.require_on_sale()?;
        let seats = self.selected(caller, &book.selection)?;
        let Some(id) = id else {
            debug_assert!(false, "an id was fetched for every booking command");
            return Err(Refusal::NothingLocked);
        };
        let prices = self.take_from_holds(caller, &seats);
        for index in &seats {
            self.move_seat(*index, SeatStatus::Reserved, Owner::Booking(id), Cause::Book);
        }
        let booking = Booking {
            id,
            reference: book.reference.clone(),
            owner: caller,
            user: book.user.unwrap_or(caller),
            customer: book.customer.clone(),
            seats,
            prices,
            status: BookingStatus::Pending,
            payment_reference: None,
            created_at: self.now,
            expires_at: self.later(self.state.event.rules.booking_seconds),
            checked_in: Vec::new(),
            former: None,
        };
        self.put_booking(booking.clone());
        Ok(Outcome::Booking(booking))
    }

    /// Refuses what can't be booked whatever the time: what isn't there, is somebody else's hold,
    /// or is beyond the limit. All else comes after the sales window: outside it, a caller who
    /// has locked nothing isn't told to lock something first.
    fn require_possible(&self, caller: UserId, selection: &Selection) -> Result<(), Refusal> {
        match selection {
            Selection::Hold(id) => self.own_hold(caller, *id).map(drop),
            Selection::Seats(seats) => self.require_known(seats),
            Selection::Quantity(quantity) | Selection::QuantityWhole { quantity, .. } => {
                self.require_within_limit(*quantity)
            }
        }
    }

    fn require_within_limit(&self, quantity: u32) -> Result<(), Refusal> {
        let limit = self.state.event.rules.max_seats_per_user;
        if quantity > limit {
            return Err(Refusal::Invalid {
                field: "quantity".to_owned(),
                detail: format!("must be at most {limit}, the event's limit of seats per user"),
            });
        }
        Ok(())
    }

    /// The seats to book, ascending: all locked by the caller, never anyone else's.
    fn selected(&self, caller: UserId, selection: &Selection) -> Result<Vec<SeatIndex>, Refusal> {
        match selection {
            Selection::Hold(id) => Ok(self.own_active_hold(caller, *id)?.seats),
            Selection::Seats(seats) => {
                let conflicts = self.not_held_by(caller, seats);
                if conflicts.is_empty() {
                    return Ok(seats.clone());
                }
                Err(Refusal::SeatsUnavailable { conflicts })
            }
            Selection::Quantity(quantity) => self.lowest_locked(caller, *quantity),
            Selection::QuantityWhole { quantity, tables } => {
                let seats = self.lowest_locked(caller, *quantity)?;
                let among = |seat: &SeatIndex| seats.binary_search(seat).is_ok();
                let is_cut = |all: &Range<SeatIndex>| {
                    let count = all.clone().filter(among).count();
                    count > 0 && count < all.len()
                };
                match tables.iter().find(|(_, all)| is_cut(all)) {
                    Some((table, _)) => Err(Refusal::SoldWhole { table: table.clone() }),
                    None => Ok(seats),
                }
            }
        }
    }

    fn lowest_locked(&self, caller: UserId, quantity: u32) -> Result<Vec<SeatIndex>, Refusal> {
        let mut seats: Vec<SeatIndex> =
            self.active_holds_of(caller).flat_map(|hold| hold.seats.iter().copied()).collect();
        if seats.is_empty() {
            return Err(Refusal::NothingLocked);
        }
        let locked = u32::try_from(seats.len()).unwrap_or(u32::MAX);
        if quantity > locked {
            return Err(Refusal::QuantityExceedsLocked { locked });
        }
        seats.sort_unstable();
        seats.truncate(quantity as usize);
        Ok(seats)
    }

    /// Takes the seats out of the caller's holds; returns the prices fixed there, in seat order.
    fn take_from_holds(&mut self, caller: UserId, seats: &[SeatIndex]) -> Vec<i64> {
        let mut holds: Vec<_> = self
            .active_holds_of(caller)
            .filter(|hold| hold.seats.iter().any(|seat| seats.contains(seat)))
            .cloned()
            .collect();
        let price = |seat: &SeatIndex| holds.iter().find_map(|hold| hold.price_of(*seat));
        let prices = seats.iter().filter_map(price).collect();
        for hold in &mut holds {
            hold.take_out(seats, HoldStatus::Booked);
            self.put_hold(hold.clone());
        }
        prices
    }

    fn own_booking(&self, caller: UserId, id: BookingId) -> Result<Booking, Refusal> {
        let booking = self.booking(id)?;
        if booking.owner != caller {
            return Err(Refusal::NotYours { thing: Thing::Booking });
        }
        Ok(booking)
    }

    pub(super) fn booking(&self, id: BookingId) -> Result<Booking, Refusal> {
        let booking = self.state.bookings.get(&id);
        booking.cloned().ok_or(Refusal::NotFound { thing: Thing::Booking })
    }

    pub(super) fn confirm(
        &mut self,
        caller: UserId,
        id: BookingId,
        payment_reference: Option<&str>,
    ) -> Result<Outcome, Refusal> {
        let mut booking = self.own_booking(caller, id)?;
        match booking.status {
            BookingStatus::Pending => {}
            BookingStatus::Confirmed
                if booking.payment_reference.as_deref() == payment_reference =>
            {
                return Ok(Outcome::Booking(booking));
            }
            BookingStatus::Confirmed => return Err(Refusal::AlreadyConfirmed),
            BookingStatus::Cancelled => return Err(Refusal::BookingCancelled),
            BookingStatus::Expired => self.take_again(&booking)?,
        }
        for index in &booking.seats {
            self.move_seat(*index, SeatStatus::Sold, Owner::Booking(id), Cause::Confirm);
        }
        booking.status = BookingStatus::Confirmed;
        booking.payment_reference = payment_reference.map(str::to_owned);
        self.put_booking(booking.clone());
        Ok(Outcome::Booking(booking))
    }

    /// The late confirm: the very same seats, if all are free, within the sales window and the
    /// caller's limit.
    fn take_again(&mut self, booking: &Booking) -> Result<(), Refusal> {
        self.require_on_sale()?;
        if booking.former.is_some()
            || self.require_all(&booking.seats, &[SeatStatus::Available]).is_err()
        {
            return Err(Refusal::BookingExpired);
        }
        self.require_below_limit(booking.owner, booking.seats.len())?;
        for index in &booking.seats {
            let owner = Owner::Booking(booking.id);
            self.move_seat(*index, SeatStatus::Reserved, owner, Cause::Confirm);
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, caller: UserId, id: BookingId) -> Result<Outcome, Refusal> {
        let booking = self.own_booking(caller, id)?;
        let rule = self.state.event.rules.cancel_confirmed;
        if booking.status == BookingStatus::Confirmed && rule == CancelConfirmed::Organiser {
            return Err(Refusal::NotYours { thing: Thing::Booking });
        }
        self.end_booking(booking)
    }

    /// Cancels whoever's booking it is. The reason is for the change log.
    pub(super) fn call_off(
        &mut self,
        id: BookingId,
        reason: Option<&str>,
    ) -> Result<Outcome, Refusal> {
        let booking = self.booking(id)?;
        let first = self.moves();
        let outcome = self.end_booking(booking)?;
        self.explain(first, reason);
        Ok(outcome)
    }

    /// Gives a booking's seats back, if it has them and that can be.
    fn end_booking(&mut self, mut booking: Booking) -> Result<Outcome, Refusal> {
        match booking.status {
            BookingStatus::Pending => {}
            BookingStatus::Confirmed => {
                if self.state.event.rules.cancel_confirmed == CancelConfirmed::Never {
                    return Err(Refusal::AlreadyConfirmed);
                }
                // Who is in sits on what would be sold again.
                let inside: Vec<_> = booking.inside().collect();
                if !inside.is_empty() {
                    return Err(Refusal::AlreadyCheckedIn { inside });
                }
            }
            BookingStatus::Cancelled => return Ok(Outcome::Booking(booking)),
            BookingStatus::Expired => return Err(Refusal::BookingExpired),
        }
        for index in &booking.seats {
            self.move_seat(*index, SeatStatus::Available, Owner::Nobody, Cause::Cancel);
        }
        booking.status = BookingStatus::Cancelled;
        self.put_booking(booking.clone());
        Ok(Outcome::Booking(booking))
    }
}
