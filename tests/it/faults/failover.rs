//! A standby takes over that lacks the end of the history, while the old primary, fenced off, lives
//! on. Nothing of what is lost is shown or built upon, and no more is lost than the standby lacks.

use std::collections::BTreeSet;

use reqwest::Method;
use seatmap::protocol::live::Format;
use seatmap::store::embedded::Cluster;
use serde_json::json;

use super::converge::{Truth, assert_shows, truth};
use super::proxy::{Cut, Proxy, Then};
use crate::support::buyer::{Answer, Buyer};
use crate::support::database::{self, Database};
use crate::support::server::Server;
use crate::support::viewer::Viewer;
use crate::support::{events, eventually, invariants};

const SEATS: u32 = 20;

/// Two nodes, each behind a proxy of its own, and the clusters that they work on one after the
/// other.
struct Scene {
    _folders: [tempfile::TempDir; 2],
    clusters: [Cluster; 2],
    old: Database,
    new: Database,
    proxies: [Proxy; 2],
    nodes: [Server; 2],
    event: i64,
}

impl Scene {
    async fn set() -> Self {
        let (folder, primary, old) = database::own().await;
        let (copy, standby) = database::standby(&primary).await;
        let new = Database { name: old.name.clone(), config: standby.config(&old.name) };
        let proxies = [Proxy::start(&old).await, Proxy::start(&old).await];
        let nodes = [
            Server::start(&proxies[0].database(&old)).await,
            Server::start(&proxies[1].database(&old)).await,
        ];
        let event = events::create(&nodes[0], SEATS).await;
        let (folders, clusters) = ([folder, copy], [primary, standby]);
        Self { _folders: folders, clusters, old, new, proxies, nodes, event }
    }

    /// Locks seats, each under a key of its name; they are acknowledged.
    async fn lock_all(&self, buyer: &Buyer, seats: &[&str]) -> BTreeSet<String> {
        for seat in seats {
            self.lock(buyer, seat).await.expect(200);
        }
        seats.iter().map(|seat| (*seat).to_owned()).collect()
    }

    async fn lock(&self, buyer: &Buyer, seat: &str) -> Answer {
        let path = format!("/events/{}/seats/{seat}/lock", self.event);
        buyer.post_with_key(&path, json!({}), seat).await
    }

    /// The standby has all there is, and gets nothing of what follows.
    async fn part_the_clusters(&self) {
        let is_complete = "select count(*) = 1
                                  and bool_and(replay_lsn >= pg_current_wal_insert_lsn())
                           from pg_stat_replication";
        eventually("it has caught up", || self.old.value::<bool>(is_complete)).await;
        self.new.execute("alter system set primary_conninfo = ''").await;
        self.new.execute("select pg_reload_conf()").await;
        let is_alone = "select count(*) = 0 from pg_stat_replication";
        eventually("it has left", || self.old.value::<bool>(is_alone)).await;
    }

    /// Fences the old primary off while a commit is under way there: it happens, and its answer
    /// stays within the fence.
    async fn fence(&self, buyer: &Buyer, seat: &str) -> tokio::task::JoinHandle<Answer> {
        self.proxies[0].arm(Cut::AfterCommit, Then::Closed);
        let path = format!("/events/{}/seats/{seat}/lock", self.event);
        let buyer = buyer.clone();
        let key = seat.to_owned();
        let asking = tokio::spawn(async move { buyer.post_with_key(&path, json!({}), &key).await });
        eventually("the answer is kept back", || async { self.proxies[0].cuts() == 1 }).await;
        self.proxies[1].close();
        asking
    }

    async fn promote(&self) {
        assert!(self.new.value::<bool>("select pg_promote(true, 60)").await);
        for proxy in &self.proxies {
            proxy.lead_to(&self.new);
        }
    }

    /// The seats that were ever locked, by the log of a cluster.
    async fn log(&self, database: &Database) -> BTreeSet<String> {
        let client = database.connect().await;
        let sql = "select seat_index from seat_changes where event_id = $1 and to_status = 1";
        let rows = client.query(sql, &[&self.event]).await.expect("the log");
        let label = |row: &tokio_postgres::Row| format!("S{:03}", row.get::<_, i32>(0) + 1);
        rows.iter().map(label).collect()
    }

