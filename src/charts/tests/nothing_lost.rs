//! What an import can't carry over is told, whatever object of whatever format it belongs to.

use serde_json::{Value, json};

use super::super::*;
use crate::domain::layout::TableSale;

pub(super) fn seatsio() -> Value {
    let seats = |y: f64| {
        json!([{ "x": 0, "y": y, "label": "1", "categoryKey": 1 },
                                { "x": 20, "y": y, "label": "2", "categoryKey": 1 }])
    };
    let inside = json!({
        "rows": [{ "label": "A", "seats": seats(0.0) }],
        "tables": [{ "label": "T", "center": { "x": 0, "y": 50 }, "radius": 9, "seats": seats(50.0) }],
        "booths": [{ "label": "B", "center": { "x": 0, "y": 90 }, "width": 9, "height": 9,
                     "categoryKey": 1 }],
        "generalAdmissionAreas": [{ "label": "GA", "capacity": 9, "type": "circle",
            "center": { "x": 0, "y": 120 }, "radius1": 9, "radius2": 9, "categoryKey": 1 }],
        "shapes": [{ "type": "rect", "center": { "x": 0, "y": 150 }, "width": 9, "height": 9 }],
        "texts": [{ "text": "Bar", "center": { "x": 0, "y": 180 } }],
    });
    let mut floor = inside.clone();
    floor["sections"] = json!([{ "label": "S", "topLeft": { "x": 500, "y": 0 }, "points": [],
                                 "subChart": inside }]);
    json!({
        "name": "Hall",
        "categories": { "list": [{ "key": 1, "label": "One", "color": "#112233" }] },
        "zones": { "list": [{ "key": "z", "label": "Z", "focalPoint": { "x": 0, "y": 0 } }] },
        "subChart": floor,
    })
}

pub(super) fn pretix() -> Value {
    let seat = |x: f64| {
        json!({ "seat_number": x.to_string(), "category": "One",
                                "position": { "x": x, "y": 0 } })
    };
    json!({
        "name": "Plan",
        "categories": [{ "name": "One", "color": "#112233" }],
        "zones": [{
            "name": "Zone",
            "position": { "x": 0, "y": 0 },
            "rows": [{ "row_number": "1", "position": { "x": 0, "y": 0 },
                       "seats": [seat(0.0), seat(50.0)] }],
            "areas": [
                { "shape": "rectangle", "position": { "x": 100, "y": 100 },
                  "rectangle": { "width": 100, "height": 20 },
                  "text": { "text": "Stage", "position": { "x": 0, "y": 0 } } },
                { "shape": "ellipse", "position": { "x": 100, "y": 100 },
                  "ellipse": { "radius": { "x": 9, "y": 9 } } },
                { "shape": "circle", "position": { "x": 100, "y": 100 }, "circle": { "radius": 9 } },
                { "shape": "polygon", "position": { "x": 100, "y": 100 }, "polygon":
                  { "points": [{ "x": 0, "y": 0 }, { "x": 20, "y": 0 }, { "x": 20, "y": 20 }] } },
                { "shape": "text", "position": { "x": 100, "y": 200 },
                  "text": { "text": "Hello", "position": { "x": 10, "y": 0 } } },
            ],
        }],
    })
}

pub(super) fn seatlayer() -> Value {
    json!({
        "name": "Bowl",
        "focalPoint": { "x": 0, "y": 0 },
        "categories": [{ "key": "a", "label": "A", "color": "#112233" }],
        "zones": [{ "id": "z", "label": "Z", "focalPoint": { "x": 0, "y": 0 } }],
        "objects": [
            { "type": "section", "label": "S", "zone": "z",
              "outline": [{ "x": -9, "y": -9 }, { "x": 99, "y": -9 }, { "x": -9, "y": 99 }] },
            { "type": "row", "label": "S-A", "origin": { "x": 0, "y": 0 }, "seatCount": 2,
              "seatSpacing": 24, "categoryKey": "a" },
            { "type": "shape", "kind": "rect", "x": 0, "y": 50, "width": 9, "height": 9 },
        ],
    })
}

