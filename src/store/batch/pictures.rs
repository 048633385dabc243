//! Pictures of which seats are free, kept between batches and made true under the event's lock.
//!
//! Memory only saves reading: a picture that isn't of the locked event's history is dropped, one
//! that is behind is brought up from the log, and the seats chosen from it are locked and looked
//! at before anything is written.

use std::sync::Arc;

use deadpool_postgres::Object;
use quick_cache::sync::Cache;

use super::read::{Args, LOCK_SEATS};
use crate::domain::choice::{OrphanRule, Picture, Seating};
use crate::domain::command::{Command, Request};
use crate::domain::decide::Decision;
use crate::domain::ids::{ChartId, EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::feed;
use crate::store::pool::Pools;
use crate::store::rows;

/// Of how many events a picture is kept: a stadium's takes 350 KB.
const PICTURES_MAX: usize = 100;

/// Of how many charts the seating is kept: a stadium's takes 3 MB.
const SEATINGS_MAX: usize = 50;

/// How many logged changes are read at most to bring a picture up; beyond, the map is read anew.
const LOG_CHANGES_MAX: i64 = 20_000;

const READ_LOG: &str = "
    select version, seat_index, to_status from seat_changes
    where event_id = $1 and version > $2 order by version, ordinal limit $3";

/// The history that a picture belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct History {
    pub(super) chart: ChartId,
    /// Changed when a backup was restored in place.
    pub(super) salt: i64,
    /// Changed by a failover.
    pub(super) timeline: String,
}

#[derive(Clone)]
struct Kept {
    picture: Picture,
    history: History,
    version: Version,
}

/// The pictures of this node.
pub(super) struct Pictures {
    seatings: Cache<ChartId, Arc<Seating>>,
    kept: Cache<EventId, Kept>,
}

/// Whether deciding these requests takes a picture.
pub(super) fn needed(requests: &[Request], rule: OrphanRule) -> bool {
    requests.iter().any(|request| match request.command {
        Command::HoldBest { .. } | Command::HoldPlaces { .. } => true,
        Command::Lock { .. } | Command::Hold { .. } => rule == OrphanRule::Strict,
        _ => false,
    })
}

impl Pictures {
    pub(super) fn new() -> Self {
        Self { seatings: Cache::new(SEATINGS_MAX), kept: Cache::new(PICTURES_MAX) }
    }

    /// The picture of a locked event at its version. `None`: its chart has to be learnt first,
    /// which nobody should wait for under the lock.
    pub(super) async fn at(
        &self,
        client: &Object,
        event: EventId,
        (history, version): (&History, Version),
    ) -> Result<Option<Picture>, StoreError> {
        let Some(seating) = self.seatings.get(&history.chart) else { return Ok(None) };
        // Taken out: what a failed batch made of it must not be met by the next.
        let kept = self.kept.remove(&event).map(|(_, kept)| kept);
        let kept = kept.filter(|kept| kept.history == *history && kept.version <= version);
        if let Some(mut kept) = kept {
            let brought_up = kept.version == version
                || bring_up(client, event, &mut kept.picture, kept.version..version).await?;
            if brought_up {
                return Ok(Some(kept.picture));
            }
        }
        let statement = client.prepare_cached(feed::READ_MAP).await?;
        let statuses = feed::statuses(&client.query_one(&statement, &[&event.0]).await?)?;
        let free = statuses.iter().map(|status| *status == SeatStatus::Available);
        Ok(Some(Picture::new(seating, free)))
    }

    /// Reads a chart and keeps its seating.
    pub(super) async fn learn(&self, pools: &Pools, chart: ChartId) -> Result<(), StoreError> {
        let found = Store::new(pools.clone()).chart(chart).await?;
        let found = found.ok_or_else(|| StoreError::Corrupt(format!("no chart {chart}")))?;
        self.seatings.insert(chart, Arc::new(Seating::of(&found.layout)));
        Ok(())
    }

    /// Keeps a picture that is true at a committed version.
    pub(super) fn keep(
        &self,
        event: EventId,
        picture: Picture,
        (history, version): (History, Version),
    ) {
        self.kept.insert(event, Kept { picture, history, version });
    }

    /// Takes in a batch that was decided without the picture and committed.
    pub(super) fn follow(&self, event: EventId, from: Version, decision: &Decision) {
        let Some((_, mut kept)) = self.kept.remove(&event) else { return };
        if kept.version == from {
            for seat in &decision.seats {
                kept.picture.set(seat.index, seat.status == SeatStatus::Available);
            }
            kept.version = decision.version;
        }
        self.kept.insert(event, kept);
    }
}

/// Applies what the log has after a version. Says whether it had all.
async fn bring_up(
    client: &Object,
    event: EventId,
    picture: &mut Picture,
    versions: std::ops::Range<Version>,
) -> Result<bool, StoreError> {
    let after = i64::try_from(versions.start).unwrap_or(i64::MAX);
    let statement = client.prepare_cached(READ_LOG).await?;
    let log = client.query(&statement, &[&event.0, &after, &LOG_CHANGES_MAX]).await?;
    let mut reached = versions.start;
    for row in &log {
        let version = rows::version(row, 0)?;
        if version > reached + 1 {
            return Ok(false);
        }
        reached = version;
        let free = rows::status(row.get(2))? == SeatStatus::Available;
        picture.set(rows::unsigned(row.get::<_, i32>(1))?, free);
    }
    let cut = log.len() as u64 >= LOG_CHANGES_MAX.unsigned_abs();
    Ok(reached == versions.end && !cut)
}

/// Locks seats that were chosen from a picture. Says whether they are free.
pub(super) async fn verify(
    client: &Object,
    event: EventId,
    chosen: &[SeatIndex],
) -> Result<bool, StoreError> {
    if chosen.is_empty() {
        return Ok(true);
    }
    let seats: Vec<i32> = chosen.iter().filter_map(|seat| i32::try_from(*seat).ok()).collect();
    let statement = client.prepare_cached(LOCK_SEATS).await?;
    let args: Args<'_, 2> = [&event.0, &seats];
    let found = client.query(&statement, &args).await?;
    let free: Vec<bool> = found
        .iter()
        .map(|row| rows::seat(row).map(|seat| seat.status == SeatStatus::Available))
        .collect::<Result<_, _>>()?;
    Ok(free.len() == chosen.len() && free.into_iter().all(|free| free))
}
