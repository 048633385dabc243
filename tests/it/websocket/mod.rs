//! The WebSocket layer against RFC 6455, point by point: what a client sends, byte for byte, and
//! what must come back. The groups are those of the Autobahn suite. Over a real node, in both ways
//! of owning sockets.

mod bytes;
mod closing;
mod fragments;
mod frames;
mod handshake;
mod peer;
mod utf8;

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use seatmap::hub::settings::SocketWay;

use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;
use peer::Peer;

/// Rows that are tried at the same time.
const AT_ONCE: usize = 32;

/// What comes back. Where an echo would be, a good text is answered by a heartbeat and any other
/// message by an error.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Comes {
    Pong(Vec<u8>),
    /// Pongs to some of the pings, the last of which is this (RFC 6455, 5.5.3).
    PongAtLast(Vec<u8>),
    Heartbeat,
    Error,
    /// A close frame with this code, then the end and nothing before it.
    Close(Option<u16>),
}

/// One line of the table.
struct Row {
    name: String,
    /// Of RFC 6455.
    section: &'static str,
    sent: Vec<u8>,
    comes: Vec<Comes>,
}

fn row(
    name: impl Into<String>,
    section: &'static str,
    sent: impl Into<Vec<u8>>,
    comes: impl Into<Vec<Comes>>,
) -> Row {
    Row { name: name.into(), section, sent: sent.into(), comes: comes.into() }
}

/// How a row's bytes travel.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// At once.
    Whole,
    /// Each byte on its own.
    Bytewise,
}

/// Tries each row at both paces; lists all that fail.
async fn try_all(sockets: SocketWay, rows: Vec<Row>) {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.live.sockets = sockets;
        settings.live.close_timeout = Duration::from_millis(200);
    })
    .await;
    let event = events::create(&server, 5).await;
    let paces = [Pace::Whole, Pace::Bytewise];
    let attempts = rows.iter().flat_map(|row| paces.map(|pace| (row, pace)));
    let failures: Vec<String> = stream::iter(attempts)
        .map(|(row, pace)| {
            let (address, sockets) = (server.address, sockets);
            async move {
                let mut peer = Peer::open(address, event).await;
                peer.send(&row.sent, pace).await;
                let what =
                    format!("{sockets:?}, {pace:?}: {} (RFC 6455, {})", row.name, row.section);
                peer.expect(&row.comes).await.err().map(|why| format!("{what}: {why}"))
            }
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(async |failed| failed)
        .collect()
        .await;
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
