//! Claim 17 of the contract: who asks too often is told so, and nobody else.

use seatmap::http::rate::RateLimit;
use serde_json::json;

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;
use crate::support::viewer::Viewer;

/// How many requests may come at once.
const BURST: u32 = 5;

#[tokio::test]
async fn rate_limits_are_per_caller_and_probes_are_exempt() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.rate = RateLimit { per_second: 1, burst: BURST };
    })
    .await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    let mut seat = 0;
    let answer = loop {
        seat += 1;
        let answer = anna.lock(event, &format!("S{seat:03}")).await;
        if answer.status != 200 {
            break answer;
        }
        assert!(seat < 20, "she is never told to wait");
    };
    assert!(seat > BURST, "she may send {BURST} at once");
    assert_eq!(answer.headers["retry-after"], "1");
    answer.expect_problem(429, "rate_limited");
    // Nobody else has to wait for it, neither a session nor somebody named in the body.
    server.buyer("bob").lock(event, "S020").await.expect(200);
    let nameless = Buyer::nameless(server.address);
    let own = nameless.post("/users", json!({ "name": "C", "email": "c@example.org" })).await;
    let own = own.expect(201)["id"].clone();
    let path = format!("/events/{event}/seats/S019/lock");
    nameless.post(&path, json!({ "user_id": own })).await.expect(200);
    for path in ["/health", "/ready", "/metrics"] {
        for _ in 0..BURST * 10 {
            let answer = reqwest::get(server.url(path)).await.expect("an answer");
            assert_ne!(answer.status(), 429, "{path}");
        }
    }
    Viewer::open(server.address, event).await;
}

#[tokio::test]
async fn an_address_may_ask_ten_times_as_often_as_a_caller() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.rate = RateLimit { per_second: 1, burst: BURST };
    })
    .await;
    let mut asked = 0;
    loop {
        asked += 1;
        // A name of its own each time.
        let answer = server.buyer(&format!("buyer-{asked}")).get("/events").await;
        if answer.status == 429 {
            break;
        }
        answer.expect(200);
        assert!(asked < 10_000, "the address is never told to wait");
    }
    assert!(asked > BURST * 10, "{asked}");
}
