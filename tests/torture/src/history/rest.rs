//! Holds and bookings as their tables show them when nothing moves any more. Facts only.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::UnixMicros;

/// An event's holds and bookings at rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// The event.
    pub event: i64,
    /// Its holds.
    pub holds: Vec<RestHold>,
    /// Its bookings.
    pub bookings: Vec<RestBooking>,
}

/// A hold at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestHold {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub owner: i64,
    /// The seats that it locks, or locked last.
    pub seats: Vec<u32>,
    /// `released`, `expired` or `booked`, unless it outlives its time.
    pub status: String,
    /// What its seats cost, in minor units.
    pub price: i64,
    /// When it was made.
    pub created_at: UnixMicros,
    /// When it ends.
    pub expires_at: UnixMicros,
}

/// A booking at rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestBooking {
    /// Its id.
    pub id: i64,
    /// What people call it.
    pub booking_ref: String,
    /// Who made it.
    pub owner: i64,
    /// Whom it is for.
    pub user: i64,
    /// Its seats.
    pub seats: Vec<u32>,
    /// `confirmed`, `cancelled` or `expired`, unless it outlives its time.
    pub status: String,
    /// What the payment was called.
    pub reference: Option<String>,
    /// What its seats cost, in minor units.
    pub price: i64,
    /// When it was made.
    pub created_at: UnixMicros,
    /// Until when payment was due.
    pub expires_at: UnixMicros,
}
