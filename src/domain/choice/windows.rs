//! Rows one behind the other that can all give a part of a party: which are enough for it.

use std::ops::Range;

use super::Search;

/// What is known of all rows, in their order.
pub(super) struct Windows {
    /// By row: how many rows up to this one can all give a part, without a gap, in its section.
    depth: Vec<u32>,
    /// How many seats all rows before each can give, summed up; one more than there are rows.
    given: Vec<u32>,
}

impl Windows {
    pub(super) fn new(search: &Search<'_>) -> Self {
        let rows = &search.picture.seating().rows;
        let mut depth: Vec<u32> = Vec::with_capacity(rows.len());
        let mut given: Vec<u32> = Vec::with_capacity(rows.len() + 1);
        let (mut rows_here, mut seats, mut section) = (0, 0, None);
        given.push(0);
        for (at, row) in rows.iter().enumerate() {
            if section != Some(row.section) {
                (rows_here, section) = (0, Some(row.section));
            }
            let paired = search.picture.row(at).paired;
            if paired > 0 && search.may_be_of(row) {
                (rows_here, seats) = (rows_here + 1, seats + paired);
            } else {
                rows_here = 0;
            }
            depth.push(rows_here);
            given.push(seats);
        }
        Self { depth, given }
    }

    /// Whether each of these rows can give a part, and all of them so many seats.
    pub(super) fn give(&self, rows: &Range<usize>, quantity: usize) -> bool {
        let last = rows.end.checked_sub(1).and_then(|last| self.depth.get(last));
        last.is_some_and(|depth| *depth as usize >= rows.len())
            && (self.given[rows.end] - self.given[rows.start]) as usize >= quantity
    }

    /// Whether any so many rows do.
    pub(super) fn any_give(&self, count: usize, quantity: usize) -> bool {
        (count..=self.depth.len()).any(|end| self.give(&(end - count..end), quantity))
    }
}
