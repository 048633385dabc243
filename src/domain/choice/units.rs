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
        let seats = self.lowest_of_unit(best).take(self.quantity).collect();
        Some(Found { score: best.distance, seats })
    }

    /// How many of a unit's seats will do; one that is sold whole has all or none.
    pub(super) fn free_of_unit(&self, unit: &Unit) -> u32 {
        let will_do = self.will_do_of_unit(unit);
        match unit.kind {
            UnitKind::Whole if (will_do as usize) < unit.seats.len() => 0,
            UnitKind::Area { capacity } => will_do.min(room(self.picture, unit, capacity)),
            UnitKind::Table | UnitKind::Whole => will_do,
        }
    }

    /// Counted seat by seat only where some will do and others won't.
    fn will_do_of_unit(&self, unit: &Unit) -> u32 {
        let mut categories = unit.categories.iter().map(|category| self.of_category(*category));
        let first = categories.next().unwrap_or(false);
        let alike = categories.all(|will_do| will_do == first);
        if alike && !first {
            return 0;
        }
        if alike && (self.wheelchairs > 0 || !unit.has_reserved_spaces) {
            return self.picture.unit(unit.at).free;
        }
        u32::try_from(self.lowest_of_unit(unit).count()).unwrap_or(u32::MAX)
    }

    /// Its seats that will do, ascending.
    pub(super) fn lowest_of_unit(&self, unit: &Unit) -> impl Iterator<Item = SeatIndex> + '_ {
        let from_lowest = self.picture.unit(unit.at).lowest..unit.seats.end;
        from_lowest.filter(|seat| self.will_do(*seat as usize))
    }
}

/// How many more people an area admits, whatever places it has.
fn room(picture: &Picture, unit: &Unit, capacity: u32) -> u32 {
    let places = unit.seats.end - unit.seats.start;
    capacity.saturating_sub(places - picture.unit(unit.at).free)
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
    let there = picture.unit(area.at);
    let free = there.free.min(room(picture, area, capacity));
    if free < quantity {
        return Err(Shortage { free, together: free, ..Shortage::default() });
    }
    let lowest = (there.lowest..area.seats.end).filter(|seat| picture.is_free(*seat as usize));
    Ok(lowest.take(quantity as usize).collect())
}
