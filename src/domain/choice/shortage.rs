//! What is free where nothing could be chosen, and whether it is worth looking: counted by the row,
//! so that a refusal costs no more than a choice.

use serde::{Deserialize, Serialize};

use super::Search;
use super::seating::Row;

/// Why nothing could be chosen: what is free of what was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    /// How many seats are free.
    pub free: u32,
    /// How many of them are side by side at most, or in one area.
    pub together: u32,
    /// How many spaces for wheelchairs are free, if some were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wheelchairs: Option<u32>,
}

impl Shortage {
    /// Whether nothing at all is free of what was asked for.
    #[must_use]
    pub fn is_sold_out(&self) -> bool {
        self.free == 0 || self.wheelchairs == Some(0)
    }
}

impl Search<'_> {
    /// Says quickly that fewer seats are free than asked for.
    pub(super) fn may_be_enough(&self) -> bool {
        let mut there = 0;
        for (at, row) in self.picture.seating().rows.iter().enumerate() {
            let state = self.picture.row(at);
            let free = if self.wheelchairs > 0 { state.free_in_all } else { state.free };
            if free > 0 && self.may_be_of(row) {
                there += free as usize;
            }
            if there >= self.quantity {
                return true;
            }
        }
        let units = self.picture.seating().units.iter();
        let units = units.filter(|unit| self.in_section(unit.section));
        let in_units = units.map(|unit| self.free_of_unit(unit) as usize).sum::<usize>();
        self.wheelchairs == 0 && there + in_units >= self.quantity
    }

    /// Whether a row has seats of a section and a category asked for.
    pub(super) fn may_be_of(&self, row: &Row) -> bool {
        self.in_section(row.section)
            && row.categories.iter().any(|category| self.of_category(*category))
    }

    pub(super) fn shortage(&self) -> Shortage {
        let seating = self.picture.seating();
        let (mut free, mut together, mut spaces) = (0, 0, 0);
        for (at, row) in seating.rows.iter().enumerate().filter(|(_, row)| self.may_be_of(row)) {
            let (free_here, together_here) = self.free_of_row(at, row);
            (free, together) = (free + free_here, together.max(together_here));
            if self.wheelchairs > 0 && self.picture.row(at).wheelchairs > 0 {
                let seats = row.segments.iter().cloned().flatten().map(|seat| seat as usize);
                let will_do = seats.filter(|seat| self.will_do(*seat));
                spaces += will_do.map(|seat| u32::from(seating.is_wheelchair(seat))).sum::<u32>();
            }
        }
        if self.wheelchairs == 0 {
            for unit in seating.units.iter().filter(|unit| self.in_section(unit.section)) {
                let there = self.free_of_unit(unit);
                (free, together) = (free + there, together.max(there));
            }
        }
        let wheelchairs = (self.wheelchairs > 0).then_some(spaces);
        Shortage { free, together, wheelchairs }
    }

    /// How many seats of a row will do, and how many of them are side by side at most.
    fn free_of_row(&self, at: usize, row: &Row) -> (u32, u32) {
        let state = self.picture.row(at);
        let counted = match self.wheelchairs {
            0 => (state.free, state.longest),
            _ => (state.free_in_all, state.longest_in_all),
        };
        if counted.0 == 0 || row.categories.iter().all(|category| self.of_category(*category)) {
            return counted;
        }
        let (mut free, mut together) = (0, 0);
        for segment in &row.segments {
            let mut run = 0;
            for seat in segment.clone() {
                run = if self.will_do(seat as usize) { run + 1 } else { 0 };
                free += u32::from(run > 0);
                together = together.max(run);
            }
        }
        (free, together)
    }
}
