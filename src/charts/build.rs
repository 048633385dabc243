//! From a document of the own format to a layout.
//!
//! Every row, table and area becomes one row of the layout, in the order they are written, so a
//! seat's place in the document can be told from its place in the layout.

mod rows;

use std::collections::{HashMap, HashSet};

use super::ChartError;
use super::document::{Aisles, AreaDocument, Document, RowDocument, SectionDocument};
use super::{geometry, places};
use crate::domain::layout::{
    Area, LAYOUT_CATEGORIES_MAX, LAYOUT_SEATS_MAX, Layout, LayoutBuilder, Section, Table,
};

use rows::{Ends, row_seats};
pub(super) use rows::{aisle_seats, numbers};

/// How many floors are named that were left out.
const FLOORS_TOLD_MAX: usize = 5;

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
        builder.background(background.clone());
    }
    builder.floors(storeys(document));
    let layout = builder.finish();
    layout.validate().map_err(|error| places::located(document, &layout, &error))?;
    Ok(layout)
}

/// What sections and seats refer to by name.
struct Names<'a> {
    categories: HashMap<&'a str, u16>,
    zones: HashMap<&'a str, u32>,
    floors: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(document: &'a Document) -> Result<Self, ChartError> {
        if !(1..=LAYOUT_CATEGORIES_MAX).contains(&document.categories.len()) {
            let reason = format!("a chart has 1 to {LAYOUT_CATEGORIES_MAX} categories");
            return Err(ChartError::wrong("categories", reason));
        }
        let mut floors = HashSet::new();
        for (at, floor) in document.floors.iter().enumerate() {
            if !floors.insert(floor.as_str()) {
                let reason = format!("{floor:?} is used twice");
                return Err(ChartError::wrong(format!("floors[{at}]"), reason));
            }
        }
        let categories = document.categories.iter().zip(0..).map(|(c, at)| (c.key.as_str(), at));
        let zones = document.zones.iter().zip(0..).map(|(zone, at)| (zone.key.as_str(), at));
        Ok(Self { categories: categories.collect(), zones: zones.collect(), floors })
    }

    fn category(&self, key: Option<&str>, default: u16, path: &str) -> Result<u16, ChartError> {
        let Some(key) = key else { return Ok(default) };
        let found = self.categories.get(key).copied();
        found.ok_or_else(|| {
            ChartError::wrong(format!("{path}.category"), format!("there is no category {key:?}"))
        })
    }
}

/// The floors that have a section, in the order of those of the document; none where that is the
/// order in which sections name them.
fn storeys(document: &Document) -> Vec<String> {
    let mut named = HashSet::new();
    let mut order = document.sections.iter().map(|section| section.floor.as_str());
    let order: Vec<&str> = order.by_ref().filter(|floor| named.insert(*floor)).collect();
    let used = document.floors.iter().filter(|floor| named.contains(floor.as_str()));
    let used: Vec<String> = used.cloned().collect();
    if used == order { Vec::new() } else { used }
}

/// What is to be said of floors that no section is on.
pub(super) fn unused_floors(document: &Document) -> Option<String> {
    let named: HashSet<&str> = document.sections.iter().map(|s| s.floor.as_str()).collect();
    let unused = document.floors.iter().filter(|floor| !named.contains(floor.as_str()));
    let unused: Vec<String> = unused.map(|floor| format!("{floor:?}")).collect();
    let first = unused.iter().take(FLOORS_TOLD_MAX).cloned().collect::<Vec<_>>().join(", ");
    (!unused.is_empty())
        .then(|| format!("{} floors without sections were left out: {first}", unused.len()))
}

/// Counts before anything is made of the numbers.
pub(super) fn check_total(document: &Document) -> Result<(), ChartError> {
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
    if !names.floors.is_empty() && !names.floors.contains(section.floor.as_str()) {
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
        check_table_seats(&table.seats, &path)?;
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

/// Refuses what seats have of their table.
fn check_table_seats(seats: &RowDocument, path: &str) -> Result<(), ChartError> {
    let wrong =
        |field: &str, reason: &str| Err(ChartError::wrong(format!("{path}.seats.{field}"), reason));
    if !seats.label.is_empty() {
        return wrong("label", "means nothing: seats have the label of their table");
    }
    if seats.aisles == Aisles::Given {
        return wrong("aisles", "means nothing: around a table there are none");
    }
    if !seats.gaps.is_empty() {
        return wrong("gaps", "means nothing: around a table there are no aisles");
    }
    Ok(())
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
