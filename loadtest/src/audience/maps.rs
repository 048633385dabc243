//! Every viewer's whole map, kept once for all who have the same. A viewer points at a map; a
//! frame leads from one map to another, and the second viewer it leads the same way pays a
//! comparison. Two viewers at one version with different maps are a divergence, which is what this
//! is for.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use seatmap::domain::seat::SeatStatus;

/// Maps that nobody has any more but that are kept to be compared with, per event.
const RELEASED_KEPT: usize = 32;

/// Names a map. Stays valid while somebody holds the map; afterwards it names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MapKey {
    index: u32,
    generation: u32,
}

impl MapKey {
    /// Its place, unique among the maps that are held.
    pub(super) fn index(self) -> u32 {
        self.index
    }
}

/// The number of an epoch in the order they were met.
pub(super) type EpochIndex = u16;

#[derive(Debug)]
struct Entry {
    epoch: EpochIndex,
    version: u64,
    statuses: Vec<SeatStatus>,
    holders: u32,
    generation: u32,
    /// False for a map that differs from another of the same version.
    canonical: bool,
    /// It has been handed out to be held against the log.
    is_shown: bool,
}

/// A map that differs from the one that others have at the same version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Divergence {
    /// The first seat that differs; the length of the shorter when one ends early.
    pub(super) seat: usize,
    /// What others have there.
    pub(super) others: Option<SeatStatus>,
    /// What this one has.
    pub(super) this: Option<SeatStatus>,
}

/// The maps of one event.
#[derive(Debug, Default)]
pub(super) struct Maps {
    entries: Vec<Entry>,
    free: Vec<u32>,
    by_version: HashMap<(EpochIndex, u64), u32>,
    released: VecDeque<MapKey>,
    scratch: Vec<SeatStatus>,
}

impl Maps {
    /// A map's statuses; `None` once it is gone.
    pub(super) fn statuses(&self, key: MapKey) -> Option<&[SeatStatus]> {
        let entry = self.entries.get(key.index as usize)?;
        (entry.generation == key.generation).then_some(entry.statuses.as_slice())
    }

    /// Whether the key still names a map.
    pub(super) fn exists(&self, key: MapKey) -> bool {
        self.statuses(key).is_some()
    }

    /// One more viewer has this map.
    pub(super) fn hold(&mut self, key: MapKey) {
        self.entries[key.index as usize].holders += 1;
    }

    /// One viewer fewer has it.
    pub(super) fn release(&mut self, key: MapKey) {
        let entry = &mut self.entries[key.index as usize];
        debug_assert_eq!(entry.generation, key.generation, "a held map stays");
        entry.holders -= 1;
        if entry.holders == 0 {
            self.retire(key);
        }
    }

    /// The map of a snapshot.
    pub(super) fn whole(
        &mut self,
        epoch: EpochIndex,
        version: u64,
        statuses: &[SeatStatus],
    ) -> (MapKey, Option<Divergence>) {
        self.scratch.clear();
        self.scratch.extend_from_slice(statuses);
        self.settle(epoch, version)
    }

    /// The map that changes lead to from another; `None` when they lie outside it.
    pub(super) fn changed(
        &mut self,
        from: MapKey,
        version: u64,
        changes: &[(u32, SeatStatus)],
    ) -> Option<(MapKey, Option<Divergence>)> {
        let entry = &self.entries[from.index as usize];
        let epoch = entry.epoch;
        self.scratch.clone_from(&entry.statuses);
        for (seat, status) in changes {
            *self.scratch.get_mut(*seat as usize)? = *status;
        }
        Some(self.settle(epoch, version))
    }

    /// Finds or keeps the map in `scratch`. Nobody holds it yet.
    fn settle(&mut self, epoch: EpochIndex, version: u64) -> (MapKey, Option<Divergence>) {
        let known = self.by_version.get(&(epoch, version)).copied();
        if let Some(index) = known {
            let entry = &self.entries[index as usize];
            if entry.statuses == self.scratch {
                return (MapKey { index, generation: entry.generation }, None);
            }
        }
        let difference = known.map(|index| {
            let others = &self.entries[index as usize].statuses;
            let same = others.iter().zip(&self.scratch).take_while(|(a, b)| a == b).count();
            let (others, this) = (others.get(same).copied(), self.scratch.get(same).copied());
            Divergence { seat: same, others, this }
        });
        let key = self.keep(epoch, version, difference.is_none());
        (key, difference)
    }

    fn keep(&mut self, epoch: EpochIndex, version: u64, canonical: bool) -> MapKey {
        let index = self.free.pop().unwrap_or_else(|| {
            let entry = Entry {
                epoch,
                version,
                statuses: Vec::new(),
                holders: 0,
                generation: 0,
                canonical,
                is_shown: false,
            };
            self.entries.push(entry);
            (self.entries.len() - 1) as u32
        });
        let entry = &mut self.entries[index as usize];
        (entry.epoch, entry.version, entry.canonical) = (epoch, version, canonical);
        entry.is_shown = false;
        std::mem::swap(&mut entry.statuses, &mut self.scratch);
        if canonical {
            self.by_version.insert((epoch, version), index);
        }
        let key = MapKey { index, generation: entry.generation };
        // Until somebody holds it, it counts as released.
        self.retire(key);
        key
    }

