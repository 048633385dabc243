//! The table as it is told over REST, as nodes mirror it, and as it is in the database.

use std::net::SocketAddr;

use serde::Deserialize;
use tokio_postgres::NoTls;

use super::log::Status;
use crate::stage::{self, StageError};

/// All seats of an event at a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The version.
    pub version: u64,
    /// The history; empty from the database.
    pub epoch: String,
    /// The seats' labels; empty where they aren't told.
    pub labels: Vec<String>,
    /// The statuses' codes.
    pub statuses: Vec<u8>,
}

/// Why the database doesn't tell.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It can't be asked.
    #[error("the database can't be asked: {}", with_causes(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// The server sells the seats of another one.
    #[error("it is not the server's: event {0} is not in it, or is another one")]
    AnotherOne(i64),
    /// A number that is no status.
    #[error("the database holds a number that is no status")]
    NoStatus,
}

/// By itself an error of the client names a kind only.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        said = format!("{said}: {error}");
        cause = error.source();
    }
    said
}

/// A connection, driven for as long as the client lives.
///
/// # Errors
/// When the database can't be reached.
pub async fn connect(
    config: &tokio_postgres::Config,
) -> Result<tokio_postgres::Client, DatabaseError> {
    let (client, connection) = config.connect(NoTls).await?;
    // Ends with the client.
    tokio::spawn(connection);
    Ok(client)
}

/// `/tickets/all`: every change that was answered before is in it.
///
/// # Errors
/// When the server can't be asked.
pub async fn over_rest(target: SocketAddr, event: i64) -> Result<Table, StageError> {
    #[derive(Deserialize)]
    struct Tickets {
        items: Vec<Ticket>,
        version: u64,
        epoch: String,
    }
    #[derive(Deserialize)]
    struct Ticket {
        seat_no: String,
        status: Status,
    }
    let path = format!("/api/v1/events/{event}/tickets/all");
    let tickets: Tickets = stage::get(target, &path).await?;
    let statuses = tickets.items.iter().map(|ticket| ticket.status.code()).collect();
    let labels = tickets.items.into_iter().map(|ticket| ticket.seat_no).collect();
    Ok(Table { version: tickets.version, epoch: tickets.epoch, labels, statuses })
}

/// `/availability`: the node's mirror, at the version it names.
///
/// # Errors
/// When the server can't be asked.
pub async fn mirrored(target: SocketAddr, event: i64) -> Result<Table, StageError> {
    #[derive(Deserialize)]
    struct Availability {
        epoch: String,
        version: u64,
        statuses: String,
    }
    let path = format!("/api/v1/events/{event}/availability");
    let told: Availability = stage::get(target, &path).await?;
    let code = |letter| match letter {
        'A' => 0,
        'L' => 1,
        'R' => 2,
        'S' => 3,
        'B' => 4,
        _ => u8::MAX,
    };
    let statuses = told.statuses.chars().map(code).collect();
    Ok(Table { version: told.version, epoch: told.epoch, labels: Vec::new(), statuses })
}

const STATUSES: &str = "
    select e.version, array_agg(t.status order by t.seat_index)
    from events e join tickets t on t.event_id = e.id where e.id = $1 group by e.version";

/// The tickets themselves; version and statuses of one moment, since it is one statement.
///
/// # Errors
/// When the database can't be asked.
pub async fn from_database(
    client: &tokio_postgres::Client,
    event: i64,
) -> Result<Table, DatabaseError> {
    let row = client.query_opt(STATUSES, &[&event]).await?;
    let row = row.ok_or(DatabaseError::AnotherOne(event))?;
    let statuses: Vec<i16> = row.get(1);
    let code = |code: &i16| u8::try_from(*code).map_err(|_| DatabaseError::NoStatus);
    Ok(Table {
        version: row.get::<_, i64>(0).unsigned_abs(),
        epoch: String::new(),
        labels: Vec::new(),
        statuses: statuses.iter().map(code).collect::<Result<_, _>>()?,
    })
}
