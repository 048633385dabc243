//! A request repeated under its key has one effect and one answer.

use futures_util::future::join_all;
use reqwest::Method;
use seatmap::http::rate::RateLimit;
use serde_json::{Value, json};

use super::count;
use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// An answer to the byte: status, place and body as they came.
type Verbatim = (u16, Option<String>, String);

/// Claim 27 of the contract.
#[tokio::test]
async fn repeating_a_booking_with_its_key_books_once() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 20).await;
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    here.hold(event, &["S003", "S004", "S005"]).await.expect(201);
    let body = json!({ "event_id": event, "quantity": 1 });
    let first = post(&here, "/bookings", &body, "order-1").await;
    assert_eq!(first.0, 201, "{}", first.2);
    for buyer in [&here, &there] {
        assert_eq!(post(buyer, "/bookings", &body, "order-1").await, first);
    }
    let counted = count(&here, event).await;
    assert_eq!((counted["reserved"], counted["locked"]), (1, 2));
    // Without a key or with another, or from another caller, it is another request.
    assert_eq!(post(&there, "/bookings", &body, "order-2").await.0, 201);
    assert_eq!(post(&one.buyer("ben"), "/bookings", &body, "order-1").await.0, 409);
    assert_eq!(here.post("/bookings", body).await.status, 201);
    assert_eq!(count(&here, event).await["reserved"], 3);
    invariants::hold(&database).await;
}

/// Claim 27 of the contract: the answer stays the first even when the world has moved on.
#[tokio::test]
async fn every_command_under_a_key_is_answered_as_the_first_time() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    let lock = format!("/events/{event}/seats/S001/lock");
    let unlock = format!("/events/{event}/seats/S001/unlock");
    let holds = format!("/events/{event}/holds");
    let nothing = json!({});
    let locked = post(&anna, &lock, &nothing, "a").await;
    let unlocked = post(&anna, &unlock, &nothing, "b").await;
    assert_eq!((locked.0, unlocked.0), (200, 200));
    assert_eq!(post(&anna, &lock, &nothing, "a").await, locked);
    assert_eq!(anna.map(event).await["S001"], "available", "a memory locks nothing");
    assert_eq!(post(&anna, &unlock, &nothing, "b").await, unlocked);
    let held = post(&anna, &holds, &json!({ "seats": ["S002"] }), "c").await;
    assert_eq!(held.0, 201);
    let id = serde_json::from_str::<Value>(&held.2).expect("JSON")["id"].clone();
    let path = format!("/holds/{}", id.as_str().expect("an id"));
    let longer = json!({ "extend_seconds": 60 });
    let extended = send(&anna, Method::PATCH, &path, &longer, "d").await;
    assert_eq!(extended.0, 200);
    assert_eq!(send(&anna, Method::PATCH, &path, &longer, "d").await, extended);
    let released = send(&anna, Method::DELETE, &path, &nothing, "e").await;
    assert_eq!(released.0, 204);
    assert_eq!(send(&anna, Method::DELETE, &path, &nothing, "e").await, released);
    assert_eq!(post(&anna, &holds, &json!({ "seats": ["S002"] }), "c").await, held);
    let block = format!("/events/{event}/block");
    let blocked = post(&anna, &block, &json!({ "seats": ["S009"] }), "f").await;
    assert_eq!(blocked.0, 200);
    assert_eq!(post(&anna, &block, &json!({ "seats": ["S009"] }), "f").await, blocked);
    assert_eq!(count(&anna, event).await["available"], 19);
    invariants::hold(&database).await;
}

/// Claim 27 of the contract.
#[tokio::test]
async fn confirming_and_cancelling_under_a_key_happens_once() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S001").await.expect(200);
    let booking = anna.book(event, 1).await.expect(201);
    let confirm = format!("/bookings/{}/confirm", booking["id"]);
    let cancel = format!("/bookings/{}/cancel", booking["id"]);
    let paid = json!({ "payment_reference": "p-1" });
    let confirmed = post(&anna, &confirm, &paid, "a").await;
    let cancelled = post(&anna, &cancel, &json!({}), "b").await;
    assert_eq!((confirmed.0, cancelled.0), (200, 200));
    assert_eq!(post(&anna, &confirm, &paid, "a").await, confirmed);
    assert_eq!(post(&anna, &cancel, &json!({}), "b").await, cancelled);
    assert_eq!(count(&anna, event).await["available"], 20);
    anna.confirm(&booking["id"], "p-1").await.expect_problem(409, "booking_cancelled");
    invariants::hold(&database).await;
}

