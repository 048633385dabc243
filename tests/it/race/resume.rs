//! Coming back to a map: on another node, on one that has just begun, and from nowhere.

use seatmap::domain::change::ChangeSet;
use seatmap::domain::seat::SeatStatus;
use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::Format;
use seatmap::protocol::live::message::{Hello, Mode, ServerMessage};
use seatmap::protocol::live::since::Since;
use seatmap_loadtest::follower::Follower;

use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;
use crate::support::viewer::{Heard, Viewer};

#[tokio::test]
async fn a_viewer_resumes_on_the_other_node_exactly_where_it_was() {
    for format in Format::ALL {
        let database = Database::new().await;
        let (one, other) =
            (Server::start(&database).await, Server::owning(&database, SocketWay::Portable).await);
        let event = events::create(&one, 50).await;
        // The other node follows the event, too: its frames are others than the first one's.
        let mut witness = other.viewer(event).await;
        lock_some(&one, event, 1..=5).await;
        let mut viewer = Viewer::open_as(one.address, event, format, None).await.expect("a viewer");
        viewer.reach(5).await;
        let follower = viewer.drop_connection();
        lock_some(&other, event, 6..=9).await;
        witness.reach(9).await;

        let mut back =
            Viewer::open_as(other.address, event, format, Some(follower)).await.expect("a viewer");
        let hello = greeting(&mut back).await;
        assert_eq!((hello.mode, hello.version), (Mode::Resume, 9));
        let delta = change(&mut back).await;
        assert_eq!((delta.from, delta.version), (5, 9), "exactly from where it was");
        assert_eq!(delta.changes.len(), 4);
        assert_eq!(back.follower.statuses(), witness.follower.statuses());

        lock_some(&one, event, 10..=10).await;
        back.reach(10).await;
        assert_eq!(back.seat(9), SeatStatus::Locked);
    }
}

#[tokio::test]
async fn a_node_that_has_just_begun_knows_what_happened_before_it() {
    let database = Database::new().await;
    let one = Server::start(&database).await;
    let event = events::create(&one, 50).await;
    let viewer = one.viewer(event).await;
    let newcomer = viewer.drop_connection();
    assert_eq!(newcomer.position().expect("a position").version, 0);
    lock_some(&one, event, 1..=8).await;
    let mut viewer = one.viewer(event).await;
    viewer.reach(8).await;
    let recent = viewer.drop_connection();
    lock_some(&one, event, 9..=9).await;
    one.stop().await;

    let fresh = Server::start(&database).await;
    for (follower, from) in [(newcomer, 0), (recent, 8)] {
        let mut back = Viewer::open_as(fresh.address, event, Format::Binary, Some(follower))
            .await
            .expect("a viewer");
        assert_eq!(greeting(&mut back).await.mode, Mode::Resume);
        let delta = change(&mut back).await;
        assert_eq!((delta.from, delta.version), (from, 9));
        assert_eq!(back.seat(7), SeatStatus::Locked);
        assert_eq!(back.seat(8), SeatStatus::Locked);
    }
}

#[tokio::test]
async fn who_missed_nothing_is_sent_nothing_until_something_happens() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 50).await;
    lock_some(&server, event, 1..=3).await;
    let mut viewer = server.viewer(event).await;
    viewer.reach(3).await;
    let follower = viewer.drop_connection();
    let mut back = Viewer::open_as(server.address, event, Format::Json, Some(follower))
        .await
        .expect("a viewer");
    let hello = greeting(&mut back).await;
    assert_eq!((hello.mode, hello.version), (Mode::Resume, 3));
    back.say(r#"{"type":"ping"}"#).await;
    let Heard::Message(ServerMessage::Heartbeat(beat)) = back.hear().await else {
        panic!("a heartbeat, as nothing was missed");
    };
    assert_eq!(beat.version, 3);
    lock_some(&server, event, 4..=4).await;
    assert_eq!(change(&mut back).await.version, 4);
}

#[tokio::test]
async fn who_comes_from_nowhere_gets_the_whole_map() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 50).await;
    lock_some(&server, event, 1..=3).await;
    let epoch = server.viewer(event).await.follower.position().expect("a position").epoch;
    let ahead = Since { epoch, version: 1_000 };
    let foreign = Since { epoch: "another".to_owned(), version: 3 };
    for since in [ahead, foreign] {
        let follower = Follower::resuming(since, vec![SeatStatus::Sold; 50]);
        let mut viewer = Viewer::open_as(server.address, event, Format::Binary, Some(follower))
            .await
            .expect("a viewer");
        assert_eq!(greeting(&mut viewer).await.mode, Mode::Snapshot);
        let Heard::Message(ServerMessage::Snapshot(snapshot)) = viewer.hear().await else {
            panic!("a snapshot after a hello that says so");
        };
        assert_eq!(snapshot.version, 3);
        assert_eq!(viewer.seat(2), SeatStatus::Locked);
        assert_eq!(viewer.seat(3), SeatStatus::Available);
    }
}

/// Locks seats one by one, each by somebody else: one version each.
async fn lock_some(server: &Server, event: i64, seats: std::ops::RangeInclusive<u32>) {
    for number in seats {
        let buyer = server.buyer(&format!("buyer-{number}"));
        let locked = buyer.lock(event, &format!("S{number:03}")).await.expect(200);
        assert_eq!(locked["version"], number);
    }
}

async fn greeting(viewer: &mut Viewer) -> Hello {
    match viewer.hear().await {
        Heard::Message(ServerMessage::Hello(hello)) => hello,
        other => panic!("hello comes first, not {other:?}"),
    }
}

async fn change(viewer: &mut Viewer) -> ChangeSet {
    match viewer.hear().await {
        Heard::Message(ServerMessage::Delta(delta)) => delta,
        other => panic!("a delta was due, not {other:?}"),
    }
}
