//! Anything in any place of a request: an answer below 500 comes back, a refusal is a problem, and
//! the server goes on. What is sent is drawn from a seed, which is printed.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

/// How many requests each story sends.
const REQUESTS: usize = 400;

/// What is made to be mistaken for something.
const ODD: &[&str] = &[
    "",
    "0",
    "-1",
    "+1",
    "1.5",
    "1e3",
    "NaN",
    "null",
    "true",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "%00",
    "%ff%fe",
    "%2e%2e%2f",
    "%25",
    "%",
    "%zz",
    "S001",
    "S001%00",
    "%F0%9F%8E%AB",
    "a.1",
    "a.18446744073709551615",
    ".",
    "..",
    "'",
    "\";drop",
    "*",
    "W/\"x\"",
    "\"",
    ",",
    "Bearer",
    "Bearer x",
    "%0d%0aX-Evil:1",
];

/// The texts above, and any bytes that a header's value may have.
fn odd(chance: &mut StdRng) -> String {
    if chance.random_bool(0.6) {
        return (*ODD.choose(chance).expect("some")).to_owned();
    }
    let length = *[1, 8, 40, 300, 3_000].choose(chance).expect("some");
    (0..length).map(|_| char::from(chance.random_range(0x21..0x7f_u8))).collect()
}

/// Odd texts as they may stand in a target: without what would end it.
fn odd_in_target(chance: &mut StdRng) -> String {
    odd(chance).replace(['#', ' '], "_")
}

/// A connection that sends what a library wouldn't.
struct Raw {
    address: std::net::SocketAddr,
}

struct Said {
    status: u16,
    head: String,
    body: String,
}

impl Raw {
    /// One request over a connection of its own.
    async fn send(&self, line: &str, headers: &[(&str, &[u8])], body: &str) -> Said {
        let mut request = format!("{line} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n");
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        let mut bytes = request.into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body.as_bytes());
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(&bytes).await.expect("it is taken");
        let mut answer = Vec::new();
        let reading = stream.read_to_end(&mut answer);
        let end = tokio::time::timeout(crate::support::PATIENCE, reading).await;
        let _ = end.expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no answer to {line} {headers:?}"));
        Said { status, head: head.to_owned(), body: body.to_owned() }
    }
}

/// Below 500, and a refusal of the server's own is a problem that says what is wrong.
#[track_caller]
fn is_in_order(said: &Said, what: &str) {
    assert!((200..500).contains(&said.status), "{what}: {} {}", said.status, said.body);
    // What isn't HTTP at all is refused below the routes, without a word.
    let has_id = said.head.to_lowercase().contains("x-request-id: ");
    if said.status < 400 || (!has_id && said.body.is_empty()) {
        assert!(
            said.status < 400 || [400, 414, 431].contains(&said.status),
            "{what}: {}",
            said.head
        );
        return;
    }
    let problem: Value = serde_json::from_str(&said.body).unwrap_or_default();
    assert_eq!(problem["status"], said.status, "{what}: {}", said.body);
    for member in ["type", "title", "detail", "code", "request_id"] {
        assert!(problem[member].as_str().is_some_and(|v| !v.is_empty()), "{what}: {}", said.body);
    }
}

fn seeded(story: &str) -> StdRng {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| rand::rng().random::<u64>());
    println!("{story}: SEED={seed}");
    StdRng::seed_from_u64(seed)
}

#[tokio::test]
async fn anything_in_a_path_is_answered() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await.to_string();
    let (raw, mut chance) = (Raw { address: server.address }, seeded("paths"));
    let routes = [
        "GET /api/v1/events/{}",
        "GET /api/v1/events/{}/tickets",
        "GET /api/v1/events/{}/seatmap",
        "GET /api/v1/events/{}/availability",
        "GET /api/v1/events/{}/live",
        "POST /api/v1/events/{}/holds",
        "POST /api/v1/events/{e}/seats/{}/lock",
        "POST /api/v1/events/{e}/seats/{}/unlock",
        "DELETE /api/v1/holds/{}",
        "PATCH /api/v1/holds/{}",
        "POST /api/v1/bookings/{}/confirm",
        "GET /api/v1/users/{}",
        "GET /api/v1/charts/{}",
        "GET /schemas/{}",
        "GET /docs/{}",
        "GET /assets/{}",
        "GET /api/v1/{}",
        "GET /{}",
        "PUT /{}",
    ];
    for _ in 0..REQUESTS {
        let route = routes.choose(&mut chance).expect("some").replace("{e}", &event);
        let line = route.replace("{}", &odd_in_target(&mut chance));
        let said = raw.send(&line, &[("X-Session-ID", b"anna".as_slice())], "").await;
        is_in_order(&said, &line);
    }
}

#[tokio::test]
async fn anything_in_a_query_is_answered() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await.to_string();
    let (raw, mut chance) = (Raw { address: server.address }, seeded("queries"));
    let routes = [
        "/api/v1/events?limit={}",
        "/api/v1/events?offset={}",
        "/api/v1/events/{e}/tickets/all?limit={}&offset={}",
        "/api/v1/events/{e}/availability?since={}",
        "/api/v1/events/{e}/changes?since={}",
        "/api/v1/events/{e}/seatmap?layout={}",
        "/api/v1/holds?event_id={}",
        "/api/v1/bookings?event_id={e}&user_id={}",
        "/api/v1/charts?limit={}",
        "/api/v1/events?{}",
        "/api/v1/holds?{}&event_id={e}",
    ];
    for _ in 0..REQUESTS {
        let route = routes.choose(&mut chance).expect("some").replace("{e}", &event);
        let line = format!("GET {}", route.replace("{}", &odd_in_target(&mut chance)));
        let said = raw.send(&line, &[("X-Session-ID", b"anna".as_slice())], "").await;
        is_in_order(&said, &line);
    }
    // Whatever a page is asked for, its numbers are those in force or refused by name.
    for limit in ["0", "-1", "1001", "9223372036854775808", "x", ""] {
        let said = raw.send(&format!("GET /api/v1/events?limit={limit}"), &[], "").await;
        assert_eq!(said.status, 400, "{limit}: {}", said.body);
        assert!(
            said.body.contains("limit") || said.body.contains("invalid digit"),
            "{}",
            said.body
        );
    }
}

