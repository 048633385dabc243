//! A party in several parts with nobody alone: as few parts as possible, each of two or more, in as
//! few neighbouring rows of one section as possible; else in any rows; else in as many parts as it
//! takes.
//!
//! The first two look for the best there is, nearest rows first and only where a bound lets it be,
//! until their steps are used up. The last finds seats whenever there are enough, but not always the
//! best.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use super::combination::Combination;
use super::parts::{PART_MIN, Part, Run};
use super::seating::Row;
use super::windows::Windows;
use super::{Found, Search};

/// Into how many parts a party is split at most as long as the best ones are looked for.
pub(super) const PARTS_MAX: usize = 8;

/// After how many steps each of the searches for the best parts takes what it has. A step is a
/// comparison of two scores or of a row's counts, some ten nanoseconds.
const STEPS_MAX: usize = 3_500;

/// What a row has to give: the parts of each of its runs.
type RowParts = Rc<Vec<Vec<Part>>>;

/// A part, with its row and which of the row's runs it is of.
type Known = (Part, (u32, usize));

/// A search for the best parts under way.
struct Parts<'a, 'b> {
    search: &'b Search<'a>,
    /// The longest run of any row that can give a part.
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
        let (paired, longest) = self.parts_there_are();
        if paired < self.quantity || longest == PART_MIN && !self.quantity.is_multiple_of(PART_MIN)
        {
            return None;
        }
        let parts = || Parts { search: self, longest, known: HashMap::new(), steps: STEPS_MAX };
        let found = parts().neighbouring().or_else(|| parts().anywhere());
        found.or_else(|| self.many_parts())
    }

    /// The rows that may give a part, the nearest first.
    pub(super) fn rows_with_parts(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows_with(|state| state.paired > 0)
    }

    /// How many seats all rows may give in parts, and in how long a run at most.
    fn parts_there_are(&self) -> (usize, usize) {
        let total = self.total();
        (total.paired as usize, total.longest as usize)
    }
}

impl Parts<'_, '_> {
    fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// How many parts it takes at least, and how many there may be.
    fn counts(&self) -> RangeInclusive<usize> {
        let quantity = self.search.quantity;
        quantity.div_ceil(self.longest).max(2)..=PARTS_MAX.min(quantity / PART_MIN)
    }

    fn neighbouring(&mut self) -> Option<Found> {
        if self.counts().is_empty() {
            return None;
        }
        let windows = Windows::new(self.search);
        let mut by_rows: [Option<Vec<usize>>; PARTS_MAX + 1] = Default::default();
        for parts in self.counts() {
            for (rows, known) in by_rows.iter_mut().enumerate().take(parts + 1).skip(1) {
                let listed = known.get_or_insert_with(|| windows.of(rows));
                let nearest = windows.nearest(listed, rows, parts);
                if let Some(found) = self.in_rows(&windows, nearest, (rows, parts)) {
                    return Some(found);
                }
                if self.steps == 0 {
                    return None;
                }
            }
        }
        None
    }

    /// The best parts in one of these windows of so many rows, each row giving one or more.
    fn in_rows(
        &mut self,
        windows: &Windows<'_, '_>,
        nearest: impl Iterator<Item = (u64, usize)>,
        (count, parts): (usize, usize),
    ) -> Option<Found> {
        let mut best: Option<Found> = None;
        for (least, first) in nearest {
            let bound = least.saturating_mul(self.search.quantity as u64);
            if best.as_ref().is_some_and(|best| bound > best.score) || self.steps == 0 {
                break;
            }
            let window = first..first + count;
            self.spend(1);
            if windows.may_give(window.clone(), parts)
                && self.may_be_better(&window, least, best.as_ref())
                && let Some(found) = self.window(window, parts)
                && best.as_ref().is_none_or(|best| found.is_better_than(best))
            {
                best = Some(found);
            }
        }
        best
    }

