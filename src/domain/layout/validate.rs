//! The door for layouts: what a layout must satisfy before anything relies on it.
//!
//! Nothing behind the door checks again. Charts from outside pass here before they are stored.

use std::collections::HashSet;

use thiserror::Error;

use super::{
    COORDINATE_CM_MAX, Category, LAYOUT_CATEGORIES_MAX, LAYOUT_SEATS_MAX, Layout, SEAT_NO_CHARS_MAX,
};

/// Why a layout is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {problem}")]
pub struct LayoutError {
    /// The value at fault, such as `rows[3].section`.
    pub path: String,
    /// What is wrong with it.
    pub problem: LayoutProblem,
}

/// What can be wrong with a value of a layout.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LayoutProblem {
    /// No seats, or too many.
    #[error("a layout has 1 to {LAYOUT_SEATS_MAX} seats, not {0}")]
    SeatCount(usize),
    /// More categories than tickets can store.
    #[error("a layout has at most {LAYOUT_CATEGORIES_MAX} categories, not {0}")]
    CategoryCount(usize),
    /// A column that is not as long as the others.
    #[error("has {0} values for {1} seats")]
    ColumnLength(usize, usize),
    /// A row that does not begin where the one before it ended, or is empty.
    #[error("rows must cover the seats in order, each exactly once")]
    RowOrder,
    /// A position that points at nothing.
    #[error("there is no {0} {1}")]
    Missing(&'static str, u32),
    /// A key or number used twice.
    #[error("{0:?} is used twice")]
    Duplicate(String),
    /// An empty text where one is needed.
    #[error("must not be empty")]
    Empty,
    /// A colour that is not `#rrggbb`.
    #[error("{0:?} is not a colour of the form #rrggbb")]
    Color(String),
    /// A polygon with one or two points.
    #[error("an outline has at least three points")]
    Outline,
    /// A coordinate too far out.
    #[error("coordinates lie within {COORDINATE_CM_MAX} cm of the origin")]
    Coordinate,
    /// A table that is not exactly one row, or out of order.
    #[error("tables must be rows of the layout, in order, and no areas")]
    Table,
    /// A seat number that cannot be part of an address.
    #[error(
        "{0:?} is not a seat number: up to {SEAT_NO_CHARS_MAX} letters, digits, '-' and '.', \
         at least one of them a letter or digit"
    )]
    SeatNo(String),
    /// An area that overlaps another, leaves the layout, or admits more than its places.
    #[error("areas must be ranges of places in order that admit no more than they hold")]
    Area,
}

pub(super) fn validate(layout: &Layout) -> Result<(), LayoutError> {
    check_columns(layout)?;
    check_categories(&layout.categories)?;
    check_outlines(layout)?;
    check_rows(layout)?;
    check_areas(layout)?;
    check_tables(layout)?;
    check_zones(layout)?;
    check_seats(layout)?;
    check_seat_nos(layout)
}

fn check_columns(layout: &Layout) -> Result<(), LayoutError> {
    let seats = layout.number.len();
    if seats == 0 || seats > LAYOUT_SEATS_MAX as usize {
        return refuse("number".into(), LayoutProblem::SeatCount(seats));
    }
    let columns = [
        ("x", layout.x.len()),
        ("y", layout.y.len()),
        ("category", layout.category.len()),
        ("flags", layout.flags.len()),
    ];
    for (column, len) in columns {
        if len != seats {
            return refuse(column.into(), LayoutProblem::ColumnLength(len, seats));
        }
    }
    Ok(())
}

