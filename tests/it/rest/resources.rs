//! Events, seats, holds, bookings, users: their fields and their places.

use serde_json::{Value, json};

use super::{has_fields, is_time};
use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

const EVENT: &str = "id name description venue start_time end_time sales_start sales_end \
    total_tickets available_tickets counts price currency lock_seconds booking_seconds \
    max_seats_per_user cancel_confirmed orphan_rule chart_id layout version epoch";
const HOLD: &str = "id event_id seats prices price_total currency status expires_at version";
const BOOKING: &str = "id booking_ref user_id event_id seat_nos ticket_ids quantity total_amount \
    currency status payment_reference customer checked_in created_at expires_at version";

#[tokio::test]
async fn an_event_is_created_with_its_defaults() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let answer = anna.post("/events", events::body(12)).await;
    let place = location(&answer);
    let event = answer.expect(201);
    assert_eq!(place, format!("/events/{}", event["id"]));
    has_fields(&event, EVENT);
    for (field, value) in [
        ("name", json!("Matinée")),
        ("description", Value::Null),
        ("start_time", json!("2099-05-01T19:30:00.000000Z")),
        ("sales_start", Value::Null),
        ("sales_end", json!("2099-05-01T19:30:00.000000Z")),
        ("total_tickets", json!(12)),
        ("available_tickets", json!(12)),
        ("price", json!("45.50")),
        ("currency", json!("EUR")),
        ("lock_seconds", json!(180)),
        ("booking_seconds", json!(900)),
        ("max_seats_per_user", json!(10)),
        ("version", json!(0)),
    ] {
        assert_eq!(event[field], value, "{field}");
    }
    has_fields(&event["counts"], "available locked reserved sold blocked");
    let epoch = event["epoch"].as_str().expect("a text");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    assert!((1..=16).contains(&epoch.len()) && epoch.chars().all(fits), "{epoch}");
    assert_eq!(anna.get(&place).await.expect(200), event);
}

#[tokio::test]
async fn seats_without_a_chart_are_numbered_with_three_digits_or_more() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 1_001).await;
    let anna = server.buyer("anna");
    let all = anna.get(&format!("/events/{event}/tickets/all")).await.expect(200);
    for (at, label) in [(0, "S001"), (8, "S009"), (98, "S099"), (998, "S999"), (999, "S1000")] {
        assert_eq!(all["items"][at]["seat_no"], label);
    }
    has_fields(&all, "items total version epoch");
    let ticket = "id seat_no seat_index section row number category price status";
    has_fields(&all["items"][0], ticket);
    anna.lock(event, "S1001").await.expect(200);
}

#[tokio::test]
async fn an_event_of_a_chart_has_a_price_for_each_category() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let charts = anna.get("/charts").await.expect(200);
    let theatre = charts["items"].as_array().expect("a list").iter();
    let theatre = theatre.clone().find(|c| c["key"] == "theatre-251").expect("built in").clone();
    has_fields(&theatre, "id key name seats");
    let chart = anna.get(&format!("/charts/{}", theatre["id"])).await.expect(200);
    assert_eq!(chart["seats"], 251);
    let categories = chart["layout"]["categories"].as_array().expect("a list");
    let prices: serde_json::Map<String, Value> = categories
        .iter()
        .zip(10..)
        .map(|(category, price)| (category["key"].as_str().expect("one").to_owned(), json!(price)))
        .collect();
    let event = events::create_in(&server, "theatre-251", json!({ "prices": prices })).await;
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    assert!(read.get("price").is_none());
    for (key, price) in &prices {
        assert_eq!(read["prices"][key], format!("{price}.00"));
    }
    let mut body = events::body(1);
    body.as_object_mut().expect("an object").remove("total_tickets");
    body.as_object_mut().expect("an object").remove("price");
    body["chart_id"] = theatre["id"].clone();
    for (wrong, field) in [(json!({ "x": 1 }), "prices.x"), (json!({}), "prices.")] {
        body["prices"] = wrong;
        let problem = anna.post("/events", body.clone()).await.expect_problem(422, "invalid");
        let named = problem["errors"][0]["field"].as_str().expect("a field");
        assert!(named.starts_with(field), "{problem}");
    }
    body["chart_id"] = json!(987_654);
    let problem = anna.post("/events", body).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "chart_id");
}

