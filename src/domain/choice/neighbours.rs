//! Which rows are one behind the other: told by where they are, because charts list them as they
//! were drawn.
//!
//! A row has at most one row in front of it and one behind; rows that are such to each other make a
//! column. Rows of two sections are never neighbours.

use super::seating::{RowPlan, middle};

/// With how many rows each is compared, of those next nearer to the focal point and next farther:
/// more than there are blocks around a stage.
const LOOKED_AT: usize = 64;

/// Rows farther apart than so many times what is usual in their section have an aisle between them.
const USUAL_TIMES: f64 = 2.0;

/// How far a seat reaches to either side, in centimetres.
const HALF_SEAT_CM: f64 = 25.0;

/// Nearer than this rows are beside each other, in centimetres.
const DEPTH_CM_MIN: f64 = 1.0;

/// The least cosine of the angle between rows one behind the other.
const PARALLEL_MIN: f64 = 0.7;

/// A row as a line.
struct Line {
    middle: [f64; 2],
    /// Its direction, of length 1.
    along: [f64; 2],
    length: f64,
    /// From the focal point to its middle.
    from_focus: [f64; 2],
}

/// A row near to another one.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Near {
    depth: f64,
    sideways: f64,
    row: usize,
}

/// The nearest row on either side of a row.
#[derive(Clone, Copy, Default)]
struct Sides {
    front: Option<Near>,
    behind: Option<Near>,
}

/// All rows by section, those of a column one after the other from front to back, each with the
/// number of its column.
pub(super) fn order(rows: Vec<RowPlan>, position: &[[i32; 2]]) -> Vec<(RowPlan, u32)> {
    let mut lined: Vec<(Line, RowPlan)> =
        rows.into_iter().map(|row| (Line::of(&row, position), row)).collect();
    lined.sort_by(|(line, row), (other, next)| {
        let near = line.distance().total_cmp(&other.distance());
        row.section.cmp(&next.section).then(near)
    });
    let mut columns: Vec<u32> = vec![0; lined.len()];
    let mut order = Vec::with_capacity(lined.len());
    let (mut first, mut column) = (0, 0);
    for section in lined.chunk_by(|(_, row), (_, next)| row.section == next.section) {
        let lines: Vec<&Line> = section.iter().map(|(line, _)| line).collect();
        for rows in in_columns(&lines) {
            for row in rows {
                columns[first + row] = column;
                order.push(first + row);
            }
            column += 1;
        }
        first += section.len();
    }
    let mut rows: Vec<Option<RowPlan>> = lined.into_iter().map(|(_, row)| Some(row)).collect();
    let taken = order.into_iter().filter_map(|at| Some((rows[at].take()?, columns[at])));
    taken.collect()
}

/// The rows of a section, given from the nearest to the farthest, by column.
fn in_columns(lines: &[&Line]) -> Vec<Vec<usize>> {
    let sides: Vec<Sides> = (0..lines.len()).map(|row| sides(lines, row)).collect();
    let nearest = |sides: &Sides| [sides.front, sides.behind].into_iter().flatten();
    let mut depths: Vec<f64> = sides
        .iter()
        .filter_map(|sides| nearest(sides).map(|near| near.depth).min_by(f64::total_cmp))
        .collect();
    depths.sort_by(f64::total_cmp);
    let usual = depths.get(depths.len().saturating_sub(1) / 2).copied().unwrap_or(0.0);
    let limit = usual * USUAL_TIMES;
    let within = |near: Option<Near>| near.filter(|near| near.depth <= limit).map(|near| near.row);
    // Both have to mean each other.
    let behind = |row: usize| {
        within(sides[row].behind).filter(|next| within(sides[*next].front) == Some(row))
    };
    let front = |row: usize| {
        within(sides[row].front).filter(|before| within(sides[*before].behind) == Some(row))
    };
    let mut columns = Vec::new();
    let mut seen = vec![false; lines.len()];
    let heads = (0..lines.len()).filter(|row| front(*row).is_none());
    // Rows in a ring have no head.
    for head in heads.chain(0..lines.len()) {
        let mut column = Vec::new();
        let mut next = Some(head);
        while let Some(row) = next.filter(|row| !std::mem::replace(&mut seen[*row], true)) {
            column.push(row);
            next = behind(row);
        }
        if !column.is_empty() {
            columns.push(column);
        }
    }
    columns
}

