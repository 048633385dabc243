//! What the importers of other formats share: lenient values, outlines, and the unit of length.
//!
//! Other formats measure in pixels of their editors. A seat is taken to be as wide as most are.

pub(super) mod pretix;
pub(super) mod pretix_export;
pub(super) mod seatlayer;
pub(super) mod seatsio;

mod names;
mod numbers;
mod oddities;
mod values;
mod warnings;

use serde::{Deserialize, Deserializer};

use super::document::{Aisles, RowDocument, SPACING_CM};
use super::export::{Round, describe_seats};
use crate::domain::layout::{Category, Seat};

use names::{Keys, Unique, check_categories, check_keys, finish};
use numbers::Numbers;
use values::{Noted, Text, needed_whole, whole};
use warnings::Warnings;

/// What a category looks like whose colour can't be read.
const PLAIN_COLOR: &str = "#7f8790";
/// How many corners a round thing is drawn with.
const ROUND_CORNERS: u32 = 24;
/// How many steps from seat to seat are looked at to learn the unit.
const STEPS_MAX: usize = 20_000;
/// The unit of a chart without two seats beside one another, in centimetres.
const UNIT_CM: f64 = 2.5;

/// A value, or its default where there is null.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A point in the units of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub(super) struct Point {
    #[serde(default)]
    pub(super) x: f64,
    #[serde(default)]
    pub(super) y: f64,
}

impl Point {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

/// A seat on its way: where it is in the units of the document, and the rest.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) at: Point,
    pub(super) number: String,
    pub(super) category: u16,
    pub(super) flags: u8,
}

/// How long a unit is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit(f64);

impl Unit {
    /// Learns it from rows of seats: most steps are as wide as a seat.
    pub(super) fn learn<'a>(rows: impl Iterator<Item = &'a [Place]>) -> Self {
        let steps = rows.flat_map(|row| row.windows(2)).take(STEPS_MAX);
        let mut steps: Vec<f64> = steps
            .map(|pair| (pair[1].at.x - pair[0].at.x).hypot(pair[1].at.y - pair[0].at.y))
            .filter(|step| step.is_finite() && *step > 0.001)
            .collect();
        steps.sort_by(f64::total_cmp);
        Self(steps.get(steps.len() / 2).map_or(UNIT_CM, |step| SPACING_CM / step))
    }

    #[expect(clippy::cast_possible_truncation, reason = "saturates; the layout checks the bounds")]
    pub(super) fn point(self, at: Point) -> [i32; 2] {
        [(at.x * self.0).round() as i32, (at.y * self.0).round() as i32]
    }

    pub(super) fn outline(self, points: &[Point]) -> Vec<[i32; 2]> {
        let mut outline: Vec<[i32; 2]> = points.iter().map(|at| self.point(*at)).collect();
        if outline.len() > 1 && outline.first() == outline.last() {
            outline.pop();
        }
        outline
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, which is what is wanted of a size"
    )]
    pub(super) fn size(self, size: f64) -> u32 {
        (size * self.0).round() as u32
    }
}

/// A row of the own format with these seats.
pub(super) fn row(
    places: Vec<Place>,
    unit: Unit,
    default: u16,
    categories: &[Category],
) -> RowDocument {
    let seats = places.into_iter().map(|place| {
        let [x, y] = unit.point(place.at);
        Seat { x, y, category: place.category, number: place.number, flags: place.flags }
    });
    let mut row = describe_seats(seats.collect(), default, categories, Round::Yes);
    row.aisles = Aisles::Derived;
    row
}

/// The corners of a box, turned clockwise round its middle.
pub(super) fn rectangle(middle: Point, width: f64, height: f64, rotation: f64) -> Vec<Point> {
    let (half_width, half_height) = (width / 2.0, height / 2.0);
    let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    corners.map(|(x, y)| turned(middle, (x * half_width, y * half_height), rotation)).to_vec()
}

/// The corners of an ellipse, turned clockwise round its middle.
pub(super) fn ellipse(middle: Point, radius_x: f64, radius_y: f64, rotation: f64) -> Vec<Point> {
    let corner = |at: u32| {
        let turn = f64::from(360 * at) / f64::from(ROUND_CORNERS);
        let (sin, cos) = turn.to_radians().sin_cos();
        turned(middle, (radius_x * cos, radius_y * sin), rotation)
    };
    (0..ROUND_CORNERS).map(corner).collect()
}

fn turned(middle: Point, (x, y): (f64, f64), rotation: f64) -> Point {
    let (sin, cos) = rotation.to_radians().sin_cos();
    Point { x: middle.x + x * cos - y * sin, y: middle.y + x * sin + y * cos }
}

/// A category with a readable key and colour.
pub(super) fn category(key: &str, label: &str, color: &str, warnings: &mut Warnings) -> Category {
    let readable = color.len() == 7
        && color.starts_with('#')
        && color[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
    if !readable {
        warnings
            .tell(format!("category {label:?}: its colour {color:?} is not of the form #rrggbb"));
    }
    Category {
        key: key.replace(char::is_control, " "),
        label: label.into(),
        color: if readable { color.to_lowercase() } else { PLAIN_COLOR.into() },
    }
}

/// At least one category, for seats that have none.
pub(super) fn at_least_one(categories: &mut Vec<Category>, warnings: &mut Warnings) {
    if categories.is_empty() {
        warnings.tell("there are no categories; all seats are in \"standard\"");
        categories.push(Category {
            key: "standard".into(),
            label: "Standard".into(),
            color: PLAIN_COLOR.into(),
        });
    }
}

/// Degrees in whole numbers, from any number.
pub(super) fn degrees(rotation: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "within 360")]
    let whole = (rotation % 360.0).round() as i32;
    whole
}
