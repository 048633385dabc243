//! Several tables or boxes that are sold whole, for a party that fits nowhere else.

use super::combination::Combination;
use super::parts::{PART_MIN, Part};
use super::seating::{Unit, UnitKind};
use super::units::SPARE_SEATS_MAX;
use super::{Found, Search};

/// How many tables a party is given at most.
const TABLES_MAX: usize = 8;

/// After how many steps a search among the tables of a house ends, see [`Combination`].
const STEPS_MAX: usize = 100_000;

impl Search<'_> {
    /// As few tables as possible, then with as few seats to spare, then in one section, then the
    /// nearest.
    pub(super) fn tables(&self) -> Option<Found> {
        let sections = self.free_tables();
        let all = || sections.iter().flatten();
        let largest = all().map(|table| table.size).max()?;
        let mut steps = STEPS_MAX;
        for count in self.quantity.div_ceil(largest).max(2)..=TABLES_MAX {
            for seats in (self.quantity..).take(SPARE_SEATS_MAX as usize + 1) {
                if seats < count * PART_MIN {
                    continue;
                }
                let mut best_of = |tables: &mut dyn Iterator<Item = &Part>| {
                    let mut chosen = Combination::new(count, seats, largest, steps);
                    chosen.add_row(tables.map(std::slice::from_ref));
                    steps = chosen.steps;
                    chosen.best()
                };
                let in_one = sections.iter().filter_map(|tables| best_of(&mut tables.iter()));
                let in_one = in_one.min_by_key(|found| found.score);
                if let Some(found) = in_one.or_else(|| best_of(&mut all())) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// The tables sold whole that nobody has, by section; nobody sits alone at one of them.
    fn free_tables(&self) -> Vec<Vec<Part>> {
        let is_free = |unit: &&Unit| {
            unit.kind == UnitKind::Whole
                && unit.seats.len() >= PART_MIN
                && self.in_section(unit.section)
                && self.free_of_unit(unit) as usize == unit.seats.len()
        };
        let mut units: Vec<&Unit> = self.picture.seating().units.iter().filter(is_free).collect();
        units.sort_by_key(|unit| (unit.section, unit.seats.start));
        let part = |unit: &&Unit| Part {
            score: unit.distance,
            first: unit.seats.start,
            size: unit.seats.len(),
        };
        let sections = units.chunk_by(|table, next| table.section == next.section);
        sections.map(|tables| tables.iter().map(part).collect()).collect()
    }
}
