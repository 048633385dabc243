//! One event's map in memory, its version, and the recent frames that lead to it.
//!
//! Pure state: no clock (the time is an argument), no lock, no I/O. It never guesses: a change set
//! is applied only if it starts exactly where the mirror stands. `live` calls it behind its lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::domain::change::{ChangeSet, EventMap};
use crate::domain::ids::{SeatIndex, Version};
use crate::domain::seat::SeatStatus;
use crate::protocol::live::framed::Framed;
use crate::protocol::live::{Format, binary, text};

use super::frame::Frame;
use super::ring::{Next, Ring};
use super::stats::HubStats;

/// A joining viewer may be given a snapshot or catch-up this old, followed by the frames since:
/// ten thousand who join a busy event at once are then served by a few encodings.
const REUSE_AGE_MAX: Duration = Duration::from_millis(100);
/// The most catch-ups kept, each for another starting version.
const CATCH_UPS_MAX: usize = 64;
/// The most changes a catch-up is merged from; beyond it a snapshot is cheaper for everybody.
const CATCH_UP_CHANGES_MAX: usize = 20_000;

/// What became of a change set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// The mirror stands at its version now.
    Yes,
    /// It was known already.
    Old,
    /// Something before it is missing.
    Gap,
    /// It names a seat this map does not have.
    Foreign,
}

/// How old an answer may be that isn't of the mirror's version any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Freshness {
    now: Instant,
    age_max: Duration,
}

impl Freshness {
    /// Exactly the mirror's version; for those whom no frames will follow.
    pub(super) fn exact(now: Instant) -> Self {
        Self { now, age_max: Duration::ZERO }
    }

    /// A little older, for those who go on with the frames.
    pub(super) fn recent(now: Instant) -> Self {
        Self { now, age_max: REUSE_AGE_MAX }
    }

    fn allows(self, made_at: Instant) -> bool {
        self.now.saturating_duration_since(made_at) < self.age_max
    }
}

/// A message and the place in the ring that goes on from it.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) version: Version,
    pub(super) framed: Framed,
    pub(super) cursor: u64,
}

#[derive(Debug)]
struct CatchUp {
    made_at: Instant,
    frame: Arc<Frame>,
    cursor: u64,
}

/// Changes applied and not yet framed.
#[derive(Debug)]
struct Pending {
    from: Version,
    changes: BTreeMap<SeatIndex, SeatStatus>,
}

/// The mirror of one event.
#[derive(Debug)]
pub(super) struct Mirror {
    pub(super) epoch: Arc<str>,
    pub(super) layout: Arc<str>,
    version: Version,
    statuses: Vec<SeatStatus>,
    pending: Option<Pending>,
    ring: Ring,
    images: [Option<(Instant, Start)>; 2],
    body: Option<(Version, Bytes)>,
    catch_ups: HashMap<Version, CatchUp>,
}

impl Mirror {
    /// A mirror of a map as read, its ring filled with the map's recent history.
    pub(super) fn new(map: EventMap) -> Self {
        let mut ring = Ring::new();
        for change in unbroken_tail(map.recent, map.version) {
            ring.push(Frame::new(change));
        }
        Self {
            epoch: map.epoch.into(),
            layout: map.layout.into(),
            version: map.version,
            statuses: map.statuses,
            pending: None,
            ring,
            images: [None, None],
            body: None,
            catch_ups: HashMap::new(),
        }
    }

    pub(super) fn version(&self) -> Version {
        self.version
    }

    pub(super) fn seats(&self) -> usize {
        self.statuses.len()
    }

    #[cfg(test)]
    pub(super) fn statuses(&self) -> &[SeatStatus] {
        &self.statuses
    }

    /// Takes in a change set if it starts exactly here.
    pub(super) fn apply(&mut self, change: &ChangeSet) -> Applied {
        if change.version <= self.version {
            return Applied::Old;
        }
        if change.from != self.version {
            return Applied::Gap;
        }
        if change.changes.iter().any(|(seat, _)| *seat as usize >= self.statuses.len()) {
            return Applied::Foreign;
        }
        let pending = self
            .pending
            .get_or_insert_with(|| Pending { from: change.from, changes: BTreeMap::new() });
        for &(seat, status) in &change.changes {
            self.statuses[seat as usize] = status;
            pending.changes.insert(seat, status);
        }
        self.version = change.version;
        Applied::Yes
    }

    /// Whether there is something for the next frame.
    pub(super) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// Makes what is pending one frame, for all cursors to find; says whether there was any.
    pub(super) fn publish(&mut self, now: Instant) -> bool {
        let Some(Pending { from, changes }) = self.pending.take() else { return false };
        let change = ChangeSet { from, version: self.version, changes: Vec::from_iter(changes) };
        self.ring.push(Frame::publish(change, now));
        true
    }

