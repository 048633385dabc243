//! What browsers are told beside what they asked for: which pages no frame may show, whose scripts
//! run, and that nothing is to be guessed.

use reqwest::{Method, Response, header};

use crate::support::database::Database;
use crate::support::server::Server;

/// Opens an address as browsers do.
async fn open(server: &Server, path: &str) -> Response {
    let request = reqwest::Client::new().get(server.url(path));
    request.header(header::ACCEPT, "text/html,*/*;q=0.8").send().await.expect("an answer")
}

fn told<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn only_pages_for_buyers_may_be_framed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    for (path, framed) in [
        ("/", true),
        ("/index.html", true),
        ("/events/1", true),
        ("/bookings/1", true),
        ("/organised", true),
        ("/examples/plain.html", true),
        ("/organise", false),
        ("/organise/", false),
        ("/organise/events/1?x=y", false),
        ("//organise", false),
        ("/docs/", false),
    ] {
        let page = open(&server, path).await;
        assert_eq!(page.status(), 200, "{path}");
        let policy = told(&page, "content-security-policy");
        assert_eq!(!policy.contains("frame-ancestors 'none'"), framed, "{path}: {policy}");
        if path.starts_with("/examples") {
            continue;
        }
        assert!(policy.contains("object-src 'none'; base-uri 'none'"), "{path}: {policy}");
        assert_eq!(told(&page, "referrer-policy"), "same-origin", "{path}");
        if path != "/docs/" {
            assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        }
    }
}

#[tokio::test]
async fn nothing_is_to_be_guessed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    for path in [
        "/",
        "/organise",
        "/docs/",
        "/openapi.json",
        "/asyncapi.json",
        "/schemas",
        "/health",
        "/ready",
        "/metrics",
        "/api/v1/events",
        "/api/v1/events/999",
        "/nowhere.js",
    ] {
        assert_eq!(told(&open(&server, path).await, "x-content-type-options"), "nosniff", "{path}");
    }
    let client = reqwest::Client::new();
    let wrong = client.request(Method::PUT, server.url("/api/v1/events")).send().await;
    let wrong = wrong.expect("an answer");
    assert_eq!((wrong.status().as_u16(), told(&wrong, "x-content-type-options")), (405, "nosniff"));
}

/// Scripts that aren't called scripts aren't run any more.
#[tokio::test]
async fn the_documentations_scripts_are_called_so() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let page = open(&server, "/docs/").await.text().await.expect("text");
    let named = page.split("src=\"./").skip(1).map(|rest| rest.split('"').next().expect("a name"));
    let scripts: Vec<&str> = named.collect();
    assert!(!scripts.is_empty(), "{page}");
    for script in scripts {
        let answer = open(&server, &format!("/docs/{script}")).await;
        assert_eq!(answer.status(), 200, "{script}");
        assert!(told(&answer, "content-type").contains("javascript"), "{script}");
    }
}
