//! What an audience's threads are told, and what they hand back at the end.

use std::sync::mpsc::Sender;

use seatmap::domain::seat::SeatStatus;

/// An order to a thread.
#[derive(Debug)]
pub(super) enum Order {
    DropAll,
    ReconnectAll(Resume),
    Hurry,
    ResetJoins,
    CountBehind { event: i64, version: u64, reply: Sender<usize> },
    ShowMaps { reply: Sender<Vec<ShownMap>> },
    Stop,
}

/// How viewers come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// Naming the version they have.
    Since,
    /// As if for the first time.
    Anew,
}

impl Resume {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Since => "resuming",
            Self::Anew => "as new",
        }
    }
}

/// A map that viewers of a thread had at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownMap {
    /// The event.
    pub event: i64,
    /// The history.
    pub epoch: String,
    /// The version.
    pub version: u64,
    /// One status per seat.
    pub statuses: Vec<SeatStatus>,
}

/// A map that viewers had at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalMap {
    /// The event.
    pub event: i64,
    /// The history.
    pub epoch: String,
    /// The version.
    pub version: u64,
    /// One status per seat.
    pub statuses: Vec<SeatStatus>,
    /// How many prompt viewers had it.
    pub viewers: usize,
    /// How many slow viewers had it.
    pub slow_viewers: usize,
}
