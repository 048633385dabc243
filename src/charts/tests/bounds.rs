//! Limits, values out of sight, and fields that say what nothing follows.

use serde_json::{Value, json};

use super::super::*;
use super::mistakes::{chart, refused};
use super::nothing_lost::{pretix, read, seatsio, warned};

fn schema_allows(document: &Value) -> bool {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    jsonschema::validator_for(&schema).expect("the schema is one").is_valid(document)
}

/// Refused by the program at a path, and by the schema.
#[track_caller]
fn refused_by_both(path: &str, change: impl Fn(&mut Value)) {
    refused(path, &change);
    let mut changed = chart();
    change(&mut changed);
    assert!(schema_allows(&chart()) && !schema_allows(&changed), "{path}: {changed}");
}

/// Taken by the program and by the schema as what it is when nothing is changed.
#[track_caller]
fn the_same_to_both(change: impl Fn(&mut Value)) {
    let mut changed = chart();
    change(&mut changed);
    assert!(schema_allows(&changed), "{changed}");
    let own = |chart: &Value| import(chart.to_string().as_bytes(), None);
    let found = own(&changed).unwrap_or_else(|error| panic!("{error}: {changed}"));
    assert_eq!(found.layout, own(&chart()).expect("a chart").layout);
}

#[test]
fn whole_numbers_may_be_written_as_floats() {
    the_same_to_both(|chart| {
        let section = &mut chart["sections"][0];
        section["rows"][0]["at"] = json!([0.0, -0.0]);
        section["rows"][0]["count"] = json!(10.0);
        section["rows"][0]["numbering"] = json!({ "start": 1.0, "digits": 0.0 });
        section["areas"][0]["capacity"] = json!(25.0);
        section["areas"][0]["outline"][1] = json!([500.0, 500.0]);
    });
    refused_by_both("sections[0].rows[0].at[1]", |chart| {
        chart["sections"][0]["rows"][0]["at"] = json!([0.0, 0.5]);
    });
}

#[test]
fn null_is_no_value() {
    for (path, pointer, field) in [
        ("focal_point", "", "focal_point"),
        ("background", "", "background"),
        ("zones[0].focal_point", "/zones/0", "focal_point"),
        ("sections[0].zone", "/sections/0", "zone"),
        ("sections[0].category", "/sections/0", "category"),
        ("sections[0].rows[0].category", "/sections/0/rows/0", "category"),
        ("sections[0].rows[0].prefix", "/sections/0/rows/0", "prefix"),
        ("sections[0].rows[0].radius", "/sections/0/rows/0", "radius"),
        ("sections[0].rows[0].count", "/sections/0/rows/0", "count"),
        ("sections[0].rows[0].seats[0].at", "/sections/0/rows/0/seats/0", "at"),
        ("sections[0].rows[0].seats[0].number", "/sections/0/rows/0/seats/0", "number"),
        ("sections[0].rows[0].seats[0].category", "/sections/0/rows/0/seats/0", "category"),
        ("sections[0].areas[0].at", "/sections/0/areas/0", "at"),
        ("sections[0].areas[0].category", "/sections/0/areas/0", "category"),
        ("sections[0].areas[0].prefix", "/sections/0/areas/0", "prefix"),
    ] {
        let with_seat_and_zone = |chart: &mut Value| {
            chart["zones"] = json!([{ "key": "z", "label": "Z" }]);
            chart["sections"][0]["rows"][0]["seats"] = json!([{ "seat": 1 }]);
        };
        let mut plain = chart();
        with_seat_and_zone(&mut plain);
        assert!(schema_allows(&plain) && import(plain.to_string().as_bytes(), None).is_ok());
        refused_by_both(path, |chart| {
            with_seat_and_zone(chart);
            chart.pointer_mut(pointer).expect("it is there")[field] = Value::Null;
        });
    }
}

fn one_row_sections(count: usize, floor: impl Fn(usize) -> String) -> Vec<Value> {
    let section = |at: usize| {
        json!({ "label": at.to_string(), "floor": floor(at),
                "rows": [{ "label": "A", "at": [60 * (at % 400), 60 * (at / 400)], "count": 1 }] })
    };
    (0..count).map(section).collect()
}