#[tokio::test]
async fn anything_in_a_header_is_answered() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let (raw, mut chance) = (Raw { address: server.address }, seeded("headers"));
    let places: [(&str, String); 10] = [
        ("If-None-Match", format!("GET /api/v1/events/{event}/seatmap")),
        ("If-None-Match", format!("GET /api/v1/events/{event}/availability")),
        ("Accept", format!("GET /api/v1/events/{event}/availability")),
        ("Accept-Encoding", format!("GET /api/v1/events/{event}/seatmap")),
        ("Authorization", format!("POST /api/v1/events/{event}/seats/S001/lock")),
        ("X-Session-ID", format!("POST /api/v1/events/{event}/seats/S001/lock")),
        ("Idempotency-Key", format!("POST /api/v1/events/{event}/seats/S001/lock")),
        ("X-Request-ID", format!("GET /api/v1/events/{event}")),
        ("Content-Type", "POST /api/v1/users".to_owned()),
        ("Sec-WebSocket-Protocol", format!("GET /api/v1/events/{event}/live")),
    ];
    for _ in 0..REQUESTS {
        let (name, line) = places.choose(&mut chance).expect("some");
        let mut value = odd(&mut chance).into_bytes();
        if chance.random_bool(0.3) {
            // Bytes that are allowed in a header and are no text.
            value.extend((0..4).map(|_| chance.random_range(0x80..=0xff_u8)));
        }
        let body = if line.contains("users") { r#"{"name":"A","email":"a@b"}"# } else { "" };
        let mut headers = vec![(*name, value.as_slice())];
        if *name == "Idempotency-Key" {
            headers.push(("X-Session-ID", b"anna".as_slice()));
        }
        let said = raw.send(line, &headers, body).await;
        is_in_order(&said, &format!("{line} {name}: {value:?}"));
    }
}

#[tokio::test]
async fn a_position_that_is_none_is_answered_by_the_whole_map() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let mut chance = seeded("positions");
    for _ in 0..20 {
        let last = odd(&mut chance);
        let mut stream = TcpStream::connect(server.address).await.expect("a connection");
        let ask = format!(
            "GET /api/v1/events/{event}/stream HTTP/1.1\r\nHost: here\r\nLast-Event-ID: {last}\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).await.expect("it is taken");
        let mut said = String::new();
        while !said.contains("\"type\":\"snapshot\"") {
            let mut bytes = [0; 4096];
            let reading = stream.read(&mut bytes);
            let read = tokio::time::timeout(crate::support::PATIENCE, reading).await;
            let read = read.expect("something is said").expect("the stream goes on");
            assert!(read > 0, "{last}: {said}");
            said.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        assert!(said.starts_with("HTTP/1.1 200 "), "{last}: {said}");
    }
}

#[tokio::test]
async fn lists_do_not_pass_for_objects() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S001"]).await.expect(201)["id"].clone();
    let hold = format!("/holds/{}", hold.as_str().expect("an id"));
    let named = |problem: Value| problem["errors"][0]["field"].as_str().map(str::to_owned);
    let body = json!({ "event_id": event, "quantity": 1, "customer": ["Anna", null, null] });
    let problem = anna.post("/bookings", body).await.expect_problem(422, "invalid");
    assert_eq!(named(problem).as_deref(), Some("customer"));
    for (method, path, body) in [
        (reqwest::Method::PATCH, hold.clone(), json!([60, null])),
        (reqwest::Method::DELETE, hold.clone(), json!([null])),
        (reqwest::Method::POST, format!("/events/{event}/seats/S002/lock"), json!([1])),
        (reqwest::Method::POST, format!("/events/{event}/block"), json!([["S003"], null, null])),
    ] {
        let answer = anna.send(anna.request(method, &path).json(&body)).await;
        let problem = answer.expect_problem(422, "invalid");
        assert_eq!(named(problem).as_deref(), Some("body"), "{path}");
    }
    let map = anna.map(event).await;
    assert_eq!((map["S001"].as_str(), map["S002"].as_str()), ("locked", "available"));
    assert_eq!(map["S003"], "available");
}

#[tokio::test]
async fn a_refusal_that_quotes_anything_can_be_kept() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    for (number, label) in
        ["S\u{0}1", "\u{0}", "\u{7f}\u{85}", "\"\\", "\u{10ffff}"].iter().enumerate()
    {
        for path in ["holds", "block", "unblock"] {
            let (path, key) = (format!("/events/{event}/{path}"), format!("{path}-{number}"));
            let body = json!({ "seats": ["S001", label] });
            let first = anna.post_with_key(&path, body.clone(), &key).await;
            let first = first.expect_problem(422, "invalid");
            assert_eq!(first["errors"][0]["field"], "seats[1]");
            let again = anna.post_with_key(&path, body, &key).await;
            assert_eq!(again.expect_problem(422, "invalid"), first);
        }
    }
    let long = "x".repeat(100_000);
    let answer = anna.hold(event, &[&long]).await.expect_problem(422, "invalid");
    assert!(answer.to_string().len() < 2_000, "a refusal doesn't repeat all it was sent");
}
