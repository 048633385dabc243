//! Charts of seats.io taken apart: for each section, and for what stands in none, its rows, tables
//! and areas with places in the coordinates of the whole chart.

use std::collections::HashMap;

use super::super::{Numbers, Place, Point, Text, Warnings};
use super::floors::SubChart;
use super::objects::{Area, Booth, Row, Seat, Section, Table, is_several};
use crate::domain::layout::{Category, TableKind, TableSale};

/// A section, or what stands in none.
pub(super) struct Part<'a> {
    /// The position of its floor.
    pub(super) floor: usize,
    pub(super) section: Option<&'a Section>,
    /// Where it is in the document, as a JSON path.
    pub(super) source: String,
    pub(super) rows: Vec<RowPart>,
    pub(super) tables: Vec<TablePart>,
    pub(super) areas: Vec<AreaPart>,
}

pub(super) struct RowPart {
    pub(super) source: String,
    pub(super) label: String,
    pub(super) places: Vec<Place>,
}

pub(super) struct TablePart {
    pub(super) source: String,
    pub(super) label: String,
    pub(super) kind: TableKind,
    pub(super) sale: TableSale,
    pub(super) outline: Vec<Point>,
    pub(super) seats: Vec<Place>,
}

pub(super) struct AreaPart {
    pub(super) source: String,
    pub(super) label: String,
    /// The way in, if it isn't its section's.
    pub(super) entrance: String,
    pub(super) capacity: u32,
    pub(super) category: u16,
    pub(super) outline: Vec<Point>,
}

impl Part<'_> {
    /// Its rows of seats.
    pub(super) fn runs(&self) -> impl Iterator<Item = &[Place]> {
        self.rows.iter().map(|row| row.places.as_slice())
    }
}

/// `floors` with their paths in the document.
pub(super) fn parts<'a>(
    floors: &'a [(String, SubChart)],
    categories: &[Category],
    warnings: &mut Warnings,
) -> Vec<Part<'a>> {
    let keys = categories.iter().zip(0..).map(|(category, at)| (category.key.clone(), at));
    let mut reader = Reader { keys: keys.collect(), uncategorised: 0, warnings };
    let mut parts = Vec::new();
    for (floor, (path, chart)) in floors.iter().enumerate() {
        parts.push(reader.part((floor, path.clone()), chart, None));
        for (path, section) in chart.sections.with_paths(path, "sections") {
            parts.push(reader.part((floor, path), &section.sub_chart, Some(section)));
        }
    }
    if reader.uncategorised > 0 {
        let (count, first) = (reader.uncategorised, &categories[0].label);
        warnings.tell(format!("{count} seats have no category and are now in {first:?}"));
    }
    parts
}

/// What objects have of their section.
struct Surroundings<'a> {
    name: &'a str,
    category: &'a Text,
    offset: Point,
}

struct Reader<'w> {
    keys: HashMap<String, u16>,
    uncategorised: usize,
    warnings: &'w mut Warnings,
}

