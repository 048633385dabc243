//! What every document is asked before a layout is made of it: short labels without control
//! characters, no more points and lists than anybody draws, and nothing out of sight.

use super::document::{Document, SectionDocument};
use super::{
    CHART_FLOORS_MAX, CHART_POINTS_MAX, CHART_SECTIONS_MAX, ChartError, LABEL_CHARS_MAX,
    OUTLINE_POINTS_MAX, TEXT_CHARS_MAX, TEXT_CM_MAX, URL_CHARS_MAX,
};
use crate::domain::layout::{Background, COORDINATE_CM_MAX, Text};

/// The most degrees something written is turned by.
const DEGREES_MAX: i32 = 360;

/// Labels that were not as they may be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// What is wrong with the first.
    pub(super) first: Option<ChartError>,
    /// How many had control characters.
    controls: usize,
    /// How many were too long.
    cut: usize,
}

impl Cleaned {
    /// Says what was done to labels of others.
    pub(super) fn tell(&self, warnings: &mut Vec<String>) {
        if self.controls > 0 {
            warnings.push(format!("control characters in {} labels are spaces now", self.controls));
        }
        if self.cut > 0 {
            warnings.push(format!("{} labels were too long and were cut", self.cut));
        }
    }
}

/// Makes spaces of control characters: browsers hide them and databases refuse some. Lines of a text
/// stay apart. What is too long is cut.
pub(super) fn clean(document: &mut Document) -> Cleaned {
    let mut cleaned = Cleaned::default();
    each_label(document, &mut |path, label, lines| {
        let bad = |letter: char| letter.is_control() && !(lines == Lines::Many && letter == '\n');
        if label.contains(bad) {
            *label = label.replace(bad, " ");
            cleaned.controls += 1;
            let wrong = || ChartError::wrong(path(), "must not have control characters");
            cleaned.first.get_or_insert_with(wrong);
        }
        let most = if lines == Lines::Many { TEXT_CHARS_MAX } else { LABEL_CHARS_MAX };
        if let Some((end, _)) = label.char_indices().nth(most) {
            label.truncate(end);
            cleaned.cut += 1;
            let reason = format!("must not have more than {most} characters");
            cleaned.first.get_or_insert_with(|| ChartError::wrong(path(), reason));
        }
    });
    cleaned
}

/// Of how many lines a label may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

type Visit<'a> = dyn FnMut(&dyn Fn() -> String, &mut String, Lines) + 'a;

/// Every text people read, and the keys; numbers and prefixes of seats are checked with them.
fn each_label(document: &mut Document, visit: &mut Visit<'_>) {
    visit(&|| "name".into(), &mut document.name, Lines::One);
    for (at, category) in document.categories.iter_mut().enumerate() {
        visit(&|| format!("categories[{at}].key"), &mut category.key, Lines::One);
        visit(&|| format!("categories[{at}].label"), &mut category.label, Lines::One);
    }
    for (at, zone) in document.zones.iter_mut().enumerate() {
        visit(&|| format!("zones[{at}].key"), &mut zone.key, Lines::One);
        visit(&|| format!("zones[{at}].label"), &mut zone.label, Lines::One);
    }
    for (at, floor) in document.floors.iter_mut().enumerate() {
        visit(&|| format!("floors[{at}]"), floor, Lines::One);
    }
    for (at, section) in document.sections.iter_mut().enumerate() {
        each_label_of(section, at, visit);
    }
    for (at, shape) in document.shapes.iter_mut().enumerate() {
        visit(&|| format!("shapes[{at}].kind"), &mut shape.kind, Lines::One);
        visit(&|| format!("shapes[{at}].label"), &mut shape.label, Lines::One);
    }
    for (at, text) in document.texts.iter_mut().enumerate() {
        visit(&|| format!("texts[{at}].text"), &mut text.text, Lines::Many);
    }
}

fn each_label_of(section: &mut SectionDocument, position: usize, visit: &mut Visit<'_>) {
    let path = |field: &str| format!("sections[{position}].{field}");
    visit(&|| path("label"), &mut section.label, Lines::One);
    visit(&|| path("floor"), &mut section.floor, Lines::One);
    visit(&|| path("entrance"), &mut section.entrance, Lines::One);
    if let Some(zone) = &mut section.zone {
        visit(&|| path("zone"), zone, Lines::One);
    }
    for (at, row) in section.rows.iter_mut().enumerate() {
        visit(&|| path(&format!("rows[{at}].label")), &mut row.label, Lines::One);
    }
    for (at, table) in section.tables.iter_mut().enumerate() {
        visit(&|| path(&format!("tables[{at}].label")), &mut table.label, Lines::One);
    }
    for (at, area) in section.areas.iter_mut().enumerate() {
        visit(&|| path(&format!("areas[{at}].label")), &mut area.label, Lines::One);
    }
}

