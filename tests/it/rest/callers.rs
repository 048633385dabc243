//! Who is asking, in open mode and by token.

use reqwest::Method;
use seatmap::http::AuthMode;
use serde_json::{Value, json};

use super::{has_fields, is_time};
use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

#[tokio::test]
async fn a_guest_session_names_its_caller() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let nobody = Buyer::nameless(server.address);
    let answer = nobody.post("/sessions", json!({})).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let session = answer.expect(201);
    has_fields(&session, "token user_id expires_at");
    is_time(&session["expires_at"]);
    let empty = nobody.send(nobody.request(Method::POST, "/sessions")).await.expect(201);
    assert_ne!(empty["user_id"], session["user_id"]);
    let path = format!("/events/{event}/seats/S001/lock");
    as_guest(&nobody, &session, Method::POST, &path, json!({})).await.expect(200);
    let owner: i64 = database.value("select user_id from holds").await;
    assert_eq!(session["user_id"], owner);
    as_guest(&nobody, &empty, Method::POST, &path, json!({})).await.expect(409);
    // The token wins over a session's name.
    let both = server.buyer("anna");
    let path = format!("/events/{event}/seats/S001/unlock");
    as_guest(&both, &session, Method::POST, &path, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_token_that_is_no_ones_is_refused() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let session = anna.post("/sessions", json!({})).await.expect(201);
    let token = session["token"].as_str().expect("a token");
    let path = format!("/bookings?event_id={event}");
    for value in [
        format!("Bearer {}", "0".repeat(64)),
        format!("Bearer {token}0"),
        format!("Basic {token}"),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.to_owned(),
    ] {
        let request = anna.request(Method::GET, &path).header("authorization", &value);
        anna.send(request).await.expect_problem(401, "caller_unknown");
    }
    // The scheme's name has no case.
    let request =
        anna.request(Method::GET, &path).header("authorization", format!("bearer {token}"));
    anna.send(request).await.expect(200);
}

#[tokio::test]
async fn a_session_that_has_ended_names_nobody() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let session = anna.post("/sessions", json!({})).await.expect(201);
    database.execute("update sessions set expires_at = clock_timestamp()").await;
    let path = format!("/bookings?event_id={event}");
    let answer = as_guest(&anna, &session, Method::GET, &path, Value::Null).await;
    answer.expect_problem(401, "caller_unknown");
}

#[tokio::test]
async fn a_session_id_is_a_name_of_up_to_128_visible_characters() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let nobody = Buyer::nameless(server.address);
    let ask = |session: String| {
        let request = nobody.request(Method::GET, &format!("/bookings?event_id={event}"));
        nobody.send(request.header("x-session-id", session))
    };
    for session in ["".to_owned(), "two words".to_owned(), "x".repeat(129)] {
        ask(session).await.expect_problem(400, "bad_request");
    }
    ask("x".repeat(128)).await.expect(200);
}

#[tokio::test]
async fn in_open_mode_user_id_names_the_caller() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    server.node.store().ensure_demo_users().await.expect("users 1 to 8");
    let event = events::create(&server, 5).await;
    let nobody = Buyer::nameless(server.address);
    let holds = format!("/events/{event}/holds");
    let first = nobody.post(&holds, json!({ "seats": ["S001"], "user_id": 1 })).await.expect(201);
    let path = format!("/holds/{}", first["id"].as_str().expect("an id"));
    nobody.get(&format!("{path}?user_id=1")).await.expect(200);
    nobody.get(&format!("{path}?user_id=2")).await.expect_problem(403, "forbidden");
    nobody.delete(&format!("{path}?user_id=2")).await.expect_problem(403, "forbidden");
    assert_eq!(nobody.delete(&format!("{path}?user_id=1")).await.status, 204);
    let body = json!({ "seats": ["S002"], "user_id": 4_000 });
    let problem = nobody.post(&holds, body).await.expect_problem(422, "unknown_user");
    assert_eq!(problem["errors"][0]["field"], "user_id");
    let list = format!("/bookings?event_id={event}&user_id=4000");
    nobody.get(&list).await.expect_problem(422, "unknown_user");
    let second = nobody.post(&holds, json!({ "seats": ["S002"], "user_id": 1 })).await.expect(201);
    let path = format!("/holds/{}", second["id"].as_str().expect("an id"));
    let delete = nobody.request(Method::DELETE, &path).json(&json!({ "user_id": 1 }));
    assert_eq!(nobody.send(delete).await.status, 204);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_query_names_no_caller_where_a_body_can() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    server.node.store().ensure_demo_users().await.expect("users 1 to 8");
    let event = events::create(&server, 5).await;
    let nobody = Buyer::nameless(server.address);
    let lock = format!("/events/{event}/seats/S001/lock");
    nobody
        .post(&format!("{lock}?user_id=1"), json!({}))
        .await
        .expect_problem(401, "caller_unknown");
    let bare = nobody.request(Method::POST, &format!("{lock}?user_id=1"));
    nobody.send(bare).await.expect_problem(401, "caller_unknown");
    // Like any other parameter that isn't known, it doesn't count beside one that does.
    for query in ["user_id=2", "user_id=4000", "user_id=x"] {
        let path = format!("{lock}?{query}");
        nobody.post(&path, json!({ "user_id": 1 })).await.expect(200);
    }
    let owner: i64 = database.value("select user_id from holds").await;
    assert_eq!(owner, 1);
    let hold: uuid::Uuid = database.value("select id from holds").await;
    let (path, longer) = (format!("/holds/{hold}?user_id=1"), json!({ "extend_seconds": 60 }));
    nobody.patch(&path, longer).await.expect_problem(401, "caller_unknown");
    let body = json!({ "event_id": event, "quantity": 1 });
    nobody.post("/bookings?user_id=1", body).await.expect_problem(401, "caller_unknown");
    // Nor is it the customer beside a session.
    let anna = server.buyer("anna");
    anna.lock(event, "S002").await.expect(200);
    let body = json!({ "event_id": event, "quantity": 1 });
    let booking = anna.post("/bookings?user_id=2", body).await.expect(201);
    assert_ne!(booking["user_id"], 2);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn beside_a_session_user_id_is_only_the_customer_recorded() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    server.node.store().ensure_demo_users().await.expect("users 1 to 8");
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S001").await.expect(200);
    let body = json!({ "event_id": event, "quantity": 1, "user_id": 2 });
    let booking = anna.post("/bookings", body).await.expect(201);
    assert_eq!(booking["user_id"], 2);
    anna.get(&format!("/bookings/{}", booking["id"])).await.expect(200);
    let customer = Buyer::nameless(server.address);
    let as_customer = format!("/bookings/{}?user_id=2", booking["id"]);
    customer.get(&as_customer).await.expect_problem(403, "forbidden");
    let body = json!({ "event_id": event, "quantity": 1, "user_id": 4_000 });
    anna.post("/bookings", body).await.expect_problem(422, "unknown_user");
}

