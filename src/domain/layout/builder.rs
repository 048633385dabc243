//! Puts a layout together row by row, so that columns and rows cannot disagree.
//!
//! It checks nothing: whoever builds from foreign input calls `Layout::validate` afterwards.
//! The generators of this crate and the importers of charts use it.

use super::{Category, Layout, Row, Section, Shape};

/// One seat on its way into the columns of a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Centimetres, left to right.
    pub x: i32,
    /// Centimetres, stage to back.
    pub y: i32,
    /// Position in the layout's categories.
    pub category: u16,
    /// The number within the row, as printed.
    pub number: String,
    /// `SEAT_*` flags.
    pub flags: u8,
}

/// A layout under construction.
#[derive(Debug)]
pub struct LayoutBuilder {
    layout: Layout,
}

impl LayoutBuilder {
    /// Starts a layout without seats.
    #[must_use]
    pub fn new(categories: Vec<Category>) -> Self {
        let layout = Layout {
            categories,
            sections: Vec::new(),
            rows: Vec::new(),
            areas: Vec::new(),
            shapes: Vec::new(),
            x: Vec::new(),
            y: Vec::new(),
            category: Vec::new(),
            number: Vec::new(),
            flags: Vec::new(),
        };
        Self { layout }
    }

    /// Adds a section on the only floor and returns its position for the rows.
    pub fn section(&mut self, label: &str, outline: Vec<[i32; 2]>) -> u32 {
        let position = position_of(self.layout.sections.len());
        self.layout.sections.push(Section { label: label.into(), outline, floor: String::new() });
        position
    }

    /// Adds something drawn besides seats.
    pub fn shape(&mut self, kind: &str, label: &str, outline: Vec<[i32; 2]>) {
        self.layout.shapes.push(Shape { kind: kind.into(), label: label.into(), outline });
    }

    /// Adds a row with its seats in the order they are numbered; one without seats is left out.
    pub fn row(
        &mut self,
        section: u32,
        label: &str,
        prefix: String,
        seats: impl IntoIterator<Item = Seat>,
    ) {
        let first = position_of(self.layout.number.len());
        for seat in seats {
            self.layout.x.push(seat.x);
            self.layout.y.push(seat.y);
            self.layout.category.push(seat.category);
            self.layout.number.push(seat.number);
            self.layout.flags.push(seat.flags);
        }
        let count = position_of(self.layout.number.len()) - first;
        if count > 0 {
            self.layout.rows.push(Row { section, label: label.into(), prefix, first, count });
        }
    }

    /// Returns the layout.
    #[must_use]
    pub fn finish(self) -> Layout {
        self.layout
    }
}

fn position_of(len: usize) -> u32 {
    u32::try_from(len).expect("the columns of a layout are far shorter than u32 counts")
}
