//! Reading the log of the door.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::rows;
use crate::domain::ids::{BookingId, ChartId, EventId, SeatIndex, UserId};

/// One step at the door, as logged.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// The booking.
    pub booking: BookingId,
    /// Its reference.
    pub reference: String,
    /// The seat.
    pub seat: SeatIndex,
    /// `in` or `out`.
    pub way: String,
    /// Who did it; `None`: organisers nobody named.
    pub actor: Option<UserId>,
    /// The request that did it.
    pub request_id: String,
    /// When it was decided, by the database's clock.
    pub at: Timestamp,
    /// The chart that the seat is a position in.
    pub chart: ChartId,
}

const LIST: &str = "
    select c.booking_id,
           (select booking_ref from bookings b where b.event_id = $1 and b.id = c.booking_id),
           c.seat_index, c.way, c.actor_id, c.request_id, c.at, event_chart(c.event_id, c.version)
    from check_ins c where c.event_id = $1 and ($2::bigint is null or c.booking_id = $2)
    order by c.id desc limit $3 offset $4";
const COUNT: &str = "
    select count(*) from check_ins
    where event_id = $1 and ($2::bigint is null or booking_id = $2)";

fn record(row: &Row) -> Result<StepRecord, StoreError> {
    Ok(StepRecord {
        booking: BookingId(row.get(0)),
        reference: row.get(1),
        seat: rows::unsigned(row.get::<_, i32>(2))?,
        way: row.get(3),
        actor: row.get::<_, Option<i64>>(4).map(UserId),
        request_id: row.get(5),
        at: row.get(6),
        chart: ChartId(row.get(7)),
    })
}

impl Store {
    /// The steps at an event's door, of one booking or of all, the last first, and how many there
    /// are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn door_steps(
        &self,
        event: EventId,
        booking: Option<BookingId>,
        (limit, offset): (i64, i64),
    ) -> Result<(Vec<StepRecord>, i64), StoreError> {
        let client = self.pools.read().await?;
        let list = client.prepare_cached(LIST).await?;
        let count = client.prepare_cached(COUNT).await?;
        let booking = booking.map(|BookingId(id)| id);
        let found = client.query(&list, &[&event.0, &booking, &limit, &offset]).await?;
        let total = client.query_one(&count, &[&event.0, &booking]).await?.get(0);
        Ok((found.iter().map(record).collect::<Result<_, _>>()?, total))
    }
}
