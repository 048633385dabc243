//! The objects of a chart of SeatLayer as they are written, and which of their fields mean something.

use serde::Deserialize;

use super::super::{Noted, Point, Text, Warnings, needed_whole, or_default, whole};

/// Which of the fields that some objects have mean something in which type of them.
pub(super) const SECTION: &[&str] = &["displayLabel", "zone", "entrance", "outline"];
pub(super) const ROW: &[&str] = &[
    "displayLabel",
    "origin",
    "rotation",
    "curve",
    "seatCount",
    "seatSpacing",
    "categoryKey",
    "seatLabelStart",
    "seatNumbering",
    "overrides",
];
pub(super) const SHAPE: &[&str] =
    &["rotation", "kind", "x", "y", "width", "height", "points", "role"];
pub(super) const TABLE: &[&str] = &[
    "center",
    "shape",
    "seatCount",
    "sides",
    "rotation",
    "radius",
    "seatArc",
    "width",
    "height",
    "categoryKey",
    "bookAsWhole",
];
pub(super) const BOOTH: &[&str] = &["center", "width", "height", "rotation", "categoryKey"];
pub(super) const AREA: &[&str] = &["points", "capacity", "categoryKey"];
pub(super) const TEXT: &[&str] = &["text", "position", "fontSize", "rotation"];

/// Any object: which fields it has depends on its type.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object {
    #[serde(rename = "type")]
    pub(super) kind: Text,
    #[serde(default)]
    pub(super) label: Text,
    #[serde(default)]
    pub(super) display_label: Text,
    #[serde(default)]
    pub(super) zone: Text,
    #[serde(default)]
    pub(super) entrance: Text,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) outline: Vec<Point>,
    pub(super) origin: Option<Point>,
    pub(super) rotation: Option<f64>,
    pub(super) curve: Option<f64>,
    #[serde(default, deserialize_with = "whole")]
    pub(super) seat_count: Option<u32>,
    pub(super) seat_spacing: Option<f64>,
    #[serde(default, deserialize_with = "whole")]
    pub(super) seat_label_start: Option<i32>,
    pub(super) seat_numbering: Option<SeatNumbering>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) overrides: Vec<Override>,
    #[serde(default)]
    pub(super) category_key: Text,
    #[serde(rename = "kind", default)]
    pub(super) drawn: Text,
    #[serde(default)]
    pub(super) role: Text,
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
    pub(super) width: Option<f64>,
    pub(super) height: Option<f64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) points: Vec<Point>,
    pub(super) center: Option<Point>,
    #[serde(default)]
    pub(super) shape: Text,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) sides: Vec<Text>,
    pub(super) radius: Option<f64>,
    pub(super) seat_arc: Option<f64>,
    #[serde(default)]
    pub(super) book_as_whole: Noted,
    #[serde(default, deserialize_with = "whole")]
    pub(super) capacity: Option<u32>,
    #[serde(default)]
    pub(super) text: Text,
    pub(super) position: Option<Point>,
    pub(super) font_size: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct SeatNumbering {
    #[serde(default)]
    pub(super) direction: Text,
    #[serde(default, deserialize_with = "whole")]
    pub(super) step: Option<i32>,
}

/// What is different about one seat of a row.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Override {
    /// Counted from 0, those that are left out included.
    #[serde(deserialize_with = "needed_whole")]
    pub(super) index: u32,
    #[serde(default)]
    pub(super) skip: Noted,
    pub(super) dx: Option<f64>,
    pub(super) dy: Option<f64>,
    #[serde(default)]
    pub(super) label: Text,
    #[serde(default)]
    pub(super) category_key: Text,
    #[serde(default)]
    pub(super) accessible: Noted,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) accessibility: Vec<Text>,
}

impl Object {
    /// Tells of fields it has that mean nothing in its type, which one struct for all types hides.
    pub(super) fn tell_but(&self, known: &[&str], warnings: &mut Warnings) {
        let given = [
            (!self.display_label.0.is_empty(), "displayLabel"),
            (!self.zone.0.is_empty(), "zone"),
            (!self.entrance.0.is_empty(), "entrance"),
            (!self.outline.is_empty(), "outline"),
            (self.origin.is_some(), "origin"),
            (self.rotation.is_some_and(|rotation| rotation != 0.0), "rotation"),
            (self.curve.is_some_and(|curve| curve != 0.0), "curve"),
            (self.seat_count.is_some(), "seatCount"),
            (self.seat_spacing.is_some(), "seatSpacing"),
            (self.seat_label_start.is_some(), "seatLabelStart"),
            (self.seat_numbering.is_some(), "seatNumbering"),
            (!self.overrides.is_empty(), "overrides"),
            (!self.category_key.0.is_empty(), "categoryKey"),
            (!self.drawn.0.is_empty(), "kind"),
            (!self.role.0.is_empty(), "role"),
            (self.x.is_some(), "x"),
            (self.y.is_some(), "y"),
            (self.width.is_some(), "width"),
            (self.height.is_some(), "height"),
            (!self.points.is_empty(), "points"),
            (self.center.is_some(), "center"),
            (!self.shape.0.is_empty(), "shape"),
            (!self.sides.is_empty(), "sides"),
            (self.radius.is_some(), "radius"),
            (self.seat_arc.is_some(), "seatArc"),
            (self.book_as_whole.0, "bookAsWhole"),
            (self.capacity.is_some(), "capacity"),
            (!self.text.0.is_empty(), "text"),
            (self.position.is_some(), "position"),
            (self.font_size.is_some(), "fontSize"),
        ];
        let unread = given.iter().filter(|(given, field)| *given && !known.contains(field));
        for (_, field) in unread {
            let what = format!("objects[].{field}: not carried over from a {}", self.kind.0);
            warnings.count(&what, &self.label.0);
        }
    }

    /// By how much it is turned, in degrees.
    pub(super) fn turn(&self) -> f64 {
        self.rotation.unwrap_or(0.0) % 360.0
    }
}
