//! Locks: who may end them, and who sees them.

use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::Format;
use serde_json::json;

use super::version;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::viewer::Viewer;
use crate::support::{events, invariants};

/// Claim 4 of the contract.
#[tokio::test]
async fn only_the_holder_unlocks() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let (anna, ben) = (server.buyer("anna"), server.buyer("ben"));
    let locked = anna.lock(event, "S001").await.expect(200);
    ben.unlock(event, "S001").await.expect_problem(403, "forbidden");
    // Naming the holder as the customer makes nobody the holder.
    let holder: i64 = database.value("select user_id from holds").await;
    let path = format!("/events/{event}/seats/S001/unlock");
    ben.post(&path, json!({ "user_id": holder })).await.expect_problem(403, "forbidden");
    let hold = format!("/holds/{}", locked["hold_id"].as_str().expect("an id"));
    ben.delete(&hold).await.expect_problem(403, "forbidden");
    ben.patch(&hold, json!({ "extend_seconds": 9 })).await.expect_problem(403, "forbidden");
    ben.get(&hold).await.expect_problem(403, "forbidden");
    assert_eq!(anna.map(event).await["S001"], "locked");
    let unlocked = anna.unlock(event, "S001").await.expect(200);
    let expected = json!({
        "seat_no": "S001", "status": "available", "version": version(&locked) + 1,
    });
    assert_eq!(unlocked, expected);
    anna.unlock(event, "S001").await.expect_problem(409, "not_locked");
    invariants::hold(&database).await;
}

/// Claim 4 of the contract.
#[tokio::test]
async fn an_unknown_seat_is_not_found() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    for seat in ["S011", "S000", "s001", "S01", "S0001", "%20S001", "x"] {
        anna.unlock(event, seat).await.expect_problem(404, "not_found");
        anna.lock(event, seat).await.expect_problem(404, "not_found");
    }
    anna.lock(event + 1, "S001").await.expect_problem(404, "not_found");
    anna.unlock(event + 1, "S001").await.expect_problem(404, "not_found");
}

/// Claim 4 of the contract.
#[tokio::test]
async fn locking_ones_own_seat_again_changes_nothing() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    let first = anna.lock(event, "S001").await.expect(200);
    assert_eq!(anna.lock(event, "S001").await.expect(200), first);
    anna.book(event, 1).await.expect(201);
    let problem = anna.lock(event, "S001").await.expect_problem(409, "seats_unavailable");
    assert_eq!(problem["conflicts"], json!([{ "seat_no": "S001", "status": "reserved" }]));
}

/// Claim 5 of the contract: every kind of change, in both formats, at both nodes.
#[tokio::test]
async fn others_see_every_change_on_the_live_socket() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 10).await;
    let mut viewers = [
        Viewer::open_as(one.address, event, Format::Json, None).await.expect("a viewer"),
        Viewer::open_as(other.address, event, Format::Binary, None).await.expect("a viewer"),
    ];
    let anna = one.buyer("anna");
    let locked = anna.lock(event, "S003").await.expect(200);
    see(&mut viewers, &locked, SeatStatus::Locked).await;
    let unlocked = anna.unlock(event, "S003").await.expect(200);
    see(&mut viewers, &unlocked, SeatStatus::Available).await;
    let held = anna.hold(event, &["S003", "S004"]).await.expect(201);
    see(&mut viewers, &held, SeatStatus::Locked).await;
    let booking = anna.book(event, 2).await.expect(201);
    see(&mut viewers, &booking, SeatStatus::Reserved).await;
    let sold = anna.confirm(&booking["id"], "paid").await.expect(200);
    see(&mut viewers, &sold, SeatStatus::Sold).await;
    let cancelled = anna.cancel(&booking["id"]).await.expect(200);
    see(&mut viewers, &cancelled, SeatStatus::Available).await;
    let seats = json!({ "seats": ["S003"] });
    let blocked = anna.post(&format!("/events/{event}/block"), seats.clone()).await.expect(200);
    see(&mut viewers, &blocked, SeatStatus::Blocked).await;
    let unblocked = anna.post(&format!("/events/{event}/unblock"), seats).await.expect(200);
    see(&mut viewers, &unblocked, SeatStatus::Available).await;
}

/// Everybody reaches the version of an answer and sees S003 as it then is.
async fn see(viewers: &mut [Viewer], answer: &serde_json::Value, status: SeatStatus) {
    for viewer in viewers {
        viewer.reach(version(answer)).await;
        assert_eq!(viewer.seat(2), status, "{answer}");
    }
}
