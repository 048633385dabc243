//! A section of a house before it is drawn: rows of seats along a curve, behind one another.
//!
//! Rows are counted away from the stage. The venues with rows are made of these and nothing else.

use super::curve::{Curve, rounded};
use crate::domain::layout::{LayoutBuilder, SEAT_AISLE, SEAT_COMPANION, SEAT_WHEELCHAIR, Seat};

/// Half of what separates the outlines of two sections beside each other.
const OUTLINE_INSET_CM: f64 = 22.0;
/// How far an outline lies before its first row and behind its last.
const OUTLINE_MARGIN_CM: f64 = 45.0;
/// Straight pieces that an outline draws a curved side with, at least.
const OUTLINE_PIECES_MIN: u32 = 8;
/// How long such a piece is at most; a longer one shows where it bends.
const OUTLINE_PIECE_CM: f64 = 200.0;
/// The least a seat is wide.
const SEAT_PITCH_MIN_CM: f64 = 50.0;
/// How many seats a row keeps at least.
const ROW_SEATS_MIN: usize = 2;
/// How many seats wide a space for a wheelchair is.
const WHEELCHAIR_WIDTH: f64 = 2.0;

/// The ground a section stands on: a piece of a curve and how its rows lie on it.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) curve: &'a Curve,
    /// Directions of the borders to the neighbours, in the middle of the aisles.
    pub(super) from: f64,
    pub(super) to: f64,
    /// Distance of the first row from the curve.
    pub(super) offset: f64,
    /// From one row to the next.
    pub(super) row_pitch: f64,
    /// Width of the aisles on both sides, half of which is this section's.
    pub(super) aisle: f64,
}

/// One row of a section to be.
#[derive(Debug)]
pub(super) struct RowPlan {
    pub(super) label: String,
    pub(super) category: u16,
    /// Flags of every seat in it.
    pub(super) flags: u8,
    /// Width of a plain seat.
    pub(super) pitch: f64,
    pub(super) places: Vec<Place>,
}

/// One seat of a row to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// A seat.
    Plain,
    /// A space for a wheelchair.
    Wheelchair,
    /// A seat beside it.
    Companion,
}

impl Place {
    fn width(self) -> f64 {
        match self {
            Self::Wheelchair => WHEELCHAIR_WIDTH,
            Self::Plain | Self::Companion => 1.0,
        }
    }

    pub(super) fn flags(self) -> u8 {
        match self {
            Self::Plain => 0,
            Self::Wheelchair => SEAT_WHEELCHAIR,
            Self::Companion => SEAT_COMPANION,
        }
    }
}

/// A section to be.
#[derive(Debug)]
pub(super) struct SectionPlan<'a> {
    pub(super) label: String,
    pub(super) ground: Ground<'a>,
    pub(super) rows: Vec<RowPlan>,
}

impl Ground<'_> {
    fn row_offset(&self, row: u32) -> f64 {
        self.offset + f64::from(row) * self.row_pitch
    }

    /// Returns how wide a row is between its aisles.
    fn width(&self, row: u32) -> f64 {
        self.curve.length(self.from, self.to, self.row_offset(row)) - self.aisle
    }

    /// Returns how many plain seats fit into a row.
    pub(super) fn fit(&self, row: u32) -> u32 {
        let mut seats = 0;
        while f64::from(seats + 1) * SEAT_PITCH_MIN_CM <= self.width(row) {
            seats += 1;
        }
        seats
    }

    /// Plans a row that reaches from aisle to aisle, so that the sides of a section are straight.
    pub(super) fn row(&self, row: u32, category: u16, places: Vec<Place>) -> RowPlan {
        let widths: f64 = places.iter().map(|place| place.width()).sum();
        let pitch = self.width(row) / widths;
        RowPlan { label: row_letters(row), category, flags: 0, pitch, places }
    }
}

