//! Charts of SeatLayer, version 1: a flat list of objects, rows by origin, angle and spacing.

use std::collections::HashMap;

use serde::Deserialize;

use super::super::ChartError;
use super::super::build::slug;
use super::super::document::{Document, FORMAT, RowDocument, SectionDocument};
use super::super::read::{self, Unmissed};
use super::{Point, Text, Unit, Warnings, at_least_one, category, check_categories, ellipse};
use super::{finish, or_default, rectangle};
use crate::domain::layout;

/// Fields that nobody misses one by one.
const UNMISSED: Unmissed = Unmissed {
    technical: &["objects[].id", "version", "venueType"],
    looks: &["fill", "seatGlyph", "stroke", "zones[].color"],
};

/// Which of the fields that some objects have mean something in which type of them.
const SECTION_FIELDS: &[&str] = &["displayLabel", "zone", "entrance", "outline"];
const ROW_FIELDS: &[&str] =
    &["displayLabel", "origin", "rotation", "curve", "seatCount", "seatSpacing", "categoryKey"];
const SHAPE_FIELDS: &[&str] = &["rotation", "kind", "x", "y", "width", "height", "points"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chart {
    #[serde(default)]
    name: Text,
    focal_point: Option<Point>,
    #[serde(default, deserialize_with = "or_default")]
    categories: Vec<ChartCategory>,
    #[serde(default, deserialize_with = "or_default")]
    zones: Vec<Zone>,
    objects: Vec<Object>,
}

#[derive(Deserialize)]
struct ChartCategory {
    key: Text,
    #[serde(default)]
    label: Text,
    #[serde(default)]
    color: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Zone {
    id: Text,
    #[serde(default)]
    label: Text,
    focal_point: Option<Point>,
}

/// Any object: which fields it has depends on its type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    #[serde(rename = "type")]
    kind: Text,
    #[serde(default)]
    label: Text,
    #[serde(default)]
    display_label: Text,
    #[serde(default)]
    zone: Text,
    #[serde(default)]
    entrance: Text,
    #[serde(default, deserialize_with = "or_default")]
    outline: Vec<Point>,
    origin: Option<Point>,
    rotation: Option<f64>,
    curve: Option<f64>,
    seat_count: Option<u32>,
    seat_spacing: Option<f64>,
    #[serde(default)]
    category_key: Text,
    #[serde(rename = "kind", default)]
    shape: Text,
    x: Option<f64>,
    y: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    #[serde(default, deserialize_with = "or_default")]
    points: Vec<Point>,
}

impl Object {
    /// Tells of fields it has that mean nothing in its type, which one struct for all types hides.
    fn tell_but(&self, known: &[&str], warnings: &mut Warnings) {
        let given = [
            (!self.display_label.0.is_empty(), "displayLabel"),
            (!self.zone.0.is_empty(), "zone"),
            (!self.entrance.0.is_empty(), "entrance"),
            (!self.outline.is_empty(), "outline"),
            (self.origin.is_some(), "origin"),
            (self.rotation.is_some_and(|rotation| rotation != 0.0), "rotation"),
            (self.curve.is_some_and(|curve| curve != 0.0), "curve"),
            (self.seat_count.is_some(), "seatCount"),
            (self.seat_spacing.is_some(), "seatSpacing"),
            (!self.category_key.0.is_empty(), "categoryKey"),
            (!self.shape.0.is_empty(), "kind"),
            (self.x.is_some(), "x"),
            (self.y.is_some(), "y"),
            (self.width.is_some(), "width"),
            (self.height.is_some(), "height"),
            (!self.points.is_empty(), "points"),
        ];
        let unread = given.iter().filter(|(given, field)| *given && !known.contains(field));
        for (_, field) in unread {
            let what = format!("objects[].{field}: not carried over from a {}", self.kind.0);
            warnings.count(&what, &self.label.0);
        }
    }
}

pub(in super::super) fn read(bytes: &[u8]) -> Result<(Document, Vec<String>), ChartError> {
    let (chart, ignored): (Chart, _) = read::foreign(bytes, &UNMISSED)?;
    let mut warnings = Warnings::of(ignored);
    check_categories(chart.categories.len(), "categories")?;
    let unit = unit(&chart);
    let point = |at: Option<Point>| at.map(|at| unit.point(at));
    let mut document = Document {
        format: FORMAT.into(),
        name: chart.name.0.clone(),
        focal_point: point(chart.focal_point),
        ..Document::default()
    };
    for known in &chart.categories {
        let found = category(&known.key.0, &known.label.0, &known.color.0, &mut warnings);
        document.categories.push(found);
    }
    at_least_one(&mut document.categories, &mut warnings);
    for zone in &chart.zones {
        document.zones.push(layout::Zone {
            key: zone.id.0.clone(),
            label: zone.label.0.clone(),
            focal_point: point(zone.focal_point),
        });
    }
    let keys: HashMap<&str, ()> = chart.categories.iter().map(|c| (c.key.0.as_str(), ())).collect();
    for (at, object) in chart.objects.iter().enumerate() {
        let path = format!("objects[{at}]");
        match object.kind.0.as_str() {
            "section" => {
                object.tell_but(SECTION_FIELDS, &mut warnings);
                document.sections.push(section(object, unit, &mut warnings));
            }
            "row" => {
                object.tell_but(ROW_FIELDS, &mut warnings);
                let row = row(object, &keys, (unit, &mut warnings), &path)?;
                // A row belongs to the section it follows.
                if document.sections.is_empty() {
                    document.sections.push(SectionDocument::default());
                }
                document.sections.last_mut().expect("there is one").rows.push(row);
            }
            "shape" => {
                object.tell_but(SHAPE_FIELDS, &mut warnings);
                draw(&mut document, object, (unit, &mut warnings), &path);
            }
            other => warnings.tell(format!("{path}: objects of type {other:?} were left out")),
        }
    }
    Ok(finish(document, warnings))
}

/// Most rows have the spacing of a seat.
fn unit(chart: &Chart) -> Unit {
    let spacings = chart.objects.iter().filter_map(|object| object.seat_spacing);
    let mut spacings: Vec<f64> = spacings.filter(|s| s.is_finite() && *s > 0.001).collect();
    spacings.sort_by(f64::total_cmp);
    let middle = spacings.get(spacings.len() / 2);
    Unit(middle.map_or(super::UNIT_CM, |spacing| super::SPACING_CM / spacing))
}

fn section(object: &Object, unit: Unit, warnings: &mut Warnings) -> SectionDocument {
    let (label, shown) = (&object.label, &object.display_label);
    if !shown.0.is_empty() && !label.0.is_empty() && shown != label {
        warnings.count("the label of a section is not carried over beside displayLabel", &label.0);
    }
    let label = if shown.0.is_empty() { label } else { shown };
    SectionDocument {
        label: label.0.clone(),
        outline: unit.outline(&object.outline),
        zone: (!object.zone.0.is_empty()).then(|| object.zone.0.clone()),
        entrance: object.entrance.0.clone(),
        ..SectionDocument::default()
    }
}

fn row(
    object: &Object,
    keys: &HashMap<&str, ()>,
    (unit, warnings): (Unit, &mut Warnings),
    path: &str,
) -> Result<RowDocument, ChartError> {
    let missing = |field: &str| ChartError::wrong(format!("{path}.{field}"), "is missing");
    let origin = object.origin.ok_or_else(|| missing("origin"))?;
    let count = object.seat_count.ok_or_else(|| missing("seatCount"))?;
    if object.curve.is_some_and(|curve| curve != 0.0) {
        let what = "objects[].curve: what it measures isn't published; rows are drawn straight";
        warnings.count(what, &object.label.0);
    }
    let key = object.category_key.0.as_str();
    if !keys.contains_key(key) {
        let what = "objects[].categoryKey: there is no such category, its seats are in the first";
        warnings.count(what, key);
    }
    let label =
        if object.display_label.0.is_empty() { &object.label } else { &object.display_label };
    Ok(RowDocument {
        label: label.0.clone(),
        at: unit.point(origin),
        count: Some(count),
        rotation: object.rotation.unwrap_or(0.0) % 360.0,
        spacing: object.seat_spacing.map_or(super::SPACING_CM, |spacing| spacing * unit.0),
        category: keys.contains_key(key).then(|| key.to_owned()),
        // The label of a row is unique there, and what its seats are called by.
        prefix: Some(slug(&object.label.0) + "-"),
        ..RowDocument::default()
    })
}

fn draw(
    document: &mut Document,
    object: &Object,
    (unit, warnings): (Unit, &mut Warnings),
    path: &str,
) {
    let size = object.width.zip(object.height);
    let corner = object.x.zip(object.y);
    let points = match (size, corner) {
        (Some((width, height)), Some((x, y))) => {
            let middle = Point { x: x + width / 2.0, y: y + height / 2.0 };
            let rotation = object.rotation.unwrap_or(0.0);
            if object.shape.0 == "ellipse" {
                ellipse(middle, width / 2.0, height / 2.0, rotation)
            } else {
                rectangle(middle, width, height, rotation)
            }
        }
        _ => {
            if object.rotation.is_some_and(|rotation| rotation != 0.0) {
                let what = "objects[].rotation: not carried over from a shape of points";
                warnings.count(what, &object.label.0);
            }
            object.points.clone()
        }
    };
    let outline = unit.outline(&points);
    if outline.len() < 3 {
        warnings.tell(format!("{path}: a line was left out; only areas are drawn"));
        return;
    }
    let label = object.label.0.clone();
    let kind = if label.to_lowercase().contains("stage") { "stage" } else { "area" }.into();
    document.shapes.push(layout::Shape { kind, label, outline });
}
