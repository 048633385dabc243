//! What the hub follows events by: a map at a version with its recent history, the change sets
//! after a version, and where events stand. Called by the hub only.

use std::collections::BTreeMap;

use tokio_postgres::Row;

use super::error::StoreError;
use super::pool::Pools;
use super::reader::Reader;
use super::rows;
use crate::domain::change::{ChangeSet, EventMap, Position};
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// The hub's way to the database.
#[derive(Clone)]
pub struct Feed {
    pools: Pools,
}

// Unordered and only what isn't available: measured at a third of reading all in seat order.
// Shared with the whole-map reads of REST.
pub(super) const READ_MAP: &str = "
    select e.version, event_epoch(e.epoch_salt), e.layout, e.total_tickets,
           array(select t.seat_index * 8 + t.status from tickets t
                 where t.event_id = e.id and t.status <> 0)
    from events e where e.id = $1";

// A change of chart is no change of seats: it is left out, which leaves a gap that nobody gets past
// but by reading the whole map.
const READ_RECENT: &str = "
    select version, seat_index, to_status
    from seat_changes
    where event_id = $1 and version > $2 and version <= $3 and cause <> 'chart'
    order by version, ordinal";

const READ_POSITIONS: &str = "
    select id, version, event_epoch(epoch_salt), layout from events where id = any($1::bigint[])";

impl Feed {
    /// Works over the pools' read share.
    #[must_use]
    pub fn new(pools: Pools) -> Self {
        Self { pools }
    }

    /// An event's map and its last `recent_max` change sets, of one moment. `None`: no such event.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn load(
        &self,
        event: EventId,
        recent_max: usize,
    ) -> Result<Option<EventMap>, StoreError> {
        let client = self.pools.read().await?;
        let read_map = client.prepare_cached(READ_MAP).await?;
        let read_recent = client.prepare_cached(READ_RECENT).await?;
        client.begin_snapshot().await?;
        let Some(row) = client.query_opt(&read_map, &[&event.0]).await? else {
            client.end_snapshot().await?;
            return Ok(None);
        };
        let version: i64 = row.get(0);
        let after = version.saturating_sub(i64::try_from(recent_max).unwrap_or(i64::MAX));
        let log = client.query(&read_recent, &[&event.0, &after, &version]).await?;
        client.end_snapshot().await?;
        Ok(Some(EventMap {
            version: rows::version(&row, 0)?,
            epoch: row.get(1),
            layout: row.get(2),
            statuses: statuses(&row)?,
            recent: unbroken_end(change_sets(&log)?),
        }))
    }

    /// The change sets after a version, one per version, oldest first, at most `limit`. When the
    /// log doesn't reach back that far the first one starts above `after`.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn changes_since(
        &self,
        event: EventId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<ChangeSet>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(READ_RECENT).await?;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let last = after.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX));
        let log = client.query(&statement, &[&event.0, &after, &last]).await?;
        if log.is_empty() {
            return first_after(&client, event, after, limit).await;
        }
        change_sets(&log)
    }

    /// Where these events stand; events that don't exist are left out.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn positions(
        &self,
        events: &[EventId],
    ) -> Result<Vec<(EventId, Position)>, StoreError> {
        let ids: Vec<i64> = events.iter().map(|event| event.0).collect();
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(READ_POSITIONS).await?;
        let found = client.query(&statement, &[&ids]).await?;
        let read = |row: &Row| {
            let (epoch, layout) = (row.get(2), row.get(3));
            let position = Position { version: rows::version(row, 1)?, epoch, layout };
            Ok((EventId(row.get(0)), position))
        };
        found.iter().map(read).collect()
    }
}

/// For a log whose beginning was pruned: whatever comes next, or nothing.
async fn first_after(
    client: &Reader,
    event: EventId,
    after: i64,
    limit: usize,
) -> Result<Vec<ChangeSet>, StoreError> {
    let sql = "select min(version) from seat_changes
               where event_id = $1 and version > $2 and cause <> 'chart'";
    let statement = client.prepare_cached(sql).await?;
    let next: Option<i64> = client.query_one(&statement, &[&event.0, &after]).await?.get(0);
    let Some(next) = next else { return Ok(Vec::new()) };
    let last = next.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX));
    let statement = client.prepare_cached(READ_RECENT).await?;
    change_sets(&client.query(&statement, &[&event.0, &(next - 1), &last]).await?)
}

/// The statuses in a row of [`READ_MAP`].
pub(super) fn statuses(row: &Row) -> Result<Vec<SeatStatus>, StoreError> {
    let total: i32 = row.get(3);
    let mut statuses = vec![SeatStatus::Available; rows::unsigned(total)?];
    for packed in row.get::<_, Vec<i32>>(4) {
        let seat: usize = rows::unsigned(packed >> 3)?;
        let status = rows::status(i16::try_from(packed & 7).unwrap_or(i16::MAX))?;
        let slot = statuses.get_mut(seat);
        *slot.ok_or_else(|| StoreError::Corrupt(format!("seat {seat} of {total}")))? = status;
    }
    Ok(statuses)
}

/// Rows of [`READ_RECENT`] as one change set per version; a seat's last status wins.
fn change_sets(log: &[Row]) -> Result<Vec<ChangeSet>, StoreError> {
    let mut sets: Vec<(Version, BTreeMap<SeatIndex, SeatStatus>)> = Vec::new();
    for row in log {
        let version = rows::version(row, 0)?;
        let seat = rows::unsigned(row.get::<_, i32>(1))?;
        let status = rows::status(row.get(2))?;
        match sets.last_mut() {
            Some((last, changes)) if *last == version => {
                changes.insert(seat, status);
            }
            _ => sets.push((version, BTreeMap::from([(seat, status)]))),
        }
    }
    let set = |(version, changes): (Version, BTreeMap<_, _>)| ChangeSet {
        from: version - 1,
        version,
        changes: changes.into_iter().collect(),
    };
    Ok(sets.into_iter().map(set).collect())
}

/// What follows the last gap, which pruning may have left at the beginning.
fn unbroken_end(mut sets: Vec<ChangeSet>) -> Vec<ChangeSet> {
    let gap = sets.windows(2).rposition(|pair| pair[1].from != pair[0].version);
    sets.split_off(gap.map_or(0, |at| at + 1))
}
