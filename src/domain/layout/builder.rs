//! Puts a layout together row by row, so that columns and rows cannot disagree.
//!
//! It checks nothing: whoever builds from foreign input calls `Layout::validate` afterwards.
//! The generators of this crate and the importers of charts use it.

use super::{Area, Background, Category, Layout, Row, Section, Shape, Table, Text, Zone};

/// `Floor-0001`: places have as many digits as the largest, and at least these.
pub const AREA_DIGITS_MIN: usize = 4;

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
            zones: Vec::new(),
            focal_point: None,
            floors: Vec::new(),
            sections: Vec::new(),
            rows: Vec::new(),
            tables: Vec::new(),
            areas: Vec::new(),
            shapes: Vec::new(),
            texts: Vec::new(),
            background: None,
            x: Vec::new(),
            y: Vec::new(),
            category: Vec::new(),
            number: Vec::new(),
            flags: Vec::new(),
        };
        Self { layout }
    }

    /// Sets what everybody looks at.
    pub fn focal_point(&mut self, at: [i32; 2]) {
        self.layout.focal_point = Some(at);
    }

    /// Sets the storeys, lowest first, where sections come in another order.
    pub fn floors(&mut self, floors: Vec<String>) {
        self.layout.floors = floors;
    }

    /// Adds a zone and returns its position for the sections.
    pub fn zone(&mut self, zone: Zone) -> u32 {
        let position = position_of(self.layout.zones.len());
        self.layout.zones.push(zone);
        position
    }

    /// Adds a section on the only floor and returns its position for the rows.
    pub fn section(&mut self, label: &str, outline: Vec<[i32; 2]>) -> u32 {
        self.full_section(Section { label: label.into(), outline, ..Section::default() })
    }

    /// Adds a section with everything it may have and returns its position for the rows.
    pub fn full_section(&mut self, section: Section) -> u32 {
        let position = position_of(self.layout.sections.len());
        self.layout.sections.push(section);
        position
    }

    /// Adds a table or booth with its seats; `table.first` and `table.count` are set here.
    pub fn table(
        &mut self,
        section: u32,
        prefix: String,
        mut table: Table,
        seats: impl IntoIterator<Item = Seat>,
    ) {
        let label = table.label.clone();
        (table.first, table.count) = self.row(section, &label, prefix, seats);
        if table.count > 0 {
            self.layout.tables.push(table);
        }
    }

    /// Adds a general admission area of `area.capacity` places, which are all drawn at one point.
    pub fn area(
        &mut self,
        section: u32,
        prefix: String,
        mut area: Area,
        (at, category): ([i32; 2], u16),
    ) {
        let digits = area.capacity.to_string().len().max(AREA_DIGITS_MIN);
        let place = |number: u32| Seat {
            x: at[0],
            y: at[1],
            category,
            number: format!("{number:0digits$}"),
            flags: 0,
        };
        let label = area.label.clone();
        (area.first, area.count) =
            self.row(section, &label, prefix, (1..=area.capacity).map(place));
        if area.count > 0 {
            self.layout.areas.push(area);
        }
    }

    /// Adds something written.
    pub fn text(&mut self, text: Text) {
        self.layout.texts.push(text);
    }

    /// Sets the picture below everything.
    pub fn background(&mut self, background: Background) {
        self.layout.background = Some(background);
    }

    /// Adds something drawn besides seats.
    pub fn shape(&mut self, kind: &str, label: &str, outline: Vec<[i32; 2]>) {
        self.layout.shapes.push(Shape { kind: kind.into(), label: label.into(), outline });
    }

    /// Adds a row with its seats in the order they are numbered; one without seats is left out.
    /// Returns the first seat and how many there are.
    pub fn row(
        &mut self,
        section: u32,
        label: &str,
        prefix: String,
        seats: impl IntoIterator<Item = Seat>,
    ) -> (u32, u32) {
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
        (first, count)
    }

    /// Returns how many seats there are so far.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.layout.number.len()
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
