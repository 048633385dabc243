//! What a layout is made of besides the columns of its seats.
//!
//! Values only; what must hold between them is in `validate`.

use serde::{Deserialize, Serialize};

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

/// A part of the house that may look at a point of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// The name sections refer to; unique within the layout.
    pub key: String,
    /// The name people read.
    pub label: String,
    /// What its seats look at, `[x, y]`; the house's point when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<[i32; 2]>,
}

/// A named group of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The name people read, such as `Stalls` or `101`.
    pub label: String,
    /// A closed polygon around its seats, first point not repeated; empty when there is none.
    pub outline: Vec<[i32; 2]>,
    /// The storey it is on; empty when the layout has only one.
    pub floor: String,
    /// Its zone, as a position in `zones`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<u32>,
    /// The way in; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entrance: String,
}

/// A run of neighbouring seats, the seats of one table, or the places of one area.
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

/// How the seats of a table are sold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableSale {
    /// One by one.
    #[default]
    Seat,
    /// All together or not at all.
    Whole,
}

/// What a table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableKind {
    /// A table with seats around it.
    #[default]
    Table,
    /// A booth or box.
    Booth,
}

/// A table or booth: the seats of one row of the layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The name it is asked for by; unique within the layout.
    pub label: String,
    /// Its first `seat_index`.
    pub first: u32,
    /// How many seats it has.
    pub count: u32,
    /// How they are sold.
    pub sale: TableSale,
    /// What it is.
    pub kind: TableKind,
    /// What to draw, first point not repeated; empty when there is nothing.
    pub outline: Vec<[i32; 2]>,
}

/// A general admission area: the places of one row of the layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// The name it is asked for by; unique within the layout.
    pub label: String,
    /// Its first `seat_index`.
    pub first: u32,
    /// How many places it has.
    pub count: u32,
    /// How many people it admits; never more than its places.
    pub capacity: u32,
    /// Its ground, first point not repeated; empty when its section's outline is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<[i32; 2]>,
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

/// Something written on the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What.
    pub text: String,
    /// Its middle, `[x, y]`.
    pub at: [i32; 2],
    /// The height of its letters, in centimetres.
    pub size: u32,
    /// Degrees, clockwise.
    pub rotation: i32,
}

/// A picture below everything, such as the plan a chart was drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Background {
    /// Where it is; `https` only.
    pub url: String,
    /// Its upper left corner, `[x, y]`.
    pub at: [i32; 2],
    /// Centimetres.
    pub width: u32,
    /// Centimetres.
    pub height: u32,
}
