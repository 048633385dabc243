//! An event's past: played from the beginning it leads to the map, and every map on the way can be
//! asked for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{has_fields, is_time};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

const SEATS: u32 = 12;

/// Some history, with a block of everything that is free at its end.
async fn eventful(server: &Server) -> i64 {
    let event = events::create(server, SEATS).await;
    let anna = server.buyer("anna");
    for round in 0..4 {
        let seats = ["S001", "S002", "S003"];
        anna.hold(event, &seats).await.expect(201);
        let booking = anna.book(event, 2).await.expect(201);
        anna.unlock(event, "S003").await.expect(200);
        if round % 2 == 0 {
            anna.confirm(&booking["id"], "paid").await.expect(200);
        }
        anna.cancel(&booking["id"]).await.expect(200);
    }
    anna.lock(event, "S012").await.expect(200);
    let free: Vec<String> = (1..SEATS).map(|seat| format!("S{seat:03}")).collect();
    anna.post(&format!("/events/{event}/block"), json!({ "seats": free })).await.expect(200);
    event
}

/// All frames, in pages of so many versions.
async fn play(olga: &Buyer, event: i64, limit: u32) -> Vec<Value> {
    let (mut frames, mut since) = (Vec::new(), 0);
    loop {
        let path = format!("/events/{event}/history?since={since}&limit={limit}");
        let page = olga.get(&path).await.expect(200);
        has_fields(&page, "event_id epoch layout seats from version current frames");
        assert_eq!((&page["from"], &page["seats"]), (&json!(since), &json!(SEATS)));
        frames.extend(page["frames"].as_array().expect("a list").iter().cloned());
        since = page["version"].as_u64().expect("a version");
        if page["version"] == page["current"] {
            return frames;
        }
    }
}

#[tokio::test]
async fn the_past_can_be_played_and_looked_at_anywhere() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = eventful(&server).await;
    let olga = server.buyer("olga");
    let frames = play(&olga, event, 10_000).await;
    assert_eq!(play(&olga, event, 3).await, frames, "in pages it is the same");
    let mut map: BTreeMap<u64, String> = (0..u64::from(SEATS)).map(|n| (n, "A".into())).collect();
    let letters =
        |map: &BTreeMap<u64, String>| map.values().map(String::as_str).collect::<String>();
    let start = olga.get(&format!("/events/{event}/history/0")).await.expect(200);
    has_fields(&start, "event_id epoch layout seats version at statuses");
    assert_eq!((&start["statuses"], &start["at"]), (&json!(letters(&map)), &Value::Null));
    for (number, frame) in (1..).zip(&frames) {
        assert_eq!(frame["version"], number, "no version is missing");
        is_time(&frame["at"]);
        for change in frame["changes"].as_array().expect("a list") {
            let seat = change[0].as_u64().expect("a seat");
            map.insert(seat, change[1].as_str().expect("a letter").to_owned());
        }
        let there = olga.get(&format!("/events/{event}/history/{number}")).await.expect(200);
        assert_eq!((&there["statuses"], &there["at"]), (&json!(letters(&map)), &frame["at"]));
    }
    let now = olga.get(&format!("/events/{event}/availability")).await.expect(200);
    assert_eq!((&now["statuses"], &now["version"]), (&json!(letters(&map)), &json!(frames.len())));
    let beyond = format!("/events/{event}/history/{}", frames.len() + 1);
    olga.get(&beyond).await.expect_problem(404, "not_found");
    let rest = olga.get(&format!("/events/{event}/history?since=99999999")).await.expect(200);
    assert_eq!(rest["frames"], json!([]));
    for wrong in ["limit=0", "limit=10001", "since=x"] {
        let path = format!("/events/{event}/history?{wrong}");
        olga.get(&path).await.expect_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn a_page_never_ends_within_a_version() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60_000).await;
    let olga = server.buyer("olga");
    // One version with more steps than a page has, between two with one step each.
    database
        .execute(&format!(
            "insert into seat_changes (event_id, version, ordinal, seat_index, from_status,
                                       to_status, cause, batch_id, at)
             select {event}, v, n, n, 0, 4, 'block', gen_random_uuid(), now()
             from (values (1, 0), (2, 59999), (3, 0)) as l (v, last), generate_series(0, last) n;
             update events set version = 3 where id = {event}"
        ))
        .await;
    let mut since = 0;
    for (version, changes) in [(1, 1), (2, 60_000), (3, 1)] {
        let path = format!("/events/{event}/history?since={since}");
        let page = olga.get(&path).await.expect(200);
        let frames = page["frames"].as_array().expect("a list");
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0]["changes"].as_array().map(Vec::len), Some(changes));
        assert_eq!(page["version"], version);
        since = version;
    }
}
