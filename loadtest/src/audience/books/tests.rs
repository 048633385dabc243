//! Honest servers leave nothing behind; each lie is found.

use seatmap::domain::change::ChangeSet;
use seatmap::domain::ids::EventId;
use seatmap::domain::seat::SeatStatus::{self, Available, Locked, Sold};
use seatmap::protocol::live::message::{Heartbeat, Hello, Mode, ServerMessage, Snapshot};
use seatmap::protocol::live::{binary, text};

use super::*;

struct Viewer {
    desk: Desk,
    books: Books,
    tally: Tally,
}

impl Viewer {
    fn new() -> Self {
        Self { desk: Desk::new(1), books: Books::default(), tally: Tally::default() }
    }

    fn hears(&mut self, message: &ServerMessage) -> Reaction {
        let line = text::encode(message);
        let frame = match binary::encode(message) {
            Some(ref bytes) => {
                return self.desk.take(&mut self.books, (false, bytes), 7, &mut self.tally);
            }
            None => (true, line.as_bytes()),
        };
        self.desk.take(&mut self.books, frame, 7, &mut self.tally)
    }

    fn hears_all(&mut self, messages: &[ServerMessage]) {
        for message in messages {
            self.hears(message);
        }
    }

    /// Another viewer of the same event hears messages; the first keeps its own books.
    fn another(&mut self, messages: &[ServerMessage]) -> Books {
        let mut books = Books::default();
        std::mem::swap(&mut self.books, &mut books);
        self.books = Books::default();
        for message in messages {
            self.hears(message);
        }
        std::mem::replace(&mut self.books, books)
    }

    fn map(&self) -> Vec<SeatStatus> {
        self.desk.maps.statuses(self.books.map().unwrap()).unwrap().to_vec()
    }
}

fn hello(mode: Mode, version: u64) -> ServerMessage {
    ServerMessage::Hello(Hello {
        protocol: 1,
        event_id: EventId(1),
        epoch: "e1".to_owned(),
        version,
        seats: 2,
        layout: "l".to_owned(),
        mode,
        heartbeat_secs: 15,
    })
}

fn snapshot(version: u64) -> ServerMessage {
    ServerMessage::Snapshot(Snapshot { version, statuses: vec![Available; 2] })
}

fn delta(from: u64, version: u64, seat: u32, status: SeatStatus) -> ServerMessage {
    ServerMessage::Delta(ChangeSet { from, version, changes: vec![(seat, status)] })
}

fn beat(version: u64) -> ServerMessage {
    ServerMessage::Heartbeat(Heartbeat { version, viewers: 1 })
}

fn begin() -> [ServerMessage; 2] {
    [hello(Mode::Snapshot, 5), snapshot(5)]
}

#[test]
fn an_honest_server_leaves_no_violation() {
    let mut viewer = Viewer::new();
    assert_eq!(viewer.hears(&begin()[0]), Reaction::Nothing);
    assert_eq!(viewer.hears(&begin()[1]), Reaction::Joined);
    for message in [delta(3, 6, 0, Sold), delta(6, 9, 1, Locked), beat(9)] {
        assert_eq!(viewer.hears(&message), Reaction::Nothing);
    }
    assert_eq!(viewer.tally.violations(), []);
    assert_eq!(viewer.desk.since(&viewer.books).unwrap(), "e1.9");
    assert_eq!(viewer.map(), [Sold, Locked]);
    let steps: Vec<_> = viewer.desk.arrivals.close(u64::MAX).drain(..).collect();
    let steps: Vec<_> = steps.iter().map(|step| (step.from, step.version)).collect();
    assert_eq!(steps, [(5, 6), (6, 9)], "what was before the snapshot is not late");
}

#[test]
fn one_who_comes_back_is_caught_up_and_the_frame_after_may_overlap() {
    let mut viewer = Viewer::new();
    viewer.hears_all(&begin());
    viewer.books.disconnected();
    assert_eq!(viewer.hears(&hello(Mode::Resume, 7)), Reaction::Nothing);
    assert_eq!(viewer.hears(&delta(5, 7, 0, Sold)), Reaction::Joined);
    viewer.hears(&delta(6, 8, 1, Locked));
    assert_eq!((viewer.tally.count(), viewer.map()), (0, vec![Sold, Locked]));
    let steps: Vec<_> = viewer.desk.arrivals.close(u64::MAX).drain(..).collect();
    assert_eq!(steps.iter().map(|step| (step.from, step.version)).collect::<Vec<_>>(), [(7, 8)]);
    // Nothing missed: joined at once.
    viewer.books.disconnected();
    assert_eq!(viewer.hears(&hello(Mode::Resume, 8)), Reaction::Joined);
    assert_eq!(viewer.tally.count(), 0);
}

#[test]
fn lies_are_found() {
    for lie in [
        vec![delta(6, 7, 0, Sold)],
        vec![delta(5, 6, 0, Sold), delta(5, 7, 0, Sold)],
        vec![delta(5, 6, 2, Sold)],
        vec![beat(6)],
        vec![hello(Mode::Snapshot, 5), delta(5, 6, 0, Sold)],
        vec![hello(Mode::Resume, 4)],
    ] {
        let mut viewer = Viewer::new();
        for message in begin().iter().chain(&lie) {
            viewer.hears(message);
        }
        assert!(viewer.tally.count() > 0, "{lie:?}");
    }
    let mut viewer = Viewer::new();
    viewer.hears(&snapshot(1));
    assert!(viewer.tally.count() > 0, "nobody said hello");
    let mut viewer = Viewer::new();
    viewer.hears(&hello(Mode::Resume, 1));
    assert!(viewer.tally.count() > 0, "nobody asked to resume");
}

#[test]
fn a_gap_asks_for_a_resync() {
    let mut viewer = Viewer::new();
    viewer.hears_all(&begin());
    assert_eq!(viewer.hears(&delta(6, 7, 0, Sold)), Reaction::Resync);
    assert_eq!(viewer.tally.numbers.gaps, 1);
}

#[test]
fn two_viewers_told_different_things_are_a_divergence() {
    let mut viewer = Viewer::new();
    for message in begin().iter().chain(&[delta(5, 6, 0, Sold)]) {
        viewer.hears(message);
    }
    let honest = viewer.another(&[begin().to_vec(), vec![delta(5, 6, 0, Sold)]].concat());
    assert_eq!((viewer.tally.count(), honest.map()), (0, viewer.books.map()));
    viewer.another(&[begin().to_vec(), vec![delta(5, 6, 1, Sold)]].concat());
    assert_eq!(viewer.tally.numbers.divergences, 1);
    assert!(
        viewer.tally.violations()[0].what.contains("seat 0"),
        "{:?}",
        viewer.tally.violations()
    );
}
