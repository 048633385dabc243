//! The words `live` and its neighbours speak in: where an event stands, what it needs, what was
//! announced of it.

use crate::domain::ids::{SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// Where a watched event stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Being read for the first time.
    Loading,
    /// Mirrored.
    Ready,
    /// There is no such event, or no longer.
    Unknown,
    /// The first read failed; the next to ask starts anew.
    Failed,
    /// Let go because nobody looked.
    Dropped,
}

/// What a mirror needs from the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chore {
    /// Read the whole map.
    Load,
    /// Read the change log after this version.
    Read(Version),
    /// Nothing any more; the keeper may end.
    Nothing,
}

/// A batch as the listener announced it.
#[derive(Debug)]
pub(super) struct Announced {
    pub(super) from: Version,
    pub(super) version: Version,
    /// `None`: too many to say.
    pub(super) changes: Option<Vec<(SeatIndex, SeatStatus)>>,
}
