//! A seat map that changes on demand and forgets nothing: what the yardsticks send when no
//! database is behind them. One change set per trigger, one version per change set.

use seatmap::domain::change::ChangeSet;
use seatmap::domain::ids::{EventId, SeatIndex, Version};
use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::message::{Hello, Mode, ServerMessage};
use seatmap::protocol::live::{PROTOCOL, binary, text};

/// The history that the yardsticks' versions belong to.
const EPOCH: &str = "yardstick";
/// Neither yardstick sends heartbeats, so none is promised within a run: an hour, in seconds.
const HEARTBEAT_SECONDS: u64 = 3_600;

/// The map.
#[derive(Debug)]
pub struct Board {
    version: Version,
    statuses: Vec<SeatStatus>,
    next: usize,
}

impl Board {
    /// A map of `seats` available seats, one at least.
    #[must_use]
    pub fn new(seats: usize) -> Self {
        Self { version: 0, statuses: vec![SeatStatus::Available; seats.max(1)], next: 0 }
    }

    /// The version of the last change.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// How many seats there are.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.statuses.len()
    }

    /// Changes as many seats as asked, at most all: locks what is available, frees what is locked.
    pub fn change(&mut self, seats: usize) -> ChangeSet {
        let all = self.statuses.len();
        let mut changes: Vec<(SeatIndex, SeatStatus)> = Vec::with_capacity(seats.min(all));
        for _ in 0..seats.min(all) {
            let seat = &mut self.statuses[self.next];
            *seat = match *seat {
                SeatStatus::Available => SeatStatus::Locked,
                _ => SeatStatus::Available,
            };
            changes.push((self.next as SeatIndex, *seat));
            self.next = (self.next + 1) % all;
        }
        changes.sort_unstable_by_key(|(seat, _)| *seat);
        let from = self.version;
        self.version += 1;
        ChangeSet { from, version: self.version, changes }
    }

    /// The snapshot message.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        binary::snapshot(self.version, &self.statuses)
    }

    /// The first message on a connection; the snapshot follows it.
    #[must_use]
    pub fn hello(&self, event: EventId) -> String {
        hello(event, self.version, self.statuses.len())
    }
}

/// The first message on a connection to a yardstick.
#[must_use]
pub fn hello(event: EventId, version: Version, seats: usize) -> String {
    text::encode(&ServerMessage::Hello(Hello {
        protocol: PROTOCOL,
        event_id: event,
        epoch: EPOCH.to_owned(),
        version,
        seats: u32::try_from(seats).unwrap_or(u32::MAX),
        layout: EPOCH.to_owned(),
        mode: Mode::Snapshot,
        heartbeat_secs: HEARTBEAT_SECONDS,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatmap::domain::seat::SeatStatus::{Available, Locked};

    #[test]
    fn changes_go_round_and_are_ascending() {
        let mut board = Board::new(3);
        let first = ChangeSet { from: 0, version: 1, changes: vec![(0, Locked), (1, Locked)] };
        let second = ChangeSet { from: 1, version: 2, changes: vec![(0, Available), (2, Locked)] };
        assert_eq!(board.change(2), first);
        assert_eq!(board.change(2), second);
        assert_eq!(board.change(9).changes.len(), 3);
    }
}
