//! Parts of a party: what a run of free seats in a row has to give. A run gives one part, so that
//! parts of a row have an aisle or somebody else between them.

use std::ops::Range;
use std::rc::Rc;

use super::{OrphanRule, Search};
use crate::domain::ids::SeatIndex;

/// The smallest part: nobody sits alone.
pub(super) const PART_MIN: usize = 2;

/// Seats side by side that belong to a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) score: u64,
    pub(super) first: SeatIndex,
    pub(super) size: usize,
}

/// Free seats in a row without a gap.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) seats: Range<SeatIndex>,
    /// By the strict rule: the sizes of parts that its row can give leaving nobody alone.
    legal: Option<Rc<[bool]>>,
}

impl Run {
    /// How many parts of a size it has to choose from, or seats to look at.
    pub(super) fn steps(&self, size: usize) -> usize {
        if self.legal.is_some() { self.seats.len() } else { self.seats.len() + 1 - size }
    }
}

impl Search<'_> {
    /// The runs of a row that are long enough for a part. By the strict rule seats that are free but
    /// won't do belong to a run as well: two parts at both sides of one could leave it alone.
    pub(super) fn runs(&self, row: u32) -> Vec<Run> {
        if self.rule != OrphanRule::Strict {
            let will_do = |seat: SeatIndex| self.will_do(seat as usize);
            return self.runs_of(row, will_do, |seats| Run { seats, legal: None });
        }
        let is_free = |seat: SeatIndex| self.picture.is_free(seat as usize);
        let runs = self.runs_of(row, is_free, |seats| seats);
        let legal: Rc<[bool]> = self.legal_sizes(&runs).into();
        let run = |seats| Run { seats, legal: Some(Rc::clone(&legal)) };
        runs.into_iter().map(run).collect()
    }

    /// A row's runs of two or more seats that belong, within its segments.
    fn runs_of<T>(
        &self,
        row: u32,
        belongs: impl Fn(SeatIndex) -> bool,
        run: impl Fn(Range<SeatIndex>) -> T,
    ) -> Vec<T> {
        let mut runs = Vec::new();
        for segment in &self.picture.seating().rows[row as usize].segments {
            let mut first = segment.start;
            for seat in segment.start..=segment.end {
                if seat < segment.end && belongs(seat) {
                    continue;
                }
                if (seat - first) as usize >= PART_MIN {
                    runs.push(run(first..seat));
                }
                first = seat + 1;
            }
        }
        runs
    }

    /// By size: whether one of these runs of a row has as many seats that will do, side by side,
    /// without which no single seat is left.
    fn legal_sizes(&self, runs: &[Range<SeatIndex>]) -> Vec<bool> {
        let longest = runs.iter().map(Range::len).max().unwrap_or(0);
        let mut legal = vec![false; longest.min(self.quantity) + 1];
        for run in runs {
            let mut first = run.start;
            for seat in run.start..=run.end {
                if seat < run.end && self.will_do(seat as usize) {
                    continue;
                }
                let sizes = (1..).zip(legal.iter_mut().skip(1)).take((seat - first) as usize);
                for (size, legal) in sizes {
                    *legal = *legal || is_legal(run, first..seat, size);
                }
                first = seat + 1;
            }
        }
        legal
    }

    /// By the strict rule: the sizes of all parts that a run gives, ascending. The same as asking for
    /// a part of each size, in one look at each seat.
    pub(super) fn sizes_of(&self, run: &Run) -> Vec<usize> {
        let largest = run.seats.len().min(self.quantity);
        let mut given = vec![false; largest + 1];
        let careful = |size| run.legal.as_ref().is_some_and(|legal| legal[size]);
        let mut first = run.seats.start;
        for seat in run.seats.start..=run.seats.end {
            if seat < run.seats.end && self.will_do(seat as usize) {
                continue;
            }
            let sizes = (1..).zip(given.iter_mut().enumerate().skip(1));
            for (width, (size, given)) in sizes.take((seat - first) as usize) {
                *given = *given || !careful(size) || is_legal(&run.seats, first..seat, width);
            }
            first = seat + 1;
        }
        (PART_MIN..=largest).filter(|size| given[*size]).collect()
    }

    /// The best part of a size that a run has.
    pub(super) fn part_of(&self, run: &Run, size: usize) -> Option<Part> {
        let width = u32::try_from(size).ok()?;
        if let Some(legal) = &run.legal {
            let careful = legal.get(size).copied().unwrap_or(false);
            return self.strict_part_of(&run.seats, width, careful);
        }
        let firsts = run.seats.start..(run.seats.end + 1).saturating_sub(width);
        let seating = self.picture.seating();
        firsts.map(|first| Part { score: seating.score(first, size), first, size }).min()
    }

    /// The same where the strict rule holds: where another part of the size leaves nobody alone, it
    /// has to do so as well.
    fn strict_part_of(&self, run: &Range<SeatIndex>, width: u32, careful: bool) -> Option<Part> {
        let size = width as usize;
        let (mut length, mut best) = (0, None);
        for end in run.start + 1..=run.end {
            length = if self.will_do(end as usize - 1) { length + 1 } else { 0 };
            if length < width {
                continue;
            }
            let first = end - width;
            let part = Part { score: self.picture.seating().score(first, size), first, size };
            if best.is_none_or(|best| part < best) && !(careful && leaves_one(run, &(first..end))) {
                best = Some(part);
            }
        }
        best
    }

    /// The best part of each size that a run has, leaving room for another part elsewhere.
    pub(super) fn parts_of(&self, run: &Run) -> Vec<Part> {
        let largest = run.seats.len().min(self.quantity.saturating_sub(PART_MIN));
        (PART_MIN..=largest).filter_map(|size| self.part_of(run, size)).collect()
    }
}

/// Whether a part of a run of free seats leaves one of them alone at either end.
fn leaves_one(run: &Range<SeatIndex>, part: &Range<SeatIndex>) -> bool {
    part.start - run.start == 1 || run.end - part.end == 1
}

/// Whether `size` of these seats of a run, side by side, can go and leave nobody alone.
fn is_legal(run: &Range<SeatIndex>, seats: Range<SeatIndex>, size: u32) -> bool {
    // At most two places are wrong, so of three one is right.
    let mut firsts = (seats.start..=seats.end - size).take(3);
    firsts.any(|first| !leaves_one(run, &(first..first + size)))
}
