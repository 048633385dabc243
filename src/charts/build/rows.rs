//! The seats of one row of a document, when all its numbers go together.

use std::collections::HashSet;

use super::super::ChartError;
use super::super::document::{Aisles, Property, RowDocument, Scheme};
use super::super::geometry::{self, STEP_CM_MAX};
use super::Names;
use crate::domain::layout::{COORDINATE_CM_MAX, SEAT_AISLE, Seat, breaks_in};

/// Whether a run of seats has ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Row,
    Round,
}

/// The seats of a row.
pub(super) fn row_seats(
    names: &Names<'_>,
    row: &RowDocument,
    (default, ends): (u16, Ends),
    path: &str,
) -> Result<Vec<Seat>, ChartError> {
    let count = check_row(row, path)?;
    let category = names.category(row.category.as_deref(), default, path)?;
    let flags = Property::flags(&row.properties);
    let points = geometry::seats(row, count);
    let mut seats = Vec::with_capacity(points.len());
    for (at, [x, y]) in points.into_iter().enumerate() {
        let number = match row.numbers.get(at) {
            Some(number) => number.clone(),
            None => number(row, at, path)?,
        };
        seats.push(Seat { x, y, category, number, flags });
    }
    apply_overrides(names, row, &mut seats, path)?;
    if ends == Ends::Row {
        check_gaps(row, &seats, path)?;
    }
    if row.aisles == Aisles::Derived && ends == Ends::Row {
        for at in aisle_seats(&seats) {
            seats[at].flags |= SEAT_AISLE;
        }
    }
    Ok(seats)
}

/// The seats at the ends of a row and beside its gaps.
pub(in super::super) fn aisle_seats(seats: &[Seat]) -> Vec<usize> {
    let x: Vec<i32> = seats.iter().map(|seat| seat.x).collect();
    let y: Vec<i32> = seats.iter().map(|seat| seat.y).collect();
    let inside = breaks_in(&x, &y).into_iter().flat_map(|at| [at as usize - 1, at as usize]);
    inside.chain([0, seats.len() - 1]).collect()
}

/// How many seats a row has, if all its numbers go together.
fn check_row(row: &RowDocument, path: &str) -> Result<u32, ChartError> {
    let wrong =
        |field: &str, reason: String| Err(ChartError::wrong(format!("{path}.{field}"), reason));
    let count = if row.path.is_empty() {
        match row.count {
            Some(count) => count,
            None => return wrong("count", "is missing".into()),
        }
    } else {
        let by_path = u32::try_from(row.path.len() / 2 + 1).unwrap_or(u32::MAX);
        if row.path.len() % 2 == 1 {
            return wrong("path", "steps have an x and a y".into());
        }
        if row.count.is_some_and(|count| count != by_path) {
            return wrong("count", format!("the path leads over {by_path} seats"));
        }
        by_path
    };
    if count == 0 {
        return wrong("count", "a row has at least one seat".into());
    }
    // Of others this is their first seat, which is looked at with all.
    let far = |coordinate: &i32| coordinate.unsigned_abs() > COORDINATE_CM_MAX.unsigned_abs();
    if row.radius.is_some() && row.at.iter().any(far) {
        return wrong("at", format!("coordinates lie within {COORDINATE_CM_MAX} cm of the origin"));
    }
    if let Some((field, beside)) = unread(row) {
        return wrong(field, format!("means nothing beside {beside}"));
    }
    if !row.numbers.is_empty() && row.numbers.len() != count as usize {
        return wrong("numbers", format!("has {} for {count} seats", row.numbers.len()));
    }
    if !(row.spacing > 0.0 && row.spacing <= STEP_CM_MAX) {
        return wrong("spacing", format!("must be above 0 and at most {STEP_CM_MAX}"));
    }
    if row.radius.is_some_and(|radius| !(radius > 0.0 && radius <= STEP_CM_MAX)) {
        return wrong("radius", format!("must be above 0 and at most {STEP_CM_MAX}"));
    }
    for (name, angle) in [("rotation", row.rotation), ("curve", row.curve)] {
        if !(-360.0..=360.0).contains(&angle) {
            return wrong(name, "must be within −360 and 360".into());
        }
    }
    let mut before = 0;
    for (at, gap) in row.gaps.iter().enumerate() {
        if gap[0] <= before || gap[0] >= count || f64::from(gap[1]) > STEP_CM_MAX {
            return wrong(
                &format!("gaps[{at}]"),
                "must be [seat, width], in order, each after a seat that isn't the last".into(),
            );
        }
        before = gap[0];
    }
    Ok(count)
}

