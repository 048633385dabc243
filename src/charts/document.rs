//! The own format as it is written: `seatmap.chart.v1`.
//!
//! Values only. Lengths are centimetres, angles degrees, clockwise; y grows downwards, away from a
//! stage at the top. What is left out has its default, and is left out when written.

mod rows;

use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::layout::{Background, Category, Shape, TableKind, TableSale, Text, Zone};

pub(super) use rows::SPACING_CM;
pub use rows::{Aisles, Numbering, Property, RowDocument, Scheme, SeatDocument};

/// What the `format` of a document says.
pub const FORMAT: &str = "seatmap.chart.v1";

/// A chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Where it comes from.
    #[serde(skip)]
    pub sources: Sources,
    /// `seatmap.chart.v1`.
    pub format: String,
    /// What people call it.
    pub name: String,
    /// What everybody looks at whose zone has no point of its own.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<[i32; 2]>,
    /// Price categories.
    pub categories: Vec<Category>,
    /// Parts of the house with a point of their own to look at.
    #[serde(default, deserialize_with = "zones", skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    /// Storeys, lowest first; those of sections are among them, if there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<String>,
    /// Whether seats may lie on one another. Charts of others have such, drawn as alternatives.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_overlaps: bool,
    /// Where the seats are.
    pub sections: Vec<SectionDocument>,
    /// What is drawn besides seats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<Shape>,
    /// What is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<Text>,
    /// A picture below everything.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
}

/// Where in a document of another format things are that have no place for it of their own, as JSON
/// paths; empty in a document that was written as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Of what seats are in, all together.
    pub objects: String,
    /// Of what everybody looks at.
    pub focal_point: String,
    /// Of each zone.
    pub zones: Vec<String>,
    /// Of each shape.
    pub shapes: Vec<String>,
    /// Of each text.
    pub texts: Vec<String>,
}

/// A section: rows, then tables, then areas, which is the order of their seats.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SectionDocument {
    /// Where it is in a document of another format, as a JSON path.
    #[serde(skip)]
    pub source: String,
    /// The name people read; empty in a house of one section.
    pub label: String,
    /// A polygon around it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<[i32; 2]>,
    /// Its storey.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub floor: String,
    /// The key of its zone.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The way in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entrance: String,
    /// The category of its seats, unless they say otherwise (default: the first).
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Rows of seats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowDocument>,
    /// Tables and booths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableDocument>,
    /// General admission areas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<AreaDocument>,
}

/// A table with seats around it, or a booth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableDocument {
    /// Where it is in a document of another format, as a JSON path.
    #[serde(skip)]
    pub source: String,
    /// The name people read and ask for it by.
    pub label: String,
    /// `seat` (default): one by one; `whole`: all together or not at all.
    #[serde(default)]
    pub sale: TableSale,
    /// `table` (default) or `booth`.
    #[serde(default)]
    pub kind: TableKind,
    /// What to draw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<[i32; 2]>,
    /// Its seats.
    pub seats: RowDocument,
}

/// Places that are sold without choosing one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaDocument {
    /// Where it is in a document of another format, as a JSON path.
    #[serde(skip)]
    pub source: String,
    /// The name people read and ask for it by.
    pub label: String,
    /// How many people it admits.
    pub capacity: u32,
    /// Its ground (default: its section's).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<[i32; 2]>,
    /// Its middle (default: that of its ground).
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub at: Option<[i32; 2]>,
    /// The category of its places.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What precedes the number in `seat_no` (default: the area, followed by `-`).
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

/// What may be left out; where it is written it isn't null.
fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Zones as they are written.
fn zones<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Zone>, D::Error> {
    #[derive(Deserialize)]
    struct ZoneDocument {
        key: String,
        label: String,
        #[serde(default, deserialize_with = "given")]
        focal_point: Option<[i32; 2]>,
    }
    let zones: Vec<ZoneDocument> = Vec::deserialize(deserializer)?;
    let zone = |ZoneDocument { key, label, focal_point }| Zone { key, label, focal_point };
    Ok(zones.into_iter().map(zone).collect())
}
