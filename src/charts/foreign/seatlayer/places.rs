//! Which section of SeatLayer an object is in: the first whose outline has its middle inside.

use super::super::super::ChartError;
use super::super::{Point, Warnings};
use super::objects::Object;

/// How many corners and boxes of outlines are compared with objects of a chart at most.
const COMPARISONS_MAX: u64 = 200_000_000;

/// Into how many columns a floor is cut, so that an object is compared with those sections only that
/// are above or below it.
const COLUMNS: u16 = 256;

/// The sections of a floor.
pub(super) struct Places<'a> {
    sections: Vec<Outline<'a>>,
    columns: Columns,
}

/// By column, from left to right: the positions of the sections that reach into it, ascending.
struct Columns {
    left: f64,
    width: f64,
    sections: Vec<Vec<usize>>,
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
        let sections: Vec<Outline<'_>> = sections.map(outline).collect();
        Self { columns: Columns::of(&sections), sections }
    }

    /// The section of an object, as a position among sections; none where there is none before it.
    pub(super) fn section(
        &self,
        (position, object): (usize, &Object),
        middle: Point,
        (effort, warnings): (&mut Effort, &mut Warnings),
    ) -> Result<Option<usize>, ChartError> {
        for at in self.columns.at(middle.x).iter().copied() {
            let section = &self.sections[at];
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

impl Columns {
    fn of(sections: &[Outline<'_>]) -> Self {
        let left = sections.iter().map(|section| section.low.x).fold(f64::INFINITY, f64::min);
        let right = sections.iter().map(|section| section.high.x).fold(f64::NEG_INFINITY, f64::max);
        let width = (right - left) / f64::from(COLUMNS);
        let mut columns = Self { left, width, sections: vec![Vec::new(); COLUMNS.into()] };
        for (at, section) in sections.iter().enumerate() {
            // An outline without corners surrounds nothing.
            if section.low.x <= section.high.x {
                let reached = columns.column(section.low.x)..=columns.column(section.high.x);
                columns.sections[reached].iter_mut().for_each(|column| column.push(at));
            }
        }
        columns
    }

    /// A column that is never left of that of a place further left.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; places beyond the sections are in the outermost columns"
    )]
    fn column(&self, x: f64) -> usize {
        (((x - self.left) / self.width) as usize).min(usize::from(COLUMNS) - 1)
    }

    fn at(&self, x: f64) -> &[usize] {
        &self.sections[self.column(x)]
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
