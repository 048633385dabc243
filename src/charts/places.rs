//! Where in a document something is: as a path for its author, or by name for whoever wrote a
//! document of another format, which has other paths.

use super::ChartError;
use super::document::{Document, SectionDocument};
use crate::domain::layout::{Layout, LayoutError};

/// Says where in the document the trouble with a layout comes from.
pub(super) fn located(document: &Document, layout: &Layout, error: &LayoutError) -> ChartError {
    let numbered = error.path.split_once('[').and_then(|(column, rest)| {
        let (position, _) = rest.split_once(']')?;
        Some((column, position.parse::<u32>().ok()?))
    });
    let row_of = |seat: u32| layout.rows.partition_point(|row| row.first <= seat) - 1;
    let row = match numbered {
        Some(("number" | "x" | "y" | "category" | "flags", seat)) => Some(row_of(seat)),
        Some(("rows", row)) => Some(row as usize),
        Some(("areas", area)) => layout.areas.get(area as usize).map(|area| row_of(area.first)),
        Some(("tables", at)) => layout.tables.get(at as usize).map(|table| row_of(table.first)),
        _ => None,
    };
    let path = row.map_or_else(|| error.path.clone(), |row| path_of(document, row));
    ChartError::wrong(path, error.problem.to_string())
}

/// The path of the row, table or area a seat is in.
pub(super) fn of_seat(document: &Document, layout: &Layout, seat: u32) -> String {
    path_of(document, layout.rows.partition_point(|row| row.first <= seat) - 1)
}

fn path_of(document: &Document, row: usize) -> String {
    let mut left = row;
    for (position, section) in document.sections.iter().enumerate() {
        let lists = [
            ("rows", section.rows.len()),
            ("tables", section.tables.len()),
            ("areas", section.areas.len()),
        ];
        for (name, len) in lists {
            if left < len {
                return format!("sections[{position}].{name}[{left}]");
            }
            left -= len;
        }
    }
    "sections".into()
}

/// An error of a document that was made from another: told by the path in the other, where that is
/// known, and by the name that both have.
pub(super) fn by_name(document: &Document, error: &ChartError) -> ChartError {
    let name = name(document, &error.path);
    let reason =
        if name == "sections" { error.reason.clone() } else { format!("{name}: {}", error.reason) };
    ChartError { path: source(document, &error.path).to_owned(), reason, kind: error.kind }
}

/// Where in the document of the other format a path leads to; empty if that isn't known.
pub(super) fn source<'a>(document: &'a Document, path: &str) -> &'a str {
    let sources = &document.sources;
    let mut steps = path.split('.').map(step);
    let (Some(first), inner) = (steps.next(), steps.next()) else { return "" };
    let found = match first {
        ("sections", Some(at)) => document.sections.get(at).map(|s| source_within(s, inner)),
        ("zones", Some(at)) => sources.zones.get(at),
        ("shapes", Some(at)) => sources.shapes.get(at),
        ("texts", Some(at)) => sources.texts.get(at),
        ("focal_point", None) => Some(&sources.focal_point),
        ("sections" | "floors" | "shapes" | "texts", None) => Some(&sources.objects),
        _ => None,
    };
    found.map(String::as_str).unwrap_or_default()
}

/// Where a section comes from, or what a step from it leads to.
fn source_within<'a>(
    section: &'a SectionDocument,
    step: Option<(&str, Option<usize>)>,
) -> &'a String {
    let own = match step {
        Some(("rows", Some(at))) => section.rows.get(at).map(|row| &row.source),
        Some(("tables", Some(at))) => section.tables.get(at).map(|table| &table.source),
        Some(("areas", Some(at))) => section.areas.get(at).map(|area| &area.source),
        _ => None,
    };
    own.unwrap_or(&section.source)
}

/// What a path leads to, by name: `row "A" of section "Stalls"`.
pub(super) fn name(document: &Document, path: &str) -> String {
    let mut steps = path.split('.').map(step);
    let (Some((list, Some(at))), inner) = (steps.next(), steps.next()) else {
        return path.to_owned();
    };
    let called = |kind: &str, label: Option<&String>| called(kind, label.map(String::as_str));
    match list {
        "sections" => match document.sections.get(at) {
            Some(section) => within(section, inner),
            None => path.to_owned(),
        },
        "categories" => called("category", document.categories.get(at).map(|known| &known.label)),
        "zones" => called("zone", document.zones.get(at).map(|zone| &zone.label)),
        "floors" => called("floor", document.floors.get(at)),
        "shapes" => called("shape", document.shapes.get(at).map(|shape| &shape.label)),
        "texts" => called("text", document.texts.get(at).map(|text| &text.text)),
        _ => path.to_owned(),
    }
}

/// A section, or what a step from it leads to.
fn within(section: &SectionDocument, step: Option<(&str, Option<usize>)>) -> String {
    let (kind, label) = match step {
        Some(("rows", Some(at))) => ("row", section.rows.get(at).map(|row| &row.label)),
        Some(("tables", Some(at))) => ("table", section.tables.get(at).map(|table| &table.label)),
        Some(("areas", Some(at))) => ("area", section.areas.get(at).map(|area| &area.label)),
        _ => return called("section", Some(&section.label)),
    };
    let own = called(kind, label.map(String::as_str));
    match section.label.as_str() {
        "" => own,
        section => format!("{own} of section {section:?}"),
    }
}

fn called(kind: &str, label: Option<&str>) -> String {
    match label {
        Some("") | None => format!("a {kind} without a name"),
        Some(label) => format!("{kind} {label:?}"),
    }
}

/// `rows[3]` as `rows` and 3.
fn step(text: &str) -> (&str, Option<usize>) {
    match text.split_once('[') {
        Some((list, rest)) => (list, rest.trim_end_matches(']').parse().ok()),
        None => (text, None),
    }
}
