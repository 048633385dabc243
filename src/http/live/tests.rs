//! The live routes over real sockets, against somebody else's client, with a scripted database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use tokio_util::task::TaskTracker;
use utoipa_axum::router::OpenApiRouter;

use super::{LiveState, routes};
use crate::domain::seat::SeatStatus::{Locked, Sold};
use crate::http::server::{ConnectionLimits, Server};
use crate::hub::script::Stage;
use crate::hub::settings::{LiveSettings, SocketWay};
use crate::protocol::live::message::{Mode, ServerMessage};
use crate::protocol::live::{binary, close, text};

/// Nothing takes this long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// A node with the live routes only.
struct Node {
    stage: Stage,
    address: SocketAddr,
}

impl Node {
    async fn start(settings: LiveSettings) -> Self {
        let stage = Stage::new(6, settings.clone());
        let state = LiveState::start(stage.hub.clone(), Arc::new(settings)).unwrap();
        let api = OpenApiRouter::new().nest("/api/v1", routes::<LiveState>());
        let (app, _) = api.with_state(state).split_for_parts();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let _server =
            Server::start(listener, app, ConnectionLimits::default(), TaskTracker::new(), |_| ());
        Self { stage, address }
    }

    fn url(&self, scheme: &str, rest: &str) -> String {
        format!("{scheme}://{}/api/v1/events/{rest}", self.address)
    }

    async fn open(&self, rest: &str, offer: Option<&str>) -> Result<Client, Error> {
        let mut request = self.url("ws", rest).into_client_request().unwrap();
        if let Some(offer) = offer {
            request.headers_mut().insert("sec-websocket-protocol", offer.parse().unwrap());
        }
        let (socket, response) = connect_async(request).await?;
        let chosen = response.headers().get("sec-websocket-protocol");
        let protocol = chosen.map(|name| name.to_str().unwrap().to_owned());
        Ok(Client { socket, protocol })
    }

    async fn refusal(&self, rest: &str, offer: Option<&str>) -> u16 {
        match self.open(rest, offer).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            other => panic!("not refused: {:?}", other.err()),
        }
    }
}

/// A WebSocket client.
struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    protocol: Option<String>,
}

