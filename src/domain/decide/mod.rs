//! The one place where it is decided what a command does: pure, over values, under a given time.
//!
//! A batch first expires whatever is due in its event, then takes its commands in order, each
//! all-or-nothing and each seeing what the earlier ones did. The write path calls [`decide`]
//! between reading rows under lock and writing them; nothing else changes seats.

mod blocks;
mod bookings;
mod check_ins;
mod choices;
mod expiry;
mod holds;
mod keys;
#[cfg(test)]
mod tests;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::answer::{Answer, Outcome, Refusal};
use super::booking::Booking;
use super::choice::Picture;
use super::command::{Command, Request};
use super::event::Event;
use super::hold::Hold;
use super::ids::{BookingId, HoldId, SeatIndex, UserId, Version};
use super::seat::{Counts, Seat, SeatStatus};
use work::Work;

/// All that a batch may touch, read under the event's lock.
#[derive(Clone, Debug)]
pub struct State {
    /// The event.
    pub event: Event,
    /// The seats that are named by commands, or that belong to what follows.
    pub seats: BTreeMap<SeatIndex, Seat>,
    /// Holds that are due, that are named, and all active ones of the batch's callers.
    pub holds: HashMap<HoldId, Hold>,
    /// Bookings that are due or named.
    pub bookings: HashMap<BookingId, Booking>,
    /// How many seats the batch's callers have in live bookings.
    pub booked_seats: HashMap<UserId, u32>,
    /// Answers given under idempotency keys that the batch uses again.
    pub kept: HashMap<KeyScope, KeptAnswer>,
    /// Which seats are free, if a command needs to know: at the event's version.
    pub picture: Option<Picture>,
    /// Fresh ids, one for each command that makes a booking.
    pub booking_ids: Vec<BookingId>,
}

/// What an idempotency key belongs to within its event: the caller (`None`: nobody named).
pub type KeyScope = (Option<UserId>, String);

/// An answer remembered under an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The request it answered.
    pub fingerprint: Vec<u8>,
    /// What was answered.
    pub answer: Answer,
}

/// One step of one seat, for the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The seat.
    pub seat: SeatIndex,
    /// Where it stood.
    pub from: SeatStatus,
    /// Where it went.
    pub to: SeatStatus,
    /// What made it go.
    pub cause: Cause,
    /// Who did it; `None` for the clock and for organisers nobody named.
    pub actor: Option<UserId>,
    /// The request that did it; `None` for the clock.
    pub request_id: Option<String>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// The booking that the seat came into, moved on with or left.
    pub booking: Option<BookingId>,
}

/// One step at the door, for its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorStep {
    /// The booking.
    pub booking: BookingId,
    /// The seat.
    pub seat: SeatIndex,
    /// Where its visitor went.
    pub way: Way,
    /// Who let them; `None`: organisers nobody named.
    pub actor: Option<UserId>,
    /// The request that did it.
    pub request_id: String,
}

/// Where a visitor went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In.
    In,
    /// Out again, because the check-in was taken back.
    Out,
}

impl Way {
    /// The word used in the door's log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// What made a seat change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A lock or a hold.
    Lock,
    /// An unlock or a release.
    Unlock,
    /// A hold ran out.
    HoldExpiry,
    /// A booking was made.
    Book,
    /// A booking was paid.
    Confirm,
    /// A booking was called off.
    Cancel,
    /// A booking ran out.
    BookingExpiry,
    /// An organiser took it off sale.
    Block,
    /// An organiser put it on sale.
    Unblock,
}

impl Cause {
    /// The word used in the change log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::HoldExpiry => "hold_expiry",
            Self::Book => "book",
            Self::Confirm => "confirm",
            Self::Cancel => "cancel",
            Self::BookingExpiry => "booking_expiry",
            Self::Block => "block",
            Self::Unblock => "unblock",
        }
    }
}

