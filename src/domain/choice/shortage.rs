//! What is free where nothing could be chosen, and whether it is worth looking: counted by the row,
//! so that a refusal costs no more than a choice.

use serde::{Deserialize, Serialize};

use super::Search;
use super::picture::RowState;
use super::seating::Row;

/// Why nothing could be chosen: what is free of what was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    /// How many seats are free.
    pub free: u32,
    /// How many of them are side by side at most, or in one area; where spaces for wheelchairs were
    /// asked for, with as many of those among them.
    pub together: u32,
    /// How many spaces for wheelchairs are free, if some were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wheelchairs: Option<u32>,
    /// Whether the search ended before all ways were tried, so that there may be one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gave_up: bool,
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
        for row in self.rows_with_free() {
            there += self.free(&self.picture.row(row as usize)) as usize;
            if there >= self.quantity {
                return true;
            }
        }
        let units = self.picture.seating().units.iter();
        let units = units.filter(|unit| self.in_section(unit.section));
        let in_units = units.map(|unit| self.free_of_unit(unit) as usize).sum::<usize>();
        self.wheelchairs == 0 && there + in_units >= self.quantity
    }

    pub(super) fn shortage(&self) -> Shortage {
        let (mut free, mut together, spaces) = self.free_in_rows();
        if self.wheelchairs == 0 {
            let units = self.picture.seating().units.iter();
            for unit in units.filter(|unit| self.in_section(unit.section)) {
                let there = self.free_of_unit(unit);
                (free, together) = (free + there, together.max(there));
            }
        }
        let wheelchairs = (self.wheelchairs > 0).then_some(spaces);
        if self.wheelchairs > 0 {
            together = self.longest_with_spaces();
        }
        Shortage { free, together, wheelchairs, gave_up: self.gave_up.get() }
    }

    /// How many seats of all rows will do, how many of them are side by side at most, and how many
    /// are spaces for wheelchairs.
    fn free_in_rows(&self) -> (u32, u32, u32) {
        if self.anywhere {
            let total = self.total();
            return (self.free(&total), self.longest(&total), total.wheelchairs);
        }
        let seating = self.picture.seating();
        let (mut free, mut together, mut spaces) = (0, 0, 0);
        for at in self.rows_with_free() {
            let row = &seating.rows[at as usize];
            let (free_here, together_here) = self.free_of_row(at as usize, row);
            (free, together) = (free + free_here, together.max(together_here));
            if self.wheelchairs > 0 && self.picture.row(at as usize).wheelchairs > 0 {
                let will_do = row.by_score.iter().filter(|seat| self.will_do(**seat as usize));
                let spaces_here = will_do.filter(|seat| seating.is_wheelchair(**seat as usize));
                spaces += u32::try_from(spaces_here.count()).unwrap_or(u32::MAX);
            }
        }
        (free, together, spaces)
    }

    /// The rows where seats are free that may do, the nearest first.
    fn rows_with_free(&self) -> impl Iterator<Item = u32> + '_ {
        let with_spaces = self.wheelchairs > 0;
        let has = move |state: &RowState| {
            if with_spaces { state.free_in_all > 0 } else { state.free > 0 }
        };
        self.rows_with(has)
    }

    fn free(&self, state: &RowState) -> u32 {
        if self.wheelchairs > 0 { state.free_in_all } else { state.free }
    }

    fn longest(&self, state: &RowState) -> u32 {
        if self.wheelchairs > 0 { state.longest_in_all } else { state.longest }
    }

    /// How many seats of a row will do, and how many of them are side by side at most.
    fn free_of_row(&self, at: usize, row: &Row) -> (u32, u32) {
        let state = self.picture.row(at);
        let counted = (self.free(&state), self.longest(&state));
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
