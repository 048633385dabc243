//! Pages of other origins: let in where they are named, and only there.

use reqwest::{Method, Response, header};
use seatmap::http::{AllowedOrigins, AuthMode};
use serde_json::json;

use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

const SHOP: &str = "https://shop.example";

async fn server(database: &Database, allowed: Option<&str>) -> Server {
    let allowed: Option<AllowedOrigins> = allowed.map(|text| text.parse().expect("origins"));
    Server::start_with(database, |settings| settings.http.allowed_origins = allowed).await
}

async fn ask(server: &Server, method: Method, path: &str, origin: &str) -> Response {
    let client = reqwest::Client::new();
    let request = client.request(method, server.url(path)).header(header::ORIGIN, origin);
    request.send().await.expect("an answer")
}

async fn preflight(server: &Server, path: &str, origin: &str) -> Response {
    let client = reqwest::Client::new();
    let request = client.request(Method::OPTIONS, server.url(path)).headers(
        [
            (header::ORIGIN, origin),
            (header::ACCESS_CONTROL_REQUEST_METHOD, "POST"),
            (
                header::ACCESS_CONTROL_REQUEST_HEADERS,
                "authorization,content-type,idempotency-key,x-session-id",
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name, value.parse().expect("a value")))
        .collect(),
    );
    request.send().await.expect("an answer")
}

/// A header's values, however many lines they take.
fn told(response: &Response, name: &str) -> String {
    let values = response.headers().get_all(name).iter();
    values.map(|value| value.to_str().expect("text")).collect::<Vec<_>>().join(",")
}

