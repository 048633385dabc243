//! The live routes over plain HTTP: the stream of events and the cacheable map.

use reqwest::StatusCode;

use super::PATIENCE;
use super::node::node;
use crate::domain::seat::SeatStatus::Sold;
use crate::hub::settings::SocketWay;
use crate::protocol::live::binary;
use crate::protocol::live::message::ServerMessage;

#[tokio::test]
async fn a_stream_numbers_snapshots_and_deltas_and_resumes_from_the_last_event_id() {
    let node = node(SocketWay::Direct).await;
    let mut stream = reqwest::get(node.url("http", "1/stream")).await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    node.stage.change(0, Sold).await;
    let mut said = String::new();
    while !said.contains("id: e1.1") {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap();
        said.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    let events: Vec<&str> = said.trim_end().split("\n\n").collect();
    assert!(events[0].starts_with(r#"data: {"type":"hello""#), "{said}");
    assert!(events[1].contains(r#"data: {"type":"snapshot""#), "{said}");
    assert!(events[1].contains("id: e1.") && !events[0].contains("id:"), "{said}");

    let client = reqwest::Client::new();
    let request = client.get(node.url("http", "1/stream?since=e1.1"));
    let mut stream = request.header("last-event-id", "e1.0").send().await.unwrap();
    let mut said = String::new();
    while !said.contains("delta") {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap();
        said.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    assert!(said.contains(r#""mode":"resume""#), "{said}");
    assert!(said.contains(r#"{"type":"delta","from":0,"version":1,"changes":[[0,"S"]]}"#));
}

#[tokio::test]
async fn availability_is_cacheable_in_both_formats() {
    let node = node(SocketWay::Direct).await;
    let client = reqwest::Client::new();
    let url = node.url("http", "1/availability");
    let json = client.get(&url).send().await.unwrap();
    assert_eq!(json.headers()["content-type"], "application/json");
    assert_eq!(json.headers()["vary"], "Accept, Accept-Encoding");
    let etag = json.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(etag, "\"e1.0.j\"");
    let known = client.get(&url).header("if-none-match", format!("W/{etag}")).send();
    let known = known.await.unwrap();
    assert_eq!(
        (known.status(), known.headers()["etag"].to_str().unwrap()),
        (StatusCode::NOT_MODIFIED, &*etag)
    );
    let frame = client.get(&url).header("accept", "application/octet-stream").send();
    let frame = frame.await.unwrap();
    assert_eq!(frame.headers()["etag"], "\"e1.0.b\"");
    let frame = frame.bytes().await.unwrap();
    assert!(matches!(binary::decode(&frame), Ok(ServerMessage::Snapshot(_))));
    let missing = client.get(node.url("http", "9/availability")).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}
