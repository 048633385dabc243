//! The live map: one task per socket.

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
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
    socket.protocols([SUBPROTOCOL_BINARY]).on_upgrade(async move |mut socket| {
        // Whatever ends it, the socket is closed by going out of scope.
        let _ = follow(&mut socket, &app, event).await;
    })
}

async fn follow(socket: &mut WebSocket, app: &App, event: i64) -> Result<(), Failure> {
    // Before the map is read, so that nothing falls between the two.
    let mut changes = app.rooms.follow(event);
    let map = Map::read(app, event).await?;
    send(socket, Message::text(hello(EventId(event), map.version, map.seats))).await?;
    send(socket, Message::binary(map.snapshot)).await?;
    let mut version = map.version;
    loop {
        tokio::select! {
            change = changes.recv() => match change {
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
            },
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => {}
            },
        }
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Failure> {
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
