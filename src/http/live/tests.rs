//! The live routes over real sockets, against somebody else's client, with a scripted database.

mod bare;
mod node;
mod plain;
mod slow;

use std::time::Duration;

use futures_util::SinkExt;
use reqwest::StatusCode;
use tokio_tungstenite::tungstenite::Message;

use crate::domain::seat::SeatStatus::{Locked, Sold};
use crate::hub::settings::{LiveSettings, SocketWay};
use crate::protocol::live::close;
use crate::protocol::live::message::{Mode, ServerMessage};
use bare::{
    broken_clients_are_told_why_and_closes_are_answered, what_comes_with_the_handshake_is_heard,
};
use node::{Node, node};
use slow::{
    a_ping_answered_while_nothing_could_be_said_counts, who_takes_a_little_is_closed_in_the_end,
};

/// Nothing takes this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tells every story of sockets once for each way of owning them.
macro_rules! both_ways {
    ($($story:ident),+ $(,)?) => {
        mod direct {
            use super::SocketWay;
            $(#[tokio::test] async fn $story() { super::$story(SocketWay::Direct).await; })+
        }
        mod portable {
            use super::SocketWay;
            $(#[tokio::test] async fn $story() { super::$story(SocketWay::Portable).await; })+
        }
    };
}

both_ways! {
    both_formats_tell_the_same_story,
    whoever_cannot_be_served_hears_it_as_http,
    clients_are_answered_and_those_who_talk_nonsense_are_closed,
    a_silent_event_is_kept_alive_and_a_dead_peer_is_let_go,
    a_peer_that_takes_nothing_is_closed_once_nothing_moves,
    who_takes_a_little_is_closed_in_the_end,
    a_ping_answered_while_nothing_could_be_said_counts,
    a_restart_says_bye_and_is_over_when_everybody_has_gone,
    what_comes_with_the_handshake_is_heard,
    broken_clients_are_told_why_and_closes_are_answered,
    events_and_formats_are_kept_apart,
    a_lost_history_begins_anew_and_a_lost_event_ends,
}

async fn both_formats_tell_the_same_story(sockets: SocketWay) {
    let node = node(sockets).await;
    let mut json = node.open("1/live", None).await.unwrap();
    let mut both = node.open("1/live", Some("seatmap.v1.json, seatmap.v1.bin")).await.unwrap();
    assert_eq!(json.protocol, None);
    assert_eq!(both.protocol.as_deref(), Some("seatmap.v1.bin"));
    node.stage.change(2, Locked).await;
    for client in [&mut json, &mut both] {
        let ServerMessage::Hello(hello) = client.next().await else { panic!("hello first") };
        assert_eq!((hello.event_id.0, hello.seats, hello.mode), (1, 6, Mode::Snapshot));
        let ServerMessage::Snapshot(map) = client.next().await else { panic!("snapshot second") };
        assert_eq!((map.version, map.statuses.len()), (0, 6));
        let ServerMessage::Delta(delta) = client.next().await else { panic!("delta third") };
        assert_eq!((delta.from, delta.version, delta.changes), (0, 1, vec![(2, Locked)]));
    }
    let mut resumed = node.open("1/live?since=e1.1", Some("seatmap.v1.bin")).await.unwrap();
    let ServerMessage::Hello(hello) = resumed.next().await else { panic!("hello first") };
    assert_eq!((hello.mode, hello.version), (Mode::Resume, 1));
    resumed.say(r#"{"type":"ping"}"#).await;
    let ServerMessage::Heartbeat(beat) = resumed.next().await else { panic!("heartbeat") };
    assert_eq!((beat.version, beat.viewers), (1, 3));
    let direct = node.stage.hub.stats().snapshot().viewers_direct;
    assert_eq!(direct, if sockets == SocketWay::Direct { 3 } else { 0 });
}

async fn whoever_cannot_be_served_hears_it_as_http(sockets: SocketWay) {
    let node = Node::start(LiveSettings { sockets, viewers_max: 1, ..Default::default() }).await;
    assert_eq!(node.refusal("9/live", None).await, 404);
    assert_eq!(node.refusal("x/live", None).await, 400);
    assert_eq!(node.refusal("1/live", Some("graphql-ws")).await, 400);
    let plain = reqwest::get(node.url("http", "1/live")).await.unwrap();
    assert_eq!(plain.status(), StatusCode::UPGRADE_REQUIRED);
    let _only = node.open("1/live", None).await.unwrap();
    assert_eq!(node.refusal("1/live", None).await, 503);
    let stream = reqwest::get(node.url("http", "1/stream")).await.unwrap();
    assert_eq!(stream.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(stream.headers().contains_key("retry-after"));
}

async fn clients_are_answered_and_those_who_talk_nonsense_are_closed(sockets: SocketWay) {
    let node = node(sockets).await;
    let mut client = node.open("1/live", Some("seatmap.v1.json")).await.unwrap();
    client.begins().await;
    client.say(r#"{"type":"resync"}"#).await;
    assert!(matches!(client.next().await, ServerMessage::Snapshot(_)));
    for nonsense in ["{}", "buy", r#"{"type":"sell"}"#] {
        client.say(nonsense).await;
        assert!(matches!(client.next().await, ServerMessage::Error(_)));
    }
    assert_eq!(client.closed().await, close::PROTOCOL_ERROR);

    let mut client = node.open("1/live", None).await.unwrap();
    client.say(&"x".repeat(4097)).await;
    assert_eq!(client.closed().await, close::TOO_BIG);
    let mut client = node.open("1/live", None).await.unwrap();
    client.socket.send(Message::text("x".repeat(100_000))).await.unwrap();
    assert_eq!(client.closed().await, close::TOO_BIG);
}

async fn a_silent_event_is_kept_alive_and_a_dead_peer_is_let_go(sockets: SocketWay) {
    let settings = LiveSettings {
        sockets,
        heartbeat: Duration::from_secs(1),
        pong_timeout: Duration::from_secs(1),
        close_timeout: Duration::from_millis(50),
        ..Default::default()
    };
    let node = Node::start(settings).await;
    let mut alive = node.open("1/live", None).await.unwrap();
    let dead = node.open("1/live", None).await.unwrap();
    alive.begins().await;
    let gone = async {
        loop {
            assert!(matches!(alive.next().await, ServerMessage::Heartbeat(_)));
            if node.stage.hub.stats().snapshot().stalled_closes == 1 {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    drop(dead);
}

async fn a_peer_that_takes_nothing_is_closed_once_nothing_moves(sockets: SocketWay) {
    let settings = LiveSettings {
        sockets,
        stall_timeout: Duration::from_millis(100),
        close_timeout: Duration::from_millis(50),
        resync_every: Duration::ZERO,
        ..Default::default()
    };
    let node = Node::start(settings).await;
    node.stage.create(crate::domain::ids::EventId(2), 200_000);
    let mut client = node.open("2/live", Some("seatmap.v1.json")).await.unwrap();
    // Asks for far more than the kernel's buffers take, and reads nothing of it.
    let asking = async {
        while node.stage.hub.stats().snapshot().stalled_closes == 0 {
            if client.socket.send(Message::text(r#"{"type":"resync"}"#)).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap();
    let closed = async {
        while node.stage.hub.stats().snapshot().viewers > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.unwrap();
    assert_eq!(node.stage.hub.stats().snapshot().stalled_closes, 1);
}

async fn a_restart_says_bye_and_is_over_when_everybody_has_gone(sockets: SocketWay) {
    let node = node(sockets).await;
    let mut client = node.open("1/live", Some("seatmap.v1.bin")).await.unwrap();
    client.begins().await;
    let mut stream = reqwest::get(node.url("http", "1/stream")).await.unwrap();
    let lifetime = node.stage.hub.lifetime().clone();
    lifetime.stop.cancel();
    let ServerMessage::Bye(bye) = client.next().await else { panic!("bye") };
    assert_eq!((bye.code, bye.reason.as_str()), (close::RESTART, "restart"));
    assert_eq!(client.closed().await, close::RESTART);
    let mut said = String::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        said.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(said.contains(r#"{"type":"bye","code":1012"#), "{said}");
    // Answers the close, as any client does, and goes.
    drop(client);
    lifetime.tasks.close();
    tokio::time::timeout(PATIENCE, lifetime.tasks.wait()).await.unwrap();
}

async fn events_and_formats_are_kept_apart(sockets: SocketWay) {
    let node = node(sockets).await;
    node.stage.create(crate::domain::ids::EventId(2), 6);
    let mut others = vec![node.open("2/live", Some("seatmap.v1.bin")).await.unwrap()];
    let mut followers = Vec::new();
    for turn in 0..20 {
        let offer = ["seatmap.v1.json", "seatmap.v1.bin"][turn % 2];
        followers.push(node.open("1/live", Some(offer)).await.unwrap());
        others.push(node.open("2/live", Some(offer)).await.unwrap());
    }
    for client in followers.iter_mut().chain(&mut others) {
        client.begins().await;
    }
    // Some leave, from the middle too, and the rest still get everything, once and in order.
    for at in [15, 8, 0] {
        drop(followers.remove(at));
    }
    for version in 1..=5 {
        node.stage.change(u32::try_from(version).unwrap(), Locked).await;
        for client in &mut followers {
            let ServerMessage::Delta(delta) = client.next().await else { panic!("a delta") };
            assert_eq!((delta.from, delta.version), (version - 1, version));
        }
    }
    for client in &mut others {
        client.say(r#"{"type":"ping"}"#).await;
        let ServerMessage::Heartbeat(beat) = client.next().await else { panic!("nothing else") };
        assert_eq!((beat.version, beat.viewers), (0, 21));
    }
}

async fn a_lost_history_begins_anew_and_a_lost_event_ends(sockets: SocketWay) {
    let compare_every = Duration::from_millis(20);
    let node = Node::start(LiveSettings { sockets, compare_every, ..Default::default() }).await;
    let mut client = node.open("1/live", Some("seatmap.v1.bin")).await.unwrap();
    client.begins().await;
    node.stage.restore("e2", 7, &[Sold; 6]);
    let ServerMessage::Hello(hello) = client.next().await else { panic!("hello again") };
    assert_eq!((hello.epoch.as_str(), hello.version), ("e2", 7));
    let ServerMessage::Snapshot(map) = client.next().await else { panic!("snapshot again") };
    assert_eq!(map.statuses, [Sold; 6]);
    node.stage.delete();
    assert_eq!(client.closed().await, close::EVENT_GONE);
}