/// Refuses more than can be handled, and what nobody would see.
pub(super) fn check(document: &Document) -> Result<(), ChartError> {
    for (list, len, most) in [
        ("sections", document.sections.len(), CHART_SECTIONS_MAX),
        ("floors", document.floors.len(), CHART_FLOORS_MAX),
    ] {
        if len > most {
            let reason = format!("a chart has at most {most} {list}, not {len}");
            return Err(ChartError::wrong(list, reason));
        }
    }
    for (at, text) in document.texts.iter().enumerate() {
        check_text(text, &format!("texts[{at}]"))?;
    }
    if let Some(background) = &document.background {
        check_background(background)?;
    }
    check_points(document)
}

fn check_text(text: &Text, path: &str) -> Result<(), ChartError> {
    let wrong = |field: &str, reason| Err(ChartError::wrong(format!("{path}.{field}"), reason));
    if !is_near(text.at) {
        return wrong("at", far());
    }
    if !(1..=TEXT_CM_MAX).contains(&text.size) {
        return wrong("size", format!("must be within 1 and {TEXT_CM_MAX}"));
    }
    if !(-DEGREES_MAX..=DEGREES_MAX).contains(&text.rotation) {
        return wrong("rotation", format!("must be within −{DEGREES_MAX} and {DEGREES_MAX}"));
    }
    Ok(())
}

fn check_background(background: &Background) -> Result<(), ChartError> {
    let wrong = |field: &str, reason| Err(ChartError::wrong(format!("background.{field}"), reason));
    let url = &background.url;
    let host = url.strip_prefix("https://").unwrap_or_default();
    if !host.starts_with(|letter: char| letter.is_alphanumeric() || letter == '[') {
        return wrong("url", "must begin with https:// and a host".into());
    }
    if url.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
        return wrong("url", "must not have spaces or control characters".into());
    }
    if url.chars().count() > URL_CHARS_MAX {
        return wrong("url", format!("must not have more than {URL_CHARS_MAX} characters"));
    }
    if !is_near(background.at) {
        return wrong("at", far());
    }
    for (field, size) in [("width", background.width), ("height", background.height)] {
        if !(1..=COORDINATE_CM_MAX.unsigned_abs()).contains(&size) {
            return wrong(field, format!("must be within 1 and {COORDINATE_CM_MAX}"));
        }
    }
    Ok(())
}

fn is_near(at: [i32; 2]) -> bool {
    at.iter().all(|coordinate| (-COORDINATE_CM_MAX..=COORDINATE_CM_MAX).contains(coordinate))
}

fn far() -> String {
    format!("coordinates lie within {COORDINATE_CM_MAX} cm of the origin")
}

/// Refuses outlines of more points than a browser should draw in a frame.
fn check_points(document: &Document) -> Result<(), ChartError> {
    let mut points = Points(0);
    for (position, section) in document.sections.iter().enumerate() {
        let path = |field: &str| format!("sections[{position}].{field}");
        points.add(&section.outline, "sections", || path("outline"))?;
        for (at, table) in section.tables.iter().enumerate() {
            points.add(&table.outline, "sections", || path(&format!("tables[{at}].outline")))?;
        }
        for (at, area) in section.areas.iter().enumerate() {
            points.add(&area.outline, "sections", || path(&format!("areas[{at}].outline")))?;
        }
    }
    for (at, shape) in document.shapes.iter().enumerate() {
        points.add(&shape.outline, "shapes", || format!("shapes[{at}].outline"))?;
    }
    Ok(())
}

/// How many points there were so far.
struct Points(usize);

impl Points {
    fn add(
        &mut self,
        outline: &[[i32; 2]],
        list: &str,
        path: impl Fn() -> String,
    ) -> Result<(), ChartError> {
        if outline.len() > OUTLINE_POINTS_MAX {
            let reason = format!("has {} points, of at most {OUTLINE_POINTS_MAX}", outline.len());
            return Err(ChartError::wrong(path(), reason));
        }
        self.0 += outline.len();
        if self.0 > CHART_POINTS_MAX {
            let reason = format!("the outlines of a chart have at most {CHART_POINTS_MAX} points");
            return Err(ChartError::wrong(list, reason));
        }
        Ok(())
    }
}
