//! Serving HTTP/1.1 on a listening socket, with a limit on everything a connection may take: how
//! many there are, how long one may take to bring a request's head, how long it may say nothing
//! between requests, how slowly it may take an answer. The time of requests' bodies is the request's.
//!
//! A connection that becomes a live socket leaves here with its upgrade and is counted no more.

mod patient;
mod room;
mod taking;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

pub(super) use patient::Patient;
use room::{Room, Speaking, Spoken, Stay};

/// How long nobody is accepted after the system refused to: mostly for want of descriptors, which
/// others have to give back first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// How many connections are served at once; a further one takes the place of the one that has
    /// been silent for longest, or waits for one. Live sockets don't count, event streams do.
    pub connections_max: usize,
    /// How long a request's head may take to come, from its first byte; for a connection's first
    /// request, from the beginning.
    pub header_timeout: Duration,
    /// How long after an answer the next request's head has to be complete.
    pub keep_alive: Duration,
    /// How long it may be waited altogether for an answer to be taken, before the rate counts.
    pub taking_grace: Duration,
    /// How much of an answer has to be taken a second after that, in bytes, on average since its
    /// beginning; at least 1. Only the time counts in which there is something to be taken. A stream
    /// of events has the grace anew with whatever is taken of it.
    pub taking_rate_min: u64,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            header_timeout: Duration::from_secs(15),
            keep_alive: Duration::from_secs(75),
            taking_grace: Duration::from_secs(30),
            // A bad mobile network's half; the map of a stadium comes in less than a minute by it.
            taking_rate_min: 8 * 1024,
        }
    }
}

/// Whom a request comes from, as far as the connection tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// A running server.
#[derive(Clone, Debug)]
pub struct Server {
    connections: TaskTracker,
    stopping: CancellationToken,
    cut: CancellationToken,
}

impl Server {
    /// Serves the routes to whoever connects; `tune` sets the options of each connection. The
    /// tracker has a task per connection and one that accepts them.
    #[must_use]
    pub fn start(
        listener: TcpListener,
        routes: Router,
        limits: ConnectionLimits,
        connections: TaskTracker,
        tune: fn(&TcpStream),
    ) -> Self {
        let server =
            Self { connections, stopping: CancellationToken::new(), cut: CancellationToken::new() };
        server.connections.spawn(server.clone().accept(listener, routes, limits, tune));
        server
    }

    /// Accepts nobody any more and closes each connection once its request is answered.
    pub fn stop(&self) {
        self.stopping.cancel();
        self.connections.close();
    }

    /// Resolves when it has been stopped and all connections are closed.
    pub async fn stopped(&self) {
        self.connections.wait().await;
    }

    /// Drops all connections.
    pub fn cut(&self) {
        self.cut.cancel();
    }

    async fn accept(
        self,
        listener: TcpListener,
        routes: Router,
        limits: ConnectionLimits,
        tune: fn(&TcpStream),
    ) {
        let room = Room::new(limits.connections_max);
        while let Some((stay, stream, peer)) = self.next(&listener, &room).await {
            tune(&stream);
            let connection = self.clone().serve((stream, peer), stay, routes.clone(), limits);
            let cut = self.cut.clone();
            self.connections.spawn(async move { cut.run_until_cancelled(connection).await });
        }
    }

    /// The next connection, once there is room for it; none when the server stops.
    async fn next(
        &self,
        listener: &TcpListener,
        room: &Arc<Room>,
    ) -> Option<(Stay, TcpStream, SocketAddr)> {
        let next = async {
            loop {
                match listener.accept().await {
                    Ok((stream, peer)) => return Some((room.place().await?, stream, peer)),
                    Err(error) if is_the_peers(&error) => {}
                    Err(error) => {
                        tracing::error!(error = %error, "no connection can be accepted now");
                        sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        };
        self.stopping.run_until_cancelled(next).await.flatten()
    }

    async fn serve(
        self,
        (stream, peer): (TcpStream, SocketAddr),
        stay: Stay,
        routes: Router,
        limits: ConnectionLimits,
    ) {
        let (turn, room) = (Arc::clone(&stay.turn), Arc::clone(&stay.room));
        let io = TokioIo::new(Patient::new(stream, Arc::clone(&turn), limits));
        let service = service_fn(move |request| {
            let speaking = Speaking { turn: Arc::clone(&turn), room: Arc::clone(&room) };
            answer(routes.clone(), speaking, peer, request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // Runs between requests, too, where it is what limits the silence.
            .header_read_timeout(limits.keep_alive)
            .serve_connection(io, service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = stay.leave.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(error = %error, peer = %peer, "connection ended early");
        }
    }
}

async fn answer(
    routes: Router,
    speaking: Speaking,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response<Spoken>, Infallible> {
    speaking.turn.begin_answer();
    request.extensions_mut().insert(Peer(peer));
    let response = routes.oneshot(request).await;
    // After an upgrade no request follows: what comes then is no head and has no time to be late.
    let upgraded = response.as_ref().is_ok_and(|it| it.status() == StatusCode::SWITCHING_PROTOCOLS);
    if upgraded {
        speaking.turn.upgrade();
    } else {
        if response.as_ref().is_ok_and(is_stream) {
            speaking.turn.begin_stream();
        }
        speaking.turn.end_answer();
    }
    // What has become a socket never falls silent.
    let speaking = (!upgraded).then_some(speaking);
    Ok(response?.map(|body| Spoken::new(body, speaking)))
}

/// Whether it is a stream of events, which has no end.
fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// Whether it failed because of the one who connected, and the next may do better.
fn is_the_peers(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
