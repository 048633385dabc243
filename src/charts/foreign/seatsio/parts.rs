//! Charts of seats.io taken apart: for each section, and for what stands in none, its rows, tables
//! and areas with places in the coordinates of the whole chart.

use std::collections::HashMap;

use super::super::super::build::slug;
use super::super::{Place, Point, Text, Warnings};
use super::objects::{Area, Row, Seat, Section, SubChart};
use crate::domain::layout::{Category, TableKind};

/// A section, or what stands in none.
pub(super) struct Part<'a> {
    /// The position of its floor.
    pub(super) floor: usize,
    pub(super) section: Option<&'a Section>,
    pub(super) rows: Vec<(String, Vec<Place>)>,
    pub(super) tables: Vec<TablePart>,
    pub(super) areas: Vec<AreaPart>,
}

pub(super) struct TablePart {
    pub(super) label: String,
    pub(super) kind: TableKind,
    pub(super) outline: Vec<Point>,
    pub(super) seats: Vec<Place>,
}

pub(super) struct AreaPart {
    pub(super) label: String,
    pub(super) capacity: u32,
    pub(super) category: u16,
    pub(super) outline: Vec<Point>,
}

impl Part<'_> {
    /// Its rows of seats.
    pub(super) fn runs(&self) -> impl Iterator<Item = &[Place]> {
        self.rows.iter().map(|(_, places)| places.as_slice())
    }
}

pub(super) fn parts<'a>(
    floors: &'a [SubChart],
    categories: &[Category],
    warnings: &mut Warnings,
) -> Vec<Part<'a>> {
    let keys = categories.iter().zip(0..).map(|(category, at)| (category.key.clone(), at));
    let mut reader = Reader { keys: keys.collect(), uncategorised: 0, warnings };
    let mut parts = Vec::new();
    for (floor, chart) in floors.iter().enumerate() {
        parts.push(reader.part(floor, chart, None));
        for section in &chart.sections {
            parts.push(reader.part(floor, &section.sub_chart, Some(section)));
        }
    }
    if reader.uncategorised > 0 {
        let (count, first) = (reader.uncategorised, &categories[0].label);
        warnings.tell(format!("{count} seats have no category and are now in {first:?}"));
    }
    parts
}

struct Reader<'w> {
    keys: HashMap<String, u16>,
    uncategorised: usize,
    warnings: &'w mut Warnings,
}

impl Reader<'_> {
    fn part<'a>(
        &mut self,
        floor: usize,
        chart: &'a SubChart,
        section: Option<&'a Section>,
    ) -> Part<'a> {
        let offset = section.map(|section| section.top_left).unwrap_or_default();
        let name = section.map(|section| section.label.0.as_str()).unwrap_or_default();
        if let Some(section) = section {
            self.note(section);
        }
        let nothing = Text::default();
        let usual = section.map_or(&nothing, |section| &section.category_key);
        let mut part =
            Part { floor, section, rows: Vec::new(), tables: Vec::new(), areas: Vec::new() };
        for row in &chart.rows {
            if let Some(places) = self.row(row, usual, offset, name) {
                part.rows.push((row.label.0.clone(), places));
            }
        }
        for table in &chart.tables {
            if table.seats.is_empty() {
                self.warnings.tell(format!("table {:?} has no seats, left out", table.label.0));
                continue;
            }
            part.tables.push(TablePart {
                label: within(name, &table.label.0),
                kind: TableKind::Table,
                outline: table.ground.outline(offset),
                seats: self.places(&table.seats, [&table.category_key, usual], offset),
            });
        }
        for booth in &chart.booths {
            let category = self.category([&booth.category_key, usual, usual]);
            let at = booth.ground.middle().plus(offset);
            part.tables.push(TablePart {
                label: within(name, &booth.label.0),
                kind: TableKind::Booth,
                outline: booth.ground.outline(offset),
                seats: vec![Place { at, number: "1".into(), category, flags: 0 }],
            });
        }
        for area in &chart.general_admission_areas {
            if let Some(found) = self.area(area, usual, offset, name) {
                part.areas.push(found);
            }
        }
        part
    }

    fn note(&mut self, section: &Section) {
        let label = &section.label.0;
        if section.view_from_your_seat_image.0 {
            self.warnings.tell(format!("section {label:?}: its view from the seats was left out"));
        }
        if section.display_label.0 {
            self.warnings.tell(format!("section {label:?}: its displayed label was left out"));
        }
        if !section.sub_chart.sections.is_empty() {
            self.warnings.tell(format!("section {label:?}: sections within it were left out"));
        }
    }

    fn row(&mut self, row: &Row, usual: &Text, offset: Point, section: &str) -> Option<Vec<Place>> {
        let label = &row.label.0;
        if row.seats.is_empty() {
            self.warnings.tell(format!("row {label:?} of {section:?} has no seats, left out"));
            return None;
        }
        if row.display_label.0 {
            self.warnings.tell(format!("row {label:?}: its displayed label was left out"));
        }
        Some(self.places(&row.seats, [&row.category_key, usual], offset))
    }

    fn places(&mut self, seats: &[Seat], usual: [&Text; 2], offset: Point) -> Vec<Place> {
        let mut places = Vec::with_capacity(seats.len());
        for (position, seat) in seats.iter().enumerate() {
            for (noted, what) in [
                (seat.display_label, "its displayed label"),
                (seat.entrance, "its entrance"),
                (seat.semi_ambulatory_seat, "that it is semi-ambulatory"),
            ] {
                if noted.0 {
                    let label = &seat.label.0;
                    self.warnings.tell(format!("seat {label:?}: {what} was left out"));
                }
            }
            let number = match slug(&seat.label.0) {
                empty if empty.is_empty() => (position + 1).to_string(),
                number => number,
            };
            let at = Point { x: seat.x, y: seat.y }.plus(offset);
            let category = self.category([&seat.category_key, usual[0], usual[1]]);
            places.push(Place { at, number, category, flags: seat.flags() });
        }
        places
    }

    fn area(
        &mut self,
        area: &Area,
        usual: &Text,
        offset: Point,
        section: &str,
    ) -> Option<AreaPart> {
        let label = within(section, &area.label.0);
        let Some(capacity) = area.capacity.filter(|capacity| *capacity > 0) else {
            self.warnings.tell(format!("area {label:?} admits nobody, left out"));
            return None;
        };
        if area.book_as_a_whole.0 {
            self.warnings.tell(format!("area {label:?}: booked as a whole there, by place here"));
        }
        let category = self.category([&area.category_key, usual, usual]);
        Some(AreaPart { label, capacity, category, outline: area.ground.outline(offset) })
    }

    /// The first category that is named: the seat's, the row's, the section's.
    fn category(&mut self, keys: [&Text; 3]) -> u16 {
        let found = keys.iter().find_map(|key| self.keys.get(&key.0).copied());
        found.unwrap_or_else(|| {
            self.uncategorised += 1;
            0
        })
    }
}

/// A label that is unique in the chart, as the seats' are.
fn within(section: &str, label: &str) -> String {
    if section.is_empty() { label.to_owned() } else { format!("{section}-{label}") }
}
