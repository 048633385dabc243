//! Charts of seats.io: every seat with its place, in sections with coordinates of their own.
//!
//! The format isn't published. What is read here was learnt from the charts in its makers' public
//! test suites and from what their interface says; fields of other names are told of.

mod objects;
mod parts;

use serde::Deserialize;

use super::super::document::{AreaDocument, Document, FORMAT, SectionDocument, TableDocument};
use super::super::{ChartError, read};
use super::{Noted, Point, Text, Unit, Warnings, at_least_one, category, or_default, row};
use crate::domain::layout::{self, TableKind, TableSale};
use objects::{Section, SubChart};
use parts::{Part, parts};

/// Fields that mean nothing outside the chart's editor, or are said again elsewhere.
const TECHNICAL: [&str; 61] = [
    "algoName",
    "autoRadius",
    "autoStroke",
    "categoryAccessible",
    "categoryLabel",
    "chairSpacing",
    "colorScheme",
    "cornerRadius",
    "curve",
    "disabledBySocialDistancingRules",
    "displayObjectType",
    "fillColor",
    "foreground",
    "height",
    "isInverted",
    "labelHorizontalOffset",
    "labelRotationAngle",
    "labelShown",
    "labelSize",
    "labelVerticalOffset",
    "maxCategoryKey",
    "minOccupancy",
    "objectLabeling",
    "objectType",
    "openSpaces",
    "prefix",
    "published",
    "referenceChart",
    "referenceChartVisible",
    "rowChairSpacing",
    "rowLabelDisabled",
    "rowLabelPosition",
    "rowSpacing",
    "seatLabeling",
    "sectionDisplayedLabel",
    "sectionLabel",
    "sectionScaleFactor",
    "showAllButtons",
    "skippedCharacters",
    "smartTypeVariation",
    "smooth",
    "smoothness",
    "snapOffset",
    "startAtIndex",
    "strokeColor",
    "strokeWidth",
    "tablesLabelCounter",
    "translucent",
    "useEndAt",
    "uuid",
    "uuidCounter",
    "variableOccupancy",
    "venueType",
    "version",
    "verticalRowLabelDirection",
    "width",
    "icon",
    "labelColor",
    "textColor",
    "bold",
    "italic",
];

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
    let (chart, ignored): (Chart, _) = read::foreign(bytes, &TECHNICAL)?;
    let mut warnings = Warnings::of(ignored);
    let mut document =
        Document { format: FORMAT.into(), name: chart.name.0.clone(), ..Document::default() };
    for known in &chart.categories.list {
        if known.accessible.0 {
            warnings.tell(format!(
                "category {:?}: that it is for accessible seats is not carried over",
                known.label.0
            ));
        }
        let found = category(&known.key.0, &known.label.0, &known.color.0, &mut warnings);
        document.categories.push(found);
    }
    at_least_one(&mut document.categories, &mut warnings);
    let floors: Vec<SubChart> =
        chart.sub_chart.into_iter().chain(chart.sub_chart_floors).map(SubChart::inner).collect();
    if floors.is_empty() {
        return Err(ChartError::wrong("subChart", "is missing"));
    }
    let parts = parts(&floors, &document.categories, &mut warnings);
    let unit = Unit::learn(parts.iter().flat_map(Part::runs));
    for zone in &chart.zones.list {
        document.zones.push(layout::Zone {
            key: zone.key.0.clone(),
            label: zone.label.0.clone(),
            focal_point: zone.focal_point.map(|at| unit.point(at)),
        });
    }
    let focal = floors.iter().find_map(|floor| floor.focal_point);
    document.focal_point = focal.map(|at| unit.point(at));
    if floors.len() > 1 {
        document.floors = floors.iter().enumerate().map(|(at, floor)| floor.label(at)).collect();
    }
    let mut areas = Vec::new();
    for part in parts {
        let floor = document.floors.get(part.floor).cloned().unwrap_or_default();
        areas.extend(add(&mut document, part, &floor, unit));
    }
    document.sections.extend(areas);
    for floor in &floors {
        floor.draw(&mut document, unit, &mut warnings);
    }
    Ok((document, warnings.into_list()))
}

/// Adds a part as a section. Returns its areas, which are sections of their own behind all others,
/// because they have their own ground.
fn add(document: &mut Document, part: Part<'_>, floor: &str, unit: Unit) -> Vec<SectionDocument> {
    let of = |section: Option<&Section>| SectionDocument {
        floor: floor.to_owned(),
        zone: section.and_then(|s| (!s.zone.0.is_empty()).then(|| s.zone.0.clone())),
        entrance: section.map(|s| s.entrance.0.clone()).unwrap_or_default(),
        ..SectionDocument::default()
    };
    let known = part.section;
    let mut section = of(known);
    if let Some(known) = known {
        section.label.clone_from(&known.label.0);
        section.outline = unit.outline(&known.points);
    }
    let categories = &document.categories;
    for (label, places) in part.rows {
        let mut described = row(places, unit, 0, categories);
        described.label = label;
        section.rows.push(described);
    }
    for table in part.tables {
        let kind = table.kind;
        section.tables.push(TableDocument {
            label: table.label,
            sale: if kind == TableKind::Booth { TableSale::Whole } else { TableSale::Seat },
            kind,
            outline: unit.outline(&table.outline),
            seats: row(table.seats, unit, 0, categories),
        });
    }
    let key = |category: u16| Some(categories[usize::from(category)].key.clone());
    let mut areas = Vec::new();
    for area in part.areas {
        let outline = unit.outline(&area.outline);
        let mut own = of(known);
        own.label.clone_from(&area.label);
        own.outline.clone_from(&outline);
        own.areas.push(AreaDocument {
            label: area.label,
            capacity: area.capacity,
            outline,
            category: key(area.category),
            ..AreaDocument::default()
        });
        areas.push(own);
    }
    let empty = section.rows.is_empty() && section.tables.is_empty();
    if !empty || known.is_some() {
        document.sections.push(section);
    }
    areas
}
