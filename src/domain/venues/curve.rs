//! Curves that rows of seats follow: arcs joined without a kink, and the curves parallel to them.
//!
//! A place on a curve is named by the direction it faces away from the middle: 0 is straight to
//! the back of the house, positive to the right, half a turn to the stage. On joined arcs the
//! length between two directions is linear in the angle within each arc, so nothing is searched.
//! Angles are radians, lengths centimetres.

use std::f64::consts::{FRAC_PI_2, PI};

/// The radius of a curve that is straight to the eye: 10 km.
const STRAIGHT_RADIUS: f64 = 1_000_000.0;

pub(super) type Point = (f64, f64);

/// A line of arcs in ascending direction, each going on where the one before it ended.
#[derive(Debug)]
pub(super) struct Curve {
    arcs: Vec<Arc>,
}

#[derive(Debug)]
struct Arc {
    until: f64,
    centre: Point,
    radius: f64,
}

/// The measures of an oval with two axes of symmetry, made of ends, corners and sides.
#[derive(Debug)]
pub(super) struct Oval {
    /// Its centre.
    pub(super) centre: Point,
    /// Radius of the arc at the back, and of the one at the stage.
    pub(super) end_radius: f64,
    /// Radius of the four corners.
    pub(super) corner_radius: f64,
    /// Radius of the two sides.
    pub(super) side_radius: f64,
    /// Direction where an end becomes a corner.
    pub(super) end_until: f64,
    /// Direction where a corner becomes a side.
    pub(super) corner_until: f64,
}

impl Curve {
    /// An arc through `middle`, which looks away from its centre in `direction`.
    pub(super) fn arc(middle: Point, direction: f64, radius: f64) -> Self {
        let centre = step(middle, direction, -radius);
        Self { arcs: vec![Arc { until: PI, centre, radius }] }
    }

    /// A line through `middle`, straight to the eye.
    pub(super) fn line(middle: Point, direction: f64) -> Self {
        Self::arc(middle, direction, STRAIGHT_RADIUS)
    }

    /// The arcs of an oval, from the stage round the left, the back and the right to the stage.
    pub(super) fn oval(oval: &Oval) -> Self {
        let (a, b) = (oval.end_until, oval.corner_until);
        let (end, corner, side) = (oval.end_radius, oval.corner_radius, oval.side_radius);
        // (direction where the arc ends, its radius)
        let spans = [
            (a - PI, end),
            (b - PI, corner),
            (-b, side),
            (-a, corner),
            (a, end),
            (b, corner),
            (PI - b, side),
            (PI - a, corner),
            (PI, end),
        ];
        // The end's centre lies where it puts the centre of the sides on the level of the oval's.
        let lift = (end - corner) * cos(a) + (corner - side) * cos(b);
        let mut centre = (oval.centre.0, oval.centre.1 + lift);
        let mut arcs: Vec<Arc> = Vec::with_capacity(spans.len());
        for (until, radius) in spans {
            if let Some(last) = arcs.last() {
                centre = step(centre, last.until, last.radius - radius);
            }
            arcs.push(Arc { until, centre, radius });
        }
        Self { arcs }
    }

    /// Returns the point `offset` outside the curve in a direction.
    pub(super) fn point(&self, direction: f64, offset: f64) -> Point {
        let arc = self.arcs.iter().find(|arc| direction <= arc.until).unwrap_or(self.last());
        step(arc.centre, direction, arc.radius + offset)
    }

    /// Returns the length between two directions of the curve `offset` outside this one.
    pub(super) fn length(&self, from: f64, to: f64, offset: f64) -> f64 {
        let mut start = from;
        let mut length = 0.0;
        for arc in &self.arcs {
            let end = to.min(arc.until);
            if end > start {
                length += (end - start) * (arc.radius + offset);
                start = end;
            }
        }
        length
    }

    /// Returns the direction `distance` along the curve `offset` outside this one.
    pub(super) fn along(&self, from: f64, distance: f64, offset: f64) -> f64 {
        let mut direction = from;
        let mut left = distance;
        for arc in &self.arcs {
            let radius = arc.radius + offset;
            let room = (arc.until - direction) * radius;
            if room >= left {
                return direction + left / radius;
            }
            if room > 0.0 {
                left -= room;
                direction = arc.until;
            }
        }
        direction + left / (self.last().radius + offset)
    }

    fn last(&self) -> &Arc {
        self.arcs.last().expect("a curve has at least one arc")
    }
}

/// Goes from a point in a direction; the back of the house is down.
fn step(from: Point, direction: f64, distance: f64) -> Point {
    (from.0 + distance * sin(direction), from.1 + distance * cos(direction))
}

pub(super) fn rounded(point: Point) -> [i32; 2] {
    [round(point.0), round(point.1)]
}

#[expect(clippy::cast_possible_truncation, reason = "venues are far smaller than i32 centimetres")]
fn round(centimetres: f64) -> i32 {
    centimetres.round() as i32
}

/// The sine by its series: the system's differs in the last digit from one platform to another,
/// which now and then moves a seat by a centimetre and so makes another layout of the venue.
fn sin(angle: f64) -> f64 {
    const TERMS_MAX: u32 = 16;
    let mut term = angle;
    let mut sum = angle;
    for k in 1..TERMS_MAX {
        let n = f64::from(2 * k);
        term *= -angle * angle / (n * (n + 1.0));
        sum += term;
    }
    sum
}

fn cos(angle: f64) -> f64 {
    sin(FRAC_PI_2 - angle.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_agrees_with_the_system() {
        for step in -314..=314 {
            let angle = f64::from(step) / 100.0;
            assert!((sin(angle) - angle.sin()).abs() < 1e-12, "sin {angle}");
            assert!((cos(angle) - angle.cos()).abs() < 1e-12, "cos {angle}");
        }
    }

    #[test]
    fn an_oval_is_closed_symmetric_and_without_a_jump() {
        let curve = Curve::oval(&Oval {
            centre: (100.0, 200.0),
            end_radius: 3_000.0,
            corner_radius: 800.0,
            side_radius: 7_500.0,
            end_until: 0.4,
            corner_until: 1.2,
        });
        let close = |a: Point, b: Point| (a.0 - b.0).abs() < 2.0 && (a.1 - b.1).abs() < 2.0;
        assert!(close(curve.point(-PI, 0.0), curve.point(PI, 0.0)));
        let mut direction = -PI;
        while direction < PI {
            let (x, y) = curve.point(direction, 50.0);
            assert!(close((200.0 - x, y), curve.point(-direction, 50.0)), "{direction}");
            let next = curve.along(direction, 1.0, 50.0);
            assert!(close((x, y), curve.point(next, 50.0)), "{direction}");
            assert!((curve.length(direction, next, 50.0) - 1.0).abs() < 1e-6);
            direction = curve.along(direction, 37.0, 50.0);
        }
        let (left, right) = (curve.point(-FRAC_PI_2, 0.0), curve.point(FRAC_PI_2, 0.0));
        assert!((left.1 - 200.0).abs() < 1e-6 && (right.1 - 200.0).abs() < 1e-6);
    }
}
