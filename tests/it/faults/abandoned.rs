//! Readers who don't wait for their answers: what they asked is stopped in the database, and keeps
//! nobody else waiting.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_postgres::Client;

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// How often readers come and go.
const WAVES: usize = 4;

/// How many come at once: more than there are connections for reads.
const READERS: usize = 12;

/// How many connections there are for reads, of ten in all.
const READ_CONNECTIONS: i64 = 3;

/// How many statements of the node's wait for a lock.
async fn waiting(observer: &Client) -> i64 {
    let sql = "select count(*) from pg_stat_activity
               where datname = current_database() and wait_event_type = 'Lock'";
    observer.query_one(sql, &[]).await.expect("a count").get(0)
}

/// Lets readers come until all connections for reads wait for the table, and go again.
async fn come_and_go(server: &Server, observer: &Client, path: &str) {
    let mut readers = JoinSet::new();
    for number in 0..READERS {
        let (reader, path) = (server.buyer(&format!("reader-{number}")), path.to_owned());
        readers.spawn(async move { reader.get(&path).await });
    }
    let full = || async { waiting(observer).await == READ_CONNECTIONS };
    eventually("the readers have all connections", full).await;
    readers.shutdown().await;
    eventually("what they asked is stopped", || async { waiting(observer).await == 0 }).await;
}

#[tokio::test]
async fn reads_that_nobody_waits_for_keep_nobody_waiting() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60).await;
    let (observer, stranger) = (database.connect().await, database.connect().await);
    let lock = "begin; lock table tickets in access exclusive mode";
    stranger.batch_execute(lock).await.expect("the table");
    let anna = server.buyer("anna");
    // The second is several statements of one moment, in a transaction.
    for path in ["tickets/all", "sales"] {
        for _ in 0..WAVES {
            come_and_go(&server, &observer, &format!("/events/{event}/{path}")).await;
            let ready = reqwest::get(server.url("/ready")).await.expect("an answer");
            assert_eq!(ready.status(), 200);
            anna.get(&format!("/events/{event}")).await.expect(200);
        }
    }
    stranger.batch_execute("rollback").await.expect("let go");
    assert_eq!(anna.map(event).await.len(), 60);
    anna.get(&format!("/events/{event}/sales")).await.expect(200);
    anna.lock(event, "S001").await.expect(200);
    let open = "select count(*) from pg_stat_activity
                where datname = current_database() and state like 'idle in transaction%'";
    let none = || async { database.value::<i64>(open).await == 0 };
    eventually("no transaction is left open", none).await;
    invariants::hold(&database).await;
}

/// Claim 13 of the contract, and what it leaves behind: nothing.
#[tokio::test]
async fn a_read_whose_time_is_up_is_stopped_too() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.request_timeout = Duration::from_secs(2);
    })
    .await;
    let event = events::create(&server, 60).await;
    let (observer, stranger) = (database.connect().await, database.connect().await);
    let lock = "begin; lock table tickets in access exclusive mode";
    stranger.batch_execute(lock).await.expect("the table");
    let anna = server.buyer("anna");
    let path = format!("/events/{event}/tickets/all");
    anna.get(&path).await.expect_problem(503, "timeout");
    eventually("it is stopped", || async { waiting(&observer).await == 0 }).await;
    stranger.batch_execute("rollback").await.expect("let go");
    anna.get(&path).await.expect(200);
    invariants::hold(&database).await;
}
