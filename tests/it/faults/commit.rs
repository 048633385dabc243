//! The connection is lost around a COMMIT: one effect, and an answer that tells the truth.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use super::converge::converge;
use super::proxy::{Cut, Proxy, Then};
use crate::support::buyer::Buyer;
use crate::support::database::{self, Database};
use crate::support::metrics::metric;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

struct Scene {
    database: Database,
    proxy: Proxy,
    server: Server,
    event: i64,
    anna: Buyer,
}

impl Scene {
    async fn set() -> Self {
        Self::set_on(Database::new().await).await
    }

    async fn set_on(database: Database) -> Self {
        let proxy = Proxy::start(&database).await;
        let server = Server::start_with(&proxy.database(&database), |settings| {
            settings.http.request_timeout = Duration::from_secs(4);
        })
        .await;
        let event = events::create(&server, 20).await;
        let anna = server.buyer("anna");
        // So that later calls need the database for nothing but their change.
        anna.lock(event, "S001").await.expect(200);
        Self { database, proxy, server, event, anna }
    }

    fn lock_path(&self) -> String {
        format!("/events/{}/seats/S005/lock", self.event)
    }

    async fn doubts(&self) -> u64 {
        metric(self.server.address, "commit_doubts").await
    }

    /// How often the seat was locked.
    async fn effects(&self) -> i64 {
        let sql = "select count(*) from seat_changes where seat_index = 4 and to_status = 1";
        self.database.value(sql).await
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_found_committed() {
    let scene = Scene::set().await;
    let mut viewer = scene.server.viewer(scene.event).await;
    scene.proxy.arm(Cut::AfterCommit, Then::Open);
    let locked = scene.anna.lock(scene.event, "S005").await.expect(200);
    assert_eq!((scene.proxy.cuts(), scene.doubts().await), (1, 1));
    assert_eq!(locked["version"], 2);
    assert_eq!(scene.effects().await, 1);
    scene.proxy.arm(Cut::AfterCommit, Then::Open);
    let booked = scene.anna.book(scene.event, 2).await.expect(201);
    assert_eq!(scene.proxy.cuts(), 2);
    let read = scene.anna.get(&format!("/bookings/{}", booked["id"])).await.expect(200);
    assert_eq!(read, booked);
    converge(&mut viewer, &scene.database).await;
    invariants::hold(&scene.database).await;
}

#[tokio::test]
async fn an_extension_whose_answer_is_lost_is_found_committed() {
    let scene = Scene::set().await;
    let hold = scene.anna.hold(scene.event, &["S005"]).await.expect(201);
    scene.proxy.arm(Cut::AfterCommit, Then::Open);
    let path = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    let extended = scene.anna.patch(&path, json!({ "extend_seconds": 60 })).await.expect(200);
    assert_eq!((scene.proxy.cuts(), scene.doubts().await), (1, 1));
    assert_ne!(extended["expires_at"], hold["expires_at"]);
    let read = scene.anna.get(&path).await.expect(200);
    assert_eq!(read["expires_at"], extended["expires_at"]);
    let lives = "select extract(epoch from expires_at - created_at)::bigint from holds
                 where seat_indexes = '{4}'";
    assert_eq!(scene.database.value::<i64>(lives).await, 180 + 60, "extended once");
    invariants::hold(&scene.database).await;
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_made_again() {
    let scene = Scene::set().await;
    let mut viewer = scene.server.viewer(scene.event).await;
    scene.proxy.arm(Cut::BeforeCommit, Then::Open);
    let locked = scene.anna.lock(scene.event, "S005").await.expect(200);
    assert_eq!(scene.proxy.cuts(), 1);
    assert_eq!(locked["version"], 2, "what was rolled back took no version");
    assert_eq!(scene.effects().await, 1);
    converge(&mut viewer, &scene.database).await;
    invariants::hold(&scene.database).await;
}

async fn an_unknown_outcome_has_one_effect(cut: Cut) {
    let scene = Scene::set().await;
    let mut viewer = scene.server.viewer(scene.event).await;
    scene.proxy.arm(cut, Then::Closed);
    let answer = scene.anna.post_with_key(&scene.lock_path(), json!({}), "once").await;
    assert_eq!(answer.headers["retry-after"], "1");
    answer.expect_problem(503, "outcome_unknown");
    assert_eq!(scene.effects().await, i64::from(cut == Cut::AfterCommit));
    scene.proxy.open();
    let again = async || scene.anna.post_with_key(&scene.lock_path(), json!({}), "once").await;
    // The first attempts may still find the pool's connections being made.
    eventually("the repeat is answered", async || again().await.status != 503).await;
    let answer = again().await.expect(200);
    assert_eq!(answer["version"], 2);
    assert_eq!(scene.effects().await, 1);
    converge(&mut viewer, &scene.database).await;
    invariants::hold(&scene.database).await;
}

#[tokio::test]
async fn a_committed_change_that_nobody_can_ask_for_is_not_made_twice() {
    an_unknown_outcome_has_one_effect(Cut::AfterCommit).await;
}

#[tokio::test]
async fn a_lost_change_that_nobody_can_ask_for_is_made_by_the_repeat() {
    an_unknown_outcome_has_one_effect(Cut::BeforeCommit).await;
}

/// It has no key to be asked for by, so that nobody may be told that it wasn't opened.
#[tokio::test]
async fn a_session_whose_commit_is_in_doubt_is_not_called_unopened() {
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        let scene = Scene::set().await;
        scene.proxy.arm(cut, Then::Open);
        let answer = scene.anna.post("/sessions", json!({})).await;
        answer.expect_problem(503, "outcome_unknown");
        let guests = "select count(*) from users where origin = 'guest'";
        let opened = i64::from(cut == Cut::AfterCommit);
        assert_eq!(scene.database.value::<i64>(guests).await, opened);
    }
}

/// After a crash PostgreSQL gives transaction ids out again that it had given to transactions it
/// has no record of. That somebody else's has committed says nothing of ours.
#[tokio::test]
async fn a_change_lost_in_a_crash_is_not_mistaken_for_a_later_one() {
    let (_folder, cluster, database) = database::own().await;
    let scene = Scene::set_on(database).await;
    // Nothing may be written to the log between the transaction's begin and the crash.
    scene.database.execute("alter system set wal_writer_delay = '10s'").await;
    scene.database.execute("select pg_reload_conf()").await;
    let before = cluster.postmaster_pid().expect("it runs");
    scene.proxy.arm(Cut::BeforeCommit, Then::Closed);
    let lock = scene.anna.lock(scene.event, "S005");
    let crash = async {
        eventually("the commit was cut", || async { scene.proxy.cuts() == 1 }).await;
        let pid = Pid::from_raw(i32::try_from(before).expect("a pid"));
        kill(pid, Signal::SIGKILL).expect("a signal");
        eventually("a new postmaster", || async {
            cluster.postmaster_pid().is_some_and(|pid| pid != before)
        })
        .await;
        // Strangers commit under the ids that were given out before the crash.
        let stranger = scene.database.connect().await;
        stranger.batch_execute("create table strangers (n int)").await.expect("a table");
        for n in 0..200 {
            stranger.execute("insert into strangers values ($1)", &[&n]).await.expect("a row");
        }
        scene.proxy.open();
    };
    let (answer, ()) = tokio::join!(lock, crash);
    let locked = answer.status == 200;
    assert!(locked || answer.code() == "outcome_unknown", "{answer:?}");
    assert_eq!(scene.effects().await, i64::from(locked), "the answer tells the truth: {answer:?}");
    invariants::hold(&scene.database).await;
    cluster.stop().await.expect("stops");
}
