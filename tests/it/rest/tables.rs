//! Tables sold whole stay whole; tables sold by the seat don't have to; places of areas go one after
//! the other.

use serde_json::{Value, json};

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// The comedy club: its front tables, from T1 on, are sold whole, the others by the seat; `Floor` is
/// for standing.
async fn club(server: &Server) -> i64 {
    let prices = json!({ "front": 30, "tables": 20, "standing": 10 });
    let changes = json!({ "prices": prices, "max_seats_per_user": 100 });
    events::create_in(server, "comedy-club-120", changes).await
}

/// The labels of a table's seats.
fn seats_of(table: &str) -> Vec<String> {
    (1..=5).map(|seat| format!("{table}-{seat}")).collect()
}

/// What must be refused as a part of table T1, whoever has it.
async fn parts_are_refused(buyer: &Buyer, event: i64) {
    let seats = seats_of("T1");
    let path = format!("/events/{event}");
    for answer in [
        buyer.lock(event, &seats[0]).await,
        buyer.post(&format!("{path}/holds"), json!({ "seats": seats[1..] })).await,
        buyer.post("/bookings", json!({ "event_id": event, "seats": seats[..3] })).await,
    ] {
        let problem = answer.expect_problem(422, "sold_whole");
        assert!(problem["detail"].as_str().expect("text").contains("\"T1\""), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_sold_whole_is_held_booked_and_given_back_as_one() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = club(&server).await;
    let (anna, holds) = (server.buyer("anna"), format!("/events/{event}/holds"));
    parts_are_refused(&anna, event).await;
    let hold = anna.post(&holds, json!({ "tables": ["T1"] })).await.expect(201);
    assert_eq!(hold["seats"], json!(seats_of("T1")));
    parts_are_refused(&anna, event).await;
    anna.book(event, 3).await.expect_problem(422, "sold_whole");
    assert_eq!(anna.map(event).await["T1-5"], "locked", "nothing happened");
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    anna.delete(&path).await.expect(204);
    // Giving one of its seats back gives all of them back: that is never refused.
    anna.unlock(event, "T1-2").await.expect_problem(409, "not_locked");
    let hold = anna.post(&holds, json!({ "tables": ["T1", "T2"] })).await.expect(201);
    server.buyer("ben").unlock(event, "T1-2").await.expect_problem(403, "forbidden");
    anna.unlock(event, "T1-2").await.expect(200);
    let map = anna.map(event).await;
    assert!(seats_of("T1").iter().all(|seat| map[seat] == "available"));
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    assert_eq!(anna.get(&path).await.expect(200)["seats"], json!(seats_of("T2")));
    anna.delete(&path).await.expect(204);
    // All its seats by name are the table too.
    anna.post(&holds, json!({ "seats": seats_of("T1") })).await.expect(201);
    let booking = anna.book(event, 5).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(seats_of("T1")));
    anna.confirm(&booking["id"], "paid").await.expect(200);
    let ben = server.buyer("ben");
    let taken = ben.post(&holds, json!({ "tables": ["T2", "T1"] })).await;
    let conflicts = taken.expect_problem(409, "seats_unavailable")["conflicts"].clone();
    assert_eq!(conflicts.as_array().map(Vec::len), Some(5));
    anna.cancel(&booking["id"]).await.expect(200);
    let both = ben.post(&holds, json!({ "tables": ["T2", "T1"] })).await.expect(201);
    let body = json!({ "event_id": event, "hold_id": both["id"] });
    assert_eq!(ben.post("/bookings", body).await.expect(201)["quantity"], 10);
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_sold_by_the_seat_and_single_seats_beside_whole_tables_go_one_by_one() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = club(&server).await;
    let (anna, holds) = (server.buyer("anna"), format!("/events/{event}/holds"));
    let by_seat = last_table(&anna, event).await;
    let first = format!("{by_seat}-1");
    anna.lock(event, &first).await.expect(200);
    anna.unlock(event, &first).await.expect(200);
    anna.post(&holds, json!({ "tables": [by_seat] })).await.expect(201);
    anna.unlock(event, &first).await.expect(200);
    // The lowest of Anna's seats: a whole table and one of four beside it.
    anna.post(&holds, json!({ "tables": ["T1"] })).await.expect(201);
    let booking = anna.book(event, 6).await.expect(201);
    let mut expected = seats_of("T1");
    expected.push(format!("{by_seat}-2"));
    assert_eq!(booking["seat_nos"], json!(expected));
    invariants::hold(&database).await;
}

async fn last_table(buyer: &Buyer, event: i64) -> String {
    let map = buyer.get(&format!("/events/{event}/seatmap")).await.expect(200);
    let tables = map["tables"].as_array().expect("tables").clone();
    let last = tables.last().expect("a table");
    assert_eq!(last["sale"], "seat");
    last["label"].as_str().expect("a label").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_of_an_area_are_taken_lowest_first_and_are_tickets_like_others() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    let event = club(&nodes[0]).await;
    let (anna, ben) = (nodes[0].buyer("anna"), nodes[1].buyer("ben"));
    let holds = format!("/events/{event}/holds");
    let floor = |quantity: u32| json!({ "areas": [{ "area": "Floor", "quantity": quantity }] });
    let first = anna.post(&holds, floor(3)).await.expect(201);
    let places = labels(&first);
    assert!(places.iter().all(|place| place.starts_with("Floor-")), "{places:?}");
    assert_eq!(first["price_total"], "30.00");
    let next = labels(&ben.post(&holds, floor(2)).await.expect(201));
    assert!(places.iter().all(|place| !next.contains(place)), "{next:?}");
    // What comes back is the lowest again.
    anna.unlock(event, &places[1]).await.expect(200);
    assert_eq!(labels(&ben.post(&holds, floor(1)).await.expect(201)), places[1..2]);
    let booked = anna.book(event, 2).await.expect(201);
    assert_eq!(booked["seat_nos"], json!([places[0], places[2]]));
    let free = free_places(&anna, event).await;
    let rest = ben.post(&holds, floor(free + 1)).await.expect_problem(409, "not_enough_together");
    assert_eq!(rest["free"]["seats"], free);
    ben.post(&holds, floor(free)).await.expect(201);
    anna.post(&holds, floor(1)).await.expect_problem(409, "sold_out");
    for (body, field) in [
        (floor(0), "areas[0].quantity"),
        (json!({ "areas": [] }), "areas"),
        (json!({ "areas": [{ "area": "T1", "quantity": 1 }] }), "areas[0].area"),
    ] {
        let problem = anna.post(&holds, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    invariants::hold(&database).await;
}

fn labels(hold: &Value) -> Vec<String> {
    serde_json::from_value(hold["seats"].clone()).expect("labels")
}

async fn free_places(buyer: &Buyer, event: i64) -> u32 {
    let map = buyer.map(event).await;
    let free = |(label, status): &(&String, &String)| {
        label.starts_with("Floor-") && *status == "available"
    };
    u32::try_from(map.iter().filter(free).count()).expect("few")
}