/// What a batch comes to: everything that has to be written, and the answers to give after that.
#[derive(Clone, Debug)]
pub struct Decision {
    /// One answer per request, in order.
    pub answers: Vec<Answer>,
    /// The event's version after the batch.
    pub version: Version,
    /// The event's counts after the batch.
    pub counts: Counts,
    /// Every step of every seat, in order. Empty: nothing to announce.
    pub transitions: Vec<Transition>,
    /// Every step at the door, in order.
    pub door: Vec<DoorStep>,
    /// The seats that were touched, as they are now, ascending.
    pub seats: Vec<Seat>,
    /// New and changed holds.
    pub holds: Vec<Hold>,
    /// New and changed bookings.
    pub bookings: Vec<Booking>,
    /// Those of them whose seats must be listed anew: made, ended or come back to life.
    pub items: BTreeSet<BookingId>,
    /// Which holds and bookings there were not before.
    pub made: Made,
    /// Seats that were chosen from the picture and not read: they have to be locked and found free.
    pub assumed: Vec<SeatIndex>,
    /// The picture after the batch.
    pub picture: Option<Picture>,
    /// Which requests' answers must be remembered, by position.
    pub keep: Vec<usize>,
}

/// What a batch has made, as opposed to changed.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The holds.
    pub holds: BTreeSet<HoldId>,
    /// The bookings.
    pub bookings: BTreeSet<BookingId>,
}

impl Decision {
    /// Whether there is anything to write at all.
    #[must_use]
    pub fn writes_nothing(&self) -> bool {
        self.transitions.is_empty()
            && self.holds.is_empty()
            && self.bookings.is_empty()
            && self.keep.is_empty()
    }
}

/// Decides a batch at the time `now`, which is the database's clock after the event was locked.
#[must_use]
pub fn decide(state: State, requests: &[Request], now: Timestamp) -> Decision {
    let mut work = Work::new(state, now);
    work.expire_due();
    let mut answers = keys::Answers::default();
    for (position, request) in requests.iter().enumerate() {
        if answers.repeat(&work, request, position) {
            continue;
        }
        let result = carry_out(&mut work, request);
        answers.add(request, position, result);
    }
    work.finish(answers)
}

/// Carries out one command; a refused one has changed nothing.
fn carry_out(work: &mut Work, request: &Request) -> Result<Outcome, Refusal> {
    work.begin(request);
    match (&request.command, request.caller) {
        (Command::Refuse(refusal), _) => Err(refusal.clone()),
        // Every batch has done that before its first command.
        (Command::ExpireDue, _) => Ok(Outcome::DueExpired),
        (Command::Block { seats, reason }, _) => work.block(seats, reason.as_deref()),
        (Command::Unblock { seats, reason }, _) => work.unblock(seats, reason.as_deref()),
        (Command::CallOff { booking, reason }, _) => work.call_off(*booking, reason.as_deref()),
        (Command::CheckIn { booking, seats }, _) => work.check_in(*booking, seats.as_deref()),
        (Command::CheckOut { booking, seats }, _) => work.check_out(*booking, seats.as_deref()),
        // The door names a caller for every other command; without one nothing is theirs.
        (_, None) => Err(Refusal::NothingLocked),
        (command, Some(caller)) => carry_out_for(work, command, caller),
    }
}

fn carry_out_for(work: &mut Work, command: &Command, caller: UserId) -> Result<Outcome, Refusal> {
    match command {
        Command::Lock { seat, hold } => work.lock(caller, *seat, *hold),
        Command::Unlock { seat } => work.unlock(caller, *seat, *seat..seat.saturating_add(1)),
        Command::UnlockTable { seat, table } => work.unlock(caller, *seat, table.clone()),
        Command::Hold { seats, hold } => work.hold(caller, seats, *hold),
        Command::HoldBest { wanted, hold } => work.hold_best(caller, wanted, *hold),
        Command::HoldPlaces { areas, hold } => work.hold_places(caller, areas, *hold),
        Command::Extend { hold, seconds } => work.extend(caller, *hold, *seconds),
        Command::Release { hold } => work.release(caller, *hold),
        Command::Book(book) => work.book(caller, book),
        Command::Confirm { booking, payment_reference } => {
            work.confirm(caller, *booking, payment_reference.as_deref())
        }
        Command::Cancel { booking } => work.cancel(caller, *booking),
        Command::Block { .. }
        | Command::Unblock { .. }
        | Command::CallOff { .. }
        | Command::CheckIn { .. }
        | Command::CheckOut { .. }
        | Command::ExpireDue
        | Command::Refuse(_) => unreachable!("carried out without a caller"),
    }
}
