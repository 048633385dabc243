//! Seats side by side in one row: the first two steps of the ladder.

use super::orphans::leaves_nobody_alone;
use super::{Found, OrphanRule, Search};
use crate::domain::ids::SeatIndex;

/// Which runs a step accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    /// Those that leave no single seat.
    NoOrphans,
    /// All. The strict rule has nothing against them where there are none of the others.
    All,
}

impl Search<'_> {
    /// The best seats side by side.
    pub(super) fn adjacent(&self) -> Option<Found> {
        let careful = match self.rule {
            OrphanRule::Off => None,
            OrphanRule::Prefer | OrphanRule::Strict => self.best_run(Accept::NoOrphans),
        };
        careful.or_else(|| self.best_run(Accept::All))
    }

    fn best_run(&self, accept: Accept) -> Option<Found> {
        let seating = self.picture.seating();
        let mut best: Option<(u64, SeatIndex)> = None;
        let size = self.quantity;
        let rows = self.rows_with(move |state| state.longest as usize >= size);
        for row in rows {
            // Rows follow with their best seat's score ascending: none can be better than this.
            let bound = seating.rows[row as usize].least.saturating_mul(size as u64);
            if best.is_some_and(|(score, _)| bound > score) {
                break;
            }
            if let Some(run) = self.best_run_of(row, size, accept)
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
        let seating = self.picture.seating();
        let careful = accept == Accept::NoOrphans;
        let is_free = |seat: SeatIndex| self.picture.is_free(seat as usize);
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
                    && (!careful || leaves_nobody_alone(is_free, segment, &run))
                {
                    best = Some(scored);
                }
            }
        }
        best
    }
}