#[track_caller]
pub(super) fn read(document: &Value, format: Format) -> Imported {
    import(document.to_string().as_bytes(), Some(format)).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
pub(super) fn warned(read: &Imported, text: &str) {
    let warnings = &read.warnings;
    assert!(warnings.iter().any(|warning| warning.contains(text)), "{text} in {warnings:#?}");
}

/// The pointers of all objects of a document, its own included.
fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(pointer.to_owned());
            for (key, value) in fields {
                objects(value, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                objects(value, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn an_unknown_field_of_any_object_of_any_format_is_told() {
    for (format, document) in
        [(Format::Seatsio, seatsio()), (Format::Pretix, pretix()), (Format::Seatlayer, seatlayer())]
    {
        assert_eq!(read(&document, format).warnings, Vec::<String>::new(), "{format:?}");
        let mut pointers = Vec::new();
        objects(&document, "", &mut pointers);
        assert!(pointers.len() > 10, "{format:?}: {pointers:?}");
        for pointer in pointers {
            let mut changed = document.clone();
            changed.pointer_mut(&pointer).expect("it is there")["mysteryField"] = json!("x");
            let read = read(&changed, format);
            let told = read.warnings.iter().any(|warning| warning.contains("mysteryField"));
            assert!(told, "{format:?} {pointer}: {:?}", read.warnings);
        }
    }
}

#[test]
fn what_is_sold_whole_or_to_some_only_is_carried_over_or_told() {
    let mut chart = seatsio();
    chart["subChart"]["tables"][0]["bookAsAWhole"] = json!(true);
    let read_whole = read(&chart, Format::Seatsio);
    assert_eq!(read_whole.layout.tables[0].sale, TableSale::Whole);
    assert_eq!(read_whole.warnings, Vec::<String>::new());
    for (list, field, value, told) in [
        ("tables", "variableOccupancy", json!(true), "variableOccupancy"),
        ("tables", "minOccupancy", json!(3), "minOccupancy"),
        ("generalAdmissionAreas", "variableOccupancy", json!(true), "variableOccupancy"),
        ("generalAdmissionAreas", "minOccupancy", json!(5), "minOccupancy"),
        ("generalAdmissionAreas", "bookAsAWhole", json!(true), "booked as a whole"),
        ("booths", "capacity", json!(6), "capacity"),
        ("tables", "entrance", json!("North"), "entrance"),
        ("tables", "displayLabel", json!("Nice"), "displayLabel"),
        ("tables", "sellingRestriction", json!({ "x": 1 }), "sellingRestriction"),
        ("generalAdmissionAreas", "viewFromYourSeatImage", json!("a.png"), "viewFromYourSeatImage"),
        ("rows", "sectionLabel", json!("Stalls"), "sectionLabel"),
        ("rows", "displayObjectType", json!("Bench"), "displayObjectType"),
        ("rows", "published", json!(false), "published"),
    ] {
        let mut chart = seatsio();
        chart["subChart"][list][0][field] = value.clone();
        warned(&read(&chart, Format::Seatsio), told);
        let mut chart = seatsio();
        chart["subChart"]["sections"][0]["subChart"][list][0][field] = value;
        warned(&read(&chart, Format::Seatsio), told);
    }
    let mut chart = seatsio();
    chart["subChart"]["rows"][0]["seats"][0]["disabledBySocialDistancingRules"] = json!(true);
    warned(&read(&chart, Format::Seatsio), "disabledBySocialDistancingRules");
    let mut chart = seatsio();
    chart["sectionScaleFactor"] = json!(50);
    warned(&read(&chart, Format::Seatsio), "sectionScaleFactor");
    let mut chart = seatsio();
    chart["subChart"]["generalAdmissionAreas"][0]["entrance"] = json!("West");
    let read = read(&chart, Format::Seatsio);
    assert!(read.layout.sections.iter().any(|s| s.label == "GA" && s.entrance == "West"));
}

#[test]
fn what_is_drawn_within_a_section_is_drawn() {
    let read = read(&seatsio(), Format::Seatsio);
    assert_eq!((read.layout.shapes.len(), read.layout.texts.len()), (2, 2));
    let [outside, inside] = [0, 1].map(|at| read.layout.texts[at].at);
    assert_eq!([inside[0] - outside[0], inside[1] - outside[1]], [500 * 5 / 2, 0]);
    let [outside, inside] = [0, 1].map(|at| read.layout.shapes[at].outline[0]);
    assert_eq!([inside[0] - outside[0], inside[1] - outside[1]], [500 * 5 / 2, 0]);
}

#[test]
fn a_floor_wrapped_twice_and_charts_within_a_section_keep_what_is_in_them() {
    let inside = seatsio()["subChart"].clone();
    let mut chart = seatsio();
    chart["subChart"] = json!({ "rows": [{ "label": "Z", "seats": [
        { "x": 0, "y": -90, "label": "1", "categoryKey": 1 } ] }], "subChart": inside });
    let seats = read(&seatsio(), Format::Seatsio).layout.seats();
    assert_eq!(read(&chart, Format::Seatsio).layout.seats(), seats + 1);
    let mut chart = seatsio();
    let within = chart["subChart"]["sections"][0]["subChart"].clone();
    chart["subChart"]["sections"][0]["subChart"] = json!({ "subChart": within });
    assert_eq!(read(&chart, Format::Seatsio).layout.seats(), seats);
}

#[test]
fn long_labels_are_whole_and_stay_apart() {
    let long = "X".repeat(60);
    let mut chart = seatsio();
    let row = |end: &str, y: i32| {
        let mut row = seatsio()["subChart"]["rows"][0].clone();
        row["label"] = json!(format!("{long}{end}"));
        for seat in 0..2 {
            row["seats"][seat]["y"] = json!(y);
        }
        row
    };
    chart["subChart"]["rows"] = json!([row("a", -90), row("b", -110)]);
    chart["subChart"]["texts"][0]["text"] = json!(format!("{long} {long}"));
    let read = read(&chart, Format::Seatsio);
    assert_eq!(read.layout.rows[0].label, format!("{long}a"));
    assert_eq!(read.layout.rows[1].label, format!("{long}b"));
    assert_eq!(read.layout.texts[0].text, format!("{long} {long}"));
    warned(&read, "too long");
    assert_eq!(read.layout.validate(), Ok(()));
}

#[test]
fn seats_that_are_renamed_are_told() {
    let mut chart = seatsio();
    chart["subChart"]["rows"][0]["seats"][0]["label"] = json!("1/2");
    let changed = read(&chart, Format::Seatsio);
    assert_eq!(changed.layout.number[0], "1-2");
    warned(&changed, "\"1/2\"");
    chart["subChart"]["rows"][0]["seats"][0]["label"] = json!("");
    warned(&read(&chart, Format::Seatsio), "no label");
}

#[test]
fn seats_whose_labels_differ_in_signs_only_stay_apart() {
    let mut chart = seatsio();
    let labels = ["A/1", "A-1", "A 1"];
    let seat = |(at, label): (usize, &&str)| json!({ "x": 20 * at, "y": 0, "label": label, "categoryKey": 1 });
    let seats: Vec<Value> = labels.iter().enumerate().map(seat).collect();
    chart["subChart"]["rows"][0]["seats"] = json!(seats);
    let found = read(&chart, Format::Seatsio);
    assert_eq!(found.layout.number[..3], ["A-1", "A-1.2", "A-1.3"]);
    warned(&found, "renamed");
    chart["subChart"]["rows"][0]["seats"][2]["label"] = json!("A/1");
    let error = import(chart.to_string().as_bytes(), None).expect_err("which is meant?");
    assert!(error.reason.contains("twice"), "{error}");
}

#[test]
fn what_is_left_out_is_told_once() {
    let mut chart = seatsio();
    chart["subChart"]["icons"] = json!([{ "x": 1, "inside": { "y": [1] } }]);
    chart["subChart"]["backgroundImage"] = json!({ "url": "a.png" });
    let expected = ["a background image was left out", "icons were left out"];
    assert_eq!(read(&chart, Format::Seatsio).warnings, expected);
}

#[test]
fn what_pretix_turns_is_turned_round_its_position() {
    let mut plan = pretix();
    for area in plan["zones"][0]["areas"].as_array_mut().expect("a list") {
        area["rotation"] = json!(90);
    }
    let read = read(&plan, Format::Pretix);
    // Seats are 50 units apart, so a unit is a centimetre.
    let shapes = &read.layout.shapes;
    assert_eq!(shapes[0].outline, [[100, 100], [100, 200], [80, 200], [80, 100]]);
    assert_eq!(shapes[3].outline, [[100, 100], [100, 120], [80, 120]]);
    let text = &read.layout.texts[0];
    assert_eq!((text.at, text.rotation), ([100, 210], 90));
}

#[test]
fn what_pretix_calls_a_row_in_words_is_told_or_kept() {
    let mut plan = pretix();
    plan["zones"][0]["rows"][0]["row_label"] = json!("Row one");
    warned(&read(&plan, Format::Pretix), "row_label");
    plan["zones"][0]["rows"][0]["row_number"] = json!("");
    assert_eq!(read(&plan, Format::Pretix).layout.rows[0].label, "Row one");
}

#[test]
fn fields_of_another_type_of_object_are_told_in_seatlayer() {
    for (object, field, value) in [
        (0, "categoryKey", json!("a")),
        (0, "seatCount", json!(4)),
        (1, "zone", json!("z")),
        (1, "entrance", json!("North")),
        (2, "curve", json!(9)),
        (2, "displayLabel", json!("Pitch")),
    ] {
        let mut chart = seatlayer();
        chart["objects"][object][field] = value;
        warned(&read(&chart, Format::Seatlayer), field);
    }
    let mut chart = seatlayer();
    chart["objects"][0]["displayLabel"] = json!("101");
    warned(&read(&chart, Format::Seatlayer), "label");
}

#[test]
fn what_goes_for_many_objects_is_told_once_with_how_often() {
    let mut chart = seatlayer();
    let row = |at: i32| {
        json!({ "type": "row", "label": format!("R{at}"), "origin": { "x": 0, "y": 30 * at },
                "seatCount": 2, "seatSpacing": 24, "curve": 5, "categoryKey": "?" })
    };
    chart["objects"] = json!((0..300).map(row).collect::<Vec<_>>());
    let read = read(&chart, Format::Seatlayer);
    assert_eq!(read.warnings.len(), 1, "{:?}", read.warnings);
    warned(&read, "300 times, the first is \"?\"");
}

#[test]
fn looks_are_told_in_one_line() {
    let mut chart = seatsio();
    chart["subChart"]["shapes"][0]["fillColor"] = json!("#ffffff");
    chart["subChart"]["texts"][0]["bold"] = json!(true);
    let read = read(&chart, Format::Seatsio);
    assert_eq!(read.warnings.len(), 1, "{:?}", read.warnings);
    warned(&read, "bold, fillColor");
}

#[test]
fn what_is_only_for_the_editor_is_told_in_one_line() {
    let told = |read: Imported, names: &str| {
        let expected = format!("what is only for the editor is not carried over: {names}");
        assert_eq!(read.warnings, [expected]);
    };
    let mut chart = seatsio();
    chart["subChart"]["referenceChart"] = json!({ "url": "https://a.example/b.png" });
    chart["subChart"]["tables"][0]["openSpaces"] = json!(3);
    chart["subChart"]["rows"][0]["seatLabeling"] = json!({ "algoName": "X" });
    chart["subChart"]["rows"][0]["curve"] = json!(8);
    told(read(&chart, Format::Seatsio), "openSpaces, referenceChart, rows[].curve, seatLabeling");
    let mut plan = pretix();
    plan["size"] = json!({ "width": 9, "height": 9 });
    plan["zones"][0]["zone_id"] = json!("z");
    plan["zones"][0]["rows"][0]["uuid"] = json!("u");
    told(read(&plan, Format::Pretix), "size, uuid, zone_id");
    let mut chart = seatlayer();
    chart["venueType"] = json!("MIXED");
    chart["objects"][0]["id"] = json!("s");
    told(read(&chart, Format::Seatlayer), "objects[].id, venueType");
}

#[test]
fn more_categories_than_there_can_be_are_refused() {
    let many = |category: &dyn Fn(usize) -> Value| (0..32_768).map(category).collect::<Vec<_>>();
    let mut chart = seatsio();
    let category = |at: usize| json!({ "key": at, "label": "c", "color": "#112233" });
    chart["categories"]["list"] = json!(many(&category));
    let mut plan = pretix();
    plan["categories"] = json!(many(&|at| json!({ "name": format!("c{at}"), "color": "#112233" })));
    let mut bowl = seatlayer();
    bowl["categories"] =
        json!(many(&|at| json!({ "key": at.to_string(), "label": "c", "color": "#112233" })));
    for document in [chart, plan, bowl] {
        let error = import(document.to_string().as_bytes(), None).expect_err("too many");
        assert!(error.path.starts_with("categories"), "{error}");
        assert!(error.reason.contains("at most 32767"), "{error}");
    }
}

#[test]
fn a_byte_order_mark_and_a_plan_without_a_size_are_understood() {
    for document in [seatsio(), pretix(), seatlayer()] {
        let text = format!("\u{feff}{document}");
        import(text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"));
    }
    let mut plan = pretix();
    assert_eq!(import(plan.to_string().as_bytes(), None).expect("a plan").format, Format::Pretix);
    plan["size"] = json!({ "width": 9, "height": 9 });
    assert_eq!(import(plan.to_string().as_bytes(), None).expect("a plan").format, Format::Pretix);
}

#[test]
fn control_characters_of_others_become_spaces() {
    let mut chart = seatsio();
    chart["subChart"]["rows"][0]["label"] = json!("A\u{0}B");
    chart["subChart"]["texts"][0]["text"] = json!("Bar\nand\u{7}grill");
    let found = read(&chart, Format::Seatsio);
    assert_eq!(found.layout.rows[0].label, "A B");
    assert_eq!(found.layout.texts[0].text, "Bar\nand grill");
    warned(&found, "control characters");
}

#[test]
fn a_chart_of_nothing_but_an_empty_row_names_it() {
    let row = json!([{ "label": "Lonely", "seats": [] }]);
    let chart = json!({ "subChart": { "rows": row } });
    let error = import(chart.to_string().as_bytes(), None).expect_err("nobody can sit");
    assert!(error.reason.contains("Lonely"), "{error}");
}

#[test]
fn early_plans_of_pretix_have_texts_and_sizes_of_areas_directly() {
    let mut plan = pretix();
    plan["zones"][0]["areas"] = json!([
        { "position": { "x": 100, "y": -90 }, "width": 100, "height": 20, "text": "STAGE" },
    ]);
    let found = read(&plan, Format::Pretix);
    let shape = &found.layout.shapes[0];
    assert_eq!((shape.kind.as_str(), shape.label.as_str()), ("stage", "STAGE"));
    assert_eq!(shape.outline, [[100, -90], [200, -90], [200, -70], [100, -70]]);
    assert_eq!(found.warnings, Vec::<String>::new());
    plan["zones"][0]["areas"][0]["circle"] = json!({ "radius": 9 });
    warned(&read(&plan, Format::Pretix), "width, height: not carried over");
}

#[test]
fn a_seat_without_a_place_is_told() {
    let mut plan = pretix();
    plan["zones"][0]["rows"][0]["seats"][1].as_object_mut().expect("a seat").remove("position");
    warned(&read(&plan, Format::Pretix), "seats[].position: missing");
    let mut chart = seatsio();
    let seats = &mut chart["subChart"]["rows"][0]["seats"];
    seats[1].as_object_mut().expect("a seat").remove("x");
    warned(&read(&chart, Format::Seatsio), "seats[].x, y: missing");
}

#[test]
fn all_seats_that_lie_on_others_are_counted() {
    let mut chart = seatsio();
    let rows = chart["subChart"]["rows"].as_array_mut().expect("a list");
    let mut other = rows[0].clone();
    other["label"] = json!("A2");
    rows.push(other);
    let found = read(&chart, Format::Seatsio);
    warned(&found, "subChart.rows[1] row \"A2\": seat A2-1 lies on seat A-1, and 1 more on others");
}

#[test]
fn areas_of_seatsio_stay_in_their_section() {
    let found = read(&seatsio(), Format::Seatsio);
    let labels: Vec<&str> = found.layout.sections.iter().map(|s| s.label.as_str()).collect();
    assert_eq!(labels, ["", "S", "GA"]);
    let area = found.layout.areas.iter().find(|area| area.label == "S-GA").expect("an area");
    assert_eq!(found.layout.row_of(area.first).section, 1);
}