#[tokio::test]
async fn in_token_mode_only_tokens_name_a_caller() {
    let database = Database::new().await;
    let open = Server::start(&database).await;
    let event = events::create(&open, 5).await;
    let server = token_server(&database).await;
    let anna = server.buyer("anna");
    let session = anna.post("/sessions", json!({})).await.expect(201);
    let other = anna.post("/sessions", json!({})).await.expect(201);
    let lock = format!("/events/{event}/seats/S001/lock");
    anna.lock(event, "S001").await.expect_problem(401, "caller_unknown");
    let named = anna.post(&lock, json!({ "user_id": session["user_id"] })).await;
    named.expect_problem(401, "caller_unknown");
    as_guest(&anna, &session, Method::POST, &lock, json!({})).await.expect(200);
    let mine = json!({ "event_id": event, "quantity": 1, "user_id": session["user_id"] });
    let theirs = json!({ "event_id": event, "quantity": 1, "user_id": other["user_id"] });
    let answer = as_guest(&anna, &session, Method::POST, "/bookings", theirs).await;
    answer.expect_problem(403, "forbidden");
    as_guest(&anna, &session, Method::POST, "/bookings", mine).await.expect(201);
    for path in ["", "/seatmap", "/tickets", "/tickets/all", "/availability"] {
        anna.get(&format!("/events/{event}{path}")).await.expect(200);
    }
    anna.get("/events").await.expect(200);
    server.viewer(event).await;
    let user = json!({ "name": "Anna", "email": "anna@example.org" });
    anna.post("/users", user).await.expect_problem(401, "caller_unknown");
}

#[tokio::test]
async fn in_token_mode_a_guest_is_no_organiser() {
    let database = Database::new().await;
    let open = Server::start(&database).await;
    let event = events::create(&open, 5).await;
    let server = token_server(&database).await;
    let anna = server.buyer("anna");
    let session = anna.post("/sessions", json!({})).await.expect(201);
    let seats = json!({ "seats": ["S001"] });
    for (method, path, body) in [
        (Method::POST, "/events".to_owned(), events::body(5)),
        (Method::POST, format!("/events/{event}/block"), seats.clone()),
        (Method::POST, format!("/events/{event}/unblock"), seats),
        (Method::GET, format!("/events/{event}/changes"), Value::Null),
    ] {
        let request = anna.request(method.clone(), &path);
        let request = if body.is_null() { request } else { request.json(&body) };
        anna.send(request).await.expect_problem(401, "caller_unknown");
        let answer = as_guest(&anna, &session, method, &path, body).await;
        answer.expect_problem(403, "forbidden");
    }
    // Nor does what `curl -d` says by itself pass for JSON.
    let form = anna
        .request(Method::POST, "/bookings")
        .bearer_auth(session["token"].as_str().expect("a token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("{}");
    anna.send(form).await.expect_problem(415, "unsupported_media_type");
}

async fn token_server(database: &Database) -> Server {
    Server::start_with(database, |settings| settings.http.auth_mode = AuthMode::Token).await
}

async fn as_guest(
    buyer: &Buyer,
    session: &Value,
    method: Method,
    path: &str,
    body: Value,
) -> Answer {
    let token = session["token"].as_str().expect("a token");
    let request = buyer.request(method, path).bearer_auth(token);
    let request = if body.is_null() { request } else { request.json(&body) };
    buyer.send(request).await
}
