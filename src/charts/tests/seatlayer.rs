//! Charts of SeatLayer: seats where its renderer has them, under the numbers it gives them.

use serde_json::{Value, json};

use super::super::*;
use super::nothing_lost::{read, warned};
use crate::domain::layout::{
    Row, SEAT_AISLE, SEAT_COMPANION, SEAT_WHEELCHAIR, TableKind, TableSale,
};

fn square(label: &str, left: i32) -> Value {
    let corner = |x: i32, y: i32| json!({ "x": left + x, "y": y });
    json!({ "type": "section", "label": label,
            "outline": [corner(0, 0), corner(300, 0), corner(300, 300), corner(0, 300)] })
}

fn row(label: &str, x: i32, y: i32) -> Value {
    json!({ "type": "row", "label": label, "origin": { "x": x, "y": y }, "seatCount": 5,
            "seatSpacing": 25, "categoryKey": "a" })
}

fn chart(objects: &[Value]) -> Value {
    json!({
        "name": "Bowl", "focalPoint": { "x": 0, "y": 0 },
        "categories": [{ "key": "a", "label": "A", "color": "#112233" },
                       { "key": "b", "label": "B", "color": "#112233" }],
        "objects": objects,
    })
}

fn sections(read: &Imported) -> Vec<(&str, Vec<&str>)> {
    let layout = &read.layout;
    let rows = |at: usize| {
        layout
            .rows
            .iter()
            .filter(move |row| row.section as usize == at)
            .map(|row| row.label.as_str())
    };
    let all = layout.sections.iter().enumerate();
    all.map(|(at, section)| (section.label.as_str(), rows(at).collect())).collect()
}

#[test]
fn a_row_is_in_the_section_that_contains_its_middle() {
    let (left, right) = (square("L", 0), square("R", 1_000));
    let rows = [row("L-A", 20, 50), row("R-A", 1_020, 50), row("L-B", 20, 90)];
    let expected = vec![("L", vec!["L-A", "L-B"]), ("R", vec!["R-A"])];
    let first = [vec![left.clone(), right.clone()], rows.to_vec()].concat();
    let last = [rows.to_vec(), vec![left, right]].concat();
    for objects in [first, last] {
        let found = read(&chart(&objects), Format::Seatlayer);
        assert_eq!(sections(&found), expected);
        assert_eq!(found.warnings, Vec::<String>::new());
    }
}

#[test]
fn a_row_in_no_outline_follows_its_section_and_is_told() {
    let found = read(
        &chart(&[row("X", 0, -500), square("L", 0), row("Y", 20, 900), square("R", 1_000)]),
        Format::Seatlayer,
    );
    assert_eq!(sections(&found), [("", vec!["X"]), ("L", vec!["Y"]), ("R", vec![])]);
    warned(&found, "in no section's outline, and in the one it follows (\"Y\")");
    warned(&found, "in no section's outline, and in none (\"X\")");
}

#[test]
fn a_curved_row_begins_at_its_origin_and_rises() {
    let mut curved = row("A", 0, 0);
    curved["curve"] = json!(40);
    let found = read(&chart(&[curved.clone()]), Format::Seatlayer);
    // Steps of 25 units, which are 50 cm, each turned by 10 degrees more; the first by 5.
    let angles = [5.0_f64, 15.0, 25.0, 35.0].map(f64::to_radians);
    let (mut x, mut y) = (0.0, 0.0);
    let mut expected = vec![[0.0, 0.0]];
    for angle in angles {
        (x, y) = (x + 50.0 * angle.cos(), y - 50.0 * angle.sin());
        expected.push([x, y]);
    }
    let layout = &found.layout;
    for (at, [x, y]) in expected.into_iter().enumerate() {
        let off = (f64::from(layout.x[at]) - x).hypot(f64::from(layout.y[at]) - y);
        assert!(off < 1.0, "seat {at} at {},{} not {x},{y}", layout.x[at], layout.y[at]);
    }
    assert_eq!(found.warnings, Vec::<String>::new());
    curved["rotation"] = json!(90);
    let turned = read(&chart(&[curved.clone()]), Format::Seatlayer).layout;
    for at in 0..5 {
        let (x, y) = (-layout.y[at], layout.x[at]);
        assert!((turned.x[at] - x).abs() <= 1 && (turned.y[at] - y).abs() <= 1, "seat {at}");
    }
    curved["curve"] = json!(1e9);
    let error = import(chart(&[curved]).to_string().as_bytes(), None).expect_err("no arc");
    assert_eq!(error.path, "objects[0].curve");
}

