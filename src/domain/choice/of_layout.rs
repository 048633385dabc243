//! The seating of a layout: its rows cut at aisles, its tables and areas, and what they look at.

use std::ops::Range;

use super::seating::{RowPlan, Seating, SeatingPlan, UnitKind, UnitPlan};
use crate::domain::ids::SeatIndex;
use crate::domain::layout::{Layout, TableSale};

impl Seating {
    /// The seating of a layout.
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        let breaks = layout.breaks();
        let fallback = focal_point(layout);
        let focal_point = |section: u32| {
            let own = layout.focal_point_of(&layout.sections[section as usize]);
            own.map_or(fallback, |at| at.map(f64::from))
        };
        let is_unit =
            |first: u32| layout.area_of(first).is_some() || layout.table_of(first).is_some();
        let rows = layout.rows.iter().filter(|row| !is_unit(row.first)).map(|row| RowPlan {
            section: row.section,
            segments: segments(&breaks, row.first..row.first + row.count),
            focal_point: focal_point(row.section),
        });
        let unit = |first: u32, count: u32, kind: UnitKind| {
            let section = layout.row_of(first).section;
            let seats = first..first + count;
            UnitPlan { section, seats, kind, focal_point: focal_point(section) }
        };
        let tables = layout.tables.iter().map(|table| {
            let kind = match table.sale {
                TableSale::Seat => UnitKind::Table,
                TableSale::Whole => UnitKind::Whole,
            };
            unit(table.first, table.count, kind)
        });
        let areas = layout
            .areas
            .iter()
            .map(|area| unit(area.first, area.count, UnitKind::Area { capacity: area.capacity }));
        Self::new(SeatingPlan {
            rows: rows.collect(),
            units: tables.chain(areas).collect(),
            position: layout.x.iter().zip(&layout.y).map(|(x, y)| [*x, *y]).collect(),
            category: layout.category.clone(),
            flags: layout.flags.clone(),
        })
    }
}

/// The middle of the stage; without one, the middle of the side where a stage would be.
fn focal_point(layout: &Layout) -> [f64; 2] {
    let stage = layout.shapes.iter().find(|shape| shape.kind == "stage");
    if let Some(stage) = stage.filter(|stage| !stage.outline.is_empty()) {
        let count = f64::from(u32::try_from(stage.outline.len()).unwrap_or(u32::MAX));
        let sum = |axis: usize| stage.outline.iter().map(|at| f64::from(at[axis])).sum::<f64>();
        return [sum(0) / count, sum(1) / count];
    }
    let bounds = |axis: &[i32]| {
        let (low, high) = (axis.iter().min(), axis.iter().max());
        (f64::from(*low.unwrap_or(&0)), f64::from(*high.unwrap_or(&0)))
    };
    let (left, right) = bounds(&layout.x);
    [f64::midpoint(left, right), bounds(&layout.y).0]
}

/// A row's runs of neighbours: `breaks` are the seats with an aisle before them, ascending.
fn segments(breaks: &[u32], row: Range<SeatIndex>) -> Vec<Range<SeatIndex>> {
    let within = breaks.partition_point(|seat| *seat <= row.start);
    let mut segments = Vec::new();
    let mut first = row.start;
    for seat in breaks[within..].iter().copied().take_while(|seat| *seat < row.end) {
        segments.push(first..seat);
        first = seat;
    }
    segments.push(first..row.end);
    segments
}