#[test]
fn as_many_sections_and_floors_as_there_may_be_are_read_and_written() {
    let mut large = chart();
    let floors: Vec<String> = (0..CHART_FLOORS_MAX).map(|at| format!("F{at}")).collect();
    large["floors"] = json!(floors);
    let floor = |at: usize| floors[at % floors.len()].clone();
    large["sections"] = json!(one_row_sections(CHART_SECTIONS_MAX, floor));
    let found = import(large.to_string().as_bytes(), None).expect("a chart");
    assert_eq!(found.layout.sections.len(), CHART_SECTIONS_MAX);
    let again = import(export("again", &found.layout).as_bytes(), None).expect("our own");
    assert_eq!(again.layout, found.layout);
    let (plan, _) = export_pretix("plan", &found.layout);
    let plan = import(plan.as_bytes(), None).expect("a plan");
    assert_eq!(plan.layout.sections.len(), CHART_SECTIONS_MAX);
    refused("sections", |chart| {
        chart["sections"] = json!(one_row_sections(CHART_SECTIONS_MAX + 1, |_| String::new()));
    });
    refused("floors", |chart| {
        chart["floors"] =
            json!((0..=CHART_FLOORS_MAX).map(|at| at.to_string()).collect::<Vec<_>>());
    });
}

#[test]
fn the_schema_names_the_limits() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let top = &schema["properties"];
    assert_eq!(top["sections"]["maxItems"], CHART_SECTIONS_MAX);
    assert_eq!(top["floors"]["maxItems"], CHART_FLOORS_MAX);
    assert_eq!(top["categories"]["maxItems"], crate::domain::layout::LAYOUT_CATEGORIES_MAX);
    assert_eq!(schema["$defs"]["label"]["maxLength"], LABEL_CHARS_MAX);
    assert_eq!(top["texts"]["items"]["properties"]["text"]["maxLength"], TEXT_CHARS_MAX);
    assert_eq!(top["texts"]["items"]["properties"]["size"]["maximum"], TEXT_CM_MAX);
    assert_eq!(top["background"]["properties"]["url"]["maxLength"], URL_CHARS_MAX);
}

#[test]
fn more_categories_than_a_ticket_can_name_are_refused() {
    let many = |count: usize| {
        let category =
            |at: usize| json!({ "key": at.to_string(), "label": "", "color": "#112233" });
        json!((0..count).map(category).collect::<Vec<_>>())
    };
    refused_by_both("categories", |chart| chart["categories"] = many(32_768));
    let mut most = chart();
    most["categories"] = many(32_767);
    most["sections"][0]["category"] = json!("32766");
    let found = import(most.to_string().as_bytes(), None).expect("a chart");
    assert_eq!(i16::try_from(found.layout.category[0]), Ok(i16::MAX - 1));
}

#[test]
fn floors_keep_the_order_they_are_listed_in() {
    let mut house = chart();
    let row = json!([{ "label": "A", "at": [0, 0], "count": 4 }]);
    house["floors"] = json!(["Ground", "Upper", "Roof"]);
    house["sections"] = json!([
        { "label": "Balcony", "floor": "Upper", "rows": row },
        { "label": "Stalls", "floor": "Ground", "rows": row },
    ]);
    let found = import(house.to_string().as_bytes(), None).expect("a chart");
    assert_eq!(found.warnings, ["1 floors without sections were left out: \"Roof\""]);
    assert_eq!(found.layout.floors, ["Ground", "Upper"]);
    assert_eq!(found.layout.sections[0].label, "Balcony", "seats stay in their order");
    let text = export("house", &found.layout);
    let written: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(written["floors"], json!(["Ground", "Upper"]));
    let again = import(text.as_bytes(), None).expect("our own");
    assert_eq!((again.layout, again.warnings), (found.layout, Vec::new()));
    // The same order as that of the sections needn't be kept.
    house["floors"] = json!(["Upper", "Ground"]);
    let found = import(house.to_string().as_bytes(), None).expect("a chart");
    assert!(found.layout.floors.is_empty() && found.warnings.is_empty());
    refused_by_both("floors[1]", |chart| {
        chart["floors"] = json!(["", ""]);
    });
}

