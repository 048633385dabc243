//! Nobody has more seats than the event allows.

use futures_util::future::join_all;
use serde_json::json;

use super::{count, label};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// Claim 26 of the contract.
#[tokio::test]
async fn hoarding_is_capped() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 96).await;
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    let lock = |n: u32| {
        let buyer = if n.is_multiple_of(2) { &here } else { &there };
        async move { buyer.lock(event, &label(n)).await }
    };
    let answers = join_all((1..=96).map(lock)).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
    assert_eq!(taken.len(), 10);
    for answer in refused {
        answer.expect_problem(409, "seat_limit");
    }
    assert_eq!(count(&here, event).await["locked"], 10);
    invariants::hold(&database).await;
}

/// Claim 26 of the contract.
#[tokio::test]
async fn the_cap_counts_locked_reserved_and_sold_seats() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 20, json!({ "max_seats_per_user": 4 })).await;
    let anna = server.buyer("anna");
    anna.hold(event, &["S001", "S002", "S003", "S004", "S005"])
        .await
        .expect_problem(409, "seat_limit");
    anna.hold(event, &["S001", "S002"]).await.expect(201);
    let sold = anna.book(event, 2).await.expect(201);
    anna.confirm(&sold["id"], "paid").await.expect(200);
    anna.lock(event, "S003").await.expect(200);
    let reserved = anna.book(event, 1).await.expect(201);
    anna.hold(event, &["S004", "S005"]).await.expect_problem(409, "seat_limit");
    anna.lock(event, "S004").await.expect(200);
    anna.lock(event, "S004").await.expect(200);
    anna.lock(event, "S005").await.expect_problem(409, "seat_limit");
    // What is given back may be taken again, and others have a limit of their own.
    anna.cancel(&reserved["id"]).await.expect(200);
    anna.lock(event, "S005").await.expect(200);
    anna.cancel(&sold["id"]).await.expect(200);
    anna.hold(event, &["S006", "S007"]).await.expect(201);
    anna.lock(event, "S008").await.expect_problem(409, "seat_limit");
    server.buyer("ben").hold(event, &["S010", "S011", "S012", "S013"]).await.expect(201);
    invariants::hold(&database).await;
}