#[test]
fn seats_that_are_not_there_are_not_sold_and_numbers_are_theirs() {
    let mut object = row("A", 0, 0);
    object["seatLabelStart"] = json!(11);
    object["seatNumbering"] = json!({ "direction": "rtl", "step": 2 });
    object["overrides"] = json!([
        { "index": 0, "label": "A-99" },
        { "index": 1, "dx": 0, "dy": 5, "label": "Box" },
        { "index": 2, "skip": true },
        { "index": 3, "accessible": true, "categoryKey": "b" },
        { "index": 4, "accessibility": ["companion", "sign-language"], "categoryKey": "?" },
        { "index": 5, "skip": true },
    ]);
    let found = read(&chart(&[object.clone()]), Format::Seatlayer);
    let layout = &found.layout;
    assert_eq!(layout.number, ["99", "Box", "13", "11"]);
    assert_eq!(
        (layout.x.as_slice(), layout.y.as_slice()),
        (&[0, 50, 150, 200][..], &[0, 10, 0, 0][..])
    );
    assert_eq!(layout.breaks(), [2], "where a seat is missing nobody has a neighbour");
    assert_eq!(layout.category, [0, 0, 1, 0]);
    let flags: Vec<u8> = layout.flags.iter().map(|flags| flags & !SEAT_AISLE).collect();
    assert_eq!(flags, [0, 0, SEAT_WHEELCHAIR, SEAT_COMPANION]);
    for told in ["sign-language", "no such category", "no such seat", "\"Box\""] {
        warned(&found, told);
    }
    object["overrides"] = json!([]);
    for (direction, expected) in [
        ("ltr", ["11", "13", "15", "17", "19"]),
        ("rtl", ["19", "17", "15", "13", "11"]),
        ("center", ["17", "13", "11", "15", "19"]),
    ] {
        object["seatNumbering"]["direction"] = json!(direction);
        assert_eq!(read(&chart(&[object.clone()]), Format::Seatlayer).layout.number, expected);
    }
}

#[test]
fn tables_booths_areas_and_texts_are_carried_over() {
    let found = read(
        &chart(&[
            square("L", 0),
            row("A", 20, 50),
            json!({ "type": "table", "label": "T1", "center": { "x": 100, "y": 200 },
                    "shape": "round", "seatCount": 4, "rotation": 0, "radius": 34,
                    "categoryKey": "b", "bookAsWhole": true }),
            json!({ "type": "table", "label": "T2", "center": { "x": 230, "y": 200 },
                    "shape": "rect", "seatCount": 3, "rotation": 0, "width": 60, "height": 40,
                    "categoryKey": "a" }),
            json!({ "type": "booth", "label": "B1", "center": { "x": 250, "y": 280 },
                    "width": 20, "height": 20, "rotation": 0, "categoryKey": "a" }),
            json!({ "type": "gaArea", "label": "GA", "capacity": 50, "categoryKey": "b",
                    "points": [{ "x": 0, "y": 250 }, { "x": 90, "y": 250 }, { "x": 90, "y": 290 }] }),
            json!({ "type": "text", "text": "Bar", "position": { "x": 5, "y": 6 }, "fontSize": 12,
                    "rotation": 90 }),
            json!({ "type": "shape", "kind": "rect", "role": "stage", "x": 0, "y": -90, "width": 9,
                    "height": 9, "label": "PODIUM" }),
            json!({ "type": "decorImage" }),
        ]),
        Format::Seatlayer,
    );
    let layout = &found.layout;
    assert_eq!((layout.seats(), layout.sections.len()), (5 + 4 + 3 + 1 + 50, 1));
    let tables: Vec<_> =
        layout.tables.iter().map(|t| (t.label.as_str(), t.count, t.sale, t.kind)).collect();
    assert_eq!(
        tables,
        [
            ("T1", 4, TableSale::Whole, TableKind::Table),
            ("T2", 3, TableSale::Seat, TableKind::Table),
            ("B1", 1, TableSale::Whole, TableKind::Booth),
        ]
    );
    let at = |seat: usize| [layout.x[seat], layout.y[seat]];
    // A unit is 2 cm. Seats are 16 units outside, the first where the table is turned to.
    assert_eq!([at(5), at(6)], [[300, 400], [200, 500]]);
    assert_eq!([at(9), at(10), at(11)], [[430, 328], [490, 328], [460, 472]]);
    assert_eq!((layout.areas[0].capacity, layout.areas[0].outline.len()), (50, 3));
    assert_eq!((layout.texts[0].at, layout.texts[0].rotation), ([10, 12], 90));
    assert_eq!(layout.shapes[0].kind, "stage");
    assert_eq!(layout.category[5], 1);
    warned(&found, "\"decorImage\"");
    assert!(found.warnings.iter().all(|told| told.contains("decorImage")), "{:?}", found.warnings);
}

