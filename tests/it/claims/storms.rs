//! Storms: many clients, few seats, everything at once.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use super::{count, label};
use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

const SEATS: u32 = 60;

/// Claims 1 and 9 of the contract.
#[tokio::test]
async fn fifty_clients_at_sixty_seats_book_none_twice() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await];
    storm(&database, &nodes, 50, 20).await;
}

/// Claims 1, 9 and 23 of the contract.
#[tokio::test]
async fn two_hundred_clients_of_two_nodes_book_none_twice() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    storm(&database, &nodes, 200, 6).await;
}

/// Claims 1 and 9 of the contract.
#[tokio::test]
async fn five_hundred_clients_at_sixty_seats_book_none_twice() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await];
    storm(&database, &nodes, 500, 4).await;
}

/// Claim 1 of the contract.
#[tokio::test]
async fn of_many_who_lock_one_seat_exactly_one_does() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 3).await;
    let buyers: Vec<Buyer> = (0..100).map(|n| server.buyer(&format!("buyer-{n}"))).collect();
    let answers = join_all(buyers.iter().map(|buyer| buyer.lock(event, "S002"))).await;
    let won: Vec<usize> = (0..100).filter(|at| answers[*at].status == 200).collect();
    assert_eq!(won.len(), 1);
    for (_, lost) in answers.into_iter().enumerate().filter(|(at, _)| *at != won[0]) {
        let problem = lost.expect_problem(409, "seats_unavailable");
        assert_eq!(problem["conflicts"], json!([{ "seat_no": "S002", "status": "locked" }]));
    }
    let answers = join_all(buyers.iter().map(|buyer| buyer.book(event, 1))).await;
    for (at, answer) in answers.into_iter().enumerate() {
        if at == won[0] {
            assert_eq!(answer.expect(201)["seat_nos"], json!(["S002"]));
        } else {
            answer.expect_problem(409, "nothing_locked");
        }
    }
    invariants::hold(&database).await;
}

/// Has clients do anything they can to an event, then checks that nobody was promised what
/// somebody else has, and that every number is right.
async fn storm(database: &Database, nodes: &[Server], clients: usize, steps: u32) {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let event = events::create_with(&nodes[0], SEATS, json!({ "max_seats_per_user": 5 })).await;
    let mut viewer = nodes[0].viewer(event).await;
    let stormers = (0..clients).map(|n| {
        let buyer = nodes[n % nodes.len()].buyer(&format!("buyer-{n}"));
        let chance = StdRng::seed_from_u64(seed.wrapping_add(n as u64));
        let stormer = Stormer { buyer, event, chance, bookings: BTreeMap::new() };
        tokio::spawn(stormer.run(steps))
    });
    let stormers: Vec<_> = stormers.collect();
    let mut promised: BTreeMap<String, i64> = BTreeMap::new();
    for stormer in stormers {
        let stormer = stormer.await.expect("a client that came through");
        for (id, seen) in stormer.bookings.iter().filter(|(_, seen)| seen.is_live()) {
            let read = stormer.buyer.get(&format!("/bookings/{id}")).await.expect(200);
            assert_eq!((&read["status"], &read["seat_nos"]), (&json!(seen.status), &seen.seats));
            for seat in seen.seats.as_array().expect("seats") {
                let seat = seat.as_str().expect("a label").to_owned();
                let other = promised.insert(seat, *id);
                assert_eq!(other, None, "a seat of booking {id} is promised twice");
            }
        }
    }
    assert!(!promised.is_empty(), "the storm booked something");
    let buyer = nodes[0].buyer("reader");
    let counted = count(&buyer, event).await;
    assert_eq!(counted["reserved"] + counted["sold"], promised.len() as u64);
    let read = buyer.get(&format!("/events/{event}")).await.expect(200);
    viewer.reach(super::version(&read)).await;
    for (number, status) in (0..).zip(buyer.map(event).await.values()) {
        assert_eq!(viewer.seat(number).name(), status);
    }
    invariants::hold(database).await;
}

/// A booking as its owner last heard of it.
struct Seen {
    seats: serde_json::Value,
    status: String,
}

impl Seen {
    fn is_live(&self) -> bool {
        self.status == "pending" || self.status == "confirmed"
    }
}

struct Stormer {
    buyer: Buyer,
    event: i64,
    chance: StdRng,
    bookings: BTreeMap<i64, Seen>,
}

impl Stormer {
    async fn run(mut self, steps: u32) -> Self {
        for _ in 0..steps {
            let answer = self.step().await;
            assert!(matches!(answer.status, 200 | 201 | 403 | 409), "{}", answer.body);
            if let Some(seats) = answer.body.get("seat_nos") {
                let id = answer.body["id"].as_i64().expect("an id");
                let status = answer.body["status"].as_str().expect("a status").to_owned();
                self.bookings.insert(id, Seen { seats: seats.clone(), status });
            }
        }
        self
    }

    async fn step(&mut self) -> Answer {
        let seat = label(self.chance.random_range(1..=SEATS));
        let (dice, quantity) = (self.chance.random_range(0..100), self.chance.random_range(1..=2));
        let known: Vec<i64> = self.bookings.keys().copied().collect();
        let booking = known.get(self.chance.random_range(0..known.len().max(1)));
        match (dice, booking) {
            (0..10, _) => self.buyer.unlock(self.event, &seat).await,
            (10..35, _) => self.buyer.book(self.event, quantity).await,
            (35..45, _) => {
                let body = json!({ "event_id": self.event, "seats": [seat] });
                self.buyer.post("/bookings", body).await
            }
            (45..60, Some(id)) => self.buyer.confirm(&json!(id), "paid").await,
            (60..70, Some(id)) => self.buyer.cancel(&json!(id)).await,
            _ => self.buyer.lock(self.event, &seat).await,
        }
    }
}
