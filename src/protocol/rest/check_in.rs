//! Letting people in: seats of a confirmed booking, once each.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::present;
use super::time::Time;

/// Which seats of a booking to let in, or to take back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct CheckIn {
    /// Labels of seats of the booking, none twice (default: all of them).
    #[serde(default, deserialize_with = "present")]
    pub seats: Option<Vec<String>>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A seat whose visitor is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckedIn {
    /// The seat.
    pub seat_no: String,
    /// Since when.
    pub at: Time,
}

/// One step at the door.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CheckInStep {
    /// The booking.
    pub booking_id: i64,
    /// Its reference, which is what its code says.
    #[schema(example = "SM-7K3Q9ZXB")]
    pub booking_ref: String,
    /// The seat.
    pub seat_no: String,
    /// The seat's position.
    pub seat_index: u32,
    /// `in`, or `out` when it was undone.
    #[schema(example = "in")]
    pub action: String,
    /// Who did it; null for organisers nobody named.
    pub actor: Option<i64>,
    /// The request that did it.
    pub request_id: String,
    /// When.
    pub at: Time,
}
