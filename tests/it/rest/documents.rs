//! What the server tells of itself: its documents, its state and its figures.

use serde_json::{Value, json};

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, eventually};

/// Every route there is, with its methods.
const ROUTES: [(&str, &str); 26] = [
    ("/api/v1/events", "get post"),
    ("/api/v1/events/{id}", "get"),
    ("/api/v1/events/{id}/seatmap", "get"),
    ("/api/v1/events/{id}/tickets", "get"),
    ("/api/v1/events/{id}/tickets/all", "get"),
    ("/api/v1/events/{id}/availability", "get"),
    ("/api/v1/events/{id}/changes", "get"),
    ("/api/v1/events/{id}/live", "get"),
    ("/api/v1/events/{id}/stream", "get"),
    ("/api/v1/events/{id}/seats/{seat_no}/lock", "post"),
    ("/api/v1/events/{id}/seats/{seat_no}/unlock", "post"),
    ("/api/v1/events/{id}/holds", "post"),
    ("/api/v1/events/{id}/block", "post"),
    ("/api/v1/events/{id}/unblock", "post"),
    ("/api/v1/holds", "get"),
    ("/api/v1/holds/{id}", "get patch delete"),
    ("/api/v1/bookings", "get post"),
    ("/api/v1/bookings/{id}", "get"),
    ("/api/v1/bookings/{id}/confirm", "post"),
    ("/api/v1/bookings/{id}/cancel", "post"),
    ("/api/v1/charts", "get post"),
    ("/api/v1/charts/{id}", "get"),
    ("/api/v1/sessions", "post"),
    ("/api/v1/users", "post"),
    ("/api/v1/users/{id}", "get"),
    ("/health", "get"),
];

#[tokio::test]
async fn the_openapi_document_has_every_route() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let document = get(&server, "/openapi.json").await;
    assert_eq!((document.status, &*document.kind), (200, "application/json"));
    let document: Value = serde_json::from_str(&document.text).expect("JSON");
    let version = document["openapi"].as_str().expect("a version");
    assert!(version.starts_with("3.1."), "{version}");
    for (path, methods) in ROUTES.into_iter().chain([("/ready", "get"), ("/metrics", "get")]) {
        for method in methods.split(' ') {
            let responses = &document["paths"][path][method]["responses"];
            assert!(responses.is_object(), "{method} {path} is not told of");
        }
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for name in ["Problem", "Event", "Hold", "Booking", "Ticket"] {
        assert!(schemas.contains_key(name), "{name} is not described");
    }
    let operations = document["paths"].as_object().expect("paths").values();
    let operations = operations.flat_map(|path| path.as_object().expect("operations").values());
    let ids: Vec<&Value> = operations.map(|operation| &operation["operationId"]).collect();
    for (at, id) in ids.iter().enumerate() {
        assert!(id.is_string() && !ids[..at].contains(id), "two operations are called {id}");
    }
    // Every reference leads somewhere.
    for part in document.to_string().split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("a name");
        assert!(schemas.contains_key(name), "{name} is referred to and not described");
    }
}

#[tokio::test]
async fn the_document_can_be_read_in_a_browser() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    for path in ["/docs/", "/docs"] {
        let page = get(&server, path).await;
        assert_eq!((page.status, page.kind.starts_with("text/html")), (200, true), "{path}");
    }
}

#[tokio::test]
async fn probes_and_figures_are_answered() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let health = get(&server, "/health").await;
    assert_eq!((health.status, health.json()["status"].clone()), (200, json!("ok")));
    eventually("readiness", || async { get(&server, "/ready").await.status == 200 }).await;
    let ready = get(&server, "/ready").await;
    let ok = json!({ "status": "ready", "pool": "ok", "listener": "ok", "migrations": "ok" });
    assert_eq!((ready.status, ready.json()), (200, ok));
    let event = events::create(&server, 5).await;
    server.buyer("anna").lock(event, "S001").await.expect(200);
    let metrics = get(&server, "/metrics").await;
    assert_eq!(metrics.status, 200);
    for line in ["seatmap_commands_total 1", "seatmap_listener_up 1", "# EOF"] {
        assert!(metrics.text.lines().any(|l| l == line), "{line} is not in\n{}", metrics.text);
    }
    assert!(metrics.text.contains("seatmap_http_requests_total{"));
}

struct Page {
    status: u16,
    kind: String,
    text: String,
}

impl Page {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }
}

async fn get(server: &Server, path: &str) -> Page {
    let response = reqwest::get(server.url(path)).await.expect("an answer");
    let kind = response.headers()["content-type"].to_str().expect("text").to_owned();
    Page { status: response.status().as_u16(), kind, text: response.text().await.expect("text") }
}
