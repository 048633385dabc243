//! The listener's connection is lost while seats change: what was announced meanwhile was not
//! heard, and every map must show it all the same.

use std::time::Duration;

use super::converge::{Watching, converge};
use super::load::Load;
use super::proxy::Proxy;
use crate::support::database::Database;
use crate::support::metrics::metric;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// Ends the backends that listen, and says how many there were.
async fn terminate_listeners(database: &Database) -> i64 {
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database()
                 and (query ilike 'listen%' or query ilike 'notify%')";
    database.value(sql).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn maps_converge_when_listeners_are_killed_under_load() {
    let database = Database::new().await;
    let (one, other) = (Server::start(&database).await, Server::start(&database).await);
    let event =
        events::create_with(&one, 300, serde_json::json!({ "max_seats_per_user": 300 })).await;
    let mut watching = Vec::new();
    for node in [&one, &other, &one, &other] {
        watching.push(Watching::begin(node.viewer(event).await));
    }
    let load = Load::begin(&[one.address, other.address], &[(event, 300)], 6);
    for _ in 0..3 {
        load.proceed(60).await;
        assert_eq!(terminate_listeners(&database).await, 2, "each node has a listener");
        eventually("both listen again", || async {
            let sql = "select count(*) from pg_stat_activity
                       where datname = current_database()
                         and (query ilike 'listen%' or query ilike 'notify%')";
            database.value::<i64>(sql).await == 2
        })
        .await;
    }
    load.proceed(60).await;
    let record = load.end().await;
    record.assert_only_expected_answers();
    assert_eq!((record.unanswered, record.put_off()), (0, 0), "writers don't need the listener");
    record.assert_kept(&database).await;
    for viewer in watching {
        converge(&mut viewer.end().await, &database).await;
    }
    invariants::hold(&database).await;
}

#[tokio::test]
async fn what_happened_while_nobody_listened_is_read_from_the_log() {
    let database = Database::new().await;
    let proxy = Proxy::start(&database).await;
    let deaf = Server::start_with(&proxy.database(&database), |settings| {
        // Only the catch-up on the new connection may find it.
        settings.live.compare_every = Duration::from_secs(600);
    })
    .await;
    let other = Server::start(&database).await;
    let event = events::create(&other, 20).await;
    let mut viewer = deaf.viewer(event).await;
    let address = deaf.address;
    let listens = |wanted| async move { metric(address, "listener_up").await == wanted };
    eventually("it listens", || listens(1)).await;
    proxy.close();
    eventually("it is deaf", || listens(0)).await;
    let buyer = other.buyer("anna");
    for seat in ["S001", "S002", "S003"] {
        buyer.lock(event, seat).await.expect(200);
    }
    proxy.open();
    converge(&mut viewer, &database).await;
    assert_eq!(viewer.version(), 3);
    invariants::hold(&database).await;
}
