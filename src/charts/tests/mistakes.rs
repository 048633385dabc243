//! Documents that are refused, with the path; and bytes that nobody meant as a chart.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::*;
use super::foreign::SAMPLES;

pub(super) fn chart() -> Value {
    json!({
        "format": "seatmap.chart.v1",
        "name": "A hall",
        "categories": [{ "key": "a", "label": "A", "color": "#112233" }],
        "sections": [{
            "label": "Stalls",
            "rows": [
                { "label": "A", "at": [0, 0], "count": 10 },
                { "label": "B", "at": [0, 90], "count": 10, "curve": 20, "rotation": 5 },
            ],
            "tables": [
                { "label": "T1", "sale": "whole", "seats": { "at": [900, 0], "count": 4, "radius": 80 } },
            ],
            "areas": [{ "label": "Floor", "capacity": 25, "outline": [[0, 500], [500, 500], [0, 900]] }],
        }],
    })
}

#[track_caller]
pub(super) fn refused(path: &str, change: impl FnOnce(&mut Value)) {
    let mut chart = chart();
    change(&mut chart);
    let error = import(chart.to_string().as_bytes(), Some(Format::Seatmap)).expect_err("refused");
    assert_eq!((error.path.as_str(), error.kind), (path, ErrorKind::Wrong), "{error}");
}

#[test]
fn a_written_chart_is_what_it_says() {
    let read = import(chart().to_string().as_bytes(), None).expect("a chart");
    let layout = read.layout;
    assert_eq!((layout.seats(), layout.rows.len()), (49, 4));
    assert_eq!(layout.seat_no(0), "Stalls-A-1");
    assert_eq!(layout.seat_no(20), "T1-1");
    assert_eq!(layout.seat_no(24), "Floor-0001");
    assert_eq!((layout.tables[0].first, layout.tables[0].count), (20, 4));
    assert_eq!((layout.areas[0].first, layout.areas[0].capacity), (24, 25));
    assert_eq!(layout.flags[..10], [8, 0, 0, 0, 0, 0, 0, 0, 0, 8]);
}

#[test]
fn mistakes_name_their_path() {
    refused("format", |chart| chart["format"] = json!("seatmap.chart.v2"));
    refused("colour", |chart| chart["colour"] = json!(1));
    refused("sections[0].rows[1].sets", |chart| chart["sections"][0]["rows"][1]["sets"] = json!(1));
    refused("sections[0].rows[0].count", |chart| {
        chart["sections"][0]["rows"][0]["count"] = json!("ten");
    });
    refused("sections[0].rows[0].count", |chart| {
        chart["sections"][0]["rows"][0]["count"] = json!(0);
    });
    refused("sections[0].rows[0].count", |chart| {
        chart["sections"][0]["rows"][0].as_object_mut().expect("a row").remove("count");
    });
    refused("sections[0].rows[1].path", |chart| {
        chart["sections"][0]["rows"][1]["path"] = json!([50, 0, 50]);
    });
    refused("sections[0].rows[0].numbers", |chart| {
        chart["sections"][0]["rows"][0]["numbers"] = json!(["1"]);
    });
    refused("sections[0].rows[0].numbering", |chart| {
        chart["sections"][0]["rows"][0]["numbering"] = json!({ "step": -1 });
    });
    refused("sections[0].rows[0].spacing", |chart| {
        chart["sections"][0]["rows"][0]["spacing"] = json!(0);
    });
    refused("sections[0].rows[0].rotation", |chart| {
        chart["sections"][0]["rows"][0]["rotation"] = json!(1e300);
    });
    refused("sections[0].rows[0].gaps[1]", |chart| {
        chart["sections"][0]["rows"][0]["gaps"] = json!([[5, 100], [5, 100]]);
    });
    refused("sections[0].rows[0].seats[0]", |chart| {
        chart["sections"][0]["rows"][0]["seats"] = json!([{ "seat": 11 }]);
    });
    refused("sections[0].rows[0].seats[1]", |chart| {
        chart["sections"][0]["rows"][0]["seats"] =
            json!([{ "seat": 2, "count": 4_294_967_295_u32 }, { "seat": 3 }]);
        chart["sections"][0]["rows"][0]["seats"][0]["count"] = json!(3);
    });
    refused("sections[0].rows[0].seats[0].category", |chart| {
        chart["sections"][0]["rows"][0]["seats"] = json!([{ "seat": 1, "category": "b" }]);
    });
    refused("sections[0].zone", |chart| chart["sections"][0]["zone"] = json!("north"));
    refused("sections[0].floor", |chart| chart["floors"] = json!(["Ground"]));
    refused("sections[0].areas[0].capacity", |chart| {
        chart["sections"][0]["areas"][0]["capacity"] = json!(0);
    });
    refused("sections[0].tables[0].label", |chart| {
        chart["sections"][0]["tables"][0]["label"] = json!("");
    });
    refused("sections[0].outline", |chart| chart["sections"][0]["outline"] = json!([[1, 1]]));
    refused("categories", |chart| chart["categories"] = json!([]));
    refused("categories[0].color", |chart| chart["categories"][0]["color"] = json!("red"));
    refused("background.url", |chart| {
        chart["background"] =
            json!({ "url": "http://example.org/a.png", "at": [0, 0], "width": 1, "height": 1 });
    });
}

