//! Locks and bookings end by the clock, not by whoever looks.

use seatmap::domain::answer::Refusal;
use seatmap::domain::command::{Command, Request};
use seatmap::domain::ids::{EventId, HoldId, UserId};
use seatmap::domain::seat::SeatStatus;
use seatmap::sequencer::Sequencer;
use seatmap::store::batch::{Batches, MadeBy};
use seatmap::store::pool::{PoolSettings, Pools};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{count, version};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::{PATIENCE, events, eventually, invariants};

/// Claim 6 of the contract.
#[tokio::test]
async fn a_lock_lives_its_time_to_the_microsecond() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let usual = events::create(&server, 10).await;
    let short = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let anna = server.buyer("anna");
    for (event, seconds) in [(usual, 180.0), (short, 1.0)] {
        anna.lock(event, "S001").await.expect(200);
        let sql = format!(
            "select extract(epoch from expires_at - created_at)::float8
             from holds where event_id = {event}"
        );
        assert_eq!(database.value::<f64>(&sql).await, seconds);
    }
}

/// Claim 6 of the contract: nobody gets the seat a moment before, and the first who asks a moment
/// after does.
#[tokio::test]
async fn a_lock_ends_by_the_clock_without_any_background_pass() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let user = |name| json!({ "name": name, "email": format!("{name}@example.org") });
    let buyer = server.buyer("shop");
    let mut users = Vec::new();
    for name in ["anna", "ben"] {
        let made = buyer.post("/users", user(name)).await.expect(201);
        users.push(UserId(made["id"].as_i64().expect("an id")));
    }
    // From here on nothing runs but the write path itself.
    server.stop().await;
    let pools = Pools::new(&database.config, PoolSettings { max_open: 4, max_idle: 4 });
    let sequencer = Sequencer::new(Batches::new(pools.expect("a pool")));
    let lock = |caller| {
        let hold = HoldId(uuid::Uuid::new_v4());
        let command = Command::Lock { seat: 0, hold };
        let request =
            Request { caller: Some(caller), command, key: None, request_id: "story".to_owned() };
        let made_by = MadeBy { chart: 0, history: 0 };
        sequencer.submit(EventId(event), (request, made_by), Instant::now() + PATIENCE)
    };
    lock(users[0]).await.expect("an answer").result.expect("locked");
    let refused = lock(users[1]).await.expect("an answer").result;
    assert!(matches!(refused, Err(Refusal::SeatsUnavailable { .. })), "{refused:?}");
    let is_over = "select clock_timestamp() >= expires_at from holds where status = 'active'";
    eventually("the lock's end", || database.value::<bool>(is_over)).await;
    let kept = "select status from tickets where seat_index = 0";
    assert_eq!(database.value::<i16>(kept).await, 1, "nobody has noticed yet");
    lock(users[1]).await.expect("an answer").result.expect("the first who asks gets it");
    let in_order = "
        select later.created_at >= earlier.expires_at from holds earlier, holds later
        where earlier.status = 'expired' and later.status = 'active'";
    assert!(database.value::<bool>(in_order).await);
    invariants::hold(&database).await;
}

/// Claim 6 of the contract.
#[tokio::test]
async fn an_expired_lock_is_seen_on_the_live_socket() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let mut viewer = server.viewer(event).await;
    let locked = server.buyer("anna").hold(event, &["S001", "S002"]).await.expect(201);
    viewer.reach(version(&locked)).await;
    assert_eq!(viewer.seat(1), SeatStatus::Locked);
    viewer.reach(version(&locked) + 1).await;
    assert_eq!((viewer.seat(0), viewer.seat(1)), (SeatStatus::Available, SeatStatus::Available));
    let not_early = "
        select bool_and(c.at >= h.expires_at) from seat_changes c, holds h
        where c.cause = 'hold_expiry' and c.actor_id is null";
    assert!(database.value::<bool>(not_early).await);
    assert_eq!(count(&server.buyer("anna"), event).await["available"], 10);
    invariants::hold(&database).await;
}

/// Claims 6 and 7 of the contract: while somebody keeps the event's row, nobody can write an
/// expiry, and the hold reads expired all the same.
#[tokio::test]
async fn a_hold_reads_expired_before_anybody_has_noticed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S001"]).await.expect(201);
    let blocker = database.connect().await;
    let sql = format!("begin; select from events where id = {event} for update");
    blocker.batch_execute(&sql).await.expect("the row");
    ends(&anna, &format!("/holds/{}", hold["id"].as_str().expect("an id"))).await;
    let active = anna.get(&format!("/holds?event_id={event}")).await.expect(200);
    assert_eq!(active, json!({ "items": [], "total": 0 }));
    assert_eq!(anna.map(event).await["S001"], "locked", "the map is that of a version");
    blocker.batch_execute("rollback").await.expect("given back");
}

/// Claim 6 of the contract.
#[tokio::test]
async fn a_lock_of_a_client_that_vanished_is_freed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let mut viewer = server.viewer(event).await;
    let mut client = TcpStream::connect(server.address).await.expect("a connection");
    let request = format!(
        "POST /api/v1/events/{event}/seats/S001/lock HTTP/1.1\r\nhost: seatmap\r\n\
         x-session-id: gone\r\ncontent-length: 0\r\n\r\n"
    );
    client.write_all(request.as_bytes()).await.expect("sent");
    viewer.reach(1).await;
    drop(client);
    viewer.reach(2).await;
    assert_eq!(viewer.seat(0), SeatStatus::Available);
    server.buyer("ben").lock(event, "S001").await.expect(200);
    invariants::hold(&database).await;
}

