//! Whatever goes wrong is told as a problem.

use reqwest::Method;
use serde_json::json;

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

#[tokio::test]
async fn unknown_things_are_not_found() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let hold = "/holds/5b0cfa46-9d8c-4e2b-9c6a-0a8a4b3a6d11";
    for path in [
        "/events/999",
        "/events/999/seatmap",
        "/events/999/tickets",
        "/events/999/tickets/all",
        "/events/999/availability",
        "/events/999/changes",
        "/events/999/stream",
        "/holds?event_id=999",
        "/bookings?event_id=999",
        "/bookings/999",
        "/charts/999",
        "/nowhere",
        "/",
        hold,
        &format!("/events/{event}/seatmap?layout=0000000000000000"),
        &format!("/events/{event}/seats/S001"),
    ] {
        anna.get(path).await.expect_problem(404, "not_found");
    }
    for (path, body) in [
        ("/events/999/holds", json!({ "seats": ["S001"] })),
        ("/events/999/block", json!({ "seats": ["S001"] })),
        ("/bookings", json!({ "event_id": 999, "quantity": 1 })),
        ("/bookings/999/confirm", json!({})),
        ("/bookings/999/cancel", json!({})),
    ] {
        anna.post(path, body).await.expect_problem(404, "not_found");
    }
    anna.delete(hold).await.expect_problem(404, "not_found");
    anna.patch(hold, json!({ "extend_seconds": 1 })).await.expect_problem(404, "not_found");
    let outside = reqwest::get(server.url("/nowhere")).await.expect("an answer");
    assert_eq!(outside.status(), 404);
}

#[tokio::test]
async fn a_method_a_route_does_not_take_is_told_with_those_it_does() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    for (method, path, allowed) in [
        (Method::PUT, "/events", "GET,POST"),
        (Method::DELETE, "/events/1", "GET"),
        (Method::POST, "/events/1/tickets", "GET"),
        (Method::GET, "/events/1/holds", "POST"),
        (Method::GET, "/events/1/seats/S001/lock", "POST"),
        (Method::POST, "/holds/5b0cfa46-9d8c-4e2b-9c6a-0a8a4b3a6d11", "GET,PATCH,DELETE"),
        (Method::GET, "/sessions", "POST"),
    ] {
        let answer = anna.send(anna.request(method.clone(), path)).await;
        let allow = answer.headers.get("allow").map(|v| v.to_str().expect("text").to_owned());
        answer.expect_problem(405, "method_not_allowed");
        let allow = allow.expect("a list of methods");
        for word in allowed.split(',') {
            assert!(allow.contains(word), "{method} {path}: {allow}");
        }
    }
}

#[tokio::test]
async fn paths_and_queries_that_can_not_be_read_are_told_so() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    for path in [
        "/events/x",
        "/events/1.5",
        "/events/99999999999999999999",
        "/events/x/availability",
        "/holds/x",
        "/bookings/x",
        "/holds",
        "/bookings?event_id=x",
        "/bookings?event_id=",
        &format!("/bookings?event_id={event}&user_id=x"),
        &format!("/events/{event}/changes?since=yesterday"),
    ] {
        anna.get(path).await.expect_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn a_body_must_be_json_by_its_own_word() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let body = r#"{"name":"Anna","email":"anna@example.org"}"#;
    for kind in ["text/plain", "application/xml", "multipart/form-data", "application/jsonp"] {
        let request = anna.request(Method::POST, "/users").header("content-type", kind);
        let answer = anna.send(request.body(body)).await;
        answer.expect_problem(415, "unsupported_media_type");
    }
    let without = anna.request(Method::POST, "/users").body(body);
    anna.send(without).await.expect_problem(415, "unsupported_media_type");
    for kind in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
        let request = anna.request(Method::POST, "/users").header("content-type", kind);
        anna.send(request.body(body)).await.expect(201);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let database = Database::new().await;
    let server =
        Server::start_with(&database, |settings| settings.http.max_body_bytes = 2_000).await;
    let anna = server.buyer("anna");
    let body = |padding: usize| {
        let spaces = " ".repeat(padding);
        format!(r#"{{"name":"Anna","email":"anna@example.org"{spaces}}}"#)
    };
    let send = |text: String| {
        let request = anna.request(Method::POST, "/users");
        anna.send(request.header("content-type", "application/json").body(text))
    };
    let most = 2_000 - body(0).len();
    send(body(most)).await.expect(201);
    send(body(most + 1)).await.expect_problem(413, "body_too_large");
    send(body(100_000)).await.expect_problem(413, "body_too_large");
}

#[tokio::test]
async fn nobody_is_named() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let nobody = Buyer::nameless(server.address);
    let hold = "/holds/5b0cfa46-9d8c-4e2b-9c6a-0a8a4b3a6d11";
    for answer in [
        nobody.lock(event, "S001").await,
        nobody.unlock(event, "S001").await,
        nobody.hold(event, &["S001"]).await,
        nobody.book(event, 1).await,
        nobody.get(hold).await,
        nobody.delete(hold).await,
        nobody.patch(hold, json!({ "extend_seconds": 1 })).await,
        nobody.get(&format!("/holds?event_id={event}")).await,
        nobody.get(&format!("/bookings?event_id={event}")).await,
        nobody.get("/bookings/1").await,
        nobody.confirm(&json!(1), "paid").await,
        nobody.cancel(&json!(1)).await,
        nobody.get("/users/1").await,
    ] {
        answer.expect_problem(401, "caller_unknown");
    }
}
