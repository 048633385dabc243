//! From a document of the own format to a layout.
//!
//! Every row, table and area becomes one row of the layout, in the order they are written, so a
//! seat's place in the document can be told from its place in the layout.

mod rows;

use std::collections::HashMap;

use super::ChartError;
use super::document::{AreaDocument, Document, RowDocument, SectionDocument};
use super::geometry;
use crate::domain::layout::{
    Area, LAYOUT_SEATS_MAX, Layout, LayoutBuilder, LayoutError, Section, Table,
};

pub(super) use rows::aisle_seats;
use rows::{Ends, row_seats};

/// The layout of a document.
pub(super) fn layout(document: &Document) -> Result<Layout, ChartError> {
    check_total(document)?;
    let mut builder = LayoutBuilder::new(document.categories.clone());
    let names = Names::of(document)?;
    for zone in &document.zones {
        builder.zone(zone.clone());
    }
    if let Some(at) = document.focal_point {
        builder.focal_point(at);
    }
    for (position, section) in document.sections.iter().enumerate() {
        add_section(&mut builder, &names, section, &format!("sections[{position}]"))?;
    }
    for shape in &document.shapes {
        builder.shape(&shape.kind, &shape.label, shape.outline.clone());
    }
    for text in &document.texts {
        builder.text(text.clone());
    }
    if let Some(background) = &document.background {
        if !background.url.starts_with("https://") {
            return Err(ChartError::wrong("background.url", "must begin with https://"));
        }
        builder.background(background.clone());
    }
    let layout = builder.finish();
    layout.validate().map_err(|error| located(document, &layout, &error))?;
    Ok(layout)
}

/// What sections and seats refer to by name.
struct Names<'a> {
    categories: HashMap<&'a str, u16>,
    zones: HashMap<&'a str, u32>,
    floors: &'a [String],
}

impl<'a> Names<'a> {
    fn of(document: &'a Document) -> Result<Self, ChartError> {
        if document.categories.is_empty() || document.categories.len() > usize::from(u16::MAX) {
            return Err(ChartError::wrong("categories", "a chart has 1 to 65,535 categories"));
        }
        let categories = document.categories.iter().zip(0..).map(|(c, at)| (c.key.as_str(), at));
        let zones = document.zones.iter().zip(0..).map(|(zone, at)| (zone.key.as_str(), at));
        Ok(Self {
            categories: categories.collect(),
            zones: zones.collect(),
            floors: &document.floors,
        })
    }

    fn category(&self, key: Option<&str>, default: u16, path: &str) -> Result<u16, ChartError> {
        let Some(key) = key else { return Ok(default) };
        let found = self.categories.get(key).copied();
        found.ok_or_else(|| {
            ChartError::wrong(format!("{path}.category"), format!("there is no category {key:?}"))
        })
    }
}

/// Counts before anything is made of the numbers.
fn check_total(document: &Document) -> Result<(), ChartError> {
    let mut total = 0_u64;
    for section in &document.sections {
        let tables = section.tables.iter().map(|table| &table.seats);
        let rows = section.rows.iter().chain(tables).map(planned);
        let areas = section.areas.iter().map(|area| u64::from(area.capacity));
        total += rows.chain(areas).sum::<u64>();
    }
    // Rows of no seats are refused one by one, by their names.
    let any = |section: &SectionDocument| {
        !(section.rows.is_empty() && section.tables.is_empty() && section.areas.is_empty())
    };
    let none = total == 0 && !document.sections.iter().any(any);
    if none || total > u64::from(LAYOUT_SEATS_MAX) {
        let reason = format!("a chart has 1 to {LAYOUT_SEATS_MAX} seats, not {total}");
        return Err(ChartError::wrong("sections", reason));
    }
    Ok(())
}

fn planned(row: &RowDocument) -> u64 {
    u64::from(row.count.unwrap_or(0)).max((row.path.len() / 2) as u64)
}

