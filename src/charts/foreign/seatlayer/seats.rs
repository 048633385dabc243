//! The seats of rows and tables of SeatLayer, by the rules its renderer has for them.

use super::super::super::ChartError;
use super::super::{Numbers, Place, Point, SPACING_CM, Unit, Warnings, turned};
use super::Categories;
use super::objects::{Object, Override};
use crate::domain::layout::{
    SEAT_COMPANION, SEAT_HEARING_LOOP, SEAT_LIFT_UP_ARMREST, SEAT_PLUS_SIZE, SEAT_WHEELCHAIR,
};

/// How far outside a table its seats are.
const TABLE_SEAT_OFFSET: f64 = 16.0;
/// What a table measures that doesn't say: its radius, or its width and height.
const TABLE_RADIUS: f64 = 40.0;
const TABLE_SIZE: (f64, f64) = (80.0, 50.0);
/// The sides of a table, in the order in which they get seats.
const SIDES: [&str; 4] = ["top", "bottom", "left", "right"];

/// The seats of a row: those that are there, under the numbers they have there.
pub(super) fn of_row(
    object: &Object,
    categories: &Categories<'_>,
    (unit, warnings): (Unit, &mut Warnings),
    path: &str,
) -> Result<Vec<Place>, ChartError> {
    let missing = |field: &str| ChartError::wrong(format!("{path}.{field}"), "is missing");
    let origin = object.origin.ok_or_else(|| missing("origin"))?;
    let count = object.seat_count.ok_or_else(|| missing("seatCount"))?;
    let points = points(object, (origin, count), unit, path)?;
    let labels = labels(object, count, warnings);
    let usual = categories.of(&object.category_key.0, warnings);
    let mut changes: Vec<Option<&Override>> = vec![None; points.len()];
    for change in &object.overrides {
        match changes.get_mut(change.index as usize) {
            Some(own) => *own = Some(change),
            None => {
                let what = "objects[].overrides[].index: there is no such seat in the row";
                warnings.count(what, &object.label.0);
            }
        }
    }
    let own_prefix = format!("{}-", object.label.0);
    let mut numbers = Numbers::default();
    let mut places = Vec::with_capacity(points.len());
    for (position, (mut at, label)) in points.into_iter().zip(&labels).enumerate() {
        let (mut category, mut flags, mut number) = (usual, 0, label.as_str());
        if let Some(change) = changes[position] {
            if change.skip.0 {
                continue;
            }
            at = at.plus(Point { x: change.dx.unwrap_or(0.0), y: change.dy.unwrap_or(0.0) });
            flags = flags_of(change, warnings);
            if !change.category_key.0.is_empty() {
                category = categories.of(&change.category_key.0, warnings);
            }
            let whole = change.label.0.as_str();
            if !whole.is_empty() {
                number = whole.strip_prefix(&own_prefix).unwrap_or_else(|| {
                    warnings.count("the label of a seat follows that of its row here", whole);
                    whole
                });
            }
        }
        let number = numbers.next(number, position, warnings);
        places.push(Place { at, number, category, flags });
    }
    Ok(places)
}

/// Where its seats are, those that are left out included: on a line, or on an arc that begins in its
/// direction and bends to its left, with the steps between seats as its chords.
fn points(
    object: &Object,
    (origin, count): (Point, u32),
    unit: Unit,
    path: &str,
) -> Result<Vec<Point>, ChartError> {
    let wrong = |field: &str, reason: &str| ChartError::wrong(format!("{path}.{field}"), reason);
    let spacing = object.seat_spacing.unwrap_or(SPACING_CM / unit.0);
    if spacing <= 0.0 {
        return Err(wrong("seatSpacing", "must be above 0"));
    }
    let curve = object.curve.unwrap_or(0.0);
    if !(-360.0..=360.0).contains(&curve) {
        return Err(wrong("curve", "must be within −360 and 360"));
    }
    let step = curve.to_radians() / f64::from(count.saturating_sub(1).max(1));
    let radius = spacing / (2.0 * (step.abs() / 2.0).sin());
    let point = |position: u32| {
        let along = f64::from(position);
        let local = if step == 0.0 || !radius.is_finite() {
            (along * spacing, 0.0)
        } else {
            let (sin, cos) = (along * step).sin_cos();
            (radius * sin, radius * (cos - 1.0))
        };
        turned(origin, local, object.turn())
    };
    Ok((0..count).map(point).collect())
}