#[tokio::test]
async fn locking_and_unlocking_answer_as_promised() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let locked = anna.lock(event, "S002").await.expect(200);
    has_fields(&locked, "hold_id seat_no status price currency expires_at version");
    assert_eq!((&locked["status"], &locked["version"]), (&json!("locked"), &json!(1)));
    assert_eq!((&locked["price"], &locked["currency"]), (&json!("45.50"), &json!("EUR")));
    is_time(&locked["expires_at"]);
    let unlocked = anna.unlock(event, "S002").await.expect(200);
    assert_eq!(unlocked, json!({ "seat_no": "S002", "status": "available", "version": 2 }));
}

#[tokio::test]
async fn a_hold_is_read_extended_and_released() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 9).await;
    let anna = server.buyer("anna");
    let answer = anna.hold(event, &["S003", "S001"]).await;
    let place = location(&answer);
    let hold = answer.expect(201);
    has_fields(&hold, HOLD);
    assert_eq!(place, format!("/holds/{}", hold["id"].as_str().expect("an id")));
    assert_eq!((&hold["seats"], &hold["status"]), (&json!(["S001", "S003"]), &json!("active")));
    assert_eq!(hold["price_total"], "91.00");
    assert_eq!(hold["prices"], json!(["45.50", "45.50"]));
    is_time(&hold["expires_at"]);
    assert_eq!(anna.get(&place).await.expect(200), hold);
    let list = anna.get(&format!("/holds?event_id={event}")).await.expect(200);
    assert_eq!(list, json!({ "items": [hold], "total": 1 }));
    let longer = anna.patch(&place, json!({ "extend_seconds": 60 })).await.expect(200);
    assert!(longer["expires_at"].as_str() > hold["expires_at"].as_str());
    // Giving back one seat leaves the other held; giving back that one ends the hold.
    anna.unlock(event, "S001").await.expect(200);
    let rest = anna.get(&place).await.expect(200);
    assert_eq!((&rest["seats"], &rest["prices"]), (&json!(["S003"]), &json!(["45.50"])));
    let released = anna.delete(&place).await;
    assert_eq!((released.status, &released.body), (204, &Value::Null));
    assert_eq!(anna.get(&place).await.expect(200)["status"], "released");
    anna.patch(&place, json!({ "extend_seconds": 60 })).await.expect_problem(409, "cannot_extend");
    let last = anna.lock(event, "S005").await.expect(200);
    anna.unlock(event, "S005").await.expect(200);
    let ended = format!("/holds/{}", last["hold_id"].as_str().expect("an id"));
    assert_eq!(anna.get(&ended).await.expect(200)["status"], "released");
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_hold_lives_eleven_terms_at_most() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 9, json!({ "lock_seconds": 60 })).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S001"]).await.expect(201);
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    for _ in 0..9 {
        anna.patch(&path, json!({ "extend_seconds": 60 })).await.expect(200);
    }
    // Less than asked is granted, until nothing is left.
    anna.patch(&path, json!({ "extend_seconds": 7_200 })).await.expect(200);
    anna.patch(&path, json!({ "extend_seconds": 1 })).await.expect_problem(409, "cannot_extend");
    let life = "select extract(epoch from expires_at - created_at)::float8 from holds";
    assert_eq!(database.value::<f64>(life).await, 660.0);
}

#[tokio::test]
async fn a_booking_is_made_read_paid_and_called_off() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 9).await;
    let anna = server.buyer("anna");
    anna.hold(event, &["S003", "S001"]).await.expect(201);
    let customer = json!({ "name": "Anna", "email": "anna@example.org", "phone": "+49 30 1" });
    let body = json!({ "event_id": event, "quantity": 2, "customer": customer });
    let answer = anna.post("/bookings", body).await;
    let place = location(&answer);
    let booking = answer.expect(201);
    has_fields(&booking, BOOKING);
    assert_eq!(place, format!("/bookings/{}", booking["id"]));
    assert_eq!((&booking["quantity"], &booking["customer"]), (&json!(2), &customer));
    assert_eq!(booking["ticket_ids"], json!([event * 1_000_000, event * 1_000_000 + 2]));
    let reference = booking["booking_ref"].as_str().expect("a text");
    let digits = reference.strip_prefix("SM-").expect("its beginning");
    let is_crockford =
        |c: char| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(c));
    assert!(digits.len() == 8 && digits.chars().all(is_crockford), "{reference}");
    is_time(&booking["created_at"]);
    is_time(&booking["expires_at"]);
    assert_eq!(anna.get(&place).await.expect(200), booking);
    let sold = anna.confirm(&booking["id"], "p-1").await.expect(200);
    assert_eq!((&sold["status"], &sold["payment_reference"]), (&json!("confirmed"), &json!("p-1")));
    assert_eq!(anna.confirm(&booking["id"], "p-1").await.expect(200), sold);
    anna.confirm(&booking["id"], "p-2").await.expect_problem(409, "already_confirmed");
    let list = anna.get(&format!("/bookings?event_id={event}")).await.expect(200);
    assert_eq!(list, json!({ "items": [sold], "total": 1 }));
    let cancelled = anna.cancel(&booking["id"]).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(anna.cancel(&booking["id"]).await.expect(200), cancelled);
    anna.confirm(&booking["id"], "p-1").await.expect_problem(409, "booking_cancelled");
    invariants::hold(&database).await;
}

