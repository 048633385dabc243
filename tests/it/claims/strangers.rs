//! A booking obeys only who made it.

use serde_json::json;

use super::version;
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// Claim 28 of the contract.
#[tokio::test]
async fn strangers_can_not_read_confirm_or_cancel_a_booking() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let (anna, ben) = (server.buyer("anna"), server.buyer("ben"));
    anna.hold(event, &["S001", "S002"]).await.expect(201);
    let mut booking = anna.book(event, 2).await.expect(201);
    for sold in [false, true] {
        if sold {
            booking = anna.confirm(&booking["id"], "paid").await.expect(200);
        }
        let path = format!("/bookings/{}", booking["id"]);
        ben.get(&path).await.expect_problem(403, "forbidden");
        ben.confirm(&booking["id"], "paid").await.expect_problem(403, "forbidden");
        ben.cancel(&booking["id"]).await.expect_problem(403, "forbidden");
        let list = ben.get(&format!("/bookings?event_id={event}")).await.expect(200);
        assert_eq!(list, json!({ "items": [], "total": 0 }));
        // The owner's user id beside a session is only the customer recorded.
        let as_owner = json!({ "user_id": booking["user_id"] });
        ben.post(&format!("{path}/cancel"), as_owner).await.expect_problem(403, "forbidden");
        let as_owner = format!("{path}?user_id={}", booking["user_id"]);
        ben.get(&as_owner).await.expect_problem(403, "forbidden");
        let nobody = Buyer::nameless(server.address);
        nobody.get(&path).await.expect_problem(401, "caller_unknown");
        nobody.cancel(&booking["id"]).await.expect_problem(401, "caller_unknown");
        nobody.confirm(&booking["id"], "paid").await.expect_problem(401, "caller_unknown");
        assert_eq!(anna.get(&path).await.expect(200), booking, "nothing happened to it");
    }
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(version(&read), version(&booking));
    invariants::hold(&database).await;
}
