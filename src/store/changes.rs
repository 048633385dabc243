//! Reading the change log for people: who changed which seat, why and when.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::rows;
use crate::domain::ids::{BookingId, ChartId, EventId, SeatIndex, UserId, Version};
use crate::domain::seat::SeatStatus;

/// One step of one seat, as logged.
#[derive(Clone, Debug)]
pub struct ChangeRecord {
    /// The version it belongs to.
    pub version: Version,
    /// The seat.
    pub seat: SeatIndex,
    /// Where it stood.
    pub from: SeatStatus,
    /// Where it went.
    pub to: SeatStatus,
    /// What made it go.
    pub cause: String,
    /// Who did it; `None` for the clock and for organisers nobody named.
    pub actor: Option<UserId>,
    /// The request that did it.
    pub request_id: Option<String>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// The booking that the seat came into, moved on with or left.
    pub booking: Option<BookingId>,
    /// When it was decided, by the database's clock.
    pub at: Timestamp,
    /// The chart that the seat is a position in.
    pub chart: ChartId,
}

/// Which part of the log.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Of this event.
    pub event: EventId,
    /// Of this booking only.
    pub booking: Option<BookingId>,
    /// Since this version.
    pub after: Version,
    /// From which end.
    pub order: Order,
}

/// Which way a log is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the beginning.
    OldestFirst,
    /// From the end.
    NewestFirst,
}

// An event that moves to another chart gives its seats back in the old one first.
macro_rules! select_changes {
    ($rest:literal) => {
        concat!(
            "select version, seat_index, from_status, to_status, cause, actor_id, request_id,
                    reason, at, booking_id,
                    event_chart(event_id, version - (cause = 'chart' and to_status = 0)::int)
             from seat_changes
             where event_id = $1 and version > $2 and ($3::bigint is null or booking_id = $3) ",
            $rest
        )
    };
}

const LIST: &str = select_changes!("order by version, ordinal limit $4 offset $5");
const LIST_BACK: &str = select_changes!("order by version desc, ordinal desc limit $4 offset $5");
const COUNT: &str = "select count(*) from seat_changes
    where event_id = $1 and version > $2 and ($3::bigint is null or booking_id = $3)";

fn record(row: &Row) -> Result<ChangeRecord, StoreError> {
    Ok(ChangeRecord {
        version: rows::version(row, 0)?,
        seat: rows::unsigned(row.get::<_, i32>(1))?,
        from: rows::status(row.get(2))?,
        to: rows::status(row.get(3))?,
        cause: row.get(4),
        actor: row.get::<_, Option<i64>>(5).map(UserId),
        request_id: row.get(6),
        reason: row.get(7),
        at: row.get(8),
        booking: row.get::<_, Option<i64>>(9).map(BookingId),
        chart: ChartId(row.get(10)),
    })
}

impl Store {
    /// The logged changes after a version, in order, and how many there are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn changes_after(
        &self,
        wanted: &Wanted,
        (limit, offset): (i64, i64),
    ) -> Result<(Vec<ChangeRecord>, i64), StoreError> {
        let Wanted { event, booking, after, order } = *wanted;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let booking = booking.map(|BookingId(id)| id);
        let client = self.pools.read().await?;
        let list = match order {
            Order::OldestFirst => LIST,
            Order::NewestFirst => LIST_BACK,
        };
        let list = client.prepare_cached(list).await?;
        let count = client.prepare_cached(COUNT).await?;
        let found = client.query(&list, &[&event.0, &after, &booking, &limit, &offset]).await?;
        let total = client.query_one(&count, &[&event.0, &after, &booking]).await?.get(0);
        Ok((found.iter().map(record).collect::<Result<_, _>>()?, total))
    }
}
