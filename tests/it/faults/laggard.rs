//! A viewer that doesn't keep up: it costs the server next to nothing, and is shown the truth when
//! it comes to.

use std::net::SocketAddr;
use std::time::Duration;

use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::Format;
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};

use super::converge::{assert_shows, truth};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::metrics::metric;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::viewer::Viewer;
use crate::support::{both_ways, events, eventually, name_of};

/// How many viewers stand still at once.
const STANDING: usize = 50;

/// Seats that change at once: in JSON a frame of some 100 KB.
const SEATS: u32 = 10_000;

/// More than the ring holds of such frames.
const FRAMES_TOO_MANY: u64 = 24;

/// Far more than a socket takes in advance.
const FRAMES_SOME: u64 = 6;

/// A connection that takes hardly anything in advance.
async fn narrow(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4 * 1024).expect("a size");
    socket.connect(address).await.expect("a connection")
}

/// Blocks and unblocks all seats by turns, each in a frame of its own; returns the last version.
async fn change_everything(organiser: &Buyer, frames: u64, witness: &mut Viewer) -> u64 {
    let event = witness.event;
    let seats: Vec<Value> = (1..=SEATS).map(|n| json!(format!("S{n:03}"))).collect();
    let body = json!({ "seats": seats });
    let mut version = 0;
    for turn in 0..frames {
        let verb = if turn % 2 == 0 { "block" } else { "unblock" };
        let answer = organiser.post(&format!("/events/{event}/{verb}"), body.clone()).await;
        version = answer.expect(200)["version"].as_u64().expect("a version");
        witness.reach(version).await;
    }
    version
}

both_ways!(
    a_viewer_that_fell_behind_gets_the_map_and_ends_up_right,
    viewers_that_stand_still_hold_no_frames,
    a_viewer_that_takes_nothing_for_too_long_is_closed
);

async fn a_viewer_that_fell_behind_gets_the_map_and_ends_up_right(sockets: SocketWay) {
    let database = Database::new().await;
    let server = Server::owning(&database, sockets).await;
    let event = events::create(&server, SEATS).await;
    let narrow = narrow(server.address).await;
    let mut laggard = Viewer::deaf(narrow, event, Format::Json).await.expect("a viewer");
    let mut witness = server.viewer(event).await;
    let version =
        change_everything(&server.buyer("organiser"), FRAMES_TOO_MANY, &mut witness).await;
    laggard.reach(version).await;
    assert_shows(&laggard, &truth(&database, event).await);
    let snapshots = metric(server.address, "laggard_snapshots").await;
    assert!(snapshots > 0, "it was brought up by a snapshot");
    // And then it keeps up like anybody.
    let locked = server.buyer("anna").lock(event, "S042").await.expect(200);
    laggard.reach(locked["version"].as_u64().expect("a version")).await;
    assert_shows(&laggard, &truth(&database, event).await);
}

/// The memory a process has in use, in bytes.
fn resident(process: &Process) -> u64 {
    let path = format!("/proc/{}/statm", process.pid());
    let pages = std::fs::read_to_string(path).expect("its figures");
    let pages: u64 = pages.split(' ').nth(1).expect("a figure").parse().expect("a number");
    pages
        * nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE)
            .expect("a size")
            .expect("a size")
            .unsigned_abs()
}

async fn viewers_that_stand_still_hold_no_frames(sockets: SocketWay) {
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, SEATS).await;
    let server = Process::start(&database, &[("LIVE_SOCKETS", name_of(sockets))]);
    let mut witness =
        Viewer::open_as(server.address, event, Format::Json, None).await.expect("a viewer");
    let organiser = server.buyer("organiser");
    // Once without them, so that what frames cost anyway has been paid.
    change_everything(&organiser, FRAMES_SOME, &mut witness).await;
    let before = resident(&server);
    let mut standing = Vec::new();
    for _ in 0..STANDING {
        let narrow = narrow(server.address).await;
        standing.push(Viewer::deaf(narrow, event, Format::Json).await.expect("a viewer"));
    }
    change_everything(&organiser, FRAMES_SOME, &mut witness).await;
    let grown = resident(&server).saturating_sub(before);
    // Each frame is at least ten bytes a seat in JSON.
    let passed = STANDING as u64 * FRAMES_SOME * u64::from(SEATS) * 10;
    assert!(grown < passed / 4, "grown by {grown} bytes while {passed} passed");
    assert_eq!(metric(server.address, "viewers").await, STANDING as u64 + 1);
}

async fn a_viewer_that_takes_nothing_for_too_long_is_closed(sockets: SocketWay) {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.live.sockets = sockets;
        settings.live.stall_timeout = Duration::from_millis(300);
    })
    .await;
    let event = events::create(&server, SEATS).await;
    let narrow = narrow(server.address).await;
    let standing = Viewer::deaf(narrow, event, Format::Json).await.expect("a viewer");
    let mut witness = server.viewer(event).await;
    change_everything(&server.buyer("organiser"), FRAMES_SOME, &mut witness).await;
    eventually("it is closed", || async {
        metric(server.address, "stalled_closes").await == 1
            && metric(server.address, "viewers").await == 1
    })
    .await;
    drop(standing);
}
