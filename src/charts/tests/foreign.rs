//! Charts of others: the right seats under the right names, and nothing lost in silence.

use super::super::*;
use crate::domain::layout::{
    Layout, SEAT_COMPANION, SEAT_RESTRICTED_VIEW, SEAT_WHEELCHAIR, TableKind, TableSale,
};

const PLAIN: &str = include_str!("../../../tests/data/charts/seatsio-plain.json");
const SECTIONS: &str = include_str!("../../../tests/data/charts/seatsio-sections.json");
const TABLES: &str = include_str!("../../../tests/data/charts/seatsio-tables.json");
const FLOORS: &str = include_str!("../../../tests/data/charts/seatsio-kind-floors.json");
const PRETIX: &str = include_str!("../../../tests/data/charts/pretix-kind.json");
const SEATLAYER: &str = include_str!("../../../tests/data/charts/seatlayer-kind.json");

/// What mutations start from.
pub(super) const SAMPLES: [&str; 6] = [PLAIN, SECTIONS, TABLES, FLOORS, PRETIX, SEATLAYER];

#[track_caller]
fn read(text: &str, format: Format) -> (Layout, Vec<String>) {
    let found = import(text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(found.format, format, "the format is found out");
    let named = import(text.as_bytes(), Some(format)).expect("named it is the same");
    assert_eq!(named.layout, found.layout);
    (found.layout, found.warnings)
}

#[track_caller]
fn warned(warnings: &[String], text: &str) {
    assert!(warnings.iter().any(|warning| warning.contains(text)), "{text} in {warnings:#?}");
}

#[test]
fn the_plain_sample_has_its_seats_and_areas() {
    let (layout, _) = read(PLAIN, Format::Seatsio);
    let standing: u32 = layout.areas.iter().map(|area| area.capacity).sum();
    assert_eq!((layout.seats() - standing, layout.areas.len()), (32, 2));
    let index = layout.index();
    assert_eq!(index.get("A-1"), Some(0));
    assert!(index.get("GA1-0100").is_some() || index.get("GA1-100").is_some());
    assert_eq!(layout.shapes.iter().filter(|shape| shape.kind == "stage").count(), 1);
    assert!(layout.focal_point.is_some());
    assert_eq!(layout.x[1] - layout.x[0], 50, "a seat is as wide as a seat");
    assert_eq!(layout.areas[0].outline.len(), 24, "an ellipse");
}

#[test]
fn the_sample_with_sections_keeps_them_apart() {
    let (layout, warnings) = read(SECTIONS, Format::Seatsio);
    assert_eq!((layout.seats(), layout.sections.len()), (71, 2));
    assert_eq!(layout.seat_no(0), "Section-A-A-1");
    assert_eq!(layout.sections[0].entrance, "Entrance 1");
    // Seats are placed within their section there.
    let second = layout.rows.iter().find(|row| row.section == 1).expect("a row");
    let (low, high) = (layout.sections[1].outline[0][0], layout.sections[1].outline[2][0]);
    let x = layout.x[second.first as usize];
    assert!(low < x && x < high, "{low} < {x} < {high}");
    assert_eq!(layout.category[0], 0, "the section's category");
    let told = warnings.iter().filter(|warning| warning.contains("uuid"));
    assert_eq!(told.count(), 1, "in one line with others of its kind: {warnings:?}");
}

#[test]
fn the_sample_with_tables_has_two_of_six() {
    let (layout, _) = read(TABLES, Format::Seatsio);
    assert_eq!((layout.seats(), layout.tables.len()), (12, 2));
    assert_eq!(layout.seat_no(0), "T1-1");
    assert!(layout.tables.iter().all(|table| table.count == 6));
    let sales: Vec<TableSale> = layout.tables.iter().map(|table| table.sale).collect();
    assert_eq!(sales, [TableSale::Seat, TableSale::Whole], "the second is booked as a whole");
    assert_eq!(layout.tables[0].outline.len(), 24);
}

#[test]
fn floors_zones_booths_and_areas_are_carried_over() {
    let (layout, warnings) = read(FLOORS, Format::Seatsio);
    let floors: Vec<&str> = layout.sections.iter().map(|s| s.floor.as_str()).collect();
    assert_eq!(floors, ["Ground", "Balcony", "Ground"]);
    assert_eq!(layout.zones[0].key, "north");
    assert_eq!(layout.sections[0].zone, Some(0));
    let focal = layout.focal_point_of(&layout.sections[0]);
    assert_eq!((focal, layout.focal_point_of(&layout.sections[2])), (Some([250, 0]), Some([0, 0])));
    let booth = layout.tables.iter().find(|t| t.kind == TableKind::Booth).expect("a booth");
    assert_eq!((booth.label.as_str(), booth.count, booth.sale), ("Box 1", 1, TableSale::Whole));
    assert_eq!((layout.areas[0].label.as_str(), layout.areas[0].capacity), ("Pit", 30));
    assert_eq!(layout.flags[0] & SEAT_WHEELCHAIR, SEAT_WHEELCHAIR);
    assert_eq!(layout.flags[1] & SEAT_COMPANION, SEAT_COMPANION);
    assert_eq!(layout.flags[2] & SEAT_RESTRICTED_VIEW, SEAT_RESTRICTED_VIEW);
    for lost in ["booked as a whole", "no seats", "icons", "viewFromYourSeat", "somethingNew"] {
        warned(&warnings, lost);
    }
}

#[test]
fn a_plan_of_pretix_nests_its_positions() {
    let (layout, warnings) = read(PRETIX, Format::Pretix);
    assert_eq!(layout.seats(), 9);
    assert_eq!(layout.seat_no(0), "Ground-floor-1-1");
    // 20 pixels are a seat; zone, row and seat are added up.
    assert_eq!([layout.x[0], layout.y[0]], [(100 + 10) * 5 / 2, (50 + 40) * 5 / 2]);
    assert_eq!(layout.breaks(), [3], "an aisle after the third seat");
    assert_eq!(layout.categories[1].key, "Cat-2");
    assert_eq!(layout.shapes[0].kind, "stage");
    warned(&warnings, "start_direction");
    warned(&warnings, "there is no category");
    warned(&warnings, "has no seats");
}

#[test]
fn rows_of_seatlayer_are_in_their_section() {
    let (layout, warnings) = read(SEATLAYER, Format::Seatlayer);
    assert_eq!((layout.seats(), layout.sections.len()), (13, 1));
    assert_eq!(layout.seat_no(0), "101-A-1");
    assert_eq!(layout.sections[0].entrance, "Gate East 1");
    assert_eq!(layout.sections[0].zone, Some(0));
    // Turned by a right angle: down, a seat apart.
    assert_eq!([layout.x[1] - layout.x[0], layout.y[1] - layout.y[0]], [0, 50]);
    for lost in ["price", "rake", "a line was left out", "hologram"] {
        warned(&warnings, lost);
    }
}

#[test]
fn every_sample_comes_back_the_same_from_the_own_format() {
    for text in SAMPLES {
        let read = import(text.as_bytes(), None).expect("a sample");
        let again = import(export(&read.name, &read.layout).as_bytes(), None).expect("our own");
        assert_eq!((again.format, &again.name), (Format::Seatmap, &read.name));
        assert_eq!(again.layout, read.layout);
    }
}

#[test]
fn seats_drawn_as_alternatives_lie_on_one_another_in_the_own_format_too() {
    let mut plan: serde_json::Value = serde_json::from_str(PRETIX).expect("JSON");
    let seats = plan["zones"][0]["rows"][0]["seats"].as_array_mut().expect("a list");
    seats[1]["position"] = seats[0]["position"].clone();
    let read = import(plan.to_string().as_bytes(), None).expect("it is on sale elsewhere");
    warned(&read.warnings, "lies on seat");
    let own = export("alternatives", &read.layout);
    let again = import(own.as_bytes(), None).expect("our own");
    assert_eq!(again.layout, read.layout);
    warned(&again.warnings, "lies on seat");
    let mut own: serde_json::Value = serde_json::from_str(&own).expect("JSON");
    own.as_object_mut().expect("an object").remove("allow_overlaps");
    let refused = import(own.to_string().as_bytes(), None).expect_err("nobody said so");
    assert!(refused.reason.contains("lies on seat"), "{refused}");
}

#[test]
fn fields_beyond_those_listed_are_counted() {
    let mut plan: serde_json::Value = serde_json::from_str(PRETIX).expect("JSON");
    for at in 0..150 {
        plan[format!("extra{at:03}")] = serde_json::json!(true);
    }
    let read = import(plan.to_string().as_bytes(), None).expect("a plan");
    assert!(read.warnings.len() <= WARNINGS_MAX + 1, "{}", read.warnings.len());
    warned(&read.warnings, "extra000: not carried over");
    warned(&read.warnings, "more fields are not carried over");
}
