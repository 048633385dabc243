//! Taking a socket away from the HTTP server: the handshake is answered, and once the answer is on
//! its way the bare TCP connection is given to a loop.
//!
//! That works where the connection is a TCP stream and HTTP/1.1 was spoken on it. For all others
//! there is the portable way, and whoever finds out too late says so once and takes that way from
//! then on.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Version, header};
use axum::response::Response;
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::Loops;
use super::inbox::Handover;
use crate::http::live::connection::Connection;
use crate::http::problem::Failure;
use crate::http::server::Patient;
use crate::hub::subscription::Subscription;
use crate::protocol::live::Format;
use crate::protocol::problem::Code;

/// The handshake of a connection that may be taken away. To be extracted before the library's
/// upgrade, which checks the handshake and keeps the connection.
pub(in crate::http::live) struct PlainUpgrade(Option<Plain>);

struct Plain {
    upgraded: OnUpgrade,
    /// Computed at once: keeping the client's key would keep the whole request in memory.
    accept: HeaderValue,
}

impl<S: Sync> FromRequestParts<S> for PlainUpgrade {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let is_plain = parts.version == Version::HTTP_11 && parts.method == Method::GET;
        let upgraded = parts.extensions.get::<OnUpgrade>().filter(|_| is_plain).cloned();
        let key = parts.headers.get(header::SEC_WEBSOCKET_KEY);
        Ok(Self(upgraded.zip(key).and_then(|(upgraded, key)| {
            let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
            Some(Plain { upgraded, accept: HeaderValue::try_from(accept).ok()? })
        })))
    }
}

/// A viewer that has passed all checks, on its way from the handshake to its socket.
pub(in crate::http::live) struct Viewer {
    pub(in crate::http::live) subscription: Subscription,
    pub(in crate::http::live) connection: Connection,
    pub(in crate::http::live) tracked: TaskTrackerToken,
}

impl PlainUpgrade {
    /// Whether this connection can be given to a loop.
    pub(in crate::http::live) fn is_possible(&self) -> bool {
        self.0.is_some()
    }

    /// Answers the handshake, with the subprotocol if one was offered, and gives the connection
    /// to a loop once the answer has been sent.
    pub(in crate::http::live) fn accept(
        self,
        loops: &Arc<Loops>,
        subprotocol: Option<Format>,
        viewer: Viewer,
    ) -> Result<Response, Failure> {
        let (upgraded, response) = self.answer(subprotocol)?;
        let loops = Arc::clone(loops);
        tokio::spawn(async move {
            // A client that has gone meanwhile needs no loop.
            if let Some((stream, early)) = take(upgraded, &loops).await {
                let Viewer { subscription, connection, tracked } = viewer;
                loops.take(Handover { stream, early, subscription, connection, tracked });
            }
        });
        Ok(response)
    }

    /// Answers the handshake, with the subprotocol if one was offered; says what becomes of the
    /// connection once the answer has been sent.
    pub(in crate::http::live) fn answer(
        self,
        subprotocol: Option<Format>,
    ) -> Result<(OnUpgrade, Response), Failure> {
        let Some(Plain { upgraded, accept }) = self.0 else {
            return Err(Failure::new(Code::UpgradeRequired, "not a plain connection"));
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        if let Some(format) = subprotocol {
            let name = HeaderValue::from_static(format.subprotocol());
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, name);
        }
        Ok((upgraded, response))
    }
}

/// Takes the TCP connection out of the HTTP server, with what has been read of it already.
async fn take(upgraded: OnUpgrade, loops: &Loops) -> Option<(std::net::TcpStream, Bytes)> {
    let upgraded = upgraded.await.ok()?;
    let Ok(parts) = upgraded.downcast::<TokioIo<Patient>>() else {
        loops.give_up("it isn't a TCP stream");
        return None;
    };
    // The server's own buffer is eight kilobytes, whatever it holds.
    let early = Bytes::copy_from_slice(&parts.read_buf);
    match parts.io.into_inner().into_inner().into_std() {
        Ok(stream) => Some((stream, early)),
        Err(error) => {
            loops.give_up(&error.to_string());
            None
        }
    }
}
