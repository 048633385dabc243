//! The pool and the listening connection.

use std::future::poll_fn;
use std::sync::Arc;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use futures_util::StreamExt as _;
use futures_util::stream;
use seatmap::domain::change::ChangeSet;
use seatmap::domain::seat::SeatStatus;
use tokio_postgres::{AsyncMessage, NoTls};

use super::{App, Failed};

/// The channel of changes.
pub(super) const CHANNEL: &str = "textbook_changes";

/// A pool on a database that has the tables.
pub(super) async fn open(url: &str, connections: usize) -> Result<Pool, Failed> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(url.parse()?, NoTls, recycling);
    let pool = Pool::builder(manager).max_size(connections).build()?;
    pool.get().await?.batch_execute(include_str!("schema.sql")).await?;
    Ok(pool)
}

/// Broadcasts what is notified, for as long as the connection lives.
pub(super) async fn listen(url: &str, app: Arc<App>) -> Result<(), Failed> {
    let (client, mut connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(notification) = message
                && let Some((event, change)) = read(notification.payload())
            {
                app.rooms.say(event, &change);
            }
        }
        eprintln!("textbook: the listening connection has ended");
    });
    client.batch_execute(&format!("listen {CHANNEL}")).await?;
    // The connection ends with its client, so the client is kept for as long as the program runs.
    tokio::spawn(async move {
        let _client = client;
        poll_fn(|_| std::task::Poll::<()>::Pending).await;
    });
    Ok(())
}

/// `<event> <version> <status> <seat>,<seat>…`
pub(super) fn write(event: i64, version: i64, status: SeatStatus, seats: &[i32]) -> String {
    let seats: Vec<String> = seats.iter().map(ToString::to_string).collect();
    format!("{event} {version} {} {}", status.code(), seats.join(","))
}

fn read(payload: &str) -> Option<(i64, ChangeSet)> {
    let mut parts = payload.split(' ');
    let event = parts.next()?.parse().ok()?;
    let version: u64 = parts.next()?.parse().ok()?;
    let status = SeatStatus::from_code(parts.next()?.parse().ok()?)?;
    let seats = parts.next()?.split(',');
    let changes: Option<Vec<_>> = seats.map(|seat| Some((seat.parse().ok()?, status))).collect();
    Some((event, ChangeSet { from: version - 1, version, changes: changes? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_notified_can_be_read() {
        let changes = vec![(3, SeatStatus::Sold), (12, SeatStatus::Sold)];
        let expected = (7, ChangeSet { from: 40, version: 41, changes });
        assert_eq!(read(&write(7, 41, SeatStatus::Sold, &[3, 12])), Some(expected));
        assert_eq!(read("7 41 9 3"), None);
    }
}