impl Reader<'_> {
    fn part<'a>(
        &mut self,
        (floor, source): (usize, String),
        chart: &'a SubChart,
        section: Option<&'a Section>,
    ) -> Part<'a> {
        let nothing = Text::default();
        let place = Surroundings {
            name: section.map(|section| section.label.0.as_str()).unwrap_or_default(),
            category: section.map_or(&nothing, |section| &section.category_key),
            offset: section.map(|section| section.top_left).unwrap_or_default(),
        };
        if let Some(section) = section {
            self.note(section);
        }
        let inside = if section.is_some() { format!("{source}.subChart") } else { source.clone() };
        let mut part = Part {
            floor,
            section,
            source,
            rows: Vec::new(),
            tables: Vec::new(),
            areas: Vec::new(),
        };
        for (source, row) in chart.rows.with_paths(&inside, "rows") {
            if let Some(places) = self.row(row, &place) {
                part.rows.push(RowPart { source, label: row.label.0.clone(), places });
            }
        }
        for table in chart.tables.with_paths(&inside, "tables") {
            part.tables.extend(self.table(table, &place));
        }
        for booth in chart.booths.with_paths(&inside, "booths") {
            part.tables.push(self.booth(booth, &place));
        }
        for area in chart.general_admission_areas.with_paths(&inside, "generalAdmissionAreas") {
            part.areas.extend(self.area(area, &place));
        }
        part
    }

    fn note(&mut self, section: &Section) {
        let (label, inside) = (&section.label.0, &section.sub_chart);
        let focal_point = inside.focal_point.unwrap_or_default() != Point::default();
        section.tell("sections", &[(focal_point, "subChart.focalPoint")], self.warnings);
        inside.tell_names(label, self.warnings);
        if !inside.sections.is_empty() {
            self.warnings.tell(format!("section {label:?}: sections within it were left out"));
        }
    }

    fn row(&mut self, row: &Row, place: &Surroundings<'_>) -> Option<Vec<Place>> {
        let others = [
            (!row.entrance.0.is_empty(), "entrance"),
            (row.section_label.0, "sectionLabel"),
            (row.section_displayed_label.0, "sectionDisplayedLabel"),
            (row.points.0, "points"),
        ];
        row.tell("rows", &others, self.warnings);
        if row.seats.is_empty() {
            let (label, section) = (&row.label.0, place.name);
            self.warnings.tell(format!("row {label:?} of {section:?} has no seats, left out"));
            return None;
        }
        Some(self.places(&row.seats, &row.category_key, place))
    }

    fn table(
        &mut self,
        (source, table): (String, &Table),
        place: &Surroundings<'_>,
    ) -> Option<TablePart> {
        let others = [
            (!table.entrance.0.is_empty(), "entrance"),
            (table.variable_occupancy.0, "variableOccupancy"),
            (is_several(&table.min_occupancy), "minOccupancy"),
            (table.ground().is_turned_polygon(), "rotationAngle (of a polygon)"),
        ];
        table.tell("tables", &others, self.warnings);
        if table.seats.is_empty() {
            self.warnings.tell(format!("table {:?} has no seats, left out", table.label.0));
            return None;
        }
        Some(TablePart {
            source,
            label: within(place.name, &table.label.0),
            kind: TableKind::Table,
            sale: if table.book_as_a_whole.0 { TableSale::Whole } else { TableSale::Seat },
            outline: table.ground().outline(place.offset),
            seats: self.places(&table.seats, &table.category_key, place),
        })
    }

    fn booth(&mut self, (source, booth): (String, &Booth), place: &Surroundings<'_>) -> TablePart {
        let others = [
            (!booth.entrance.0.is_empty(), "entrance"),
            (is_several(&booth.capacity), "capacity"),
            (booth.ground().is_turned_polygon(), "rotationAngle (of a polygon)"),
        ];
        booth.tell("booths", &others, self.warnings);
        let category = self.category([&booth.category_key, place.category, place.category]);
        let at = booth.ground().middle().plus(place.offset);
        TablePart {
            source,
            label: within(place.name, &booth.label.0),
            kind: TableKind::Booth,
            sale: TableSale::Whole,
            outline: booth.ground().outline(place.offset),
            seats: vec![Place { at, number: "1".into(), category, flags: 0 }],
        }
    }

    fn places(&mut self, seats: &[Seat], usual: &Text, place: &Surroundings<'_>) -> Vec<Place> {
        let mut places = Vec::with_capacity(seats.len());
        let mut numbers = Numbers::default();
        for (position, seat) in seats.iter().enumerate() {
            let others = [
                (!seat.entrance.0.is_empty(), "entrance"),
                (seat.semi_ambulatory_seat.0, "semiAmbulatorySeat"),
                (seat.disabled_by_social_distancing_rules.0, "disabledBySocialDistancingRules"),
            ];
            seat.tell("seats", &others, self.warnings);
            let number = numbers.next(&seat.label.0, position, self.warnings);
            if seat.place().is_none() {
                let what = "seats[].x, y: missing, the seat is at the origin of its section";
                self.warnings.count(what, &seat.label.0);
            }
            let at = seat.place().unwrap_or_default().plus(place.offset);
            let category = self.category([&seat.category_key, usual, place.category]);
            places.push(Place { at, number, category, flags: seat.flags() });
        }
        places
    }

    fn area(
        &mut self,
        (source, area): (String, &Area),
        place: &Surroundings<'_>,
    ) -> Option<AreaPart> {
        let others = [
            (area.variable_occupancy.0, "variableOccupancy"),
            (is_several(&area.min_occupancy), "minOccupancy"),
            (area.ground().is_turned_polygon(), "rotationAngle (of a polygon)"),
        ];
        area.tell("generalAdmissionAreas", &others, self.warnings);
        let label = within(place.name, &area.label.0);
        let Some(capacity) = area.capacity.filter(|capacity| *capacity > 0) else {
            self.warnings.tell(format!("area {label:?} admits nobody, left out"));
            return None;
        };
        if area.book_as_a_whole.0 {
            self.warnings.tell(format!("area {label:?}: booked as a whole there, by place here"));
        }
        let category = self.category([&area.category_key, place.category, place.category]);
        let outline = area.ground().outline(place.offset);
        let entrance = area.entrance.0.clone();
        if !entrance.is_empty() && !place.name.is_empty() {
            self.warnings.count("generalAdmissionAreas[].entrance: not carried over", &label);
        }
        Some(AreaPart { source, label, entrance, capacity, category, outline })
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
