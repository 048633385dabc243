//! What every document is asked before a layout is made of it: labels without control characters,
//! and no more points than anybody draws.

use super::document::{Document, SectionDocument};
use super::{CHART_POINTS_MAX, ChartError, OUTLINE_POINTS_MAX};

/// Labels that had control characters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// The path of the first.
    pub(super) first: Option<String>,
    /// How many there were.
    pub(super) labels: usize,
}

/// Makes spaces of control characters: browsers hide them and databases refuse some. Lines of a text
/// stay apart.
pub(super) fn clean(document: &mut Document) -> Cleaned {
    let mut cleaned = Cleaned::default();
    each_label(document, &mut |path, label, lines| {
        let bad = |letter: char| letter.is_control() && !(lines == Lines::Many && letter == '\n');
        if label.contains(bad) {
            *label = label.replace(bad, " ");
            cleaned.labels += 1;
            cleaned.first.get_or_insert_with(path);
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
    if let Some(background) = &mut document.background {
        visit(&|| "background.url".into(), &mut background.url, Lines::One);
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

/// Refuses outlines of more points than a browser should draw in a frame.
pub(super) fn check_points(document: &Document) -> Result<(), ChartError> {
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
