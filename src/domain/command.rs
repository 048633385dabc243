//! What callers ask of an event. A command is complete: whatever chance or the caller's identity
//! contributes (new ids, references) is already in it, so that deciding is pure.

use super::answer::Refusal;
use super::booking::Customer;
use super::choice::Wanted;
use super::ids::{BookingId, HoldId, SeatIndex, UserId};

/// One command as it waits in its event's queue.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks; `None` only for organisers' commands in open mode.
    pub caller: Option<UserId>,
    /// What is asked.
    pub command: Command,
    /// Set when the caller wants one effect however often the request is repeated.
    pub key: Option<IdempotencyKey>,
    /// The id under which the request is logged.
    pub request_id: String,
}

/// A caller's own name for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1–255 visible ASCII characters.
    pub key: String,
    /// Digest of method, path and body: the same key must mean the same request.
    pub fingerprint: Vec<u8>,
}

/// Which of the caller's locked seats to book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Exactly these, ascending.
    Seats(Vec<SeatIndex>),
    /// Those of one hold.
    Hold(HoldId),
    /// As many of the caller's own locked seats, lowest index first.
    Quantity(u32),
    /// The same where tables are sold whole: none of them is taken apart.
    QuantityWhole {
        /// How many seats.
        quantity: u32,
        /// The label and the seats of each table that is sold whole.
        tables: Vec<(String, std::ops::Range<SeatIndex>)>,
    },
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Command {
    /// Lock one seat; one's own seat again is a success.
    Lock {
        /// The seat.
        seat: SeatIndex,
        /// The id of the hold to make.
        hold: HoldId,
    },
    /// Give back what the caller's hold has of a table that is sold whole.
    UnlockTable {
        /// The seat that was named.
        seat: SeatIndex,
        /// All seats of the table.
        table: std::ops::Range<SeatIndex>,
    },
    /// Give one seat back.
    Unlock {
        /// The seat.
        seat: SeatIndex,
    },
    /// Lock several seats, all or nothing.
    Hold {
        /// The seats, ascending, no duplicates.
        seats: Vec<SeatIndex>,
        /// The id of the hold to make.
        hold: HoldId,
    },
    /// Lock the best seats there are.
    HoldBest {
        /// What they have to be like.
        wanted: Wanted,
        /// The id of the hold to make.
        hold: HoldId,
    },
    /// Lock the lowest free places of areas, all or nothing.
    HoldPlaces {
        /// Each area's first place, and how many; no area twice.
        areas: Vec<(SeatIndex, u32)>,
        /// The id of the hold to make.
        hold: HoldId,
    },
    /// Make a hold live longer.
    Extend {
        /// The hold.
        hold: HoldId,
        /// By how much, in seconds, at least 1.
        seconds: u32,
    },
    /// Give a hold's seats back.
    Release {
        /// The hold.
        hold: HoldId,
    },
    /// Turn locked seats into a pending booking.
    Book(Book),
    /// Payment is done.
    Confirm {
        /// The booking.
        booking: BookingId,
        /// What the payment is called.
        payment_reference: Option<String>,
    },
    /// Call a booking off, as its owner.
    Cancel {
        /// The booking.
        booking: BookingId,
    },
    /// Call anybody's booking off, as an organiser.
    CallOff {
        /// The booking.
        booking: BookingId,
        /// Why, for the change log.
        reason: Option<String>,
    },
    /// Let visitors in, all or nothing.
    CheckIn {
        /// Their booking.
        booking: BookingId,
        /// Their seats, ascending, no duplicates; `None`: all of the booking's.
        seats: Option<Vec<SeatIndex>>,
    },
    /// Take a check-in back, all or nothing.
    CheckOut {
        /// The booking.
        booking: BookingId,
        /// The seats, ascending, no duplicates; `None`: all whose visitors are in.
        seats: Option<Vec<SeatIndex>>,
    },
    /// Take seats off sale, all or nothing.
    Block {
        /// The seats, ascending, no duplicates.
        seats: Vec<SeatIndex>,
        /// Why, for the change log.
        reason: Option<String>,
    },
    /// Put blocked seats on sale again, all or nothing.
    Unblock {
        /// The seats, ascending, no duplicates.
        seats: Vec<SeatIndex>,
        /// Why, for the change log.
        reason: Option<String>,
    },
    /// Nothing of its own: what is due in the event ends, as it does before any command.
    ExpireDue,
    /// A request found wrong before it came here, but whose refusal has to be remembered under
    /// its idempotency key.
    Refuse(Refusal),
}

/// The parts of a booking command.
#[derive(Clone, Debug)]
pub struct Book {
    /// Which seats.
    pub selection: Selection,
    /// The new booking's reference.
    pub reference: String,
    /// The customer's user record, when it is not the caller's own.
    pub user: Option<UserId>,
    /// Name and addresses.
    pub customer: Customer,
}
