//! A stranger holds a row of one event: only that event's callers wait, and not beyond their time.

mod newcomers;
mod organisers;

use std::time::Duration;

use futures_util::future::join_all;
use seatmap::store::pool::CONNECTIONS_MIN;
use tokio_postgres::Client;

use super::converge::converge;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// How many callers the blocked event has at once: more than there are connections.
const CALLERS: i64 = 24;

async fn server(database: &Database) -> Server {
    Server::start_with(database, |settings| {
        settings.http.request_timeout = Duration::from_secs(2);
    })
    .await
}

async fn hold_row(database: &Database, sql: &str) -> Client {
    let stranger = database.connect().await;
    stranger.batch_execute(&format!("begin; {sql} for update")).await.expect("the row");
    stranger
}

/// All that goes on beside a blocked event.
async fn others_go_on(server: &Server, blocked: i64, other: i64) {
    let anna = server.buyer("anna");
    for number in 1..=20 {
        let seat = format!("S{number:03}");
        anna.lock(other, &seat).await.expect(200);
        anna.unlock(other, &seat).await.expect(200);
    }
    for path in ["", "/seatmap", "/tickets", "/tickets/all", "/availability"] {
        anna.get(&format!("/events/{blocked}{path}")).await.expect(200);
    }
    server.viewer(blocked).await;
    for path in ["/ready", "/health", "/metrics"] {
        let answer = reqwest::get(server.url(path)).await.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
    }
}

/// Claim 14 of the contract.
#[tokio::test]
async fn an_event_whose_row_is_held_leaves_the_rest_alone() {
    let database = Database::new().await;
    let server = server(&database).await;
    let blocked = events::create(&server, 60).await;
    let other = events::create(&server, 60).await;
    let mut viewer = server.viewer(blocked).await;
    let stranger = hold_row(&database, &format!("select 1 from events where id = {blocked}")).await;
    let callers = (1..=CALLERS).map(|number| {
        let buyer = server.buyer(&format!("caller-{number}"));
        async move { buyer.lock(blocked, &format!("S{number:03}")).await }
    });
    let (answers, ()) = tokio::join!(join_all(callers), others_go_on(&server, blocked, other));
    for answer in answers {
        assert_eq!(answer.headers["retry-after"], "1");
        answer.expect_problem(503, "timeout");
    }
    stranger.batch_execute("rollback").await.expect("let go");
    // Whatever still waited in the database would have its turn before this.
    let locked = server.buyer("anna").lock(blocked, "S060").await.expect(200);
    assert_eq!(locked["version"], 1, "nothing happened and nothing did afterwards");
    converge(&mut viewer, &database).await;
    assert_eq!(
        database.value::<i64>("select count(*) from holds where status = 'active'").await,
        1
    );
    invariants::hold(&database).await;
}

#[tokio::test]
async fn a_seat_whose_row_is_held_leaves_other_events_alone() {
    let database = Database::new().await;
    let server = server(&database).await;
    let blocked = events::create(&server, 60).await;
    let other = events::create(&server, 60).await;
    let sql = format!("select 1 from tickets where event_id = {blocked} and seat_index = 2");
    let stranger = hold_row(&database, &sql).await;
    let bea = server.buyer("bea");
    let (waited, ()) =
        tokio::join!(bea.lock(blocked, "S003"), others_go_on(&server, blocked, other));
    waited.expect_problem(503, "timeout");
    let next_door = bea.lock(blocked, "S004").await.expect(200);
    assert_eq!(next_door["version"], 1);
    stranger.batch_execute("rollback").await.expect("let go");
    let locked = server.buyer("anna").lock(blocked, "S003").await.expect(200);
    assert_eq!(locked["version"], 2, "nothing happened and nothing did afterwards");
    invariants::hold(&database).await;
}

#[tokio::test]
async fn whoever_gives_up_waiting_gets_nothing() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60).await;
    let stranger = hold_row(&database, &format!("select 1 from events where id = {event}")).await;
    for name in ["first", "second"] {
        let path = format!("/events/{event}/seats/S010/lock");
        let buyer = server.buyer(name);
        let request = buyer.request(reqwest::Method::POST, &path);
        let request = request.timeout(Duration::from_millis(300));
        assert!(buyer.try_send(request).await.is_none());
    }
    // Who has hung up is not tried for again: nobody waits any more, look after look.
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    let client = database.connect().await;
    let mut looks_in_peace = 0;
    while looks_in_peace < LOOKS_IN_PEACE {
        let row = client.query_one(waiting, &[]).await.expect("a count");
        looks_in_peace = if row.get::<_, i64>(0) == 0 { looks_in_peace + 1 } else { 0 };
        tokio::time::sleep(crate::support::POLL).await;
    }
    stranger.batch_execute("rollback").await.expect("let go");
    server.buyer("anna").lock(event, "S011").await.expect(200);
    let sql = "select coalesce(string_agg(u.subject, ','), '') from holds h
               join users u on u.id = h.user_id where u.subject in ('first', 'second')";
    assert_eq!(database.value::<String>(sql).await, "");
    invariants::hold(&database).await;
}

