//! A stranger holds a row of one event: only that event's callers wait, and not beyond their time.

use std::time::Duration;

use futures_util::future::join_all;
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
    // The first is being carried out, the second waits in the queue; both clients hang up.
    for name in ["first", "second"] {
        let path = format!("/events/{event}/seats/S010/lock");
        let buyer = server.buyer(name);
        let request = buyer.request(reqwest::Method::POST, &path);
        let request = request.timeout(Duration::from_millis(300));
        assert!(buyer.try_send(request).await.is_none());
    }
    stranger.batch_execute("rollback").await.expect("let go");
    // The first may have gone through, as for any client that hangs up; the second never began.
    server.buyer("anna").lock(event, "S011").await.expect(200);
    let sql = "select count(*) from holds h join users u on u.id = h.user_id
               where u.subject = 'second'";
    assert_eq!(database.value::<i64>(sql).await, 0);
    invariants::hold(&database).await;
}

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
