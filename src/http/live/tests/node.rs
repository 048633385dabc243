//! A node with nothing but the live routes, and somebody else's client for it.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::task::TaskTracker;
use utoipa_axum::router::OpenApiRouter;

use super::PATIENCE;
use crate::http::live::{LiveState, routes};
use crate::http::server::{ConnectionLimits, Server};
use crate::hub::script::Stage;
use crate::hub::settings::{LiveSettings, SocketWay};
use crate::protocol::live::message::ServerMessage;
use crate::protocol::live::{binary, text};

/// A node with the live routes only.
pub(super) struct Node {
    pub(super) stage: Stage,
    pub(super) address: SocketAddr,
}

impl Node {
    pub(super) async fn start(settings: LiveSettings) -> Self {
        Self::tuned(settings, |_| ()).await
    }

    /// A node that sets these options of its connections.
    pub(super) async fn tuned(settings: LiveSettings, tune: fn(&TcpStream)) -> Self {
        let stage = Stage::new(6, settings.clone());
        let state = LiveState::start(stage.hub.clone(), Arc::new(settings)).unwrap();
        let api = OpenApiRouter::new().nest("/api/v1", routes::<LiveState>());
        let (app, _) = api.with_state(state).split_for_parts();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let _server =
            Server::start(listener, app, ConnectionLimits::default(), TaskTracker::new(), tune);
        Self { stage, address }
    }

    pub(super) fn url(&self, scheme: &str, rest: &str) -> String {
        format!("{scheme}://{}/api/v1/events/{rest}", self.address)
    }

    pub(super) async fn open(&self, rest: &str, offer: Option<&str>) -> Result<Client, Error> {
        let mut request = self.url("ws", rest).into_client_request().unwrap();
        if let Some(offer) = offer {
            request.headers_mut().insert("sec-websocket-protocol", offer.parse().unwrap());
        }
        let (socket, response) = connect_async(request).await?;
        let chosen = response.headers().get("sec-websocket-protocol");
        let protocol = chosen.map(|name| name.to_str().unwrap().to_owned());
        Ok(Client { socket, protocol })
    }

    pub(super) async fn refusal(&self, rest: &str, offer: Option<&str>) -> u16 {
        match self.open(rest, offer).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            other => panic!("not refused: {:?}", other.err()),
        }
    }
}

/// A WebSocket client.
pub(super) struct Client {
    pub(super) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(super) protocol: Option<String>,
}

impl Client {
    pub(super) async fn frame(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match next.expect("something in time").expect("not ended").expect("no error") {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    pub(super) async fn next(&mut self) -> ServerMessage {
        match self.frame().await {
            Message::Text(line) => text::decode(&line).unwrap(),
            Message::Binary(bytes) => binary::decode(&bytes).unwrap(),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// Reads past hello and snapshot.
    pub(super) async fn begins(&mut self) {
        assert!(matches!(self.next().await, ServerMessage::Hello(_)));
        assert!(matches!(self.next().await, ServerMessage::Snapshot(_)));
    }

    pub(super) async fn say(&mut self, line: &str) {
        self.socket.send(Message::text(line)).await.unwrap();
    }

    /// Reads until the close frame and gives its code.
    pub(super) async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.frame().await {
                return frame.unwrap().code.into();
            }
        }
    }
}

pub(super) async fn node(sockets: SocketWay) -> Node {
    Node::start(LiveSettings { sockets, ..Default::default() }).await
}
