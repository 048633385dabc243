//! Which seats are free, and per row how many and how long the longest run is.
//!
//! A picture is true at the version its keeper says; it is kept up to date seat by seat, at the
//! cost of looking through one row.

use std::sync::Arc;

use super::seating::{Place, Seating};
use crate::domain::ids::SeatIndex;

/// The free seats of one event.
#[derive(Clone, Debug)]
pub struct Picture {
    seating: Arc<Seating>,
    free: Vec<bool>,
    rows: Vec<RowState>,
}

/// What a search asks of a row before it looks at its seats.
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
        let mut picture = Self { free, rows: Vec::new(), seating };
        picture.rows = (0..picture.seating.rows.len()).map(|row| picture.row_state(row)).collect();
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
        if let Place::Row(row) = self.seating.place(at) {
            self.rows[row as usize] = self.row_state(row as usize);
        }
    }

    pub(super) fn row(&self, row: usize) -> RowState {
        self.rows[row]
    }

    fn row_state(&self, row: usize) -> RowState {
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
                state.paired += match run {
                    0 | 1 => 0,
                    2 => 2,
                    _ => 1,
                };
                state.longest = state.longest.max(run);
                state.longest_in_all = state.longest_in_all.max(run_in_all);
            }
        }
        state
    }
}
