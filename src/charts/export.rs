//! From a layout to a document of the own format, as brief as gives back the very same layout.

use std::collections::HashSet;

use super::build::{aisle_seats, area_middle, default_prefix};
use super::check::overlap;
use super::document::{
    Aisles, AreaDocument, Document, FORMAT, Numbering, Property, RowDocument, SeatDocument,
    SectionDocument, Sources, TableDocument,
};
use super::geometry;
use crate::domain::layout::{Category, Layout, Row, SEAT_AISLE, Seat};

pub(super) fn json(name: &str, layout: &Layout) -> String {
    serde_json::to_string(&document(name, layout)).unwrap_or_default()
}

pub(super) fn document(name: &str, layout: &Layout) -> Document {
    let mut seen = HashSet::new();
    let mut floors = layout.floors.clone();
    if floors.is_empty() {
        let named = layout.sections.iter().map(|section| &section.floor);
        floors.extend(named.filter(|floor| seen.insert(*floor)).cloned());
    }
    if floors.iter().all(String::is_empty) {
        floors.clear();
    }
    let mut rows: Vec<Vec<&Row>> = vec![Vec::new(); layout.sections.len()];
    for row in &layout.rows {
        rows[row.section as usize].push(row);
    }
    Document {
        sources: Sources::default(),
        format: FORMAT.into(),
        name: name.into(),
        focal_point: layout.focal_point,
        categories: layout.categories.clone(),
        zones: layout.zones.clone(),
        floors,
        allow_overlaps: overlap(layout).is_some(),
        sections: rows.iter().enumerate().map(|(at, rows)| section(layout, at, rows)).collect(),
        shapes: layout.shapes.clone(),
        texts: layout.texts.clone(),
        background: layout.background.clone(),
    }
}

fn section(layout: &Layout, position: usize, rows: &[&Row]) -> SectionDocument {
    let section = &layout.sections[position];
    let default = rows.first().map_or(0, |row| layout.category[row.first as usize]);
    let key = |category: u16| layout.categories[usize::from(category)].key.clone();
    let zone = section.zone.map(|zone| layout.zones[zone as usize].key.clone());
    let mut document = SectionDocument {
        label: section.label.clone(),
        outline: section.outline.clone(),
        floor: section.floor.clone(),
        zone,
        entrance: section.entrance.clone(),
        category: (default != 0).then(|| key(default)),
        ..SectionDocument::default()
    };
    for &row in rows {
        if let Some(found) = layout.area_of(row.first) {
            let category = layout.category[row.first as usize];
            let mut area = AreaDocument {
                source: String::new(),
                label: found.label.clone(),
                capacity: found.capacity,
                outline: found.outline.clone(),
                at: None,
                category: (category != default).then(|| key(category)),
                prefix: custom(&row.prefix, "", &found.label),
            };
            let at = [layout.x[row.first as usize], layout.y[row.first as usize]];
            if area_middle(&area, &document) != at {
                area.at = Some(at);
            }
            document.areas.push(area);
        } else if let Some(table) = layout.table_of(row.first) {
            let mut seats = row_document(layout, row, default, Round::Yes);
            seats.prefix = custom(&row.prefix, "", &table.label);
            document.tables.push(TableDocument {
                source: String::new(),
                label: table.label.clone(),
                sale: table.sale,
                kind: table.kind,
                outline: table.outline.clone(),
                seats,
            });
        } else {
            let mut described = row_document(layout, row, default, Round::No);
            described.label.clone_from(&row.label);
            described.prefix = custom(&row.prefix, &section.label, &row.label);
            document.rows.push(described);
        }
    }
    document
}

/// The prefix, unless it is the one that follows from the labels.
fn custom(prefix: &str, section: &str, row: &str) -> Option<String> {
    (prefix != default_prefix(section, row)).then(|| prefix.to_owned())
}

/// Whether seats stand round something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// As at a table: there are no ends.
    Yes,
    /// As in a row.
    No,
}

fn row_document(layout: &Layout, row: &Row, default: u16, round: Round) -> RowDocument {
    let range = row.first as usize..(row.first + row.count) as usize;
    let seat = |at: usize| Seat {
        x: layout.x[at],
        y: layout.y[at],
        category: layout.category[at],
        number: layout.number[at].clone(),
        flags: layout.flags[at],
    };
    describe_seats(range.map(seat).collect(), default, &layout.categories, round)
}

/// Describes one or more seats of a row.
pub(super) fn describe_seats(
    mut seats: Vec<Seat>,
    default: u16,
    categories: &[Category],
    round: Round,
) -> RowDocument {
    let mut document = RowDocument::default();
    let points: Vec<[i32; 2]> = seats.iter().map(|seat| [seat.x, seat.y]).collect();
    geometry::describe(&points, &mut document);
    number(&seats, &mut document);
    forget_derived_aisles(&mut seats, &mut document, round);
    let key = |category: u16| categories[usize::from(category)].key.clone();
    let common = seats.iter().fold(u8::MAX, |all, seat| all & seat.flags);
    document.properties = Property::of_flags(common);
    let usual = seats[0].category;
    document.category = (usual != default).then(|| key(usual));
    let mut position = 0;
    for run in seats.chunk_by(|a, b| (a.category, a.flags) == (b.category, b.flags)) {
        let before = position;
        position += run.len();
        let (category, flags) = (run[0].category, run[0].flags & !common);
        if category == usual && flags == 0 {
            continue;
        }
        document.seats.push(SeatDocument {
            seat: u32::try_from(before + 1).unwrap_or(u32::MAX),
            count: u32::try_from(run.len()).unwrap_or(u32::MAX),
            category: (category != usual).then(|| key(category)),
            properties: Property::of_flags(flags),
            ..SeatDocument::default()
        });
    }
    document
}

/// Takes away what the ends and gaps of the row say already.
fn forget_derived_aisles(seats: &mut [Seat], document: &mut RowDocument, round: Round) {
    if round == Round::Yes {
        return;
    }
    let derived = aisle_seats(seats);
    let has = |at: usize, seat: &Seat| (seat.flags & SEAT_AISLE != 0) == derived.contains(&at);
    if seats.iter().enumerate().all(|(at, seat)| has(at, seat)) {
        for seat in seats {
            seat.flags &= !SEAT_AISLE;
        }
    } else {
        document.aisles = Aisles::Given;
    }
}

/// Finds the scheme of the numbers, or lists them.
fn number(seats: &[Seat], document: &mut RowDocument) {
    let numbers: Vec<&str> = seats.iter().map(|seat| seat.number.as_str()).collect();
    let parsed: Option<Vec<i32>> = numbers.iter().map(|number| number.parse().ok()).collect();
    if let Some(values) = parsed {
        let step = if values.len() > 1 { values[1].wrapping_sub(values[0]) } else { 1 };
        let width = numbers[0].len();
        let plain = Numbering { start: values[0], step, ..Numbering::default() };
        let filled = Numbering { digits: u8::try_from(width).unwrap_or(0), ..plain.clone() };
        for scheme in [plain, filled] {
            let digits = usize::from(scheme.digits);
            let fits = numbers.iter().zip(0_i64..).all(|(number, at)| {
                let value = i64::from(scheme.start) + i64::from(scheme.step) * at;
                value >= 0 && format!("{value:0digits$}") == *number
            });
            if fits {
                document.numbering = scheme;
                return;
            }
        }
    }
    document.numbers = numbers.into_iter().map(str::to_owned).collect();
}