/// Claim 27 of the contract.
#[tokio::test]
async fn the_same_key_at_the_same_time_at_two_nodes_has_one_effect() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 20).await;
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    here.hold(event, &["S001", "S002", "S003", "S004", "S005"]).await.expect(201);
    let body = json!({ "event_id": event, "quantity": 1 });
    let ask = |n: u32| {
        let buyer = if n.is_multiple_of(2) { &here } else { &there };
        post(buyer, "/bookings", &body, "order-1")
    };
    let answers = join_all((0..40).map(ask)).await;
    assert_eq!(answers[0].0, 201, "{}", answers[0].2);
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:#?}");
    assert_eq!(count(&here, event).await["reserved"], 1);
    invariants::hold(&database).await;
}

/// Claim 27 of the contract.
#[tokio::test]
async fn a_key_stands_for_one_method_path_and_body() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    let holds = format!("/events/{event}/holds");
    let held = anna.post_with_key(&holds, json!({ "seats": ["S001"] }), "k").await.expect(201);
    let other_body = anna.post_with_key(&holds, json!({ "seats": ["S002"] }), "k").await;
    other_body.expect_problem(422, "idempotency_key_reused");
    let lock = format!("/events/{event}/seats/S002/lock");
    let other_path = anna.post_with_key(&lock, json!({ "seats": ["S001"] }), "k").await;
    assert_eq!(other_path.status, 422);
    let other_path = anna.post_with_key(&lock, json!({}), "k").await;
    other_path.expect_problem(422, "idempotency_key_reused");
    let path = format!("/holds/{}", held["id"].as_str().expect("an id"));
    let delete = anna.request(Method::DELETE, &path).header("idempotency-key", "k");
    anna.send(delete).await.expect_problem(422, "idempotency_key_reused");
    assert_eq!(count(&anna, event).await["locked"], 1);
    // Another event is another scope.
    let second = events::create(&server, 20).await;
    let there = format!("/events/{second}/holds");
    anna.post_with_key(&there, json!({ "seats": ["S001"] }), "k").await.expect(201);
    invariants::hold(&database).await;
}

/// Claim 27 of the contract: refusals decided under the lock are remembered as well.
#[tokio::test]
async fn refusals_under_a_key_are_remembered() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let (anna, ben) = (server.buyer("anna"), server.buyer("ben"));
    ben.lock(event, "S001").await.expect(200);
    let lock = |seat: &str| format!("/events/{event}/seats/{seat}/lock");
    let unlock = format!("/events/{event}/seats/S001/unlock");
    let (nothing, one) = (json!({}), json!({ "event_id": event, "quantity": 1 }));
    let zero = json!({ "event_id": event, "quantity": 0 });
    let requests = [
        (lock("S001"), &nothing, 409, "a"),
        (unlock, &nothing, 403, "b"),
        (lock("S021"), &nothing, 404, "c"),
        ("/bookings".to_owned(), &one, 409, "d"),
        ("/bookings".to_owned(), &zero, 422, "e"),
    ];
    let mut first = Vec::new();
    for (path, body, status, key) in &requests {
        let answer = post(&anna, path, body, key).await;
        assert_eq!(answer.0, *status, "{}", answer.2);
        first.push(answer);
    }
    // What they were refused for is so no longer.
    ben.unlock(event, "S001").await.expect(200);
    anna.lock(event, "S001").await.expect(200);
    for ((path, body, _, key), first) in requests.iter().zip(&first) {
        assert_eq!(&post(&anna, path, body, key).await, first, "{path}");
    }
    let other = json!({ "event_id": event, "seats": ["S001"] });
    let reused = anna.post_with_key("/bookings", other, "e").await;
    reused.expect_problem(422, "idempotency_key_reused");
    assert_eq!(count(&anna, event).await["locked"], 1);
    invariants::hold(&database).await;
}

/// Claim 27 of the contract.
#[tokio::test]
async fn events_users_and_charts_are_created_once() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    let user = json!({ "name": "Anna", "email": "anna@example.org" });
    let charts = "select count(*) from charts where origin = 'uploaded'";
    let calls =
        [("/events", events::body(5)), ("/users", user), ("/charts", events::chart("Cellar"))];
    for (path, body) in calls {
        let ask =
            |n: u32| post(if n.is_multiple_of(2) { &here } else { &there }, path, &body, "new");
        let answers = join_all((0..10).map(ask)).await;
        assert_eq!(answers[0].0, 201, "{}", answers[0].2);
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:#?}");
        let mut changed = body.clone();
        changed["name"] = json!("Another");
        let reused = here.post_with_key(path, changed, "new").await;
        reused.expect_problem(422, "idempotency_key_reused");
    }
    assert_eq!(database.value::<i64>("select count(*) from events").await, 1);
    let records = "select count(*) from users where origin = 'record'";
    assert_eq!(database.value::<i64>(records).await, 1);
    assert_eq!(database.value::<i64>(charts).await, 1);
}