/// Claim 13 of the contract.
#[tokio::test]
async fn whoever_reads_or_creates_is_answered_in_time_too() {
    let database = Database::new().await;
    let server = server(&database).await;
    let event = events::create(&server, 60).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S001").await.expect(200);
    let stranger = database.connect().await;
    let lock = "begin; lock table tickets in access exclusive mode";
    stranger.batch_execute(lock).await.expect("the table");
    let tickets = format!("/events/{event}/tickets/all");
    let (read, created, locked) = tokio::join!(
        anna.get(&tickets),
        anna.post("/events", events::body(10)),
        anna.lock(event, "S002"),
    );
    read.expect_problem(503, "timeout");
    locked.expect_problem(503, "timeout");
    let code = created.code().to_owned();
    assert!(["timeout", "outcome_unknown"].contains(&code.as_str()), "{created:?}");
    created.expect_problem(503, &code);
    stranger.batch_execute("rollback").await.expect("let go");
    // What was given up in the middle doesn't stand in the way of what follows.
    anna.get(&tickets).await.expect(200);
    assert_eq!(anna.lock(event, "S003").await.expect(200)["version"], 2);
    let ready = reqwest::get(server.url("/ready")).await.expect("an answer");
    assert_eq!(ready.status(), 200);
    invariants::hold(&database).await;
}

/// More looks than fit between two attempts for a request that has waited so short a time.
const LOOKS_IN_PEACE: u32 = 60;

/// How many events are blocked at once: more than a node has connections.
const BLOCKED_EVENTS: usize = 12;

#[tokio::test]
async fn more_blocked_events_than_connections_leave_the_rest_alone() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let other = events::create(&server, 60).await;
    let mut blocked = Vec::new();
    for _ in 0..BLOCKED_EVENTS {
        blocked.push(events::create(&server, 5).await);
    }
    let sql = format!("select 1 from events where id <> {other}");
    let stranger = hold_row(&database, &sql).await;
    let callers: Vec<_> = blocked
        .iter()
        .map(|event| {
            let (buyer, event) = (server.buyer("caller"), *event);
            tokio::spawn(async move { buyer.lock(event, "S001").await })
        })
        .collect();
    others_go_on(&server, blocked[0], other).await;
    assert!(callers.iter().all(|caller| !caller.is_finished()), "the rows are still held");
    stranger.batch_execute("rollback").await.expect("let go");
    for caller in callers {
        caller.await.expect("an answer").expect(200);
    }
    invariants::hold(&database).await;
}

#[tokio::test]
async fn what_is_due_does_not_keep_callers_from_being_told_that_time_is_up() {
    let database = Database::new().await;
    let server = server(&database).await;
    let changes = serde_json::json!({ "lock_seconds": 1 });
    let event = events::create_with(&server, 5, changes).await;
    let anna = server.buyer("anna");
    let hold = anna.hold(event, &["S001"]).await.expect(201);
    let sql = format!("select 1 from events where id = {event}");
    let stranger = hold_row(&database, &sql).await;
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    crate::support::eventually("the hold is due", || async {
        anna.get(&path).await.expect(200)["status"] == "expired"
    })
    .await;
    for seat in ["S002", "S003"] {
        anna.lock(event, seat).await.expect_problem(503, "timeout");
    }
    stranger.batch_execute("rollback").await.expect("let go");
    crate::support::eventually("the seat is free", || async {
        anna.map(event).await["S001"] == "available"
    })
    .await;
    let map = anna.map(event).await;
    assert!(map.values().all(|status| status == "available"), "{map:?}");
    invariants::hold(&database).await;
}

/// Nor does what is forgotten keep readers waiting, where they have one connection.
#[tokio::test]
async fn old_rows_that_are_held_are_left_for_the_next_time() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.pool.max_open = CONNECTIONS_MIN;
    })
    .await;
    let event = events::create(&server, 5).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S001").await.expect(200);
    anna.unlock(event, "S001").await.expect(200);
    database.execute("update holds set ended_at = ended_at - interval '48 hours'").await;
    let stranger = hold_row(&database, "select 1 from holds").await;
    let forget = async || server.node.store().forget_old().await.expect("an answer");
    assert_eq!(forget().await, 0);
    stranger.batch_execute("rollback").await.expect("let go");
    forget().await;
    assert_eq!(database.value::<i64>("select count(*) from holds").await, 0);
}
