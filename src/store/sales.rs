//! How an event sells: as it stands, of one moment; and over time, from its change log.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::events::{self, EventRecord};
use super::{feed, rows};
use crate::domain::booking::BookingStatus;
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// An event's sales at its version.
#[derive(Clone, Debug)]
pub struct SalesRecord {
    /// The event.
    pub event: EventRecord,
    /// By seat index.
    pub statuses: Vec<SeatStatus>,
    /// What each reserved or sold seat costs, in minor units.
    pub prices: Vec<(SeatIndex, i64)>,
    /// How many bookings there are of each status, by the clock.
    pub bookings: Vec<(BookingStatus, u32)>,
    /// How many seats' visitors are in.
    pub checked_in: u32,
    /// When it was looked at, by the database's clock.
    pub at: Timestamp,
}

const READ_PRICES: &str = "
    select array_agg(seat_index), array_agg(price)
    from booking_items where event_id = $1 and live";

const COUNT_BOOKINGS: &str = "
    select case when status = 'pending' and expires_at <= now() then 'expired' else status end,
           count(*)
    from bookings where event_id = $1 group by 1";

const COUNT_INSIDE: &str = "
    select coalesce(sum(cardinality(array_remove(checked_in, null))), 0), now()
    from bookings where event_id = $1 and checked_in is not null";

/// What happened to seats within a stretch of time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps {
    /// Which stretch, counted from the first.
    pub bucket: u64,
    /// The last version in it.
    pub version: Version,
    /// Steps into locked.
    pub locked: u64,
    /// Steps from locked to available.
    pub released: u64,
    /// Steps into reserved.
    pub reserved: u64,
    /// Steps into sold.
    pub sold: u64,
    /// Steps from sold to available.
    pub cancelled: u64,
    /// What those into sold cost, in minor units.
    pub sold_amount: i64,
    /// What those from sold to available had cost, in minor units.
    pub cancelled_amount: i64,
}

/// Where an event's log begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// When its first change was decided; `None`: nothing has changed yet.
    pub first: Option<Timestamp>,
    /// The database's clock.
    pub now: Timestamp,
}

const EXTENT: &str = "
    select (select at from seat_changes where event_id = $1 order by version, ordinal limit 1),
           clock_timestamp()";

/// The last version before a moment. Times follow versions, so it is found from the end.
const BEFORE: &str = "
    select coalesce((select version from seat_changes where event_id = $1 and at < $2
                     order by version desc, ordinal desc limit 1), 0)";

// That taken seats are numbered anew is no sale.
const STEPS: &str = "
    select floor(extract(epoch from (at - $2::timestamptz)) / $4::float8)::bigint, max(version),
           count(*) filter (where happened and to_status = 1),
           count(*) filter (where happened and from_status = 1 and to_status = 0),
           count(*) filter (where happened and to_status = 2),
           count(*) filter (where happened and to_status = 3),
           count(*) filter (where happened and from_status = 3),
           coalesce(sum(price) filter (where happened and to_status = 3), 0)::bigint,
           coalesce(sum(price) filter (where happened and from_status = 3), 0)::bigint
    from (select *, cause <> 'chart' as happened from seat_changes
          where event_id = $1 and at >= $2 and at < $3) steps
    group by 1 order by 1";

fn steps(row: &Row) -> Result<Steps, StoreError> {
    let count = |column| rows::unsigned(row.get::<_, i64>(column));
    Ok(Steps {
        bucket: count(0)?,
        version: count(1)?,
        locked: count(2)?,
        released: count(3)?,
        reserved: count(4)?,
        sold: count(5)?,
        cancelled: count(6)?,
        sold_amount: row.get(7),
        cancelled_amount: row.get(8),
    })
}

impl Store {
    /// How an event has sold, all of one moment. `None`: no such event.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn sales(&self, id: EventId) -> Result<Option<SalesRecord>, StoreError> {
        let client = self.pools.read().await?;
        client.begin_snapshot().await?;
        let Some(row) = client.query_opt(events::READ, &[&id.0]).await? else {
            client.end_snapshot().await?;
            return Ok(None);
        };
        let event = events::event(&row)?;
        let map = client.query_one(feed::READ_MAP, &[&id.0]).await?;
        let priced = client.query_one(READ_PRICES, &[&id.0]).await?;
        let counted = client.query(COUNT_BOOKINGS, &[&id.0]).await?;
        let inside = client.query_one(COUNT_INSIDE, &[&id.0]).await?;
        client.end_snapshot().await?;
        let seats: Option<Vec<i32>> = priced.get(0);
        let seats: Vec<SeatIndex> =
            seats.unwrap_or_default().into_iter().map(rows::unsigned).collect::<Result<_, _>>()?;
        let prices: Option<Vec<i64>> = priced.get(1);
        let count = |row: &Row| {
            let word: &str = row.get(0);
            let status = BookingStatus::from_name(word)
                .ok_or_else(|| StoreError::Corrupt(format!("\"{word}\" is no booking's status")))?;
            Ok((status, rows::unsigned(row.get::<_, i64>(1))?))
        };
        Ok(Some(SalesRecord {
            event,
            statuses: feed::statuses(&map)?,
            prices: seats.into_iter().zip(prices.unwrap_or_default()).collect(),
            bookings: counted.iter().map(count).collect::<Result<_, StoreError>>()?,
            checked_in: rows::unsigned(inside.get::<_, i64>(0))?,
            at: inside.get(1),
        }))
    }

    /// When an event's log begins, and what time it is.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn log_extent(&self, id: EventId) -> Result<Extent, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(EXTENT).await?;
        let row = client.query_one(&statement, &[&id.0]).await?;
        Ok(Extent { first: row.get(0), now: row.get(1) })
    }

    /// What happened within [from, to) by stretches of so many seconds, those without anything left
    /// out; and the last version before `from`. Reads all of the log that lies within.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn sales_over_time(
        &self,
        id: EventId,
        (from, to): (Timestamp, Timestamp),
        seconds: u32,
    ) -> Result<(Version, Vec<Steps>), StoreError> {
        let client = self.pools.read().await?;
        let before = client.prepare_cached(BEFORE).await?;
        let statement = client.prepare_cached(STEPS).await?;
        let before = client.query_one(&before, &[&id.0, &from]).await?;
        let found = client.query(&statement, &[&id.0, &from, &to, &f64::from(seconds)]).await?;
        Ok((rows::version(&before, 0)?, found.iter().map(steps).collect::<Result<_, _>>()?))
    }
}