#[tokio::test]
async fn who_may_cancel_what_is_paid_is_the_events_decision() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    for (who, status) in [("owner", 200), ("organiser", 403), ("never", 409)] {
        let event = events::create_with(&server, 9, json!({ "cancel_confirmed": who })).await;
        anna.lock(event, "S001").await.expect(200);
        let booking = anna.book(event, 1).await.expect(201);
        anna.confirm(&booking["id"], "paid").await.expect(200);
        assert_eq!(anna.cancel(&booking["id"]).await.status, status, "{who}");
        anna.lock(event, "S002").await.expect(200);
        let pending = anna.book(event, 1).await.expect(201);
        anna.cancel(&pending["id"]).await.expect(200);
    }
    invariants::hold(&database).await;
}

#[tokio::test]
async fn blocked_seats_are_not_for_sale() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 9).await;
    let anna = server.buyer("anna");
    let (block, unblock) = (format!("/events/{event}/block"), format!("/events/{event}/unblock"));
    let seats = json!({ "seats": ["S002", "S001"], "reason": "camera" });
    let blocked = anna.post(&block, seats.clone()).await.expect(200);
    assert_eq!(blocked, json!({ "seats": ["S001", "S002"], "version": 1 }));
    assert_eq!(anna.post(&block, seats).await.expect(200)["version"], 1, "nothing changed");
    let problem = anna.hold(event, &["S002", "S003"]).await;
    let problem = problem.expect_problem(409, "seats_unavailable");
    assert_eq!(problem["conflicts"], json!([{ "seat_no": "S002", "status": "blocked" }]));
    anna.lock(event, "S003").await.expect(200);
    let all_or_nothing = anna.post(&block, json!({ "seats": ["S003", "S004"] })).await;
    all_or_nothing.expect_problem(409, "seats_unavailable");
    assert_eq!(anna.map(event).await["S004"], "available");
    let again = json!({ "seats": ["S002"], "reason": "camera moved" });
    let freed = anna.post(&unblock, again).await.expect(200);
    assert_eq!(freed, json!({ "seats": ["S002"], "version": 3 }));
    let changes = anna.get(&format!("/events/{event}/changes")).await.expect(200);
    let items = changes["items"].as_array().expect("a list");
    assert_eq!(items[0]["reason"], "camera");
    assert_eq!(items.last().expect("the last")["reason"], "camera moved");
    anna.lock(event, "S002").await.expect(200);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_customer_record_is_made_and_read_by_oneself() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let nobody = Buyer::nameless(server.address);
    let body = json!({ "name": "Anna", "email": "anna@example.org", "phone": "1" });
    let answer = nobody.post("/users", body).await;
    let place = location(&answer);
    let user = answer.expect(201);
    has_fields(&user, "id name email phone created_at");
    assert_eq!(place, format!("/users/{}", user["id"]));
    let as_oneself = format!("{place}?user_id={}", user["id"]);
    assert_eq!(nobody.get(&as_oneself).await.expect(200), user);
    nobody.get(&place).await.expect_problem(401, "caller_unknown");
    server.buyer("ben").get(&place).await.expect_problem(403, "forbidden");
}

/// The place of what was made, below /api/v1.
#[track_caller]
fn location(answer: &Answer) -> String {
    let place = answer.headers["location"].to_str().expect("a text");
    place.strip_prefix("/api/v1").expect("a place of ours").to_owned()
}