/// Claim 27 of the contract: refusals of what belongs to no event, and of changes of an event.
#[tokio::test]
async fn refusals_of_organisers_calls_are_remembered() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    let event = events::create(&one, 5).await;
    let made = here.post("/charts", events::chart("Cellar")).await.expect(201);
    let next = made["id"].as_i64().expect("an id") + 1;
    let with = |mut body: Value, field: &str, value: Value| {
        body[field] = value;
        body
    };
    let mut on_the_next = with(events::body(1), "chart_id", json!(next));
    on_the_next.as_object_mut().expect("an object").remove("total_tickets");
    let user = json!({ "name": "Anna", "email": "anna@example.org" });
    let late = json!("2000-01-01T00:00:00Z");
    let calls = [
        (Method::POST, "/events".to_owned(), on_the_next, events::body(5)),
        (Method::POST, "/users".to_owned(), with(user.clone(), "email", json!("anna")), user),
        (Method::POST, "/charts".to_owned(), json!({ "x\u{0}": "\u{0}" }), events::chart("Attic")),
        (Method::POST, "/charts".to_owned(), events::chart("A\u{0}ttic"), events::chart("Attic")),
        (Method::PATCH, format!("/events/{event}"), json!({ "end_time": late }), json!({})),
    ];
    let mut first = Vec::new();
    for (at, (method, path, wrong, _)) in calls.iter().enumerate() {
        let answer = send(&here, method.clone(), path, wrong, &format!("k{at}")).await;
        assert_eq!(answer.0, 422, "{path}: {}", answer.2);
        first.push(answer);
    }
    // What one of them was refused for is so no longer.
    assert_eq!(here.post("/charts", events::chart("Third")).await.expect(201)["id"], next);
    let counted = "select (select count(*) from events) + (select count(*) from users)
                        + (select count(*) from charts)";
    let before = database.value::<i64>(counted).await;
    for (at, (method, path, wrong, right)) in calls.iter().enumerate() {
        for buyer in [&here, &there] {
            let again = send(buyer, method.clone(), path, wrong, &format!("k{at}")).await;
            assert_eq!(again, first[at], "{path}");
            let reused = send(buyer, method.clone(), path, right, &format!("k{at}")).await;
            assert_eq!(reused.0, 422, "{path}: {}", reused.2);
            assert!(reused.2.contains("idempotency_key_reused"), "{path}: {}", reused.2);
        }
    }
    assert_eq!(database.value::<i64>(counted).await, before);
}

/// Claim 27 of the contract: a second use while the first runs waits and gets its answer.
#[tokio::test]
async fn a_second_use_of_a_key_waits_for_the_first() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 5).await;
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    // Once asked, both nodes know the caller and the event.
    for buyer in [&here, &there] {
        buyer.lock(event, "S006").await.expect_problem(404, "not_found");
    }
    let blocker = database.connect().await;
    let sql = format!("begin; select from events where id = {event} for update");
    blocker.batch_execute(&sql).await.expect("the row");
    let path = format!("/events/{event}/holds");
    let body = json!({ "seats": ["S001"] });
    let both =
        async { tokio::join!(post(&here, &path, &body, "k"), post(&there, &path, &body, "k")) };
    let unblock = async {
        let waiting = "select count(*) >= 2 from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
        eventually("both wait", || database.value::<bool>(waiting)).await;
        blocker.batch_execute("rollback").await.expect("given back");
    };
    let ((first, second), ()) = tokio::join!(both, unblock);
    assert_eq!(first.0, 201, "{}", first.2);
    assert_eq!(first, second);
    invariants::hold(&database).await;
}

/// Claim 27 of the contract: after a day a key is new again.
#[tokio::test]
async fn a_key_is_remembered_for_a_day() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let holds = format!("/events/{event}/holds");
    let ask = |seat: &str| {
        let body = json!({ "seats": [seat] });
        let (anna, holds) = (anna.clone(), holds.clone());
        async move { anna.post_with_key(&holds, body, "k").await }
    };
    let age = |hours: u32| {
        let sql = format!(
            "update idempotency_keys
             set created_at = clock_timestamp() - interval '{hours} hours' + interval '1 minute'"
        );
        let database = &database;
        async move { database.execute(&sql).await }
    };
    ask("S001").await.expect(201);
    age(24).await;
    ask("S002").await.expect_problem(422, "idempotency_key_reused");
    age(25).await;
    let second = ask("S002").await.expect(201);
    assert_eq!(ask("S002").await.expect(201), second);
    assert_eq!(count(&anna, event).await["locked"], 2);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn an_older_servers_answer_is_given_again_without_the_price_it_did_not_tell() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let lock = format!("/events/{event}/seats/S001/lock");
    let first = anna.post_with_key(&lock, json!({}), "k").await.expect(200);
    assert_eq!(first["price"], "45.50");
    let older = "update idempotency_keys set answer = answer #- '{result,Ok,locked,price}'";
    database.execute(older).await;
    let again = anna.post_with_key(&lock, json!({}), "k").await.expect(200);
    let mut untold = first.clone();
    untold.as_object_mut().expect("an object").remove("price");
    assert_eq!(again, untold);
}

