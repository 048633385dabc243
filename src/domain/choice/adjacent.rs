//! Seats side by side in one row: the first two steps of the ladder, and what the others build on.

use std::ops::Range;

use super::orphans::{has_legal_run, leaves_nobody_alone};
use super::{Found, OrphanRule, Search};
use crate::domain::ids::SeatIndex;

/// Which runs a step accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    /// Those that leave no single seat.
    NoOrphans,
    /// All that the event's rule allows.
    Allowed,
}

impl Search<'_> {
    /// The best seats side by side.
    pub(super) fn adjacent(&self) -> Option<Found> {
        let careful = match self.rule {
            OrphanRule::Off => None,
            OrphanRule::Prefer | OrphanRule::Strict => self.best_run(Accept::NoOrphans),
        };
        careful.or_else(|| self.best_run(Accept::Allowed))
    }

    fn best_run(&self, accept: Accept) -> Option<Found> {
        let seating = self.picture.seating();
        let mut best: Option<(u64, SeatIndex)> = None;
        for row in &seating.nearest {
            // Rows follow with their best seat's score ascending: none can be better than this.
            let bound = seating.rows[*row as usize].least.saturating_mul(self.quantity as u64);
            if best.is_some_and(|(score, _)| bound > score) {
                break;
            }
            if let Some(run) = self.best_run_of(*row, self.quantity, accept)
                && best.is_none_or(|best| run < best)
            {
                best = Some(run);
            }
        }
        best.map(|(score, first)| Found { score, seats: (first..).take(self.quantity).collect() })
    }

    /// The best run of `size` in a row, as score and first seat.
    pub(super) fn best_run_of(
        &self,
        row: u32,
        size: usize,
        accept: Accept,
    ) -> Option<(u64, SeatIndex)> {
        if !self.may_have(row, size) {
            return None;
        }
        let seating = self.picture.seating();
        // By the strict rule a run that leaves somebody alone is allowed only where no other does.
        let strict = accept == Accept::Allowed && self.rule == OrphanRule::Strict;
        let careful =
            accept == Accept::NoOrphans || strict && has_legal_run(self.picture, row, size);
        let mut best: Option<(u64, SeatIndex)> = None;
        for segment in &seating.rows[row as usize].segments {
            let mut length = 0;
            for seat in segment.clone() {
                length = if self.will_do(seat as usize) { length + 1 } else { 0 };
                if length < size {
                    continue;
                }
                let run = seat + 1 - u32::try_from(size).unwrap_or(u32::MAX)..seat + 1;
                let scored = (seating.score(run.start, size), run.start);
                if best.is_none_or(|best| scored < best)
                    && self.has_its_wheelchairs(&run)
                    && (!careful || leaves_nobody_alone(self.picture, segment, &run))
                {
                    best = Some(scored);
                }
            }
        }
        best
    }

    /// Says quickly that a row can't have such a run.
    fn may_have(&self, row: u32, size: usize) -> bool {
        let state = self.picture.row(row as usize);
        let enough = match self.wheelchairs {
            0 => state.longest as usize >= size,
            wheelchairs => state.wheelchairs as usize >= wheelchairs,
        };
        enough && self.may_be_of(&self.picture.seating().rows[row as usize])
    }

    /// Neither fewer spaces than needed nor more: others will need them.
    fn has_its_wheelchairs(&self, run: &Range<SeatIndex>) -> bool {
        let seating = self.picture.seating();
        self.wheelchairs == 0
            || run.clone().filter(|seat| seating.is_wheelchair(*seat as usize)).count()
                == self.wheelchairs
    }
}
