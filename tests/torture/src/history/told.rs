//! What a server can say to a call, as facts. Holds no opinion on whether it may.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::UnixMicros;

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was carried out.
    Done(Answer),
    /// It was decided against: 403, 404, 409 or 422.
    Refused(Refusal),
    /// It was turned away undecided: it had no effect and never will.
    Nothing(Turned),
    /// Nobody knows.
    Unknown {
        /// Why not.
        why: String,
    },
}

/// What was told of something carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Answer {
    /// Of a lock.
    Locked {
        /// The hold the seat is in.
        hold: Uuid,
        /// The seat.
        seat: u32,
        /// When the hold ends.
        expires_at: UnixMicros,
        /// The version named.
        version: u64,
    },
    /// Of an unlock.
    Unlocked {
        /// The seat.
        seat: u32,
        /// The version named.
        version: u64,
    },
    /// Of a release.
    Released {
        /// The version named in `X-Seatmap-Version`.
        version: u64,
    },
    /// Of a hold made, extended or read.
    Hold(HoldTold),
    /// Of a booking made, confirmed, cancelled or read.
    Booking(BookingTold),
    /// Of seats blocked or unblocked.
    Blocking {
        /// The seats.
        seats: Vec<u32>,
        /// The version named.
        version: u64,
    },
    /// Of a map read: `tickets/all` or `availability`.
    Map {
        /// The version named.
        version: u64,
        /// The history named.
        epoch: String,
        /// Every seat's letter, as in a snapshot: `A`, `L`, `R`, `S`, `B`.
        statuses: String,
    },
    /// Of `tickets`.
    AvailableTickets {
        /// The version named.
        version: u64,
        /// The history named.
        epoch: String,
        /// The seats that are available.
        seats: Vec<u32>,
    },
    /// Of an event read or changed.
    Event {
        /// Its name.
        #[serde(default)]
        name: String,
        /// The version named.
        version: u64,
        /// The history named.
        epoch: String,
        /// `available_tickets`.
        available: u32,
        /// Counts: available, locked, reserved, sold, blocked.
        counts: [u32; 5],
    },
    /// Of an event, a chart, a customer record or a session made.
    Created(Created),
}

impl Answer {
    /// The version it names.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::Locked { version, .. }
            | Self::Unlocked { version, .. }
            | Self::Released { version }
            | Self::Blocking { version, .. }
            | Self::Map { version, .. }
            | Self::AvailableTickets { version, .. }
            | Self::Event { version, .. } => *version,
            Self::Hold(hold) => hold.version,
            Self::Booking(booking) => booking.version,
            // It begins with that.
            Self::Created(_) => 0,
        }
    }

    /// The history it names, if it names one.
    #[must_use]
    pub fn epoch(&self) -> Option<&str> {
        match self {
            Self::Map { epoch, .. }
            | Self::AvailableTickets { epoch, .. }
            | Self::Event { epoch, .. } => Some(epoch),
            _ => None,
        }
    }
}

/// Something that was made during the run, as it was told or as it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Which of them.
    pub what: Creation,
    /// Its id.
    pub id: i64,
    /// Its name; a guest has none.
    pub name: String,
    /// How many seats it has, an event's all available; people have none.
    pub seats: u32,
}

/// What can be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Creation {
    /// An event.
    #[default]
    Event,
    /// A chart.
    Chart,
    /// The guest of a session.
    Guest,
    /// A customer record.
    User,
}

/// A hold as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldTold {
    /// Its id.
    pub id: Uuid,
    /// Its seats.
    pub seats: Vec<u32>,
    /// `active`, `released`, `expired` or `booked`.
    pub status: String,
    /// What its seats cost, in minor units.
    #[serde(default)]
    pub price: Option<i64>,
    /// When it ends.
    pub expires_at: UnixMicros,
    /// The version named.
    pub version: u64,
}

/// A booking as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingTold {
    /// Its id.
    pub id: i64,
    /// What people call it.
    #[serde(default)]
    pub booking_ref: Option<String>,
    /// Whom it is for.
    pub user: i64,
    /// Its seats.
    pub seats: Vec<u32>,
    /// `pending`, `confirmed`, `cancelled` or `expired`.
    pub status: String,
    /// What the payment was called.
    pub reference: Option<String>,
    /// Its seats with visitors in.
    #[serde(default)]
    pub inside: Vec<u32>,
    /// What its seats cost, in minor units.
    #[serde(default)]
    pub price: Option<i64>,
    /// When it was made.
    pub created_at: UnixMicros,
    /// Until when payment is due.
    pub expires_at: UnixMicros,
    /// The version named.
    pub version: u64,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The problem's code.
    pub code: String,
    /// The seats that stood in the way, with their statuses.
    pub conflicts: Vec<(u32, Status)>,
}

/// An answer that decided nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    /// The HTTP status.
    pub status: u16,
    /// The problem's code.
    pub code: String,
}

/// Where a seat stands, by the contract's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Anybody may lock it.
    Available,
    /// In somebody's hold.
    Locked,
    /// Booked, payment due.
    Reserved,
    /// Booked and paid.
    Sold,
    /// Not for sale.
    Blocked,
}

impl Status {
    /// All of them, in the order of counts and codes.
    pub const ALL: [Self; 5] =
        [Self::Available, Self::Locked, Self::Reserved, Self::Sold, Self::Blocked];

    /// The letter in a snapshot.
    #[must_use]
    pub fn letter(self) -> char {
        ['A', 'L', 'R', 'S', 'B'][self as usize]
    }

    /// The word in REST.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["available", "locked", "reserved", "sold", "blocked"][self as usize]
    }

    /// The status of a word.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}
