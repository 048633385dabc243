//! Layouts as seating plans of pretix. Sections become zones; what those can't say is listed.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Warnings;
use crate::domain::layout::{Category, Layout, Row, SEAT_AISLE};

/// Pixels of a centimetre: a seat of 50 cm is drawn 20 pixels wide.
const PIXELS: f64 = 0.4;
/// Half a seat, in pixels.
const RADIUS: u32 = 9;
/// The free space around, in centimetres.
const MARGIN_CM: i32 = 100;
/// The colours of what isn't a seat.
const GROUND: &str = "#eeeeee";
const BORDER: &str = "#cccccc";

pub(in super::super) fn json(name: &str, layout: &Layout) -> (String, Vec<String>) {
    let mut warnings = Warnings::default();
    warn(layout, &mut warnings);
    let bounds = Bounds::of(layout);
    let names = names(layout, &mut warnings);
    let mut rows: Vec<Vec<&Row>> = vec![Vec::new(); layout.sections.len()];
    for row in layout.rows.iter().filter(|row| layout.area_of(row.first).is_none()) {
        rows[row.section as usize].push(row);
    }
    let mut zones: Vec<Value> = layout
        .sections
        .iter()
        .enumerate()
        .map(|(position, section)| {
            let seated = rows[position].iter();
            // Without a text, which would be read over the seats, and may be that of a stage.
            let outline = Some(&section.outline).filter(|outline| outline.len() > 2);
            let outline: Vec<Value> = outline.map(|o| polygon("", o, &bounds)).into_iter().collect();
            json!({
                "name": section.label,
                "zone_id": position.to_string(),
                "position": { "x": 0, "y": 0 },
                "rows": seated.map(|row| self::row(layout, row, &names, &bounds)).collect::<Vec<_>>(),
                "areas": outline,
            })
        })
        .collect();
    let tables = layout.tables.iter().map(|t| (t.label.as_str(), &t.outline));
    let areas = layout.areas.iter().map(|a| (a.label.as_str(), &a.outline));
    let shapes = layout.shapes.iter().map(|s| (s.label.as_str(), &s.outline));
    let drawn = shapes.chain(tables).chain(areas).filter(|(_, outline)| outline.len() > 2);
    let mut drawn: Vec<Value> =
        drawn.map(|(label, outline)| polygon(label, outline, &bounds)).collect();
    drawn.extend(layout.texts.iter().map(|text| {
        json!({
            "shape": "text",
            "position": bounds.point(text.at),
            "text": {
                "position": { "x": 0, "y": 0 }, "text": text.text, "color": "#333333",
                "size": pixels(text.size).max(1),
            },
            "color": "#333333", "border_color": "#333333", "rotation": text.rotation,
        })
    }));
    zones.push(json!({
        "name": "Drawing", "zone_id": "drawing", "position": { "x": 0, "y": 0 },
        "rows": [], "areas": drawn,
    }));
    let categories: Vec<Value> = layout
        .categories
        .iter()
        .zip(&names)
        .map(|(category, name)| json!({ "name": name, "color": category.color }))
        .collect();
    let plan = json!({
        "name": name,
        "categories": categories,
        "zones": zones,
        "size": { "width": bounds.size(0), "height": bounds.size(1) },
    });
    (plan.to_string(), warnings.into_list())
}

/// The names of the categories, by which seats name theirs.
fn names(layout: &Layout, warnings: &mut Warnings) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut name = |category: &Category| {
        let (key, label) = (&category.key, &category.label);
        let mut name = if label.is_empty() { key.clone() } else { label.clone() };
        if !taken.insert(name.clone()) {
            // Keys differ, and each turn adds one.
            while !taken.insert(name.clone()) {
                name = format!("{name} ({key})");
            }
            warnings.count("a category has its key in its name, or it would be another's", label);
        }
        name
    };
    layout.categories.iter().map(&mut name).collect()
}

