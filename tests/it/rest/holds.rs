//! Holds of seats that the server chooses, and the orphan rule.

use seatmap::domain::layout::SEAT_WHEELCHAIR;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

const BOOKERS: usize = 160;
const SEATS_EACH: usize = 50;

fn best(quantity: u32) -> Value {
    json!({ "best_available": { "quantity": quantity } })
}

fn seats(hold: &Value) -> Vec<String> {
    serde_json::from_value(hold["seats"].clone()).expect("labels")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rush_for_the_best_seats_sends_nobody_away_while_seats_are_free() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    let event =
        events::create_with(&nodes[0], 8_000, json!({ "max_seats_per_user": SEATS_EACH })).await;
    let path = format!("/events/{event}/holds");
    let mut bookers = JoinSet::new();
    for number in 0..BOOKERS {
        let buyer = nodes[number % 2].buyer(&format!("booker-{number}"));
        let path = path.clone();
        bookers.spawn(async move {
            let mut held = Vec::new();
            let mut together = 2;
            while held.len() < SEATS_EACH {
                let answer = buyer.post(&path, best(together)).await;
                if answer.status == 409 {
                    // In the end there are single seats only, and nobody is told otherwise.
                    let problem = answer.expect_problem(409, "not_enough_together");
                    assert_eq!((together, &problem["free"]["together"]), (2, &json!(1)));
                    together = 1;
                    continue;
                }
                held.extend(seats(&answer.expect(201)));
            }
            held
        });
    }
    let mut held: Vec<String> = bookers.join_all().await.into_iter().flatten().collect();
    assert_eq!(held.len(), 8_000, "every seat went to somebody");
    held.sort_unstable();
    held.dedup();
    assert_eq!(held.len(), 8_000, "and none to two");
    let late = nodes[1].buyer("late").post(&path, best(1)).await;
    let problem = late.expect_problem(409, "sold_out");
    assert_eq!(problem["free"], json!({ "seats": 0, "together": 0 }));
    invariants::hold(&database).await;
}

#[tokio::test]
async fn the_best_are_chosen_among_what_other_commands_and_nodes_have_left() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    let event = events::create(&nodes[0], 100).await;
    let path = format!("/events/{event}/holds");
    let [anna, ben] = [nodes[0].buyer("anna"), nodes[1].buyer("ben")];
    let first = anna.post(&path, best(2)).await.expect(201);
    let second = ben.post(&path, best(2)).await.expect(201);
    assert_ne!(first["seats"], second["seats"]);
    // What is given back on one node is the best again on the other, and is told by the log.
    anna.delete(&format!("/holds/{}", first["id"].as_str().expect("an id"))).await.expect(204);
    let third = ben.post(&path, best(2)).await.expect(201);
    assert_eq!(first["seats"], third["seats"]);
    let again = anna.post_with_key(&path, best(2), "once").await.expect(201);
    let repeated = anna.post_with_key(&path, best(2), "once").await.expect(201);
    assert_eq!(again, repeated);
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_strict_event_refuses_holds_that_leave_single_seats() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let event = events::create_with(&server, 6, json!({ "orphan_rule": "strict" })).await;
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(read["orphan_rule"], "strict");
    let tickets = anna.get(&format!("/events/{event}/tickets/all")).await.expect(200);
    let row: Vec<&Value> = tickets["items"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|ticket| ticket["row"] == "1")
        .collect();
    assert_eq!(row.len(), 3, "the hall has two rows of three");
    let problem = anna.lock(event, "S002").await.expect_problem(409, "orphan");
    assert_eq!(problem["orphans"], json!(["S001", "S003"]));
    assert_eq!(problem["alternative"], json!(["S001"]));
    let problem = anna.hold(event, &["S002", "S004"]).await.expect_problem(409, "orphan");
    assert_eq!(problem["alternative"], json!(["S001", "S004"]));
    // Two of three leave one whatever they are: that is allowed, and so is giving back.
    let hold = anna.hold(event, &["S002", "S003"]).await.expect(201);
    anna.unlock(event, "S003").await.expect(200);
    assert_eq!(hold["seats"], json!(["S002", "S003"]));
    invariants::hold(&database).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_wish_is_named() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let event = events::create(&server, 60).await;
    let path = format!("/events/{event}/holds");
    for (body, field) in [
        (best(0), "best_available.quantity"),
        (json!({}), "seats"),
        (json!({ "seats": ["S001"], "tables": ["T1"] }), "seats"),
        (json!({ "tables": ["T1"] }), "tables[0]"),
        (json!({ "areas": [{ "area": "Pit", "quantity": 1 }] }), "areas[0].area"),
        (
            json!({ "best_available": { "quantity": 1, "category": "gold" } }),
            "best_available.category",
        ),
        (
            json!({ "best_available": { "quantity": 1, "section": "Moon" } }),
            "best_available.section",
        ),
        (
            json!({ "best_available": { "quantity": 1, "accessible": 2 } }),
            "best_available.accessible",
        ),
    ] {
        let problem = anna.post(&path, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    anna.post(&path, best(11)).await.expect_problem(409, "seat_limit");
    let cheap = json!({ "best_available": { "quantity": 1, "max_price": "45.49" } });
    anna.post(&path, cheap).await.expect_problem(409, "sold_out");
    let needs = json!({ "best_available": { "quantity": 2, "accessible": true } });
    let problem = anna.post(&path, needs).await.expect_problem(409, "sold_out");
    assert_eq!(problem["free"]["wheelchairs"], 0);
    assert!(problem["detail"].as_str().expect("text").contains("wheelchairs: 0"), "{problem}");
}

#[tokio::test]
async fn who_needs_spaces_for_wheelchairs_gets_them_with_companions() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let event = events::create_in(&server, "theatre-251", json!({})).await;
    let path = format!("/events/{event}/holds");
    let map = anna.get(&format!("/events/{event}/seatmap")).await.expect(200);
    let tickets = anna.get(&format!("/events/{event}/tickets/all")).await.expect(200);
    let is_space = |seat_no: &Value| {
        let tickets = tickets["items"].as_array().expect("a list");
        let at = tickets.iter().position(|ticket| ticket["seat_no"] == *seat_no).expect("a seat");
        map["flags"][at].as_u64().expect("flags") & u64::from(SEAT_WHEELCHAIR) != 0
    };
    // Side by side, and then in as many places as there are spaces together.
    for (quantity, accessible, spaces) in [(2, json!(true), 1), (4, json!(2), 2)] {
        let body = json!({ "best_available": { "quantity": quantity, "accessible": accessible } });
        let hold = anna.post(&path, body).await.expect(201);
        let seats = hold["seats"].as_array().expect("a list");
        assert_eq!(seats.len(), quantity);
        assert_eq!(seats.iter().filter(|seat| is_space(seat)).count(), spaces, "{hold}");
    }
    invariants::hold(&database).await;
}
