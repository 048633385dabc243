//! What is asked of a server, as facts: the contract's calls, seats by their index.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::UnixMicros;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Call {
    /// `POST /events/{id}/seats/{seat_no}/lock`
    Lock {
        /// The seat.
        seat: u32,
    },
    /// `POST /events/{id}/seats/{seat_no}/unlock`
    Unlock {
        /// The seat.
        seat: u32,
    },
    /// `POST /events/{id}/holds` with `seats`.
    Hold {
        /// The seats, as sent.
        seats: Vec<u32>,
    },
    /// `POST /events/{id}/holds` with `best_available`.
    HoldBest {
        /// How many.
        quantity: u32,
        /// Which of them only.
        #[serde(default)]
        only: Option<Only>,
    },
    /// `POST /events/{id}/holds` with `areas`: of the event's only one.
    HoldPlaces {
        /// How many.
        quantity: u32,
    },
    /// `POST /events/{id}/holds` with `tables`: the event's only one.
    HoldTable,
    /// `PATCH /holds/{id}`
    Extend {
        /// The hold.
        hold: Uuid,
        /// By how much, in seconds.
        seconds: u32,
    },
    /// `DELETE /holds/{id}`
    Release {
        /// The hold.
        hold: Uuid,
    },
    /// `GET /holds/{id}`
    ReadHold {
        /// The hold.
        hold: Uuid,
    },
    /// `POST /bookings` with `seats`.
    BookSeats {
        /// The seats, as sent.
        seats: Vec<u32>,
    },
    /// `POST /bookings` with `hold_id`.
    BookHold {
        /// The hold.
        hold: Uuid,
    },
    /// `POST /bookings` with `quantity`.
    BookQuantity {
        /// How many.
        quantity: u32,
    },
    /// `POST /bookings/{id}/confirm`
    Confirm {
        /// The booking.
        booking: i64,
        /// What the payment is called.
        reference: Option<String>,
    },
    /// `POST /bookings/{id}/cancel`
    Cancel {
        /// The booking.
        booking: i64,
    },
    /// `POST /bookings/{id}/cancel` by an organiser: anybody's.
    CallOff {
        /// The booking.
        booking: i64,
    },
    /// `POST /bookings/{id}/check-in`
    CheckIn {
        /// The booking.
        booking: i64,
        /// Which of its seats; none named: all.
        seats: Option<Vec<u32>>,
    },
    /// `DELETE /bookings/{id}/check-in`
    CheckOut {
        /// The booking.
        booking: i64,
        /// Which of its seats; none named: those with visitors in.
        seats: Option<Vec<u32>>,
    },
    /// `GET /bookings/{id}`
    ReadBooking {
        /// The booking.
        booking: i64,
    },
    /// `GET /bookings/{id}` by an organiser: anybody's.
    InspectBooking {
        /// The booking.
        booking: i64,
    },
    /// `POST /events/{id}/block`
    Block {
        /// The seats, as sent.
        seats: Vec<u32>,
    },
    /// `POST /events/{id}/unblock`
    Unblock {
        /// The seats, as sent.
        seats: Vec<u32>,
    },
    /// `PATCH /events/{id}`: another name, which no other call gives it, and the terms that belong to
    /// that name.
    Rename {
        /// The name.
        name: String,
    },
    /// `GET /events/{id}`
    ReadEvent,
    /// `GET /events/{id}/tickets`
    ReadAvailableTickets,
    /// `GET /events/{id}/tickets/all`
    ReadTickets,
    /// `GET /events/{id}/availability`, which may be behind.
    ReadAvailability,
    /// `GET /events/{id}/availability?since=`, which may be behind, too. What it tells has been put
    /// into the map that was known.
    ReadSince {
        /// The history of the map that was known.
        epoch: String,
        /// Its version.
        version: u64,
        /// Every seat's letter in it.
        known: String,
    },
    /// `GET /events/{id}/history/{version}`
    ReadPast {
        /// The version.
        version: u64,
    },
    /// `POST /events`, under a name that no other call gives.
    CreateEvent {
        /// The name.
        name: String,
        /// How many seats it is to have.
        seats: u32,
    },
    /// `POST /users`, under a name that no other call gives.
    CreateUser {
        /// The name.
        name: String,
    },
    /// `POST /charts`, under a name that no other call gives.
    CreateChart {
        /// The name.
        name: String,
        /// How many seats it has.
        seats: u32,
    },
    /// `POST /sessions`, for which keys mean nothing.
    OpenSession,
}

