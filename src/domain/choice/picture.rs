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
    units: Vec<u32>,
}

/// What a search asks of a row before it looks at its seats.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowState {
    /// The longest run of free seats that aren't kept for wheelchairs.
    pub(super) longest: u32,
    /// Free spaces for wheelchairs.
    pub(super) wheelchairs: u32,
}

impl Picture {
    /// A picture from each seat's state; seats beyond the end are taken.
    #[must_use]
    pub fn new(seating: Arc<Seating>, free: impl IntoIterator<Item = bool>) -> Self {
        let mut free: Vec<bool> = free.into_iter().take(seating.seats()).collect();
        free.resize(seating.seats(), false);
        let mut picture = Self { free, rows: Vec::new(), units: Vec::new(), seating };
        picture.rows = (0..picture.seating.rows.len()).map(|row| picture.row_state(row)).collect();
        let free_of = |unit: &super::seating::Unit| {
            let free = unit.seats.clone().filter(|seat| picture.is_free(*seat as usize));
            u32::try_from(free.count()).unwrap_or(u32::MAX)
        };
        picture.units = picture.seating.units.iter().map(free_of).collect();
        picture
    }

    /// The chart it is a picture of.
    #[must_use]
    pub fn seating(&self) -> &Seating {
        &self.seating
    }

    /// Whether a seat is free; one that isn't there is not.
    #[must_use]
    pub fn is_free(&self, seat: usize) -> bool {
        self.free.get(seat).copied().unwrap_or(false)
    }

    /// Takes in what became of a seat.
    pub fn set(&mut self, seat: SeatIndex, free: bool) {
        let at = seat as usize;
        if at >= self.free.len() || self.free[at] == free {
            return;
        }
        self.free[at] = free;
        match self.seating.place(at) {
            Place::Row(row) => self.rows[row as usize] = self.row_state(row as usize),
            Place::Unit(unit) => {
                if let Some(count) = self.units.get_mut(unit as usize) {
                    *count = if free { *count + 1 } else { *count - 1 };
                }
            }
        }
    }

    pub(super) fn row(&self, row: usize) -> RowState {
        self.rows[row]
    }

    /// How many seats of a table or an area are free.
    pub(super) fn free_of_unit(&self, unit: usize) -> u32 {
        self.units[unit]
    }

    fn row_state(&self, row: usize) -> RowState {
        let mut state = RowState::default();
        for segment in &self.seating.rows[row].segments {
            let mut run = 0;
            for seat in segment.clone().map(|seat| seat as usize) {
                let free = self.free[seat];
                state.wheelchairs += u32::from(free && self.seating.is_wheelchair(seat));
                run = if free && !self.seating.is_reserved_space(seat) { run + 1 } else { 0 };
                state.longest = state.longest.max(run);
            }
        }
        state
    }
}
