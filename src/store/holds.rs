//! Reading holds. They answer by the clock: one whose time has run out reads expired, noticed or
//! not.

use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::rows;
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ids::{ChartId, EventId, HoldId, UserId, Version};

/// A hold with what its event says of it.
#[derive(Clone, Debug)]
pub struct HoldRecord {
    /// Its event.
    pub event: EventId,
    /// The hold.
    pub hold: Hold,
    /// The current version of its event.
    pub version: Version,
    /// The chart that its seats are positions in.
    pub chart: ChartId,
}

/// For how long a hold that has ended can still be read, in hours.
pub const ENDED_HOLDS_KEPT_HOURS: i32 = 24;

macro_rules! select_holds {
    ($rest:literal) => {
        concat!(
            "select id, user_id, seat_indexes, prices,
                    case when status = 'active' and expires_at <= clock_timestamp()
                         then 'expired' else status end,
                    created_at, expires_at, event_id,
                    (select e.version from events e where e.id = event_id),
                    event_chart(event_id, version)
             from holds ",
            $rest
        )
    };
}

const READ: &str = select_holds!("where id = $1");
const LIST: &str = select_holds!(
    "where event_id = $1 and user_id = $2 and status = 'active' and expires_at > clock_timestamp()
     order by created_at, id limit $3 offset $4"
);
const COUNT: &str = "
    select count(*) from holds
    where event_id = $1 and user_id = $2 and status = 'active' and expires_at > clock_timestamp()";

macro_rules! by_the_clock {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from (select *, case when status = 'active' and expires_at <= clock_timestamp()
                                   then 'expired' else status end as by_the_clock
                    from holds where event_id = $1) found
              where by_the_clock = coalesce($2, by_the_clock) ",
            $rest
        )
    };
}

const FIND: &str = by_the_clock!(
    "id, user_id, seat_indexes, prices, by_the_clock, created_at, expires_at, event_id,
     (select e.version from events e where e.id = event_id), event_chart(event_id, version)",
    "order by created_at desc, id desc limit $3 offset $4"
);
const COUNT_FOUND: &str = by_the_clock!("count(*)", "");

fn record(row: &Row) -> Result<HoldRecord, StoreError> {
    let event = EventId(row.get(7));
    let (hold, version, chart) = (rows::hold(row)?, rows::version(row, 8)?, ChartId(row.get(9)));
    Ok(HoldRecord { event, hold, version, chart })
}

impl Store {
    /// A hold, active or ended.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn hold(&self, id: HoldId) -> Result<Option<HoldRecord>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(READ).await?;
        client.query_opt(&statement, &[&id.0]).await?.as_ref().map(record).transpose()
    }

    /// A caller's active holds of an event, oldest first, and how many there are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn holds_of(
        &self,
        event: EventId,
        user: UserId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<HoldRecord>, i64), StoreError> {
        let client = self.pools.read().await?;
        let list = client.prepare_cached(LIST).await?;
        let count = client.prepare_cached(COUNT).await?;
        let found = client.query(&list, &[&event.0, &user.0, &limit, &offset]).await?;
        let total = client.query_one(&count, &[&event.0, &user.0]).await?.get(0);
        Ok((found.iter().map(record).collect::<Result<_, _>>()?, total))
    }

    /// An event's holds, whoever made them, newest first, and how many there are: those in one state
    /// by the clock, or all, ended ones as long as they are kept.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn find_holds(
        &self,
        event: EventId,
        status: Option<HoldStatus>,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<HoldRecord>, i64), StoreError> {
        let client = self.pools.read().await?;
        let list = client.prepare_cached(FIND).await?;
        let count = client.prepare_cached(COUNT_FOUND).await?;
        let status = status.map(HoldStatus::name);
        let found = client.query(&list, &[&event.0, &status, &limit, &offset]).await?;
        let total = client.query_one(&count, &[&event.0, &status]).await?.get(0);
        Ok((found.iter().map(record).collect::<Result<_, _>>()?, total))
    }
}
