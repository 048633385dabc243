//! Somebody who watches a map: a client that isn't ours under the follower of the load generator,
//! which shares the wire types with the server and nothing of its state-keeping.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::message::ServerMessage;
use seatmap::protocol::live::since::Since;
use seatmap::protocol::live::{Format, binary, text};
use seatmap_loadtest::follower::{Follower, Reaction};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async};

use super::PATIENCE;

pub struct Viewer {
    pub follower: Follower,
    pub event: i64,
    pub format: Format,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Message(ServerMessage),
    /// The server closed, with this code.
    Closed(u16),
    /// The connection broke off.
    Lost,
}

impl Viewer {
    /// Connects in the binary format and waits for the map.
    pub async fn open(address: SocketAddr, event: i64) -> Self {
        Self::open_as(address, event, Format::Binary, None).await.expect("a viewer")
    }

    /// Connects, from a position or anew, and waits until the position is known.
    pub async fn open_as(
        address: SocketAddr,
        event: i64,
        format: Format,
        earlier: Option<Follower>,
    ) -> Option<Self> {
        let mut follower = earlier.unwrap_or_default();
        let since = follower.position();
        follower.reconnect();
        let stream = TcpStream::connect(address).await.ok()?;
        let socket = greet(stream, event, format, since).await?;
        let mut viewer = Self { follower, event, format, socket };
        viewer.hear_until(|viewer| viewer.follower.position().is_some()).await.then_some(viewer)
    }

    /// Shakes hands over a connection made elsewhere and hears nothing yet.
    pub async fn deaf(stream: TcpStream, event: i64, format: Format) -> Option<Self> {
        let socket = greet(stream, event, format, None).await?;
        Some(Self { follower: Follower::new(), event, format, socket })
    }

    /// The version it shows.
    pub fn version(&self) -> u64 {
        self.follower.position().map_or(0, |position| position.version)
    }

    /// The status of a seat as it shows it.
    pub fn seat(&self, index: usize) -> SeatStatus {
        self.follower.statuses()[index]
    }

    /// Takes in one message and does what a client must.
    pub async fn hear(&mut self) -> Heard {
        let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        let message = match frame.expect("something is said") {
            Some(Ok(Message::Text(line))) => text::decode(&line).expect("a message"),
            Some(Ok(Message::Binary(bytes))) => binary::decode(&bytes).expect("a message"),
            Some(Ok(Message::Close(frame))) => {
                return Heard::Closed(frame.map_or(1005, |frame| frame.code.into()));
            }
            Some(Ok(_)) => return Box::pin(self.hear()).await,
            Some(Err(_)) | None => return Heard::Lost,
        };
        let reaction = self.follower.take(&message);
        assert_eq!(self.follower.violations(), [] as [String; 0], "the server broke its promise");
        if reaction == Reaction::Resync {
            self.say(r#"{"type":"resync"}"#).await;
        }
        Heard::Message(message)
    }

    pub async fn say(&mut self, text: &str) {
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// Takes in messages until `done`; false when the connection ended before.
    pub async fn hear_until(&mut self, done: impl Fn(&Self) -> bool) -> bool {
        let hearing = async {
            while !done(self) {
                if matches!(self.hear().await, Heard::Closed(_) | Heard::Lost) {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(PATIENCE, hearing).await.expect("it comes about")
    }

    /// Follows until a version is shown.
    pub async fn reach(&mut self, version: u64) {
        let reached = self.hear_until(|viewer| viewer.version() >= version).await;
        assert!(reached, "the connection ended before version {version}");
    }

    /// Drops the connection without a word, keeping what was seen.
    pub fn drop_connection(self) -> Follower {
        self.follower
    }
}

async fn greet(
    stream: TcpStream,
    event: i64,
    format: Format,
    since: Option<Since>,
) -> Option<WebSocketStream<MaybeTlsStream<TcpStream>>> {
    let query = since.map_or_else(String::new, |since| format!("?since={since}"));
    let address = stream.peer_addr().ok()?;
    let url = format!("ws://{address}/api/v1/events/{event}/live{query}");
    let mut request = url.into_client_request().expect("a request");
    let protocol = format.subprotocol().parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (socket, _) = client_async(request, MaybeTlsStream::Plain(stream)).await.ok()?;
    Some(socket)
}
