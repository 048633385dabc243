//! An event is changed while it is on sale.

use reqwest::Method;
use seatmap::protocol::live::message::ServerMessage;
use serde_json::{Value, json};

use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::viewer::Heard;
use crate::support::{events, invariants};

async fn amend(buyer: &Buyer, event: i64, changes: Value) -> Answer {
    buyer.patch(&format!("/events/{event}"), changes).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_named_changes_and_the_rest_stays() {
    let database = Database::new().await;
    let (here, there) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create_with(&here, 10, json!({ "description": "Long" })).await;
    let (anna, path) = (there.buyer("anna"), format!("/events/{event}"));
    let mut expected = anna.get(&path).await.expect(200);
    for changes in [
        json!({ "name": "Gala" }),
        json!({ "venue": "Opera", "description": "Short" }),
        json!({ "description": null }),
        json!({ "start_time": "2098-05-01T19:30:00Z", "end_time": "2100-05-01T22:00:00Z" }),
        json!({ "sales_start": "2020-01-01T00:00:00Z", "sales_end": "2097-01-01T00:00:00Z" }),
        json!({ "sales_start": null }),
        json!({ "orphan_rule": "strict" }),
        json!({}),
    ] {
        for (name, value) in changes.as_object().expect("an object") {
            let time = value.as_str().filter(|_| name.ends_with("_time") || name.contains("sales"));
            let time = time.map(|time| json!(time.replace('Z', ".000000Z")));
            expected[name] = time.unwrap_or_else(|| value.clone());
        }
        assert_eq!(amend(&here.buyer("o"), event, changes).await.expect(200), expected);
        assert_eq!(anna.get(&path).await.expect(200), expected);
    }
    // The rules are those of the next command, on every node.
    let refused = anna.hold(event, &["S002"]).await.expect_problem(409, "orphan");
    assert_eq!(refused["orphans"], json!(["S001"]));
    amend(&here.buyer("o"), event, json!({ "orphan_rule": "off" })).await.expect(200);
    anna.hold(event, &["S002"]).await.expect(201);
    let closed = json!({ "sales_end": "2021-01-01T00:00:00Z" });
    amend(&here.buyer("o"), event, closed).await.expect(200);
    anna.lock(event, "S005").await.expect_problem(409, "sales_closed");
    let open = json!({ "sales_end": "2097-01-01T00:00:00Z" });
    amend(&here.buyer("o"), event, open).await.expect(200);
    anna.lock(event, "S005").await.expect(200);
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_price_is_that_of_seats_not_yet_held_and_shown_to_everybody() {
    let database = Database::new().await;
    let (here, there) = (Server::start(&database).await, Server::start(&database).await);
    let prices = json!({ "band-a": 60, "band-b": 50, "band-c": 40, "band-d": 30 });
    let event = events::create_in(&here, "theatre-251", json!({ "prices": prices })).await;
    let anna = there.buyer("anna");
    let seats = ["Stalls-Left-A-1", "Stalls-Left-A-2", "Stalls-Left-A-3"];
    let price = |hold: &Value| hold["price_total"].clone();
    let held = anna.hold(event, &seats[..2]).await.expect(201);
    let ben = here.buyer("ben");
    let locked = ben.lock(event, "Stalls-Left-A-4").await.expect(200);
    let before = anna.get(&format!("/events/{event}")).await.expect(200);
    let mut viewer = there.viewer(event).await;
    let changed = amend(&here.buyer("o"), event, json!({ "prices": { "band-b": "70.50" } })).await;
    let changed = changed.expect(200);
    assert_eq!(changed["prices"]["band-b"], "70.50");
    assert_eq!(changed["prices"]["band-a"], "60.00");
    assert_eq!((&changed["version"], &changed["epoch"]), (&before["version"], &before["epoch"]));
    assert_ne!(changed["layout"], before["layout"]);
    loop {
        match viewer.hear().await {
            Heard::Message(ServerMessage::Hello(hello)) => {
                assert_eq!(changed["layout"], &*hello.layout);
                break;
            }
            Heard::Message(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let path =
        format!("/events/{event}/seatmap?layout={}", changed["layout"].as_str().expect("it"));
    let map = anna.get(&path).await.expect(200);
    let of = |map: &Value, key: &str| {
        let categories = map["categories"].as_array().expect("a list").clone();
        categories.into_iter().find(|category| category["key"] == key).expect("it")["price"].clone()
    };
    assert_eq!((of(&map, "band-b"), of(&map, "band-a")), (json!("70.50"), json!("60.00")));
    let later = anna.hold(event, &seats[2..]).await.expect(201);
    assert_eq!((price(&held), price(&later)), (json!("100.00"), json!("70.50")));
    // Whoever held before reads the old price, seat by seat, in every answer.
    assert_eq!(held["prices"], json!(["50.00", "50.00"]));
    assert_eq!(later["prices"], json!(["70.50"]));
    let path = format!("/holds/{}", held["id"].as_str().expect("an id"));
    let list = anna.get(&format!("/holds?event_id={event}")).await.expect(200);
    let longer = anna.patch(&path, json!({ "extend_seconds": 1 })).await.expect(200);
    for hold in [&anna.get(&path).await.expect(200), &list["items"][0], &longer] {
        assert_eq!((&hold["seats"], &hold["prices"]), (&held["seats"], &held["prices"]));
    }
    let again = ben.lock(event, "Stalls-Left-A-4").await.expect(200);
    assert_eq!((&locked["price"], &again["price"]), (&json!("50.00"), &json!("50.00")));
    let booked = anna.post("/bookings", json!({ "event_id": event, "hold_id": held["id"] })).await;
    assert_eq!(booked.expect(201)["total_amount"], "100.00");
    let all = amend(&here.buyer("o"), event, json!({ "price": 1 })).await.expect(200);
    assert!(all["prices"].as_object().expect("prices").values().all(|price| price == "1.00"));
    invariants::hold(&database).await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_names_the_field() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    let before = anna.get(&format!("/events/{event}")).await.expect(200);
    for (changes, field) in [
        (json!({ "name": " " }), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "venue": "x".repeat(201) }), "venue"),
        (json!({ "description": "\u{7}" }), "description"),
        (json!({ "start_time": "2099-05-01T22:00:00Z" }), "start_time"),
        (json!({ "end_time": "2099-05-01T19:30:00Z" }), "end_time"),
        (json!({ "sales_start": "2099-05-01T19:30:00Z" }), "sales_start"),
        (
            json!({ "sales_start": "2021-01-01T00:00:00Z", "sales_end": "2020-01-01T00:00:00Z" }),
            "sales_end",
        ),
        (json!({ "orphan_rule": "never" }), "orphan_rule"),
        (json!({ "price": -1 }), "price"),
        (json!({ "prices": { "balcony": 1 } }), "prices.balcony"),
        (json!({ "price": 1, "prices": {} }), "prices"),
        (json!({ "total_tickets": 5 }), "total_tickets"),
    ] {
        let problem = amend(&anna, event, changes.clone()).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{changes}");
    }
    assert_eq!(anna.get(&format!("/events/{event}")).await.expect(200), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_a_key_the_first_answer_stands() {
    let database = Database::new().await;
    let (here, there) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&here, 10).await;
    let path = format!("/events/{event}");
    let (anna, bob) = (here.buyer("anna"), there.buyer("bob"));
    let keyed = async |buyer: &Buyer, changes: Value, key: &str| {
        let request = buyer.request(Method::PATCH, &path).json(&changes);
        buyer.send(request.header("idempotency-key", key)).await
    };
    let renamed = keyed(&anna, json!({ "name": "Gala" }), "k1").await.expect(200);
    let wrong = keyed(&anna, json!({ "start_time": "2099-05-01T22:00:00Z" }), "k2").await;
    let wrong = wrong.expect_problem(422, "invalid");
    amend(&bob, event, json!({ "name": "Ball", "end_time": "2100-01-01T00:00:00Z" }))
        .await
        .expect(200);
    for node in [&here, &there] {
        let anna = anna.at(node.address);
        assert_eq!(keyed(&anna, json!({ "name": "Gala" }), "k1").await.expect(200), renamed);
        let again = keyed(&anna, json!({ "start_time": "2099-05-01T22:00:00Z" }), "k2").await;
        assert_eq!(again.expect_problem(422, "invalid")["errors"], wrong["errors"]);
        let other = keyed(&anna, json!({ "name": "Other" }), "k1").await;
        other.expect_problem(422, "idempotency_key_reused");
        // A key stands for one request of the event, whatever kind it is of.
        let holds = format!("{path}/holds");
        let hold = || json!({ "seats": ["S001"] });
        let held = anna.post_with_key(&holds, hold(), "k1").await;
        held.expect_problem(422, "idempotency_key_reused");
        anna.post_with_key(&holds, hold(), "k3").await.expect(201);
        keyed(&anna, json!({ "name": "X" }), "k3")
            .await
            .expect_problem(422, "idempotency_key_reused");
    }
    assert_eq!(anna.get(&path).await.expect(200)["name"], "Ball");
    keyed(&bob, json!({ "name": "Bob's" }), "k1").await.expect(200);
    invariants::hold(&database).await;
}
