//! Parts of a party: what a run of free seats in a row has to give. A run gives one part, so that
//! parts of a row have an aisle or somebody else between them.

use std::ops::Range;

use super::orphans::{has_legal_run, leaves_nobody_alone};
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
    pub(super) row: u32,
    segment: Range<SeatIndex>,
    pub(super) seats: Range<SeatIndex>,
}

impl Search<'_> {
    /// The runs of a row that are long enough for a part. By the strict rule seats that are free but
    /// won't do belong to a run as well: two parts at both sides of one could leave it alone.
    pub(super) fn runs(&self, row: u32) -> Vec<Run> {
        let strict = self.rule == OrphanRule::Strict;
        let belongs = |seat: SeatIndex| {
            let seat = seat as usize;
            if strict { self.picture.is_free(seat) } else { self.will_do(seat) }
        };
        let mut runs = Vec::new();
        for segment in &self.picture.seating().rows[row as usize].segments {
            let mut first = segment.start;
            for seat in segment.start..=segment.end {
                if seat < segment.end && belongs(seat) {
                    continue;
                }
                if (seat - first) as usize >= PART_MIN {
                    runs.push(Run { row, segment: segment.clone(), seats: first..seat });
                }
                first = seat + 1;
            }
        }
        runs
    }

    /// The best part of a size that a run has.
    pub(super) fn part_of(&self, run: &Run, size: usize) -> Option<Part> {
        let strict = self.rule == OrphanRule::Strict;
        let careful = strict && has_legal_run(self.picture, run.row, size);
        let width = u32::try_from(size).ok()?;
        let firsts = run.seats.start..(run.seats.end + 1).saturating_sub(width);
        let seating = self.picture.seating();
        let mut best: Option<Part> = None;
        for first in firsts {
            let part = Part { score: seating.score(first, size), first, size };
            let seats = first..first + width;
            if best.is_none_or(|best| part < best)
                && (!strict || seats.clone().all(|seat| self.will_do(seat as usize)))
                && (!careful || leaves_nobody_alone(self.picture, &run.segment, &seats))
            {
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
