//! What a command comes to: an outcome or a refusal, at a version. Both are values; an answer
//! can be stored under an idempotency key and given again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::booking::Booking;
use super::choice::{Orphaned, Shortage};
use super::hold::Hold;
use super::ids::{HoldId, SeatIndex, Version};
use super::seat::SeatStatus;

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it came to.
    pub result: Result<Outcome, Refusal>,
    /// The version at which the change is visible; the current one if nothing changed.
    pub version: Version,
    /// The id of the request that was decided (not of a later one answered from memory).
    pub request_id: String,
}

/// A command that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A seat is locked for the caller.
    Locked {
        /// The hold it is in.
        hold: HoldId,
        /// The seat.
        seat: SeatIndex,
        /// When the hold ends by itself.
        expires_at: Timestamp,
        /// The seat's price in minor units, fixed when it was taken. `None`: the answer was kept
        /// by a server that didn't tell it yet.
        #[serde(default)]
        price: Option<i64>,
    },
    /// A seat is available again.
    Unlocked {
        /// The seat.
        seat: SeatIndex,
    },
    /// A hold was made, extended or released.
    Hold(Hold),
    /// A booking was made, confirmed or cancelled, or visitors of it went in or out.
    Booking(Booking),
    /// These seats were blocked or unblocked.
    Blocking {
        /// The seats asked for, ascending.
        seats: Vec<SeatIndex>,
    },
    /// Whatever was due has ended.
    DueExpired,
}

/// What could not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Thing {
    /// An event.
    Event,
    /// A seat.
    Seat,
    /// A hold.
    Hold,
    /// A booking.
    Booking,
}

/// A seat that stood in the way, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The seat.
    pub seat: SeatIndex,
    /// Its state when the command was decided.
    pub status: SeatStatus,
}

/// A command that was not carried out, and changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Some seats are not in the state the command needs.
    SeatsUnavailable {
        /// All of them, ascending.
        conflicts: Vec<Conflict>,
    },
    /// The caller has no locked seats.
    NothingLocked,
    /// The caller has fewer locked seats than asked for.
    QuantityExceedsLocked {
        /// How many there are.
        locked: u32,
    },
    /// The caller would have more seats than the event allows.
    SeatLimit {
        /// The event's limit.
        limit: u32,
    },
    /// The hold's time ran out.
    HoldExpired,
    /// The hold can't live longer.
    CannotExtend,
    /// The seat or hold is not locked.
    NotLocked,
    /// Outside the sales window.
    SalesClosed,
    /// The booking ran out and can't be taken up again.
    BookingExpired,
    /// The booking was cancelled.
    BookingCancelled,
    /// The booking is paid already (under another reference), or paid ones can't be cancelled.
    AlreadyConfirmed,
    /// Visitors of the booking are in, on these seats.
    AlreadyCheckedIn {
        /// The seats, ascending, and since when.
        inside: Vec<(SeatIndex, Timestamp)>,
    },
    /// Nobody is in on the seat.
    NotCheckedIn,
    /// The booking is not paid.
    NotConfirmed,
    /// It belongs to another caller.
    NotYours {
        /// What it is.
        thing: Thing,
    },
    /// It isn't there.
    NotFound {
        /// What was looked for.
        thing: Thing,
    },
    /// Readable, but a field's value can't be right for this event.
    Invalid {
        /// The field.
        field: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Nothing is free of what was asked for.
    SoldOut(Shortage),
    /// Some are free, but too few or too far apart.
    NotEnoughTogether(Shortage),
    /// The hold would leave single seats, and needn't.
    Orphan(Orphaned),
    /// A table is sold whole, and only a part of it was asked for.
    SoldWhole {
        /// The table.
        table: String,
    },
    /// The idempotency key was used for another request.
    KeyReused,
}
