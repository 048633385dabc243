//! The model's holds, and what time does.

use jiff::{SignedDuration, Timestamp};

use super::{Decided, Model, Place};
use crate::domain::answer::{Outcome, Refusal, Thing};
use crate::domain::booking::BookingStatus;
use crate::domain::decide::Cause;
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{BookingId, HoldId, SeatIndex, UserId};
use crate::domain::seat::SeatStatus;

impl Model {
    pub(super) fn expire(&mut self) {
        (self.actor, self.request_id, self.reason) = (None, None, None);
        let holds: Vec<HoldId> = self.holds.keys().copied().collect();
        for id in holds {
            if self.holds[&id].status == HoldStatus::Active
                && self.now >= self.holds[&id].expires_at
            {
                self.free(&self.seats_at(Place::Held(id)), Cause::HoldExpiry);
                self.note_hold(id, HoldStatus::Expired);
            }
        }
        let bookings: Vec<BookingId> = self.bookings.keys().copied().collect();
        for id in bookings {
            let booking = &self.bookings[&id];
            if booking.status == BookingStatus::Pending && self.now >= booking.expires_at {
                self.free(&self.seats_at(Place::Booked(id)), Cause::BookingExpiry);
                self.booking_mut(id).status = BookingStatus::Expired;
            }
        }
    }

    /// Writes down what a hold locks now; `end` is what became of it if that is nothing.
    pub(super) fn note_hold(&mut self, id: HoldId, end: HoldStatus) {
        let seats = self.seats_at(Place::Held(id));
        let prices = seats.iter().map(|seat| self.taken_at[&(id, *seat)]).collect();
        let hold = self.holds.get_mut(&id).expect("a hold");
        if seats.is_empty() {
            hold.status = end;
        } else {
            (hold.seats, hold.prices) = (seats, prices);
        }
    }

    pub(super) fn after(&self, seconds: u32) -> Timestamp {
        self.now + SignedDuration::from_secs(i64::from(seconds))
    }

    pub(super) fn take(
        &mut self,
        caller: UserId,
        seats: &[SeatIndex],
        id: HoldId,
    ) -> Result<Hold, Refusal> {
        self.require(seats, |seat| self.places[seat as usize] == Place::Free)?;
        self.require_room(caller, seats.len())?;
        let mut prices = Vec::new();
        for seat in seats {
            let price = self.prices[usize::from(self.categories[*seat as usize])];
            self.taken_at.insert((id, *seat), price);
            prices.push(price);
            self.put(*seat, Place::Held(id), SeatStatus::Locked, Cause::Lock);
        }
        let hold = Hold {
            id,
            user: caller,
            seats: seats.to_vec(),
            prices,
            status: HoldStatus::Active,
            created_at: self.now,
            expires_at: self.after(self.rules.lock_seconds),
        };
        self.holds.insert(id, hold.clone());
        Ok(hold)
    }

    pub(super) fn lock(&mut self, caller: UserId, seat: SeatIndex, id: HoldId) -> Decided {
        self.require_on_sale()?;
        if self.exists(seat) && self.holder(seat) == Some(caller) {
            let Place::Held(own) = self.places[seat as usize] else { unreachable!("it is held") };
            let expires_at = self.holds[&own].expires_at;
            let price = self.taken_at.get(&(own, seat)).copied();
            return Ok(Outcome::Locked { hold: own, seat, expires_at, price });
        }
        let hold = self.take(caller, &[seat], id)?;
        let price = hold.prices.first().copied();
        Ok(Outcome::Locked { hold: id, seat, expires_at: hold.expires_at, price })
    }

    pub(super) fn unlock(&mut self, caller: UserId, seat: SeatIndex) -> Decided {
        if !self.exists(seat) {
            return Err(Refusal::NotFound { thing: Thing::Seat });
        }
        let Place::Held(id) = self.places[seat as usize] else { return Err(Refusal::NotLocked) };
        if self.holder(seat) != Some(caller) {
            return Err(Refusal::NotYours { thing: Thing::Seat });
        }
        self.free(&[seat], Cause::Unlock);
        self.note_hold(id, HoldStatus::Released);
        Ok(Outcome::Unlocked { seat })
    }

    pub(super) fn own_hold(&self, caller: UserId, id: HoldId) -> Result<&Hold, Refusal> {
        match self.holds.get(&id) {
            None => Err(Refusal::NotFound { thing: Thing::Hold }),
            Some(hold) if hold.user != caller => Err(Refusal::NotYours { thing: Thing::Hold }),
            Some(hold) => Ok(hold),
        }
    }

    pub(super) fn extend(&mut self, caller: UserId, id: HoldId, seconds: u32) -> Decided {
        let hold = self.own_hold(caller, id)?;
        self.require_on_sale()?;
        match hold.status {
            HoldStatus::Active => {}
            HoldStatus::Expired => return Err(Refusal::HoldExpired),
            HoldStatus::Released | HoldStatus::Booked => return Err(Refusal::CannotExtend),
        }
        // In whole seconds of life, because that is how the contract counts.
        let life = |until: Timestamp| until.duration_since(hold.created_at).as_secs();
        let most = i64::from(self.rules.hold_life_max_seconds) - life(hold.expires_at);
        if most < 1 {
            return Err(Refusal::CannotExtend);
        }
        let hold = self.holds.get_mut(&id).expect("a hold");
        hold.expires_at += SignedDuration::from_secs(most.min(i64::from(seconds)));
        Ok(Outcome::Hold(hold.clone()))
    }

    pub(super) fn release(&mut self, caller: UserId, id: HoldId) -> Decided {
        match self.own_hold(caller, id)?.status {
            HoldStatus::Active => {
                self.free(&self.seats_at(Place::Held(id)), Cause::Unlock);
                self.note_hold(id, HoldStatus::Released);
            }
            HoldStatus::Released => {}
            HoldStatus::Expired => return Err(Refusal::HoldExpired),
            HoldStatus::Booked => return Err(Refusal::NotLocked),
        }
        Ok(Outcome::Hold(self.holds[&id].clone()))
    }
}
