//! A party in several parts with nobody alone: as few parts as possible, each of two or more, in as
//! few neighbouring rows of one section as possible; else in any rows; else in as many parts as it
//! takes.
//!
//! The first two look for the best there is, nearest rows first, until their steps are used up. The
//! last finds seats whenever there are enough, but not always the best.

use std::collections::HashMap;
use std::rc::Rc;

use super::combination::Combination;
use super::parts::{PART_MIN, Part, Run};
use super::seating::Row;
use super::{Found, Search};

/// Into how many parts a party is split at most as long as the best ones are looked for.
const PARTS_MAX: usize = 8;

/// After how many steps each of the searches for the best parts takes what it has. A step is a
/// comparison of two scores or of a row's counts, about a nanosecond.
const STEPS_MAX: usize = 8_000;

/// What a row has to give: the parts of each of its runs.
type RowParts = Rc<Vec<Vec<Part>>>;

/// A search for the best parts under way.
struct Parts<'a, 'b> {
    search: &'b Search<'a>,
    /// The rows that can give a part, the nearest first.
    rows: &'b [u32],
    /// The longest run of any of them.
    longest: usize,
    known: HashMap<u32, RowParts>,
    steps: usize,
}

impl Search<'_> {
    /// The best seats in several parts.
    pub(super) fn split(&self) -> Option<Found> {
        if self.quantity < 2 * PART_MIN {
            return None;
        }
        let rows = self.rows_with_parts();
        let state = |row: &u32| self.picture.row(*row as usize);
        let paired = rows.iter().map(|row| state(row).paired as usize).sum::<usize>();
        let longest = rows.iter().map(|row| state(row).longest as usize).max().unwrap_or(0);
        if paired < self.quantity || longest == PART_MIN && !self.quantity.is_multiple_of(PART_MIN)
        {
            return None;
        }
        let parts = || Parts {
            search: self,
            rows: &rows,
            longest,
            known: HashMap::new(),
            steps: STEPS_MAX,
        };
        let found = parts().neighbouring().or_else(|| parts().anywhere());
        found.or_else(|| self.many_parts(&rows))
    }

    /// The rows that may give a part, the nearest first.
    pub(super) fn rows_with_parts(&self) -> Vec<u32> {
        let seating = self.picture.seating();
        let rows = seating.nearest.iter().copied();
        rows.filter(|row| {
            self.picture.row(*row as usize).paired > 0
                && self.may_be_of(&seating.rows[*row as usize])
        })
        .collect()
    }
}

impl Parts<'_, '_> {
    fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// How many parts it takes at least, and how many there may be.
    fn counts(&self) -> std::ops::RangeInclusive<usize> {
        let quantity = self.search.quantity;
        quantity.div_ceil(self.longest).max(2)..=PARTS_MAX.min(quantity / PART_MIN)
    }

    fn neighbouring(&mut self) -> Option<Found> {
        for parts in self.counts() {
            for rows in 1..=parts {
                if let Some(found) = self.in_rows(parts, rows) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// The best parts in so many neighbouring rows, each giving one or more.
    fn in_rows(&mut self, parts: usize, count: usize) -> Option<Found> {
        let seating = self.search.picture.seating();
        let mut best: Option<Found> = None;
        for row in self.rows {
            let row = *row as usize;
            let bound = seating.rows[row].least.saturating_mul(self.search.quantity as u64);
            if best.as_ref().is_some_and(|best| bound > best.score) || self.steps == 0 {
                break;
            }
            // Every window of rows is looked at from its nearest one.
            for first in (row + 1).saturating_sub(count)..=row {
                if let Some(found) = self.window(first..first + count, row, parts)
                    && best.as_ref().is_none_or(|best| found.is_better_than(best))
                {
                    best = Some(found);
                }
            }
        }
        best
    }

    fn window(
        &mut self,
        window: std::ops::Range<usize>,
        nearest: usize,
        parts: usize,
    ) -> Option<Found> {
        let (picture, quantity) = (self.search.picture, self.search.quantity);
        self.spend(window.len());
        let rows = picture.seating().rows.get(window.clone())?;
        let states = || window.clone().map(|row| picture.row(row));
        let enough = states().all(|state| state.paired > 0)
            && states().map(|state| state.paired as usize).sum::<usize>() >= quantity
            && states().any(|state| state.longest as usize * parts >= quantity);
        let first = &picture.seating().rows[nearest];
        let fits = |row: &Row| row.section == first.section && row.least >= first.least;
        if !enough || !rows.iter().all(fits) {
            return None;
        }
        let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        let given: Vec<RowParts> = window.map(|at| self.row_parts(row(at))).collect();
        let mut chosen = Combination::new(parts, quantity, self.steps);
        for row in given {
            chosen.add_row(row.iter().map(Vec::as_slice));
        }
        self.steps = chosen.steps;
        chosen.best()
    }

    fn row_parts(&mut self, row: u32) -> RowParts {
        if let Some(known) = self.known.get(&row) {
            return Rc::clone(known);
        }
        let runs = self.search.runs(row);
        let parts: Vec<Vec<Part>> = runs.iter().map(|run| self.search.parts_of(run)).collect();
        // As many scores were compared as its runs have parts.
        let compared = |run: &Run| run.seats.len() * run.seats.len() / 2;
        self.spend(runs.iter().map(compared).sum());
        let parts = Rc::new(parts);
        self.known.insert(row, Rc::clone(&parts));
        parts
    }

    /// The best parts anywhere. A run can only give one of so many parts if for some size it is one
    /// of as many best: else it could be replaced by one of those that isn't used yet.
    fn anywhere(&mut self) -> Option<Found> {
        if self.counts().is_empty() {
            return None;
        }
        let mut by_size: Vec<Vec<(Part, (u32, usize))>> = vec![Vec::new(); self.search.quantity];
        for row in self.rows {
            // Half of the steps are for putting the parts together.
            if self.steps < STEPS_MAX / 2 {
                break;
            }
            let parts = self.row_parts(*row);
            for (run, parts) in parts.iter().enumerate() {
                for part in parts {
                    let best = &mut by_size[part.size];
                    let at = best.partition_point(|(known, _)| known < part);
                    if at < PARTS_MAX {
                        best.insert(at, (*part, (*row, run)));
                        best.truncate(PARTS_MAX);
                    }
                }
            }
        }
        self.counts().find_map(|parts| {
            let best = by_size.iter().flat_map(|best| best.iter().take(parts));
            let mut runs: Vec<(u32, usize)> = best.map(|(_, run)| *run).collect();
            runs.sort_unstable();
            runs.dedup();
            let given: Vec<RowParts> = runs.iter().map(|(row, _)| self.row_parts(*row)).collect();
            let given = || runs.iter().zip(&given).map(|((_, run), row)| row[*run].as_slice());
            let mut chosen = Combination::new(parts, self.search.quantity, self.steps);
            chosen.add_row(given());
            self.steps = chosen.steps;
            chosen.best()
        })
    }
}

impl Found {
    fn is_better_than(&self, other: &Found) -> bool {
        (self.score, &self.seats) < (other.score, &other.seats)
    }
}
