//! The server dies without a word, alone or with its private cluster.

use seatmap::protocol::live::Format;
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;

use super::converge::{assert_shows, truth};
use super::load::Load;
use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::viewer::Viewer;
use crate::support::{events, eventually, invariants};

/// Claim 12 of the contract.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed_under_load() {
    let database = Database::new().await;
    // A node beside the one that dies; it makes the event and goes on.
    let bystander = Server::start(&database).await;
    let many = json!({ "max_seats_per_user": 500 });
    let event = events::create_with(&bystander, 500, many).await;
    let victim = Process::start(&database, &[]);
    let short = json!({ "lock_seconds": 2 });
    let abandoned = events::create_with(&bystander, 20, short).await;
    let kept = victim.buyer("keeps-a-seat").lock(event, "S001").await.expect(200);
    victim.buyer("walks-away").lock(abandoned, "S001").await.expect(200);
    let viewer = Viewer::open(victim.address, event).await;
    let load = Load::begin(&[victim.address], &[(event, 500)], 8);
    load.proceed(150).await;
    victim.kill();
    let record = load.end().await;
    record.assert_only_expected_answers();
    assert!(record.unanswered > 0, "the server was killed under load");
    record.assert_kept(&database).await;
    invariants::hold(&database).await;

    let successor = Process::start(&database, &[]);
    let away = viewer.drop_connection();
    let mut back = Viewer::open_as(successor.address, event, Format::Binary, Some(away))
        .await
        .expect("a viewer");
    let truth = truth(&database, event).await;
    back.reach(truth.version).await;
    assert_shows(&back, &truth);
    // A hold belongs to its caller, not to the server that gave it.
    let again = successor.buyer("keeps-a-seat").lock(event, "S001").await.expect(200);
    assert_eq!(again["hold_id"], kept["hold_id"]);
    successor.buyer("keeps-a-seat").book(event, 1).await.expect(201);
    eventually("the abandoned seat is free", || async {
        let map = bystander.buyer("anna").map(abandoned).await;
        map["S001"] == "available"
    })
    .await;
    invariants::hold(&database).await;
    assert!(successor.terminate().success());
}

/// A data folder that PostgreSQL's own user can reach.
fn data_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("seatmap-data-").tempdir().expect("a folder");
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("its mode");
    folder
}

/// The postmaster of a private cluster.
fn postmaster(folder: &TempDir) -> Option<i32> {
    let file = std::fs::read_to_string(folder.path().join("cluster/postmaster.pid")).ok()?;
    file.lines().next()?.parse().ok()
}

fn is_gone(pid: i32) -> bool {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None).is_err()
}

fn demo_event() -> serde_json::Value {
    events::body(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_cluster_survives_its_server_and_stops_with_the_next() {
    let folder = data_folder();
    let path = folder.path().to_str().expect("a path").to_owned();
    let variables = [("SEATMAP_DATA_DIR", path.as_str()), ("MAX_SEATS_PER_USER", "200")];
    let first = Process::start_with("serve", &variables);
    let event = first.buyer("organiser").post("/events", demo_event()).await.expect(201);
    let event = event["id"].as_i64().expect("an id");
    let anna = first.buyer("anna");
    anna.lock(event, "S200").await.expect(200);
    let booking = anna.book(event, 1).await.expect(201);
    let sold = anna.confirm(&booking["id"], "pay-1").await.expect(200);
    let viewer = Viewer::open(first.address, event).await;
    let load = Load::begin(&[first.address], &[(event, 199)], 4);
    load.proceed(40).await;
    // The server first and its cluster with it, like a power cut.
    let orphan = postmaster(&folder).expect("a postmaster");
    let pid = nix::unistd::Pid::from_raw(orphan);
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).expect("a signal");
    first.kill();
    let record = load.end().await;
    record.assert_only_expected_answers();

    let second = Process::start_with("serve", &variables);
    let anna = anna.at(second.address);
    let mut read = anna.get(&format!("/bookings/{}", booking["id"])).await.expect(200);
    // Who reads is told the event's current version; all else is as it was answered.
    assert!(read["version"].as_u64() >= sold["version"].as_u64(), "{read}");
    read["version"] = sold["version"].clone();
    assert_eq!(read, sold);
    let database = embedded_database(&folder);
    record.assert_kept(&database).await;
    invariants::hold(&database).await;
    let away = Some(viewer.drop_connection());
    let back = Viewer::open_as(second.address, event, Format::Binary, away).await;
    let mut back = back.expect("a viewer");
    let truth = truth(&database, event).await;
    back.reach(truth.version).await;
    assert_shows(&back, &truth);
    let successor = postmaster(&folder).expect("a postmaster");
    assert!(second.terminate().success());
    assert!(is_gone(successor) && is_gone(orphan), "its cluster ends with the server");
}

/// The database inside a private cluster, from outside.
fn embedded_database(folder: &TempDir) -> Database {
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).expect("a file");
        text.trim().to_owned()
    };
    let mut config = tokio_postgres::Config::new();
    config
        .host("127.0.0.1")
        .port(read("port").parse().expect("a port"))
        .user("seatmap")
        .password(read("password"))
        .dbname("seatmap");
    Database { name: "seatmap".to_owned(), config }
}
