//! A second opinion on what commands do, written from the contract and sharing no code with
//! `decide`: one place per seat is the truth, and what a hold locks is found by looking at all
//! seats. Where two refusals would both be right, the order is: not there, not the caller's,
//! never possible, not on sale, not now.

mod bookings;
mod holds;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::answer::{Answer, Conflict, Outcome, Refusal, Thing};
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::command::{Command, Request};
use crate::domain::decide::{Cause, KeyScope, Transition, Way};
use crate::domain::event::Rules;
use crate::domain::hold::Hold;
use crate::domain::ids::{BookingId, HoldId, SeatIndex, UserId, Version};
use crate::domain::seat::SeatStatus;

type Decided = Result<Outcome, Refusal>;

/// Whose a seat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    Held(HoldId),
    Booked(BookingId),
    Blocked,
}

/// What a batch should come to.
pub(super) struct Expected {
    pub(super) answers: Vec<Answer>,
    pub(super) keep: Vec<usize>,
    pub(super) transitions: Vec<Transition>,
}

/// An answer whose version may still be open: it is that of the batch in progress.
#[derive(Clone)]
struct Said {
    result: Decided,
    version: Option<Version>,
    request_id: String,
}

pub(super) struct Model {
    pub(super) rules: Rules,
    pub(super) prices: Vec<i64>,
    pub(super) version: Version,
    pub(super) places: Vec<Place>,
    pub(super) holds: BTreeMap<HoldId, Hold>,
    pub(super) bookings: BTreeMap<BookingId, Booking>,
    /// Whose visitors are in, and since when.
    inside: BTreeMap<(BookingId, SeatIndex), Timestamp>,
    categories: Vec<u16>,
    /// What each seat cost when it was taken into a hold.
    taken_at: HashMap<(HoldId, SeatIndex), i64>,
    remembered: HashMap<KeyScope, (Vec<u8>, Said)>,
    now: Timestamp,
    log: Vec<Transition>,
    actor: Option<UserId>,
    request_id: Option<String>,
    reason: Option<String>,
}

impl Model {
    pub(super) fn new(rules: Rules, prices: Vec<i64>, categories: Vec<u16>) -> Self {
        Self {
            rules,
            prices,
            version: 0,
            places: vec![Place::Free; categories.len()],
            holds: BTreeMap::new(),
            bookings: BTreeMap::new(),
            inside: BTreeMap::new(),
            categories,
            taken_at: HashMap::new(),
            remembered: HashMap::new(),
            now: Timestamp::UNIX_EPOCH,
            log: Vec::new(),
            actor: None,
            request_id: None,
            reason: None,
        }
    }

    /// Carries out a batch; `fresh` are the ids for its new bookings.
    pub(super) fn batch(
        &mut self,
        requests: &[Request],
        fresh: &[BookingId],
        now: Timestamp,
    ) -> Expected {
        self.now = now;
        self.log.clear();
        self.expire();
        let mut fresh = fresh.iter().copied();
        let mut said = Vec::new();
        let mut keep = Vec::new();
        for (position, request) in requests.iter().enumerate() {
            said.push(self.answer(request, position, &mut fresh, &mut keep));
        }
        self.version += if self.log.is_empty() { 0 } else { 1 };
        for (_, said) in self.remembered.values_mut() {
            said.version.get_or_insert(self.version);
        }
        let answers = said
            .into_iter()
            .map(|said| Answer {
                result: said.result,
                version: said.version.unwrap_or(self.version),
                request_id: said.request_id,
            })
            .collect();
        Expected { answers, keep, transitions: self.log.clone() }
    }

    fn answer(
        &mut self,
        request: &Request,
        position: usize,
        fresh: &mut impl Iterator<Item = BookingId>,
        keep: &mut Vec<usize>,
    ) -> Said {
        let new = |result| Said { result, version: None, request_id: request.request_id.clone() };
        let Some(key) = &request.key else { return new(self.carry_out(request, fresh)) };
        let scope = (request.caller, key.key.clone());
        match self.remembered.get(&scope) {
            Some((fingerprint, said)) if *fingerprint == key.fingerprint => said.clone(),
            Some(_) => new(Err(Refusal::KeyReused)),
            None => {
                let said = new(self.carry_out(request, fresh));
                self.remembered.insert(scope, (key.fingerprint.clone(), said.clone()));
                keep.push(position);
                said
            }
        }
    }

