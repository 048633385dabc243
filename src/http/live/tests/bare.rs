//! Stories of a client that frames by hand.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::PATIENCE;
use super::node::{Node, node};
use crate::hub::settings::{LiveSettings, SocketWay};
use crate::protocol::live::close;

/// A client that frames by hand: what it sends need not be right.
pub(super) struct Bare(pub(super) TcpStream);

impl Bare {
    /// Shakes hands, with these bytes right behind.
    async fn open(node: &Node, behind: &[u8]) -> Self {
        Self::open_on(TcpStream::connect(node.address).await.unwrap(), behind).await
    }

    /// Shakes hands over this connection.
    pub(super) async fn open_on(mut stream: TcpStream, behind: &[u8]) -> Self {
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
    pub(super) async fn frame(&mut self) -> (u8, Vec<u8>) {
        let first = self.0.read_u8().await.unwrap();
        let length = match self.0.read_u8().await.unwrap() {
            126 => self.0.read_u16().await.unwrap().into(),
            127 => self.0.read_u64().await.unwrap().try_into().unwrap(),
            short => usize::from(short),
        };
        let mut content = vec![0; length];
        self.0.read_exact(&mut content).await.unwrap();
        (first, content)
    }

    /// The next frame of a kind.
    pub(super) async fn frame_of(&mut self, first: u8) -> Vec<u8> {
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

pub(super) async fn what_comes_with_the_handshake_is_heard(sockets: SocketWay) {
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

pub(super) async fn broken_clients_are_told_why_and_closes_are_answered(sockets: SocketWay) {
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