#[tokio::test]
async fn a_named_origin_may_ask_and_read() {
    let database = Database::new().await;
    let server = server(&database, Some("https://other.example,https://shop.example")).await;
    let event = events::create(&server, 5).await;
    let answer = preflight(&server, &format!("/api/v1/events/{event}/seats/S001/lock"), SHOP).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(told(&answer, "access-control-allow-origin"), SHOP);
    assert!(told(&answer, "access-control-allow-methods").contains("POST"));
    let headers = told(&answer, "access-control-allow-headers").to_ascii_lowercase();
    for name in ["authorization", "content-type", "idempotency-key", "x-session-id"] {
        assert!(headers.split(',').any(|header| header == name), "{name} in {headers}");
    }
    for (path, status) in
        [(format!("/api/v1/events/{event}"), 200), ("/api/v1/nowhere".into(), 404)]
    {
        let answer = ask(&server, Method::GET, &path, SHOP).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(told(&answer, "access-control-allow-origin"), SHOP, "{path}");
        assert!(told(&answer, "vary").to_ascii_lowercase().contains("origin"), "{path}");
        let exposed = told(&answer, "access-control-expose-headers");
        for name in ["date", "etag", "retry-after", "x-seatmap-version"] {
            assert!(exposed.split(',').any(|header| header == name), "{name} in {exposed}");
        }
        assert_eq!(told(&answer, "access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn others_are_not_told_that_they_may() {
    let database = Database::new().await;
    let shops = server(&database, Some(SHOP)).await;
    for origin in ["https://evil.example", "http://shop.example", "null"] {
        let answer = ask(&shops, Method::GET, "/api/v1/events", origin).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(told(&answer, "access-control-allow-origin"), "");
        let answer = preflight(&shops, "/api/v1/events", origin).await;
        assert_eq!(told(&answer, "access-control-allow-origin"), "", "{origin}");
    }
    let closed = server(&database, None).await;
    let answer = ask(&closed, Method::GET, "/api/v1/events", SHOP).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(told(&answer, "access-control-allow-origin"), "");
    assert_eq!(preflight(&closed, "/api/v1/events", SHOP).await.status(), 405);
    let open = server(&database, Some("*")).await;
    let answer = ask(&open, Method::GET, "/api/v1/events", "https://any.example").await;
    assert_eq!(told(&answer, "access-control-allow-origin"), "*");
}

/// What a browser adds by itself to what a page of this origin sends: how near it is, if at all, and
/// where it is from.
type Told<'a> = &'a [(&'a str, &'a str)];

const CROSS_SITE: Told<'static> =
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];

async fn from_page(nobody: &Buyer, method: Method, path: &str, told: Told<'_>) -> Answer {
    let request = nobody.request(method, path);
    nobody
        .send(told.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
        .await
}

/// All that such a page can send without being let: no body, or one that looks like a form's.
#[tokio::test]
async fn in_open_mode_a_strangers_page_changes_nothing() {
    let database = Database::new().await;
    let server = server(&database, None).await;
    server.node.store().ensure_demo_users().await.expect("users 1 to 8");
    let event = events::create(&server, 5).await;
    let nobody = Buyer::nameless(server.address);
    let lock = format!("/events/{event}/seats/S001/lock");
    nobody.post(&lock, json!({ "user_id": 1 })).await.expect(200);
    let body = json!({ "event_id": event, "quantity": 1, "user_id": 1 });
    let booking = nobody.post("/bookings", body).await.expect(201);
    let path = format!("/bookings/{}", booking["id"]);
    let paid = nobody.post(&format!("{path}/confirm"), json!({ "user_id": 1 })).await;
    paid.expect(200);
    let before = nobody.get(&format!("{path}?user_id=1")).await.expect(200);
    for (method, path) in [
        (Method::POST, format!("{path}/cancel?user_id=1")),
        (Method::POST, format!("{path}/check-in")),
        (Method::DELETE, format!("{path}/check-in")),
        (Method::POST, format!("/events/{event}/block")),
        (Method::PATCH, format!("/events/{event}")),
        (Method::PUT, format!("/events/{event}/chart")),
        (Method::POST, "/charts".to_owned()),
        (Method::POST, "/sessions".to_owned()),
        (Method::POST, "/nowhere".to_owned()),
    ] {
        for told in [
            CROSS_SITE,
            &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:1")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
        ] {
            let refused = from_page(&nobody, method.clone(), &path, told).await;
            let refused = refused.expect_problem(403, "forbidden");
            let detail = refused["detail"].as_str().expect("a text");
            assert!(detail.contains("ALLOWED_ORIGINS"), "{detail}");
        }
    }
    assert_eq!(nobody.get(&format!("{path}?user_id=1")).await.expect(200), before);
    // What is only read may be asked for, and the browser doesn't hand it on.
    let read = from_page(&nobody, Method::GET, &format!("/events/{event}"), CROSS_SITE).await;
    assert!(!read.headers.contains_key("access-control-allow-origin"));
    read.expect(200);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn the_servers_own_page_and_programs_notice_nothing() {
    let database = Database::new().await;
    let server = server(&database, None).await;
    let nobody = Buyer::nameless(server.address);
    let own = format!("http://{}", server.address);
    for told in [
        &[][..],
        &[("sec-fetch-site", "same-origin"), ("origin", own.as_str())],
        &[("sec-fetch-site", "none")],
        // Browsers that don't say how near a page is.
        &[("origin", own.as_str())],
        // Behind proxies that give the server another name, and that tell it the right one.
        &[("sec-fetch-site", "same-origin"), ("origin", "https://tickets.example")],
        &[("host", "tickets.example"), ("origin", "http://tickets.example")],
    ] {
        from_page(&nobody, Method::POST, "/sessions", told).await.expect(201);
    }
}

#[tokio::test]
async fn a_named_origin_may_change_things_too() {
    let database = Database::new().await;
    let shops = server(&database, Some(SHOP)).await;
    let nobody = Buyer::nameless(shops.address);
    let told = [("sec-fetch-site", "cross-site"), ("origin", SHOP)];
    let made = from_page(&nobody, Method::POST, "/sessions", &told).await;
    assert_eq!(made.headers["access-control-allow-origin"], SHOP);
    made.expect(201);
    let refused = from_page(&nobody, Method::POST, "/sessions", CROSS_SITE).await;
    assert!(!refused.headers.contains_key("access-control-allow-origin"));
    refused.expect_problem(403, "forbidden");
    let open = server(&database, Some("*")).await;
    let nobody = Buyer::nameless(open.address);
    from_page(&nobody, Method::POST, "/sessions", CROSS_SITE).await.expect(201);
}

/// Without a token nothing can be done there, and a page can't show one that it wasn't given.
#[tokio::test]
async fn in_token_mode_pages_are_not_told_apart() {
    let database = Database::new().await;
    let server =
        Server::start_with(&database, |settings| settings.http.auth_mode = AuthMode::Token).await;
    let nobody = Buyer::nameless(server.address);
    from_page(&nobody, Method::POST, "/sessions", CROSS_SITE).await.expect(201);
    let cancel = from_page(&nobody, Method::POST, "/bookings/1/cancel?user_id=1", CROSS_SITE).await;
    cancel.expect_problem(401, "caller_unknown");
}
