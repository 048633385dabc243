//! Several servers, large maps, and finding a request in the log.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{count, version};
use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// Claim 20 of the contract.
#[tokio::test]
async fn the_answers_request_id_is_in_the_log() {
    let database = Database::new().await;
    let process = Process::start(&database, &[]);
    let anna = process.buyer("anna");
    let mut ids = Vec::new();
    for (own, kept) in [
        (None, false),
        (Some("order-7.a:b_C"), true),
        (Some("two words"), false),
        (Some("\"quoted\""), false),
        (Some(&*"x".repeat(300)), false),
    ] {
        let mut request = anna.request(Method::GET, "/events/12345");
        if let Some(own) = own {
            request = request.header("x-request-id", own);
        }
        let answer = anna.send(request).await;
        let id = answer.headers["x-request-id"].to_str().expect("text").to_owned();
        let problem = answer.expect_problem(404, "not_found");
        assert_eq!(problem["request_id"], id.as_str());
        assert_eq!(own == Some(&id), kept, "{own:?} became {id}");
        ids.push(id);
    }
    let mut log = Vec::new();
    eventually("their lines in the log", || {
        log.extend(process.log());
        let logged = |id: &String| log.iter().any(|line: &String| line.contains(id));
        std::future::ready(ids.iter().all(logged))
    })
    .await;
}

/// Claim 23 of the contract.
#[tokio::test]
async fn several_servers_on_one_database_behave_as_one() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 20).await;
    let (here, there) = (one.buyer("anna"), one.buyer("anna").at(other.address));
    let hold = here.hold(event, &["S001", "S002"]).await.expect(201);
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    for buyer in [&here, &there] {
        assert_eq!(buyer.get(&path).await.expect(200), hold);
        assert_eq!(buyer.map(event).await["S001"], "locked");
    }
    one.buyer("ben")
        .at(other.address)
        .lock(event, "S001")
        .await
        .expect_problem(409, "seats_unavailable");
    assert_eq!(there.lock(event, "S001").await.expect(200)["hold_id"], hold["id"]);
    let booking = there.book(event, 2).await.expect(201);
    let path = format!("/bookings/{}", booking["id"]);
    assert_eq!(here.get(&path).await.expect(200), booking);
    let sold = here.confirm(&booking["id"], "paid").await.expect(200);
    assert_eq!(there.get(&path).await.expect(200), sold);
    assert_eq!(count(&there, event).await["sold"], 2);
    let cancelled = there.cancel(&booking["id"]).await.expect(200);
    let read = here.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(version(&read), version(&cancelled));
    assert_eq!(count(&here, event).await["available"], 20);
    invariants::hold(&database).await;
}

/// Claim 23 of the contract: a session opened at one node is known at the other.
#[tokio::test]
async fn a_guest_session_is_good_at_every_node() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&one, 20).await;
    let nobody = crate::support::buyer::Buyer::nameless(one.address);
    let session = nobody.post("/sessions", json!({})).await.expect(201);
    let token = session["token"].as_str().expect("a token");
    let lock = |seat: &str| format!("/events/{event}/seats/{seat}/lock");
    let first = nobody.request(Method::POST, &lock("S001")).bearer_auth(token);
    nobody.send(first).await.expect(200);
    let there = nobody.at(other.address);
    let second = there.request(Method::POST, &lock("S002")).bearer_auth(token);
    there.send(second).await.expect(200);
    let owners: i64 = database.value("select count(distinct user_id) from holds").await;
    assert_eq!(owners, 1);
}

/// Claim 23 of the contract: what is made on first sight is made once, wherever it is seen.
#[tokio::test]
async fn first_sights_at_several_nodes_are_of_the_same_thing() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    // The same number of seats: they share a chart, made by whoever comes first.
    let made = join_all((0..8).map(|n: usize| events::create(&nodes[n % 2], 77))).await;
    assert_eq!(database.value::<i64>("select count(distinct chart_id) from events").await, 1);
    let locks = (0..8).map(|n: usize| {
        let (buyer, event) = (nodes[n % 2].buyer("anna"), made[n]);
        async move { buyer.lock(event, "S001").await.expect(200) }
    });
    join_all(locks).await;
    assert_eq!(database.value::<i64>("select count(distinct user_id) from holds").await, 1);
    invariants::hold(&database).await;
}

/// Claim 24 of the contract.
#[tokio::test]
async fn reads_of_a_whole_map_are_complete_and_in_seat_order() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let prices = json!({
        "category-1": "149.00", "category-2": "115.00", "category-3": "89.00",
        "category-4": "64.50", "restricted": "45.50",
    });
    let event = events::create_in(&server, "arena-18000", json!({ "prices": prices })).await;
    let anna = server.buyer("anna");
    let all = anna.get(&format!("/events/{event}/tickets/all")).await.expect(200);
    let tickets = all["items"].as_array().expect("a list");
    assert_eq!((tickets.len(), &all["total"]), (18_000, &json!(18_000)));
    let map = anna.get(&format!("/events/{event}/seatmap")).await.expect(200);
    for column in ["x", "y", "category", "number", "flags"] {
        assert_eq!(map[column].as_array().expect("a column").len(), 18_000, "{column}");
    }
    let mut labels = std::collections::BTreeSet::new();
    for (at, ticket) in tickets.iter().enumerate() {
        assert_eq!(ticket["seat_index"], at);
        assert_eq!(ticket["id"], event * 1_000_000 + at as i64);
        assert_eq!(ticket["number"], map["number"][at]);
        let category = &map["categories"][map["category"][at].as_u64().expect("one") as usize];
        assert_eq!((&ticket["category"], &ticket["price"]), (&category["key"], &category["price"]));
        labels.insert(ticket["seat_no"].as_str().expect("a label"));
    }
    assert_eq!(labels.len(), 18_000);
    taken_seats_are_left_out(&anna, event, tickets).await;
}

async fn taken_seats_are_left_out(
    anna: &crate::support::buyer::Buyer,
    event: i64,
    tickets: &[Value],
) {
    let taken = [0, 9_000, 17_999].map(|at: usize| tickets[at]["seat_no"].as_str().expect("one"));
    let held = anna.hold(event, &taken).await.expect(201);
    let free = anna.get(&format!("/events/{event}/tickets")).await.expect(200);
    assert_eq!((&free["total"], &free["version"]), (&json!(17_997), &held["version"]));
    let indexes: Vec<u64> = free["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|ticket| ticket["seat_index"].as_u64().expect("an index"))
        .collect();
    let expected: Vec<u64> = (0..18_000).filter(|at| ![0, 9_000, 17_999].contains(at)).collect();
    assert_eq!(indexes, expected);
    let path = format!("/events/{event}/tickets/all?limit=3&offset=17998");
    let page = anna.get(&path).await.expect(200);
    assert_eq!(page["total"], 18_000);
    assert_eq!(page["items"].as_array().expect("a list").len(), 2);
    assert_eq!(page["items"][1]["status"], "locked");
}
