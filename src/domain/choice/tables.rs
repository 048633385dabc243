//! Tables and boxes that are sold whole, for a party that fits nowhere else: several of them; else
//! one or several with seats to spare, which the party gets and pays for as well.
//!
//! Never more seats than whoever asks may still have. Where there are seats to spare, they count
//! for the price ceiling: what each of the party pays is no more than that.

use super::combination::Combination;
use super::parts::{PART_MIN, Part};
use super::seating::{Unit, UnitKind};
use super::{Found, Search};

/// How many seats of tables sold whole may stay empty when they are chosen for somebody.
const SPARE_SEATS_MAX: usize = 2;

/// How many tables a party is given at most.
const TABLES_MAX: usize = 8;

/// After how many steps a search among the tables of a house ends, see [`Combination`].
const STEPS_MAX: usize = 100_000;

/// A table that nobody has.
struct Table {
    section: u32,
    part: Part,
    /// What its dearest seat costs.
    dearest: i64,
}

/// Tables to choose from.
struct Choice {
    /// Of each size the nearest: of no size more are needed than a party is given.
    tables: Vec<Part>,
    /// By how many of them: how many seats they can have together, a bit each.
    sums: [u128; TABLES_MAX + 1],
}

impl Search<'_> {
    /// With as few seats to spare as possible, then as few tables, then in one section, then the
    /// nearest.
    pub(super) fn tables(&self) -> Option<Found> {
        let free = self.free_tables();
        let most = (self.quantity + SPARE_SEATS_MAX).min(self.room);
        let mut steps = STEPS_MAX;
        (self.quantity..=most).find_map(|seats| {
            let affordable = |table: &&Table| self.is_affordable(table.dearest, seats);
            let affordable: Vec<&Table> = free.iter().filter(affordable).collect();
            let sections = affordable.chunk_by(|table, next| table.section == next.section);
            let sections: Vec<Choice> = sections.map(Choice::new).collect();
            let all = Choice::new(&affordable);
            // Nobody sits alone at one of several.
            let counts = 1..=(self.quantity / PART_MIN).clamp(1, TABLES_MAX);
            counts.filter(|count| all.may_have(*count, seats)).find_map(|count| {
                let mut best_of = |choice: &Choice| choice.best(count, seats, &mut steps);
                let in_one = sections.iter().filter_map(&mut best_of);
                let in_one = in_one
                    .reduce(|one, other| if other.is_better_than(&one) { other } else { one });
                in_one.or_else(|| best_of(&all))
            })
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

impl Choice {
    fn new(tables: &[&Table]) -> Self {
        let mut by_size: Vec<Part> = tables.iter().map(|table| table.part).collect();
        by_size.sort_unstable_by_key(|table| (table.size, *table));
        let sizes = by_size.chunk_by(|table, next| table.size == next.size);
        let nearest = |tables: &[Part]| tables.iter().copied().take(TABLES_MAX).collect::<Vec<_>>();
        let tables: Vec<Part> = sizes.flat_map(nearest).collect();
        let mut sums = [0_u128; TABLES_MAX + 1];
        sums[0] = 1;
        for size in tables.iter().filter_map(|table| u32::try_from(table.size).ok()) {
            for count in (0..TABLES_MAX).rev() {
                sums[count + 1] |= sums[count].checked_shl(size).unwrap_or(0);
            }
        }
        Self { tables, sums }
    }

    /// Whether so many of the tables may have so many seats together.
    fn may_have(&self, count: usize, seats: usize) -> bool {
        let enough = |largest: &Part| largest.size * count >= seats;
        let sum = u32::try_from(seats).ok().and_then(|seats| 1_u128.checked_shl(seats));
        self.tables.last().is_some_and(enough) && sum.is_none_or(|sum| self.sums[count] & sum != 0)
    }

    /// The nearest so many tables with so many seats.
    fn best(&self, count: usize, seats: usize, steps: &mut usize) -> Option<Found> {
        if !self.may_have(count, seats) {
            return None;
        }
        let mut chosen = Combination::new(count, seats, self.tables.last()?.size, *steps);
        chosen.add_row(self.tables.iter().map(std::slice::from_ref));
        *steps = chosen.steps;
        chosen.best()
    }
}
