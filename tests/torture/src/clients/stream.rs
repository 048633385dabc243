//! The three ways to watch, as one source of messages.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use seatmap::protocol::live::client::ClientMessage;
use seatmap::protocol::live::message::ServerMessage;
use seatmap::protocol::live::{Format, binary, text};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async};

use crate::plan::Way;

/// How long connecting may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// Silence that makes a client look for another connection; nodes send something every second.
const SILENCE_MAX: Duration = Duration::from_secs(4);
/// The largest message on a stream, in bytes.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;

/// What came.
#[derive(Debug)]
pub(crate) enum Heard {
    Message(ServerMessage),
    Ended,
    /// Something that is no message.
    Nonsense(String),
}

pub(crate) enum Source {
    Socket(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>),
    Stream(Box<Events>),
}

/// Server-Sent Events as a browser takes them.
pub(crate) struct Events {
    response: reqwest::Response,
    kept: Vec<u8>,
    /// The latest `id`, by which the browser would come back.
    last_id: Option<String>,
}

impl Source {
    pub(crate) async fn open(
        door: SocketAddr,
        event: i64,
        way: Way,
        since: Option<&str>,
    ) -> Option<Self> {
        let opening = async {
            match way {
                Way::Json => socket(door, event, Format::Json, since).await,
                Way::Binary => socket(door, event, Format::Binary, since).await,
                Way::Stream => stream(door, event, since).await,
            }
        };
        timeout(CONNECT_PATIENCE, opening).await.ok().flatten()
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        timeout(SILENCE_MAX, self.next()).await.unwrap_or(Heard::Ended)
    }

    async fn next(&mut self) -> Heard {
        match self {
            Self::Socket(socket) => loop {
                let decoded = match socket.next().await {
                    Some(Ok(Message::Text(line))) => text::decode(&line),
                    Some(Ok(Message::Binary(bytes))) => binary::decode(&bytes),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Heard::Ended,
                    Some(Ok(_)) => continue,
                };
                return heard(decoded);
            },
            Self::Stream(events) => events.next().await,
        }
    }

    /// What a browser would send as `Last-Event-ID` to come back.
    pub(crate) fn last_id(&self) -> Option<&str> {
        match self {
            Self::Socket(_) => None,
            Self::Stream(events) => events.last_id.as_deref(),
        }
    }

    /// Asks for the whole map; where that can't be asked, nothing happens.
    pub(crate) async fn resync(&mut self) {
        if let Self::Socket(socket) = self {
            let _ = socket.send(Message::text(ClientMessage::Resync.encode())).await;
        }
    }
}

impl Events {
    async fn next(&mut self) -> Heard {
        loop {
            if let Some(end) = self.kept.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.kept.drain(..end + 2).collect();
                let block = String::from_utf8_lossy(&block);
                if let Some(id) = field(&block, "id:") {
                    self.last_id = Some(id);
                }
                match field(&block, "data:") {
                    Some(line) => return heard(text::decode(&line)),
                    None => continue,
                }
            }
            if self.kept.len() > MESSAGE_BYTES_MAX {
                return Heard::Nonsense("a message without an end".to_owned());
            }
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.kept.extend_from_slice(&bytes),
                Ok(None) | Err(_) => return Heard::Ended,
            }
        }
    }
}

fn heard<E: std::fmt::Display>(decoded: Result<ServerMessage, E>) -> Heard {
    match decoded {
        Ok(message) => Heard::Message(message),
        Err(error) => Heard::Nonsense(error.to_string()),
    }
}

/// A field of one block of a stream, `data` or `id`; `None` where it isn't.
fn field(block: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix(name)).collect();
    (!lines.is_empty()).then(|| lines.join("\n").trim_start().to_owned())
}

async fn socket(
    door: SocketAddr,
    event: i64,
    format: Format,
    since: Option<&str>,
) -> Option<Source> {
    let stream = TcpStream::connect(door).await.ok()?;
    let query = since.map_or_else(String::new, |since| format!("?since={since}"));
    let url = format!("ws://{door}/api/v1/events/{event}/live{query}");
    let mut request = url.into_client_request().ok()?;
    let protocol = format.subprotocol().parse().ok()?;
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (socket, _) = client_async(request, MaybeTlsStream::Plain(stream)).await.ok()?;
    Some(Source::Socket(Box::new(socket)))
}

async fn stream(door: SocketAddr, event: i64, last_id: Option<&str>) -> Option<Source> {
    let url = format!("http://{door}/api/v1/events/{event}/stream");
    let mut request = reqwest::Client::new().get(url);
    if let Some(last_id) = last_id {
        request = request.header("last-event-id", last_id);
    }
    let response = request.send().await.ok().filter(|response| response.status().is_success())?;
    let (kept, last_id) = (Vec::new(), last_id.map(str::to_owned));
    Some(Source::Stream(Box::new(Events { response, kept, last_id })))
}