/// The numbers of all its seats, those that are left out included.
fn labels(object: &Object, count: u32, warnings: &mut Warnings) -> Vec<String> {
    let start = i64::from(object.seat_label_start.unwrap_or(1));
    let numbering = object.seat_numbering.as_ref();
    let step = i64::from(numbering.and_then(|numbering| numbering.step).unwrap_or(1));
    let count = i64::from(count);
    let direction = numbering.map(|numbering| numbering.direction.0.as_str()).unwrap_or_default();
    let ranks: Vec<i64> = match direction {
        "rtl" => (0..count).rev().collect(),
        "center" => from_the_middle(count),
        _ => {
            if !matches!(direction, "" | "ltr") {
                let what = "objects[].seatNumbering.direction: unknown, numbered from the first";
                warnings.count(what, direction);
            }
            (0..count).collect()
        }
    };
    ranks.into_iter().map(|rank| (start + rank * step).to_string()).collect()
}

/// The middle seat has the lowest rank, then by turns the one before and the one behind.
fn from_the_middle(count: i64) -> Vec<i64> {
    let mut order: Vec<i64> = (0..count).collect();
    order.sort_by_key(|at| ((2 * at - (count - 1)).abs(), *at));
    let mut ranked: Vec<(i64, i64)> = order.into_iter().zip(0..).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, rank)| rank).collect()
}

fn flags_of(change: &Override, warnings: &mut Warnings) -> u8 {
    if change.accessibility.is_empty() {
        return if change.accessible.0 { SEAT_WHEELCHAIR } else { 0 };
    }
    let mut flags = 0;
    for kind in &change.accessibility {
        flags |= match kind.0.as_str() {
            "wheelchair" => SEAT_WHEELCHAIR,
            "companion" => SEAT_COMPANION,
            "hearing" => SEAT_HEARING_LOOP,
            "plus-size" => SEAT_PLUS_SIZE,
            "lift-armrest" => SEAT_LIFT_UP_ARMREST,
            other => {
                let what = "objects[].overrides[].accessibility: a kind is not carried over";
                warnings.count(what, other);
                0
            }
        };
    }
    flags
}

/// The seats of a table, and whether it is round.
pub(super) fn of_table(object: &Object, center: Point, count: u32, category: u16) -> Vec<Place> {
    let points = if is_round(object) {
        around(object, center, count)
    } else {
        along_sides(object, center, count)
    };
    let place =
        |(at, number): (Point, u32)| Place { at, number: number.to_string(), category, flags: 0 };
    points.into_iter().zip(1..).map(place).collect()
}

pub(super) fn is_round(object: &Object) -> bool {
    object.shape.0 != "rect"
}

pub(super) fn table_radius(object: &Object) -> f64 {
    object.radius.unwrap_or(TABLE_RADIUS)
}

pub(super) fn table_size(object: &Object) -> (f64, f64) {
    (object.width.unwrap_or(TABLE_SIZE.0), object.height.unwrap_or(TABLE_SIZE.1))
}

/// Evenly round it from where it is turned to, or on the arc that leaves that direction open.
fn around(object: &Object, center: Point, count: u32) -> Vec<Point> {
    let distance = table_radius(object) + TABLE_SEAT_OFFSET;
    let arc = object.seat_arc.unwrap_or(360.0).clamp(0.0, 360.0);
    let (first, step) = if arc >= 360.0 || count == 1 {
        (0.0, 360.0 / f64::from(count.max(1)))
    } else {
        ((360.0 - arc) / 2.0, arc / f64::from(count.saturating_sub(1).max(1)))
    };
    let seat =
        |at: u32| turned(center, (distance, 0.0), object.turn() + first + step * f64::from(at));
    (0..count).map(seat).collect()
}

/// Dealt out to its sides in turn, and evenly along each.
fn along_sides(object: &Object, center: Point, count: u32) -> Vec<Point> {
    let (width, height) = table_size(object);
    let wanted = |side: &&str| match object.sides.is_empty() {
        true => matches!(*side, "top" | "bottom"),
        false => object.sides.iter().any(|own| own.0 == **side),
    };
    let sides: Vec<&str> = SIDES.iter().copied().filter(|side| wanted(side)).collect();
    let (across, down) = (width / 2.0 + TABLE_SEAT_OFFSET, height / 2.0 + TABLE_SEAT_OFFSET);
    let mut points = Vec::with_capacity(count as usize);
    for (before, side) in (0_u32..).zip(&sides) {
        let all = u32::try_from(sides.len()).unwrap_or(1);
        let own = count / all + u32::from(before < count % all);
        for at in 0..own {
            let share = (f64::from(at) + 0.5) / f64::from(own) - 0.5;
            let local = match *side {
                "top" => (width * share, -down),
                "bottom" => (width * share, down),
                "left" => (-across, height * share),
                _ => (across, height * share),
            };
            points.push(turned(center, local, object.turn()));
        }
    }
    points
}
