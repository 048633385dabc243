//! What organisers ask for waits like any buyer's command: on no connection for reads, and without
//! keeping others waiting.

use std::time::Duration;

use futures_util::future::join_all;
use seatmap::store::pool::CONNECTIONS_MIN;
use serde_json::json;

use super::{hold_row, others_go_on};
use crate::support::buyer::Answer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// How many wait at once: more than any share of these pools has connections.
const CALLERS: usize = 8;

/// As few connections as a node can work with, and some more.
const POOLS: [usize; 2] = [CONNECTIONS_MIN, 10];

async fn server(database: &Database, max_open: usize) -> Server {
    Server::start_with(database, |settings| {
        settings.http.request_timeout = Duration::from_secs(3);
        settings.pool.max_open = max_open;
    })
    .await
}

#[track_caller]
fn all_in_vain(answers: Vec<Answer>) {
    for answer in answers {
        assert_eq!(answer.headers["retry-after"], "1");
        answer.expect_problem(503, "timeout");
    }
}

/// Claim 14 of the contract.
#[tokio::test]
async fn changes_of_a_blocked_event_leave_the_rest_alone() {
    for max_open in POOLS {
        let database = Database::new().await;
        let server = server(&database, max_open).await;
        let blocked = events::create(&server, 60).await;
        let other = events::create(&server, 60).await;
        let (path, change) = (format!("/events/{blocked}"), json!({ "name": "Soirée" }));
        let organiser = server.buyer("organiser");
        let sql = format!("select 1 from events where id = {blocked}");
        let stranger = hold_row(&database, &sql).await;
        let waiting = join_all((0..CALLERS).map(|_| organiser.patch(&path, change.clone())));
        let rest = async {
            others_go_on(&server, blocked, other).await;
            organiser.patch(&format!("/events/{other}"), change.clone()).await.expect(200);
        };
        let (answers, ()) = tokio::join!(waiting, rest);
        all_in_vain(answers);
        stranger.batch_execute("rollback").await.expect("let go");
        let event = organiser.get(&path).await.expect(200);
        assert_eq!(event["name"], "Matinée", "nothing happened and nothing did afterwards");
        assert_eq!(organiser.patch(&path, change).await.expect(200)["name"], "Soirée");
        invariants::hold(&database).await;
    }
}

/// A move has locked the event before it comes to its seats.
#[tokio::test]
async fn moves_that_wait_for_a_seat_leave_the_rest_alone() {
    for max_open in POOLS {
        let database = Database::new().await;
        let server = server(&database, max_open).await;
        let blocked = events::create(&server, 60).await;
        let other = events::create(&server, 60).await;
        let organiser = server.buyer("organiser");
        let chart = organiser.post("/charts", events::chart("Studio")).await.expect(201);
        let path = format!("/events/{blocked}/chart");
        let change = json!({ "chart_id": chart["id"], "price": "45.50" });
        let sql = format!("select 1 from tickets where event_id = {blocked} and seat_index = 2");
        let stranger = hold_row(&database, &sql).await;
        let waiting = join_all((0..CALLERS).map(|_| organiser.put(&path, change.clone())));
        let (answers, ()) = tokio::join!(waiting, others_go_on(&server, blocked, other));
        all_in_vain(answers);
        stranger.batch_execute("rollback").await.expect("let go");
        assert_eq!(organiser.map(blocked).await.len(), 60, "nothing happened");
        organiser.put(&path, change).await.expect(200);
        assert_eq!(organiser.map(blocked).await.len(), 4);
        invariants::hold(&database).await;
    }
}

#[tokio::test]
async fn whoever_waits_for_a_key_leaves_the_rest_alone() {
    for max_open in POOLS {
        let database = Database::new().await;
        let server = server(&database, max_open).await;
        let one = events::create(&server, 60).await;
        let other = events::create(&server, 60).await;
        let organiser = server.buyer("organiser");
        // As somebody does who carries out the first request at another node.
        let stranger = database.connect().await;
        let sql = "begin; select pg_advisory_xact_lock(
                       hashtextextended('POST /events ' || id || ' key', 0))
                   from users where subject = 'organiser'";
        stranger.batch_execute(sql).await.expect("the key");
        let create = |key: &'static str| organiser.post_with_key("/events", events::body(5), key);
        let rest = async {
            others_go_on(&server, one, other).await;
            create("another").await.expect(201);
        };
        let waiting = join_all((0..CALLERS).map(|_| create("key")));
        let (answers, ()) = tokio::join!(waiting, rest);
        all_in_vain(answers);
        stranger.batch_execute("rollback").await.expect("let go");
        let first = create("key").await.expect(201);
        assert_eq!(create("key").await.expect(201), first);
        assert_eq!(database.value::<i64>("select count(*) from events").await, 4);
        invariants::hold(&database).await;
    }
}
