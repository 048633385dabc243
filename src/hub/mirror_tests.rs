//! The mirror against a model that keeps every version's whole map: whatever is handed out, and
//! whenever, a client that applies it by the contract's rule ends with the true map.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;

use super::mirror::{Applied, Freshness, Mirror};
use super::ring::Next;
use super::stats::HubStats;
use crate::domain::change::{ChangeSet, EventMap};
use crate::domain::ids::Version;
use crate::domain::seat::SeatStatus::{self, Available, Locked, Sold};
use crate::protocol::live::message::ServerMessage;
use crate::protocol::live::{Format, binary};

const SEATS: usize = 12;

fn map(version: Version, recent: Vec<ChangeSet>) -> EventMap {
    let statuses = vec![Available; SEATS];
    EventMap { epoch: "e".into(), version, layout: "l".into(), statuses, recent }
}

fn one(from: Version, seat: u32, status: SeatStatus) -> ChangeSet {
    ChangeSet { from, version: from + 1, changes: vec![(seat, status)] }
}

#[test]
fn only_what_starts_exactly_here_is_applied() {
    let mut mirror = Mirror::new(map(5, Vec::new()));
    assert_eq!(mirror.apply(&one(4, 0, Sold)), Applied::Old);
    assert_eq!(mirror.apply(&one(6, 0, Sold)), Applied::Gap);
    assert_eq!(mirror.apply(&one(5, 12, Sold)), Applied::Foreign);
    assert!(!mirror.is_pending());
    assert_eq!(mirror.apply(&one(5, 0, Sold)), Applied::Yes);
    assert_eq!(mirror.apply(&one(5, 0, Locked)), Applied::Old);
    assert_eq!((mirror.version(), mirror.statuses()[0]), (6, Sold));
}

#[test]
fn a_loaded_mirror_resumes_from_its_recent_history() {
    let recent = vec![one(1, 9, Sold), one(3, 1, Locked), one(4, 1, Available), one(5, 2, Sold)];
    let mut mirror = Mirror::new(map(6, recent));
    // Version 2 is missing: what is older than the gap is of no use.
    assert!(mirror.catch_up(2, Freshness::exact(Instant::now())).is_none());
    let (frame, _) = mirror.catch_up(3, Freshness::exact(Instant::now())).unwrap();
    let changes = vec![(1, Available), (2, Sold)];
    assert_eq!(frame.change, ChangeSet { from: 3, version: 6, changes });
    let (frame, _) = mirror.catch_up(6, Freshness::exact(Instant::now())).unwrap();
    assert_eq!(frame.change, ChangeSet { from: 6, version: 6, changes: Vec::new() });
    assert!(mirror.catch_up(7, Freshness::exact(Instant::now())).is_none());
}

#[tokio::test(start_paused = true)]
async fn many_who_join_or_resume_at_once_share_one_encoding() {
    let stats = HubStats::default();
    let mut mirror = Mirror::new(map(0, Vec::new()));
    mirror.apply(&one(0, 0, Sold));
    mirror.publish(Instant::now());
    for _ in 0..100 {
        mirror.snapshot(Format::Json, Freshness::recent(Instant::now()), &stats);
        mirror.snapshot(Format::Json, Freshness::exact(Instant::now()), &stats);
        let (frame, _) = mirror.catch_up(0, Freshness::recent(Instant::now())).unwrap();
        let _ = frame.framed(Format::Binary, &stats);
    }
    assert_eq!(stats.frames_encoded.get(), 2);
    // A little later the joining still share it, and go on from where it was made; those whom no
    // frame will follow get the latest.
    mirror.apply(&one(1, 1, Sold));
    let reused = mirror.snapshot(Format::Json, Freshness::recent(Instant::now()), &stats);
    assert_eq!((reused.version, reused.cursor), (1, 1));
    assert_eq!(mirror.snapshot(Format::Json, Freshness::exact(Instant::now()), &stats).version, 2);
    let late = Freshness::recent(Instant::now() + Duration::from_millis(100));
    assert_eq!(mirror.catch_up(0, Freshness::recent(Instant::now())).unwrap().0.version(), 1);
    assert_eq!(mirror.catch_up(0, late).unwrap().0.version(), 2);
    assert_eq!(mirror.catch_up(0, Freshness::exact(Instant::now())).unwrap().0.version(), 2);
}

