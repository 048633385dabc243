//! Locking, unlocking, blocking and unblocking seats.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Time;

/// The body of calls that need none; names the caller in open mode.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct CallerOnly {
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A seat that is locked for the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LockedSeat {
    /// The hold it is in.
    pub hold_id: uuid::Uuid,
    /// The seat.
    pub seat_no: String,
    /// `locked`.
    pub status: String,
    /// What it costs, fixed when it was taken. Missing only where an answer is given again that an
    /// older server has kept under its Idempotency-Key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// ISO 4217.
    pub currency: String,
    /// When the hold ends by itself.
    pub expires_at: Time,
    /// The version at which it can be seen.
    pub version: u64,
}

/// A seat that was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnlockedSeat {
    /// The seat.
    pub seat_no: String,
    /// `available`.
    pub status: String,
    /// The version at which it can be seen.
    pub version: u64,
}

/// Seats to take off sale.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "seats": ["S004"], "reason": "camera" }))]
pub struct Block {
    /// 1–10,000 labels.
    pub seats: Vec<String>,
    /// Why, for the change log; up to 200 characters.
    pub reason: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// Seats to put on sale again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "seats": ["S004"] }))]
pub struct Unblock {
    /// 1–10,000 labels.
    pub seats: Vec<String>,
    /// Why, for the change log; up to 200 characters.
    pub reason: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// Seats that were blocked or unblocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockedSeats {
    /// Their labels, in seat order.
    pub seats: Vec<String>,
    /// The version at which it can be seen.
    pub version: u64,
}
