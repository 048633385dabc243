//! A write that fails takes only its own request with it, wherever in the transaction it fails.

use futures_util::future::join_all;
use serde_json::json;

use super::converge::converge;
use crate::support::buyer::Answer;
use crate::support::database::Database;
use crate::support::metrics::metric;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// The seat that can't be written, and its index.
const CURSED: (&str, i32) = ("S008", 7);

/// How many others are in its batch.
const NEIGHBOURS: i64 = 12;

/// What PostgreSQL calls an exception that nobody named.
const UNNAMED: &str = "raise_exception";

/// Makes the database refuse one seat's change, as an error of this name.
async fn curse(database: &Database, trigger: &str, error: &str) {
    let (_, index) = CURSED;
    let function = format!(
        "create function refuse() returns trigger language plpgsql as $$
         begin
             if new.seat_index = {index} then
                 raise exception 'this seat is cursed' using errcode = '{error}';
             end if;
             return new;
         end $$"
    );
    database.execute(&function).await;
    database.execute(&format!("create {trigger} for each row execute function refuse()")).await;
}

/// Has everybody's requests wait in the queue behind one that waits for the event's row, so that
/// they become one batch. Returns the neighbours' answers and the cursed one's.
async fn in_one_batch(database: &Database, server: &Server, event: i64) -> (Vec<Answer>, Answer) {
    let stranger = database.connect().await;
    let hold = format!("begin; select 1 from events where id = {event} for update");
    stranger.batch_execute(&hold).await.expect("the row");
    let first = server.buyer("first");
    let (first, rest) = tokio::join!(first.lock(event, "S001"), async {
        eventually("the first waits for the row", || async {
            let sql = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
            database.value::<i64>(sql).await == 1
        })
        .await;
        let neighbours = (0..NEIGHBOURS).map(|number| async move {
            let buyer = server.buyer(&format!("neighbour-{number}"));
            let seat = format!("S{:03}", 20 + number);
            let path = format!("/events/{event}/seats/{seat}/lock");
            buyer.post_with_key(&path, json!({}), "mine").await
        });
        let cursed = async {
            let path = format!("/events/{event}/seats/{}/lock", CURSED.0);
            server.buyer("cursed").post_with_key(&path, json!({}), "mine").await
        };
        let release = async {
            eventually("all have come in", || async {
                let sql = "select count(*) from users where subject ~ '^(neighbour|cursed)'";
                database.value::<i64>(sql).await == NEIGHBOURS + 1
            })
            .await;
            // Each has been made a user; a few round trips later they are in the queue, too.
            for _ in 0..5 {
                server.buyer("idle").get("/events").await.expect(200);
            }
            stranger.batch_execute("rollback").await.expect("let go");
        };
        tokio::join!(join_all(neighbours), cursed, release)
    });
    first.expect(200);
    let (neighbours, cursed, ()) = rest;
    (neighbours, cursed)
}

async fn only_the_cursed_request_fails(trigger: &str) {
    only_the_cursed_is_answered(trigger, UNNAMED, (500, "internal")).await;
}

async fn only_the_cursed_is_answered(trigger: &str, error: &str, (status, code): (u16, &str)) {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60).await;
    let mut viewer = server.viewer(event).await;
    curse(&database, trigger, error).await;
    let (neighbours, cursed) = in_one_batch(&database, &server, event).await;
    cursed.expect_problem(status, code);
    for answer in neighbours {
        answer.expect(200);
    }
    let isolations = metric(server.address, "batch_isolations").await;
    assert_eq!(isolations, 1, "they were one batch");
    let traces = format!(
        "select (select count(*) from tickets where seat_index = {0} and status <> 0)
              + (select count(*) from seat_changes where seat_index = {0})
              + (select count(*) from holds where {0} = any(seat_indexes))
              + (select count(*) from idempotency_keys k join users u on u.id = k.caller_id
                 where u.subject = 'cursed')",
        CURSED.1
    );
    assert_eq!(database.value::<i64>(&traces).await, 0, "a failed request leaves no trace");
    let read = server.buyer("anna").get(&format!("/events/{event}")).await.expect(200);
    assert_eq!(read["counts"]["locked"], NEIGHBOURS + 1);
    converge(&mut viewer, &database).await;
    invariants::hold(&database).await;
    // The curse is lifted, and the very same request with the same key succeeds.
    database.execute("drop function refuse cascade").await;
    let path = format!("/events/{event}/seats/{}/lock", CURSED.0);
    server.buyer("cursed").post_with_key(&path, json!({}), "mine").await.expect(200);
    converge(&mut viewer, &database).await;
}

/// Claim 11 of the contract.
#[tokio::test]
async fn a_write_that_fails_in_the_middle_spoils_only_its_own_request() {
    only_the_cursed_request_fails("trigger refuse before insert on seat_changes").await;
}

#[tokio::test]
async fn a_write_that_fails_at_first_spoils_only_its_own_request() {
    only_the_cursed_request_fails("trigger refuse before update on tickets").await;
}

#[tokio::test]
async fn a_commit_that_fails_is_never_answered_with_success() {
    only_the_cursed_request_fails(
        "constraint trigger refuse after insert on seat_changes deferrable initially deferred",
    )
    .await;
}

/// A full disk says so to a statement or to the COMMIT; either way all is rolled back.
#[tokio::test]
async fn a_database_without_room_is_overloaded_and_nothing_happens() {
    for trigger in [
        "trigger refuse before update on tickets",
        "constraint trigger refuse after insert on seat_changes deferrable initially deferred",
    ] {
        only_the_cursed_is_answered(trigger, "disk_full", (503, "overloaded")).await;
    }
}

#[tokio::test]
async fn a_booking_whose_items_fail_does_not_exist() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    let held = anna.hold(event, &["S007", "S008", "S009"]).await.expect(201);
    curse(&database, "trigger refuse before insert on booking_items", UNNAMED).await;
    let body = json!({ "event_id": event, "hold_id": held["id"] });
    anna.post("/bookings", body.clone()).await.expect_problem(500, "internal");
    let bookings = anna.get(&format!("/bookings?event_id={event}")).await.expect(200);
    assert_eq!(bookings["total"], 0);
    let hold = anna.get(&format!("/holds/{}", held["id"].as_str().expect("an id"))).await;
    assert_eq!(hold.expect(200)["status"], "active");
    invariants::hold(&database).await;
    database.execute("drop function refuse cascade").await;
    assert_eq!(anna.post("/bookings", body).await.expect(201)["quantity"], 3);
    invariants::hold(&database).await;
}
