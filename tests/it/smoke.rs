//! The shortest stories: that the parts fit together.

use seatmap::domain::seat::SeatStatus;
use serde_json::json;

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

#[tokio::test]
async fn a_lock_is_seen_on_every_open_map() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 20).await;
    let mut here = one.viewer(event).await;
    let mut there = other.viewer(event).await;
    let locked = one.buyer("anna").lock(event, "S003").await.expect(200);
    let version = locked["version"].as_u64().expect("a version");
    for viewer in [&mut here, &mut there] {
        viewer.reach(version).await;
        assert_eq!(viewer.seat(2), SeatStatus::Locked);
    }
    invariants::hold(&database).await;
}

#[tokio::test]
async fn from_lock_to_ticket() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S003").await.expect(200);
    anna.hold(event, &["S007", "S005"]).await.expect(201);
    let booking = anna.book(event, 3).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(["S003", "S005", "S007"]));
    assert_eq!(booking["total_amount"], "136.50");
    assert_eq!(booking["status"], "pending");
    let sold = anna.confirm(&booking["id"], "pay-1").await.expect(200);
    assert_eq!(sold["status"], "confirmed");
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(read["counts"]["sold"], 3);
    assert_eq!(read["available_tickets"], 17);
    let cancelled = anna.cancel(&booking["id"]).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    invariants::hold(&database).await;
}
