//! Tables and areas: the last steps of the ladder, and places asked for by their area.

use super::seating::{Unit, UnitKind};
use super::{Found, Picture, Search, Shortage};
use crate::domain::ids::SeatIndex;

/// How many seats of tables sold whole may stay empty when they are chosen for somebody.
pub(super) const SPARE_SEATS_MAX: u32 = 2;

impl Search<'_> {
    /// A table, else an area: the one with the fewest seats to spare if it is sold whole, then the
    /// nearest.
    pub(super) fn unit(&self) -> Option<Found> {
        let units = &self.picture.seating().units;
        let fits = |unit: &&Unit| {
            self.in_section(unit.section) && self.free_of_unit(unit) as usize >= self.quantity
        };
        let order = |unit: &&Unit| match unit.kind {
            UnitKind::Table => (0, 0, unit.distance, unit.seats.start),
            UnitKind::Whole => (0, self.spare(unit), unit.distance, unit.seats.start),
            UnitKind::Area { .. } => (1, 0, unit.distance, unit.seats.start),
        };
        let best = units
            .iter()
            .filter(fits)
            .filter(|unit| unit.kind != UnitKind::Whole || self.spare(unit) <= SPARE_SEATS_MAX)
            .min_by_key(order)?;
        let all = best.seats.clone().filter(|seat| self.will_do(*seat as usize));
        let count = match best.kind {
            UnitKind::Whole => best.seats.len(),
            UnitKind::Table | UnitKind::Area { .. } => self.quantity,
        };
        Some(Found { score: best.distance, seats: all.take(count).collect() })
    }

    fn spare(&self, unit: &Unit) -> u32 {
        let seats = u32::try_from(unit.seats.len()).unwrap_or(u32::MAX);
        seats.saturating_sub(u32::try_from(self.quantity).unwrap_or(u32::MAX))
    }

    /// How many of a unit's seats will do; one that is sold whole has all or none.
    pub(super) fn free_of_unit(&self, unit: &Unit) -> u32 {
        let will_do = unit.seats.clone().filter(|seat| self.will_do(*seat as usize)).count();
        let there = match unit.kind {
            UnitKind::Whole if will_do < unit.seats.len() => 0,
            UnitKind::Area { capacity } => will_do.min(room(self.picture, unit, capacity)),
            UnitKind::Table | UnitKind::Whole => will_do,
        };
        u32::try_from(there).unwrap_or(u32::MAX)
    }
}

/// How many more people an area admits, whatever places it has.
fn room(picture: &Picture, unit: &Unit, capacity: u32) -> usize {
    let taken = unit.seats.clone().filter(|seat| !picture.is_free(*seat as usize)).count();
    (capacity as usize).saturating_sub(taken)
}

/// The lowest free places of the area that begins at `first`.
///
/// # Errors
/// How many there are if fewer than `quantity`.
pub(in crate::domain) fn places(
    picture: &Picture,
    first: SeatIndex,
    quantity: u32,
) -> Result<Vec<SeatIndex>, Shortage> {
    let units = &picture.seating().units;
    let area = units.iter().find(|unit| unit.seats.start == first);
    let Some((area, UnitKind::Area { capacity })) = area.map(|area| (area, area.kind)) else {
        return Err(Shortage::default());
    };
    let free = area.seats.clone().filter(|seat| picture.is_free(*seat as usize));
    let places: Vec<SeatIndex> = free.take(room(picture, area, capacity)).collect();
    if places.len() < quantity as usize {
        let free = u32::try_from(places.len()).unwrap_or(u32::MAX);
        return Err(Shortage { free, together: free, wheelchairs: None });
    }
    Ok(places.into_iter().take(quantity as usize).collect())
}