/// Claim 6 of the contract.
#[tokio::test]
async fn a_lock_taken_at_a_server_that_was_killed_is_freed_by_another() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let killed = Process::start(&database, &[]);
    let event = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let mut viewer = server.viewer(event).await;
    let locked = killed.buyer("anna").lock(event, "S001").await.expect(200);
    killed.kill();
    viewer.reach(version(&locked) + 1).await;
    assert_eq!(viewer.seat(0), SeatStatus::Available);
    server.buyer("ben").lock(event, "S001").await.expect(200);
    invariants::hold(&database).await;
}

/// Claim 7 of the contract.
#[tokio::test]
async fn an_expired_hold_gives_no_right() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "lock_seconds": 1 })).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S001"]).await.expect(201);
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    ends(&anna, &path).await;
    let by_hold = json!({ "event_id": event, "hold_id": hold["id"] });
    anna.post("/bookings", by_hold).await.expect_problem(409, "hold_expired");
    anna.book(event, 1).await.expect_problem(409, "nothing_locked");
    let by_seats = json!({ "event_id": event, "seats": ["S001"] });
    anna.post("/bookings", by_seats).await.expect_problem(409, "seats_unavailable");
    anna.patch(&path, json!({ "extend_seconds": 60 })).await.expect_problem(409, "hold_expired");
    anna.delete(&path).await.expect_problem(409, "hold_expired");
    anna.unlock(event, "S001").await.expect_problem(409, "not_locked");
    assert_eq!(anna.get(&path).await.expect(200)["seats"], json!(["S001"]), "its last seats");
    // Whoever comes next owes it nothing.
    server.buyer("ben").lock(event, "S001").await.expect(200);
    invariants::hold(&database).await;
}

/// Claim 8 of the contract.
#[tokio::test]
async fn an_unpaid_booking_frees_its_seats() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "booking_seconds": 1 })).await;
    let mut viewer = server.viewer(event).await;
    let anna = server.buyer("anna");
    let booking = book(&anna, event, &["S002", "S003"]).await;
    viewer.reach(version(&booking)).await;
    assert_eq!(viewer.seat(1), SeatStatus::Reserved);
    viewer.reach(version(&booking) + 1).await;
    assert_eq!((viewer.seat(1), viewer.seat(2)), (SeatStatus::Available, SeatStatus::Available));
    let read = anna.get(&format!("/bookings/{}", booking["id"])).await.expect(200);
    assert_eq!(read["status"], "expired");
    assert_eq!(read["seat_nos"], json!(["S002", "S003"]), "what it was can still be read");
    assert_eq!(count(&anna, event).await["available"], 10);
    anna.cancel(&booking["id"]).await.expect_problem(409, "booking_expired");
    let not_early = "
        select bool_and(c.at >= b.expires_at) from seat_changes c, bookings b
        where c.cause = 'booking_expiry' and c.actor_id is null";
    assert!(database.value::<bool>(not_early).await);
    let usual = events::create(&server, 10).await;
    book(&anna, usual, &["S001"]).await;
    let due = format!(
        "select extract(epoch from expires_at - created_at)::float8 from bookings
         where event_id = {usual}"
    );
    assert_eq!(database.value::<f64>(&due).await, 900.0);
    invariants::hold(&database).await;
}

/// Claim 8 of the contract.
#[tokio::test]
async fn a_late_payment_takes_the_very_same_seats_again() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "booking_seconds": 1 })).await;
    let anna = server.buyer("anna");
    let booking = book(&anna, event, &["S002", "S003"]).await;
    ends(&anna, &format!("/bookings/{}", booking["id"])).await;
    let late = anna.confirm(&booking["id"], "late").await.expect(200);
    assert_eq!((&late["status"], &late["seat_nos"]), (&json!("confirmed"), &booking["seat_nos"]));
    let changes = anna.get(&format!("/events/{event}/changes?since=2")).await.expect(200);
    let steps = changes["items"].as_array().expect("a list").iter();
    let of_one: Vec<_> = steps
        .filter(|step| step["seat_no"] == "S002")
        .map(|step| [&step["from"], &step["to"], &step["cause"]])
        .collect();
    let expected = [
        [&json!("reserved"), &json!("available"), &json!("booking_expiry")],
        [&json!("available"), &json!("reserved"), &json!("confirm")],
        [&json!("reserved"), &json!("sold"), &json!("confirm")],
    ];
    assert_eq!(of_one, expected);
    assert_eq!(anna.confirm(&booking["id"], "late").await.expect(200)["status"], "confirmed");
    invariants::hold(&database).await;
}

/// Claim 8 of the contract.
#[tokio::test]
async fn a_late_payment_takes_all_seats_or_none() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 10, json!({ "booking_seconds": 1 })).await;
    let anna = server.buyer("anna");
    let booking = book(&anna, event, &["S002", "S003"]).await;
    ends(&anna, &format!("/bookings/{}", booking["id"])).await;
    server.buyer("ben").lock(event, "S003").await.expect(200);
    anna.confirm(&booking["id"], "late").await.expect_problem(409, "booking_expired");
    assert_eq!(anna.map(event).await["S002"], "available");
    invariants::hold(&database).await;
}

async fn book(buyer: &Buyer, event: i64, seats: &[&str]) -> Value {
    let hold = buyer.hold(event, seats).await.expect(201);
    let body = json!({ "event_id": event, "hold_id": hold["id"] });
    buyer.post("/bookings", body).await.expect(201)
}

/// Waits until a hold or booking reads expired.
async fn ends(buyer: &Buyer, path: &str) {
    eventually("its end", || async { buyer.get(path).await.expect(200)["status"] == "expired" })
        .await;
}
