//! Joining a map that never rests: what is given first and what follows have no seam.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rand::RngExt as _;
use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::Format;
use seatmap_loadtest::follower::Follower;
use tokio::task::JoinSet;

use super::log::{self, Shown};
use super::{chance, seed};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::viewer::Viewer;
use crate::support::{events, invariants};

const SEATS: usize = 300;
const STORMERS: usize = 12;
const JOINERS: usize = 50;
const JOINS_EACH: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_in_a_storm_misses_nothing() {
    let seed = seed();
    let database = Database::new().await;
    let nodes =
        [Server::start(&database).await, Server::owning(&database, SocketWay::Portable).await];
    let event = events::create(&nodes[0], 300).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut storm = JoinSet::new();
    for number in 0..STORMERS {
        let buyer = nodes[number % 2].buyer(&format!("stormer-{number}"));
        storm.spawn(rage(buyer, event, number, Arc::clone(&over)));
    }
    let addresses = nodes.each_ref().map(|node| node.address);
    let mut joiners = JoinSet::new();
    for number in 0..JOINERS {
        let mut chance = chance(seed, number);
        joiners.spawn(async move {
            let (mut shown, mut earlier) = (Vec::new(), None);
            for _ in 0..JOINS_EACH {
                let node = addresses[chance.random_range(0..2)];
                let format = Format::ALL[chance.random_range(0..2)];
                let follower = join(node, event, format, earlier.take()).await;
                shown.push(seen_by(&follower));
                earlier = chance.random_bool(0.5).then_some(follower);
            }
            shown
        });
    }
    let shown = joiners.join_all().await.concat();
    over.store(true, Ordering::Relaxed);
    let changes: u64 = storm.join_all().await.iter().sum();
    println!("{} joins, {changes} changes", shown.len());
    log::assert_true(shown, &log::read(&database, event).await, SEATS);
    invariants::hold(&database).await;
}

/// Locks and unlocks seats of its own until it is over; answers how many changes that were.
async fn rage(buyer: Buyer, event: i64, number: usize, over: Arc<AtomicBool>) -> u64 {
    let seats = (0..).map(|round| 1 + (round * STORMERS + number) % SEATS);
    let mut changes = 0;
    for seat in seats.map(|seat| format!("S{seat:03}")) {
        if over.load(Ordering::Relaxed) {
            break;
        }
        buyer.lock(event, &seat).await.expect(200);
        buyer.unlock(event, &seat).await.expect(200);
        changes += 2;
    }
    changes
}

/// Joins and follows for a few frames; the viewer itself asserts that nothing was missed.
async fn join(
    node: std::net::SocketAddr,
    event: i64,
    format: Format,
    earlier: Option<Follower>,
) -> Follower {
    let mut viewer = Viewer::open_as(node, event, format, earlier).await.expect("a viewer");
    let begun = viewer.version();
    viewer.reach(begun + 20).await;
    viewer.drop_connection()
}

fn seen_by(follower: &Follower) -> Shown {
    let version = follower.position().expect("a position").version;
    Shown { version, map: follower.statuses().to_vec() }
}