impl SectionPlan<'_> {
    pub(super) fn seats(&self) -> u32 {
        self.rows.iter().map(|row| row.places.len() as u32).sum()
    }

    /// Takes a seat off a row, counted from the back, and moves the others apart. Says whether there
    /// was one to spare.
    pub(super) fn thin(&mut self, from_back: usize) -> bool {
        let Some(position) = self.rows.len().checked_sub(from_back + 1) else { return false };
        let row = &mut self.rows[position];
        let plain = row.places.iter().all(|place| matches!(place, Place::Plain));
        if !plain || row.places.len() <= ROW_SEATS_MIN {
            return false;
        }
        row.places.pop();
        let position = u32::try_from(position).expect("sections have a few dozen rows");
        *row = self.ground.row(position, row.category, std::mem::take(&mut row.places));
        true
    }

    /// Adds the section and its rows to a layout.
    pub(super) fn draw(&self, builder: &mut LayoutBuilder) {
        let section = builder.section(&self.label, self.outline());
        for (position, row) in (0..).zip(&self.rows) {
            let prefix = format!("{}-{}-", self.label.replace(' ', "-"), row.label);
            builder.row(section, &row.label, prefix, self.seats_of(position, row));
        }
    }

    /// Places the seats of a row around its middle: one that was shortened keeps to the centre.
    pub(super) fn seats_of(&self, position: u32, row: &RowPlan) -> Vec<Seat> {
        let Ground { curve, from, to, .. } = self.ground;
        let offset = self.ground.row_offset(position);
        let widths: f64 = row.places.iter().map(|place| place.width()).sum();
        let mut edge = (curve.length(from, to, offset) - widths * row.pitch) / 2.0;
        let mut seats = Vec::with_capacity(row.places.len());
        for (place, number) in row.places.iter().zip(1..) {
            let width = place.width() * row.pitch;
            let direction = curve.along(from, edge + width / 2.0, offset);
            edge += width;
            let [x, y] = rounded(curve.point(direction, offset));
            let at_aisle = number == 1 || number == row.places.len();
            let aisle = if at_aisle { SEAT_AISLE } else { 0 };
            seats.push(Seat {
                x,
                y,
                category: row.category,
                number: number.to_string(),
                flags: row.flags | place.flags() | aisle,
            });
        }
        seats
    }

    pub(super) fn outline(&self) -> Vec<[i32; 2]> {
        let rows = u32::try_from(self.rows.len()).expect("sections have a few dozen rows");
        let inner = self.ground.row_offset(0) - OUTLINE_MARGIN_CM;
        let outer = self.ground.row_offset(rows - 1) + OUTLINE_MARGIN_CM;
        let mut outline = self.outline_side(inner);
        outline.extend(self.outline_side(outer).into_iter().rev());
        outline
    }

    fn outline_side(&self, offset: f64) -> Vec<[i32; 2]> {
        let Ground { curve, from, to, .. } = self.ground;
        let length = curve.length(from, to, offset) - 2.0 * OUTLINE_INSET_CM;
        let pieces = ((length / OUTLINE_PIECE_CM).ceil() as u32).max(OUTLINE_PIECES_MIN);
        let point = |piece: u32| {
            let part = length * f64::from(piece) / f64::from(pieces);
            rounded(curve.point(curve.along(from, OUTLINE_INSET_CM + part, offset), offset))
        };
        (0..=pieces).map(point).collect()
    }
}

/// Names the rows A to Z without I and O, which read as digits; then AA, BB and so on.
pub(super) fn row_letters(row: u32) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let position = row as usize;
    let letter = char::from(LETTERS[position % LETTERS.len()]);
    std::iter::repeat_n(letter, position / LETTERS.len() + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_lettered_without_i_and_o() {
        let letters: String = (0..24).map(row_letters).collect();
        assert_eq!(letters, "ABCDEFGHJKLMNPQRSTUVWXYZ");
        assert_eq!(row_letters(24), "AA");
        assert_eq!(row_letters(47), "ZZ");
        assert_eq!(row_letters(48), "AAA");
    }
}
