//! Checks what is to be held and turns it into a command, so that labels get no further than here.

use super::app::EventFacts;
use super::commands::{fresh_hold, seats_in_body};
use crate::domain::answer::Refusal;
use crate::domain::choice::Wanted;
use crate::domain::command::Command;
use crate::domain::ids::SeatIndex;
use crate::domain::layout::TableSale;
use crate::protocol::rest::hold::{Accessible, AreaPlaces, BestAvailable, NewHold};

/// How many seats one hold has at most: the largest seat limit an event can have.
const HOLD_SEATS_MAX: usize = 1_000;

/// The command of a checked body.
pub(super) fn command(facts: &EventFacts, body: &NewHold) -> Result<Command, Refusal> {
    let hold = fresh_hold();
    let NewHold { seats, areas, tables, best_available, .. } = body;
    match (seats, areas, tables, best_available) {
        (Some(labels), None, None, None) => {
            let seats = seats_in_body(facts, labels, HOLD_SEATS_MAX)?;
            whole_tables(facts, &seats)?;
            Ok(Command::Hold { seats, hold })
        }
        (None, Some(areas), None, None) => {
            Ok(Command::HoldPlaces { areas: places(facts, areas)?, hold })
        }
        (None, None, Some(labels), None) => {
            Ok(Command::Hold { seats: seats_of_tables(facts, labels)?, hold })
        }
        (None, None, None, Some(best)) => {
            Ok(Command::HoldBest { wanted: wanted(facts, best)?, hold })
        }
        _ => Err(invalid("seats", "give one of seats, areas, tables and best_available")),
    }
}

fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Refusal {
    Refusal::Invalid { field: field.into(), detail: detail.into() }
}

/// Refuses seats that are only a part of a table sold whole. `seats` are ascending.
pub(super) fn whole_tables(facts: &EventFacts, seats: &[SeatIndex]) -> Result<(), Refusal> {
    let layout = &facts.chart.layout;
    let whole = seats.iter().filter_map(|seat| layout.table_of(*seat));
    for table in whole.filter(|table| table.sale == TableSale::Whole) {
        let mut all = table.first..table.first + table.count;
        if !all.all(|seat| seats.binary_search(&seat).is_ok()) {
            return Err(Refusal::SoldWhole { table: table.label.clone() });
        }
    }
    Ok(())
}

/// The seats of the table that is sold whole and has this one.
pub(super) fn whole_table_of(
    facts: &EventFacts,
    seat: SeatIndex,
) -> Option<std::ops::Range<SeatIndex>> {
    let table = facts.chart.layout.table_of(seat)?;
    (table.sale == TableSale::Whole).then_some(table.first..table.first + table.count)
}

/// The tables that are sold whole: their labels and seats.
pub(super) fn sold_whole(facts: &EventFacts) -> Vec<(String, std::ops::Range<SeatIndex>)> {
    let tables = facts.chart.layout.tables.iter();
    let whole = tables.filter(|table| table.sale == TableSale::Whole);
    whole.map(|table| (table.label.clone(), table.first..table.first + table.count)).collect()
}

fn seats_of_tables(facts: &EventFacts, labels: &[String]) -> Result<Vec<SeatIndex>, Refusal> {
    if labels.is_empty() || labels.len() > HOLD_SEATS_MAX {
        return Err(invalid("tables", format!("must name between 1 and {HOLD_SEATS_MAX} tables")));
    }
    let mut seats = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let field = format!("tables[{at}]");
        let table = facts.chart.layout.tables.iter().find(|table| table.label == *label);
        let table =
            table.ok_or_else(|| invalid(&*field, format!("there is no table \"{label}\"")))?;
        if labels[..at].contains(label) {
            return Err(invalid("tables", format!("names table \"{label}\" twice")));
        }
        seats.extend(table.first..table.first + table.count);
    }
    if seats.len() > HOLD_SEATS_MAX {
        return Err(invalid("tables", format!("have more than {HOLD_SEATS_MAX} seats")));
    }
    seats.sort_unstable();
    Ok(seats)
}

/// The first place of each area, and how many of its places.
fn places(facts: &EventFacts, areas: &[AreaPlaces]) -> Result<Vec<(SeatIndex, u32)>, Refusal> {
    if areas.is_empty() || areas.len() > HOLD_SEATS_MAX {
        return Err(invalid("areas", format!("must name between 1 and {HOLD_SEATS_MAX} areas")));
    }
    let mut places = Vec::new();
    for (at, AreaPlaces { area: label, quantity }) in areas.iter().enumerate() {
        let area = facts.chart.layout.areas.iter().find(|area| area.label == *label);
        let area = area.ok_or_else(|| {
            invalid(format!("areas[{at}].area"), format!("there is no area \"{label}\""))
        })?;
        if places.iter().any(|(first, _)| *first == area.first) {
            return Err(invalid("areas", format!("names area \"{label}\" twice")));
        }
        places.push((area.first, counted(&format!("areas[{at}].quantity"), *quantity)?));
    }
    let total: u64 = places.iter().map(|(_, quantity)| u64::from(*quantity)).sum();
    if total > HOLD_SEATS_MAX as u64 {
        return Err(invalid("areas", format!("ask for more than {HOLD_SEATS_MAX} places")));
    }
    Ok(places)
}

fn counted(field: &str, quantity: u32) -> Result<u32, Refusal> {
    if quantity == 0 || quantity as usize > HOLD_SEATS_MAX {
        return Err(invalid(field, format!("must be between 1 and {HOLD_SEATS_MAX}")));
    }
    Ok(quantity)
}

fn wanted(facts: &EventFacts, best: &BestAvailable) -> Result<Wanted, Refusal> {
    let layout = &facts.chart.layout;
    let field = |name: &str| format!("best_available.{name}");
    let quantity = counted(&field("quantity"), best.quantity)?;
    let category = best.category.as_ref().map(|key| {
        let at = layout.categories.iter().position(|category| category.key == *key);
        at.and_then(|at| u16::try_from(at).ok())
            .ok_or_else(|| invalid(field("category"), format!("there is no category \"{key}\"")))
    });
    let mut sections = Vec::new();
    if let Some(label) = &best.section {
        let numbered = (0..).zip(&layout.sections);
        sections.extend(numbered.filter(|(_, s)| s.label == *label).map(|(at, _)| at));
        if sections.is_empty() {
            let detail = format!("there is no section \"{label}\"");
            return Err(invalid(field("section"), detail));
        }
    }
    let max_price = best.max_price.as_ref().map(|amount| {
        amount.read(facts.currency).map_err(|error| invalid(field("max_price"), error.to_string()))
    });
    let wheelchairs = match best.accessible {
        None => 0,
        Some(Accessible::Needed(needed)) => u32::from(needed),
        Some(Accessible::Spaces(spaces)) => spaces,
    };
    if wheelchairs > quantity {
        return Err(invalid(field("accessible"), "must not be above quantity"));
    }
    let (category, max_price) = (category.transpose()?, max_price.transpose()?);
    Ok(Wanted { quantity, category, sections, max_price, wheelchairs })
}