#[test]
fn divergence_is_told_from_being_ahead() {
    let mut mirror = Mirror::new(map(0, Vec::new()));
    let table = map(0, Vec::new());
    mirror.apply(&one(0, 3, Sold));
    // The mirror has passed what was read: the difference is explained by what came since.
    assert_eq!(mirror.diverges_from(&table), Some(false));
    let mut other = map(1, Vec::new());
    assert_eq!(mirror.diverges_from(&other), Some(true));
    other.statuses[3] = Sold;
    assert_eq!(mirror.diverges_from(&other), Some(false));
    other.version = 2;
    assert_eq!(mirror.diverges_from(&other), None);
    other.epoch = "f".into();
    assert_eq!(mirror.diverges_from(&other), None);
}

/// A client that follows the contract's rule.
#[derive(Clone, Debug)]
struct Client {
    version: Version,
    statuses: Vec<SeatStatus>,
    cursor: u64,
}

impl Client {
    fn apply(&mut self, bytes: &[u8]) {
        match binary::decode(bytes).unwrap() {
            ServerMessage::Snapshot(map) => {
                (self.version, self.statuses) = (map.version, map.statuses);
            }
            ServerMessage::Delta(delta) => {
                assert!(delta.from <= self.version, "a gap: {delta:?} at {}", self.version);
                if delta.version > self.version {
                    for (seat, status) in delta.changes {
                        self.statuses[seat as usize] = status;
                    }
                    self.version = delta.version;
                }
            }
            other => panic!("not in a ring: {other:?}"),
        }
    }

    fn follow(&mut self, mirror: &mut Mirror, stats: &HubStats) {
        loop {
            match mirror.next(self.cursor, self.version) {
                Next::Nothing => return,
                Next::Frame(frame, then) => {
                    self.cursor = then;
                    self.apply(&frame.framed(Format::Binary, stats).message());
                }
                Next::Lost => {
                    let start =
                        mirror.snapshot(Format::Binary, Freshness::exact(Instant::now()), stats);
                    self.cursor = start.cursor;
                    self.apply(&start.framed.message());
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Move {
    Change(Vec<(u32, SeatStatus)>),
    Publish,
    Join,
    Follow(usize),
    /// A client of old comes back with the map it had.
    Resume(usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let status = prop::sample::select(SeatStatus::ALL.as_slice());
    let changes = prop::collection::btree_map(0..SEATS as u32, status, 0..4);
    let each = prop_oneof![
        4 => changes.prop_map(|changes| Move::Change(changes.into_iter().collect())),
        3 => Just(Move::Publish),
        1 => Just(Move::Join),
        2 => any::<usize>().prop_map(Move::Follow),
        2 => any::<usize>().prop_map(Move::Resume),
    ];
    prop::collection::vec(each, 0..80)
}

proptest! {
    #[test]
    fn every_client_holds_the_true_map_of_its_version(moves in moves()) {
        let stats = HubStats::default();
        let mut mirror = Mirror::new(map(0, Vec::new()));
        let mut history = vec![mirror.statuses().to_vec()];
        let mut clients: Vec<Client> = Vec::new();
        for step in moves {
            match step {
                Move::Change(changes) => {
                    let from = mirror.version();
                    let change = ChangeSet { from, version: from + 1, changes };
                    prop_assert_eq!(mirror.apply(&change), Applied::Yes);
                    history.push(mirror.statuses().to_vec());
                }
                Move::Publish => { mirror.publish(Instant::now()); }
                Move::Join => {
                    let start = mirror.snapshot(Format::Binary, Freshness::recent(Instant::now()), &stats);
                    let cursor = start.cursor;
                    let mut client = Client { version: 0, statuses: Vec::new(), cursor };
                    client.apply(&start.framed.message());
                    clients.push(client);
                }
                Move::Follow(which) if !clients.is_empty() => {
                    let at = which % clients.len();
                    clients[at].follow(&mut mirror, &stats);
                }
                Move::Resume(which) if !clients.is_empty() => {
                    let at = which % clients.len();
                    let client = &mut clients[at];
                    let resumed = mirror.catch_up(client.version, Freshness::recent(Instant::now()));
                    let (frame, cursor) = resumed.expect("the ring holds it all");
                    prop_assert_eq!(frame.change.from, client.version);
                    client.cursor = cursor;
                    client.apply(&frame.framed(Format::Binary, &stats).message());
                }
                Move::Follow(_) | Move::Resume(_) => {}
            }
            for client in &clients {
                let truth = &history[usize::try_from(client.version).unwrap()];
                prop_assert_eq!(&client.statuses, truth, "at version {}", client.version);
            }
        }
        mirror.publish(Instant::now());
        for client in &mut clients {
            client.follow(&mut mirror, &stats);
            prop_assert_eq!(client.version, mirror.version());
        }
    }
}