fn warn(layout: &Layout, warnings: &mut Warnings) {
    for area in &layout.areas {
        warnings.tell(format!(
            "area {:?} is only drawn: plans have no places without seats",
            area.label
        ));
    }
    for table in &layout.tables {
        warnings.tell(format!("table {:?} is a row there", table.label));
    }
    let notable = layout.flags.iter().filter(|flags| **flags & !SEAT_AISLE != 0).count();
    if notable > 0 {
        warnings.tell(format!("the properties of {notable} seats are lost, such as wheelchair"));
    }
    if !layout.zones.is_empty() || layout.focal_point.is_some() {
        warnings.tell("focal points are lost");
    }
    if layout.sections.iter().any(|section| !section.floor.is_empty()) {
        warnings.tell("floors are drawn into one plan");
    }
    if layout.sections.iter().any(|section| !section.outline.is_empty()) {
        warnings.tell("the outlines of sections are only drawn");
    }
    if layout.sections.iter().any(|section| !section.entrance.is_empty()) {
        warnings.tell("entrances are lost");
    }
    if layout.background.is_some() {
        warnings.tell("the background image is lost");
    }
}

fn row(layout: &Layout, row: &Row, names: &[String], bounds: &Bounds) -> Value {
    let seats: Vec<Value> = (row.first..row.first + row.count)
        .map(|seat| {
            let at = seat as usize;
            json!({
                "seat_guid": layout.seat_no(seat),
                "seat_number": layout.number[at],
                "position": bounds.point([layout.x[at], layout.y[at]]),
                "category": names[usize::from(layout.category[at])],
                "radius": RADIUS,
            })
        })
        .collect();
    json!({
        "row_number": row.label,
        "row_number_position": "both",
        "position": { "x": 0, "y": 0 },
        "seats": seats,
    })
}

fn polygon(label: &str, outline: &[[i32; 2]], bounds: &Bounds) -> Value {
    let points: Vec<Value> = outline.iter().map(|point| bounds.point(*point)).collect();
    let middle = super::super::geometry::middle(outline);
    json!({
        "shape": "polygon",
        "position": { "x": 0, "y": 0 },
        "polygon": { "points": points },
        "color": GROUND,
        "border_color": BORDER,
        "rotation": 0,
        "text": { "position": bounds.point(middle), "text": label, "color": "#333333" },
    })
}

/// The box around everything.
struct Bounds {
    low: [i32; 2],
    high: [i32; 2],
}

impl Bounds {
    fn of(layout: &Layout) -> Self {
        let mut bounds = Self { low: [i32::MAX; 2], high: [i32::MIN; 2] };
        let seats = layout.x.iter().zip(&layout.y).map(|(x, y)| [*x, *y]);
        let outlines = layout.sections.iter().map(|section| &section.outline);
        let outlines = outlines
            .chain(layout.shapes.iter().map(|shape| &shape.outline))
            .chain(layout.tables.iter().map(|table| &table.outline))
            .chain(layout.areas.iter().map(|area| &area.outline));
        let texts = layout.texts.iter().map(|text| text.at);
        for point in seats.chain(outlines.flatten().copied()).chain(texts) {
            for (axis, coordinate) in point.into_iter().enumerate() {
                bounds.low[axis] = bounds.low[axis].min(coordinate - MARGIN_CM);
                bounds.high[axis] = bounds.high[axis].max(coordinate + MARGIN_CM);
            }
        }
        bounds
    }

    fn point(&self, point: [i32; 2]) -> Value {
        let [x, y] =
            [0, 1].map(|axis| (f64::from(point[axis]) - f64::from(self.low[axis])) * PIXELS);
        json!({ "x": (x * 10.0).round() / 10.0, "y": (y * 10.0).round() / 10.0 })
    }

    fn size(&self, axis: usize) -> u32 {
        pixels(self.high[axis].abs_diff(self.low[axis])).max(1)
    }
}

/// A length in centimetres as one on the plan, rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it gets shorter")]
fn pixels(length: u32) -> u32 {
    (f64::from(length) * PIXELS).ceil() as u32
}
