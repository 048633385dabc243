//! Rows one behind the other that can all give a part of a party: which may be enough for it,
//! by their counts alone, before anybody looks at their seats.

use std::ops::Range;

use super::Search;
use super::split::PARTS_MAX;

/// How many windows are listed at most: where there are more, one that will do is near.
const LISTED_MAX: usize = 512;

/// What is known of all rows, in the order in which they are one behind the other.
pub(super) struct Windows<'a, 'b> {
    search: &'b Search<'a>,
    /// By row: how many rows up to this one can all give a part, without a gap, in its column.
    depth: Vec<u32>,
    /// How many seats all rows before each can give, summed up; one more than there are rows.
    given: Vec<u32>,
    /// The last rows of windows that give enough, by how many rows it takes at least; none that
    /// takes more than there may be parts.
    ends: [Vec<u32>; PARTS_MAX + 1],
    /// The longest run of each row that can give a part, else 0.
    longest: Vec<u32>,
}

impl<'a, 'b> Windows<'a, 'b> {
    pub(super) fn new(search: &'b Search<'a>) -> Self {
        let rows = &search.picture.seating().rows;
        let mut depth: Vec<u32> = Vec::with_capacity(rows.len());
        let mut given: Vec<u32> = Vec::with_capacity(rows.len() + 1);
        let mut longest: Vec<u32> = Vec::with_capacity(rows.len());
        let mut ends: [Vec<u32>; PARTS_MAX + 1] = Default::default();
        let (mut rows_here, mut seats, mut column) = (0, 0, None);
        // The last row that a window can begin with to give enough.
        let (mut first, enough) = (0, count_of(search.quantity));
        given.push(0);
        for (at, row) in rows.iter().enumerate() {
            if column != Some(row.column) {
                (rows_here, column) = (0, Some(row.column));
            }
            let state = search.picture.row(at);
            if state.paired > 0 && search.may_be_of(row) {
                (rows_here, seats) = (rows_here + 1, seats + state.paired);
                longest.push(state.longest);
            } else {
                rows_here = 0;
                longest.push(0);
            }
            depth.push(rows_here);
            given.push(seats);
            while first < at && seats - given[first + 1] >= enough {
                first += 1;
            }
            let fewest = at + 1 - first;
            if seats - given[first] >= enough
                && count_of(fewest) <= rows_here
                && let Some(ends) = ends.get_mut(fewest)
            {
                ends.push(count_of(at));
            }
        }
        Self { search, depth, given, ends, longest }
    }

    /// The first rows of all windows of so many that give enough in any number of parts, or of one
    /// more than are listed.
    pub(super) fn of(&self, count: usize) -> Vec<usize> {
        let rows = count_of(count);
        let ends = self.ends.iter().take(count + 1).flatten();
        let windows = ends.filter(|end| self.depth[**end as usize] >= rows);
        windows.map(|end| *end as usize + 1 - count).take(LISTED_MAX + 1).collect()
    }

    /// Windows of so many rows, each with the score of its best seat, taken or not, the nearest
    /// first: those of a list that may give enough in so many parts; where there are more than are
    /// listed, all that there are.
    pub(super) fn nearest<'w>(
        &'w self,
        listed: &'w [usize],
        count: usize,
        parts: usize,
    ) -> Box<dyn Iterator<Item = (u64, usize)> + 'w> {
        let rows = &self.search.picture.seating().rows;
        if listed.len() > LISTED_MAX {
            // Every window is met at each of its rows.
            let met_at = move |row: u32| {
                let (row, least) = (row as usize, rows[row as usize].least);
                let firsts = (row + 1).saturating_sub(count)..=row;
                firsts.map(move |first| (least, first))
            };
            return Box::new(self.search.rows_with_parts().flat_map(met_at));
        }
        let enough = listed.iter().filter(|first| self.may_give(**first..**first + count, parts));
        let least = |first: usize| rows[first..first + count].iter().map(|row| row.least).min();
        let mut nearest: Vec<(u64, usize)> =
            enough.filter_map(|first| Some((least(*first)?, *first))).collect();
        nearest.sort_unstable();
        Box::new(nearest.into_iter())
    }

    /// Whether each of these rows can give a part, and all of them enough in so many parts.
    pub(super) fn may_give(&self, rows: Range<usize>, parts: usize) -> bool {
        if !self.give(&rows) {
            return false;
        }
        let more = parts - rows.len();
        let longest = &self.longest[rows];
        let largest = longest.iter().max().map_or(0, |longest| *longest as usize);
        longest.iter().sum::<u32>() as usize + more * largest >= self.search.quantity
    }

    /// Whether each of these rows can give a part, and all of them enough.
    fn give(&self, rows: &Range<usize>) -> bool {
        let last = rows.end.checked_sub(1).and_then(|last| self.depth.get(last));
        last.is_some_and(|depth| *depth as usize >= rows.len())
            && (self.given[rows.end] - self.given[rows.start]) as usize >= self.search.quantity
    }
}

fn count_of(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}
