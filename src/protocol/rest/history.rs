//! An event's past: its change sets one after another, and its map at any version.

use serde::Serialize;
use utoipa::ToSchema;

use super::time::Time;
use crate::domain::ids::SeatIndex;
use crate::domain::seat::SeatStatus;
use crate::protocol::live::text::{Changes, Letters};

/// Consecutive change sets.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// The event.
    pub event_id: i64,
    /// The history the versions belong to.
    pub epoch: String,
    /// The digest of the geometry.
    pub layout: String,
    /// How many seats there are; at version 0 all are available.
    pub seats: u32,
    /// The version before the first of them: the one asked for, or the last one before the event had
    /// its chart, at which all seats are available as well.
    pub from: u64,
    /// The last one's version: where to ask on.
    pub version: u64,
    /// The event's version; there is more unless `version` is the same.
    pub current: u64,
    /// One per version, oldest first.
    pub frames: Vec<HistoryFrame>,
}

/// What changed with a version.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryFrame {
    /// The version.
    pub version: u64,
    /// When it came about.
    pub at: Time,
    /// Seats and the letters of their statuses, ascending, each once.
    #[serde(serialize_with = "pairs")]
    #[schema(value_type = Vec<(u32, String)>, example = json!([[12, "L"], [13, "A"]]))]
    pub changes: Vec<(SeatIndex, SeatStatus)>,
}

/// The whole map at a version.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastMap {
    /// The event.
    pub event_id: i64,
    /// The history the version belongs to.
    pub epoch: String,
    /// The digest of the geometry.
    pub layout: String,
    /// How many seats there are.
    pub seats: u32,
    /// The version.
    pub version: u64,
    /// When it came about; null for version 0.
    pub at: Option<Time>,
    /// One letter per seat, in seat order.
    #[serde(serialize_with = "letters")]
    #[schema(value_type = String, example = "AALRSB")]
    pub statuses: Vec<SeatStatus>,
}

fn pairs<S: serde::Serializer>(
    changes: &[(SeatIndex, SeatStatus)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Changes(changes).serialize(serializer)
}

fn letters<S: serde::Serializer>(
    statuses: &[SeatStatus],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Letters(statuses).serialize(serializer)
}