    fn carry_out(
        &mut self,
        request: &Request,
        fresh: &mut impl Iterator<Item = BookingId>,
    ) -> Decided {
        self.actor = request.caller;
        self.request_id = Some(request.request_id.clone());
        self.reason = None;
        match &request.command {
            Command::Refuse(refusal) => return Err(refusal.clone()),
            Command::ExpireDue => return Ok(Outcome::DueExpired),
            Command::Block { seats, reason } => {
                self.reason.clone_from(reason);
                return self.switch(seats, Place::Blocked, SeatStatus::Blocked, Cause::Block);
            }
            Command::Unblock { seats, .. } => {
                return self.switch(seats, Place::Free, SeatStatus::Available, Cause::Unblock);
            }
            Command::CallOff { booking, reason } => {
                self.reason.clone_from(reason);
                return self.cancel(None, *booking);
            }
            Command::CheckIn { booking, seats } => {
                return self.door(*booking, seats.as_ref(), Way::In);
            }
            Command::CheckOut { booking, seats } => {
                return self.door(*booking, seats.as_ref(), Way::Out);
            }
            _ => {}
        }
        let Some(caller) = request.caller else { return Err(Refusal::NothingLocked) };
        match &request.command {
            Command::Lock { seat, hold } => self.lock(caller, *seat, *hold),
            Command::Hold { seats, hold } => {
                self.require_on_sale()?;
                self.take(caller, seats, *hold).map(Outcome::Hold)
            }
            Command::Unlock { seat } => self.unlock(caller, *seat),
            Command::Extend { hold, seconds } => self.extend(caller, *hold, *seconds),
            Command::Release { hold } => self.release(caller, *hold),
            Command::Book(book) => {
                let id = fresh.next().expect("an id for every booking command");
                self.book(caller, book, id)
            }
            Command::Confirm { booking, payment_reference } => {
                self.confirm(caller, *booking, payment_reference.clone())
            }
            Command::Cancel { booking } => self.cancel(Some(caller), *booking),
            _ => unreachable!("carried out above"),
        }
    }

    pub(super) fn status(&self, seat: SeatIndex) -> SeatStatus {
        match self.places[seat as usize] {
            Place::Free => SeatStatus::Available,
            Place::Held(_) => SeatStatus::Locked,
            Place::Booked(id) if self.bookings[&id].status == BookingStatus::Confirmed => {
                SeatStatus::Sold
            }
            Place::Booked(_) => SeatStatus::Reserved,
            Place::Blocked => SeatStatus::Blocked,
        }
    }

    fn put(&mut self, seat: SeatIndex, place: Place, to: SeatStatus, cause: Cause) {
        let from = self.status(seat);
        let booked = |place| if let Place::Booked(id) = place { Some(id) } else { None };
        let booking = booked(place).or(booked(self.places[seat as usize]));
        self.places[seat as usize] = place;
        let (actor, request_id) = (self.actor, self.request_id.clone());
        let reason = self.reason.clone();
        self.log.push(Transition { seat, from, to, cause, actor, request_id, reason, booking });
    }

    fn free(&mut self, seats: &[SeatIndex], cause: Cause) {
        for seat in seats {
            self.put(*seat, Place::Free, SeatStatus::Available, cause);
        }
    }

    fn seats_at(&self, place: Place) -> Vec<SeatIndex> {
        (0..).zip(&self.places).filter(|(_, at)| **at == place).map(|(seat, _)| seat).collect()
    }

    fn holder(&self, seat: SeatIndex) -> Option<UserId> {
        match self.places[seat as usize] {
            Place::Held(id) => Some(self.holds[&id].user),
            _ => None,
        }
    }

    fn exists(&self, seat: SeatIndex) -> bool {
        (seat as usize) < self.places.len()
    }

    fn locked_by(&self, caller: UserId) -> Vec<SeatIndex> {
        let seats = 0..self.categories.len() as SeatIndex;
        seats.filter(|seat| self.holder(*seat) == Some(caller)).collect()
    }

    fn require_on_sale(&self) -> Result<(), Refusal> {
        let begun = self.rules.sales_start.is_none_or(|start| self.now >= start);
        let over = self.now >= self.rules.sales_end;
        if begun && !over { Ok(()) } else { Err(Refusal::SalesClosed) }
    }

    fn require_room(&self, caller: UserId, more: usize) -> Result<(), Refusal> {
        let booked = self.places.iter().filter(
            |place| matches!(place, Place::Booked(id) if self.bookings[id].owner == caller),
        );
        let limit = self.rules.max_seats_per_user;
        if booked.count() + self.locked_by(caller).len() + more <= limit as usize {
            return Ok(());
        }
        Err(Refusal::SeatLimit { limit })
    }

    /// The seats that `fits` doesn't fit, as a refusal.
    fn require(
        &self,
        seats: &[SeatIndex],
        fits: impl Fn(SeatIndex) -> bool,
    ) -> Result<(), Refusal> {
        if seats.iter().any(|seat| !self.exists(*seat)) {
            return Err(Refusal::NotFound { thing: Thing::Seat });
        }
        let wrong = seats.iter().filter(|seat| !fits(**seat));
        let conflicts: Vec<_> =
            wrong.map(|seat| Conflict { seat: *seat, status: self.status(*seat) }).collect();
        if conflicts.is_empty() { Ok(()) } else { Err(Refusal::SeatsUnavailable { conflicts }) }
    }
}
