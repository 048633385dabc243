//! Whose seats a booking has.

use futures_util::future::join_all;
use serde_json::json;

use super::{count, label, version};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// Claim 2 of the contract.
#[tokio::test]
async fn a_booking_has_exactly_the_seats_its_caller_locked() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60).await;
    // Everybody locks three seats far from one another, so that nobody's are next in line.
    let buy = |n: u32| {
        let buyer = server.buyer(&format!("buyer-{n}"));
        async move {
            let own = [label(60 - n), label(40 - n), label(20 - n)];
            for seat in &own {
                buyer.lock(event, seat).await.expect(200);
            }
            let [last, middle, first] = own;
            let booking = buyer.book(event, 3).await.expect(201);
            assert_eq!(booking["seat_nos"], json!([first, middle, last]));
            let index = |seat: &String| seat[1..].parse::<i64>().expect("a number") - 1;
            let ids = [&first, &middle, &last].map(|seat| event * 1_000_000 + index(seat));
            assert_eq!(booking["ticket_ids"], json!(ids));
            booking
        }
    };
    join_all((0..20).map(buy)).await;
    assert_eq!(count(&server.buyer("reader"), event).await["reserved"], 60);
    invariants::hold(&database).await;
}

/// Claim 2 of the contract.
#[tokio::test]
async fn named_seats_and_holds_are_booked_as_named() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S009", "S004"]).await.expect(201);
    anna.hold(event, &["S001", "S002", "S003"]).await.expect(201);
    let by_seats = json!({ "event_id": event, "seats": ["S003", "S001"] });
    let booking = anna.post("/bookings", by_seats).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(["S001", "S003"]));
    let by_hold = json!({ "event_id": event, "hold_id": hold["id"] });
    let booking = anna.post("/bookings", by_hold).await.expect(201);
    assert_eq!(booking["seat_nos"], json!(["S004", "S009"]));
    let held = anna.get(&format!("/holds/{}", hold["id"].as_str().expect("an id"))).await;
    assert_eq!(held.expect(200)["status"], "booked");
    assert_eq!(anna.map(event).await["S002"], "locked", "a hold partly booked keeps the rest");
    invariants::hold(&database).await;
}

/// Claim 3 of the contract.
#[tokio::test]
async fn who_holds_nothing_books_nothing() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let (anna, ben) = (server.buyer("anna"), server.buyer("ben"));
    let hold = anna.hold(event, &["S001", "S002"]).await.expect(201);
    let before = anna.map(event).await;
    ben.book(event, 1).await.expect_problem(409, "nothing_locked");
    let by_hold = json!({ "event_id": event, "hold_id": hold["id"] });
    ben.post("/bookings", by_hold).await.expect_problem(403, "forbidden");
    let by_seats = json!({ "event_id": event, "seats": ["S002", "S005"] });
    let problem = ben.post("/bookings", by_seats).await.expect_problem(409, "seats_unavailable");
    let conflicts = json!([
        { "seat_no": "S002", "status": "locked" },
        { "seat_no": "S005", "status": "available" },
    ]);
    assert_eq!(problem["conflicts"], conflicts);
    assert_eq!(anna.map(event).await, before);
    assert_eq!(anna.book(event, 2).await.expect(201)["seat_nos"], json!(["S001", "S002"]));
    invariants::hold(&database).await;
}

/// Claim 10 of the contract.
#[tokio::test]
async fn quantity_never_reaches_beyond_the_callers_own_seats() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let (anna, ben) = (server.buyer("anna"), server.buyer("ben"));
    ben.hold(event, &["S001", "S002"]).await.expect(201);
    for seat in ["S008", "S004", "S006"] {
        anna.lock(event, seat).await.expect(200);
    }
    let problem = anna.book(event, 4).await.expect_problem(409, "quantity_exceeds_locked");
    assert!(problem.get("conflicts").is_none(), "no seat is named: {problem}");
    // Fewer than are locked: the lowest ones.
    assert_eq!(anna.book(event, 2).await.expect(201)["seat_nos"], json!(["S004", "S006"]));
    anna.book(event, 2).await.expect_problem(409, "quantity_exceeds_locked");
    assert_eq!(anna.book(event, 1).await.expect(201)["seat_nos"], json!(["S008"]));
    anna.book(event, 1).await.expect_problem(409, "nothing_locked");
    assert_eq!(ben.book(event, 2).await.expect(201)["seat_nos"], json!(["S001", "S002"]));
    invariants::hold(&database).await;
}

/// Claim 10 of the contract.
#[tokio::test]
async fn simultaneous_bookings_of_one_caller_share_no_seat() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    anna.hold(event, &["S002", "S003", "S004", "S005"]).await.expect(201);
    let answers = join_all((0..12).map(|_| anna.book(event, 1))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 201);
    let mut seats: Vec<_> = made.iter().map(|a| a.body["seat_nos"][0].to_string()).collect();
    seats.sort();
    assert_eq!(seats, ["\"S002\"", "\"S003\"", "\"S004\"", "\"S005\""]);
    for answer in refused {
        answer.expect_problem(409, "nothing_locked");
    }
    let last = made.iter().map(|a| version(&a.body)).max().expect("bookings");
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(version(&read), last, "the version an answer names is the one it is visible at");
    invariants::hold(&database).await;
}
