//! Locking, extending and giving back.

use std::ops::Range;

use jiff::SignedDuration;

use super::Cause;
use super::work::{Owner, Work};
use crate::domain::answer::{Conflict, Outcome, Refusal, Thing};
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{HoldId, SeatIndex, UserId};
use crate::domain::seat::SeatStatus;

/// The least that an extension grants; below it the answer is `cannot_extend`.
const EXTENSION_MIN: SignedDuration = SignedDuration::from_secs(1);

impl Work {
    pub(super) fn lock(
        &mut self,
        caller: UserId,
        index: SeatIndex,
        id: HoldId,
    ) -> Result<Outcome, Refusal> {
        self.require_on_sale()?;
        let seat = self.seat(index).ok_or(Refusal::NotFound { thing: Thing::Seat })?;
        let own = seat.hold.and_then(|hold| self.state.holds.get(&hold));
        if let Some(hold) = own.filter(|hold| hold.user == caller) {
            return Ok(locked(hold, index));
        }
        let hold = self.take_named(caller, &[index], id)?;
        Ok(locked(&hold, index))
    }

    pub(super) fn hold(
        &mut self,
        caller: UserId,
        seats: &[SeatIndex],
        id: HoldId,
    ) -> Result<Outcome, Refusal> {
        self.require_on_sale()?;
        self.take_named(caller, seats, id).map(Outcome::Hold)
    }

    /// Locks seats that the caller has named, if the orphan rule has nothing against it.
    fn take_named(
        &mut self,
        caller: UserId,
        seats: &[SeatIndex],
        id: HoldId,
    ) -> Result<Hold, Refusal> {
        self.require_all(seats, &[SeatStatus::Available])?;
        self.require_below_limit(caller, seats.len())?;
        self.require_no_orphans(seats)?;
        self.take(caller, seats, id)
    }

    /// Locks seats for a caller in a new hold, all or nothing.
    pub(super) fn take(
        &mut self,
        caller: UserId,
        seats: &[SeatIndex],
        id: HoldId,
    ) -> Result<Hold, Refusal> {
        self.require_all(seats, &[SeatStatus::Available])?;
        self.require_below_limit(caller, seats.len())?;
        let prices = seats.iter().map(|index| self.price_of(*index)).collect();
        for index in seats {
            self.move_seat(*index, SeatStatus::Locked, Owner::Hold(id), Cause::Lock);
        }
        let hold = Hold {
            id,
            user: caller,
            seats: seats.to_vec(),
            prices,
            status: HoldStatus::Active,
            created_at: self.now,
            expires_at: self.later(self.state.event.rules.lock_seconds),
        };
        self.put_hold(hold.clone());
        Ok(hold)
    }

    fn price_of(&self, index: SeatIndex) -> i64 {
        let category = self.state.seats[&index].category;
        self.state.event.prices[usize::from(category)]
    }

    /// Gives a seat back, with what else its hold has among `others`.
    pub(super) fn unlock(
        &mut self,
        caller: UserId,
        index: SeatIndex,
        others: Range<SeatIndex>,
    ) -> Result<Outcome, Refusal> {
        let seat = self.seat(index).ok_or(Refusal::NotFound { thing: Thing::Seat })?;
        let Some(hold) = seat.hold else { return Err(Refusal::NotLocked) };
        // A hold that wasn't read is another caller's: all of this one's were.
        let own = self.state.holds.get(&hold).filter(|hold| hold.user == caller);
        let Some(mut hold) = own.cloned() else {
            return Err(Refusal::NotYours { thing: Thing::Seat });
        };
        let seats: Vec<SeatIndex> =
            hold.seats.iter().copied().filter(|seat| others.contains(seat)).collect();
        for seat in &seats {
            self.move_seat(*seat, SeatStatus::Available, Owner::Nobody, Cause::Unlock);
        }
        hold.take_out(&seats, HoldStatus::Released);
        self.put_hold(hold);
        Ok(Outcome::Unlocked { seat: index })
    }

    pub(super) fn own_hold(&self, caller: UserId, id: HoldId) -> Result<Hold, Refusal> {
        let hold = self.state.holds.get(&id).ok_or(Refusal::NotFound { thing: Thing::Hold })?;
        if hold.user != caller {
            return Err(Refusal::NotYours { thing: Thing::Hold });
        }
        Ok(hold.clone())
    }

    /// The caller's hold, if it still locks seats.
    pub(super) fn own_active_hold(&self, caller: UserId, id: HoldId) -> Result<Hold, Refusal> {
        let hold = self.own_hold(caller, id)?;
        match hold.status {
            HoldStatus::Active => Ok(hold),
            HoldStatus::Expired => Err(Refusal::HoldExpired),
            HoldStatus::Released | HoldStatus::Booked => Err(Refusal::NothingLocked),
        }
    }

    pub(super) fn extend(
        &mut self,
        caller: UserId,
        id: HoldId,
        seconds: u32,
    ) -> Result<Outcome, Refusal> {
        let mut hold = self.own_hold(caller, id)?;
        self.require_on_sale()?;
        match hold.status {
            HoldStatus::Active => {}
            HoldStatus::Expired => return Err(Refusal::HoldExpired),
            HoldStatus::Released | HoldStatus::Booked => return Err(Refusal::CannotExtend),
        }
        let life = i64::from(self.state.event.rules.hold_life_max_seconds);
        let last = hold.created_at + SignedDuration::from_secs(life);
        let asked = hold.expires_at + SignedDuration::from_secs(i64::from(seconds));
        let granted = asked.min(last);
        if granted.duration_since(hold.expires_at) < EXTENSION_MIN {
            return Err(Refusal::CannotExtend);
        }
        hold.expires_at = granted;
        self.put_hold(hold.clone());
        Ok(Outcome::Hold(hold))
    }

    pub(super) fn release(&mut self, caller: UserId, id: HoldId) -> Result<Outcome, Refusal> {
        let mut hold = self.own_hold(caller, id)?;
        match hold.status {
            HoldStatus::Active => {}
            // What was asked for is so already: releasing twice is a success.
            HoldStatus::Released => return Ok(Outcome::Hold(hold)),
            HoldStatus::Expired => return Err(Refusal::HoldExpired),
            HoldStatus::Booked => return Err(Refusal::NotLocked),
        }
        for index in &hold.seats {
            self.move_seat(*index, SeatStatus::Available, Owner::Nobody, Cause::Unlock);
        }
        hold.status = HoldStatus::Released;
        self.put_hold(hold.clone());
        Ok(Outcome::Hold(hold))
    }

    /// Which of `seats` the caller has not locked, as conflicts.
    pub(super) fn not_held_by(&self, caller: UserId, seats: &[SeatIndex]) -> Vec<Conflict> {
        let held = |index: &SeatIndex| {
            let hold = self.seat(*index).and_then(|seat| seat.hold);
            hold.and_then(|id| self.state.holds.get(&id)).is_some_and(|hold| hold.user == caller)
        };
        seats
            .iter()
            .filter(|index| !held(index))
            .filter_map(|index| self.seat(*index))
            .map(|seat| Conflict { seat: seat.index, status: seat.status })
            .collect()
    }
}

fn locked(hold: &Hold, seat: SeatIndex) -> Outcome {
    let price = hold.price_of(seat);
    Outcome::Locked { hold: hold.id, seat, expires_at: hold.expires_at, price }
}
