//! What an event's change sets look like to those who follow it.

use super::ids::{SeatIndex, Version};
use super::seat::SeatStatus;

/// The net effect of one or more consecutive change sets: from one version to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSet {
    /// The version it starts from.
    pub from: Version,
    /// The version it leads to; above `from`.
    pub version: Version,
    /// The seats touched and where they stand now: ascending, each once, possibly none.
    pub changes: Vec<(SeatIndex, SeatStatus)>,
}

/// An event's whole map at a version, with its most recent history.
#[derive(Clone, Debug)]
pub struct EventMap {
    /// Changes when an event's history is not a continuation of what clients saw.
    pub epoch: String,
    /// The version the statuses are those of.
    pub version: Version,
    /// The digest under which the geometry is served.
    pub layout: String,
    /// One status per seat, by seat index.
    pub statuses: Vec<SeatStatus>,
    /// The last change sets up to `version`, one per version, gapless, oldest first; may be empty.
    pub recent: Vec<ChangeSet>,
}

/// Where an event stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// See [`EventMap::epoch`].
    pub epoch: String,
    /// The version of its last committed change set.
    pub version: Version,
    /// The digest under which the geometry is served.
    pub layout: String,
}
