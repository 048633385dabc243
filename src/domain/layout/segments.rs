//! Where rows are divided: seats beside one another on the list that have an aisle between them.
//!
//! Nothing is stored of it. It follows from the coordinates alone, so every chart has it, however
//! it came in, and two servers can't disagree.

use super::Layout;

/// A step this many times the usual one of its row is an aisle. Spaces for wheelchairs are two seats
/// wide, which makes a step of one and a half.
const AISLE_STEPS: f64 = 1.6;

/// What is taken for the usual step at most, in centimetres: in a row of two, or of seats that all
/// have an aisle between them, the median is an aisle. No two seats so far apart share an armrest.
const USUAL_CM_MAX: f64 = 100.0;

pub(super) fn breaks(layout: &Layout) -> Vec<u32> {
    let mut breaks = Vec::new();
    for row in &layout.rows {
        // Around a table there are no aisles, and the places of an area have no order.
        if layout.area_of(row.first).is_some() || layout.table_of(row.first).is_some() {
            continue;
        }
        let seats = row.first as usize..(row.first + row.count) as usize;
        let after = breaks_in(&layout.x[seats.clone()], &layout.y[seats]);
        breaks.extend(after.into_iter().map(|position| row.first + position));
    }
    breaks
}

/// Returns the positions within one row of the seats that have a gap before them.
///
/// # Panics
///
/// When there are more seats than a layout may have.
#[must_use]
pub fn breaks_in(x: &[i32], y: &[i32]) -> Vec<u32> {
    let step = |at: usize| {
        let (dx, dy) =
            (f64::from(x[at]) - f64::from(x[at - 1]), f64::from(y[at]) - f64::from(y[at - 1]));
        dx.hypot(dy)
    };
    let steps: Vec<f64> = (1..x.len()).map(step).collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    // The lower middle: of two steps the longer one may be the aisle.
    let Some(usual) = sorted.get(sorted.len().saturating_sub(1) / 2).copied() else {
        return Vec::new();
    };
    let usual = usual.min(USUAL_CM_MAX);
    let wide = steps.iter().enumerate().filter(|(_, step)| **step > usual * AISLE_STEPS);
    wide.map(|(at, _)| u32::try_from(at + 1).expect("rows are short")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::numbered;
    use super::*;

    #[test]
    fn a_gap_much_wider_than_a_seat_divides_a_row() {
        assert_eq!(breaks_in(&[0, 50, 100, 270, 320], &[0; 5]), [3]);
        assert_eq!(breaks_in(&[0, 50, 200], &[0; 3]), [2]);
        assert_eq!(breaks_in(&[0, 75, 125, 175], &[0; 4]), [] as [u32; 0]);
        assert_eq!(breaks_in(&[0, 50, 50, 50], &[0, 0, 50, 200]), [3]);
        // Every step is an aisle.
        assert_eq!(breaks_in(&[0, 350], &[0; 2]), [1]);
        assert_eq!(breaks_in(&[0, 350, 700, 1_050], &[0; 4]), [1, 2, 3]);
        // Armchairs are no aisles.
        assert_eq!(breaks_in(&[0, 150, 300], &[0; 3]), [] as [u32; 0]);
        assert_eq!(breaks_in(&[7], &[7]), [] as [u32; 0]);
        assert_eq!(breaks_in(&[], &[]), [] as [u32; 0]);
    }

    #[test]
    fn the_plain_hall_is_divided_at_its_aisles() {
        let layout = numbered(200);
        let columns = layout.rows[0].count;
        let breaks = layout.breaks();
        // Also between the two seats of the last row.
        assert_eq!((breaks.len(), layout.rows.last().map(|row| row.count)), (12, Some(2)));
        assert_eq!(breaks[0], columns.div_ceil(2));
    }
}
