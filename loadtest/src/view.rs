//! `view`: follows one event over a WebSocket and prints what is said, one JSON line each.

use std::ops::ControlFlow;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use seatmap::protocol::live::client::ClientMessage;
use seatmap::protocol::live::message::ServerMessage;
use seatmap::protocol::live::since::Since;
use seatmap::protocol::live::{DecodeError, Format, binary, close, text};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::follower::{Follower, Reaction};

/// A server that says nothing for this many of its heartbeat intervals has broken its promise.
const SILENT_HEARTBEATS_MAX: u32 = 2;
/// How long the first word may take.
const HELLO_TIMEOUT: Duration = Duration::from_secs(30);

/// What to follow.
#[derive(Clone, Debug)]
pub struct View {
    /// The server, as `ws://host:port`.
    pub url: String,
    /// The event.
    pub event: i64,
    /// How messages are written.
    pub format: Format,
    /// Where to go on from.
    pub since: Option<Since>,
}

/// Why following ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The connection failed, or was refused.
    #[error("{0}")]
    Socket(#[from] Box<tungstenite::Error>),
    /// The server broke the contract.
    #[error("violation: {0}")]
    Violation(String),
    /// The server closed with a code that says not to come back.
    #[error("closed with {0}")]
    Closed(u16),
}

impl View {
    /// Follows until the server ends the connection, handing each message to `print`, which may
    /// have had enough.
    ///
    /// # Errors
    /// On the first violation, and when the connection fails.
    pub async fn run(
        &self,
        mut print: impl FnMut(&ServerMessage) -> ControlFlow<()>,
    ) -> Result<(), ViewError> {
        let mut socket = self.connect().await?;
        let mut follower = match self.since.clone() {
            Some(since) => Follower::resuming(since, Vec::new()),
            None => Follower::new(),
        };
        let mut silence = HELLO_TIMEOUT;
        loop {
            let Ok(next) = timeout(silence, socket.next()).await else {
                return Err(ViewError::Violation(format!("nothing was said for {silence:?}")));
            };
            let Some(frame) = next else { return Ok(()) };
            let Some(message) = decode(frame.map_err(Box::new)?)? else { continue };
            if print(&message).is_break() {
                return Ok(());
            }
            if let ServerMessage::Hello(hello) = &message {
                silence = Duration::from_secs(hello.heartbeat_secs.max(1)) * SILENT_HEARTBEATS_MAX;
            }
            let reaction = follower.take(&message);
            if let Some(violation) = follower.violations().first() {
                return Err(ViewError::Violation(violation.clone()));
            }
            if reaction == Reaction::Resync {
                let resync = Message::text(ClientMessage::Resync.encode());
                socket.send(resync).await.map_err(Box::new)?;
            }
        }
    }

    async fn connect(&self) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, ViewError> {
        let base = self.url.trim_end_matches('/');
        let mut url = format!("{base}/api/v1/events/{}/live", self.event);
        if let Some(since) = &self.since {
            url.push_str(&format!("?since={since}"));
        }
        let mut request = url.into_client_request().map_err(Box::new)?;
        let protocol = HeaderValue::from_static(self.format.subprotocol());
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (socket, _) = connect_async(request).await.map_err(Box::new)?;
        Ok(socket)
    }
}

/// The message in a frame; `None` for frames that carry none, or one of a later protocol.
fn decode(frame: Message) -> Result<Option<ServerMessage>, ViewError> {
    let decoded = match frame {
        Message::Text(line) => text::decode(&line),
        Message::Binary(bytes) => binary::decode(&bytes),
        Message::Close(Some(frame)) if !close::asks_to_reconnect(frame.code.into()) => {
            return Err(ViewError::Closed(frame.code.into()));
        }
        Message::Close(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {
            return Ok(None);
        }
    };
    match decoded {
        Ok(message) => Ok(Some(message)),
        Err(DecodeError::UnknownKind(_)) => Ok(None),
        Err(error) => Err(ViewError::Violation(error.to_string())),
    }
}
