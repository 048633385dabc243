//! An event moves to another chart: seats are numbered anew, and nobody loses one or gets another's.

mod organisers;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use seatmap::protocol::live::Format;
use seatmap::protocol::live::message::ServerMessage;
use serde_json::{Value, json};

use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::viewer::{Heard, Viewer};
use crate::support::{events, eventually, invariants};

/// Rows with their first number, how many seats, and category.
type Rows<'a> = &'a [(&'a str, u32, u32, &'a str)];

const SMALL: Rows<'_> = &[("A", 1, 6, "a"), ("B", 1, 4, "b")];

/// Everything lies elsewhere: another row comes first, A begins with a new seat and lacks the last.
const LARGE: Rows<'_> = &[("C", 1, 3, "c"), ("A", 0, 6, "a"), ("B", 1, 8, "b")];

fn document(name: &str, rows: Rows<'_>) -> Value {
    let keys: std::collections::BTreeSet<&str> = rows.iter().map(|(.., key)| *key).collect();
    let category = |key: &&str| json!({ "key": key, "label": key, "color": "#112233" });
    let row = |(at, (label, first, count, key)): (usize, &(&str, u32, u32, &str))| {
        json!({
            "label": label, "at": [0, at * 100], "count": count, "category": key,
            "numbering": { "start": first },
        })
    };
    json!({
        "format": "seatmap.chart.v1",
        "name": name,
        "categories": keys.iter().map(category).collect::<Vec<_>>(),
        "sections": [{ "label": "H", "rows": rows.iter().enumerate().map(row).collect::<Vec<_>>() }],
    })
}

/// Brings in a chart; returns its id.
async fn chart(server: &Server, name: &str, rows: Rows<'_>) -> i64 {
    let made = server.buyer("organiser").post("/charts", document(name, rows)).await.expect(201);
    made["id"].as_i64().expect("an id")
}

async fn event_of(server: &Server, chart: i64, changes: Value) -> i64 {
    let mut body = events::body(1);
    let object = body.as_object_mut().expect("an object");
    object.remove("total_tickets");
    object.remove("price");
    object.insert("chart_id".to_owned(), json!(chart));
    object.insert("prices".to_owned(), json!({ "a": "30.00", "b": "20.00" }));
    for (name, value) in changes.as_object().expect("an object") {
        object.insert(name.clone(), value.clone());
    }
    let made = server.buyer("organiser").post("/events", body).await.expect(201);
    made["id"].as_i64().expect("an id")
}

async fn move_to(buyer: &Buyer, event: i64, chart: i64, prices: Value) -> Answer {
    let body = json!({ "chart_id": chart, "prices": prices });
    buyer.put(&format!("/events/{event}/chart"), body).await
}

