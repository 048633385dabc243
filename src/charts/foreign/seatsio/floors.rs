//! Floors of a chart of seats.io, and what is inside its sections: the lists of their objects, and
//! what is only drawn.

use std::mem::take;

use serde::Deserialize;

use super::super::super::document::Document;
use super::super::{Noted, Point, Text, Unit, Warnings, degrees, or_default};
use super::lists::Objects;
use super::objects::{Area, Booth, Row, Section, Shape, Table, Words};
use crate::domain::layout;

/// A floor, or what is inside a section. Either may wrap it once more.
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
    pub(super) rows: Objects<Row>,
    #[serde(deserialize_with = "or_default")]
    pub(super) tables: Objects<Table>,
    #[serde(deserialize_with = "or_default")]
    pub(super) booths: Objects<Booth>,
    #[serde(deserialize_with = "or_default")]
    pub(super) general_admission_areas: Objects<Area>,
    #[serde(deserialize_with = "or_default")]
    pub(super) sections: Objects<Section>,
    #[serde(deserialize_with = "or_default")]
    shapes: Objects<Shape>,
    #[serde(deserialize_with = "or_default")]
    texts: Objects<Words>,
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

impl SubChart {
    /// What is inside, with everything that may stand around it; in its sections too.
    pub(super) fn inner(mut self) -> Self {
        while let Some(inside) = self.sub_chart.take() {
            self = self.around(*inside);
        }
        for section in self.sections.iter_mut() {
            section.sub_chart = take(&mut section.sub_chart).inner();
        }
        self
    }

    fn around(self, inside: Self) -> Self {
        let named = |outer: Text, inner: Text| if outer.0.is_empty() { inner } else { outer };
        let noted = |outer: Noted, inner: Noted| Noted(outer.0 || inner.0);
        Self {
            sub_chart: inside.sub_chart,
            label: named(self.label, inside.label),
            name: named(self.name, inside.name),
            floor: self.floor.or(inside.floor),
            rows: self.rows.around(inside.rows),
            tables: self.tables.around(inside.tables),
            booths: self.booths.around(inside.booths),
            general_admission_areas: self
                .general_admission_areas
                .around(inside.general_admission_areas),
            sections: self.sections.around(inside.sections),
            shapes: self.shapes.around(inside.shapes),
            texts: self.texts.around(inside.texts),
            focal_point: inside.focal_point.or(self.focal_point),
            icons: noted(self.icons, inside.icons),
            image_objects: noted(self.image_objects, inside.image_objects),
            background_image: noted(self.background_image, inside.background_image),
        }
    }

    /// Its names, the one that counts first.
    fn names(&self) -> impl Iterator<Item = &str> {
        let floor = self.floor.as_ref();
        let inside = [floor.map(|floor| &floor.label), floor.map(|floor| &floor.name)];
        let names = [Some(&self.label), Some(&self.name)].into_iter().chain(inside).flatten();
        names.map(|name| name.0.as_str()).filter(|name| !name.is_empty())
    }

    /// The name of the floor at a position, from 0.
    pub(super) fn label(&self, position: usize) -> String {
        self.names().next().map_or_else(|| format!("Floor {}", position + 1), str::to_owned)
    }

    /// Tells of names nobody is shown: of floors all but the first, inside sections every one.
    pub(super) fn tell_names(&self, shown: &str, warnings: &mut Warnings) {
        for name in self.names().filter(|name| *name != shown) {
            warnings.count("another name of a floor or a section is not carried over", name);
        }
    }

    /// Carries over what is only drawn; `path` is its own in the document.
    pub(super) fn draw(
        &self,
        path: &str,
        document: &mut Document,
        (unit, offset): (Unit, Point),
        warnings: &mut Warnings,
    ) {
        let left_out = [
            (self.icons, "icons were left out"),
            (self.image_objects, "images were left out"),
            (self.background_image, "a background image was left out"),
        ];
        for (_, what) in left_out.iter().filter(|(noted, _)| noted.0) {
            warnings.count(what, &self.label.0);
        }
        for shape in self.shapes.with_paths(path, "shapes") {
            draw_shape(shape, document, (unit, offset), warnings);
        }
        for words in self.texts.with_paths(path, "texts") {
            write(words, document, (unit, offset), warnings);
        }
    }
}

fn draw_shape(
    (source, shape): (String, &Shape),
    document: &mut Document,
    (unit, offset): (Unit, Point),
    warnings: &mut Warnings,
) {
    let label = &shape.label.0;
    let others = [
        (!shape.entrance.0.is_empty(), "entrance"),
        (!shape.category_key.0.is_empty(), "categoryKey"),
        (shape.ground().is_turned_polygon(), "rotationAngle (of a polygon)"),
    ];
    shape.tell("shapes", &others, warnings);
    let outline = unit.outline(&shape.ground().outline(offset));
    if outline.len() < 3 {
        let what = format!("a shape of type {:?} was left out: {label:?}", shape.kind.0);
        warnings.tell(what);
        return;
    }
    let kind = if shape.smart_type.0.is_empty() { "area" } else { &shape.smart_type.0 };
    document.sources.shapes.push(source);
    document.shapes.push(layout::Shape { kind: kind.to_owned(), label: label.clone(), outline });
}

fn write(
    (source, words): (String, &Words),
    document: &mut Document,
    (unit, offset): (Unit, Point),
    warnings: &mut Warnings,
) {
    let (text, label) = (&words.text.0, &words.label.0);
    let (text, other) = if text.is_empty() { (label, text) } else { (text, label) };
    if !other.is_empty() && other != text {
        warnings.count("texts[].label: not carried over", other);
    }
    let Some(at) = words.place().filter(|_| !text.is_empty()) else {
        warnings.count("a text without words or without a place was left out", text);
        return;
    };
    document.sources.texts.push(source);
    document.texts.push(layout::Text {
        text: text.clone(),
        at: unit.point(at.plus(offset)),
        size: unit.size(words.text_size.unwrap_or(16.0)).clamp(1, 10_000),
        rotation: degrees(words.rotation_angle.unwrap_or(0.0)),
    });
}
