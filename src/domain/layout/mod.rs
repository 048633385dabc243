//! A layout: where the seats of a chart are and what they are called.
//!
//! A layout is static. It never says who has a seat or what it costs; those belong to the event.
//! The store keeps it as a document, the seat map sends it to browsers, and the live socket
//! relies on its seat order: a `seat_index` is a position in the columns here.

mod builder;
mod index;
mod numbered;
mod validate;

use serde::{Deserialize, Serialize};

pub use builder::{LayoutBuilder, Seat};
pub use index::SeatIndexByNo;
pub use numbered::numbered;
pub use validate::{LayoutError, LayoutProblem};

/// The most seats one layout may have.
pub const LAYOUT_SEATS_MAX: u32 = 200_000;
/// The most characters one seat number may have.
pub const SEAT_NO_CHARS_MAX: usize = 64;
/// The farthest a coordinate may be from the origin, in centimetres; differences fit an `i32`.
pub const COORDINATE_CM_MAX: i32 = 10_000_000;

/// Flag of a space for a wheelchair.
pub const SEAT_WHEELCHAIR: u8 = 1;
/// Flag of a seat for the companion of someone in a wheelchair.
pub const SEAT_COMPANION: u8 = 2;
/// Flag of a seat with a restricted view.
pub const SEAT_RESTRICTED_VIEW: u8 = 4;
/// Flag of a seat beside an aisle or at the end of a row.
pub const SEAT_AISLE: u8 = 8;

/// The seats of a chart in `seat_index` order, with what is drawn around them.
///
/// Coordinates are centimetres; y grows downwards, away from a stage at the top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Price categories; prices themselves belong to the event.
    pub categories: Vec<Category>,
    /// Named groups of rows.
    pub sections: Vec<Section>,
    /// Rows in seat order; they cover every seat exactly once, places of areas included.
    pub rows: Vec<Row>,
    /// General admission areas: ranges of places sold without choosing one.
    pub areas: Vec<Area>,
    /// What is drawn besides seats, such as the stage.
    pub shapes: Vec<Shape>,
    /// Centre of each seat, left to right.
    pub x: Vec<i32>,
    /// Centre of each seat, stage to back.
    pub y: Vec<i32>,
    /// Each seat's category, as a position in `categories`.
    pub category: Vec<u16>,
    /// Each seat's number within its row, as printed.
    pub number: Vec<String>,
    /// Each seat's `SEAT_*` flags.
    pub flags: Vec<u8>,
}

/// A price category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The name prices refer to; unique within the layout.
    pub key: String,
    /// The name people read.
    pub label: String,
    /// The colour of its seats, `#rrggbb`.
    pub color: String,
}

/// A named group of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The name people read, such as `Stalls` or `101`.
    pub label: String,
    /// A closed polygon around its seats, first point not repeated; empty when there is none.
    pub outline: Vec<[i32; 2]>,
    /// The storey it is on; empty when the layout has only one.
    pub floor: String,
}

/// A run of neighbouring seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its section, as a position in `sections`.
    pub section: u32,
    /// The name people read, such as `A`.
    pub label: String,
    /// What precedes the number in the `seat_no` of its seats, such as `Stalls-A-`.
    pub prefix: String,
    /// Its first `seat_index`.
    pub first: u32,
    /// How many seats it has.
    pub count: u32,
}

/// A general admission area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The name people read.
    pub label: String,
    /// Its first `seat_index`.
    pub first: u32,
    /// How many places it has.
    pub count: u32,
    /// How many people it admits; never more than its places.
    pub capacity: u32,
}

/// Something drawn besides seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// What it is, such as `stage` or `floor`; clients choose its looks by this.
    pub kind: String,
    /// The text on it; may be empty.
    pub label: String,
    /// A closed polygon, first point not repeated.
    pub outline: Vec<[i32; 2]>,
}

impl Layout {
    /// Returns how many seats there are.
    ///
    /// # Panics
    ///
    /// When there are more than `u32` can count, which `validate` refuses.
    #[must_use]
    pub fn seats(&self) -> u32 {
        u32::try_from(self.number.len()).expect("a layout has at most LAYOUT_SEATS_MAX seats")
    }

    /// Returns the full number of a seat: its row's prefix and its number within the row.
    ///
    /// # Panics
    ///
    /// When the seat is not in the layout.
    #[must_use]
    pub fn seat_no(&self, seat_index: u32) -> String {
        let prefix = &self.row_of(seat_index).prefix;
        let number = &self.number[seat_index as usize];
        [prefix.as_str(), number.as_str()].concat()
    }

    /// Returns the row a seat is in.
    ///
    /// # Panics
    ///
    /// When the seat is not in the layout.
    #[must_use]
    pub fn row_of(&self, seat_index: u32) -> &Row {
        assert!(seat_index < self.seats(), "seat {seat_index} is not in the layout");
        let after = self.rows.partition_point(|row| row.first <= seat_index);
        &self.rows[after - 1]
    }

    /// Returns the section a seat is in.
    ///
    /// # Panics
    ///
    /// When the seat is not in the layout.
    #[must_use]
    pub fn section_of(&self, seat_index: u32) -> &Section {
        &self.sections[self.row_of(seat_index).section as usize]
    }

    /// Builds the way back from `seat_no` to `seat_index`; build it once per layout.
    #[must_use]
    pub fn index(&self) -> SeatIndexByNo {
        SeatIndexByNo::new(self)
    }

    /// Checks that the layout can be trusted by everything behind the door.
    ///
    /// # Errors
    ///
    /// The first problem found, with the path of the value at fault.
    pub fn validate(&self) -> Result<(), LayoutError> {
        validate::validate(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_seat_no_is_prefix_and_number() {
        let mut layout = numbered(30);
        layout.rows[1].prefix = "Stalls-B-".into();
        let first = layout.rows[1].first;
        layout.number[first as usize] = "12".into();
        assert_eq!(layout.seat_no(first), "Stalls-B-12");
        assert_eq!(layout.row_of(first).label, layout.rows[1].label);
        assert_eq!(layout.row_of(first - 1).label, layout.rows[0].label);
        assert_eq!(layout.section_of(first).label, "Hall");
    }

    proptest! {
        #[test]
        fn every_seat_is_found_in_its_row_and_by_its_number(
            counts in prop::collection::vec(1_u32..40, 1..60),
        ) {
            let layout = rows_of(&counts);
            prop_assert_eq!(layout.validate(), Ok(()));
            let index = layout.index();
            prop_assert_eq!(index.len(), layout.seats() as usize);
            let mut seat = 0;
            for (row, &count) in counts.iter().enumerate() {
                for _ in 0..count {
                    prop_assert_eq!(layout.row_of(seat), &layout.rows[row]);
                    prop_assert_eq!(index.get(&layout.seat_no(seat)), Some(seat));
                    seat += 1;
                }
            }
        }
    }

    fn rows_of(counts: &[u32]) -> Layout {
        let mut builder = LayoutBuilder::new(numbered(1).categories);
        let section = builder.section("Hall", Vec::new());
        for (row, &count) in counts.iter().enumerate() {
            let seats = (1..=count).map(|number| Seat {
                x: i32::try_from(number).unwrap() * 50,
                y: i32::try_from(row).unwrap() * 90,
                category: 0,
                number: number.to_string(),
                flags: 0,
            });
            builder.row(section, &row.to_string(), format!("R{row}-"), seats);
        }
        builder.finish()
    }
}
