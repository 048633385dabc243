//! A booking has exactly the seats its buyer locked, whoever else is at the counter.

use std::sync::Arc;

use rand::seq::SliceRandom as _;
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{chance, seed};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

const BUYERS: usize = 40;
const SEATS_EACH: usize = 5;

#[tokio::test]
async fn a_buyer_gets_the_locked_seats_though_others_hold_lower_ones() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 20).await;
    let (anna, bob, carl) = (one.buyer("anna"), other.buyer("bob"), other.buyer("carl"));
    bob.hold(event, &["S001", "S002", "S003"]).await.expect(201);
    anna.hold(event, &["S011", "S009"]).await.expect(201);
    carl.lock(event, "S005").await.expect(200);
    anna.lock(event, "S010").await.expect(200);

    anna.book(event, 4).await.expect_problem(409, "quantity_exceeds_locked");
    let booking = anna.at(other.address).book(event, 2).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(["S009", "S010"]), "the lowest of her own");
    let booking = anna.book(event, 1).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(["S011"]));
    anna.book(event, 1).await.expect_problem(409, "nothing_locked");
    let body = json!({ "event_id": event, "seats": ["S005"] });
    anna.post("/bookings", body).await.expect_problem(409, "seats_unavailable");
    let map = anna.map(event).await;
    for (seat, status) in [("S001", "locked"), ("S005", "locked"), ("S009", "reserved")] {
        assert_eq!(map[seat], status, "{seat}");
    }
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_books_at_once_gets_what_each_locked() {
    let mut chance = chance(seed(), 0);
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    let event = events::create(&nodes[0], 200).await;
    // Dealt out at random, so that everybody has others' seats below and above the own ones.
    let mut labels: Vec<String> = (1..=200).map(|number| format!("S{number:03}")).collect();
    labels.shuffle(&mut chance);
    let together = Arc::new(Barrier::new(BUYERS));
    let mut crowd = JoinSet::new();
    for (number, seats) in labels.chunks(SEATS_EACH).enumerate() {
        let buyer = nodes[number % 2].buyer(&format!("buyer-{number}"));
        let elsewhere = buyer.at(nodes[(number + 1) % 2].address);
        let (seats, together) = (seats.to_vec(), Arc::clone(&together));
        crowd.spawn(async move {
            lock_then_book(&[buyer, elsewhere], event, seats, &together).await;
        });
    }
    assert_eq!(crowd.join_all().await.len(), BUYERS);
    let read = nodes[0].buyer("anybody").get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(read["counts"]["reserved"], BUYERS * SEATS_EACH);
    invariants::hold(&database).await;
}

/// Locks one by one on both nodes, then books by number together with all others.
async fn lock_then_book(at: &[Buyer; 2], event: i64, mut seats: Vec<String>, together: &Barrier) {
    for (number, seat) in seats.iter().enumerate() {
        at[number % 2].lock(event, seat).await.expect(200);
    }
    seats.sort();
    together.wait().await;
    let (first, rest) = seats.split_at(2);
    let booking = at[0].book(event, 2).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(first));
    let booking = at[1].book(event, 3).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(rest));
}