#[test]
fn floors_are_carried_over() {
    let mut house = chart(&[square("L", 0), row("L-A", 20, 50)]);
    let upper = [square("U", 0), row("U-A", 20, 50)];
    house["floors"] = json!([
        { "name": "Main", "objects": house["objects"], "focalPoint": { "x": 0, "y": 0 } },
        { "name": "Up", "objects": upper, "focalPoint": { "x": 0, "y": 9 } },
    ]);
    let found = read(&house, Format::Seatlayer);
    assert_eq!(sections(&found), [("L", vec!["L-A"]), ("U", vec!["U-A"])]);
    let floors: Vec<&str> = found.layout.sections.iter().map(|s| s.floor.as_str()).collect();
    assert_eq!(floors, ["Main", "Up"]);
    assert_eq!(found.warnings, ["floors[].focalPoint: only that of the chart is carried over"]);
    let mut floors_only = house.clone();
    floors_only.as_object_mut().expect("an object").remove("objects");
    floors_only["zones"] = json!([{ "id": "z", "label": "Z" }]);
    let again = import(floors_only.to_string().as_bytes(), None).expect("a chart");
    assert_eq!((again.format, sections(&again)), (Format::Seatlayer, sections(&found)));
    house["objects"] = json!([row("Z", 0, 0)]);
    warned(&read(&house, Format::Seatlayer), "objects: were left out");
}

#[test]
fn more_seats_than_there_may_be_are_refused_before_they_are_made() {
    let mut object = row("A", 0, 0);
    object["seatCount"] = json!(u32::MAX);
    let error = import(chart(&[row("B", 0, 90), object]).to_string().as_bytes(), None);
    assert_eq!(error.expect_err("too many").path, "objects[1].seatCount");
}

#[test]
fn many_sections_beside_one_another_are_told_apart() {
    // Each row compared with each section would be more than are compared.
    let both = (0..16_000).flat_map(|at| {
        let label = at.to_string();
        [square(&label, 300 * at), row(&label, 300 * at + 20, 50)]
    });
    let layout = read(&chart(&both.collect::<Vec<_>>()), Format::Seatlayer).layout;
    assert_eq!((layout.sections.len(), layout.rows.len()), (16_000, 16_000));
    let section = |row: &Row| &layout.sections[row.section as usize];
    assert!(layout.rows.iter().all(|row| section(row).label == row.label), "each in its own");
}

/// As large as the largest sample that SeatLayer shows: 200 sections of 24 curved rows.
#[test]
fn a_stadium_of_100_000_seats_has_all_its_rows_where_they_belong() {
    let (sections, rows, seats) = (200, 24, 21);
    let mut objects = Vec::new();
    for section in 0..sections {
        let (left, top) = (1_000 * (section % 20), 1_000 * (section / 20));
        let corner = |x: i32, y: i32| json!({ "x": left + x, "y": top + y });
        objects.push(json!({ "type": "section", "label": format!("S{section}"),
            "outline": [corner(0, 0), corner(900, 0), corner(900, 900), corner(0, 900)] }));
    }
    for (section, row) in (0..sections).flat_map(|section| (0..rows).map(move |row| (section, row)))
    {
        let (left, top) = (1_000 * (section % 20), 1_000 * (section / 20));
        objects.push(json!({
            "type": "row", "label": format!("S{section}-{row}"), "categoryKey": "a",
            "origin": { "x": left + 100, "y": top + 100 + 32 * row }, "curve": 12,
            "seatCount": seats + 1, "seatSpacing": 25,
            "overrides": [{ "index": 0, "skip": true }, { "index": 3, "accessible": true }],
        }));
    }
    let found = read(&chart(&objects), Format::Seatlayer);
    let layout = &found.layout;
    let all = u32::try_from(sections * rows * seats).expect("a number");
    assert_eq!((layout.seats(), layout.sections.len()), (all, 200));
    assert!(layout.rows.iter().all(|row| {
        layout.sections[row.section as usize].label == row.label.split('-').next().unwrap_or("")
    }));
    let spaces = layout.flags.iter().filter(|flags| **flags & SEAT_WHEELCHAIR != 0).count();
    assert_eq!(spaces, layout.rows.len());
    assert_eq!(found.warnings, Vec::<String>::new());
}
