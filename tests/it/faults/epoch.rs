//! History is not continued: a restore in place, or an operator who says so. Whoever has a map
//! gets it anew.

use std::process::Command;
use std::time::Duration;

use super::converge::{assert_shows, truth};
use crate::support::database::Database;
use crate::support::process::url;
use crate::support::server::Server;
use crate::support::viewer::Viewer;
use crate::support::{events, invariants};

async fn server(database: &Database) -> Server {
    Server::start_with(database, |settings| {
        settings.live.compare_every = Duration::from_millis(100);
    })
    .await
}

/// Copies an event's changing rows aside.
const BACK_UP: &str = "
    create table kept_events as select * from events;
    create table kept_tickets as select * from tickets;
    create table kept_holds as select * from holds;
    create table kept_changes as select * from seat_changes;";

/// Puts them back, as a restore in place would.
const RESTORE: &str = "
    begin;
    delete from seat_changes;
    insert into seat_changes select * from kept_changes;
    delete from holds;
    insert into holds select * from kept_holds;
    update tickets t set status = k.status, hold_id = k.hold_id
    from kept_tickets k where k.event_id = t.event_id and k.seat_index = t.seat_index;
    update events e set version = k.version, counts = k.counts
    from kept_events k where k.id = e.id;";

async fn restored_maps_are_shown_anew(and: &str) -> (Viewer, u64) {
    let database = Database::new().await;
    let server = server(&database).await;
    let event = events::create(&server, 20).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S001").await.expect(200);
    database.execute(BACK_UP).await;
    for seat in ["S002", "S003", "S004"] {
        anna.lock(event, seat).await.expect(200);
    }
    let mut viewer = server.viewer(event).await;
    viewer.reach(4).await;
    let epoch = viewer.follower.position().expect("a map").epoch;
    database.execute(&format!("{RESTORE} {and}; commit")).await;
    let truth = truth(&database, event).await;
    assert_eq!(truth.version, 1);
    let back = |viewer: &Viewer| viewer.follower.position().is_some_and(|p| p.version == 1);
    assert!(viewer.hear_until(back).await, "the connection stays");
    assert_shows(&viewer, &truth);
    // What follows is told from there.
    let next = server.buyer("bea").lock(event, "S010").await.expect(200);
    assert_eq!(next["version"], 2);
    viewer.reach(2).await;
    assert_shows(&viewer, &super::converge::truth(&database, event).await);
    let same = viewer.follower.position().expect("a map").epoch == epoch;
    // A client that was away with a version of the lost history gets the map, not a delta.
    invariants::hold(&database).await;
    (viewer, u64::from(same))
}

#[tokio::test]
async fn a_rewound_database_is_noticed_by_its_version() {
    let (_, same_epoch) = restored_maps_are_shown_anew("select 1").await;
    assert_eq!(same_epoch, 1);
}

#[tokio::test]
async fn a_rewound_database_with_another_salt_has_another_epoch() {
    let salt = "update events set epoch_salt = epoch_salt + 1";
    let (_, same_epoch) = restored_maps_are_shown_anew(salt).await;
    assert_eq!(same_epoch, 0);
}

#[tokio::test]
async fn bumping_the_epoch_gives_everyone_the_whole_map_again() {
    let database = Database::new().await;
    let server = server(&database).await;
    let event = events::create(&server, 20).await;
    server.buyer("anna").lock(event, "S001").await.expect(200);
    let mut viewer = server.viewer(event).await;
    let away = server.viewer(event).await.drop_connection();
    let before = viewer.follower.position().expect("a map");
    let bump = Command::new(env!("CARGO_BIN_EXE_seatmap"))
        .args(["epoch", "bump"])
        .env_clear()
        .env("DATABASE_URL", url(&database.config))
        .output()
        .expect("the program runs");
    assert!(bump.status.success(), "{bump:?}");
    let said = String::from_utf8_lossy(&bump.stdout).into_owned();
    assert!(said.contains("1 events have a new epoch"), "{said}");
    let changed =
        |viewer: &Viewer| viewer.follower.position().is_some_and(|p| p.epoch != before.epoch);
    assert!(viewer.hear_until(changed).await, "the connection stays");
    let truth = truth(&database, event).await;
    assert_shows(&viewer, &truth);
    // Who was away comes back with the old epoch and is given the map, not a delta.
    let address = server.address;
    let format = seatmap::protocol::live::Format::Json;
    let back = Viewer::open_as(address, event, format, Some(away)).await;
    let mut back = back.expect("a viewer");
    assert!(back.hear_until(changed).await);
    assert_shows(&back, &truth);
}
