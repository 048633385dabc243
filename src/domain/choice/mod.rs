//! Choosing seats for people: the best that are free together, and the rule against leaving
//! single seats behind.
//!
//! Pure: a [`Seating`] says what never changes of a chart, a [`Picture`] which of its seats are
//! free. `decide` keeps the picture true while it goes through a batch and asks here; nothing in
//! this folder takes a seat.

mod adjacent;
mod bound;
mod categories;
mod combination;
mod exact;
mod neighbours;
mod of_layout;
pub mod orphans;
mod parts;
mod picture;
mod rows;
mod scattered;
mod seating;
mod shortage;
mod spaces;
mod split;
mod tables;
#[cfg(test)]
mod tests;
mod units;
mod windows;

use std::cell::Cell;

use super::ids::SeatIndex;
use categories::Categories;
pub use orphans::{OrphanRule, Orphaned};
pub use picture::Picture;
pub use seating::{RowPlan, Seating, SeatingPlan, UnitKind, UnitPlan};
pub use shortage::Shortage;
pub(super) use units::places;

/// Seats somebody wants without saying which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How many, at least 1.
    pub quantity: u32,
    /// Only of this category, as a position in the chart's categories.
    pub category: Option<u16>,
    /// Only in these sections, as positions in the chart's sections; empty: in any.
    pub sections: Vec<u32>,
    /// No seat may cost more, in minor units.
    pub max_price: Option<i64>,
    /// How many of them have to be spaces for wheelchairs.
    pub wheelchairs: u32,
}

/// What an event has to say about what is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// By category, in minor units.
    pub prices: &'a [i64],
    /// What it thinks of single seats left behind.
    pub rule: OrphanRule,
    /// How many seats whoever asks may still have, spare ones included.
    pub room: u32,
}

/// What is looked for in one picture.
struct Search<'a> {
    picture: &'a Picture,
    prices: &'a [i64],
    max_price: Option<i64>,
    room: usize,
    quantity: usize,
    wheelchairs: usize,
    sections: &'a [u32],
    /// By category: whether its seats will do.
    categories: Vec<bool>,
    /// Those that will do, in short.
    in_short: Categories,
    /// Whether the seats of all categories and sections will do.
    anywhere: bool,
    rule: OrphanRule,
    /// Whether a search ended without having tried everything, and without a find.
    gave_up: Cell<bool>,
}

/// Seats found, and how far from the best place they are; less is better.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    score: u64,
    seats: Vec<SeatIndex>,
}

impl Found {
    fn is_better_than(&self, other: &Found) -> bool {
        (self.score, &self.seats) < (other.score, &other.seats)
    }
}

/// Chooses the best free seats, ascending. What is tried, in this order: side by side without
/// leaving a single seat; side by side; with nobody alone in as few parts as possible, in one row
/// and those next to it, else anywhere; in as many parts as it takes; at a table; in an area; with
/// nobody alone wherever there is room; at several tables that are sold whole. Within each the
/// least score wins, then the lowest seat. Who needs spaces for wheelchairs: side by side with just
/// those spaces; with as few more as can be; each space with a companion, the others near by.
///
/// # Errors
/// What there is instead.
pub fn choose(
    picture: &Picture,
    wanted: &Wanted,
    terms: Terms<'_>,
) -> Result<Vec<SeatIndex>, Shortage> {
    let search = Search::new(picture, wanted, terms);
    if !search.may_be_enough() {
        return Err(search.shortage());
    }
    let found = if search.wheelchairs > 0 {
        search.adjacent_with_spaces().or_else(|| search.accompanied())
    } else {
        let apart = || search.split().or_else(|| search.unit());
        let in_shreds = || search.scattered().or_else(|| search.tables());
        search.adjacent().or_else(apart).or_else(in_shreds)
    };
    found.map(|found| found.seats).ok_or_else(|| search.shortage())
}

impl<'a> Search<'a> {
    fn new(picture: &'a Picture, wanted: &'a Wanted, terms: Terms<'a>) -> Self {
        let Terms { prices, rule, room } = terms;
        let will_do = |(category, price): (usize, &i64)| {
            wanted.category.is_none_or(|only| usize::from(only) == category)
                && wanted.max_price.is_none_or(|max| *price <= max)
        };
        let categories: Vec<bool> = prices.iter().enumerate().map(will_do).collect();
        let will = (0..).zip(&categories).filter(|(_, will)| **will);
        let in_short = will.map(|(category, _)| category).collect();
        let every_category =
            categories.len() >= picture.seating().categories && categories.iter().all(|will| *will);
        Self {
            picture,
            prices,
            max_price: wanted.max_price,
            room: room as usize,
            quantity: wanted.quantity as usize,
            wheelchairs: wanted.wheelchairs as usize,
            sections: &wanted.sections,
            anywhere: every_category && wanted.sections.is_empty(),
            categories,
            in_short,
            rule,
            gave_up: Cell::new(false),
        }
    }

    fn in_section(&self, section: u32) -> bool {
        self.sections.is_empty() || self.sections.contains(&section)
    }

    fn of_category(&self, category: u16) -> bool {
        self.categories.get(usize::from(category)).copied().unwrap_or(false)
    }

    /// Whether a seat may be given to whom this is for: spaces for wheelchairs and the seats
    /// beside them are kept for those who ask for them.
    fn will_do(&self, seat: usize) -> bool {
        let seating = self.picture.seating();
        self.picture.is_free(seat)
            && self.of_category(seating.category[seat])
            && (self.wheelchairs > 0 || !seating.is_reserved_space(seat))
    }
}
