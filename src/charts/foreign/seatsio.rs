//! Charts of seats.io: every seat with its place, in sections with coordinates of their own.
//!
//! The format isn't published. What is read here was learnt from the charts in its makers' public
//! test suites and from what their interface says; fields of other names are told of.

mod floors;
mod lists;
mod objects;
mod parts;

use serde::Deserialize;

use super::super::ChartError;
use super::super::document::{AreaDocument, Document, FORMAT, SectionDocument, TableDocument};
use super::super::read::{self, Unmissed};
use super::{Noted, Point, Text, Unique, Unit, Warnings, at_least_one, category};
use super::{check_categories, check_keys, finish, or_default, row};
use crate::domain::layout;
use floors::SubChart;
use objects::Section;
use parts::{Part, RowPart, parts};

/// Fields that nobody misses one by one.
const UNMISSED: Unmissed = Unmissed {
    repeated: &["categoryAccessible", "categoryLabel", "objectType", "version"],
    editor: &[
        "autoRadius",
        "autoStroke",
        "categories.maxCategoryKey",
        "chairSpacing",
        "objectLabeling",
        "openSpaces",
        "referenceChart",
        "referenceChartVisible",
        "rowChairSpacing",
        "rowSpacing",
        "rows[].curve",
        "seatLabeling",
        "showAllButtons",
        "snapOffset",
        "subChart.height",
        "subChart.width",
        "subChartFloors[].height",
        "subChartFloors[].width",
        "tablesLabelCounter",
        "uuid",
        "uuidCounter",
        "venueType",
    ],
    looks: &[
        "bold",
        "colorScheme",
        "cornerRadius",
        "fillColor",
        "foreground",
        "icon",
        "italic",
        "labelColor",
        "labelHorizontalOffset",
        "labelRotationAngle",
        "labelShown",
        "labelSize",
        "labelVerticalOffset",
        "rowLabelDisabled",
        "rowLabelPosition",
        "smartTypeVariation",
        "smooth",
        "smoothness",
        "strokeColor",
        "strokeWidth",
        "textColor",
        "translucent",
        "verticalRowLabelDirection",
    ],
};

/// What `sectionScaleFactor` is where nothing is scaled.
const SCALE_FACTOR: f64 = 100.0;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chart {
    #[serde(default)]
    name: Text,
    #[serde(default, deserialize_with = "or_default")]
    categories: List<ChartCategory>,
    #[serde(default, deserialize_with = "or_default")]
    zones: List<Zone>,
    #[serde(default, deserialize_with = "or_default")]
    sub_chart: Option<SubChart>,
    section_scale_factor: Option<f64>,
    #[serde(default, deserialize_with = "or_default")]
    sub_chart_floors: Vec<SubChart>,
}

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    list: Vec<T>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