fn sides(lines: &[&Line], row: usize) -> Sides {
    let mut sides = Sides::default();
    let around = row.saturating_sub(LOOKED_AT)..(row + LOOKED_AT + 1).min(lines.len());
    for other in around.filter(|other| *other != row) {
        let Some((depth, sideways)) = lines[row].apart(lines[other]) else { continue };
        let near = Near { depth: depth.abs(), sideways, row: other };
        let side = if depth > 0.0 { &mut sides.behind } else { &mut sides.front };
        if side.is_none_or(|known| near < known) {
            *side = Some(near);
        }
    }
    sides
}

impl Line {
    fn of(row: &RowPlan, position: &[[i32; 2]]) -> Self {
        let seats = || row.segments.iter().cloned().flatten();
        let middle = middle(seats(), position);
        let from_focus = minus(middle, row.focal_point);
        let end = |seat: Option<u32>| seat.map(|seat| position[seat as usize].map(f64::from));
        let ends = end(seats().next()).zip(end(seats().next_back()));
        let chord = ends.map_or([0.0, 0.0], |(first, last)| minus(last, first));
        let length = chord[0].hypot(chord[1]);
        let away = from_focus[0].hypot(from_focus[1]);
        // One seat looks at the focal point.
        let along = if length > DEPTH_CM_MIN {
            chord.map(|part| part / length)
        } else if away > DEPTH_CM_MIN {
            [-from_focus[1] / away, from_focus[0] / away]
        } else {
            [1.0, 0.0]
        };
        Self { middle, along, length, from_focus }
    }

    fn distance(&self) -> f64 {
        self.from_focus[0].hypot(self.from_focus[1])
    }

    /// How far behind this one another row is, negative in front of it, and how far their middles
    /// are apart sideways; `None` where neither is behind the other.
    fn apart(&self, other: &Self) -> Option<(f64, f64)> {
        let longer = if self.length >= other.length { self } else { other };
        let chords = self.length > DEPTH_CM_MIN && other.length > DEPTH_CM_MIN;
        if chords && dot(self.along, other.along).abs() < PARALLEL_MIN {
            return None;
        }
        let between = minus(other.middle, self.middle);
        let sideways = dot(between, longer.along).abs();
        if sideways >= (self.length + other.length) / 2.0 + 2.0 * HALF_SEAT_CM {
            return None;
        }
        let across = [-longer.along[1], longer.along[0]];
        let outwards = if dot(longer.from_focus, across) < 0.0 { -1.0 } else { 1.0 };
        let depth = dot(between, across) * outwards;
        (depth.abs() >= DEPTH_CM_MIN).then_some((depth, sideways))
    }
}

fn minus(to: [f64; 2], from: [f64; 2]) -> [f64; 2] {
    [to[0] - from[0], to[1] - from[1]]
}

fn dot(one: [f64; 2], other: [f64; 2]) -> f64 {
    one[0] * other[0] + one[1] * other[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of (where their first seat is, how many seats), to the right.
    fn hall(rows: &[([i32; 2], u32)]) -> Vec<Vec<u32>> {
        let (mut plans, mut position) = (Vec::new(), Vec::new());
        for ([x, y], count) in rows {
            let first = u32::try_from(position.len()).expect("small");
            position.extend((0..*count).map(|seat| [x + 50 * seat.cast_signed(), *y]));
            let segments = vec![first..first + count; 1];
            plans.push(RowPlan { section: 0, segments, focal_point: [300.0, -500.0] });
        }
        let ordered = order(plans, &position);
        let columns = ordered.chunk_by(|(_, column), (_, next)| column == next);
        let first = |(row, _): &(RowPlan, u32)| row.segments[0].start;
        columns.map(|column| column.iter().map(first).collect()).collect()
    }

    #[test]
    fn rows_are_neighbours_by_where_they_are() {
        // Written A, C, B.
        assert_eq!(hall(&[([0, 0], 12), ([0, 180], 12), ([0, 90], 12)]), [vec![0, 24, 12]]);
        // A block on the left and one on the right, row by row.
        let blocks = [([0, 0], 6), ([400, 0], 6), ([0, 90], 6), ([400, 90], 6)];
        assert_eq!(hall(&blocks), [vec![0, 12], vec![6, 18]]);
        // A way through between the second row and the third.
        let rows = [([0, 0], 12), ([0, 90], 12), ([0, 390], 12), ([0, 480], 12)];
        assert_eq!(hall(&rows), [vec![0, 12], vec![24, 36]]);
        // A short row far from the middle is the first still.
        assert_eq!(hall(&[([0, 0], 1), ([0, 90], 20), ([0, 180], 20)]), [vec![0, 1, 21]]);
        // Of two behind one, one is its neighbour.
        let split = [([0, 0], 12), ([0, 90], 5), ([350, 90], 5)];
        assert_eq!(hall(&split).len(), 2);
    }
}