fn add_section(
    builder: &mut LayoutBuilder,
    names: &Names<'_>,
    section: &SectionDocument,
    path: &str,
) -> Result<(), ChartError> {
    let zone = match &section.zone {
        None => None,
        Some(key) => Some(*names.zones.get(key.as_str()).ok_or_else(|| {
            ChartError::wrong(format!("{path}.zone"), format!("there is no zone {key:?}"))
        })?),
    };
    if !names.floors.is_empty() && !names.floors.contains(&section.floor) {
        let reason = format!("{:?} is none of the chart's floors", section.floor);
        return Err(ChartError::wrong(format!("{path}.floor"), reason));
    }
    let default = names.category(section.category.as_deref(), 0, path)?;
    let position = builder.full_section(Section {
        label: section.label.clone(),
        outline: section.outline.clone(),
        floor: section.floor.clone(),
        zone,
        entrance: section.entrance.clone(),
    });
    for (at, row) in section.rows.iter().enumerate() {
        let path = format!("{path}.rows[{at}]");
        let seats = row_seats(names, row, (default, Ends::Row), &path)?;
        let prefix = row.prefix.clone();
        let prefix = prefix.unwrap_or_else(|| default_prefix(&section.label, &row.label));
        builder.row(position, &row.label, prefix, seats);
    }
    for (at, table) in section.tables.iter().enumerate() {
        let path = format!("{path}.tables[{at}]");
        require_label(&table.label, &path)?;
        let seats =
            row_seats(names, &table.seats, (default, Ends::Round), &format!("{path}.seats"))?;
        let prefix = table.seats.prefix.clone();
        let prefix = prefix.unwrap_or_else(|| default_prefix("", &table.label));
        let drawn = Table {
            label: table.label.clone(),
            first: 0,
            count: 0,
            sale: table.sale,
            kind: table.kind,
            outline: table.outline.clone(),
        };
        builder.table(position, prefix, drawn, seats);
    }
    for (at, area) in section.areas.iter().enumerate() {
        let path = format!("{path}.areas[{at}]");
        add_area(builder, names, (area, section, position, default), &path)?;
    }
    Ok(())
}

fn add_area(
    builder: &mut LayoutBuilder,
    names: &Names<'_>,
    (area, section, position, default): (&AreaDocument, &SectionDocument, u32, u16),
    path: &str,
) -> Result<(), ChartError> {
    require_label(&area.label, path)?;
    if area.capacity == 0 {
        return Err(ChartError::wrong(format!("{path}.capacity"), "must be at least 1"));
    }
    let category = names.category(area.category.as_deref(), default, path)?;
    let prefix = area.prefix.clone().unwrap_or_else(|| default_prefix("", &area.label));
    let at = area_middle(area, section);
    let drawn = Area {
        label: area.label.clone(),
        first: 0,
        count: 0,
        capacity: area.capacity,
        outline: area.outline.clone(),
    };
    builder.area(position, prefix, drawn, (at, category));
    Ok(())
}

pub(super) fn area_middle(area: &AreaDocument, section: &SectionDocument) -> [i32; 2] {
    let ground = if area.outline.is_empty() { &section.outline } else { &area.outline };
    area.at.unwrap_or_else(|| geometry::middle(ground))
}

fn require_label(label: &str, path: &str) -> Result<(), ChartError> {
    if label.is_empty() {
        return Err(ChartError::wrong(format!("{path}.label"), "must not be empty"));
    }
    Ok(())
}

/// The prefix of a row that doesn't name one: `Stalls-A-`.
pub(super) fn default_prefix(section: &str, row: &str) -> String {
    let parts = [section, row].map(slug);
    parts.into_iter().filter(|part| !part.is_empty()).map(|part| part + "-").collect()
}

/// A label as part of an address.
pub(super) fn slug(label: &str) -> String {
    let mut slug = String::with_capacity(label.len());
    for letter in label.chars() {
        if letter.is_alphanumeric() || letter == '.' {
            slug.push(letter);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Says where in the document the trouble with a layout comes from.
fn located(document: &Document, layout: &Layout, error: &LayoutError) -> ChartError {
    let numbered = error.path.split_once('[').and_then(|(column, rest)| {
        let (position, _) = rest.split_once(']')?;
        Some((column, position.parse::<u32>().ok()?))
    });
    let row_of = |seat: u32| layout.rows.partition_point(|row| row.first <= seat) - 1;
    let row = match numbered {
        Some(("number" | "x" | "y" | "category" | "flags", seat)) => Some(row_of(seat)),
        Some(("rows", row)) => Some(row as usize),
        Some(("areas", area)) => layout.areas.get(area as usize).map(|area| row_of(area.first)),
        Some(("tables", at)) => layout.tables.get(at as usize).map(|table| row_of(table.first)),
        _ => None,
    };
    let path = row.map_or_else(|| error.path.clone(), |row| path_of(document, row));
    ChartError::wrong(path, error.problem.to_string())
}

/// The path of the row, table or area a seat is in.
pub(super) fn describe(document: &Document, layout: &Layout, seat: u32) -> String {
    path_of(document, layout.rows.partition_point(|row| row.first <= seat) - 1)
}

fn path_of(document: &Document, row: usize) -> String {
    let mut left = row;
    for (position, section) in document.sections.iter().enumerate() {
        let lists = [
            ("rows", section.rows.len()),
            ("tables", section.tables.len()),
            ("areas", section.areas.len()),
        ];
        for (name, len) in lists {
            if left < len {
                return format!("sections[{position}].{name}[{left}]");
            }
            left -= len;
        }
    }
    "sections".into()
}
