//! The objects of a chart of seats.io as they are written, and what is drawn of them.

use serde::Deserialize;

use super::super::super::document::Document;
use super::super::{Noted, Point, Text, Unit, Warnings, ellipse, or_default, rectangle};
use crate::domain::layout;
use crate::domain::layout::{
    SEAT_COMPANION, SEAT_HEARING_LOOP, SEAT_LIFT_UP_ARMREST, SEAT_PLUS_SIZE, SEAT_RESTRICTED_VIEW,
    SEAT_STEP_FREE, SEAT_WHEELCHAIR,
};

/// A floor, or what is inside a section. Floors may wrap it once more.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SubChart {
    #[serde(deserialize_with = "or_default")]
    sub_chart: Option<Box<SubChart>>,
    label: Text,
    name: Text,
    #[serde(deserialize_with = "or_default")]
    floor: Option<FloorName>,
    #[serde(deserialize_with = "or_default")]
    pub(super) rows: Vec<Row>,
    #[serde(deserialize_with = "or_default")]
    pub(super) tables: Vec<Table>,
    #[serde(deserialize_with = "or_default")]
    pub(super) booths: Vec<Booth>,
    #[serde(deserialize_with = "or_default")]
    pub(super) general_admission_areas: Vec<Area>,
    #[serde(deserialize_with = "or_default")]
    pub(super) sections: Vec<Section>,
    #[serde(deserialize_with = "or_default")]
    shapes: Vec<Shape>,
    #[serde(deserialize_with = "or_default")]
    texts: Vec<Words>,
    pub(super) focal_point: Option<Point>,
    icons: Noted,
    image_objects: Noted,
    background_image: Noted,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FloorName {
    name: Text,
    label: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Section {
    pub(super) label: Text,
    pub(super) display_label: Noted,
    #[serde(deserialize_with = "or_default")]
    pub(super) points: Vec<Point>,
    #[serde(deserialize_with = "or_default")]
    pub(super) top_left: Point,
    pub(super) entrance: Text,
    pub(super) zone: Text,
    pub(super) category_key: Text,
    pub(super) view_from_your_seat_image: Noted,
    #[serde(deserialize_with = "or_default")]
    pub(super) sub_chart: SubChart,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Row {
    pub(super) label: Text,
    pub(super) display_label: Noted,
    pub(super) category_key: Text,
    #[serde(deserialize_with = "or_default")]
    pub(super) seats: Vec<Seat>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Seat {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) label: Text,
    pub(super) display_label: Noted,
    pub(super) category_key: Text,
    pub(super) entrance: Noted,
    accessible: Noted,
    companion_seat: Noted,
    restricted_view: Noted,
    hearing_impaired: Noted,
    lift_up_armrests: Noted,
    plus_size: Noted,
    step_free: Noted,
    pub(super) semi_ambulatory_seat: Noted,
}

impl Seat {
    pub(super) fn flags(&self) -> u8 {
        let flags = [
            (self.accessible, SEAT_WHEELCHAIR),
            (self.companion_seat, SEAT_COMPANION),
            (self.restricted_view, SEAT_RESTRICTED_VIEW),
            (self.hearing_impaired, SEAT_HEARING_LOOP),
            (self.lift_up_armrests, SEAT_LIFT_UP_ARMREST),
            (self.plus_size, SEAT_PLUS_SIZE),
            (self.step_free, SEAT_STEP_FREE),
        ];
        flags.iter().filter(|(noted, _)| noted.0).fold(0, |all, (_, flag)| all | flag)
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Table {
    pub(super) label: Text,
    #[serde(flatten)]
    pub(super) ground: Ground,
    pub(super) category_key: Text,
    #[serde(deserialize_with = "or_default")]
    pub(super) seats: Vec<Seat>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Booth {
    pub(super) label: Text,
    #[serde(flatten)]
    pub(super) ground: Ground,
    pub(super) category_key: Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Area {
    pub(super) label: Text,
    pub(super) capacity: Option<u32>,
    pub(super) book_as_a_whole: Noted,
    #[serde(flatten)]
    pub(super) ground: Ground,
    pub(super) category_key: Text,
}

/// Where something is and how large.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Ground {
    center: Option<Point>,
    rotation_angle: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    radius: Option<f64>,
    radius1: Option<f64>,
    radius2: Option<f64>,
    points: Option<Vec<Point>>,
}

impl Ground {
    pub(super) fn middle(&self) -> Point {
        self.center.unwrap_or_default()
    }

    /// Its corners; none when it isn't known how large it is.
    pub(super) fn outline(&self, offset: Point) -> Vec<Point> {
        let middle = self.middle().plus(offset);
        let rotation = self.rotation_angle.unwrap_or(0.0);
        if let Some(points) = self.points.as_ref().filter(|points| points.len() > 2) {
            return points.iter().map(|point| point.plus(offset)).collect();
        }
        if let Some((x, y)) = self.radius1.zip(self.radius2) {
            return ellipse(middle, x, y, rotation);
        }
        if let Some((width, height)) = self.width.zip(self.height) {
            return rectangle(middle, width, height, rotation);
        }
        self.radius.map(|radius| ellipse(middle, radius, radius, 0.0)).unwrap_or_default()
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Shape {
    label: Text,
    smart_type: Text,
    #[serde(rename = "type")]
    kind: Text,
    #[serde(flatten)]
    ground: Ground,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Words {
    text: Text,
    label: Text,
    center: Option<Point>,
    x: Option<f64>,
    y: Option<f64>,
    text_size: Option<f64>,
    rotation_angle: Option<f64>,
}

impl SubChart {
    /// What is inside, with the name of the floor that may stand around it.
    pub(super) fn inner(mut self) -> Self {
        let Some(inside) = self.sub_chart.take() else { return self };
        Self { label: self.label, name: self.name, floor: self.floor, ..*inside }
    }

    /// The name of the floor at a position, from 0.
    pub(super) fn label(&self, position: usize) -> String {
        let floor = self.floor.as_ref();
        let names = [
            Some(&self.label),
            Some(&self.name),
            floor.map(|floor| &floor.label),
            floor.map(|floor| &floor.name),
        ];
        let found = names.into_iter().flatten().find(|name| !name.0.is_empty());
        found.map_or_else(|| format!("Floor {}", position + 1), |name| name.0.clone())
    }

    /// Carries over what is only drawn.
    pub(super) fn draw(&self, document: &mut Document, unit: Unit, warnings: &mut Warnings) {
        let left_out = [
            (self.icons, "icons"),
            (self.image_objects, "images"),
            (self.background_image, "the background image"),
        ];
        for (_, what) in left_out.iter().filter(|(noted, _)| noted.0) {
            warnings.tell(format!("{what} were left out"));
        }
        for shape in &self.shapes {
            let outline = unit.outline(&shape.ground.outline(Point::default()));
            if outline.len() < 3 {
                warnings.tell(format!("a shape of type {:?} was left out", shape.kind.0));
                continue;
            }
            let kind = if shape.smart_type.0.is_empty() { "area" } else { &shape.smart_type.0 };
            let (kind, label) = (kind.to_owned(), shape.label.0.clone());
            document.shapes.push(layout::Shape { kind, label, outline });
        }
        for words in &self.texts {
            let text = if words.text.0.is_empty() { &words.label } else { &words.text };
            let place = words.center.or(words.x.zip(words.y).map(|(x, y)| Point { x, y }));
            let Some(at) = place.filter(|_| !text.0.is_empty()) else {
                warnings.tell("a text without a place was left out");
                continue;
            };
            let degrees = words.rotation_angle.unwrap_or(0.0).clamp(-360.0, 360.0).round();
            #[expect(clippy::cast_possible_truncation, reason = "within 360 by the line above")]
            document.texts.push(layout::Text {
                text: text.0.clone(),
                at: unit.point(at),
                size: unit.size(words.text_size.unwrap_or(16.0)).clamp(1, 10_000),
                rotation: degrees as i32,
            });
        }
    }
}
