//! PostgreSQL goes away and comes back: what was acknowledged is still there, and everything finds
//! its way back by itself.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use seatmap::hub::settings::SocketWay;
use seatmap::store::embedded::Cluster;

use super::converge::{Watching, converge};
use super::load::Load;
use super::proxy::{Cut, Proxy, Then};
use crate::support::database::{self, Database};
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// Signals the postmaster and waits for its successor.
async fn restart(cluster: &Cluster, signal: Signal) {
    let before = cluster.postmaster_pid().expect("it runs");
    let pid = Pid::from_raw(i32::try_from(before).expect("a pid"));
    kill(pid, signal).expect("a signal");
    eventually("a new postmaster", || async {
        cluster.postmaster_pid().is_some_and(|pid| pid != before)
    })
    .await;
}

/// Claim 12 of the contract.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_postgres_dies_under_load() {
    let (_folder, cluster, database) = database::own().await;
    let (one, other) =
        (Server::start(&database).await, Server::owning(&database, SocketWay::Portable).await);
    let changes = serde_json::json!({ "max_seats_per_user": 1_000 });
    let mut events_on_sale = Vec::new();
    for _ in 0..3 {
        events_on_sale.push((events::create_with(&one, 500, changes.clone()).await, 500));
    }
    let mut watching = Vec::new();
    for (event, _) in &events_on_sale {
        watching.push(Watching::begin(one.viewer(*event).await));
        watching.push(Watching::begin(other.viewer(*event).await));
    }
    let load = Load::begin(&[one.address, other.address], &events_on_sale, 12);
    for signal in [Signal::SIGKILL, Signal::SIGQUIT, Signal::SIGINT, Signal::SIGKILL] {
        load.proceed(100).await;
        restart(&cluster, signal).await;
    }
    load.proceed(100).await;
    let record = load.end().await;
    record.assert_only_expected_answers();
    assert_eq!(record.unanswered, 0, "every request has an answer");
    record.assert_kept(&database).await;
    for viewer in watching {
        converge(&mut viewer.end().await, &database).await;
    }
    invariants::hold(&database).await;
    one.stop().await;
    other.stop().await;
    cluster.stop().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_connections_are_cut_under_load() {
    let database = Database::new().await;
    let proxy = Proxy::start(&database).await;
    let (one, other) = (
        Server::start(&proxy.database(&database)).await,
        Server::owning(&database, SocketWay::Portable).await,
    );
    let changes = serde_json::json!({ "max_seats_per_user": 1_000 });
    let event = events::create_with(&one, 500, changes).await;
    let watching = Watching::begin(one.viewer(event).await);
    let load = Load::begin(&[one.address, other.address], &[(event, 500)], 8);
    for round in 0..12 {
        load.proceed(20).await;
        match round % 4 {
            0 => proxy.arm(Cut::BeforeCommit, Then::Open),
            1 => proxy.arm(Cut::AfterCommit, Then::Open),
            // All at once, wherever they are.
            2 => {
                proxy.cut_all();
            }
            _ => {
                let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                           where datname = current_database() and pid <> pg_backend_pid()";
                database.value::<i64>(sql).await;
            }
        }
    }
    load.proceed(20).await;
    let record = load.end().await;
    record.assert_only_expected_answers();
    assert_eq!(record.unanswered, 0, "every request has an answer");
    assert!(proxy.cuts() > 0);
    record.assert_kept(&database).await;
    converge(&mut watching.end().await, &database).await;
    invariants::hold(&database).await;
}

/// Claim 18 of the contract.
#[tokio::test]
async fn a_node_without_its_database_is_alive_but_not_ready() {
    let database = Database::new().await;
    let proxy = Proxy::start(&database).await;
    let server = Server::start_with(&proxy.database(&database), |settings| {
        settings.http.request_timeout = Duration::from_secs(2);
    })
    .await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    let probe = |path: &'static str| {
        let url = server.url(path);
        async move { reqwest::get(url).await.expect("an answer").status().as_u16() }
    };
    let mut viewer = server.viewer(event).await;
    eventually("it is ready", || async { probe("/ready").await == 200 }).await;
    proxy.close();
    eventually("it says so", || async { probe("/ready").await == 503 }).await;
    assert_eq!(probe("/health").await, 200);
    assert_eq!(probe("/metrics").await, 200);
    let refused = anna.lock(event, "S001").await;
    assert!(matches!(refused.code(), "overloaded" | "timeout"), "{refused:?}");
    let code = refused.code().to_owned();
    assert_eq!(refused.headers["retry-after"], "1");
    refused.expect_problem(503, &code);
    proxy.open();
    eventually("it is ready again", || async { probe("/ready").await == 200 }).await;
    let version = anna.lock(event, "S001").await.expect(200)["version"].as_u64();
    assert_eq!(version, Some(1), "what was refused has not happened");
    converge(&mut viewer, &database).await;
    invariants::hold(&database).await;
}