#[test]
fn a_declared_aisle_is_one_or_is_refused() {
    let with = |count: u32, gaps: Value| {
        let mut hall = chart();
        hall["sections"] = json!([{ "label": "S", "rows": [
            { "label": "A", "at": [0, 0], "count": count, "gaps": gaps } ] }]);
        import(hall.to_string().as_bytes(), None)
    };
    let breaks = |count, gaps| with(count, gaps).expect("a chart").layout.breaks();
    assert_eq!(breaks(2, json!([[1, 300]])), [1]);
    assert_eq!(breaks(4, json!([[1, 300], [2, 300], [3, 300]])), [1, 2, 3]);
    assert_eq!(breaks(6, json!([[3, 100]])), [3]);
    for (count, gaps) in
        [(6, json!([[3, 28]])), (6, json!([[3, 100], [5, 0]])), (2, json!([[1, 60]]))]
    {
        let at = gaps.as_array().expect("a list").len() - 1;
        let error = with(count, gaps).expect_err("sold as neighbours");
        assert_eq!(error.path, format!("sections[0].rows[0].gaps[{at}]"));
    }
    // Moved seats can undo an aisle as well.
    refused("sections[0].rows[0].gaps[0]", |chart| {
        chart["sections"][0]["rows"][0] = json!({
            "label": "A", "at": [0, 0], "count": 4, "gaps": [[2, 100]],
            "seats": [{ "seat": 3, "at": [100, 0] }, { "seat": 4, "at": [150, 0] }],
        });
    });
    refused_by_both("sections[0].tables[0].seats.gaps", |chart| {
        let seats = json!({ "at": [900, 0], "count": 4, "gaps": [[2, 300]] });
        chart["sections"][0]["tables"][0]["seats"] = seats;
    });
}

#[test]
fn fields_that_nothing_follows_are_refused() {
    let row = |chart: &mut Value, row: Value| chart["sections"][0]["rows"][0] = row;
    for (field, value) in [
        ("curve", json!(5)),
        ("rotation", json!(5)),
        ("spacing", json!(60)),
        ("gaps", json!([[1, 200]])),
        ("radius", json!(80)),
    ] {
        refused_by_both(&format!("sections[0].rows[0].{field}"), |chart| {
            row(chart, json!({ "label": "A", "at": [0, 0], "path": [50, 0, 50, 9] }));
            chart["sections"][0]["rows"][0][field] = value.clone();
        });
    }
    for (field, value) in [("curve", json!(5)), ("spacing", json!(60)), ("gaps", json!([[1, 200]]))]
    {
        refused_by_both(&format!("sections[0].tables[0].seats.{field}"), |chart| {
            chart["sections"][0]["tables"][0]["seats"][field] = value.clone();
        });
    }
    refused_by_both("sections[0].rows[0].numbering", |chart| {
        row(
            chart,
            json!({ "at": [0, 0], "count": 1, "numbers": ["7"], "numbering": { "start": 7 } }),
        );
    });
    refused_by_both("sections[0].rows[0].numbering.digits", |chart| {
        let numbering = json!({ "scheme": "letters", "digits": 3 });
        row(chart, json!({ "at": [0, 0], "count": 2, "numbering": numbering }));
    });
    refused_by_both("sections[0].tables[0].seats.label", |chart| {
        chart["sections"][0]["tables"][0]["seats"]["label"] = json!("A");
    });
    refused_by_both("sections[0].tables[0].seats.aisles", |chart| {
        chart["sections"][0]["tables"][0]["seats"]["aisles"] = json!("given");
    });
}

#[test]
fn what_nobody_would_see_is_refused() {
    let text = json!({ "text": "Bar", "at": [0, 0], "size": 9, "rotation": 0 });
    for (field, value) in [
        ("at", json!([i32::MAX, 0])),
        ("size", json!(u32::MAX)),
        ("size", json!(0)),
        ("rotation", json!(361)),
        ("text", json!("x".repeat(TEXT_CHARS_MAX + 1))),
    ] {
        refused_by_both(&format!("texts[0].{field}"), |chart| {
            chart["texts"] = json!([text]);
            chart["texts"][0][field] = value.clone();
        });
    }
    let picture =
        json!({ "url": "https://a.example/b.png", "at": [0, 0], "width": 1, "height": 1 });
    for (field, value) in [
        ("url", json!("https://")),
        ("url", json!("https:///a.png")),
        ("url", json!("https://a.example/a b")),
        ("url", json!(format!("https://{}", "a".repeat(URL_CHARS_MAX)))),
        ("at", json!([0, i32::MIN])),
        ("width", json!(0)),
        ("height", json!(u32::MAX)),
    ] {
        refused_by_both(&format!("background.{field}"), |chart| {
            chart["background"] = picture.clone();
            chart["background"][field] = value.clone();
        });
    }
    let long = "x".repeat(LABEL_CHARS_MAX + 1);
    for (path, pointer) in [
        ("name", "/name"),
        ("categories[0].key", "/categories/0/key"),
        ("sections[0].label", "/sections/0/label"),
        ("sections[0].rows[1].label", "/sections/0/rows/1/label"),
    ] {
        refused_by_both(path, |chart| {
            *chart.pointer_mut(pointer).expect("it is there") = json!(long);
        });
    }
    refused_by_both("sections[0].tables[0].seats.at", |chart| {
        chart["sections"][0]["tables"][0]["seats"]["at"] = json!([20_000_000, 0]);
    });
}

