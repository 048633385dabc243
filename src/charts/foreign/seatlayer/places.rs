//! Which section of SeatLayer an object is in: the first whose outline has its middle inside.

use super::super::super::ChartError;
use super::super::{Point, Warnings};
use super::objects::Object;

/// How many corners and boxes of outlines are compared with objects of a chart at most.
const COMPARISONS_MAX: u64 = 200_000_000;

/// The sections of a floor.
pub(super) struct Places<'a> {
    sections: Vec<Outline<'a>>,
}

struct Outline<'a> {
    /// The position of the object it is of.
    object: usize,
    points: &'a [Point],
    low: Point,
    high: Point,
}

/// How much was compared so far, for all floors.
#[derive(Default)]
pub(super) struct Effort(u64);

impl<'a> Places<'a> {
    pub(super) fn of(objects: &'a [Object]) -> Self {
        let sections = objects.iter().enumerate().filter(|(_, object)| object.kind.0 == "section");
        let outline = |(object, section): (usize, &'a Object)| {
            let points = section.outline.as_slice();
            let by = |pick: fn(f64, f64) -> f64, from: f64| {
                let corner = |so_far: Point, point: &Point| Point {
                    x: pick(so_far.x, point.x),
                    y: pick(so_far.y, point.y),
                };
                points.iter().fold(Point { x: from, y: from }, corner)
            };
            let (low, high) = (by(f64::min, f64::INFINITY), by(f64::max, f64::NEG_INFINITY));
            Outline { object, points, low, high }
        };
        Self { sections: sections.map(outline).collect() }
    }

    /// The section of an object, as a position among sections; none where there is none before it.
    pub(super) fn section(
        &self,
        (position, object): (usize, &Object),
        middle: Point,
        (effort, warnings): (&mut Effort, &mut Warnings),
    ) -> Result<Option<usize>, ChartError> {
        for (at, section) in self.sections.iter().enumerate() {
            effort.0 += 1;
            if section.surrounds(middle) {
                effort.0 += section.points.len() as u64;
                if contains(section.points, middle) {
                    return Ok(Some(at));
                }
            }
            if effort.0 > COMPARISONS_MAX {
                let reason = "there are too many sections and rows to tell which are in which";
                return Err(ChartError::wrong("objects", reason));
            }
        }
        let before = self.sections.partition_point(|section| section.object < position);
        if before > 0 {
            let what = format!(
                "a {} is in no section's outline, and in the one it follows",
                object.kind.0
            );
            warnings.count(&what, &object.label.0);
        } else if !self.sections.is_empty() {
            let what = format!("a {} is in no section's outline, and in none", object.kind.0);
            warnings.count(&what, &object.label.0);
        }
        Ok(before.checked_sub(1))
    }
}

impl Outline<'_> {
    fn surrounds(&self, at: Point) -> bool {
        (self.low.x..=self.high.x).contains(&at.x) && (self.low.y..=self.high.y).contains(&at.y)
    }
}

/// Whether a point is inside: a line from it to the right crosses the outline an odd number of times.
fn contains(outline: &[Point], at: Point) -> bool {
    let Some(&last) = outline.last() else { return false };
    let mut before = last;
    let mut inside = false;
    for &corner in outline {
        if (corner.y > at.y) != (before.y > at.y) {
            let share = (at.y - corner.y) / (before.y - corner.y);
            inside ^= at.x < corner.x + share * (before.x - corner.x);
        }
        before = corner;
    }
    inside
}

/// The middle of points: the mean of all.
pub(super) fn middle(points: impl Iterator<Item = Point>) -> Point {
    let (mut sum, mut count) = (Point::default(), 0.0);
    for point in points {
        sum = sum.plus(point);
        count += 1.0;
    }
    if count > 0.0 { Point { x: sum.x / count, y: sum.y / count } } else { sum }
}
