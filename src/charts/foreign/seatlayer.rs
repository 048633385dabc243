//! Charts of SeatLayer, version 1: a flat list of objects, rows by origin, angle and spacing, which
//! belong to the sections they lie in.

mod objects;
mod places;
mod reader;
mod seats;

use std::collections::HashMap;

use serde::Deserialize;

use super::super::ChartError;
use super::super::document::{Document, FORMAT, Sources};
use super::super::read::{self, Unmissed};
use super::{
    Point, Text, Unique, Unit, Warnings, at_least_one, category, check_categories, check_keys,
};
use super::{finish, or_default};
use crate::domain::layout::{self, LAYOUT_SEATS_MAX};
use objects::Object;
use places::Effort;
use reader::Reader;

/// Fields that nobody misses one by one.
const UNMISSED: Unmissed = Unmissed {
    repeated: &["version"],
    editor: &["objects[].id", "floors[].id", "venueType"],
    looks: &["fill", "seatGlyph", "stroke", "zones[].color"],
};

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
    #[serde(default, deserialize_with = "or_default")]
    objects: Vec<Object>,
    /// Where there are any, `objects` repeats those of the first.
    #[serde(default, deserialize_with = "or_default")]
    floors: Vec<Floor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Floor {
    #[serde(default)]
    name: Text,
    #[serde(default, deserialize_with = "or_default")]
    objects: Vec<Object>,
    focal_point: Option<Point>,
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

pub(in super::super) fn read(bytes: &[u8]) -> Result<(Document, Vec<String>), ChartError> {
    let (chart, ignored): (Chart, _) = read::foreign(bytes, &UNMISSED)?;
    let mut warnings = Warnings::of(ignored);
    check_categories(chart.categories.len(), "categories")?;
    check_keys(chart.categories.iter().map(|known| known.key.0.as_str()), |at| {
        format!("categories[{at}].key")
    })?;
    check_keys(chart.zones.iter().map(|zone| zone.id.0.as_str()), |at| format!("zones[{at}].id"))?;
    let floors = floors(&chart, &mut warnings);
    check_seats(&floors)?;
    let unit = unit(&floors);
    let point = |at: Option<Point>| at.map(|at| unit.point(at));
    let mut document = Document {
        format: FORMAT.into(),
        name: chart.name.0.clone(),
        focal_point: point(focal_point(&chart, &mut warnings)),
        ..Document::default()
    };
    document.sources = sources(&chart);
    for known in &chart.categories {
        let found = category(&known.key.0, &known.label.0, &known.color.0, &mut warnings);
        document.categories.push(found);
    }
    at_least_one(&mut document.categories, &mut warnings);
    for (at, zone) in chart.zones.iter().enumerate() {
        document.sources.zones.push(format!("zones[{at}]"));
        document.zones.push(layout::Zone {
            key: zone.id.0.clone(),
            label: zone.label.0.clone(),
            focal_point: point(zone.focal_point),
        });
    }
    let keys = chart.categories.iter().zip(0..).map(|(known, at)| (known.key.0.as_str(), at));
    let categories = Categories(keys.collect());
    let mut effort = Effort::default();
    for floor in &floors {
        if floors.len() > 1 {
            document.floors.push(floor.name.clone());
        }
        let mut reader = Reader {
            document: &mut document,
            categories: &categories,
            unit,
            warnings: &mut warnings,
            effort: &mut effort,
        };
        reader.floor(floor)?;
    }
    Ok(finish(document, warnings))
}

/// Categories by key.
struct Categories<'a>(HashMap<&'a str, u16>);

impl Categories<'_> {
    fn of(&self, key: &str, warnings: &mut Warnings) -> u16 {
        self.0.get(key).copied().unwrap_or_else(|| {
            let what =
                "objects[].categoryKey: there is no such category, its seats are in the first";
            warnings.count(what, key);
            0
        })
    }
}

/// A floor with a name that no other has.
struct Storey<'a> {
    name: String,
    path: String,
    objects: &'a [Object],
}

fn floors<'a>(chart: &'a Chart, warnings: &mut Warnings) -> Vec<Storey<'a>> {
    if chart.floors.is_empty() {
        let path = "objects".into();
        return vec![Storey { name: String::new(), path, objects: &chart.objects }];
    }
    let repeated = |object: &Object| (object.kind.0.clone(), object.label.0.clone());
    let ground = chart.floors[0].objects.iter().map(repeated);
    if !chart.objects.is_empty() && !chart.objects.iter().map(repeated).eq(ground) {
        warnings.tell("objects: were left out, because floors[0] has others");
    }
    let several = chart.floors.len() > 1;
    let mut taken = Unique::default();
    let named = chart.floors.iter().enumerate().map(|(at, floor)| {
        let name = match (several, floor.name.0.as_str()) {
            (false, _) => String::new(),
            (true, "") => format!("Floor {}", at + 1),
            (true, name) => name.to_owned(),
        };
        if !several && !floor.name.0.is_empty() {
            warnings.count("the name of the only floor is not carried over", &floor.name.0);
        }
        let name = taken.floor(&name, warnings);
        Storey { name, path: format!("floors[{at}].objects"), objects: &floor.objects }
    });
    named.collect()
}

/// Counts before anything is made of the numbers.
fn check_seats(floors: &[Storey<'_>]) -> Result<(), ChartError> {
    let mut total = 0_u64;
    for floor in floors {
        for (at, object) in floor.objects.iter().enumerate() {
            total += u64::from(object.seat_count.unwrap_or(0));
            if total > u64::from(LAYOUT_SEATS_MAX) {
                let reason = format!("a chart has at most {LAYOUT_SEATS_MAX} seats");
                return Err(ChartError::wrong(format!("{}[{at}].seatCount", floor.path), reason));
            }
        }
    }
    Ok(())
}

/// Where objects are, and what everybody looks at.
fn sources(chart: &Chart) -> Sources {
    let floor = chart.floors.iter().position(|floor| floor.focal_point.is_some());
    let focal_point = match floor.filter(|_| chart.focal_point.is_none()) {
        Some(at) => format!("floors[{at}].focalPoint"),
        None => "focalPoint".into(),
    };
    let objects = if chart.floors.is_empty() { "objects" } else { "floors" };
    Sources { objects: objects.into(), focal_point, ..Sources::default() }
}

/// A house has one focal point.
fn focal_point(chart: &Chart, warnings: &mut Warnings) -> Option<Point> {
    let mut points = chart.floors.iter().filter_map(|floor| floor.focal_point);
    let found = chart.focal_point.or_else(|| points.next());
    if points.any(|point| Some(point) != found) {
        warnings.tell("floors[].focalPoint: only that of the chart is carried over");
    }
    found
}

/// Most rows have the spacing of a seat.
fn unit(floors: &[Storey<'_>]) -> Unit {
    let objects = floors.iter().flat_map(|floor| floor.objects);
    let spacings = objects.filter_map(|object| object.seat_spacing);
    let mut spacings: Vec<f64> = spacings.filter(|s| s.is_finite() && *s > 0.001).collect();
    spacings.sort_by(f64::total_cmp);
    let middle = spacings.get(spacings.len() / 2);
    Unit(middle.map_or(super::UNIT_CM, |spacing| super::SPACING_CM / spacing))
}