#[test]
fn labels_of_others_that_are_too_long_are_cut_and_told() {
    let mut chart = seatsio();
    chart["subChart"]["texts"][0]["text"] = json!("x".repeat(TEXT_CHARS_MAX + 1));
    let found = read(&chart, Format::Seatsio);
    assert_eq!(found.layout.texts[0].text.len(), TEXT_CHARS_MAX);
    warned(&found, "1 labels were too long");
}

#[test]
fn what_is_said_of_a_chart_is_short_however_long_its_names_are() {
    let long = "x".repeat(100_000);
    let mut plan = pretix();
    plan["zones"][0]["rows"][0][&long] = json!(1);
    plan["zones"][0]["rows"][0]["seats"][0]["category"] = json!(long);
    plan["zones"][0]["name"] = json!(long);
    let found = read(&plan, Format::Pretix);
    assert!(found.warnings.len() > 2);
    let mut own = chart();
    own[&long] = json!(1);
    let error = import(own.to_string().as_bytes(), None).expect_err("unknown field");
    let told = found.warnings.iter().chain([&error.path, &error.reason]);
    assert_eq!(told.map(String::len).filter(|len| *len > WARNING_CHARS_MAX).count(), 0);
}

#[test]
fn errors_of_other_formats_name_what_they_have() {
    // The first row has no seats and is left out, so that positions differ.
    let mut plan = pretix();
    let row = plan["zones"][0]["rows"][0].clone();
    let empty = json!({ "row_number": "0", "seats": [] });
    plan["zones"][0]["rows"] = json!([empty, row]);
    let seats = plan["zones"][0]["rows"][1]["seats"].as_array_mut().expect("a list");
    for x in [100.0, 1e12] {
        seats.push(json!({ "seat_number": x.to_string(), "category": "One",
                           "position": { "x": x, "y": 0 } }));
    }
    let error = import(plan.to_string().as_bytes(), None).expect_err("too far out");
    assert_eq!(error.path, "zones[0].rows[1]");
    assert!(error.reason.starts_with("row \"1\" of section \"Zone\": coordinates"), "{error}");
    plan["zones"][0]["position"] = json!({ "x": 1e300, "y": 0 });
    plan["zones"][0]["areas"] = json!([]);
    let error = import(plan.to_string().as_bytes(), None).expect_err("too far out");
    assert_eq!(error.path, "zones[0].rows[1]", "{error}");
    let mut chart = seatsio();
    chart["subChart"]["sections"][0]["subChart"]["rows"][0]["seats"][1]["label"] = json!("1");
    let error = import(chart.to_string().as_bytes(), None).expect_err("which is meant?");
    assert_eq!(error.path, "subChart.sections[0].subChart.rows[0]");
    assert!(error.reason.starts_with("row \"A\" of section \"S\": "), "{error}");
    let mut chart = seatsio();
    let list = chart["categories"]["list"].as_array_mut().expect("a list");
    list.push(list[0].clone());
    let error = import(chart.to_string().as_bytes(), None).expect_err("which is meant?");
    assert_eq!(error.path, "categories.list[1].key");
}

#[test]
fn errors_are_told_in_words_of_json() {
    let told = |text: &str| import(text.as_bytes(), None).expect_err("refused").to_string();
    assert!(told("{").starts_with("is no JSON"), "{}", told("{"));
    // At the column of what was sent, though 1.0 is read as 1.
    let wrong = import(b"{\"a\": 1.0, \"b\": 2.0,}", Some(Format::Seatmap)).expect_err("refused");
    assert!(wrong.to_string().ends_with("line 1 column 21"), "{wrong}");
    assert_eq!(told("1"), "invalid type: integer `1`, expected an object");
    assert_eq!(told("null"), "invalid type: null, expected an object");
    let nested = told("{\"format\": \"seatmap.chart.v1\", \"name\": \"\", \"categories\": [1]}");
    assert_eq!(nested, "categories[0]: invalid type: integer `1`, expected an object");
    let expected = |pointer: &str, value: Value| {
        let mut chart = chart();
        *chart.pointer_mut(pointer).expect("it is there") = value;
        let told = import(chart.to_string().as_bytes(), None).expect_err("refused").to_string();
        told.rsplit_once("expected ").expect("what is expected").1.to_owned()
    };
    assert_eq!(expected("/sections/0/rows/0/at", json!([0, "x"])), "a whole number");
    assert_eq!(expected("/sections/0/rows/1/curve", json!("x")), "a number");
    assert_eq!(expected("/sections/0/rows", json!(null)), "a list");
}