#[test]
fn duplicates_overlaps_and_limits_are_refused() {
    // A second row A of the same section has the same seat numbers.
    refused("sections[0].rows[1]", |chart| chart["sections"][0]["rows"][1]["label"] = json!("A"));
    refused("sections[0].rows[1]", |chart| {
        chart["sections"][0]["rows"][1] = json!({ "label": "B", "at": [10, 10], "count": 2 });
    });
    refused("sections[0].rows[0]", |chart| {
        chart["sections"][0]["rows"][0]["spacing"] = json!(5);
    });
    refused("sections", |chart| {
        chart["sections"][0]["rows"][0]["count"] = json!(200_000);
    });
    refused("sections", |chart| {
        chart["sections"][0]["areas"][0]["capacity"] = json!(u32::MAX);
    });
    refused("sections", |chart| chart["sections"] = json!([]));
    refused("sections[0].rows[0]", |chart| {
        chart["sections"][0]["rows"][0]["at"] = json!([i32::MAX, 0]);
    });
    refused("sections[0].tables[1]", |chart| {
        let table =
            json!({ "label": "T1", "seats": { "at": [2_000, 0], "count": 1, "prefix": "X" } });
        chart["sections"][0]["tables"].as_array_mut().expect("a list").push(table);
    });
}

#[test]
fn control_characters_are_refused() {
    for (path, pointer) in [
        ("name", "/name"),
        ("categories[0].key", "/categories/0/key"),
        ("categories[0].label", "/categories/0/label"),
        ("sections[0].label", "/sections/0/label"),
        ("sections[0].rows[1].label", "/sections/0/rows/1/label"),
        ("sections[0].tables[0].label", "/sections/0/tables/0/label"),
        ("sections[0].areas[0].label", "/sections/0/areas/0/label"),
        ("shapes[0].label", "/shapes/0/label"),
        ("texts[0].text", "/texts/0/text"),
        ("floors[0]", "/floors/0"),
        ("zones[0].label", "/zones/0/label"),
    ] {
        refused(path, |chart| {
            chart["shapes"] =
                json!([{ "kind": "bar", "label": "Bar", "outline": [[0, 0], [9, 0], [0, 9]] }]);
            chart["texts"] = json!([{ "text": "Bar", "at": [0, 0], "size": 9, "rotation": 0 }]);
            chart["zones"] = json!([{ "key": "z", "label": "Z" }]);
            chart["floors"] = json!(["Ground"]);
            chart["sections"][0]["floor"] = json!("Ground");
            *chart.pointer_mut(pointer).expect("it is there") = json!("A\u{0}B");
        });
    }
}

#[test]
fn outlines_of_too_many_points_are_refused() {
    let outline =
        |points: usize| json!((0..points).map(|at| [at, at * at % 97]).collect::<Vec<_>>());
    refused("shapes[0].outline", |chart| {
        chart["shapes"] = json!([{ "kind": "bar", "label": "", "outline": outline(10_001) }]);
    });
    refused("sections[0].outline", |chart| chart["sections"][0]["outline"] = outline(10_001));
    refused("sections[0].tables[0].outline", |chart| {
        chart["sections"][0]["tables"][0]["outline"] = outline(10_001);
    });
    refused("sections[0].areas[0].outline", |chart| {
        chart["sections"][0]["areas"][0]["outline"] = outline(10_001);
    });
    refused("shapes", |chart| {
        let shape = json!({ "kind": "bar", "label": "", "outline": outline(9_999) });
        chart["shapes"] = json!(vec![shape; 21]);
    });
}

