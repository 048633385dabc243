//! Seating plans of pretix: zones of rows of seats, each placed within the one around it.

mod plan;

use std::collections::HashMap;

use super::super::ChartError;
use super::super::build::default_prefix;
use super::super::document::{Document, FORMAT, SectionDocument};
use super::super::read::{self, Unmissed};
use super::{
    Keys, Numbers, Place, Point, Unit, Warnings, at_least_one, category, check_categories,
};
use super::{degrees, ellipse, finish, row, turned};
use crate::domain::layout;
use plan::{Area, Plan, Row, Size};

/// Fields that nobody misses one by one.
const UNMISSED: Unmissed = Unmissed {
    repeated: &[],
    editor: &["size", "uuid", "zone_id"],
    looks: &["border_color", "color", "row_number_position", "seats[].radius"],
};

/// Words by which the area is known that everybody looks at.
const STAGES: [&str; 6] = ["stage", "bühne", "podium", "screen", "leinwand", "scène"];

pub(in super::super) fn read(bytes: &[u8]) -> Result<(Document, Vec<String>), ChartError> {
    let (plan, ignored): (Plan, _) = read::foreign(bytes, &UNMISSED)?;
    let mut warnings = Warnings::of(ignored);
    check_categories(plan.categories.len(), "categories")?;
    let mut document =
        Document { format: FORMAT.into(), name: plan.name.0.clone(), ..Document::default() };
    "zones".clone_into(&mut document.sources.objects);
    let mut keys = Keys::default();
    for known in &plan.categories {
        let key = keys.next(&known.name.0, &mut warnings);
        document.categories.push(category(&key, &known.name.0, &known.color.0, &mut warnings));
    }
    at_least_one(&mut document.categories, &mut warnings);
    let mut by_name: HashMap<&str, u16> = HashMap::new();
    for (known, at) in plan.categories.iter().zip(0..) {
        if *by_name.entry(&known.name.0).or_insert(at) != at {
            let what = "two categories have one name; seats by that name are in the first";
            warnings.count(what, &known.name.0);
        }
    }
    let rows = rows(&plan, &by_name, &mut warnings);
    let unit = Unit::learn(rows.iter().flatten().map(|row| row.places.as_slice()));
    for (z, (zone, rows)) in plan.zones.iter().zip(rows).enumerate() {
        let mut section = SectionDocument {
            label: zone.name.0.clone(),
            source: format!("zones[{z}]"),
            ..Default::default()
        };
        for RowPart { source, label, prefix, places } in rows {
            let mut described = row(places, unit, 0, &document.categories);
            let usual = default_prefix(&section.label, &label);
            described.prefix = prefix.filter(|prefix| *prefix != usual);
            (described.source, described.label) = (source, label);
            section.rows.push(described);
        }
        if !section.rows.is_empty() {
            document.sections.push(section);
        } else if !zone.name.0.is_empty() {
            warnings.count("the name of a zone without seats is not carried over", &zone.name.0);
        }
        for (a, area) in zone.areas.iter().enumerate() {
            let source = format!("zones[{z}].areas[{a}]");
            draw(&mut document, (area, source), zone.position, (unit, &mut warnings));
        }
    }
    if document.focal_point.is_none() {
        warnings.tell("no area is a stage; seats are ranked by their distance to the front");
        document.focal_point = Some(front(&document));
    }
    Ok(finish(document, warnings))
}

/// A row of seats, where they are in the plan.
struct RowPart {
    source: String,
    label: String,
    prefix: Option<String>,
    places: Vec<Place>,
}

/// The rows of every zone.
fn rows(plan: &Plan, by_name: &HashMap<&str, u16>, warnings: &mut Warnings) -> Vec<Vec<RowPart>> {
    let mut zones = Vec::with_capacity(plan.zones.len());
    for (z, zone) in plan.zones.iter().enumerate() {
        let mut rows = Vec::with_capacity(zone.rows.len());
        for (r, row) in zone.rows.iter().enumerate() {
            let source = format!("zones[{z}].rows[{r}]");
            if row.seats.is_empty() {
                warnings.tell(format!("{source}: has no seats and was left out"));
                continue;
            }
            let origin = zone.position.plus(row.position);
            let places = places(row, origin, by_name, warnings);
            let prefix = prefix(row, &places, warnings);
            let (number, label) = (&row.row_number.0, &row.row_label.0);
            let named = if number.is_empty() { label } else { number };
            if !label.is_empty() && label != named {
                warnings.count("rows[].row_label: not carried over beside row_number", label);
            }
            rows.push(RowPart { source, label: named.clone(), prefix, places });
        }
        zones.push(rows);
    }
    zones
}

