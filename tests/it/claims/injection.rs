//! Strings that would be commands elsewhere are only strings here.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// None has a character that a URL or header can't carry; those are tried in bodies.
const STRINGS: [&str; 9] = [
    "'",
    "1'--",
    "1;drop/**/table/**/tickets;--",
    "';drop/**/table/**/tickets;--",
    "1'or'1'='1",
    "1)or(1=1",
    "$$;select/**/pg_sleep(60);$$",
    "S001'||(select/**/password)||'",
    "{{7*7}}${jndi:ldap://x}",
];

/// Everything that can be written, as one number.
const FINGERPRINT: &str = "
    select coalesce(sum(hashtextextended(line, 0)), 0)::text from (
        select e::text as line from events e union all select t::text from tickets t
        union all select h::text from holds h union all select b::text from bookings b
        union all select i::text from booking_items i union all select c::text from seat_changes c
        union all select u::text from users u where origin <> 'session') everything";

/// Claim 22 of the contract.
#[tokio::test]
async fn injection_in_paths_and_queries_changes_nothing() {
    let (database, server, event) = scene().await;
    let before: String = database.value(FINGERPRINT).await;
    let anna = server.buyer("anna");
    for string in STRINGS {
        let text = escape(string);
        for path in [
            format!("/events/{text}"),
            format!("/events/{text}/seatmap"),
            format!("/events/{text}/tickets"),
            format!("/events/{text}/availability"),
            format!("/events/{text}/stream"),
            format!("/events/{text}/live"),
            format!("/events/{text}/changes"),
            format!("/holds/{text}"),
            format!("/bookings/{text}"),
            format!("/charts/{text}"),
            format!("/users/{text}"),
            format!("/{text}"),
            format!("/events?limit={text}"),
            format!("/events?offset={text}"),
            format!("/events/{event}/seatmap?layout={text}"),
            format!("/events/{event}/tickets?limit={text}"),
            format!("/events/{event}/changes?since={text}"),
            format!("/holds?event_id={text}"),
            format!("/bookings?event_id={event}&offset={text}"),
            format!("/bookings?event_id={event}&user_id={text}"),
        ] {
            refused(&anna.get(&path).await, &path);
        }
        for path in [
            format!("/events/{text}/seats/S001/lock"),
            format!("/events/{event}/seats/{text}/lock"),
            format!("/events/{event}/seats/{text}/unlock"),
            format!("/events/{text}/holds"),
            format!("/bookings/{text}/confirm"),
            format!("/bookings/{text}/cancel"),
        ] {
            refused(&anna.post(&path, json!({})).await, &path);
        }
        refused(&anna.delete(&format!("/holds/{text}")).await, string);
    }
    for raw in ["%00", "%ff", "S001%00", "..%2f..%2fetc%2fpasswd", "%252e%252e"] {
        let path = format!("/events/{event}/seats/{raw}/lock");
        refused(&anna.post(&path, json!({})).await, &path);
    }
    // What can't be understood as a position is no position.
    anna.get(&format!("/events/{event}/availability?since={}", escape("';--"))).await.expect(200);
    assert_eq!(database.value::<String>(FINGERPRINT).await, before);
    invariants::hold(&database).await;
}

/// Claim 22 of the contract.
#[tokio::test]
async fn injection_in_bodies_changes_nothing() {
    let (database, server, event) = scene().await;
    let before: String = database.value(FINGERPRINT).await;
    let anna = server.buyer("anna");
    for string in
        STRINGS.into_iter().chain(["'; drop table tickets; --", "\u{0}", "\\", "\u{202e}"])
    {
        for (path, body) in [
            ("/bookings", json!({ "event_id": string, "quantity": 1 })),
            ("/bookings", json!({ "event_id": event, "quantity": string })),
            ("/bookings", json!({ "event_id": event, "seats": [string] })),
            ("/bookings", json!({ "event_id": event, "hold_id": string })),
            ("/bookings", json!({ "event_id": event, "quantity": 1, "user_id": string })),
            ("/bookings", json!({ "event_id": event, "quantity": 1, string: string })),
            ("/events", json!({ "name": string, "venue": string })),
            ("/users", json!({ "name": string, "email": string, "phone": string })),
            (&format!("/events/{event}/holds"), json!({ "seats": [string] })),
            (&format!("/events/{event}/holds"), json!({ "seats": ["S003", string] })),
            (&format!("/events/{event}/block"), json!({ "seats": [string], "reason": string })),
            (&format!("/events/{event}/unblock"), json!({ "seats": ["S003", string] })),
            ("/bookings/1/confirm", json!({ "payment_reference": string })),
        ] {
            refused(&anna.post(path, body.clone()).await, &body.to_string());
        }
    }
    assert_eq!(database.value::<String>(FINGERPRINT).await, before);
    invariants::hold(&database).await;
}