    /// Whether it is worth looking at the runs of a window met at a row with this least score.
    fn may_be_better(&mut self, window: &Range<usize>, least: u64, best: Option<&Found>) -> bool {
        let rows = &self.search.picture.seating().rows;
        if rows[window.clone()].iter().any(|row| row.least < least) {
            return false;
        }
        let Some(best) = best else { return true };
        self.spend(self.search.quantity * window.len());
        let first = |row: &Row| row.segments.first().map_or(0, |segment| segment.start);
        let first = rows[window.clone()].iter().map(first).min().unwrap_or(0);
        let bound = self.search.bound(window.clone(), best.score);
        bound.is_some_and(|bound| bound < best.score || first < best.seats[0])
    }

    fn window(&mut self, window: Range<usize>, parts: usize) -> Option<Found> {
        let (picture, quantity) = (self.search.picture, self.search.quantity);
        let longest = window.clone().map(|row| picture.row(row).longest as usize).max()?;
        let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        let given: Vec<RowParts> = window.map(|at| self.row_parts(row(at))).collect();
        let mut chosen = Combination::new(parts, quantity, longest, self.steps);
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
        // As many scores were compared as its runs have parts, after a look at each seat.
        let compared = |run: &Run| run.seats.len() * (run.seats.len() / 2 + 1);
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
        let by_size = self.best_by_size();
        self.counts().find_map(|parts| {
            let best = by_size.iter().flat_map(|best| best.iter().take(parts));
            let mut runs: Vec<(u32, usize)> = best.map(|(_, run)| *run).collect();
            runs.sort_unstable();
            runs.dedup();
            let given: Vec<RowParts> = runs.iter().map(|(row, _)| self.row_parts(*row)).collect();
            let given = || runs.iter().zip(&given).map(|((_, run), row)| row[*run].as_slice());
            let quantity = self.search.quantity;
            let mut chosen = Combination::new(parts, quantity, self.longest, self.steps);
            chosen.add_row(given());
            self.steps = chosen.steps;
            chosen.best()
        })
    }

    /// By size the best parts that there are, each of another run, as many as may be needed.
    fn best_by_size(&mut self) -> Vec<Vec<Known>> {
        let search = self.search;
        let rows = &search.picture.seating().rows;
        let largest = self.longest.min(search.quantity - PART_MIN);
        let mut by_size: Vec<Vec<Known>> = vec![Vec::new(); largest + 1];
        // No smaller part is of use any more: rows without one as large are passed by.
        let smallest = Cell::new(PART_MIN);
        for row in search.rows_with(|state| state.longest as usize >= smallest.get()) {
            let least = rows[row as usize].least;
            let of_use = |size: &usize| is_of_use(&by_size[*size], least * *size as u64);
            let Some(size) = (smallest.get()..=largest).find(of_use) else { break };
            smallest.set(size);
            // Half of the steps are for putting the parts together.
            if self.steps < STEPS_MAX / 2 {
                break;
            }
            if (search.picture.row(row as usize).longest as usize) < size {
                continue;
            }
            let bounds = search.bounds(row as usize);
            self.spend(bounds.len());
            for (at, run) in search.runs(row).iter().enumerate() {
                let end = largest.min(run.seats.len()) + 1;
                for (size, best) in by_size.iter_mut().enumerate().take(end).skip(PART_MIN) {
                    if bounds.get(size - 1).is_some_and(|bound| is_of_use(best, *bound)) {
                        self.spend(run.steps(size));
                        if let Some(part) = search.part_of(run, size) {
                            take_in(best, (part, (row, at)));
                        }
                    }
                }
            }
        }
        by_size
    }
}

/// Whether a part of such a score would be one of the best.
fn is_of_use(best: &[Known], score: u64) -> bool {
    best.get(PARTS_MAX - 1).is_none_or(|(last, _)| score <= last.score)
}

fn take_in(best: &mut Vec<Known>, part: Known) {
    let at = best.partition_point(|known| *known < part);
    if at < PARTS_MAX {
        best.insert(at, part);
        best.truncate(PARTS_MAX);
    }
}