/// A field that says something the row can't follow, and the one that says otherwise.
fn unread(row: &RowDocument) -> Option<(&'static str, &'static str)> {
    let plain = RowDocument::default();
    #[expect(clippy::float_cmp, reason = "whether it was written at all")]
    let [rotation, curve, spacing] =
        [row.rotation != plain.rotation, row.curve != plain.curve, row.spacing != plain.spacing];
    let (gaps, radius) = (!row.gaps.is_empty(), row.radius.is_some());
    let beside = |fields: &[(bool, &'static str)], other| {
        let given = fields.iter().find(|(given, _)| *given);
        given.map(|(_, field)| (*field, other))
    };
    let shape = [(curve, "curve"), (gaps, "gaps"), (spacing, "spacing")];
    let found = if !row.path.is_empty() {
        let turned = [(rotation, "rotation"), (radius, "radius")];
        beside(&turned, "path").or_else(|| beside(&shape, "path"))
    } else if radius {
        beside(&shape, "radius")
    } else {
        None
    };
    let numbered = [(!row.numbers.is_empty() && row.numbering != plain.numbering, "numbering")];
    let letters = row.numbering.scheme == Scheme::Letters;
    let lettered = [(letters && row.numbering.digits > 0, "numbering.digits")];
    found.or_else(|| beside(&numbered, "numbers")).or_else(|| beside(&lettered, "letters"))
}

/// Aisles are told by how wide they are; refuses those that aren't wide enough to be.
fn check_gaps(row: &RowDocument, seats: &[Seat], path: &str) -> Result<(), ChartError> {
    if row.gaps.is_empty() {
        return Ok(());
    }
    let x: Vec<i32> = seats.iter().map(|seat| seat.x).collect();
    let y: Vec<i32> = seats.iter().map(|seat| seat.y).collect();
    let breaks: HashSet<u32> = breaks_in(&x, &y).into_iter().collect();
    match row.gaps.iter().position(|gap| !breaks.contains(&gap[0])) {
        None => Ok(()),
        Some(at) => {
            let moved = row.seats.iter().any(|change| change.at.is_some());
            let reason = format!(
                "{} cm are too narrow for an aisle here{}: seats beside it would be sold as \
                 neighbours",
                row.gaps[at][1],
                if moved { ", with seats where they were moved to" } else { "" }
            );
            Err(ChartError::wrong(format!("{path}.gaps[{at}]"), reason))
        }
    }
}

/// The numbers of all seats of a row that is valid; empty when it isn't.
pub(in super::super) fn numbers(row: &RowDocument) -> Vec<String> {
    let by_path = if row.path.is_empty() { 0 } else { row.path.len() / 2 + 1 };
    let count = by_path.max(row.count.unwrap_or(0) as usize);
    let one = |at: usize| match row.numbers.get(at) {
        Some(number) => number.clone(),
        None => number(row, at, "").unwrap_or_default(),
    };
    let mut numbers: Vec<String> = (0..count).map(one).collect();
    for change in &row.seats {
        let at = (change.seat as usize).checked_sub(1).and_then(|at| numbers.get_mut(at));
        if let (Some(own), Some(number)) = (at, &change.number) {
            own.clone_from(number);
        }
    }
    numbers
}

fn number(row: &RowDocument, at: usize, path: &str) -> Result<String, ChartError> {
    let scheme = &row.numbering;
    let position = i64::try_from(at).unwrap_or(i64::MAX);
    let value = i64::from(scheme.start) + i64::from(scheme.step) * position;
    if value < 0 || (scheme.scheme == Scheme::Letters && value == 0) {
        let reason = format!("leads to {value} at seat {}", at + 1);
        return Err(ChartError::wrong(format!("{path}.numbering"), reason));
    }
    let digits = usize::from(scheme.digits);
    Ok(match scheme.scheme {
        Scheme::Numbers => format!("{value:0digits$}"),
        Scheme::Letters => letters(value),
    })
}

/// 1 is A, 26 is Z, 27 is AA.
fn letters(value: i64) -> String {
    let mut left = value;
    let mut letters = Vec::new();
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(b'A' + digit);
        left = (left - 1) / 26;
    }
    letters.reverse();
    String::from_utf8_lossy(&letters).into_owned()
}

fn apply_overrides(
    names: &Names<'_>,
    row: &RowDocument,
    seats: &mut [Seat],
    path: &str,
) -> Result<(), ChartError> {
    let mut next = 1;
    for (at, change) in row.seats.iter().enumerate() {
        let path = format!("{path}.seats[{at}]");
        let end = change.seat.saturating_add(change.count);
        if change.seat < next || change.count == 0 || end as usize > seats.len() + 1 {
            let reason = "must name seats of the row, in order, each once";
            return Err(ChartError::wrong(path, reason));
        }
        next = end;
        if change.count > 1 && (change.at.is_some() || change.number.is_some()) {
            return Err(ChartError::wrong(path, "a place or a number belongs to one seat"));
        }
        let flags = Property::flags(&change.properties);
        for seat in &mut seats[change.seat as usize - 1..end as usize - 1] {
            seat.category = names.category(change.category.as_deref(), seat.category, &path)?;
            seat.flags |= flags;
            if let Some([x, y]) = change.at {
                (seat.x, seat.y) = (x, y);
            }
            if let Some(number) = &change.number {
                seat.number.clone_from(number);
            }
        }
    }
    Ok(())
}
