//! Claim 17 of the contract: who asks too often is told so, and nobody else.

use reqwest::Method;
use seatmap::http::rate::RateLimit;
use serde_json::json;

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;
use crate::support::viewer::Viewer;

/// An id that no event has.
const NO_EVENT: i64 = 999_999;

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

/// Opens nothing: no such subprotocol.
const NO_SUCH_PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "chat");

/// What a good handshake says.
static HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[tokio::test]
async fn handshakes_count_when_they_are_refused_and_sockets_never_do() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.rate = RateLimit { per_second: 1, burst: BURST };
    })
    .await;
    let event = events::create(&server, 20).await;
    let nobody = Buyer::nameless(server.address);
    let shake = |event: i64, more: &[(&str, &str)]| {
        let request = nobody.request(Method::GET, &format!("/events/{event}/live"));
        let lines = HANDSHAKE.iter().chain(more);
        nobody.send(lines.fold(request, |request, (name, value)| request.header(*name, *value)))
    };
    let mistakes = [(NO_EVENT, &[][..], 404), (event, &[NO_SUCH_PROTOCOL][..], 400)];
    for (event, lines, status) in mistakes {
        let mut refused = 0;
        let answer = loop {
            let answer = shake(event, lines).await;
            if answer.status == 429 {
                break answer;
            }
            answer.expect(status);
            refused += 1;
            assert!(refused < 10_000, "the address is never told to wait");
        };
        assert_eq!(answer.headers["retry-after"], "1");
        answer.expect_problem(429, "rate_limited");
    }
    // However many are refused, none of those that become sockets is.
    for _ in 0..BURST * 20 {
        Viewer::open(server.address, event).await;
    }
    // And what only ends like the route of sockets counts like anything else.
    let live = format!("/events/{event}/live");
    for (method, path) in [(Method::POST, live.as_str()), (Method::GET, "/events/live")] {
        let mut asked = 0;
        while nobody.send(nobody.request(method.clone(), path)).await.status != 429 {
            asked += 1;
            assert!(asked < 10_000, "{method} {path} is never told to wait");
        }
    }
}
