//! Which parts make up a party at the least score: by dynamic programming over how many parts and
//! how many seats there are so far, of which only those are looked at that the parts to come can
//! complete. Knows nothing of rows but in which order they are added.

use super::Found;
use super::parts::{PART_MIN, Part};
use crate::domain::ids::SeatIndex;

/// No part before.
const NONE: u32 = u32::MAX;

/// The best choices so far.
pub(super) struct Combination {
    parts: usize,
    quantity: usize,
    /// How large a part can be.
    largest: usize,
    /// By parts and seats: with at least one part from each row so far.
    before: Vec<Option<Sum>>,
    /// The same with at least one part from the row that is being added.
    now: Vec<Option<Sum>>,
    /// All parts of all sums, each with the position of the one before it.
    links: Vec<(Part, u32)>,
    /// How many more sums may be looked at.
    pub(super) steps: usize,
}

/// Parts summed up.
#[derive(Clone, Copy)]
struct Sum {
    score: u64,
    last: u32,
}

impl Combination {
    /// One that looks at so many sums at most, and finds nothing if it takes more.
    pub(super) fn new(parts: usize, quantity: usize, largest: usize, steps: usize) -> Self {
        let none = vec![None; (parts + 1) * (quantity + 1)];
        let steps = steps.saturating_sub(none.len());
        let mut before = none.clone();
        before[0] = Some(Sum { score: 0, last: NONE });
        Self { parts, quantity, largest, before, now: none, links: Vec::new(), steps }
    }

    /// Adds a row, of which at least one run gives a part, and each run one at most. A run's parts
    /// are given by size, the smallest first.
    pub(super) fn add_row<'a>(&mut self, runs: impl Iterator<Item = &'a [Part]>) {
        for run in runs {
            if self.steps == 0 {
                return;
            }
            self.add_run(run);
        }
        std::mem::swap(&mut self.before, &mut self.now);
        self.now.fill(None);
    }

    fn add_run(&mut self, run: &[Part]) {
        let width = self.quantity + 1;
        // From many parts to few, so that no sum gets two parts of this run.
        for parts in (0..self.parts).rev() {
            let (to_come, most_so_far) = (self.parts - parts, parts * self.largest);
            let enough = self.quantity.saturating_sub(to_come * self.largest);
            let not_too_many = self.quantity.saturating_sub(to_come * PART_MIN);
            for seats in enough..=not_too_many.min(most_so_far) {
                let at = parts * width + seats;
                let sums = [self.now[at], self.before[at]].into_iter().flatten();
                self.steps = self.steps.saturating_sub(1);
                let Some(sum) = sums.min_by_key(|sum| sum.score) else { continue };
                let left = self.quantity - seats;
                let sizes = left.saturating_sub((to_come - 1) * self.largest)
                    ..=left.saturating_sub((to_come - 1) * PART_MIN);
                let from = run.partition_point(|part| part.size < *sizes.start());
                for part in run[from..].iter().take_while(|part| part.size <= *sizes.end()) {
                    self.steps = self.steps.saturating_sub(1);
                    let score = sum.score + part.score;
                    let known = &mut self.now[at + width + part.size];
                    if known.is_none_or(|known| score < known.score) {
                        let last = u32::try_from(self.links.len()).unwrap_or(NONE);
                        *known = Some(Sum { score, last });
                        self.links.push((*part, sum.last));
                    }
                }
            }
        }
    }

    /// All seats, in exactly as many parts as it was made for.
    pub(super) fn best(&self) -> Option<Found> {
        let sum = self.before[self.before.len() - 1].filter(|_| self.steps > 0)?;
        let mut seats: Vec<SeatIndex> = Vec::with_capacity(self.quantity);
        let mut at = sum.last;
        while let Some((part, before)) = self.links.get(at as usize) {
            seats.extend((part.first..).take(part.size));
            at = *before;
        }
        seats.sort_unstable();
        Some(Found { score: sum.score, seats })
    }
}
