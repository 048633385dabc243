//! The live messages as Server-Sent Events.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::PATIENCE;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

#[tokio::test]
async fn only_a_snapshot_and_a_delta_have_an_id() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.live.heartbeat = std::time::Duration::from_secs(1);
    })
    .await;
    let event = events::create(&server, 5).await;
    let mut stream = Stream::open(&server, event, "", None).await;
    let (hello, id) = stream.next().await;
    assert_eq!((&hello["type"], &hello["mode"], id), (&json!("hello"), &json!("snapshot"), None));
    let epoch = hello["epoch"].as_str().expect("an epoch").to_owned();
    let (snapshot, id) = stream.next().await;
    assert_eq!((&snapshot["type"], &snapshot["statuses"]), (&json!("snapshot"), &json!("AAAAA")));
    assert_eq!(id, Some(format!("{epoch}.0")));
    server.buyer("anna").lock(event, "S002").await.expect(200);
    let (delta, id) = stream.next_but("heartbeat").await;
    assert_eq!((&delta["type"], &delta["changes"]), (&json!("delta"), &json!([[1, "L"]])));
    assert_eq!(id, Some(format!("{epoch}.1")));
    let (heartbeat, id) = stream.next().await;
    assert_eq!((&heartbeat["type"], &heartbeat["version"]), (&json!("heartbeat"), &json!(1)));
    assert_eq!(id, None);
}

#[tokio::test]
async fn the_last_event_id_wins_over_since() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let mut viewer = server.viewer(event).await;
    // One frame each: a merged one would be repeated whole to who comes back in its midst.
    for (seat, version) in [("S001", 1), ("S002", 2), ("S003", 3)] {
        anna.lock(event, seat).await.expect(200);
        viewer.reach(version).await;
    }
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    let at = |version: u32| format!("{}.{version}", read["epoch"].as_str().expect("an epoch"));
    let mut stream = Stream::open(&server, event, &format!("?since={}", at(1)), None).await;
    assert_eq!(stream.next().await.0["mode"], "resume");
    assert_eq!(stream.next().await.0["changes"], json!([[1, "L"], [2, "L"]]));
    let mut stream = Stream::open(&server, event, &format!("?since={}", at(1)), Some(&at(2))).await;
    assert_eq!(stream.next().await.0["mode"], "resume");
    let (delta, id) = stream.next().await;
    assert_eq!((&delta["from"], &delta["version"]), (&json!(2), &json!(3)));
    assert_eq!((&delta["changes"], id), (&json!([[2, "L"]]), Some(at(3))));
    // One that can't be resumed is answered by a snapshot, whatever `since` says.
    let mut stream =
        Stream::open(&server, event, &format!("?since={}", at(1)), Some("old.1")).await;
    assert_eq!(stream.next().await.0["mode"], "snapshot");
    assert_eq!(stream.next().await.0["statuses"], "LLLAA");
}

struct Stream {
    response: reqwest::Response,
    read: String,
}

impl Stream {
    async fn open(server: &Server, event: i64, query: &str, last: Option<&str>) -> Self {
        let path = format!("/events/{event}/stream{query}");
        let request = server.buyer("anna").request(Method::GET, &path);
        let request = match last {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, read: String::new() }
    }

    /// The next message and its id.
    async fn next(&mut self) -> (Value, Option<String>) {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                let event: String = self.read.drain(..end + 2).collect();
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                let Some(data) = field("data: ").or_else(|| field("data:")) else { continue };
                let id = field("id: ").or_else(|| field("id:")).map(str::to_owned);
                return (serde_json::from_str(data).expect("JSON"), id);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("something is said").expect("a chunk").expect("no end yet");
            self.read.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    async fn next_but(&mut self, kind: &str) -> (Value, Option<String>) {
        loop {
            let next = self.next().await;
            if next.0["type"] != kind {
                return next;
            }
        }
    }
}
