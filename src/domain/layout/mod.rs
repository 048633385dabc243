//! A layout: where the seats of a chart are and what they are called.
//!
//! A layout is static. It never says who has a seat or what it costs; those belong to the event.
//! The store keeps it as a document, the seat map sends it to browsers, and the live socket
//! relies on its seat order: a `seat_index` is a position in the columns here.

mod builder;
mod index;
mod numbered;
mod parts;
mod segments;
mod validate;

use serde::{Deserialize, Serialize};

pub use builder::{AREA_DIGITS_MIN, LayoutBuilder, Seat};
pub use index::SeatIndexByNo;
pub use numbered::numbered;
pub use parts::{
    Area, Background, Category, Row, Section, Shape, Table, TableKind, TableSale, Text, Zone,
};
pub use segments::breaks_in;
pub use validate::{LayoutError, LayoutProblem};

/// The most seats one layout may have.
pub const LAYOUT_SEATS_MAX: u32 = 200_000;
/// The most categories one layout may have; tickets store a position in them in 15 bits.
pub const LAYOUT_CATEGORIES_MAX: usize = 32_767;
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
/// Flag of a seat within reach of a hearing loop.
pub const SEAT_HEARING_LOOP: u8 = 16;
/// Flag of a seat with a lift-up armrest.
pub const SEAT_LIFT_UP_ARMREST: u8 = 32;
/// Flag of a seat for people of size.
pub const SEAT_PLUS_SIZE: u8 = 64;
/// Flag of a seat that is reached without steps.
pub const SEAT_STEP_FREE: u8 = 128;

/// The seats of a chart in `seat_index` order, with what is drawn around them.
///
/// Coordinates are centimetres; y grows downwards, away from a stage at the top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Price categories; prices themselves belong to the event.
    pub categories: Vec<Category>,
    /// Parts of the house with a point of their own to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    /// What everybody looks at whose zone has no point of its own; `[x, y]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<[i32; 2]>,
    /// The storeys, lowest first; empty where sections come in that order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<String>,
    /// Named groups of rows.
    pub sections: Vec<Section>,
    /// Rows in seat order; they cover every seat exactly once, those of tables and the places of
    /// areas included.
    pub rows: Vec<Row>,
    /// Tables and booths: ranges of seats, each a row of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
    /// General admission areas: ranges of places sold without choosing one, each a row of its own.
    pub areas: Vec<Area>,
    /// What is drawn besides seats, such as the stage.
    pub shapes: Vec<Shape>,
    /// What is written on the map.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Text>,
    /// A picture below everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
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

    /// Returns the keys of the categories, in their order.
    pub fn category_keys(&self) -> impl Iterator<Item = &str> {
        self.categories.iter().map(|category| category.key.as_str())
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

    /// Returns what the seats of a section look at: their zone's point, else the house's.
    #[must_use]
    pub fn focal_point_of(&self, section: &Section) -> Option<[i32; 2]> {
        let zone = section.zone.and_then(|zone| self.zones.get(zone as usize));
        zone.and_then(|zone| zone.focal_point).or(self.focal_point)
    }

    /// Returns the table a seat is at, if it is at one.
    #[must_use]
    pub fn table_of(&self, seat_index: u32) -> Option<&Table> {
        let after = self.tables.partition_point(|table| table.first <= seat_index);
        let table = &self.tables[after.checked_sub(1)?];
        (seat_index - table.first < table.count).then_some(table)
    }

    /// Returns the area a place is in, if it is in one.
    #[must_use]
    pub fn area_of(&self, seat_index: u32) -> Option<&Area> {
        let after = self.areas.partition_point(|area| area.first <= seat_index);
        let area = &self.areas[after.checked_sub(1)?];
        (seat_index - area.first < area.count).then_some(area)
    }

    /// Returns, ascending, every seat that has a gap before it within its row: its neighbour there
    /// sits across an aisle. Follows from the coordinates; build it once per layout.
    #[must_use]
    pub fn breaks(&self) -> Vec<u32> {
        segments::breaks(self)
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