/// The layout of the next hello.
async fn greeted_anew(viewer: &mut Viewer) -> (String, u32) {
    loop {
        match viewer.hear().await {
            Heard::Message(ServerMessage::Hello(hello)) => {
                let hello = (hello.layout.to_string(), hello.seats);
                assert!(viewer.hear_until(|v| v.follower.position().is_some()).await);
                return hello;
            }
            Heard::Message(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What the viewer shows, by label.
async fn shown(viewer: &Viewer, buyer: &Buyer) -> BTreeMap<String, String> {
    let tickets = buyer.get(&format!("/events/{}/tickets/all", viewer.event)).await.expect(200);
    let label = |ticket: &Value| ticket["seat_no"].as_str().expect("a label").to_owned();
    let labels = tickets["items"].as_array().expect("a list").iter().map(label);
    let statuses = viewer.follower.statuses().iter().map(|status| status.name().to_owned());
    labels.zip(statuses).collect()
}

/// What people have of an event, before it moves.
struct Stage {
    event: i64,
    anna: Buyer,
    bob: Buyer,
    hold: Value,
    sold: Value,
    pending: Value,
    /// A booking and a hold that are over, of a seat that the other chart lacks.
    cancelled: Value,
    released: String,
}

impl Stage {
    /// Anna buys at one node, Bob at the other.
    async fn set(here: &Server, there: &Server, chart: i64) -> Self {
        let event = event_of(here, chart, json!({})).await;
        let (anna, bob) = (here.buyer("anna"), there.buyer("bob"));
        let hold = anna.hold(event, &["H-A-3", "H-B-2", "H-A-2"]).await.expect(201);
        let sold = book(&bob, event, &["H-A-1", "H-B-1"]).await;
        bob.confirm(&sold["id"], "paid").await.expect(200);
        let pending = book(&bob, event, &["H-A-4"]).await;
        let cancelled = book(&bob, event, &["H-A-6"]).await;
        bob.cancel(&cancelled["id"]).await.expect(200);
        let released = anna.hold(event, &["H-A-6"]).await.expect(201);
        let released = format!("/holds/{}", released["id"].as_str().expect("an id"));
        assert_eq!(anna.delete(&released).await.status, 204);
        let blocked = json!({ "seats": ["H-B-4"] });
        anna.post(&format!("/events/{event}/block"), blocked).await.expect(200);
        Self { event, anna, bob, hold, sold, pending, cancelled, released }
    }

    /// Buying goes on where it was, at the node that was not asked to move.
    async fn go_on(&self, here: &Server, moved: &Value) {
        let Self { event, anna, hold, .. } = self;
        let map = anna.get(&format!("/events/{event}/seatmap")).await.expect(200);
        assert_eq!(map["layout"], moved["layout"]);
        assert_eq!(anna.lock(*event, "H-C-3").await.expect(200)["seat_no"], "H-C-3");
        anna.lock(*event, "H-A-6").await.expect_problem(404, "not_found");
        let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
        let read = anna.get(&path).await.expect(200);
        assert_eq!(labels(&read["seats"]), labels(&hold["seats"]));
        assert_eq!(read["price_total"], "80.00");
        anna.unlock(*event, "H-A-2").await.expect(200);
        let rest = json!({ "event_id": event, "hold_id": hold["id"] });
        let booked = anna.post("/bookings", rest).await.expect(201);
        assert_eq!(labels(&booked["seat_nos"]), ["H-A-3", "H-B-2"]);
        let bob = self.bob.at(here.address);
        let paid = bob.confirm(&self.pending["id"], "paid").await.expect(200);
        assert_eq!(paid["seat_nos"], json!(["H-A-4"]));
        bob.cancel(&self.sold["id"]).await.expect(200);
    }

    /// What was over before is told of in the words of its time.
    async fn assert_told_as_it_was(&self, here: &Server) {
        let (bob, id) = (self.bob.at(here.address), &self.cancelled["id"]);
        for answer in [bob.get(&format!("/bookings/{id}")).await, bob.cancel(id).await] {
            let answer = answer.expect(200);
            assert_eq!(answer["seat_nos"], json!(["H-A-6"]));
            assert_eq!(answer["status"], "cancelled");
        }
        let released = self.anna.get(&self.released).await.expect(200);
        assert_eq!(released["seats"], json!(["H-A-6"]));
    }
}

/// A list of labels, in their order.
fn labels(value: &Value) -> Vec<String> {
    let mut labels: Vec<String> = serde_json::from_value(value.clone()).expect("a list of labels");
    labels.sort();
    labels
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_keeps_their_seats_by_label_and_every_map_is_shown_anew() {
    let database = Database::new().await;
    let (here, there) = (Server::start(&database).await, Server::start(&database).await);
    let (small, large) = (chart(&here, "S", SMALL).await, chart(&here, "L", LARGE).await);
    let stage = Stage::set(&here, &there, small).await;
    let (event, anna) = (stage.event, &stage.anna);
    let mut viewers = [
        here.viewer(event).await,
        Viewer::open_as(there.address, event, Format::Json, None).await.expect("a viewer"),
    ];
    let away = there.viewer(event).await.drop_connection();
    let before = anna.get(&format!("/events/{event}")).await.expect(200);
    let moved = move_to(&stage.bob, event, large, json!({ "c": "50.00" })).await.expect(200);
    assert_eq!(moved["prices"], json!({ "a": "30.00", "b": "20.00", "c": "50.00" }));
    assert_eq!((&moved["chart_id"], &moved["total_tickets"]), (&json!(large), &json!(17)));
    let version = before["version"].as_u64().expect("a version") + 1;
    assert_eq!(moved["version"], version);
    assert_ne!((&moved["epoch"], &moved["layout"]), (&before["epoch"], &before["layout"]));
    let expected: BTreeMap<String, String> = there.buyer("x").map(event).await;
    let taken = expected.iter().filter(|(_, status)| *status != "available");
    let taken: Vec<(&str, &str)> = taken.map(|(l, s)| (l.as_str(), s.as_str())).collect();
    let (locked, reserved, sold) = ("locked", "reserved", "sold");
    let kept = [("H-A-1", sold), ("H-A-2", locked), ("H-A-3", locked), ("H-A-4", reserved)];
    assert_eq!(taken[..4], kept);
    assert_eq!(taken[4..], [("H-B-1", sold), ("H-B-2", locked), ("H-B-4", "blocked")]);
    for viewer in &mut viewers {
        let (layout, seats) = greeted_anew(viewer).await;
        assert_eq!((layout, seats), (moved["layout"].as_str().expect("a name").to_owned(), 17));
        assert_eq!(shown(viewer, anna).await, expected);
    }
    let back = Viewer::open_as(there.address, event, Format::Binary, Some(away)).await;
    let mut back = back.expect("a viewer");
    greeted_anew(&mut back).await;
    assert_eq!(shown(&back, anna).await, expected);
    stage.go_on(&here, &moved).await;
    stage.assert_told_as_it_was(&here).await;
    let log = anna.get(&format!("/events/{event}/changes?limit=1000")).await.expect(200);
    assert_logged(&log, version);
    let now = anna.get(&format!("/events/{event}")).await.expect(200);
    for viewer in &mut viewers {
        viewer.reach(now["version"].as_u64().expect("a version")).await;
        assert_eq!(shown(viewer, anna).await, anna.map(event).await);
    }
    invariants::hold(&database).await;
}

/// The log tells by label that taken seats went and came in the version of the move.
#[track_caller]
fn assert_logged(log: &Value, version: u64) {
    let mut net: BTreeMap<&str, i32> = BTreeMap::new();
    for change in log["items"].as_array().expect("a list") {
        let label = change["seat_no"].as_str().expect("a label");
        if change["version"] == version {
            assert_eq!(change["cause"], "chart");
            assert!(change["request_id"].is_string(), "{change}");
            let taken = |status: &Value| i32::from(status != "available");
            *net.entry(label).or_default() += taken(&change["to"]) - taken(&change["from"]);
        } else {
            assert_ne!(change["cause"], "chart");
        }
    }
    let moved = ["H-A-1", "H-A-2", "H-A-3", "H-A-4", "H-B-1", "H-B-2", "H-B-4"];
    assert_eq!(net, moved.map(|label| (label, 0)).into());
}

async fn book(buyer: &Buyer, event: i64, seats: &[&str]) -> Value {
    buyer.hold(event, seats).await.expect(201);
    buyer.post("/bookings", json!({ "event_id": event, "seats": seats })).await.expect(201)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chart_that_lacks_taken_seats_is_refused_and_names_them() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let (small, large) = (chart(&server, "S", SMALL).await, chart(&server, "L", LARGE).await);
    let event = event_of(&server, large, json!({ "prices": { "a": 1, "b": 2, "c": 3 } })).await;
    let anna = server.buyer("anna");
    let at = format!("/events/{event}");
    anna.hold(event, &["H-A-1", "H-B-8", "H-A-0"]).await.expect(201);
    let booking = book(&anna, event, &["H-C-2"]).await;
    anna.confirm(&booking["id"], "paid").await.expect(200);
    anna.post(&format!("{at}/block"), json!({ "seats": ["H-B-7", "H-B-1"] })).await.expect(200);
    let before = anna.get(&at).await.expect(200);
    let problem =
        move_to(&anna, event, small, json!({})).await.expect_problem(409, "seats_missing");
    let conflict = |(label, status)| json!({ "seat_no": label, "status": status });
    let expected =
        [("H-C-2", "sold"), ("H-A-0", "locked"), ("H-B-7", "blocked"), ("H-B-8", "locked")];
    assert_eq!(problem["conflicts"], json!(expected.map(conflict)));
    assert_eq!(anna.get(&at).await.expect(200), before, "nothing happened");
    // To the chart it has is no move, a chart that isn't there no chart, and prices must be known.
    let same = move_to(&anna, event, large, json!({})).await.expect(200);
    assert_eq!(same, before);
    let other = move_to(&anna, event, 999_999, json!({})).await.expect_problem(422, "invalid");
    assert_eq!(other["errors"][0]["field"], "chart_id");
    let other = move_to(&anna, event, large, json!({ "d": "1.00" })).await;
    assert_eq!(other.expect_problem(422, "invalid")["errors"][0]["field"], "prices.d");
    let event = event_of(&server, small, json!({})).await;
    let other = move_to(&anna, event, large, json!({})).await.expect_problem(422, "invalid");
    assert_eq!(other["errors"][0]["field"], "prices.c");
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_over_stands_in_nobodys_way_and_comes_back_only_where_its_seats_are() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let (small, large) = (chart(&server, "S", SMALL).await, chart(&server, "L", LARGE).await);
    let event = event_of(&server, small, json!({ "lock_seconds": 1, "booking_seconds": 1 })).await;
    let anna = server.buyer("anna");
    let (kept, gone) =
        (book(&anna, event, &["H-A-5"]).await, book(&anna, event, &["H-A-6", "H-B-1"]).await);
    let held = anna.hold(event, &["H-A-1"]).await.expect(201);
    let over = "select clock_timestamp() >= greatest((select max(expires_at) from holds),
                                                     (select max(expires_at) from bookings))";
    eventually("their end", || database.value::<bool>(over)).await;
    move_to(&anna, event, large, json!({ "c": 1 })).await.expect(200);
    let read =
        anna.get(&format!("/holds/{}", held["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!((&read["status"], &read["seats"]), (&json!("expired"), &json!(["H-A-1"])));
    let late = anna.confirm(&kept["id"], "late").await.expect(200);
    assert_eq!((&late["status"], &late["seat_nos"]), (&json!("confirmed"), &json!(["H-A-5"])));
    assert_eq!(anna.map(event).await["H-A-5"], "sold");
    anna.confirm(&gone["id"], "late").await.expect_problem(409, "booking_expired");
    let read = anna.get(&format!("/bookings/{}", gone["id"])).await.expect(200);
    assert_eq!(read["seat_nos"], json!(["H-A-6", "H-B-1"]));
    let all = anna.get(&format!("/bookings?event_id={event}")).await.expect(200);
    assert_eq!(all["total"], 2);
    invariants::hold(&database).await;
    // And back again.
    move_to(&anna, event, small, json!({})).await.expect(200);
    let read = anna.get(&format!("/bookings/{}", kept["id"])).await.expect(200);
    assert_eq!(read["seat_nos"], json!(["H-A-5"]));
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_under_a_key_is_the_same_after_a_move() {
    let database = Database::new().await;
    let (here, there) = (Server::start(&database).await, Server::start(&database).await);
    let (small, large) = (chart(&here, "S", SMALL).await, chart(&here, "L", LARGE).await);
    let event = event_of(&here, small, json!({})).await;
    let path = format!("/events/{event}/holds");
    let anna = here.buyer("anna");
    let hold = |buyer: Buyer, seats: Value, key| {
        let path = path.clone();
        async move { buyer.post_with_key(&path, json!({ "seats": seats }), key).await }
    };
    let held = hold(anna.clone(), json!(["H-B-2"]), "k1").await.expect(201);
    hold(here.buyer("bob"), json!(["H-B-2"]), "k2").await.expect_problem(409, "seats_unavailable");
    hold(anna.clone(), json!(["H-C-1"]), "k3").await.expect_problem(422, "invalid");
    move_to(&there.buyer("o"), event, large, json!({ "c": 1 })).await.expect(200);
    for node in [&here, &there] {
        let anna = anna.at(node.address);
        assert_eq!(hold(anna.clone(), json!(["H-B-2"]), "k1").await.expect(201), held);
        let refused = hold(node.buyer("bob"), json!(["H-B-2"]), "k2").await;
        let refused = refused.expect_problem(409, "seats_unavailable");
        assert_eq!(refused["conflicts"], json!([{ "seat_no": "H-B-2", "status": "locked" }]));
        hold(anna.clone(), json!(["H-C-1"]), "k3").await.expect_problem(422, "invalid");
        hold(anna, json!(["H-C-2"]), "k1").await.expect_problem(422, "idempotency_key_reused");
    }
    invariants::hold(&database).await;
}

/// Locks one seat after the other and gives it back; returns how many it had.
async fn buy_until(stop: Arc<AtomicBool>, buyer: Buyer, event: i64, number: u32) -> u32 {
    let mut bought = 0;
    let running = |_: &u32| !stop.load(Ordering::Relaxed);
    for turn in (0..).take_while(running) {
        let row = if turn % 2 == 0 { "A" } else { "B" };
        let label = format!("H-{row}-{}", (turn * 7 + number * 5) % 30 + 1);
        let answer = buyer.lock(event, &label).await;
        if answer.status != 200 {
            assert_eq!(answer.code(), "seats_unavailable", "{}", answer.body);
            continue;
        }
        assert_eq!(answer.body["seat_no"], label.as_str());
        let hold = answer.body["hold_id"].as_str().expect("an id").to_owned();
        let read = buyer.get(&format!("/holds/{hold}")).await.expect(200);
        assert_eq!(read["seats"], json!([label]));
        let given = buyer.unlock(event, &label).await.expect(200);
        assert_eq!(given["seat_no"], label.as_str());
        bought += 1;
    }
    bought
}

/// How often the event goes to and fro while people buy.
const MOVES: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_another_seat_than_asked_for_while_the_event_moves_to_and_fro() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    let small: Rows<'_> = &[("A", 1, 30, "a"), ("B", 1, 30, "b")];
    let turned: Rows<'_> = &[("B", 1, 30, "b"), ("A", 1, 30, "a")];
    let charts = [chart(&nodes[0], "S", small).await, chart(&nodes[0], "T", turned).await];
    let event = event_of(&nodes[0], charts[0], json!({ "max_seats_per_user": 100 })).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut buyers = tokio::task::JoinSet::new();
    for (number, node) in (0..6_u32).zip(nodes.iter().cycle()) {
        let buyer = node.buyer(&format!("buyer-{number}"));
        buyers.spawn(buy_until(Arc::clone(&stop), buyer, event, number));
    }
    let mut viewer = nodes[1].viewer(event).await;
    for turn in 1..=MOVES {
        let organiser = nodes[turn % 2].buyer("organiser");
        move_to(&organiser, event, charts[turn % 2], json!({})).await.expect(200);
    }
    stop.store(true, Ordering::Relaxed);
    let mut bought = 0;
    while let Some(buyer) = buyers.join_next().await {
        bought += buyer.expect("no surprise");
    }
    assert!(bought > 0, "somebody bought something");
    let organiser = nodes[0].buyer("organiser");
    let now = organiser.get(&format!("/events/{event}")).await.expect(200);
    let (epoch, version) = (now["epoch"].as_str(), now["version"].as_u64());
    let there = |viewer: &Viewer| {
        let at = viewer.follower.position();
        at.is_some_and(|at| (Some(at.epoch.as_str()), Some(at.version)) == (epoch, version))
    };
    assert!(viewer.hear_until(there).await, "the connection stays");
    assert_eq!(shown(&viewer, &organiser).await, organiser.map(event).await);
    invariants::hold(&database).await;
}

/// A chart of one table of four.
async fn chart_of_table(server: &Server, sale: &str) -> i64 {
    let seats = json!({ "at": [0, 0], "count": 4, "radius": 60 });
    let table = json!({ "label": "T1", "sale": sale, "seats": seats });
    let document = json!({
        "format": "seatmap.chart.v1",
        "name": format!("A table sold by {sale}"),
        "categories": [{ "key": "a", "label": "a", "color": "#112233" }],
        "sections": [{ "label": "H", "tables": [table] }],
    });
    let made = server.buyer("organiser").post("/charts", document).await.expect(201);
    made["id"].as_i64().expect("an id")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_a_table_is_not_confirmed_late_once_it_is_sold_whole() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let (loose, whole) =
        (chart_of_table(&server, "seat").await, chart_of_table(&server, "whole").await);
    let settings = json!({ "prices": { "a": "30.00" }, "booking_seconds": 1 });
    let event = event_of(&server, loose, settings).await;
    let (anna, ben, olga) = (server.buyer("anna"), server.buyer("ben"), server.buyer("olga"));
    let over = "select clock_timestamp() >= (select max(expires_at) from bookings)";
    let all = ["T1-1", "T1-2", "T1-3", "T1-4"];
    let part = book(&anna, event, &all[..2]).await;
    eventually("its end", || database.value::<bool>(over)).await;
    let table = book(&ben, event, &all).await;
    eventually("its end", || database.value::<bool>(over)).await;
    move_to(&olga, event, whole, json!({})).await.expect(200);
    anna.confirm(&part["id"], "late").await.expect_problem(409, "booking_expired");
    let read = anna.get(&format!("/bookings/{}", part["id"])).await.expect(200);
    assert_eq!(read["seat_nos"], json!(all[..2]));
    ben.confirm(&table["id"], "late").await.expect(200);
    assert_eq!(ben.map(event).await["T1-4"], "sold");
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_table_of_which_somebody_has_a_part_is_not_moved_to_be_sold_whole() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let (loose, whole) =
        (chart_of_table(&server, "seat").await, chart_of_table(&server, "whole").await);
    let event = event_of(&server, loose, json!({ "prices": { "a": "30.00" } })).await;
    let (anna, ben, olga) = (server.buyer("anna"), server.buyer("ben"), server.buyer("olga"));
    let refused = async || {
        let answer = move_to(&olga, event, whole, json!({})).await;
        let problem = answer.expect_problem(409, "seats_missing");
        let conflicts = problem["conflicts"].as_array().expect("conflicts").clone();
        conflicts.iter().map(|conflict| conflict["seat_no"].clone()).collect::<Vec<_>>()
    };
    let holds = format!("/events/{event}/holds");
    anna.post(&holds, json!({ "seats": ["T1-1"] })).await.expect(201);
    assert_eq!(refused().await, ["T1-1"]);
    ben.post(&holds, json!({ "seats": ["T1-2", "T1-3", "T1-4"] })).await.expect(201);
    assert_eq!(refused().await, ["T1-1", "T1-2", "T1-3", "T1-4"], "shared");
    anna.unlock(event, "T1-1").await.expect(200);
    assert_eq!(refused().await, ["T1-2", "T1-3", "T1-4"]);
    for seat in ["T1-2", "T1-3", "T1-4"] {
        ben.unlock(event, seat).await.expect(200);
    }
    let hold = ben.post(&holds, json!({ "tables": ["T1"] })).await.expect(201);
    move_to(&olga, event, whole, json!({})).await.expect(200);
    let body = json!({ "event_id": event, "hold_id": hold["id"] });
    assert_eq!(ben.post("/bookings", body).await.expect(201)["quantity"], 4);
    invariants::hold(&database).await;
}
