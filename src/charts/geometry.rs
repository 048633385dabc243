//! Where the seats of a row are, and the other way round.
//!
//! Whatever the numbers are, the result is finite and as long as it is asked to be; that it lies
//! within bounds is checked by the layout.

use super::document::RowDocument;

pub(super) type Point = [i32; 2];

/// The widest gap and the widest spacing, in centimetres.
pub(super) const STEP_CM_MAX: f64 = 100_000.0;

/// How precisely angles and spacings are written.
const DECIMALS: f64 = 1_000.0;

/// Returns the seats of a row of `count`.
pub(super) fn seats(row: &RowDocument, count: u32) -> Vec<Point> {
    if !row.path.is_empty() {
        return along_path(row.at, &row.path);
    }
    match row.radius {
        Some(radius) => around(row, radius, count),
        None => on_arc(row, count),
    }
}

fn along_path(at: Point, path: &[i32]) -> Vec<Point> {
    let mut point = at;
    let mut points = vec![at];
    for step in path.chunks_exact(2) {
        point = [point[0].saturating_add(step[0]), point[1].saturating_add(step[1])];
        points.push(point);
    }
    points
}

fn around(row: &RowDocument, radius: f64, count: u32) -> Vec<Point> {
    let seat = |position: u32| {
        let turn = 360.0 * f64::from(position) / f64::from(count.max(1));
        let (sin, cos) = (row.rotation + turn).to_radians().sin_cos();
        offset(row.at, radius * sin, -radius * cos)
    };
    (0..count).map(seat).collect()
}

fn on_arc(row: &RowDocument, count: u32) -> Vec<Point> {
    let steps = f64::from(count.saturating_sub(1));
    let wide: f64 = row.gaps.iter().map(|gap| f64::from(gap[1])).sum();
    let length = steps * row.spacing + wide;
    let curve = row.curve.to_radians();
    let first = row.rotation.to_radians() - curve / 2.0;
    let mut gaps = row.gaps.iter().peekable();
    let mut passed = 0.0;
    let mut points = Vec::with_capacity(count as usize);
    for position in 0..count {
        while let Some(gap) = gaps.next_if(|gap| gap[0] <= position) {
            passed += f64::from(gap[1]);
        }
        let distance = f64::from(position) * row.spacing + passed;
        let turned = if length > 0.0 { curve * distance / length } else { 0.0 };
        // The chord of the arc so far, which lies half the turn away from where it began.
        let half = turned / 2.0;
        let chord = if half.abs() < 1e-9 { distance } else { distance * half.sin() / half };
        let (sin, cos) = (first + half).sin_cos();
        points.push(offset(row.at, chord * cos, chord * sin));
    }
    points
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates; bounds are checked later")]
fn offset(at: Point, x: f64, y: f64) -> Point {
    [(f64::from(at[0]) + x).round() as i32, (f64::from(at[1]) + y).round() as i32]
}

/// Describes points as briefly as gives back the very same ones.
pub(super) fn describe(points: &[Point], row: &mut RowDocument) {
    let Some((&first, rest)) = points.split_first() else { return };
    row.at = first;
    let Some(&last) = rest.last() else {
        row.count = Some(1);
        return;
    };
    let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
    let [dx, dy] = [0, 1].map(|axis| f64::from(last[axis]) - f64::from(first[axis]));
    row.rotation = rounded(dy.atan2(dx).to_degrees());
    row.spacing = rounded(dx.hypot(dy) / f64::from(count - 1));
    row.count = Some(count);
    let writable = row.spacing > 0.0 && row.spacing <= STEP_CM_MAX;
    if writable && on_arc(row, count) == points {
        return;
    }
    row.rotation = 0.0;
    row.spacing = super::document::SPACING_CM;
    row.count = None;
    // Saturating: points too far out are on their way to being refused.
    let step = |pair: &[Point]| [0, 1].map(|axis| pair[1][axis].saturating_sub(pair[0][axis]));
    row.path = points.windows(2).flat_map(step).collect();
}

fn rounded(value: f64) -> f64 {
    (value * DECIMALS).round() / DECIMALS
}

/// Returns the middle of an outline.
pub(super) fn middle(outline: &[Point]) -> Point {
    let mut bounds = [[i32::MAX; 2], [i32::MIN; 2]];
    for point in outline {
        for axis in 0..2 {
            bounds[0][axis] = bounds[0][axis].min(point[axis]);
            bounds[1][axis] = bounds[1][axis].max(point[axis]);
        }
    }
    if outline.is_empty() {
        return [0, 0];
    }
    [0, 1].map(|axis| {
        let sum = i64::from(bounds[0][axis]) + i64::from(bounds[1][axis]);
        i32::try_from(sum / 2).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(rotation: f64, curve: f64) -> RowDocument {
        RowDocument { at: [10, 20], rotation, curve, ..RowDocument::default() }
    }

    #[test]
    fn a_row_goes_where_it_is_turned() {
        assert_eq!(seats(&row(0.0, 0.0), 3), [[10, 20], [60, 20], [110, 20]]);
        assert_eq!(seats(&row(90.0, 0.0), 2), [[10, 20], [10, 70]]);
        let gapped = RowDocument { gaps: vec![[1, 100]], ..row(0.0, 0.0) };
        assert_eq!(seats(&gapped, 3), [[10, 20], [160, 20], [210, 20]]);
    }

    #[test]
    fn a_curved_row_ends_on_the_level_where_it_began() {
        let arc = seats(&row(0.0, 60.0), 11);
        assert_eq!((arc[0], arc[10][1]), ([10, 20], 20));
        assert!(arc[5][1] < 20 - 50, "its middle bows to the stage: {:?}", arc[5]);
        // Arcs of equal length have chords of equal length.
        let chord = |a: Point, b: Point| f64::from(a[0] - b[0]).hypot(f64::from(a[1] - b[1]));
        for pair in arc.windows(2) {
            assert!((chord(pair[0], pair[1]) - 50.0).abs() < 1.5, "{pair:?}");
        }
    }

    #[test]
    fn seats_stand_round_a_table_from_the_top() {
        let table = RowDocument { radius: Some(100.0), ..row(0.0, 0.0) };
        assert_eq!(seats(&table, 4), [[10, -80], [110, 20], [10, 120], [-90, 20]]);
    }

    #[test]
    fn a_description_gives_back_the_points() {
        for points in [
            vec![[5, 5]],
            vec![[0, 0], [52, 0], [104, 0]],
            vec![[0, 0], [30, 40], [60, 80]],
            vec![[0, 0], [50, 3], [100, 9], [151, 3]],
            vec![[7, 7], [7, 7]],
            vec![[7, 7], [150_007, 7]],
        ] {
            let mut row = RowDocument::default();
            describe(&points, &mut row);
            assert_eq!(seats(&row, points.len() as u32), points, "{row:?}");
            assert!(row.spacing > 0.0 && row.spacing <= STEP_CM_MAX, "{row:?} can't be read");
        }
    }

    #[test]
    fn a_middle_is_between_the_ends() {
        assert_eq!(middle(&[[0, 0], [100, 0], [100, 50]]), [50, 25]);
        assert_eq!(middle(&[[i32::MIN, 0], [i32::MAX, 0]]), [0, 0]);
        assert_eq!(middle(&[]), [0, 0]);
    }
}
