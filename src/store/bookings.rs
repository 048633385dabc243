//! Reading bookings. They answer by the clock: an unpaid one whose time has run out reads expired,
//! noticed or not.

use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::rows;
use crate::domain::booking::Booking;
use crate::domain::ids::{BookingId, ChartId, EventId, UserId, Version};

/// A booking with what its event says of it.
#[derive(Clone, Debug)]
pub struct BookingRecord {
    /// Its event.
    pub event: EventId,
    /// The booking.
    pub booking: Booking,
    /// The current version of its event.
    pub version: Version,
    /// The chart that its seats are positions in.
    pub chart: ChartId,
}

macro_rules! select_bookings {
    ($rest:literal) => {
        concat!(
            "select id, booking_ref, owner_id, user_id, customer_name, customer_email,
                    customer_phone, seat_indexes, prices,
                    case when status = 'pending' and expires_at <= clock_timestamp()
                         then 'expired' else status end,
                    payment_reference, created_at, expires_at, checked_in, event_id,
                    (select e.version from events e where e.id = event_id),
                    event_chart(event_id, version)
             from bookings ",
            $rest
        )
    };
}

const READ: &str = select_bookings!("where id = $1");
const LIST: &str =
    select_bookings!("where event_id = $1 and owner_id = $2 order by id limit $3 offset $4");
const COUNT: &str = "select count(*) from bookings where event_id = $1 and owner_id = $2";

pub(super) fn record(row: &Row) -> Result<BookingRecord, StoreError> {
    let event = EventId(row.get(14));
    let (version, chart) = (rows::version(row, 15)?, ChartId(row.get(16)));
    Ok(BookingRecord { event, booking: rows::booking(row)?, version, chart })
}

impl Store {
    /// A booking.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn booking(&self, id: BookingId) -> Result<Option<BookingRecord>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(READ).await?;
        client.query_opt(&statement, &[&id.0]).await?.as_ref().map(record).transpose()
    }

    /// A caller's bookings of an event, oldest first, and how many there are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn bookings_of(
        &self,
        event: EventId,
        owner: UserId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<BookingRecord>, i64), StoreError> {
        let client = self.pools.read().await?;
        let list = client.prepare_cached(LIST).await?;
        let count = client.prepare_cached(COUNT).await?;
        let found = client.query(&list, &[&event.0, &owner.0, &limit, &offset]).await?;
        let total = client.query_one(&count, &[&event.0, &owner.0]).await?.get(0);
        Ok((found.iter().map(record).collect::<Result<_, _>>()?, total))
    }
}
