//! The sales window.

use serde_json::{Value, json};

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// Claim 29 of the contract.
#[tokio::test]
async fn nothing_is_sold_outside_the_sales_window() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    for window in [
        json!({ "sales_start": "2098-01-01T00:00:00Z" }),
        json!({ "sales_end": "2001-01-01T00:00:00Z" }),
        // By default sales end when it starts.
        json!({ "start_time": "2001-01-01T19:30:00Z" }),
    ] {
        let event = events::create_with(&server, 10, window).await;
        let anna = server.buyer("anna");
        anna.lock(event, "S001").await.expect_problem(409, "sales_closed");
        anna.hold(event, &["S001"]).await.expect_problem(409, "sales_closed");
        anna.book(event, 1).await.expect_problem(409, "sales_closed");
        let by_seats = json!({ "event_id": event, "seats": ["S001"] });
        anna.post("/bookings", by_seats).await.expect_problem(409, "sales_closed");
        anna.lock(event, "S011").await.expect_problem(404, "not_found");
    }
    invariants::hold(&database).await;
}

/// Claim 29 of the contract: what was begun in time can be ended.
#[tokio::test]
async fn after_the_end_of_sales_seats_are_given_back_and_paid_but_not_taken() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 20, json!({ "booking_seconds": 600 })).await;
    let anna = server.buyer("anna");
    let kept = anna.hold(event, &["S001", "S002"]).await.expect(201);
    let path = format!("/holds/{}", kept["id"].as_str().expect("an id"));
    anna.lock(event, "S003").await.expect(200);
    let [paid, unpaid] = [reserve(&anna, event, "S004").await, reserve(&anna, event, "S005").await];
    let late = reserve(&anna, event, "S006").await;
    let due = "update bookings set expires_at = clock_timestamp() where seat_indexes = array[5]";
    database.execute(due).await;
    eventually("the late one's end", || async { anna.map(event).await["S006"] == "available" })
        .await;
    database.execute("update events set sales_end = clock_timestamp()").await;
    anna.lock(event, "S007").await.expect_problem(409, "sales_closed");
    anna.patch(&path, json!({ "extend_seconds": 9 })).await.expect_problem(409, "sales_closed");
    let by_hold = json!({ "event_id": event, "hold_id": kept["id"] });
    anna.post("/bookings", by_hold).await.expect_problem(409, "sales_closed");
    anna.confirm(&late["id"], "late").await.expect_problem(409, "sales_closed");
    anna.unlock(event, "S003").await.expect(200);
    assert_eq!(anna.delete(&path).await.status, 204);
    assert_eq!(anna.confirm(&paid["id"], "paid").await.expect(200)["status"], "confirmed");
    assert_eq!(anna.cancel(&unpaid["id"]).await.expect(200)["status"], "cancelled");
    invariants::hold(&database).await;
}

async fn reserve(buyer: &Buyer, event: i64, seat: &str) -> Value {
    buyer.lock(event, seat).await.expect(200);
    let body = json!({ "event_id": event, "seats": [seat] });
    buyer.post("/bookings", body).await.expect(201)
}