#[test]
fn the_schema_says_how_many_points_an_outline_may_have() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    assert_eq!(schema["$defs"]["outline"]["maxItems"], OUTLINE_POINTS_MAX);
    let told = schema["properties"]["shapes"]["description"].as_str().expect("a text");
    assert!(told.contains(&CHART_POINTS_MAX.to_string()), "{told}");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let mut own = chart();
    assert!(validator.is_valid(&own));
    own["sections"][0]["label"] = json!("A\u{0}B");
    assert!(!validator.is_valid(&own), "control characters");
}

#[test]
fn a_chart_whose_only_row_is_empty_names_it() {
    refused("sections[0].rows[0].count", |chart| {
        chart["sections"] = json!([{ "label": "S", "rows": [{ "at": [0, 0], "count": 0 }] }]);
    });
    refused("sections[0].areas[0].capacity", |chart| {
        chart["sections"] = json!([{ "label": "S", "areas": [{ "label": "GA", "capacity": 0 }] }]);
    });
}

#[test]
fn what_is_no_chart_is_refused_without_being_read_far() {
    let kind = |bytes: &[u8]| import(bytes, None).expect_err("refused").kind;
    assert_eq!(kind(b""), ErrorKind::Unreadable);
    assert_eq!(kind(b"{"), ErrorKind::Unreadable);
    assert_eq!(kind(b"\xff\xfe"), ErrorKind::Unreadable);
    assert_eq!(kind(b"{}"), ErrorKind::Wrong);
    assert_eq!(kind(b"[1,2,3]"), ErrorKind::Wrong);
    assert_eq!(kind(b"null"), ErrorKind::Wrong);
    assert_eq!(kind(&vec![b' '; CHART_BYTES_MAX + 1]), ErrorKind::TooLarge);
    // Elsewhere a seat takes up to 460 bytes, and as many as there may be fit in.
    assert_eq!(kind(&vec![b' '; 460 * 200_000]), ErrorKind::Unreadable);
    assert_eq!(kind(&vec![b'{'; CHART_OBJECTS_MAX + 1]), ErrorKind::TooLarge);
    let deep = "[".repeat(100_000);
    assert!(matches!(kind(deep.as_bytes()), ErrorKind::Unreadable | ErrorKind::Wrong));
    let deep = format!("{{\"zones\":{}", "[".repeat(100_000));
    assert_eq!(kind(deep.as_bytes()), ErrorKind::Unreadable);
}

/// The entry for a fuzzer: whatever comes in, an answer comes out.
fn any_bytes(bytes: &[u8]) {
    for format in Format::ALL.map(Some).into_iter().chain([None]) {
        if let Ok(read) = import(bytes, format) {
            assert_eq!(read.layout.validate(), Ok(()));
            let again = import(export("again", &read.layout).as_bytes(), None).expect("our own");
            assert_eq!(again.layout, read.layout);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        any_bytes(&bytes);
    }

    #[test]
    fn mutated_charts_get_an_answer(
        sample in 0..SAMPLES.len() + 1,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let own = chart().to_string();
        let text = SAMPLES.get(sample).copied().unwrap_or(own.as_str());
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            let cut = cut.index(bytes.len());
            bytes.truncate(cut.max(1));
        }
        any_bytes(&bytes);
    }

    /// Numbers do the most harm, and a changed byte seldom makes a bad one.
    #[test]
    fn charts_with_any_numbers_get_an_answer(
        sample in 0..SAMPLES.len() + 1,
        which in any::<prop::sample::Index>(),
        number in prop_oneof![
            Just("0".to_owned()), Just("-1".to_owned()), Just("1e308".to_owned()),
            Just("4294967295".to_owned()), Just("200001".to_owned()), Just("null".to_owned()),
            Just("\"\"".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()),
            any::<i32>().prop_map(|n| n.to_string()), any::<u8>().prop_map(|n| n.to_string()),
        ],
    ) {
        let own = chart().to_string();
        let text = SAMPLES.get(sample).copied().unwrap_or(own.as_str());
        let starts: Vec<usize> = text
            .match_indices(|c: char| c.is_ascii_digit())
            .map(|(at, _)| at)
            .filter(|at| !text.as_bytes()[at - 1].is_ascii_alphanumeric())
            .collect();
        let start = starts[which.index(starts.len())];
        let end = start + text[start..].find(|c: char| !c.is_ascii_digit()).expect("JSON ends in }");
        any_bytes([&text[..start], &number, &text[end..]].concat().as_bytes());
    }
}