/// Claim 22 of the contract.
#[tokio::test]
async fn injection_in_headers_changes_nothing() {
    let (database, server, event) = scene().await;
    let before: String = database.value(FINGERPRINT).await;
    let nobody = Buyer::nameless(server.address);
    let path = format!("/bookings?event_id={event}");
    for string in STRINGS {
        // It names a session like any other text.
        let request = nobody.request(Method::GET, &path).header("x-session-id", string);
        assert_eq!(nobody.send(request).await.expect(200)["total"], 0, "{string}");
        let request = nobody.request(Method::GET, &path).bearer_auth(string);
        nobody.send(request).await.expect_problem(401, "caller_unknown");
        let book = nobody.request(Method::POST, "/bookings").header("x-session-id", "anna");
        let book = book.header("idempotency-key", string).header("x-request-id", string);
        let book = book.json(&json!({ "event_id": event, "quantity": 1 }));
        nobody.send(book).await.expect_problem(409, "nothing_locked");
        let map = format!("/events/{event}/availability");
        let request = nobody.request(Method::GET, &map);
        let request = request.header("if-none-match", string).header("accept", string);
        nobody.send(request).await.expect(200);
    }
    let spaced = nobody.request(Method::GET, &path).header("x-session-id", "'; drop table users");
    nobody.send(spaced).await.expect_problem(400, "bad_request");
    assert_eq!(database.value::<String>(FINGERPRINT).await, before);
    invariants::hold(&database).await;
}

/// Claim 22 of the contract: where a text is welcome, it is kept as it is.
#[tokio::test]
async fn texts_come_back_as_they_were_given() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    for text in ["Robert'); drop table events;--", "<script>alert(1)</script>", "$1 %s {} \\ \""] {
        let changes = json!({ "name": text, "venue": text, "description": text });
        let event = events::create_with(&server, 5, changes).await;
        let read = anna.get(&format!("/events/{event}")).await.expect(200);
        for field in ["name", "venue", "description"] {
            assert_eq!(read[field], text);
        }
        let body = json!({ "seats": ["S005"], "reason": text });
        anna.post(&format!("/events/{event}/block"), body).await.expect(200);
        let changes = anna.get(&format!("/events/{event}/changes")).await.expect(200);
        assert_eq!(changes["items"][0]["reason"], text);
        anna.lock(event, "S001").await.expect(200);
        let customer = json!({ "name": text, "email": "a@b.de", "phone": null });
        let body = json!({ "event_id": event, "quantity": 1, "customer": customer });
        let booking = anna.post("/bookings", body).await.expect(201);
        assert_eq!(booking["customer"], customer);
        let sold = anna.confirm(&booking["id"], text).await.expect(200);
        assert_eq!(sold["payment_reference"], text);
        let user = json!({ "name": text, "email": "a@b.de" });
        assert_eq!(anna.post("/users", user).await.expect(201)["name"], text);
    }
    invariants::hold(&database).await;
}

/// An event in which something has happened.
async fn scene() -> (Database, Server, i64) {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let ben = server.buyer("ben");
    ben.lock(event, "S001").await.expect(200);
    let booking = ben.book(event, 1).await.expect(201);
    ben.confirm(&booking["id"], "paid").await.expect(200);
    ben.lock(event, "S002").await.expect(200);
    (database, server, event)
}

#[track_caller]
fn refused(answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
    assert_ne!(answer.body, Value::Null, "{what}: refused without a problem");
}

/// Percent-encodes whatever a path or query would take for its own.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02x}"),
        })
        .collect()
}
