//! The objects of a floor of SeatLayer, one by one, into the sections they lie in.

use super::super::super::ChartError;
use super::super::super::TEXT_CM_MAX;
use super::super::super::build::slug;
use super::super::super::document::{AreaDocument, Document, SectionDocument, TableDocument};
use super::super::{Place, Point, Unit, Warnings, degrees, ellipse, rectangle, row};
use super::objects::{self, Object};
use super::places::{Effort, Places, middle};
use super::seats::{is_round, of_row, of_table, table_radius, table_size};
use super::{Categories, Storey};
use crate::domain::layout::{self, TableKind, TableSale};

/// Reads objects into a document.
pub(super) struct Reader<'a> {
    pub(super) document: &'a mut Document,
    pub(super) categories: &'a Categories<'a>,
    pub(super) unit: Unit,
    pub(super) warnings: &'a mut Warnings,
    pub(super) effort: &'a mut Effort,
}

/// Where an object goes.
struct Target<'a> {
    places: &'a Places<'a>,
    /// The sections of this floor; the first is of what lies in none.
    sections: Vec<SectionDocument>,
}

impl Reader<'_> {
    pub(super) fn floor(&mut self, floor: &Storey<'_>) -> Result<(), ChartError> {
        let places = Places::of(floor.objects);
        let loose = SectionDocument { floor: floor.name.clone(), ..SectionDocument::default() };
        let mut target = Target { places: &places, sections: vec![loose] };
        for (at, object) in floor.objects.iter().enumerate() {
            if object.kind.0 != "section" {
                continue;
            }
            object.tell_but(objects::SECTION, self.warnings);
            let mut section = section(object, self.unit, self.warnings);
            section.floor.clone_from(&floor.name);
            section.source = format!("{}[{at}]", floor.path);
            target.sections.push(section);
        }
        for (at, object) in floor.objects.iter().enumerate() {
            let path = format!("{}[{at}]", floor.path);
            self.object(&mut target, (at, object), &path)?;
        }
        let loose = &target.sections[0];
        if loose.rows.is_empty() && loose.tables.is_empty() && loose.areas.is_empty() {
            target.sections.remove(0);
        }
        self.document.sections.append(&mut target.sections);
        Ok(())
    }

    fn object(
        &mut self,
        target: &mut Target<'_>,
        (at, object): (usize, &Object),
        path: &str,
    ) -> Result<(), ChartError> {
        match object.kind.0.as_str() {
            "section" => {}
            "row" => self.row(target, (at, object), path)?,
            "table" => self.table(target, (at, object), path)?,
            "booth" => self.booth(target, (at, object), path)?,
            "gaArea" => self.area(target, (at, object), path)?,
            "shape" => {
                object.tell_but(objects::SHAPE, self.warnings);
                self.draw(object, path);
            }
            "text" => {
                object.tell_but(objects::TEXT, self.warnings);
                self.write(object, path);
            }
            other => self.warnings.tell(format!("{path}: objects of type {other:?} were left out")),
        }
        Ok(())
    }

    fn section<'t>(
        &mut self,
        target: &'t mut Target<'_>,
        object: (usize, &Object),
        middle: Point,
    ) -> Result<&'t mut SectionDocument, ChartError> {
        let found =
            target.places.section(object, middle, (&mut *self.effort, &mut *self.warnings))?;
        Ok(&mut target.sections[found.map_or(0, |section| section + 1)])
    }

    fn row(
        &mut self,
        target: &mut Target<'_>,
        (at, object): (usize, &Object),
        path: &str,
    ) -> Result<(), ChartError> {
        object.tell_but(objects::ROW, self.warnings);
        let places = of_row(object, self.categories, (self.unit, &mut *self.warnings), path)?;
        if places.is_empty() {
            self.warnings.tell(format!("{path}: has no seats and was left out"));
            return Ok(());
        }
        let middle = middle(places.iter().map(|place| place.at));
        let (unit, shown) = (self.unit, &object.display_label.0);
        let mut described = row(places, unit, 0, &self.document.categories);
        described.label.clone_from(if shown.is_empty() { &object.label.0 } else { shown });
        path.clone_into(&mut described.source);
        // The label of a row is unique there, and what its seats are called by.
        let name = slug(&object.label.0);
        described.prefix = (!name.is_empty()).then(|| name + "-");
        self.section(target, (at, object), middle)?.rows.push(described);
        Ok(())
    }

    fn table(
        &mut self,
        target: &mut Target<'_>,
        (at, object): (usize, &Object),
        path: &str,
    ) -> Result<(), ChartError> {
        object.tell_but(objects::TABLE, self.warnings);
        let missing = |field: &str| ChartError::wrong(format!("{path}.{field}"), "is missing");
        let center = object.center.ok_or_else(|| missing("center"))?;
        let count = object.seat_count.ok_or_else(|| missing("seatCount"))?;
        let category = self.categories.of(&object.category_key.0, self.warnings);
        let seats = of_table(object, center, count, category);
        if seats.is_empty() {
            self.warnings.tell(format!("{path}: has no seats and was left out"));
            return Ok(());
        }
        let outline = if is_round(object) {
            ellipse(center, table_radius(object), table_radius(object), 0.0)
        } else {
            let (width, height) = table_size(object);
            rectangle(center, width, height, object.turn())
        };
        let table = TableDocument {
            source: path.to_owned(),
            label: object.label.0.clone(),
            sale: if object.book_as_whole.0 { TableSale::Whole } else { TableSale::Seat },
            kind: TableKind::Table,
            outline: self.unit.outline(&outline),
            seats: row(seats, self.unit, 0, &self.document.categories),
        };
        self.section(target, (at, object), center)?.tables.push(table);
        Ok(())
    }

    fn booth(
        &mut self,
        target: &mut Target<'_>,
        (at, object): (usize, &Object),
        path: &str,
    ) -> Result<(), ChartError> {
        object.tell_but(objects::BOOTH, self.warnings);
        let missing = || ChartError::wrong(format!("{path}.center"), "is missing");
        let center = object.center.ok_or_else(missing)?;
        let category = self.categories.of(&object.category_key.0, self.warnings);
        let (width, height) = table_size(object);
        let seat = Place { at: center, number: "1".into(), category, flags: 0 };
        let booth = TableDocument {
            source: path.to_owned(),
            label: object.label.0.clone(),
            sale: TableSale::Whole,
            kind: TableKind::Booth,
            outline: self.unit.outline(&rectangle(center, width, height, object.turn())),
            seats: row(vec![seat], self.unit, 0, &self.document.categories),
        };
        self.section(target, (at, object), center)?.tables.push(booth);
        Ok(())
    }

    fn area(
        &mut self,
        target: &mut Target<'_>,
        (at, object): (usize, &Object),
        path: &str,
    ) -> Result<(), ChartError> {
        object.tell_but(objects::AREA, self.warnings);
        let label = &object.label.0;
        let Some(capacity) = object.capacity.filter(|capacity| *capacity > 0) else {
            self.warnings.tell(format!("area {label:?} admits nobody, left out"));
            return Ok(());
        };
        let outline = self.unit.outline(&object.points);
        if outline.len() < 3 {
            self.warnings.count("objects[].points: an area has no ground of its own", label);
        }
        let category = self.categories.of(&object.category_key.0, self.warnings);
        let area = AreaDocument {
            source: path.to_owned(),
            label: label.clone(),
            capacity,
            outline: if outline.len() < 3 { Vec::new() } else { outline },
            category: Some(self.document.categories[usize::from(category)].key.clone()),
            ..AreaDocument::default()
        };
        let middle = middle(object.points.iter().copied());
        self.section(target, (at, object), middle)?.areas.push(area);
        Ok(())
    }

    fn write(&mut self, object: &Object, path: &str) {
        let text = &object.text.0;
        let Some(at) = object.position.filter(|_| !text.is_empty()) else {
            self.warnings.count("a text without words or without a place was left out", text);
            return;
        };
        let size = self.unit.size(object.font_size.unwrap_or(16.0)).clamp(1, TEXT_CM_MAX);
        self.document.sources.texts.push(path.to_owned());
        self.document.texts.push(layout::Text {
            text: text.clone(),
            at: self.unit.point(at),
            size,
            rotation: degrees(object.turn()),
        });
    }

    fn draw(&mut self, object: &Object, path: &str) {
        let size = object.width.zip(object.height);
        let corner = object.x.zip(object.y);
        let points = match (size, corner) {
            (Some((width, height)), Some((x, y))) => {
                let middle = Point { x: x + width / 2.0, y: y + height / 2.0 };
                let rotation = object.rotation.unwrap_or(0.0);
                if object.drawn.0 == "ellipse" {
                    ellipse(middle, width / 2.0, height / 2.0, rotation)
                } else {
                    rectangle(middle, width, height, rotation)
                }
            }
            _ => {
                if object.rotation.is_some_and(|rotation| rotation != 0.0) {
                    let what = "objects[].rotation: not carried over from a shape of points";
                    self.warnings.count(what, &object.label.0);
                }
                object.points.clone()
            }
        };
        let outline = self.unit.outline(&points);
        if outline.len() < 3 {
            self.warnings.tell(format!("{path}: a line was left out; only areas are drawn"));
            return;
        }
        let label = object.label.0.clone();
        let kind = match object.role.0.as_str() {
            "" if label.to_lowercase().contains("stage") => "stage",
            "" => "area",
            role => role,
        };
        let kind = kind.to_owned();
        self.document.sources.shapes.push(path.to_owned());
        self.document.shapes.push(layout::Shape { kind, label, outline });
    }
}

fn section(object: &Object, unit: Unit, warnings: &mut Warnings) -> SectionDocument {
    let (label, shown) = (&object.label, &object.display_label);
    if !shown.0.is_empty() && !label.0.is_empty() && shown != label {
        warnings.count("the label of a section is not carried over beside displayLabel", &label.0);
    }
    let label = if shown.0.is_empty() { label } else { shown };
    SectionDocument {
        label: label.0.clone(),
        outline: unit.outline(&object.outline),
        zone: (!object.zone.0.is_empty()).then(|| object.zone.0.clone()),
        entrance: object.entrance.0.clone(),
        ..SectionDocument::default()
    }
}
