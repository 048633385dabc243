//! Which seats are free, and per row how many and how long the longest run is; the same summed up
//! for many rows, so that a search passes by those that have nothing for it at once.
//!
//! A picture is true at the version its keeper says; it is kept up to date seat by seat, at the
//! cost of looking through one row and at the numbers of those it is summed up with.

use std::sync::Arc;

use super::categories::Categories;
use super::seating::{GROUP_ROWS, Place, Ranked, Seating, Unit};
use crate::domain::ids::SeatIndex;

/// The free seats of one event.
#[derive(Clone, Debug)]
pub struct Picture {
    seating: Arc<Seating>,
    free: Vec<bool>,
    /// Free seats that aren't kept for wheelchairs, with another beside them.
    paired: Vec<bool>,
    rows: Vec<RowState>,
    /// Those of each group of rows summed up.
    sums: Vec<RowState>,
    units: Vec<UnitState>,
}

/// What a search asks of a table or an area before it looks at its seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitState {
    /// Free seats.
    pub(super) free: u32,
    /// The lowest of them; the end if there is none.
    pub(super) lowest: SeatIndex,
}

/// Rows next to each other from the nearest to the farthest.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) rows: &'a [Ranked],
    /// The categories of all of them.
    pub(super) categories: Categories,
    /// All of them summed up.
    pub(super) sum: &'a RowState,
}

/// What a search asks of a row, or of many, before it looks at its seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RowState {
    /// Free seats that aren't kept for wheelchairs.
    pub(super) free: u32,
    /// Those of them with another beside them.
    pub(super) paired: u32,
    /// The longest run of them.
    pub(super) longest: u32,
    /// All free seats.
    pub(super) free_in_all: u32,
    /// The longest run of those.
    pub(super) longest_in_all: u32,
    /// Free spaces for wheelchairs.
    pub(super) wheelchairs: u32,
}

impl Picture {
    /// A picture from each seat's state; seats beyond the end are taken.
    #[must_use]
    pub fn new(seating: Arc<Seating>, free: impl IntoIterator<Item = bool>) -> Self {
        let mut free: Vec<bool> = free.into_iter().take(seating.seats()).collect();
        free.resize(seating.seats(), false);
        let paired = vec![false; seating.seats()];
        let (rows, sums, units) = (Vec::new(), Vec::new(), Vec::new());
        let mut picture = Self { free, paired, rows, sums, units, seating };
        let rows = picture.seating.rows.len();
        picture.rows = (0..rows).map(|row| picture.look_through(row)).collect();
        picture.sums = (0..rows.div_ceil(GROUP_ROWS)).map(|at| picture.sum(at)).collect();
        picture.units = picture.seating.units.iter().map(|unit| picture.count(unit)).collect();
        picture
    }

    /// The chart it is a picture of.
    #[must_use]
    pub fn seating(&self) -> &Seating {
        &self.seating
    }

    #[cfg(test)]
    pub(super) fn shared_seating(&self) -> Arc<Seating> {
        Arc::clone(&self.seating)
    }

    /// Whether a seat is free; one that isn't there is not.
    #[must_use]
    pub fn is_free(&self, seat: usize) -> bool {
        self.free.get(seat).copied().unwrap_or(false)
    }

    /// Whether a seat of a row may be a part of a party of two, as far as it is free.
    pub(super) fn is_paired(&self, seat: SeatIndex) -> bool {
        self.paired[seat as usize]
    }

    /// The category of one of its seats.
    pub(in crate::domain) fn category(&self, seat: SeatIndex) -> u16 {
        self.seating.category[seat as usize]
    }

    /// Takes in what became of a seat.
    pub fn set(&mut self, seat: SeatIndex, free: bool) {
        let at = seat as usize;
        if at >= self.free.len() || self.free[at] == free {
            return;
        }
        self.free[at] = free;
        match self.seating.place(at) {
            Place::Row(row) => {
                let row = row as usize;
                self.rows[row] = self.look_through(row);
                let at = self.seating.rows[row].rank / GROUP_ROWS;
                self.sums[at] = self.sum(at);
            }
            Place::Unit(unit) => self.set_in_unit(unit as usize, seat, free),
        }
    }

    fn set_in_unit(&mut self, unit: usize, seat: SeatIndex, free: bool) {
        let Some(state) = self.units.get_mut(unit) else { return };
        if free {
            state.free += 1;
            state.lowest = state.lowest.min(seat);
        } else {
            state.free -= 1;
            if state.lowest == seat {
                let end = self.seating.units[unit].seats.end;
                let next = self.free[seat as usize..end as usize].iter().position(|free| *free);
                state.lowest = next.map_or(end, |next| seat + count_of(next));
            }
        }
    }

    fn count(&self, unit: &Unit) -> UnitState {
        let mut free = unit.seats.clone().filter(|seat| self.is_free(*seat as usize));
        let lowest = free.next();
        let counted = lowest.map_or(0, |_| 1 + free.count());
        UnitState { free: count_of(counted), lowest: lowest.unwrap_or(unit.seats.end) }
    }

    pub(super) fn unit(&self, unit: usize) -> UnitState {
        self.units[unit]
    }

    /// All rows by group, the nearest first.
    pub(super) fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        let groups = self.seating.nearest.chunks(GROUP_ROWS).zip(&self.seating.grouped);
        let groups = groups.zip(&self.sums);
        groups.map(|((rows, categories), sum)| Group { rows, categories: *categories, sum })
    }

    fn sum(&self, at: usize) -> RowState {
        let rows = self.seating.nearest.chunks(GROUP_ROWS).nth(at).unwrap_or_default();
        let states = rows.iter().map(|ranked| &self.rows[ranked.row as usize]);
        states.fold(RowState::default(), RowState::and)
    }

    pub(super) fn row(&self, row: usize) -> RowState {
        self.rows[row]
    }

    fn look_through(&mut self, row: usize) -> RowState {
        let mut state = RowState::default();
        for segment in &self.seating.rows[row].segments {
            let (mut run, mut run_in_all) = (0, 0);
            for seat in segment.clone().map(|seat| seat as usize) {
                let free = self.free[seat];
                let open = free && !self.seating.is_reserved_space(seat);
                state.wheelchairs += u32::from(free && self.seating.is_wheelchair(seat));
                state.free_in_all += u32::from(free);
                state.free += u32::from(open);
                run_in_all = if free { run_in_all + 1 } else { 0 };
                run = if open { run + 1 } else { 0 };
                self.paired[seat] = run > 1;
                if run == 2 {
                    self.paired[seat - 1] = true;
                    state.paired += 1;
                }
                state.paired += u32::from(run > 1);
                state.longest = state.longest.max(run);
                state.longest_in_all = state.longest_in_all.max(run_in_all);
            }
        }
        state
    }
}

fn count_of(seats: usize) -> u32 {
    u32::try_from(seats).unwrap_or(u32::MAX)
}

impl RowState {
    /// Two summed up: there are as many as in both, and of the longest runs the longer.
    pub(super) fn and(self, other: &Self) -> Self {
        Self {
            free: self.free + other.free,
            paired: self.paired + other.paired,
            longest: self.longest.max(other.longest),
            free_in_all: self.free_in_all + other.free_in_all,
            longest_in_all: self.longest_in_all.max(other.longest_in_all),
            wheelchairs: self.wheelchairs + other.wheelchairs,
        }
    }
}
