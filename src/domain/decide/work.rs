//! A batch in progress: the state as it stands after the commands so far, and a note of all that
//! was touched.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::keys::Answers;
use super::{Cause, Decision, DoorStep, Made, State, Transition, Way};
use crate::domain::answer::{Conflict, Refusal, Thing};
use crate::domain::booking::Booking;
use crate::domain::command::Request;
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{BookingId, HoldId, SeatIndex, UserId};
use crate::domain::seat::{Seat, SeatStatus};

/// What a seat belongs to after a move.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    Nobody,
    Hold(HoldId),
    Booking(BookingId),
}

pub(super) struct Work {
    pub(super) state: State,
    pub(super) now: Timestamp,
    transitions: Vec<Transition>,
    door: Vec<DoorStep>,
    touched_seats: BTreeSet<SeatIndex>,
    touched_holds: BTreeSet<HoldId>,
    touched_bookings: BTreeSet<BookingId>,
    touched_items: BTreeSet<BookingId>,
    assumed: Vec<SeatIndex>,
    made: Made,
    actor: Option<UserId>,
    request_id: Option<String>,
}

impl Work {
    pub(super) fn new(mut state: State, now: Timestamp) -> Self {
        // They are taken from the end, and the first command gets the first one.
        state.booking_ids.reverse();
        Self {
            state,
            now,
            transitions: Vec::new(),
            door: Vec::new(),
            touched_seats: BTreeSet::new(),
            touched_holds: BTreeSet::new(),
            touched_bookings: BTreeSet::new(),
            touched_items: BTreeSet::new(),
            assumed: Vec::new(),
            made: Made::default(),
            actor: None,
            request_id: None,
        }
    }

    /// From here on, moves are this request's.
    pub(super) fn begin(&mut self, request: &Request) {
        self.actor = request.caller;
        self.request_id = Some(request.request_id.clone());
    }

    /// Turns what was gathered into the decision.
    pub(super) fn finish(self, answers: Answers) -> Decision {
        let State { event, seats, mut holds, mut bookings, picture, .. } = self.state;
        let version = event.version + u64::from(!self.transitions.is_empty());
        let (answers, keep) = answers.at(version);
        Decision {
            answers,
            version,
            counts: event.counts,
            transitions: self.transitions,
            door: self.door,
            seats: self.touched_seats.iter().map(|index| seats[index].clone()).collect(),
            holds: self.touched_holds.iter().filter_map(|id| holds.remove(id)).collect(),
            items: self.touched_items,
            made: self.made,
            bookings: self.touched_bookings.iter().filter_map(|id| bookings.remove(id)).collect(),
            assumed: self.assumed,
            picture,
            keep,
        }
    }

    pub(super) fn later(&self, seconds: u32) -> Timestamp {
        // The limits of the settings keep this far inside the range of timestamps.
        self.now
            .checked_add(SignedDuration::from_secs(i64::from(seconds)))
            .unwrap_or(Timestamp::MAX)
    }

    pub(super) fn require_on_sale(&self) -> Result<(), Refusal> {
        if self.state.event.rules.on_sale(self.now) { Ok(()) } else { Err(Refusal::SalesClosed) }
    }

    /// The seat, or `None` when the event has no such seat.
    pub(super) fn seat(&self, index: SeatIndex) -> Option<&Seat> {
        self.state.seats.get(&index)
    }

    /// The seats among `indexes` whose state is not in `wanted`; unknown seats are refused.
    pub(super) fn require_all(
        &self,
        indexes: &[SeatIndex],
        wanted: &[SeatStatus],
    ) -> Result<(), Refusal> {
        let mut conflicts = Vec::new();
        for index in indexes {
            let seat = self.seat(*index).ok_or(Refusal::NotFound { thing: Thing::Seat })?;
            if !wanted.contains(&seat.status) {
                conflicts.push(Conflict { seat: *index, status: seat.status });
            }
        }
        if conflicts.is_empty() { Ok(()) } else { Err(Refusal::SeatsUnavailable { conflicts }) }
    }

    pub(super) fn require_known(&self, indexes: &[SeatIndex]) -> Result<(), Refusal> {
        let known = indexes.iter().all(|index| self.state.seats.contains_key(index));
        if known { Ok(()) } else { Err(Refusal::NotFound { thing: Thing::Seat }) }
    }

