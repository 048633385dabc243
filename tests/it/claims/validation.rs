//! What is wrong is refused, by the name of its field.

use reqwest::Method;
use serde_json::{Value, json};

use super::count;
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

/// Claim 21 of the contract.
#[tokio::test]
async fn a_wrong_quantity_is_refused_by_name() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    anna.hold(event, &["S001", "S002"]).await.expect(201);
    for quantity in
        ["0", "-1", "11", "4294967297", "1e30", "\"x\"", "\"1\"", "1.5", "null", "[]", "true"]
    {
        let body = format!(r#"{{"event_id":{event},"quantity":{quantity}}}"#);
        let problem = send(&anna, "/bookings", &body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "quantity", "{quantity}: {problem}");
    }
    assert_eq!(count(&anna, event).await["locked"], 2, "nothing was booked");
}

/// Claim 21 of the contract.
#[tokio::test]
async fn a_wrong_booking_is_refused_by_name() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    anna.hold(event, &["S001", "S002"]).await.expect(201);
    let hold = "5b0cfa46-9d8c-4e2b-9c6a-0a8a4b3a6d11";
    for (change, field) in [
        (json!({}), "seats"),
        (json!({ "seats": [] }), "seats"),
        (json!({ "seats": "S001" }), "seats"),
        (json!({ "seats": null }), "seats"),
        (json!({ "seats": ["S001", "S001"] }), "seats"),
        (json!({ "seats": ["S001", "S099"] }), "seats[1]"),
        (json!({ "seats": ["S001", 7] }), "seats[1]"),
        (json!({ "seats": ["S001"], "quantity": 2 }), "quantity"),
        (json!({ "seats": ["S001"], "hold_id": hold }), "hold_id"),
        (json!({ "hold_id": "x" }), "hold_id"),
        (json!({ "hold_id": hold, "quantity": 1 }), "quantity"),
        (json!({ "quantity": 1, "event_id": "x" }), "event_id"),
        (json!({ "quantity": 1, "event_id": null }), "event_id"),
        (json!({ "quantity": 1, "colour": "red" }), "colour"),
        (json!({ "quantity": 1, "customer": { "name": " " } }), "customer.name"),
        (json!({ "quantity": 1, "customer": { "name": "a\u{0}b" } }), "customer.name"),
        (json!({ "quantity": 1, "customer": { "email": "a\nb@c.de" } }), "customer.email"),
        (json!({ "quantity": 1, "customer": { "phone": "1".repeat(51) } }), "customer.phone"),
        (json!({ "quantity": 1, "customer": { "age": 7 } }), "customer.age"),
        (json!({ "quantity": 1, "customer": "Anna" }), "customer"),
        (json!({ "quantity": 1, "user_id": "x" }), "user_id"),
        (json!({ "quantity": 1, "user_id": 1.5 }), "user_id"),
    ] {
        let mut body = json!({ "event_id": event });
        merge(&mut body, &change);
        let answer = anna.post("/bookings", body.clone()).await;
        let problem = answer.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    let unknown = json!({ "event_id": event, "hold_id": hold });
    anna.post("/bookings", unknown).await.expect_problem(404, "not_found");
    assert_eq!(count(&anna, event).await["locked"], 2, "nothing was booked");
}

/// Claim 21 of the contract.
#[tokio::test]
async fn a_wrong_event_is_refused_by_name() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let organiser = server.buyer("organiser");
    for (change, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": " \t " }), "name"),
        (json!({ "name": "x".repeat(201) }), "name"),
        (json!({ "name": "two\nlines" }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "venue": "  " }), "venue"),
        (json!({ "venue": "\u{0}" }), "venue"),
        (json!({ "description": "a\u{0}b" }), "description"),
        (json!({ "start_time": "tomorrow" }), "start_time"),
        (json!({ "start_time": "2099-13-01T00:00:00Z" }), "start_time"),
        (json!({ "start_time": "2099-05-01T19:30:00" }), "start_time"),
        (json!({ "start_time": 4_081_000_000_u64 }), "start_time"),
        (json!({ "end_time": "2099-05-01T19:30:00Z" }), "end_time"),
        (json!({ "end_time": "2099-05-01T19:30:00.0000001Z" }), "end_time"),
        (json!({ "end_time": "2098-05-01T19:30:00Z" }), "end_time"),
        (json!({ "sales_start": "-009000-05-01T19:30:00Z" }), "sales_start"),
        (json!({ "sales_start": "2099-06-01T19:30:00Z" }), "sales_end"),
        (json!({ "total_tickets": 0 }), "total_tickets"),
        (json!({ "total_tickets": 200_001 }), "total_tickets"),
        (json!({ "total_tickets": -1 }), "total_tickets"),
        (json!({ "total_tickets": 1.5 }), "total_tickets"),
        (json!({ "total_tickets": null }), "total_tickets"),
        (json!({ "chart_id": 1 }), "chart_id"),
        (json!({ "price": "-1" }), "price"),
        (json!({ "price": "1.001" }), "price"),
        (json!({ "prices": { "x": "1" } }), "prices"),
        (json!({ "currency": "EURO" }), "currency"),
        (json!({ "currency": "eur" }), "currency"),
        (json!({ "currency": "" }), "currency"),
        (json!({ "lock_seconds": 0 }), "lock_seconds"),
        (json!({ "lock_seconds": 7_201 }), "lock_seconds"),
        (json!({ "booking_seconds": 0 }), "booking_seconds"),
        (json!({ "booking_seconds": 86_401 }), "booking_seconds"),
        (json!({ "max_seats_per_user": 0 }), "max_seats_per_user"),
        (json!({ "max_seats_per_user": 1_001 }), "max_seats_per_user"),
        (json!({ "cancel_confirmed": "anybody" }), "cancel_confirmed"),
        (json!({ "orphan_rule": "always" }), "orphan_rule"),
        (json!({ "seats": 10 }), "seats"),
    ] {
        let mut body = events::body(10);
        merge(&mut body, &change);
        let problem = organiser.post("/events", body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{change}: {problem}");
    }
    assert_eq!(database.value::<i64>("select count(*) from events").await, 0);
}

