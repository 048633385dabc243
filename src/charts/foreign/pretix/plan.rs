//! Seating plans of pretix as they are written.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::super::{Point, Text, Warnings, or_default};

#[derive(Deserialize)]
pub(super) struct Plan {
    #[serde(default)]
    pub(super) name: Text,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) categories: Vec<PlanCategory>,
    pub(super) zones: Vec<Zone>,
}

#[derive(Deserialize)]
pub(super) struct PlanCategory {
    pub(super) name: Text,
    #[serde(default)]
    pub(super) color: Text,
}

#[derive(Deserialize)]
pub(super) struct Zone {
    #[serde(default)]
    pub(super) name: Text,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) position: Point,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) rows: Vec<Row>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) areas: Vec<Area>,
}

#[derive(Deserialize)]
pub(super) struct Row {
    #[serde(default)]
    pub(super) row_number: Text,
    #[serde(default)]
    pub(super) row_label: Text,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) position: Point,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) seats: Vec<Seat>,
}

#[derive(Deserialize)]
pub(super) struct Seat {
    #[serde(default)]
    pub(super) seat_guid: Text,
    #[serde(default)]
    pub(super) seat_number: Text,
    pub(super) position: Option<Point>,
    #[serde(default)]
    pub(super) category: Text,
}

#[derive(Deserialize)]
pub(super) struct Area {
    #[serde(default)]
    pub(super) shape: Text,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) position: Point,
    #[serde(default)]
    pub(super) rotation: Option<f64>,
    pub(super) rectangle: Option<Size>,
    pub(super) ellipse: Option<Ellipse>,
    pub(super) circle: Option<Circle>,
    pub(super) polygon: Option<Polygon>,
    // As early plans had it.
    pub(super) width: Option<f64>,
    pub(super) height: Option<f64>,
    pub(super) text: Option<AreaText>,
}

impl Area {
    /// Its rectangle, as plans of any age say it.
    pub(super) fn rectangle(&self, warnings: &mut Warnings) -> Option<Size> {
        let early = self.width.zip(self.height).map(|(width, height)| Size { width, height });
        let others = self.ellipse.is_some() || self.circle.is_some() || self.polygon.is_some();
        let given = self.width.is_some() || self.height.is_some();
        if given && (early.is_none() || others || self.rectangle.is_some()) {
            let what = "areas[].width, height: not carried over";
            warnings.count(what, &self.shape.0);
        }
        self.rectangle.or(early.filter(|_| !others))
    }
}

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Size {
    #[serde(default)]
    pub(super) width: f64,
    #[serde(default)]
    pub(super) height: f64,
}

#[derive(Deserialize)]
pub(super) struct Ellipse {
    pub(super) radius: Point,
}

#[derive(Deserialize)]
pub(super) struct Circle {
    pub(super) radius: f64,
}

#[derive(Deserialize)]
pub(super) struct Polygon {
    #[serde(default)]
    pub(super) points: Vec<Point>,
}

/// What is written on an area: in early plans a text alone.
pub(super) struct AreaText {
    pub(super) text: Text,
    pub(super) position: Point,
    pub(super) size: Option<f64>,
}

impl<'de> Deserialize<'de> for AreaText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AreaTextVisitor)
    }
}

struct AreaTextVisitor;

impl<'de> Visitor<'de> for AreaTextVisitor {
    type Value = AreaText;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or an object")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AreaText, E> {
        Ok(AreaText { text: Text(text.to_owned()), position: Point::default(), size: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AreaText, A::Error> {
        #[derive(Deserialize)]
        struct Object {
            #[serde(default)]
            text: Text,
            #[serde(default, deserialize_with = "or_default")]
            position: Point,
            size: Option<f64>,
        }
        let Object { text, position, size } = Object::deserialize(MapAccessDeserializer::new(map))?;
        Ok(AreaText { text, position, size })
    }
}
