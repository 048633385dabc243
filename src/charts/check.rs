//! What only documents from outside have to be asked: whether seats lie on one another.

use std::collections::HashMap;
use std::fmt;

use crate::domain::layout::Layout;

/// How near two seats may be, middle to middle.
pub(super) const SEAT_DISTANCE_MIN_CM: i32 = 20;

/// Two seats in one place, the first of all such.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overlap {
    /// The later one.
    pub(super) seat: u32,
    seat_no: String,
    other_no: String,
    /// How many more seats lie on others.
    more: usize,
}

impl fmt::Display for Overlap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seat_no, other_no, more, .. } = self;
        write!(formatter, "seat {seat_no} lies on seat {other_no}")?;
        if *more > 0 {
            write!(formatter, ", and {more} more on others")?;
        }
        write!(formatter, "; seats are at least {SEAT_DISTANCE_MIN_CM} cm apart")
    }
}

/// Finds the seats that lie on others of the same floor. Places of areas have no place.
pub(super) fn overlap(layout: &Layout) -> Option<Overlap> {
    let mut found: Option<Overlap> = None;
    // Cells as wide as the least distance: whoever is too near is in one of nine, and each cell has
    // few seats, because those that lie on others aren't put there.
    let mut cells: HashMap<(&str, i32, i32), Vec<u32>> = HashMap::new();
    let cell = |coordinate: i32| coordinate.div_euclid(SEAT_DISTANCE_MIN_CM);
    for row in &layout.rows {
        if layout.area_of(row.first).is_some() {
            continue;
        }
        let floor = layout.sections[row.section as usize].floor.as_str();
        for seat in row.first..row.first + row.count {
            let (x, y) = (layout.x[seat as usize], layout.y[seat as usize]);
            let mut near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy)));
            let around = near.find_map(|(dx, dy)| {
                let near = cells.get(&(floor, cell(x) + dx, cell(y) + dy));
                let on = near.into_iter().flatten().find(|other| {
                    let at = **other as usize;
                    let (dx, dy) = (x - layout.x[at], y - layout.y[at]);
                    dx * dx + dy * dy < SEAT_DISTANCE_MIN_CM * SEAT_DISTANCE_MIN_CM
                });
                on.copied()
            });
            match (around, &mut found) {
                (None, _) => cells.entry((floor, cell(x), cell(y))).or_default().push(seat),
                (Some(_), Some(found)) => found.more += 1,
                (Some(other), None) => {
                    let (seat_no, other_no) = (layout.seat_no(seat), layout.seat_no(other));
                    found = Some(Overlap { seat, seat_no, other_no, more: 0 });
                }
            }
        }
    }
    found
}
