//! Holds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Time;

/// Seats to hold, all or nothing.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "seats": ["S002", "S003"] }))]
pub struct NewHold {
    /// Labels, none twice.
    pub seats: Vec<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// By how much to extend a hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "extend_seconds": 60 }))]
pub struct ExtendHold {
    /// 1–7,200 seconds; less is granted where the hold's whole life would become too long.
    #[schema(minimum = 1, maximum = 7_200)]
    pub extend_seconds: u32,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hold {
    /// Its id.
    pub id: uuid::Uuid,
    /// Its event.
    pub event_id: i64,
    /// The labels of the seats it locks, in seat order; once ended, of those it locked last.
    pub seats: Vec<String>,
    /// What they cost together, fixed when the hold was taken.
    pub price_total: String,
    /// ISO 4217.
    pub currency: String,
    /// `active`, `released`, `expired` or `booked`.
    pub status: String,
    /// When it ends by itself.
    pub expires_at: Time,
    /// The version at which its last change can be seen.
    pub version: u64,
}
