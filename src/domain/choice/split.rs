//! A party in several rows with nobody alone: as few parts as possible, each of two or more, one
//! part a row; first in neighbouring rows of one section, then in any.

use super::adjacent::Accept;
use super::{Found, Search};
use crate::domain::ids::SeatIndex;

/// The smallest part: nobody sits alone.
const PART_MIN: usize = 2;

/// Into how many parts a party is split at most.
const PARTS_MAX: usize = 8;

/// The largest party that is split.
const SPLIT_QUANTITY_MAX: usize = 100;

/// A part: its score, its first seat and its size.
type Part = (u64, SeatIndex, usize);

/// Parts and their scores summed up.
type Chosen = (u64, Vec<Part>);

/// By size: the best part that a row has.
type RowParts = Vec<Option<Part>>;

impl Search<'_> {
    /// The best seats in several rows.
    pub(super) fn split(&self) -> Option<Found> {
        if !(2 * PART_MIN..=SPLIT_QUANTITY_MAX).contains(&self.quantity) || !self.may_split() {
            return None;
        }
        let parts_max = PARTS_MAX.min(self.quantity / PART_MIN);
        (2..=parts_max).find_map(|parts| self.neighbouring(parts)).or_else(|| self.anywhere())
    }

    /// Whether there are enough seats with a free neighbour at all.
    fn may_split(&self) -> bool {
        let rows = 0..self.picture.seating().rows.len();
        let mut there = 0;
        for row in rows {
            let longest = self.picture.row(row).longest as usize;
            there += if longest >= PART_MIN { longest } else { 0 };
            if there >= self.quantity {
                return true;
            }
        }
        false
    }

    /// The best `count` parts in as many neighbouring rows.
    fn neighbouring(&self, count: usize) -> Option<Found> {
        let seating = self.picture.seating();
        let mut best: Option<Found> = None;
        for row in seating.nearest.iter().map(|row| *row as usize) {
            let bound = seating.rows[row].least.saturating_mul(self.quantity as u64);
            if best.as_ref().is_some_and(|best| bound > best.score) {
                break;
            }
            // Every window is looked at once at the latest when its last row comes up here; those
            // with a nearer row have been already, and looking twice does no harm.
            for first in (row + 1).saturating_sub(count)..=row {
                if let Some(found) = self.window(first, count)
                    && best.as_ref().is_none_or(|best| found.is_better_than(best))
                {
                    best = Some(found);
                }
            }
        }
        best
    }

    fn window(&self, first: usize, count: usize) -> Option<Found> {
        let rows = self.picture.seating().rows.get(first..first + count)?;
        let longest = |row: usize| self.picture.row(row).longest as usize;
        let all = first..first + count;
        let enough = all.clone().all(|row| longest(row) >= PART_MIN)
            && all.clone().map(longest).sum::<usize>() >= self.quantity;
        if !enough || rows.iter().any(|row| row.section != rows[0].section) {
            return None;
        }
        let mut chosen = Combination::none(self.quantity, count);
        for row in all {
            chosen.add(&self.row_parts(row));
        }
        chosen.best(count)
    }

    /// The best parts that a row has, by size, each leaving room for another part elsewhere.
    fn row_parts(&self, row: usize) -> RowParts {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        let longest = self.picture.row(row as usize).longest as usize;
        let largest = longest.min(self.quantity - PART_MIN);
        let mut parts = vec![None; largest + 1];
        for (size, part) in parts.iter_mut().enumerate().skip(PART_MIN) {
            let run = self.best_run_of(row, size, Accept::Allowed);
            *part = run.map(|(score, first)| (score, first, size));
        }
        parts
    }

    /// The best parts anywhere. A row can only be among them if for some size it is one of the
    /// best `PARTS_MAX`: else it could be replaced by one of those that isn't used yet.
    fn anywhere(&self) -> Option<Found> {
        let mut by_size: Vec<Vec<(Part, usize)>> = vec![Vec::new(); self.quantity];
        let seating = self.picture.seating();
        for row in seating.nearest.iter().map(|row| *row as usize) {
            for part in self.row_parts(row).into_iter().flatten() {
                let best = &mut by_size[part.2];
                let at = best.partition_point(|(known, _)| *known < part);
                if at < PARTS_MAX {
                    best.insert(at, (part, row));
                    best.truncate(PARTS_MAX);
                }
            }
        }
        let mut rows: Vec<usize> = by_size.iter().flatten().map(|(_, row)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        let parts_max = PARTS_MAX.min(self.quantity / PART_MIN);
        let mut chosen = Combination::none(self.quantity, parts_max);
        for row in rows {
            chosen.add(&self.row_parts(row));
        }
        (2..=parts_max).find_map(|parts| chosen.best(parts))
    }
}

impl Found {
    fn is_better_than(&self, other: &Found) -> bool {
        (self.score, &self.seats) < (other.score, &other.seats)
    }
}

/// The best choice of parts from the rows so far: by how many parts, and how many seats in all.
struct Combination {
    quantity: usize,
    best: Vec<Vec<Option<Chosen>>>,
}

impl Combination {
    fn none(quantity: usize, parts_max: usize) -> Self {
        let mut best = vec![vec![None; quantity + 1]; parts_max + 1];
        best[0][0] = Some((0, Vec::new()));
        Self { quantity, best }
    }

    /// Lets another row give one part or none.
    fn add(&mut self, row: &RowParts) {
        for parts in (1..self.best.len()).rev() {
            for seats in (PART_MIN..=self.quantity).rev() {
                for part in row.iter().take(seats + 1).flatten() {
                    let Some((before, chosen)) = &self.best[parts - 1][seats - part.2] else {
                        continue;
                    };
                    let score = before + part.0;
                    let known = &self.best[parts][seats];
                    if known.as_ref().is_none_or(|(known, _)| score < *known) {
                        let chosen = chosen.iter().copied().chain([*part]).collect();
                        self.best[parts][seats] = Some((score, chosen));
                    }
                }
            }
        }
    }

    /// All seats, in exactly so many parts.
    fn best(&self, parts: usize) -> Option<Found> {
        let (score, chosen) = self.best[parts][self.quantity].as_ref()?;
        let mut seats: Vec<SeatIndex> =
            chosen.iter().flat_map(|(_, first, size)| (*first..).take(*size)).collect();
        seats.sort_unstable();
        Some(Found { score: *score, seats })
    }
}
