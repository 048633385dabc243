//! What organisers are told of an event that has moved to another chart.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Rows, SMALL, book, chart, event_of, move_to};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::invariants;
use crate::support::server::Server;

/// Rows in the other order; A begins with a new seat and lacks the last.
const TURNED: Rows<'_> = &[("B", 1, 8, "b"), ("A", 0, 6, "a")];

/// An event that has moved, with two seats sold and one called off before.
struct Moved {
    server: Server,
    olga: Buyer,
    event: i64,
    sold: Value,
    off: Value,
    /// Since when the visitor on H-B-1 is in.
    since: Value,
    /// The version of the move.
    version: u64,
}

impl Moved {
    async fn set(database: &Database) -> Self {
        let server = Server::start(database).await;
        let (small, turned) = (chart(&server, "S", SMALL).await, chart(&server, "T", TURNED).await);
        let event = event_of(&server, small, json!({})).await;
        let (anna, olga) = (server.buyer("anna"), server.buyer("olga"));
        let sold = book(&anna, event, &["H-A-1", "H-B-1"]).await;
        let off = book(&anna, event, &["H-A-6"]).await;
        for booking in [&sold, &off] {
            anna.confirm(&booking["id"], "paid").await.expect(200);
        }
        anna.cancel(&off["id"]).await.expect(200);
        let door = format!("/bookings/{}/check-in", sold["id"]);
        let inside = olga.post(&door, json!({ "seats": ["H-B-1"] })).await.expect(200);
        assert_eq!(inside["checked_in"].as_array().map(Vec::len), Some(1));
        let moved = move_to(&olga, event, turned, json!({})).await.expect(200);
        let version = moved["version"].as_u64().expect("a version");
        let since = inside["checked_in"][0]["at"].clone();
        Self { server, olga, event, sold, off, since, version }
    }

    async fn of_event(&self, rest: &str) -> Value {
        self.olga.get(&format!("/events/{}/{rest}", self.event)).await.expect(200)
    }
}

#[tokio::test]
async fn who_is_in_stays_in_on_the_same_seat() {
    let database = Database::new().await;
    let moved = Moved::set(&database).await;
    let Moved { server, olga, event, sold, off, since, .. } = &moved;
    let reference = sold["booking_ref"].as_str().expect("one");
    let found = olga.get(&format!("/bookings?event_id={event}&ref={reference}")).await.expect(200);
    let inside = json!([{ "seat_no": "H-B-1", "at": since }]);
    let found = &found["items"][0];
    assert_eq!((&found["seat_nos"], &found["checked_in"]), (&json!(["H-B-1", "H-A-1"]), &inside));
    let door = format!("/bookings/{}/check-in", sold["id"]);
    let again = olga.post(&door, json!({ "seats": ["H-B-1"] })).await;
    assert_eq!(again.expect_problem(409, "already_checked_in")["checked_in"], inside);
    olga.post(&door, json!({ "seats": ["H-A-6"] })).await.expect_problem(422, "invalid");
    olga.post(&door, json!({ "seats": ["H-A-1"] })).await.expect(200);
    let steps = moved.of_event("check-ins").await;
    let labels: Vec<&Value> =
        steps["items"].as_array().expect("a list").iter().map(|step| &step["seat_no"]).collect();
    assert_eq!(labels, ["H-A-1", "H-B-1"]);
    let list = olga.get(&format!("/bookings?event_id={event}&all=true")).await.expect(200);
    assert_eq!(list["items"][0]["seat_nos"], json!(["H-A-6"]), "by the chart of its time");
    let url = server.url(&format!("/api/v1/events/{event}/bookings.csv"));
    let text = reqwest::get(&url).await.expect("an answer").text().await.expect("a text");
    for (booking, cells) in [(sold, ",H-B-1 H-A-1,2,50.00,EUR,paid,2"), (off, ",H-A-6,1,30.00,")] {
        let begin = format!("{},", booking["id"]);
        let line = text.lines().find(|line| line.starts_with(&begin)).expect("a line");
        assert!(line.contains(cells), "{text}");
    }
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_move_is_no_sale_and_takes_none_back() {
    let database = Database::new().await;
    let moved = Moved::set(&database).await;
    let line = moved.of_event("sales/timeline?buckets=1").await;
    let bucket = &line["buckets"][0];
    let steps = ["locked", "released", "reserved", "sold", "cancelled"].map(|name| &bucket[name]);
    assert_eq!(steps, [3, 0, 3, 3, 1]);
    assert_eq!(bucket["version"], moved.version);
    let amounts = (&bucket["sold_amount"], &bucket["cancelled_amount"]);
    assert_eq!(amounts, (&json!("80.00"), &json!("30.00")));
    let sales = moved.of_event("sales").await;
    assert_eq!((&sales["sold_amount"], &sales["checked_in"]), (&json!("50.00"), &json!(1)));
    let log = moved.of_event("changes?order=newest&limit=1").await;
    let last = &log["items"][0];
    assert_eq!((&last["cause"], &last["booking_id"]), (&json!("chart"), &moved.sold["id"]));
}

#[tokio::test]
async fn the_past_is_played_since_the_event_has_its_chart() {
    let database = Database::new().await;
    let moved = Moved::set(&database).await;
    let Moved { server, olga, event, version, .. } = &moved;
    olga.lock(*event, "H-A-0").await.expect(200);
    let played = moved.of_event("history").await;
    let now = moved.of_event("availability").await;
    let line = moved.of_event("sales/timeline").await;
    assert_eq!(line["chart_version"], *version);
    assert_eq!((&played["from"], &played["current"]), (&json!(version - 1), &now["version"]));
    let seats = played["seats"].as_u64().expect("a number");
    let mut map: BTreeMap<u64, String> = (0..seats).map(|seat| (seat, "A".to_owned())).collect();
    let frames = played["frames"].as_array().expect("a list");
    for (said, frame) in (*version..).zip(frames) {
        for change in frame["changes"].as_array().expect("a list") {
            let letter = change[1].as_str().expect("a letter").to_owned();
            assert!(map.insert(change[0].as_u64().expect("a seat"), letter).is_some(), "{frame}");
        }
        let there = moved.of_event(&format!("history/{said}")).await;
        let letters: String = map.values().map(String::as_str).collect();
        assert_eq!((&there["statuses"], &there["at"]), (&json!(letters), &frame["at"]));
        assert_eq!(frame["version"], said);
    }
    assert_eq!(now["statuses"], map.into_values().collect::<String>());
    let before = format!("/events/{event}/history/{}", version - 1);
    olga.get(&before).await.expect_problem(404, "not_found");
    // A version in which no seat changed.
    let turned = chart(server, "T", TURNED).await;
    let fresh = event_of(server, chart(server, "S", SMALL).await, json!({})).await;
    move_to(olga, fresh, turned, json!({})).await.expect(200);
    let path = format!("/events/{fresh}/history");
    let played = olga.get(&path).await.expect(200);
    assert_eq!((&played["frames"], &played["version"]), (&json!([]), &played["current"]));
    let map = olga.get(&format!("{path}/{}", played["current"])).await.expect(200);
    assert_eq!(map["statuses"], "A".repeat(14));
    assert!(map["at"].is_string(), "{map}");
}