fn places(
    row: &Row,
    origin: Point,
    by_name: &HashMap<&str, u16>,
    warnings: &mut Warnings,
) -> Vec<Place> {
    // Only `seat_guid` is unique there.
    let mut numbers = Numbers::repeating();
    let mut places = Vec::with_capacity(row.seats.len());
    for (at, seat) in row.seats.iter().enumerate() {
        let (guid, category) = (&seat.seat_guid.0, &seat.category.0);
        let known = by_name.get(category.as_str()).copied();
        if known.is_none() {
            let what = "a seat is in the first category: there is no category by its name";
            warnings.count(what, category);
        }
        if seat.position.is_none() {
            let what = "seats[].position: missing, the seat is where its row begins";
            warnings.count(what, guid);
        }
        let number = numbers.next(&seat.seat_number.0, at, warnings);
        let at = origin.plus(seat.position.unwrap_or_default());
        places.push(Place { at, number, category: known.unwrap_or(0), flags: 0 });
    }
    places
}

/// What precedes the numbers of a row so that its seats keep the names by which orders mean them:
/// `seat_guid`, as far as those are made of one beginning and the numbers.
fn prefix(row: &Row, places: &[Place], warnings: &mut Warnings) -> Option<String> {
    let named = || row.seats.iter().zip(places).map(|(seat, place)| (&seat.seat_guid.0, place));
    let (first, place) = named().find(|(guid, _)| !guid.is_empty())?;
    let prefix = first.strip_suffix(&place.number).filter(|prefix| {
        let is_all = |(guid, place): (&String, &Place)| {
            guid.strip_prefix(prefix).is_some_and(|number| number == place.number)
        };
        prefix.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.') && named().all(is_all)
    });
    if prefix.is_none() {
        let what = "seats[].seat_guid: not carried over; seats are called by row and number";
        warnings.count(what, first);
    }
    prefix.map(str::to_owned)
}

fn draw(
    document: &mut Document,
    (area, source): (&Area, String),
    zone: Point,
    (unit, warnings): (Unit, &mut Warnings),
) {
    let at = zone.plus(area.position);
    let rotation = area.rotation.unwrap_or(0.0);
    // The corners as seen from the position, which everything turns round.
    let points = if let Some(Size { width, height }) = area.rectangle(warnings) {
        vec![(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
            .into_iter()
            .map(|corner| turned(at, corner, rotation))
            .collect()
    } else if let Some(round) = &area.ellipse {
        ellipse(at, round.radius.x, round.radius.y, rotation)
    } else if let Some(round) = &area.circle {
        ellipse(at, round.radius, round.radius, 0.0)
    } else if let Some(polygon) = &area.polygon {
        polygon.points.iter().map(|point| turned(at, (point.x, point.y), rotation)).collect()
    } else {
        Vec::new()
    };
    let label = area.text.as_ref().map(|text| text.text.0.clone()).unwrap_or_default();
    let stage = STAGES.iter().any(|word| label.to_lowercase().contains(word));
    let outline = unit.outline(&points);
    if outline.len() >= 3 {
        if stage && document.focal_point.is_none() {
            document.focal_point = Some(super::super::geometry::middle(&outline));
            document.sources.focal_point.clone_from(&source);
        }
        let kind = if stage { "stage" } else { "area" }.into();
        document.sources.shapes.push(source);
        document.shapes.push(layout::Shape { kind, label, outline });
    } else if let Some(text) = area.text.as_ref().filter(|_| !label.is_empty()) {
        let place = unit.point(turned(at, (text.position.x, text.position.y), rotation));
        if stage && document.focal_point.is_none() {
            document.focal_point = Some(place);
            document.sources.focal_point.clone_from(&source);
        }
        let size = unit.size(text.size.unwrap_or(16.0)).clamp(1, 10_000);
        let rotation = degrees(rotation);
        document.sources.texts.push(source);
        document.texts.push(layout::Text { text: label, at: place, size, rotation });
    } else {
        warnings.tell(format!("an area of shape {:?} was left out", area.shape.0));
    }
}

/// The middle of the front of all seats; of those out of reach it is told later.
pub(super) fn front(document: &Document) -> [i32; 2] {
    let seats = document.sections.iter().flat_map(|section| &section.rows).map(|row| row.at);
    let (mut left, mut right, mut top) = (i32::MAX, i32::MIN, i32::MAX);
    for [x, y] in seats {
        (left, right, top) = (left.min(x), right.max(x), top.min(y));
    }
    if left > right {
        return [0, 0];
    }
    let within = |at: i32| at.clamp(-layout::COORDINATE_CM_MAX, layout::COORDINATE_CM_MAX);
    [left / 2 + right / 2, top.saturating_sub(400)].map(within)
}