    /// How many seats a caller has: locked, reserved and sold.
    fn seats_of(&self, caller: UserId) -> usize {
        let booked = self.state.booked_seats.get(&caller).copied().unwrap_or(0);
        let locked: usize = self.active_holds_of(caller).map(|hold| hold.seats.len()).sum();
        booked as usize + locked
    }

    /// How many more seats a caller may have.
    pub(super) fn room_of(&self, caller: UserId) -> u32 {
        let has = u32::try_from(self.seats_of(caller)).unwrap_or(u32::MAX);
        self.state.event.rules.max_seats_per_user.saturating_sub(has)
    }

    pub(super) fn require_below_limit(&self, caller: UserId, more: usize) -> Result<(), Refusal> {
        if more > self.room_of(caller) as usize {
            let limit = self.state.event.rules.max_seats_per_user;
            return Err(Refusal::SeatLimit { limit });
        }
        Ok(())
    }

    pub(super) fn active_holds_of(&self, caller: UserId) -> impl Iterator<Item = &Hold> {
        self.state
            .holds
            .values()
            .filter(move |hold| hold.user == caller && hold.status == HoldStatus::Active)
    }

    /// Moves one seat and logs it. The caller has checked that the move is legal.
    pub(super) fn move_seat(
        &mut self,
        index: SeatIndex,
        to: SeatStatus,
        owner: Owner,
        cause: Cause,
    ) {
        let Some(seat) = self.state.seats.get_mut(&index) else {
            debug_assert!(false, "seat {index} was not read");
            return;
        };
        let (from, left) = (seat.status, seat.booking);
        debug_assert!(from.may_become(to), "{from:?} → {to:?}");
        seat.status = to;
        if let Some(picture) = &mut self.state.picture {
            picture.set(index, to == SeatStatus::Available);
        }
        (seat.hold, seat.booking) = match owner {
            Owner::Nobody => (None, None),
            Owner::Hold(id) => (Some(id), None),
            Owner::Booking(id) => (None, Some(id)),
        };
        let booking = seat.booking.or(left);
        self.state.event.counts.moved(from, to);
        self.touched_seats.insert(index);
        let clock = matches!(cause, Cause::HoldExpiry | Cause::BookingExpiry);
        self.transitions.push(Transition {
            seat: index,
            from,
            to,
            cause,
            actor: if clock { None } else { self.actor },
            request_id: if clock { None } else { self.request_id.clone() },
            reason: None,
            booking,
        });
    }

    /// Logs a step at the door.
    pub(super) fn pass(&mut self, booking: BookingId, seat: SeatIndex, way: Way) {
        let request_id = self.request_id.clone().unwrap_or_default();
        self.door.push(DoorStep { booking, seat, way, actor: self.actor, request_id });
    }

    /// Adds a reason to the moves since `first`.
    pub(super) fn explain(&mut self, first: usize, reason: Option<&str>) {
        for transition in &mut self.transitions[first..] {
            transition.reason = reason.map(str::to_owned);
        }
    }

    pub(super) fn moves(&self) -> usize {
        self.transitions.len()
    }

    /// Adds a seat that was chosen without having been read.
    pub(super) fn assume(&mut self, seat: Seat) {
        self.assumed.push(seat.index);
        self.state.seats.insert(seat.index, seat);
    }

    /// Stores a hold as new or changed.
    pub(super) fn put_hold(&mut self, hold: Hold) {
        self.touched_holds.insert(hold.id);
        let id = hold.id;
        if self.state.holds.insert(id, hold).is_none() {
            self.made.holds.insert(id);
        }
    }

    /// Stores a booking as new or changed, and keeps its owner's count of booked seats.
    pub(super) fn put_booking(&mut self, booking: Booking) {
        let known = self.state.bookings.get(&booking.id);
        let was_live = known.is_some_and(|known| known.status.is_live());
        if known.is_none() || was_live != booking.status.is_live() {
            self.touched_items.insert(booking.id);
        }
        let seats = u32::try_from(booking.seats.len()).unwrap_or(u32::MAX);
        if was_live != booking.status.is_live() {
            let count = self.state.booked_seats.entry(booking.owner).or_default();
            *count = if was_live { count.saturating_sub(seats) } else { *count + seats };
        }
        self.touched_bookings.insert(booking.id);
        let id = booking.id;
        if self.state.bookings.insert(id, booking).is_none() {
            self.made.bookings.insert(id);
        }
    }
}
