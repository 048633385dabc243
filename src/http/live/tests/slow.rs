//! Stories of peers that take what they are sent slowly.
//!
//! Both ends' kernels keep as little as they can, so that a map of [`SEATS`] is far more than that.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::PATIENCE;
use super::bare::Bare;
use super::node::Node;
use crate::domain::seat::SeatStatus::Sold;
use crate::hub::settings::{LiveSettings, SocketWay};

/// How many bytes a kernel is asked to keep.
const KEPT_BYTES: u32 = 4 * 1024;

/// A letter each, in JSON.
const SEATS: usize = 200_000;

/// A text frame, a ping, and what a client answers to it, its mask zero.
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];

/// A node with one event of six seats, whose kernel keeps little.
async fn narrow(settings: LiveSettings) -> Node {
    Node::tuned(settings, |stream: &TcpStream| {
        socket2::SockRef::from(stream).set_send_buffer_size(KEPT_BYTES as usize).unwrap();
    })
    .await
}

/// A client whose kernel keeps little.
async fn open_narrow(node: &Node) -> Bare {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(KEPT_BYTES).unwrap();
    Bare::open_on(socket.connect(node.address).await.unwrap(), &[]).await
}

pub(super) async fn who_takes_a_little_is_closed_in_the_end(sockets: SocketWay) {
    let settings = LiveSettings {
        sockets,
        stall_timeout: Duration::from_millis(500),
        close_timeout: Duration::from_millis(50),
        ..Default::default()
    };
    let node = narrow(settings).await;
    node.stage.restore("e1", 0, &[Sold; SEATS]);
    let mut client = open_narrow(&node).await;
    let (mut taken, mut some) = (0, [0; 512]);
    // Something moves all the time, and all of it would take ten seconds.
    let taking = async {
        while node.stage.hub.stats().snapshot().stalled_closes == 0 {
            taken += client.0.read(&mut some).await.unwrap_or(0);
            assert!(taken < SEATS, "it was never closed");
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, taking).await.unwrap();
    let gone = async {
        while node.stage.hub.stats().snapshot().viewers > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, gone).await.unwrap();
}

pub(super) async fn a_ping_answered_while_nothing_could_be_said_counts(sockets: SocketWay) {
    let pong_timeout = Duration::from_secs(3);
    let compare_every = Duration::from_millis(20);
    let settings = LiveSettings { sockets, pong_timeout, compare_every, ..Default::default() };
    let node = narrow(settings).await;
    let mut client = open_narrow(&node).await;
    client.frame_of(PING).await;
    let late = Instant::now() + pong_timeout + Duration::from_millis(200);
    // Without a word of the client's, it is told more than fits on the way.
    node.stage.restore("e2", 7, &[Sold; SEATS]);
    while !String::from_utf8_lossy(&client.frame_of(TEXT).await).contains(r#""epoch":"e2""#) {}
    sleep(Duration::from_millis(100)).await;
    client.0.write_all(&PONG).await.unwrap();
    sleep_until(late).await;
    assert!(client.frame_of(TEXT).await.len() > SEATS, "the map");
    let text = br#"{"type":"ping"}"#;
    let length = 0x80 | u8::try_from(text.len()).unwrap();
    let asked = [&[TEXT, length, 0, 0, 0, 0], &text[..]].concat();
    client.0.write_all(&asked).await.unwrap();
    let answered = async {
        loop {
            match client.frame().await {
                (TEXT, said) if said.starts_with(br#"{"type":"heartbeat""#) => return,
                (TEXT | PING, _) => {}
                (kind, said) => panic!("closed: {kind:x} {said:?}"),
            }
        }
    };
    timeout(PATIENCE, answered).await.unwrap();
    assert_eq!(node.stage.hub.stats().snapshot().stalled_closes, 0);
}
