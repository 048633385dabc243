//! Geometry and availability: what may be cached, and what changed.

use reqwest::Method;
use seatmap::charts;
use seatmap::domain::venues;
use seatmap::protocol::live::binary;
use seatmap::protocol::live::message::ServerMessage;
use serde_json::json;

use super::has_fields;
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

const OCTETS: &str = "application/octet-stream";

#[tokio::test]
async fn a_seatmap_is_immutable_under_its_name() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 30).await;
    let anna = server.buyer("anna");
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    let path = format!("/events/{event}/seatmap");
    let unnamed = anna.get(&path).await;
    assert_eq!(unnamed.headers["cache-control"], "no-cache");
    let etag = unnamed.headers["etag"].clone();
    let map = unnamed.expect(200);
    let fields =
        "layout currency categories sections rows breaks areas shapes x y category number flags";
    has_fields(&map, fields);
    has_fields(&map["categories"][0], "key label color price");
    assert_eq!(map["layout"], read["layout"]);
    let layout = map["layout"].as_str().expect("a name");
    let named = anna.get(&format!("{path}?layout={layout}")).await;
    assert_eq!(named.headers["etag"], etag);
    let cache = named.headers["cache-control"].to_str().expect("text").to_owned();
    assert!(cache.contains("immutable") && cache.contains("max-age=31536000"), "{cache}");
    assert_eq!(named.expect(200), map);
    for known in [
        etag.to_str().expect("text"),
        "W/\"x\", *",
        &format!("\"x\", W/{}", etag.to_str().expect("text")),
    ] {
        let request = anna.request(Method::GET, &path).header("if-none-match", known);
        let answer = anna.send(request).await;
        assert_eq!((answer.status, &answer.headers["etag"]), (304, &etag), "{known}");
    }
    let request = anna.request(Method::GET, &path).header("if-none-match", "\"other\"");
    anna.send(request).await.expect(200);
    // Same geometry, other prices: another name.
    let dearer = events::create_with(&server, 30, json!({ "price": "50" })).await;
    let other = anna.get(&format!("/events/{dearer}/seatmap")).await.expect(200);
    assert_ne!(other["layout"], map["layout"]);
    assert_eq!(other["x"], map["x"]);
}

#[tokio::test]
async fn maps_travel_compressed_for_those_who_can_read_it() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 300).await;
    let anna = server.buyer("anna");
    for path in ["seatmap", "tickets/all"] {
        let path = format!("/events/{event}/{path}");
        for coding in ["br", "gzip"] {
            let request = anna.request(Method::GET, &path).header("accept-encoding", coding);
            let answer = anna.send(request).await;
            assert_eq!(answer.headers["content-encoding"], coding);
        }
        let plain = anna.get(&path).await;
        assert!(plain.headers.get("content-encoding").is_none());
    }
}

/// What the map of 100,000 seats may cost on the wire.
const STADIUM_BYTES_MAX: usize = 400_000;

#[tokio::test]
async fn a_stadium_of_100_000_seats_is_served_small() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let bowl = venues::by_key("bowl-100000").expect("a venue");
    let document = charts::export(bowl.name, &bowl.layout());
    let post = anna.request(Method::POST, "/charts").header("content-type", "application/json");
    let chart = anna.send(post.body(document)).await.expect(201);
    let mut body = events::body(1);
    body.as_object_mut().expect("an object").remove("total_tickets");
    body["chart_id"] = chart["id"].clone();
    let event = anna.post("/events", body).await.expect(201);
    assert_eq!(event["total_tickets"], 100_000);
    let path = format!("/events/{}/seatmap", event["id"]);
    // What browsers say.
    let request = anna.request(Method::GET, &path).header("accept-encoding", "gzip, deflate, br");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["content-encoding"], "br");
    let bytes = response.bytes().await.expect("a body").len();
    assert!(bytes < STADIUM_BYTES_MAX, "{bytes} bytes");
}

#[tokio::test]
async fn availability_is_a_snapshot_with_its_version() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let mut viewer = server.viewer(event).await;
    anna.lock(event, "S002").await.expect(200);
    viewer.reach(1).await;
    let path = format!("/events/{event}/availability");
    let answer = anna.get(&path).await;
    let headers = answer.headers.clone();
    let map = answer.expect(200);
    has_fields(&map, "epoch version seats layout statuses");
    assert_eq!((&map["version"], &map["seats"]), (&json!(1), &json!(5)));
    assert_eq!(map["statuses"], "ALAAA");
    let epoch = map["epoch"].as_str().expect("an epoch");
    assert_eq!(headers["etag"], format!("\"{epoch}.1.j\""));
    assert_eq!(headers["content-type"], "application/json");
    let vary = headers["vary"].to_str().expect("text").to_lowercase();
    assert!(vary.contains("accept") && vary.contains("accept-encoding"), "{vary}");
    let binary = get_binary(&anna, &path).await;
    assert_eq!(binary.0["etag"], format!("\"{epoch}.1.b\""));
    let ServerMessage::Snapshot(snapshot) = binary.1 else { panic!("a snapshot") };
    assert_eq!((snapshot.version, snapshot.statuses.as_slice()), (1, viewer.follower.statuses()));
    for (known, accept, status) in
        [("j", "application/json", 304), ("b", OCTETS, 304), ("b", "*/*", 200), ("j", OCTETS, 200)]
    {
        let request = anna.request(Method::GET, &path).header("accept", accept);
        let request = request.header("if-none-match", format!("\"{epoch}.1.{known}\""));
        assert_eq!(anna.send(request).await.status, status, "{known} {accept}");
    }
}

#[tokio::test]
async fn availability_since_a_position_is_what_changed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    let mut viewer = server.viewer(event).await;
    // One frame each: a merged one would be repeated whole to who comes back in its midst.
    anna.hold(event, &["S002", "S004"]).await.expect(201);
    viewer.reach(1).await;
    anna.unlock(event, "S004").await.expect(200);
    viewer.reach(2).await;
    anna.lock(event, "S001").await.expect(200);
    viewer.reach(3).await;
    let path = format!("/events/{event}/availability");
    let map = anna.get(&path).await.expect(200);
    let epoch = map["epoch"].as_str().expect("an epoch");
    let since = |version: u64| format!("{path}?since={epoch}.{version}");
    let delta = anna.get(&since(1)).await.expect(200);
    has_fields(&delta, "epoch from version changes");
    assert_eq!((&delta["from"], &delta["version"]), (&json!(1), &json!(3)));
    assert_eq!(delta["changes"], json!([[0, "L"], [3, "A"]]));
    assert_eq!(anna.get(&since(3)).await.expect(200)["changes"], json!([]));
    let (_, message) = get_binary(&anna, &since(1)).await;
    let ServerMessage::Delta(delta) = message else { panic!("a delta") };
    assert_eq!((delta.from, delta.version, delta.changes.len()), (1, 3, 2));
    // What can't be resumed is answered by the whole map.
    for since in [since(4), format!("{path}?since=other.1"), format!("{path}?since=x")] {
        assert_eq!(anna.get(&since).await.expect(200)["statuses"], "LLAAA", "{since}");
    }
}

async fn get_binary(buyer: &Buyer, path: &str) -> (reqwest::header::HeaderMap, ServerMessage) {
    let request = buyer.request(Method::GET, path).header("accept", OCTETS);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    let bytes = response.bytes().await.expect("a body");
    (headers, binary::decode(&bytes).expect("a frame"))
}