impl Client {
    async fn frame(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("something in time").expect("not ended").expect("no error") {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    async fn next(&mut self) -> ServerMessage {
        match self.frame().await {
            Message::Text(line) => text::decode(&line).unwrap(),
            Message::Binary(bytes) => binary::decode(&bytes).unwrap(),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// Reads past hello and snapshot.
    async fn begins(&mut self) {
        assert!(matches!(self.next().await, ServerMessage::Hello(_)));
        assert!(matches!(self.next().await, ServerMessage::Snapshot(_)));
    }

    async fn say(&mut self, line: &str) {
        self.socket.send(Message::text(line)).await.unwrap();
    }

    /// Reads until the close frame and gives its code.
    async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.frame().await {
                return frame.unwrap().code.into();
            }
        }
    }
}

async fn node(sockets: SocketWay) -> Node {
    Node::start(LiveSettings { sockets, ..Default::default() }).await
}

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

#[tokio::test]
async fn a_stream_numbers_snapshots_and_deltas_and_resumes_from_the_last_event_id() {
    let node = node(SocketWay::Direct).await;
    let mut stream = reqwest::get(node.url("http", "1/stream")).await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    node.stage.change(0, Sold).await;
    let mut said = String::new();
    while !said.contains("id: e1.1") {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap();
        said.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    let events: Vec<&str> = said.trim_end().split("\n\n").collect();
    assert!(events[0].starts_with(r#"data: {"type":"hello""#), "{said}");
    assert!(events[1].contains(r#"data: {"type":"snapshot""#), "{said}");
    assert!(events[1].contains("id: e1.") && !events[0].contains("id:"), "{said}");

    let client = reqwest::Client::new();
    let request = client.get(node.url("http", "1/stream?since=e1.1"));
    let mut stream = request.header("last-event-id", "e1.0").send().await.unwrap();
    let mut said = String::new();
    while !said.contains("delta") {
        let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await.unwrap().unwrap();
        said.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    assert!(said.contains(r#""mode":"resume""#), "{said}");
    assert!(said.contains(r#"{"type":"delta","from":0,"version":1,"changes":[[0,"S"]]}"#));
}

#[tokio::test]
async fn availability_is_cacheable_in_both_formats() {
    let node = node(SocketWay::Direct).await;
    let client = reqwest::Client::new();
    let url = node.url("http", "1/availability");
    let json = client.get(&url).send().await.unwrap();
    assert_eq!(json.headers()["content-type"], "application/json");
    assert_eq!(json.headers()["vary"], "Accept, Accept-Encoding");
    let etag = json.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(etag, "\"e1.0.j\"");
    let known = client.get(&url).header("if-none-match", format!("W/{etag}")).send();
    let known = known.await.unwrap();
    assert_eq!(
        (known.status(), known.headers()["etag"].to_str().unwrap()),
        (StatusCode::NOT_MODIFIED, &*etag)
    );
    let frame = client.get(&url).header("accept", "application/octet-stream").send();
    let frame = frame.await.unwrap();
    assert_eq!(frame.headers()["etag"], "\"e1.0.b\"");
    let frame = frame.bytes().await.unwrap();
    assert!(matches!(binary::decode(&frame), Ok(ServerMessage::Snapshot(_))));
    let missing = client.get(node.url("http", "9/availability")).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

/// A client that frames by hand: what it sends need not be right.
struct Bare(TcpStream);

impl Bare {
    /// Shakes hands, with these bytes right behind.
    async fn open(node: &Node, behind: &[u8]) -> Self {
        let mut stream = TcpStream::connect(node.address).await.unwrap();
        let request = "GET /api/v1/events/1/live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n\
                       Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(&[request.as_bytes(), behind].concat()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        assert!(head.starts_with("http/1.1 101 "), "{head}");
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
        Self(stream)
    }

    /// The next frame: its first byte and what it holds.
    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let first = self.0.read_u8().await.unwrap();
        let length = match self.0.read_u8().await.unwrap() {
            126 => self.0.read_u16().await.unwrap().into(),
            short => usize::from(short),
        };
        let mut content = vec![0; length];
        self.0.read_exact(&mut content).await.unwrap();
        (first, content)
    }

    /// The next frame of a kind.
    async fn frame_of(&mut self, first: u8) -> Vec<u8> {
        let wait = async {
            loop {
                let (kind, content) = self.frame().await;
                if kind == first {
                    return content;
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap()
    }

    /// Reads what the server closes with, and to the end of what it sends.
    async fn closed(mut self) -> Vec<u8> {
        let content = self.frame_of(0x88).await;
        let mut rest = Vec::new();
        let end = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut rest)).await;
        assert_eq!(end.unwrap().unwrap(), 0, "nothing follows a close");
        content
    }
}

async fn what_comes_with_the_handshake_is_heard(sockets: SocketWay) {
    let node = node(sockets).await;
    // A ping whose mask is zero, in one packet with the handshake.
    let ping = [0x89, 0x82, 0, 0, 0, 0, b'h', b'i'];
    let mut bare = Bare::open(&node, &ping).await;
    assert_eq!(bare.frame_of(0x8a).await, b"hi");
    // And a text in two fragments, cut in the middle of a header.
    let text = br#"{"type":"ping"}"#;
    let (one, two) = text.split_at(7);
    let first = [&[0x01, 0x87, 0, 0, 0, 0], one].concat();
    let second = [&[0x80, 0x88, 0, 0, 0, 0], two].concat();
    bare.0.write_all(&[&first[..], &second[..3]].concat()).await.unwrap();
    tokio::task::yield_now().await;
    bare.0.write_all(&second[3..]).await.unwrap();
    loop {
        if bare.frame_of(0x81).await.starts_with(br#"{"type":"heartbeat""#) {
            break;
        }
    }
}

async fn broken_clients_are_told_why_and_closes_are_answered(sockets: SocketWay) {
    let close_timeout = Duration::from_millis(50);
    let settings = LiveSettings { sockets, close_timeout, ..Default::default() };
    let node = Node::start(settings).await;
    let mask = [0, 0, 0, 0];
    for (frame, code) in [
        (&[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xff][..], close::NOT_UTF8),
        // Not masked, reserved bits, an unknown kind, a continuation of nothing.
        (&[0x81, 0x02, b'{', b'}'], close::WEBSOCKET_PROTOCOL),
        (&[0xc1, 0x82, 0, 0, 0, 0, b'{', b'}'], close::WEBSOCKET_PROTOCOL),
        (&[0x83, 0x80, 0, 0, 0, 0], close::WEBSOCKET_PROTOCOL),
        (&[0x80, 0x80, 0, 0, 0, 0], close::WEBSOCKET_PROTOCOL),
        (&[0x82, 0xfe, 0x10, 0x01, 0, 0, 0, 0], close::TOO_BIG),
    ] {
        let mut bare = Bare::open(&node, &[]).await;
        bare.0.write_all(frame).await.unwrap();
        assert_eq!(bare.closed().await[..2], code.to_be_bytes(), "{frame:?}");
    }
    for content in [&[][..], &[0x03, 0xe8], &[0x0f, 0xa0]] {
        let mut bare = Bare::open(&node, &[]).await;
        let head = [0x88, 0x80 | u8::try_from(content.len()).unwrap()];
        bare.0.write_all(&[&head[..], &mask, content].concat()).await.unwrap();
        assert_eq!(bare.closed().await, content, "answered by the same");
    }
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