#[derive(Deserialize)]
struct ChartCategory {
    key: Text,
    #[serde(default)]
    label: Text,
    #[serde(default)]
    color: Text,
    #[serde(default)]
    accessible: Noted,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Zone {
    key: Text,
    #[serde(default)]
    label: Text,
    #[serde(default)]
    focal_point: Option<Point>,
}

pub(in super::super) fn read(bytes: &[u8]) -> Result<(Document, Vec<String>), ChartError> {
    let (chart, ignored): (Chart, _) = read::foreign(bytes, &UNMISSED)?;
    let mut warnings = Warnings::of(ignored);
    check_categories(chart.categories.list.len(), "categories.list")?;
    let mut document =
        Document { format: FORMAT.into(), name: chart.name.0.clone(), ..Document::default() };
    for known in &chart.categories.list {
        if known.accessible.0 {
            warnings.count("categories[].accessible: not carried over", &known.label.0);
        }
        let found = category(&known.key.0, &known.label.0, &known.color.0, &mut warnings);
        document.categories.push(found);
    }
    let keys = document.categories.iter().map(|category| category.key.as_str());
    check_keys(keys, |at| format!("categories.list[{at}].key"))?;
    let zones = chart.zones.list.iter().map(|zone| zone.key.0.as_str());
    check_keys(zones, |at| format!("zones.list[{at}].key"))?;
    at_least_one(&mut document.categories, &mut warnings);
    let root = if chart.sub_chart_floors.is_empty() { "subChart" } else { "subChartFloors" };
    root.clone_into(&mut document.sources.objects);
    let only = chart.sub_chart.into_iter().map(|floor| ("subChart".to_owned(), floor));
    let several = chart.sub_chart_floors.into_iter().enumerate();
    let several = several.map(|(at, floor)| (format!("subChartFloors[{at}]"), floor));
    let floors: Vec<(String, SubChart)> =
        only.chain(several).map(|(path, floor)| (path, floor.inner())).collect();
    if floors.is_empty() {
        return Err(ChartError::wrong("subChart", "is missing"));
    }
    let scaled = chart.section_scale_factor.is_some_and(|factor| factor != SCALE_FACTOR);
    if scaled && floors.iter().any(|(_, floor)| !floor.sections.is_empty()) {
        warnings.tell("sectionScaleFactor: what it scales isn't published; sections are unscaled");
    }
    let parts = parts(&floors, &document.categories, &mut warnings);
    let unit = Unit::learn(parts.iter().flat_map(Part::runs));
    for (at, zone) in chart.zones.list.iter().enumerate() {
        document.sources.zones.push(format!("zones.list[{at}]"));
        document.zones.push(layout::Zone {
            key: zone.key.0.clone(),
            label: zone.label.0.clone(),
            focal_point: zone.focal_point.map(|at| unit.point(at)),
        });
    }
    name_floors(&mut document, &floors, unit, &mut warnings);
    let mut areas = Vec::new();
    for part in parts {
        let floor = document.floors.get(part.floor).cloned().unwrap_or_default();
        areas.extend(add(&mut document, part, &floor, unit));
    }
    document.sections.extend(areas);
    for (path, floor) in &floors {
        floor.draw(path, &mut document, (unit, Point::default()), &mut warnings);
        for (path, section) in floor.sections.with_paths(path, "sections") {
            let (path, place) = (format!("{path}.subChart"), (unit, section.top_left));
            section.sub_chart.draw(&path, &mut document, place, &mut warnings);
        }
    }
    Ok(finish(document, warnings))
}

/// A house has one focal point, and its storeys have names if there are several.
fn name_floors(
    document: &mut Document,
    floors: &[(String, SubChart)],
    unit: Unit,
    warnings: &mut Warnings,
) {
    let points = floors.iter().filter_map(|(path, floor)| Some((path, floor.focal_point?)));
    let mut points = points.peekable();
    if let Some((path, _)) = points.peek() {
        document.sources.focal_point = format!("{path}.focalPoint");
    }
    let mut points = points.map(|(_, point)| point);
    let first = points.next();
    document.focal_point = first.map(|at| unit.point(at));
    if points.any(|point| Some(point) != first) {
        warnings.tell("subChartFloors[].focalPoint: only the first is carried over");
    }
    let several = floors.len() > 1;
    let mut named = Unique::default();
    for (at, (_, floor)) in floors.iter().enumerate() {
        let label = if several { floor.label(at) } else { String::new() };
        floor.tell_names(&label, warnings);
        if several {
            document.floors.push(named.floor(&label, warnings));
        }
    }
}

/// Adds a part as a section. Returns the areas that are in none: they are sections of their own behind
/// all others, because they have their own ground.
fn add(document: &mut Document, part: Part<'_>, floor: &str, unit: Unit) -> Vec<SectionDocument> {
    let of = |section: Option<&Section>| SectionDocument {
        floor: floor.to_owned(),
        zone: section.and_then(|s| (!s.zone.0.is_empty()).then(|| s.zone.0.clone())),
        entrance: section.map(|s| s.entrance.0.clone()).unwrap_or_default(),
        ..SectionDocument::default()
    };
    let known = part.section;
    let mut section = of(known);
    section.source = part.source;
    if let Some(known) = known {
        section.label.clone_from(&known.label.0);
        section.outline = unit.outline(&known.points);
    }
    let categories = &document.categories;
    for RowPart { source, label, places } in part.rows {
        let mut described = row(places, unit, 0, categories);
        (described.source, described.label) = (source, label);
        section.rows.push(described);
    }
    for table in part.tables {
        section.tables.push(TableDocument {
            source: table.source,
            label: table.label,
            sale: table.sale,
            kind: table.kind,
            outline: unit.outline(&table.outline),
            seats: row(table.seats, unit, 0, categories),
        });
    }
    let key = |category: u16| Some(categories[usize::from(category)].key.clone());
    let mut areas = Vec::new();
    for area in part.areas {
        let outline = unit.outline(&area.outline);
        let described = AreaDocument {
            source: area.source.clone(),
            label: area.label.clone(),
            capacity: area.capacity,
            outline: outline.clone(),
            category: key(area.category),
            ..AreaDocument::default()
        };
        if known.is_some() {
            section.areas.push(described);
            continue;
        }
        areas.push(SectionDocument {
            source: area.source,
            label: area.label,
            entrance: area.entrance,
            outline,
            areas: vec![described],
            ..of(None)
        });
    }
    let empty = section.rows.is_empty() && section.tables.is_empty();
    if !empty || known.is_some() {
        document.sections.push(section);
    }
    areas
}