/// Which seats alone will do for somebody who has the best of them chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// Those of the first category: the rows.
    Rows,
    /// Those of the second one: places and the table.
    Others,
    /// Those that cost no more than `CHEAP_AT_MOST`: the second category's, whatever the terms.
    Cheap,
    /// Those in the section of the rows and the table.
    Hall,
    /// Those in the section of the area.
    Floor,
    /// At least one of them for a wheelchair, which no chart of a run has.
    Wheelchair,
}

impl Only {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Rows, Self::Others, Self::Cheap, Self::Hall, Self::Floor, Self::Wheelchair];
}

impl Call {
    /// Whether the answer may be about a version that is over by then: a node's mirror names the one
    /// it shows, and may be behind; the past is asked for.
    #[must_use]
    pub fn may_be_behind(&self) -> bool {
        self.is_mirrored() || matches!(self, Self::ReadPast { .. })
    }

    /// Whether a node answers it by its mirror, and so perhaps by one of a history that is over.
    #[must_use]
    pub fn is_mirrored(&self) -> bool {
        matches!(self, Self::ReadAvailability | Self::ReadSince { .. })
    }

    /// Whether it makes something of its own, and so is about no event that is there.
    #[must_use]
    pub fn creates(&self) -> bool {
        matches!(
            self,
            Self::CreateEvent { .. }
                | Self::CreateUser { .. }
                | Self::CreateChart { .. }
                | Self::OpenSession
        )
    }

    /// Whether one answer is kept under its key.
    #[must_use]
    pub fn keeps_keys(&self) -> bool {
        !self.is_read() && !matches!(self, Self::OpenSession)
    }

    /// Whether it only looks.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(
            self,
            Self::ReadHold { .. }
                | Self::ReadBooking { .. }
                | Self::InspectBooking { .. }
                | Self::ReadEvent
                | Self::ReadAvailableTickets
                | Self::ReadTickets
                | Self::ReadAvailability
                | Self::ReadSince { .. }
                | Self::ReadPast { .. }
        )
    }
}

/// How events are called that are given another name, before a number.
pub(crate) const RENAMED: &str = "Performance ";
/// When the first of those begins, and how long each lasts, in microseconds.
const FIRST_BEGINS: UnixMicros = 4_083_955_200_000_000;
const LASTS: UnixMicros = 7_200_000_000;
/// Since when the first of those is on sale that are, in microseconds.
const FIRST_ON_SALE: UnixMicros = 978_307_200_000_000;
/// One in so many isn't on sale.
const CLOSED_EVERY: UnixMicros = 9;
/// How many different prices there are; of each, some are on sale.
const PRICES_MAX: UnixMicros = 700;
const SECOND: UnixMicros = 1_000_000;

/// What seats of the first and of the second category cost at first, in minor units.
pub(crate) const PRICES: [i64; 2] = [4_550, 1_205];
/// What no seat of the second category costs more than, and each of the first one does.
pub(crate) const CHEAP_AT_MOST: i64 = 2_000;

/// What else is changed together with an event's name. Each name has terms of its own, so that a
/// change of several things that was made by halves is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// When it begins, and ends.
    pub(crate) times: [UnixMicros; 2],
    /// From when until when it is on sale: by now always, or never.
    pub(crate) sales: [UnixMicros; 2],
    /// What seats of each category cost, in minor units.
    pub(crate) prices: [i64; 2],
}

/// The terms that belong to a name.
pub(crate) fn terms_of(name: &str) -> Option<Terms> {
    let number: UnixMicros = name.strip_prefix(RENAMED)?.parse().ok()?;
    let begins = FIRST_BEGINS + number * SECOND;
    let times = [begins, begins + LASTS];
    let opens = if number % CLOSED_EVERY == 0 { begins } else { FIRST_ON_SALE + number * SECOND };
    let prices = PRICES.map(|price| price + number % PRICES_MAX);
    Some(Terms { times, sales: [opens, begins + LASTS], prices })
}

/// An amount in minor units as it is sent, in a currency that has a hundred of them.
pub(crate) fn amount(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}
