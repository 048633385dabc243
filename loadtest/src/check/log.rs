//! The change log, over REST as an organiser reads it, or from the database.

use std::net::SocketAddr;

use serde::Deserialize;

use super::table::DatabaseError;
use crate::rest::Token;
use crate::stage::{self, StageError};

/// Lines a page has, the most the server gives.
const PAGE_LINES: usize = 1_000;

/// Where a seat stands, by the contract's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Anybody may lock it.
    Available,
    /// In somebody's hold.
    Locked,
    /// Booked, payment due.
    Reserved,
    /// Booked and paid.
    Sold,
    /// Not for sale.
    Blocked,
}

impl Status {
    /// The wire's and the database's code.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        Some(match code {
            0 => Self::Available,
            1 => Self::Locked,
            2 => Self::Reserved,
            3 => Self::Sold,
            4 => Self::Blocked,
            _ => return None,
        })
    }

    /// The code of it.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Available => 0,
            Self::Locked => 1,
            Self::Reserved => 2,
            Self::Sold => 3,
            Self::Blocked => 4,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["available", "locked", "reserved", "sold", "blocked"][usize::from(self.code())]
    }
}

/// One step of one seat.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LogLine {
    /// The version it belongs to.
    pub version: u64,
    /// The seat.
    #[serde(rename = "seat_index")]
    pub seat: u32,
    /// Where it stood.
    pub from: Status,
    /// Where it went.
    pub to: Status,
    /// What made it go.
    pub cause: String,
    /// Who did it; `None` for the clock.
    pub actor: Option<i64>,
}

/// Reads an event's log page by page.
#[derive(Clone, Debug)]
pub(super) struct RestLog {
    target: SocketAddr,
    token: Option<Token>,
    event: i64,
    /// The last version read of, and how many of its lines were.
    last: u64,
    lines_of_last: usize,
}

impl RestLog {
    /// What comes after a version.
    pub(super) fn after(
        target: SocketAddr,
        token: Option<Token>,
        event: i64,
        version: u64,
    ) -> Self {
        Self { target, token, event, last: version + 1, lines_of_last: 0 }
    }

    /// The next lines; none when everything has been read.
    pub(super) async fn next(&mut self) -> Result<Vec<LogLine>, StageError> {
        #[derive(Deserialize)]
        struct Page {
            items: Vec<LogLine>,
        }
        // A page may end within a version, so the next one begins there too, a few lines on.
        let (since, offset) = (self.last.saturating_sub(1), self.lines_of_last);
        let event = self.event;
        let path = format!(
            "/api/v1/events/{event}/changes?since={since}&limit={PAGE_LINES}&offset={offset}"
        );
        let page: Page = stage::get_as_organiser(self.target, self.token.as_ref(), &path).await?;
        for line in &page.items {
            if line.version != self.last {
                (self.last, self.lines_of_last) = (line.version, 0);
            }
            self.lines_of_last += 1;
        }
        Ok(page.items)
    }
}

const LINES: &str = "
    select version, seat_index, from_status, to_status, cause, actor_id
    from seat_changes where event_id = $1 and version > $2
    order by version, ordinal limit $3";

/// Lines read from the database at once, the last version's rest with them.
const LINES_AT_ONCE: i64 = 100_000;

/// Reads lines after a version from the database: whole versions only.
pub(super) async fn from_database(
    client: &tokio_postgres::Client,
    event: i64,
    after: u64,
) -> Result<Vec<LogLine>, DatabaseError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = client.query(LINES, &[&event, &after, &LINES_AT_ONCE]).await?;
    let is_cut = rows.len() as i64 == LINES_AT_ONCE;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let status = |at: usize| {
            let code = u8::try_from(row.get::<_, i16>(at)).unwrap_or(u8::MAX);
            Status::of_code(code).ok_or(DatabaseError::NoStatus)
        };
        lines.push(LogLine {
            version: row.get::<_, i64>(0).unsigned_abs(),
            seat: row.get::<_, i32>(1).unsigned_abs(),
            from: status(2)?,
            to: status(3)?,
            cause: row.get(4),
            actor: row.get(5),
        });
    }
    if is_cut && let Some(last) = lines.last().map(|line| line.version) {
        lines.retain(|line| line.version < last);
    }
    Ok(lines)
}
