//! Pages of other origins: let in where they are named, and only there.

use reqwest::{Method, Response, header};
use seatmap::http::AllowedOrigins;

use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

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
