//! The live map: a task per socket that sends and one that hears. One for both would look for
//! something to hear at every change, and each look clears a buffer of 128 KiB.

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use seatmap::domain::ids::{EventId, Version};
use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::{SUBPROTOCOL_BINARY, binary};
use tokio::sync::broadcast::error::RecvError;

use super::failure::Failure;
use super::{App, Seats, Shared};
use crate::board::hello;

pub(super) async fn join(
    socket: WebSocketUpgrade,
    Path(event): Path<i64>,
    State(app): State<Shared>,
) -> Response {
    socket.protocols([SUBPROTOCOL_BINARY]).on_upgrade(async move |socket| {
        let (mut sink, stream) = socket.split();
        let mut hearing = tokio::spawn(hear(stream));
        // Whatever ends it, the socket is closed when both halves have gone.
        tokio::select! {
            _ = follow(&mut sink, &app, event) => hearing.abort(),
            _ = &mut hearing => {}
        }
    })
}

/// Until the viewer leaves. What it says otherwise is nobody's business.
async fn hear(mut stream: SplitStream<WebSocket>) {
    while let Some(Ok(heard)) = stream.next().await {
        if matches!(heard, Message::Close(_)) {
            return;
        }
    }
}

type Sink = SplitSink<WebSocket, Message>;

async fn follow(socket: &mut Sink, app: &App, event: i64) -> Result<(), Failure> {
    // Before the map is read, so that nothing falls between the two.
    let mut changes = app.rooms.follow(event);
    let map = Map::read(app, event).await?;
    send(socket, Message::text(hello(EventId(event), map.version, map.seats))).await?;
    send(socket, Message::binary(map.snapshot)).await?;
    let mut version = map.version;
    loop {
        match changes.recv().await {
            Ok(change) if change.version > version => {
                version = change.version;
                send(socket, Message::Binary(change.bytes)).await?;
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => {
                let map = Map::read(app, event).await?;
                version = map.version;
                send(socket, Message::binary(map.snapshot)).await?;
            }
            Err(RecvError::Closed) => return Ok(()),
        }
    }
}

async fn send(socket: &mut Sink, message: Message) -> Result<(), Failure> {
    socket.send(message).await.map_err(|_| Failure::Gone)
}

/// The whole map.
struct Map {
    version: Version,
    seats: usize,
    snapshot: Vec<u8>,
}

impl Map {
    async fn read(app: &App, event: i64) -> Result<Self, Failure> {
        let pool = match &app.seats {
            Seats::Board(board) => {
                let board = board.lock().expect("nothing panics while it holds the board");
                let snapshot = board.snapshot();
                return Ok(Self { version: board.version(), seats: board.seats(), snapshot });
            }
            Seats::Database(pool) => pool,
        };
        let client = pool.get().await?;
        // One statement sees one moment.
        let read = client
            .prepare_cached(
                "select e.version, array_agg(t.status order by t.seat_index)
                 from events e join tickets t on t.event_id = e.id where e.id = $1 group by e.id",
            )
            .await?;
        let row = client.query_opt(&read, &[&event]).await?.ok_or(Failure::NotFound)?;
        let version = row.get::<_, i64>(0) as Version;
        let codes: Vec<i16> = row.get(1);
        let status = |code: i16| SeatStatus::from_code(code as u8).unwrap_or(SeatStatus::Available);
        let statuses: Vec<SeatStatus> = codes.into_iter().map(status).collect();
        let snapshot = binary::snapshot(version, &statuses);
        Ok(Self { version, seats: statuses.len(), snapshot })
    }
}
