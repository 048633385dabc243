//! An event's past, from its change log: change sets with their times, and its map at a version.
//! The log is kept whole, and at version 0 every seat is available. Told by the event's chart alone:
//! what came before it is never mixed in, its seats were numbered otherwise.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio_postgres::Row;

use super::Store;
use super::error::StoreError;
use super::rows;
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// At most how many steps of seats a page of history has, unless a single version has more.
pub const HISTORY_STEPS_MAX: i64 = 50_000;

/// What changed with a version.
#[derive(Clone, Debug)]
pub struct PastChange {
    /// The version.
    pub version: Version,
    /// When it was decided, by the database's clock.
    pub at: Timestamp,
    /// The seats touched and where they stood then: ascending, each once.
    pub changes: Vec<(SeatIndex, SeatStatus)>,
}

const STEPS: &str = "
    select version, at, seat_index, to_status from seat_changes
    where event_id = $1 and version > $2 and version <= $3
          and not (cause = 'chart' and to_status = 0)
    order by version, ordinal limit $4";

// Each seat's last step, found in one pass: by version and ordinal, and the status goes along below
// them. Sorting the steps, or gathering all of them, takes twice as long on a log of two million.
// A chart that came into force while every seat was available has left no steps.
const LAST_STEPS: &str = "
    select array_agg(seat_index * 8 + (last & 7)::integer),
           coalesce(max(at), (select at from event_charts
                              where event_id = $1 and until_version = $3))
    from (select seat_index, max((version << 24 | ordinal) << 3 | to_status) as last, max(at) as at
          from seat_changes
          where event_id = $1 and version <= $2 and version >= $3
                and not (cause = 'chart' and to_status = 0)
          group by seat_index) steps";

/// A version with its time, and where seats stood then.
type Set = (Version, Timestamp, BTreeMap<SeatIndex, SeatStatus>);

fn add(sets: &mut Vec<Set>, row: &Row) -> Result<(), StoreError> {
    let version = rows::version(row, 0)?;
    let seat = rows::unsigned(row.get::<_, i32>(2))?;
    let status = rows::status(row.get(3))?;
    match sets.last_mut() {
        Some((last, _, changes)) if *last == version => {
            changes.insert(seat, status);
        }
        _ => sets.push((version, row.get(1), BTreeMap::from([(seat, status)]))),
    }
    Ok(())
}

impl Store {
    /// The change sets after a version, at most `limit` of them, oldest first; fewer if they have
    /// more than [`HISTORY_STEPS_MAX`] steps together, but at least one if there is any. The version
    /// is at earliest the one before the chart.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn history_after(
        &self,
        event: EventId,
        after: Version,
        limit: u32,
    ) -> Result<Vec<PastChange>, StoreError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let last = after.saturating_add(i64::from(limit));
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(STEPS).await?;
        let more = HISTORY_STEPS_MAX + 1;
        let mut found = client.query(&statement, &[&event.0, &after, &last, &more]).await?;
        if i64::try_from(found.len()).unwrap_or(i64::MAX) == more {
            let (first, last): (i64, i64) = (found[0].get(0), found[found.len() - 1].get(0));
            if first == last {
                // One version alone is longer than that: it is read whole.
                let before = first - 1;
                found = client.query(&statement, &[&event.0, &before, &first, &i64::MAX]).await?;
            } else {
                // The last one may have been cut; it begins the next page.
                found.retain(|row| row.get::<_, i64>(0) != last);
            }
        }
        let mut sets = Vec::new();
        for row in &found {
            add(&mut sets, row)?;
        }
        let change = |(version, at, changes): (_, _, BTreeMap<_, _>)| PastChange {
            version,
            at,
            changes: changes.into_iter().collect(),
        };
        Ok(sets.into_iter().map(change).collect())
    }

    /// Where all seats stood at a version since the chart came into force, and when that came about;
    /// `None`: version 0.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn statuses_at(
        &self,
        event: EventId,
        (version, chart_since): (Version, Version),
        seats: u32,
    ) -> Result<(Vec<SeatStatus>, Option<Timestamp>), StoreError> {
        let [version, since] =
            [version, chart_since].map(|version| i64::try_from(version).unwrap_or(i64::MAX));
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(LAST_STEPS).await?;
        let row = client.query_one(&statement, &[&event.0, &version, &since]).await?;
        let mut statuses = vec![SeatStatus::Available; seats as usize];
        for packed in row.get::<_, Option<Vec<i32>>>(0).unwrap_or_default() {
            let seat: usize = rows::unsigned(packed >> 3)?;
            let status = rows::status(i16::try_from(packed & 7).unwrap_or(i16::MAX))?;
            let slot = statuses.get_mut(seat);
            *slot.ok_or_else(|| StoreError::Corrupt(format!("seat {seat} of {seats}")))? = status;
        }
        Ok((statuses, row.get(1)))
    }
}
