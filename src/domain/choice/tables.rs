//! Tables and boxes that are sold whole, for a party that fits nowhere else: several of them; else
//! one or several with seats to spare, which the party gets and pays for as well.
//!
//! Never more seats than whoever asks may still have. Where there are seats to spare, they count
//! for the price ceiling: what each of the party pays is no more than that. Finds tables whenever
//! there are such, and the best, however many it takes, unless its steps are used up.

use super::parts::{PART_MIN, Part};
use super::seating::{Unit, UnitKind};
use super::{Found, Search};
use crate::domain::ids::SeatIndex;

/// How many seats of tables sold whole may stay empty when they are chosen for somebody.
const SPARE_SEATS_MAX: usize = 2;

/// After how many comparisons of sums no more sections are looked at whether they have all tables;
/// among those of the whole house the search goes on.
const SECTION_STEPS_MAX: usize = 500_000;

/// After how many comparisons of sums the search among all tables of the house gives up; then the
/// refusal says so. One is some nanoseconds.
pub(super) const HOUSE_STEPS_MAX: usize = 4_000_000;

/// A table that nobody has.
struct Table {
    section: u32,
    part: Part,
    /// What its dearest seat costs.
    dearest: i64,
}

/// The best tables for each number of seats up to what is looked for: as few as possible, then the
/// nearest.
struct Sums {
    /// By seats.
    best: Vec<Option<Sum>>,
    sizes: Vec<Size>,
}

/// How many tables, and how far they are together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sum {
    tables: usize,
    distance: u64,
}

/// Tables of one size.
struct Size {
    seats: usize,
    /// The nearest first, as many as may be of use.
    tables: Vec<Part>,
    /// By seats: how many of them are among the best, with none larger.
    taken: Vec<usize>,
}

impl Search<'_> {
    /// With as few seats to spare as possible, then as few tables, then in one section, then the
    /// nearest.
    pub(super) fn tables(&self) -> Option<Found> {
        let free = self.free_tables();
        let most = (self.quantity + SPARE_SEATS_MAX).min(self.room);
        let (mut steps, mut house_steps) = (SECTION_STEPS_MAX, HOUSE_STEPS_MAX);
        (self.quantity..=most).find_map(|seats| {
            let affordable = |table: &&Table| self.is_affordable(table.dearest, seats);
            let affordable: Vec<&Table> = free.iter().filter(affordable).collect();
            let Some(all) = Sums::new(&affordable, seats, &mut house_steps) else {
                self.gave_up.set(true);
                return None;
            };
            let fewest = all.best[seats]?.tables;
            // Nobody sits alone at one of several.
            if fewest > 1 && fewest * PART_MIN > self.quantity {
                return None;
            }
            let mut sections: Vec<&[&Table]> =
                affordable.chunk_by(|table, next| table.section == next.section).collect();
            sections.sort_by_key(|tables| tables.iter().map(|table| table.part.score).min());
            let in_one = sections.into_iter().filter_map(|tables| {
                let there = tables.iter().map(|table| table.part.size).sum::<usize>();
                if there < seats || tables.len() < fewest {
                    return None;
                }
                let sums = Sums::new(tables, seats, &mut steps)?;
                sums.best[seats].filter(|sum| sum.tables == fewest)?;
                sums.found(seats)
            });
            let in_one =
                in_one.reduce(|one, other| if other.is_better_than(&one) { other } else { one });
            in_one.or_else(|| all.found(seats))
        })
    }

    fn is_affordable(&self, dearest: i64, seats: usize) -> bool {
        self.max_price.is_none_or(|max| {
            i128::from(dearest) * seats as i128 <= i128::from(max) * self.quantity as i128
        })
    }

    /// The tables sold whole that nobody has, by section; nobody sits alone at one of them.
    fn free_tables(&self) -> Vec<Table> {
        let seating = self.picture.seating();
        let is_free = |unit: &&Unit| {
            unit.kind == UnitKind::Whole
                && unit.seats.len() >= PART_MIN
                && self.in_section(unit.section)
                && self.free_of_unit(unit) as usize == unit.seats.len()
        };
        let price = |seat: u32| self.prices[usize::from(seating.category[seat as usize])];
        let table = |unit: &Unit| Table {
            section: unit.section,
            part: Part { score: unit.distance, first: unit.seats.start, size: unit.seats.len() },
            dearest: unit.seats.clone().map(price).max().unwrap_or_default(),
        };
        let mut tables: Vec<Table> = seating.units.iter().filter(is_free).map(table).collect();
        tables.sort_by_key(|table| table.section);
        tables
    }
}

impl Sums {
    /// Looks at each number of tables of each size, smaller sizes first. Of one size the nearest are
    /// always the best, so it is enough to know how many. `None` where that takes more steps than are
    /// left; then none are.
    fn new(tables: &[&Table], seats: usize, steps: &mut usize) -> Option<Self> {
        let mut parts: Vec<Part> = tables.iter().map(|table| table.part).collect();
        parts.sort_unstable_by_key(|table| (table.size, *table));
        let none = Sum { tables: 0, distance: 0 };
        let mut best = vec![None; seats + 1];
        best[0] = Some(none);
        let mut sizes = Vec::new();
        for tables in parts.chunk_by(|table, next| table.size == next.size) {
            let mut size = Size::new(&tables[..tables.len().min(seats / tables[0].size)], seats);
            if !size.tables.is_empty() {
                let compared = size.tables.len() * best.len();
                let left = steps.checked_sub(compared);
                *steps = left.unwrap_or(0);
                left?;
                size.add_to(&mut best);
                sizes.push(size);
            }
        }
        Some(Self { best, sizes })
    }

    fn found(&self, seats: usize) -> Option<Found> {
        let score = self.best[seats]?.distance;
        let (mut left, mut chosen) = (seats, Vec::<SeatIndex>::with_capacity(seats));
        for size in self.sizes.iter().rev() {
            let taken = size.taken[left];
            let tables = size.tables.iter().take(taken);
            chosen.extend(tables.flat_map(|table| (table.first..).take(table.size)));
            left -= taken * size.seats;
        }
        chosen.sort_unstable();
        Some(Found { score, seats: chosen })
    }
}

impl Size {
    fn new(tables: &[Part], seats: usize) -> Self {
        let size = tables.first().map_or(0, |table| table.size);
        Self { seats: size, tables: tables.to_vec(), taken: vec![0; seats + 1] }
    }

    fn add_to(&mut self, best: &mut [Option<Sum>]) {
        // From many seats to few, so that what is added to is still without this size.
        for seats in (self.seats..best.len()).rev() {
            let mut distance = 0;
            for (count, table) in (1..=seats / self.seats).zip(&self.tables) {
                distance += table.score;
                let Some(before) = best[seats - count * self.seats] else { continue };
                let sum =
                    Sum { tables: before.tables + count, distance: before.distance + distance };
                if best[seats].is_none_or(|known| sum < known) {
                    best[seats] = Some(sum);
                    self.taken[seats] = count;
                }
            }
        }
    }
}