    /// What a client is told that knows a map by its tag.
    async fn availability(&self, tag: Option<&str>) -> (u16, String) {
        let path = format!("/events/{}/availability", self.event);
        let anna = self.nodes[0].buyer("anna");
        let mut request = anna.request(Method::GET, &path);
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        let answer = anna.send(request).await;
        let tag = answer.headers["etag"].to_str().expect("a tag").to_owned();
        (answer.status, tag)
    }
}

/// Follows until the viewer has gone over to the history of the table, and shows it.
async fn goes_over(viewer: &mut Viewer, truth: &Truth) {
    let has_gone = |viewer: &Viewer| {
        let position = viewer.follower.position();
        position.is_some_and(|p| p.epoch == truth.epoch && p.version >= truth.version)
    };
    assert!(viewer.hear_until(has_gone).await, "the connection stays");
    assert_shows(viewer, truth);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_that_a_failover_loses_is_neither_shown_nor_built_upon() {
    let scene = Scene::set().await;
    let [here, there] = [&scene.nodes[0], &scene.nodes[1]];
    let (anna, bea) = (here.buyer("anna"), here.buyer("bea"));
    let mut kept = scene.lock_all(&anna, &["S001", "S002"]).await;
    scene.part_the_clusters().await;
    let lost = scene.lock_all(&bea, &["S003", "S004", "S005"]).await;
    let before = truth(&scene.old, scene.event).await;
    let mut viewers = [
        Viewer::open_as(here.address, scene.event, Format::Json, None).await.expect("a viewer"),
        here.viewer(scene.event).await,
        there.viewer(scene.event).await,
    ];
    for viewer in &mut viewers {
        viewer.reach(before.version).await;
        assert_shows(viewer, &before);
    }
    let away = here.viewer(scene.event).await.drop_connection();
    let (_, tag) = scene.availability(None).await;
    let doubted = scene.fence(&here.buyer("carl"), "S006").await;
    let at_the_fence = truth(&scene.old, scene.event).await;
    assert_eq!(at_the_fence.version, before.version + 1, "it went on within the fence");

    scene.promote().await;
    // One node goes over before the other and writes until its versions have passed the lost ones:
    // what the other then reads of the log seems to lead on from the map that it has.
    scene.proxies[1].open();
    let dora = there.buyer("dora");
    let is_back = async || scene.lock(&dora, "S011").await.status == 200;
    eventually("the node has gone over", is_back).await;
    kept.insert("S011".to_owned());
    kept.extend(scene.lock_all(&dora, &["S012", "S013", "S014", "S015"]).await);
    let after = truth(&scene.new, scene.event).await;
    assert!(after.version > at_the_fence.version && after.epoch != before.epoch);
    goes_over(&mut viewers[2], &after).await;
    scene.proxies[0].open();
    for viewer in &mut viewers {
        goes_over(viewer, &after).await;
    }
    // What was under way at the fence can't be told any more.
    doubted.await.expect("an answer").expect_problem(503, "outcome_unknown");
    assert_eq!(scene.log(&scene.new).await, kept, "what was acknowledged and not in the tail");
    assert_eq!(scene.availability(Some(&tag)).await.0, 200, "a tag of the lost history");
    let back = Viewer::open_as(here.address, scene.event, Format::Binary, Some(away)).await;
    goes_over(&mut back.expect("a viewer"), &after).await;

    // Asked again under its key, what was lost happens, and what was in doubt too: once.
    for (buyer, seat) in [(&bea, "S003"), (&here.buyer("carl"), "S006")] {
        let again = scene.lock(buyer, seat).await.expect(200);
        assert_eq!(scene.lock(&buyer.at(there.address), seat).await.expect(200), again);
        kept.insert(seat.to_owned());
    }
    assert_eq!(scene.log(&scene.new).await, kept);
    let now = truth(&scene.new, scene.event).await;
    assert_eq!(now.version, after.version + 2);
    for viewer in &mut viewers {
        goes_over(viewer, &now).await;
    }
    let old = truth(&scene.old, scene.event).await;
    assert_eq!(old.version, at_the_fence.version, "nobody has reached behind the fence");
    assert!(lost.is_subset(&scene.log(&scene.old).await));
    invariants::hold(&scene.new).await;
    let [primary, standby] = &scene.clusters;
    let (primary, standby) = tokio::join!(primary.stop(), standby.stop());
    primary.and(standby).expect("they stop");
}