fn check_categories(categories: &[Category]) -> Result<(), LayoutError> {
    if categories.len() > LAYOUT_CATEGORIES_MAX {
        let problem = LayoutProblem::CategoryCount(categories.len());
        return refuse("categories".into(), problem);
    }
    let mut keys = HashSet::new();
    for (position, category) in categories.iter().enumerate() {
        if category.key.is_empty() {
            return refuse(format!("categories[{position}].key"), LayoutProblem::Empty);
        }
        if !keys.insert(&category.key) {
            let problem = LayoutProblem::Duplicate(category.key.clone());
            return refuse(format!("categories[{position}].key"), problem);
        }
        if !is_color(&category.color) {
            let problem = LayoutProblem::Color(category.color.clone());
            return refuse(format!("categories[{position}].color"), problem);
        }
    }
    Ok(())
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn check_outlines(layout: &Layout) -> Result<(), LayoutError> {
    for (position, section) in layout.sections.iter().enumerate() {
        // A section may go without an outline, a shape is nothing else.
        if !section.outline.is_empty() {
            check_outline(&section.outline, || format!("sections[{position}].outline"))?;
        }
    }
    for (position, shape) in layout.shapes.iter().enumerate() {
        check_outline(&shape.outline, || format!("shapes[{position}].outline"))?;
    }
    Ok(())
}

fn check_outline(outline: &[[i32; 2]], path: impl Fn() -> String) -> Result<(), LayoutError> {
    if outline.len() < 3 {
        return refuse(path(), LayoutProblem::Outline);
    }
    if !outline.iter().flatten().copied().all(is_near) {
        return refuse(path(), LayoutProblem::Coordinate);
    }
    Ok(())
}

fn is_near(coordinate: i32) -> bool {
    (-COORDINATE_CM_MAX..=COORDINATE_CM_MAX).contains(&coordinate)
}

fn check_rows(layout: &Layout) -> Result<(), LayoutError> {
    let mut next = 0_u32;
    for (position, row) in layout.rows.iter().enumerate() {
        if row.section as usize >= layout.sections.len() {
            let problem = LayoutProblem::Missing("section", row.section);
            return refuse(format!("rows[{position}].section"), problem);
        }
        let end = row.first.checked_add(row.count).filter(|&end| end <= layout.seats());
        match end {
            Some(end) if row.first == next && row.count > 0 => next = end,
            _ => return refuse(format!("rows[{position}]"), LayoutProblem::RowOrder),
        }
    }
    if next != layout.seats() {
        return refuse("rows".into(), LayoutProblem::RowOrder);
    }
    Ok(())
}

fn check_tables(layout: &Layout) -> Result<(), LayoutError> {
    let mut labels = HashSet::new();
    let mut next = 0_u32;
    for (position, table) in layout.tables.iter().enumerate() {
        let path = || format!("tables[{position}]");
        if !labels.insert(&table.label) {
            return refuse(path(), LayoutProblem::Duplicate(table.label.clone()));
        }
        let row = layout.rows.binary_search_by_key(&table.first, |row| row.first);
        let whole = row.is_ok_and(|row| layout.rows[row].count == table.count);
        if table.first < next || !whole || layout.area_of(table.first).is_some() {
            return refuse(path(), LayoutProblem::Table);
        }
        if !table.outline.is_empty() {
            check_outline(&table.outline, || format!("tables[{position}].outline"))?;
        }
        next = table.first + table.count;
    }
    Ok(())
}

fn check_zones(layout: &Layout) -> Result<(), LayoutError> {
    let mut keys = HashSet::new();
    for (position, zone) in layout.zones.iter().enumerate() {
        if zone.key.is_empty() {
            return refuse(format!("zones[{position}].key"), LayoutProblem::Empty);
        }
        if !keys.insert(&zone.key) {
            let problem = LayoutProblem::Duplicate(zone.key.clone());
            return refuse(format!("zones[{position}].key"), problem);
        }
        if zone.focal_point.into_iter().flatten().any(|coordinate| !is_near(coordinate)) {
            return refuse(format!("zones[{position}].focal_point"), LayoutProblem::Coordinate);
        }
    }
    for (position, section) in layout.sections.iter().enumerate() {
        if let Some(zone) = section.zone.filter(|zone| *zone as usize >= layout.zones.len()) {
            let problem = LayoutProblem::Missing("zone", zone);
            return refuse(format!("sections[{position}].zone"), problem);
        }
    }
    if layout.focal_point.into_iter().flatten().any(|coordinate| !is_near(coordinate)) {
        return refuse("focal_point".into(), LayoutProblem::Coordinate);
    }
    Ok(())
}

fn check_areas(layout: &Layout) -> Result<(), LayoutError> {
    let mut labels = HashSet::new();
    let mut next = 0_u32;
    for (position, area) in layout.areas.iter().enumerate() {
        if !labels.insert(&area.label) {
            let problem = LayoutProblem::Duplicate(area.label.clone());
            return refuse(format!("areas[{position}].label"), problem);
        }
        if !area.outline.is_empty() {
            check_outline(&area.outline, || format!("areas[{position}].outline"))?;
        }
        let end = area.first.checked_add(area.count).filter(|&end| end <= layout.seats());
        let in_order = area.first >= next && area.count > 0 && area.capacity <= area.count;
        match end {
            Some(end) if in_order => next = end,
            _ => return refuse(format!("areas[{position}]"), LayoutProblem::Area),
        }
    }
    Ok(())
}

fn check_seats(layout: &Layout) -> Result<(), LayoutError> {
    for (seat, &category) in layout.category.iter().enumerate() {
        if usize::from(category) >= layout.categories.len() {
            let problem = LayoutProblem::Missing("category", category.into());
            return refuse(format!("category[{seat}]"), problem);
        }
    }
    for (name, column) in [("x", &layout.x), ("y", &layout.y)] {
        if let Some(seat) = column.iter().position(|&coordinate| !is_near(coordinate)) {
            return refuse(format!("{name}[{seat}]"), LayoutProblem::Coordinate);
        }
    }
    Ok(())
}

fn check_seat_nos(layout: &Layout) -> Result<(), LayoutError> {
    let mut seen = HashSet::with_capacity(layout.number.len());
    for row in &layout.rows {
        for seat in row.first..row.first + row.count {
            let seat_no = [row.prefix.as_str(), layout.number[seat as usize].as_str()].concat();
            if !is_seat_no(&seat_no) {
                return refuse(format!("number[{seat}]"), LayoutProblem::SeatNo(seat_no));
            }
            if seen.contains(&seat_no) {
                return refuse(format!("number[{seat}]"), LayoutProblem::Duplicate(seat_no));
            }
            seen.insert(seat_no);
        }
    }
    Ok(())
}

/// Seat numbers stand in addresses, where `.` and `..` alone would mean another resource.
fn is_seat_no(text: &str) -> bool {
    text.chars().count() <= SEAT_NO_CHARS_MAX
        && text.chars().any(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

fn refuse(path: String, problem: LayoutProblem) -> Result<(), LayoutError> {
    Err(LayoutError { path, problem })
}

#[cfg(test)]
mod tests;