/// Claim 21 of the contract: the bounds themselves are allowed.
#[tokio::test]
async fn the_bounds_belong_to_what_is_allowed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let organiser = server.buyer("organiser");
    for change in [
        json!({ "name": "ü".repeat(200), "venue": "x".repeat(200) }),
        json!({ "name": "x", "total_tickets": 1, "price": "0" }),
        json!({ "lock_seconds": 1, "booking_seconds": 1, "max_seats_per_user": 1 }),
        json!({ "lock_seconds": 7_200, "booking_seconds": 86_400, "max_seats_per_user": 1_000 }),
        json!({ "end_time": "2099-05-01T19:30:00.000001Z" }),
        json!({ "description": null, "currency": null, "sales_start": null }),
    ] {
        let mut body = events::body(10);
        merge(&mut body, &change);
        organiser.post("/events", body).await.expect(201);
    }
}

/// Claim 21 of the contract.
#[tokio::test]
async fn broken_json_is_unreadable() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    for path in ["/bookings", "/events", "/users", &format!("/events/{event}/holds")] {
        for body in ["{", "{\"event_id\":1,}", "{'a':1}", "{\"event_id\":1} x", "\u{0}", "NaN"] {
            let problem = send(&anna, path, body).await.expect_problem(400, "bad_request");
            assert!(problem.get("errors").is_none(), "no field is to blame: {problem}");
        }
        let deep = "[".repeat(100_000);
        assert!((400..=422).contains(&send(&anna, path, &deep).await.status));
    }
    let bytes = anna.request(Method::POST, "/bookings").header("content-type", "application/json");
    let answer = anna.send(bytes.body(vec![b'"', 0xff, b'"'])).await;
    assert!(matches!(answer.status, 400 | 422), "{}", answer.body);
}

/// Claim 21 of the contract.
#[tokio::test]
async fn wrong_holds_blocks_and_users_are_refused_by_name() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S001"]).await.expect(201);
    let hold = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    let (holds, block) = (format!("/events/{event}/holds"), format!("/events/{event}/block"));
    for (path, body, field) in [
        (&*holds, json!({ "seats": [] }), "seats"),
        (&holds, json!({ "seats": ["S002", "S002"] }), "seats"),
        (&holds, json!({ "seats": ["S002", "S011"] }), "seats[1]"),
        (&holds, json!({ "seats": { "a": 1 } }), "seats"),
        (&holds, json!({ "seats": ["S002"], "user": 1 }), "user"),
        (&block, json!({ "seats": [] }), "seats"),
        (&block, json!({ "seats": ["nowhere"] }), "seats[0]"),
        (&block, json!({ "seats": ["S002"], "reason": "" }), "reason"),
        (&block, json!({ "seats": ["S002"], "reason": "x".repeat(201) }), "reason"),
        ("/users", json!({ "email": "a@b.de" }), "name"),
        ("/users", json!({ "name": "  ", "email": "a@b.de" }), "name"),
        ("/users", json!({ "name": "Anna", "email": "anna" }), "email"),
        ("/users", json!({ "name": "Anna", "email": "a@b.de\r\nBcc: c@d.de" }), "email"),
        ("/users", json!({ "name": "Anna", "email": "a@b.de", "phone": "" }), "phone"),
    ] {
        let problem = anna.post(path, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{path}: {problem}");
    }
    for seconds in [json!(0), json!(-1), json!(7_201), json!("x"), json!(1.5), json!(null)] {
        let body = json!({ "extend_seconds": seconds });
        let problem = anna.patch(&hold, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "extend_seconds", "{problem}");
    }
    assert_eq!(count(&anna, event).await["available"], 9);
}

/// Claim 21 of the contract: a list is no object, even if its items would fit the fields in order.
#[tokio::test]
async fn a_body_is_an_object() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    let lock = format!("/events/{event}/seats/S001/lock");
    for body in ["[null]", "[]", "null", "true", "7", "\"x\"", " [ null ] "] {
        let problem = send(&anna, &lock, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "body", "{body}: {problem}");
    }
    assert_eq!(count(&anna, event).await["available"], 10);
}

fn merge(body: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
}

async fn send(buyer: &Buyer, path: &str, body: &str) -> crate::support::buyer::Answer {
    let request = buyer.request(Method::POST, path).header("content-type", "application/json");
    buyer.send(request.body(body.to_owned())).await
}
