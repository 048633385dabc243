//! The listener's connection is lost while seats change: what was announced meanwhile was not
//! heard, and every map must show it all the same.

use std::time::Duration;

use super::converge::{Watching, converge};
use super::load::Load;
use crate::support::database::Database;
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
    let server = Server::start_with(&database, |settings| {
        // Only the catch-up on the new connection may find it.
        settings.live.compare_every = Duration::from_secs(600);
    })
    .await;
    let event = events::create(&server, 20).await;
    let mut viewer = server.viewer(event).await;
    // A stranger's channel lock would be found by polling; this finds the moment without a
    // listener by making the change in the transaction that ends it.
    let client = database.connect().await;
    let buyer = server.buyer("anna");
    buyer.lock(event, "S001").await.expect(200);
    viewer.reach(1).await;
    client
        .batch_execute(&format!(
            "create function cut() returns trigger language plpgsql as $$
             begin
                 perform pg_terminate_backend(pid, 5000) from pg_stat_activity
                 where datname = current_database()
                   and (query ilike 'listen%' or query ilike 'notify%');
                 return new;
             end $$;
             create trigger cut before update on events
             for each row when (new.version = 2 and new.id = {event}) execute function cut();"
        ))
        .await
        .expect("a trigger");
    let version = buyer.lock(event, "S002").await.expect(200)["version"].as_u64();
    assert_eq!(version, Some(2));
    converge(&mut viewer, &database).await;
    invariants::hold(&database).await;
}
