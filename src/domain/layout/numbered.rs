//! The layout of an event made without a chart: a plain hall with seats `S001`, `S002`, ….
//!
//! The same total always gives the same layout, so that events share it.

use super::{Category, LAYOUT_SEATS_MAX, Layout, LayoutBuilder, SEAT_AISLE, Seat};

const SEAT_PITCH_CM: u32 = 52;
const ROW_PITCH_CM: u32 = 90;
const AISLE_CM: u32 = 120;
const MARGIN_CM: i32 = 60;
const STAGE_GAP_CM: i32 = 250;
const STAGE_DEPTH_CM: i32 = 300;
/// Rows shorter than this have no aisle through them.
const AISLE_COLUMNS_MIN: u32 = 8;
/// The most seats side by side without an aisle, in halls that have aisles.
const BLOCK_COLUMNS_MAX: u32 = 30;

/// Lays out `total` seats in a near-square hall facing a stage.
///
/// # Panics
///
/// When `total` is not within 1 to `LAYOUT_SEATS_MAX`; the door checks it.
#[must_use]
pub fn numbered(total: u32) -> Layout {
    assert!((1..=LAYOUT_SEATS_MAX).contains(&total), "{total} seats do not make a layout");
    let hall = Hall::new(total);
    let mut builder = LayoutBuilder::new(vec![Category {
        key: "standard".into(),
        label: "Standard".into(),
        color: "#2f7fc1".into(),
    }]);
    let (left, right) = (hall.x(0) - MARGIN_CM, hall.x(hall.columns - 1) + MARGIN_CM);
    let back = y(hall.rows() - 1) + MARGIN_CM;
    let section = builder.section("Hall", rectangle([left, -MARGIN_CM], [right, back]));
    let stage_half = ((right - left) / 3).max(150);
    builder.shape(
        "stage",
        "Stage",
        rectangle([-stage_half, -STAGE_GAP_CM - STAGE_DEPTH_CM], [stage_half, -STAGE_GAP_CM]),
    );
    for row in 0..hall.rows() {
        let label = (row + 1).to_string();
        builder.row(section, &label, "S".into(), hall.row(row));
    }
    builder.finish()
}

/// The grid of a numbered hall.
struct Hall {
    total: u32,
    columns: u32,
    blocks: u32,
}

impl Hall {
    fn new(total: u32) -> Self {
        // Square on the ground: a column is narrower than a row is deep.
        let columns = (total * ROW_PITCH_CM / SEAT_PITCH_CM).isqrt().clamp(1, total);
        let blocks = if columns < AISLE_COLUMNS_MIN {
            1
        } else {
            columns.div_ceil(BLOCK_COLUMNS_MAX).max(2)
        };
        Self { total, columns, blocks }
    }

    fn rows(&self) -> u32 {
        self.total.div_ceil(self.columns)
    }

    fn block(&self, column: u32) -> u32 {
        column * self.blocks / self.columns
    }

    /// The centre of a column; the hall is centred on zero.
    fn x(&self, column: u32) -> i32 {
        let width = (self.columns - 1) * SEAT_PITCH_CM + (self.blocks - 1) * AISLE_CM;
        let from_left = column * SEAT_PITCH_CM + self.block(column) * AISLE_CM;
        signed(from_left) - signed(width / 2)
    }

    fn row(&self, row: u32) -> impl Iterator<Item = Seat> {
        let first = row * self.columns;
        let count = self.columns.min(self.total - first);
        // A short last row sits in the middle of the hall.
        let indent = (self.columns - count) / 2;
        (0..count).map(move |k| {
            let column = indent + k;
            let ends_row = k == 0 || k + 1 == count;
            let at_gap = self.block(column) != self.block(column.saturating_sub(1))
                || self.block(column) != self.block((column + 1).min(self.columns - 1));
            Seat {
                x: self.x(column),
                y: y(row),
                category: 0,
                number: format!("{:03}", first + k + 1),
                flags: if ends_row || at_gap { SEAT_AISLE } else { 0 },
            }
        })
    }
}

fn y(row: u32) -> i32 {
    signed(row * ROW_PITCH_CM)
}

fn signed(centimetres: u32) -> i32 {
    i32::try_from(centimetres).expect("halls of LAYOUT_SEATS_MAX seats are kilometres wide at most")
}

fn rectangle(from: [i32; 2], to: [i32; 2]) -> Vec<[i32; 2]> {
    vec![from, [to[0], from[1]], to, [from[0], to[1]]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_have_at_least_three_digits() {
        let layout = numbered(1_000);
        assert_eq!(layout.seat_no(0), "S001");
        assert_eq!(layout.seat_no(998), "S999");
        assert_eq!(layout.seat_no(999), "S1000");
    }

    #[test]
    fn the_smallest_and_the_largest_hall_are_valid() {
        for total in [1, 2, 3, 7, 8, LAYOUT_SEATS_MAX] {
            let layout = numbered(total);
            assert_eq!(layout.seats(), total);
            assert_eq!(layout.validate(), Ok(()), "{total} seats");
        }
    }

    #[test]
    #[should_panic(expected = "do not make a layout")]
    fn no_seats_make_no_hall() {
        let _ = numbered(0);
    }

    proptest! {
        #[test]
        fn any_hall_is_valid_near_square_and_has_the_middle_aisle(total in 1_u32..20_000) {
            let layout = numbered(total);
            prop_assert_eq!(layout.seats(), total);
            prop_assert_eq!(layout.validate(), Ok(()));
            if total >= 60 {
                let width = layout.x.iter().max().unwrap() - layout.x.iter().min().unwrap();
                let depth = *layout.y.iter().max().unwrap();
                prop_assert!(width < 2 * depth && depth < 2 * width, "{width} by {depth}");
                let first_row = &layout.x[..layout.rows[0].count as usize];
                let widest = first_row.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
                prop_assert_eq!(widest, i32::try_from(SEAT_PITCH_CM + AISLE_CM).unwrap());
            }
        }
    }
}