    fn retire(&mut self, key: MapKey) {
        self.released.push_back(key);
        while self.released.len() > RELEASED_KEPT {
            let Some(oldest) = self.released.pop_front() else { break };
            let entry = &mut self.entries[oldest.index as usize];
            // It may be held again, gone already, or stand further back in the queue too.
            let waits = self.released.contains(&oldest);
            if entry.holders > 0 || entry.generation != oldest.generation || waits {
                continue;
            }
            entry.generation = entry.generation.wrapping_add(1);
            if entry.canonical {
                self.by_version.remove(&(entry.epoch, entry.version));
            }
            self.free.push(oldest.index);
        }
    }

    /// So many of the newest maps of their versions that were not asked for before: epoch, version,
    /// statuses. Maps that nobody has any more are among them while they are kept.
    pub(super) fn show(&mut self, most: usize) -> Vec<(EpochIndex, u64, Vec<SeatStatus>)> {
        let new = |index: &u32| !self.entries[*index as usize].is_shown;
        let mut new: Vec<u32> = self.by_version.values().copied().filter(new).collect();
        new.sort_unstable_by_key(|index| Reverse(self.entries[*index as usize].version));
        new.truncate(most);
        let show = |index: u32| {
            let entry = &mut self.entries[index as usize];
            entry.is_shown = true;
            (entry.epoch, entry.version, entry.statuses.clone())
        };
        new.into_iter().map(show).collect()
    }

    /// Maps that somebody has: epoch, version, statuses, holders.
    pub(super) fn held(&self) -> impl Iterator<Item = (MapKey, EpochIndex, u64)> + '_ {
        let held = self.entries.iter().enumerate().filter(|(_, entry)| entry.holders > 0);
        held.map(|(index, entry)| {
            let key = MapKey { index: index as u32, generation: entry.generation };
            (key, entry.epoch, entry.version)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatmap::domain::seat::SeatStatus::{Available, Locked, Sold};

    #[test]
    fn different_ways_to_a_version_meet_in_one_map() {
        let mut maps = Maps::default();
        let (a, none) = maps.whole(0, 1, &[Available; 3]);
        assert_eq!(none, None);
        maps.hold(a);
        let (b, _) = maps.changed(a, 2, &[(0, Locked)]).unwrap();
        maps.hold(b);
        let (c, _) = maps.changed(b, 3, &[(0, Sold), (2, Locked)]).unwrap();
        let (straight, none) = maps.changed(a, 3, &[(0, Sold), (2, Locked)]).unwrap();
        assert_eq!((straight, none), (c, None));
        let (told, none) = maps.whole(0, 3, &[Sold, Available, Locked]);
        assert_eq!((told, none), (c, None));
        assert_eq!(maps.statuses(c).unwrap(), [Sold, Available, Locked]);
    }

    #[test]
    fn another_map_at_the_same_version_is_a_divergence() {
        let mut maps = Maps::default();
        let (a, _) = maps.whole(0, 1, &[Available; 3]);
        let (b, _) = maps.changed(a, 2, &[(1, Locked)]).unwrap();
        let (other, divergence) = maps.changed(a, 2, &[(1, Sold)]).unwrap();
        let expected = Divergence { seat: 1, others: Some(Locked), this: Some(Sold) };
        assert_eq!(divergence, Some(expected));
        assert_ne!(other, b);
        // Another history may well have another map under the same number.
        assert_eq!(maps.whole(1, 2, &[Sold; 3]).1, None);
        assert!(maps.changed(a, 3, &[(3, Sold)]).is_none());
    }

    #[test]
    fn each_map_is_shown_once_the_newest_first_and_as_it_was_at_its_version() {
        let mut maps = Maps::default();
        let (mut last, _) = maps.whole(0, 0, &[Available; 2]);
        maps.hold(last);
        for version in 1..6 {
            let status = if version == 4 { Sold } else { Locked };
            let (next, _) = maps.changed(last, version, &[(0, status)]).unwrap();
            maps.hold(next);
            maps.release(std::mem::replace(&mut last, next));
        }
        // One that differs from the others' is a divergence already, and nobody's map.
        maps.changed(last, 5, &[(1, Sold)]).unwrap();
        let mut shown = |most| {
            let maps = maps.show(most).into_iter();
            maps.map(|(_, version, statuses)| (version, statuses[0])).collect::<Vec<_>>()
        };
        assert_eq!(shown(2), [(5, Locked), (4, Sold)]);
        assert_eq!(shown(3), [(3, Locked), (2, Locked), (1, Locked)]);
        assert_eq!(shown(9), [(0, Available)]);
        assert_eq!(shown(9), []);
        // A place that is used again is another map.
        for version in 6..200 {
            let (next, _) = maps.changed(last, version, &[(0, Locked)]).unwrap();
            maps.hold(next);
            maps.release(std::mem::replace(&mut last, next));
        }
        let shown = maps.show(9);
        assert_eq!(shown.iter().map(|map| map.1).max(), Some(199));
        assert_eq!(shown.len(), 9);
    }

    #[test]
    fn maps_that_nobody_has_are_used_again_and_held_ones_stay() {
        let mut maps = Maps::default();
        let (held, _) = maps.whole(0, 0, &[Sold; 4]);
        maps.hold(held);
        let mut last = held;
        for version in 1..1_000 {
            let (next, _) = maps.changed(last, version, &[(0, Available)]).unwrap();
            maps.hold(next);
            if last != held {
                maps.release(last);
            }
            last = next;
        }
        assert!(maps.entries.len() <= RELEASED_KEPT + 4, "{}", maps.entries.len());
        assert_eq!(maps.statuses(held).unwrap(), [Sold; 4]);
        assert_eq!(maps.held().count(), 2);
        assert!(maps.by_version.len() <= RELEASED_KEPT + 4);
    }
}
