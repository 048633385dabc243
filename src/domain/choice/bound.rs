//! What the seats of some rows are worth at best: says that nothing better can be found there,
//! before anybody looks at runs. Never more than parts of a party in those rows are worth.

use std::ops::Range;

use super::Search;

impl Search<'_> {
    /// The worth of as many seats as are asked for, the best of those that may belong to a
    /// part, wherever in these rows they are; `None` if it is more than `limit`.
    pub(super) fn bound(&self, rows: Range<usize>, limit: u64) -> Option<u64> {
        let mut rows: Vec<_> = rows.map(|row| self.scores(row).peekable()).collect();
        let mut sum = 0;
        for left in (1..=self.quantity as u64).rev() {
            let next = rows.iter_mut().filter_map(|row| Some((*row.peek()?, row)));
            let (score, row) = next.min_by_key(|(score, _)| *score)?;
            // None that follows is worth less.
            if sum + score * left > limit {
                return None;
            }
            sum += score;
            row.next();
        }
        Some(sum)
    }

    /// The worth of a row's best seat that may belong to a part, of its best two, and so on.
    pub(super) fn bounds(&self, row: usize) -> Vec<u64> {
        let sum = |sum: &mut u64, score: u64| {
            *sum += score;
            Some(*sum)
        };
        self.scores(row).scan(0, sum).collect()
    }

    fn scores(&self, row: usize) -> impl Iterator<Item = u64> + '_ {
        let seating = self.picture.seating();
        let seats = seating.rows[row].by_score.iter().copied();
        let may_belong = seats.filter(|seat| {
            self.picture.is_paired(*seat)
                && (self.anywhere || self.of_category(seating.category[*seat as usize]))
        });
        may_belong.map(|seat| seating.score(seat, 1))
    }
}
