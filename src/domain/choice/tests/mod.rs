//! Choosing and judging held against brute force over small halls.

mod brute;
mod ladder;
mod large;
mod orphans;
mod refusals;
mod spaces;

use std::ops::Range;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Picture, RowPlan, Seating, SeatingPlan, UnitKind, UnitPlan};
use crate::domain::layout::{SEAT_COMPANION, SEAT_RESTRICTED_VIEW, SEAT_WHEELCHAIR};

/// What all rows of the small halls look at.
pub(super) const FOCAL_POINT: [f64; 2] = [120.0, -300.0];

/// What all rows of the large ones look at.
pub(super) const LARGE_FOCAL_POINT: [f64; 2] = [500.0, -300.0];

/// From one row of a section to the next.
pub(super) const ROWS_APART_CM: i32 = 90;

/// A hall with what it was made from.
#[derive(Clone, Debug)]
pub(super) struct Hall {
    pub(super) picture: Picture,
    pub(super) plan: SeatingPlan,
}

/// A small hall: up to five rows in two sections, cut by aisles, and up to three tables and areas.
pub(super) fn halls() -> impl Strategy<Value = Hall> {
    let unit = prop_oneof![Just(UnitKind::Table), Just(UnitKind::Whole), area()];
    halls_of(1..5, prop::collection::vec((1_u32..6, unit), 0..4), 0.3)
}

/// A club: a row at most and up to six tables and areas, most of them sold whole.
pub(super) fn clubs() -> impl Strategy<Value = Hall> {
    let unit = prop_oneof![1 => Just(UnitKind::Table), 6 => Just(UnitKind::Whole), 1 => area()];
    halls_of(0..2, prop::collection::vec((1_u32..6, unit), 1..7), 0.03)
}

/// Of its seats a share is taken, and as many are spaces for wheelchairs, beside them, or have a
/// restricted view.
fn halls_of(
    rows: Range<usize>,
    units: impl Strategy<Value = Vec<(u32, UnitKind)>>,
    taken: f64,
) -> impl Strategy<Value = Hall> {
    let row = (1_u32..8, 0_u32..8, 0_u32..2);
    (prop::collection::vec(row, rows), units).prop_flat_map(move |(rows, units)| {
        let seats = rows.iter().map(|row| row.0).sum::<u32>()
            + units.iter().map(|unit| unit.0).sum::<u32>();
        let seats = seats as usize;
        let free = prop::collection::vec(prop::bool::weighted(1.0 - taken), seats);
        let categories = prop::collection::vec(prop_oneof![4 => Just(0_u16), 1 => Just(1)], seats);
        let kinds = vec![SEAT_WHEELCHAIR, SEAT_COMPANION, SEAT_RESTRICTED_VIEW];
        let flag = prop::option::weighted(taken, prop::sample::select(kinds));
        let flags = prop::collection::vec(flag.prop_map(Option::unwrap_or_default), seats);
        (free, categories, flags).prop_map(move |(free, category, flags)| {
            let mut plan = plan(&rows, &units);
            (plan.category, plan.flags) = (category, flags);
            Hall { picture: Picture::new(Arc::new(Seating::new(plan.clone())), free), plan }
        })
    })
}

/// Rows one behind the other, each of segments with aisles between them, ten to a section; and how
/// many seats they have.
pub(super) fn plan_of(rows: &[Vec<u32>]) -> (SeatingPlan, u32) {
    let (mut plan, focal_point, mut next) = (SeatingPlan::default(), LARGE_FOCAL_POINT, 0);
    for (at, segments) in (0..).zip(rows) {
        let mut row = RowPlan { section: at / 10, segments: Vec::new(), focal_point };
        for length in segments {
            row.segments.push(next..next + length);
            next += length;
        }
        let (count, y) = (segments.iter().sum::<u32>(), ROWS_APART_CM * at.cast_signed());
        plan.position.extend((0..count).map(|seat| [50 * seat.cast_signed(), y]));
        plan.rows.push(row);
    }
    (plan, next)
}

fn area() -> impl Strategy<Value = UnitKind> {
    (1_u32..6).prop_map(|capacity| UnitKind::Area { capacity })
}

/// Rows of (seats, where the aisle is, section) one behind the other; those at even places are written
/// first.
fn plan(rows: &[(u32, u32, u32)], units: &[(u32, UnitKind)]) -> SeatingPlan {
    let mut plan = SeatingPlan::default();
    let focal_point = FOCAL_POINT;
    let mut next = 0;
    let mut seats_at = |plan: &mut SeatingPlan, count: u32, y: i32| {
        let first = next;
        next += count;
        plan.position.extend((0..count).map(|at| [50 * at.cast_signed(), y]));
        first..next
    };
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(|row| row.2);
    for ((count, aisle, section), y) in
        sorted.into_iter().zip((0..).step_by(ROWS_APART_CM as usize))
    {
        let row = seats_at(&mut plan, count, y);
        let cut = (row.start + aisle).min(row.end);
        let segments = [row.start..cut, cut..row.end];
        let segments = segments.into_iter().filter(|segment| !segment.is_empty()).collect();
        plan.rows.push(RowPlan { section, segments, focal_point });
    }
    let (mut even, mut odd) = (Vec::new(), Vec::new());
    for (at, row) in std::mem::take(&mut plan.rows).into_iter().enumerate() {
        if at % 2 == 0 { even.push(row) } else { odd.push(row) }
    }
    plan.rows = even.into_iter().chain(odd).collect();
    for (((count, kind), y), at) in units.iter().zip((600..).step_by(200)).zip(1..) {
        let seats = seats_at(&mut plan, *count, y);
        plan.units.push(UnitPlan { section: at % 2, seats, kind: *kind, focal_point });
    }
    plan
}