/// What isn't a key is told so, and what can't be read isn't remembered.
#[tokio::test]
async fn unreadable_requests_are_not_remembered() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let holds = format!("/events/{event}/holds");
    let broken = anna.request(Method::POST, &holds).header("idempotency-key", "k");
    let broken = broken.header("content-type", "application/json").body("{");
    anna.send(broken).await.expect_problem(400, "bad_request");
    anna.post_with_key(&holds, json!({ "seats": ["S001"] }), "k").await.expect(201);
    for key in ["", "two words", &"x".repeat(256)] {
        let answer = anna.post_with_key(&holds, json!({ "seats": ["S002"] }), key).await;
        answer.expect_problem(400, "bad_request");
    }
    for key in ["", "two words", &"x".repeat(256)] {
        let answer = anna.post_with_key("/charts", events::chart("Cellar"), key).await;
        answer.expect_problem(400, "bad_request");
    }
    let longest = "x".repeat(255);
    anna.post_with_key(&holds, json!({ "seats": ["S002"] }), &longest).await.expect(201);
    let first: Answer = anna.post_with_key("/sessions", json!({}), "k").await;
    let second = anna.post_with_key("/sessions", json!({}), "k").await;
    assert_ne!(first.expect(201)["token"], second.expect(201)["token"]);
}

/// What was turned away before anybody looked at it isn't remembered either: too large, of another
/// kind than JSON, of nobody, or once too often.
#[tokio::test]
async fn requests_turned_away_at_the_door_are_not_remembered() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.max_body_bytes = 2_000;
    })
    .await;
    let event = events::create(&server, 8).await;
    let anna = server.buyer("anna");
    let holds = format!("/events/{event}/holds");
    let keyed = |buyer: &Buyer, path: &str, key: &str| {
        buyer.request(Method::POST, path).header("idempotency-key", key)
    };
    let large = keyed(&anna, &holds, "large").header("content-type", "application/json");
    anna.send(large.body(" ".repeat(3_000))).await.expect_problem(413, "body_too_large");
    let text = keyed(&anna, &holds, "text").header("content-type", "text/plain");
    let text = text.body(r#"{ "seats": ["S001"] }"#);
    anna.send(text).await.expect_problem(415, "unsupported_media_type");
    for (key, seat) in [("large", "S001"), ("text", "S002")] {
        anna.post_with_key(&holds, json!({ "seats": [seat] }), key).await.expect(201);
    }
    // Nobody may block seats in open mode, but not lock them.
    let nobody = Buyer::nameless(server.address);
    let lock = keyed(&nobody, &format!("/events/{event}/seats/S003/lock"), "nobody");
    nobody.send(lock).await.expect_problem(401, "caller_unknown");
    let block = format!("/events/{event}/block");
    nobody.post_with_key(&block, json!({ "seats": ["S003"] }), "nobody").await.expect(200);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn requests_that_came_too_often_are_not_remembered() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.rate = RateLimit { per_second: 1, burst: 1 };
    })
    .await;
    let (anna, mut number) = (server.buyer("anna"), 0);
    let event = events::create(&server, 10).await;
    let holds = format!("/events/{event}/holds");
    let limited = loop {
        number += 1;
        assert!(number < 10, "she is never told to wait");
        let body = json!({ "seats": [format!("S{number:03}")] });
        let key = format!("k{number}");
        let answer = anna.post_with_key(&holds, body.clone(), &key).await;
        if answer.status == 429 {
            break (answer, body, key);
        }
        answer.expect(201);
    };
    let (answer, body, key) = limited;
    answer.expect_problem(429, "rate_limited");
    let again = async || anna.post_with_key(&holds, body.clone(), &key).await.status;
    eventually("she may ask again", async || again().await == 201).await;
    invariants::hold(&database).await;
}

async fn post(buyer: &Buyer, path: &str, body: &Value, key: &str) -> Verbatim {
    send(buyer, Method::POST, path, body, key).await
}

async fn send(buyer: &Buyer, method: Method, path: &str, body: &Value, key: &str) -> Verbatim {
    let request = buyer.request(method, path).json(body).header("idempotency-key", key);
    let response = request.send().await.expect("an answer");
    let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    let (status, place) = (response.status().as_u16(), header("location"));
    (status, place, response.text().await.expect("text"))
}