    /// What lies in the ring ahead of a cursor, for who has been sent everything up to a version.
    pub(super) fn next(&mut self, cursor: u64, sent: Version) -> Next {
        self.ring.ahead(cursor, sent)
    }

    /// The snapshot message, encoded once per version and format.
    pub(super) fn snapshot(
        &mut self,
        format: Format,
        freshness: Freshness,
        stats: &HubStats,
    ) -> Start {
        let (version, head) = (self.version, self.ring.head());
        if let Some((made_at, image)) = &mut self.images[format.slot()] {
            if image.version == version {
                image.cursor = head;
                return image.clone();
            }
            if freshness.allows(*made_at) {
                return image.clone();
            }
        }
        stats.frames_encoded.add();
        let framed = match format {
            Format::Json => Framed::text(&text::snapshot(version, &self.statuses)),
            Format::Binary => Framed::binary(&binary::snapshot(version, &self.statuses)),
        };
        let image = Start { version, framed, cursor: head };
        self.images[format.slot()] = Some((freshness.now, image.clone()));
        image
    }

    /// The whole map as the JSON body of `/availability`, encoded once per version.
    pub(super) fn body(&mut self, stats: &HubStats) -> Bytes {
        if let Some((version, bytes)) = &self.body
            && *version == self.version
        {
            return bytes.clone();
        }
        stats.frames_encoded.add();
        let text = text::availability(&self.epoch, &self.layout, self.version, &self.statuses);
        let bytes: Bytes = text.into();
        self.body = Some((self.version, bytes.clone()));
        bytes
    }

    /// The net change from exactly `since` to here (or a little before, as `freshness` allows)
    /// and the cursor that goes on from it; `None` if history does not reach back that far, or the
    /// version is yet to come.
    pub(super) fn catch_up(
        &mut self,
        since: Version,
        freshness: Freshness,
    ) -> Option<(Arc<Frame>, u64)> {
        let (version, head) = (self.version, self.ring.head());
        if let Some(known) = self.catch_ups.get(&since)
            && (known.frame.version() == version || freshness.allows(known.made_at))
        {
            return Some((Arc::clone(&known.frame), known.cursor));
        }
        let frame = Frame::new(self.merge_since(since)?);
        if self.catch_ups.len() >= CATCH_UPS_MAX {
            self.catch_ups.clear();
        }
        let made_at = freshness.now;
        self.catch_ups.insert(since, CatchUp { made_at, frame: Arc::clone(&frame), cursor: head });
        Some((frame, head))
    }

    /// Whether the mirror disagrees with a map read from the table, whose version the mirror may
    /// have passed by now; `None` when the two can't be compared.
    pub(super) fn diverges_from(&self, map: &EventMap) -> Option<bool> {
        if *self.epoch != *map.epoch || *self.layout != *map.layout {
            return None;
        }
        let since = self.merge_since(map.version)?;
        let mut expected = map.statuses.clone();
        for (seat, status) in since.changes {
            *expected.get_mut(seat as usize)? = status;
        }
        Some(expected != self.statuses)
    }

    /// Merges all that leads from `since` to here. A frame that began before `since` is taken
    /// whole: statuses are absolute, so what it repeats does no harm.
    fn merge_since(&self, since: Version) -> Option<ChangeSet> {
        let unframed = self.pending.as_ref().map_or(self.version, |pending| pending.from);
        let oldest = self.ring.oldest_version().unwrap_or(unframed);
        if since > self.version || since < oldest {
            return None;
        }
        let frames = || self.ring.after(since).map(|frame| &frame.change.changes);
        let pending = self.pending.as_ref().map(|pending| &pending.changes);
        let total: usize = frames().map(Vec::len).sum::<usize>() + pending.map_or(0, BTreeMap::len);
        if total > CATCH_UP_CHANGES_MAX {
            return None;
        }
        let mut merged: BTreeMap<SeatIndex, SeatStatus> = frames().flatten().copied().collect();
        if since < self.version {
            merged.extend(pending.into_iter().flatten());
        }
        Some(ChangeSet { from: since, version: self.version, changes: Vec::from_iter(merged) })
    }
}

/// The longest end of `recent` that is gapless and leads to `version`.
fn unbroken_tail(mut recent: Vec<ChangeSet>, version: Version) -> Vec<ChangeSet> {
    let mut expected = version;
    let mut first = recent.len();
    for (at, change) in recent.iter().enumerate().rev() {
        if change.version != expected || change.from >= change.version {
            break;
        }
        (first, expected) = (at, change.from);
    }
    recent.split_off(first)
}
