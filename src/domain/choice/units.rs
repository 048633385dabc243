//! A table or an area for exactly as many as are asked for, and places asked for by their area.

use super::seating::{Unit, UnitKind};
use super::{Found, Picture, Search, Shortage};
use crate::domain::ids::SeatIndex;

impl Search<'_> {
    /// The nearest table, else the nearest area. A table that is sold whole has no seat to spare.
    pub(super) fn unit(&self) -> Option<Found> {
        let fits = |unit: &&Unit| {
            let free = self.free_of_unit(unit) as usize;
            let enough = match unit.kind {
                UnitKind::Whole => free == self.quantity,
                UnitKind::Table | UnitKind::Area { .. } => free >= self.quantity,
            };
            enough && self.in_section(unit.section)
        };
        let is_area = |unit: &Unit| matches!(unit.kind, UnitKind::Area { .. });
        let order = |unit: &&Unit| (is_area(unit), unit.distance, unit.seats.start);
        let best = self.picture.seating().units.iter().filter(fits).min_by_key(order)?;
        let all = best.seats.clone().filter(|seat| self.will_do(*seat as usize));
        Some(Found { score: best.distance, seats: all.take(self.quantity).collect() })
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
        return Err(Shortage { free, together: free, ..Shortage::default() });
    }
    Ok(places.into_iter().take(quantity as usize).collect())
}
