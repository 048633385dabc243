//! What is written is read again as the very same layout.

use serde_json::Value;

use super::super::*;
use crate::domain::layout::{Background, Layout, Text, Zone, numbered};
use crate::domain::venues;

/// What a stadium may cost in the own format.
const STADIUM_BYTES_A_SEAT_MAX: usize = 11;

#[track_caller]
fn round_trip(name: &str, layout: &Layout) -> usize {
    let text = export(name, layout);
    let read = import(text.as_bytes(), None).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((read.format, read.name.as_str()), (Format::Seatmap, name));
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    assert!(read.layout == *layout, "{name} came back different");
    text.len()
}

#[test]
fn every_venue_comes_back_the_same_and_fits_the_schema() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for venue in venues::all() {
        let layout = venue.layout();
        let bytes = round_trip(venue.name, &layout);
        let seats = layout.seats() as usize;
        println!("{}: {bytes} bytes, {:.1} a seat", venue.key, bytes as f64 / seats as f64);
        if seats > 50_000 {
            assert!(bytes <= seats * STADIUM_BYTES_A_SEAT_MAX, "{}: {bytes} bytes", venue.key);
        }
        let document: Value = serde_json::from_str(&export(venue.name, &layout)).expect("JSON");
        let errors: Vec<String> =
            validator.iter_errors(&document).take(3).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", venue.key);
    }
}

#[test]
fn numbered_halls_and_everything_a_layout_can_have_come_back() {
    for total in [1, 2, 7, 100, 999, 1_000, 5_003] {
        round_trip("hall", &numbered(total));
    }
    let mut layout = numbered(300);
    layout.zones = vec![
        Zone { key: "a".into(), label: "A".into(), focal_point: Some([3, 4]) },
        Zone { key: "b".into(), label: String::new(), focal_point: None },
    ];
    layout.sections[0].zone = Some(1);
    layout.sections[0].floor = "Ground".into();
    layout.sections[0].entrance = "Gate 7".into();
    layout.focal_point = Some([-5, -500]);
    layout.texts = vec![Text { text: "Exit".into(), at: [1, 2], size: 40, rotation: -90 }];
    layout.background = Some(Background {
        url: "https://example.org/plan.png".into(),
        at: [0, 0],
        width: 100,
        height: 50,
    });
    for (seat, flags) in [(0, 1), (1, 2), (17, 4), (18, 4), (40, 128)] {
        layout.flags[seat] |= flags;
    }
    layout.flags[20] ^= 8;
    layout.number[5] = "6a".into();
    layout.categories.push(crate::domain::layout::Category {
        key: "vip".into(),
        label: "VIP".into(),
        color: "#aabbcc".into(),
    });
    for seat in 60..90 {
        layout.category[seat] = 1;
    }
    round_trip("everything", &layout);
}

#[test]
fn numbers_filled_up_with_many_zeros_come_back() {
    let mut layout = numbered(2);
    layout.number =
        ["000000000000000000000001", "000000000000000000000002"].map(String::from).into();
    round_trip("numbers of 24 digits", &layout);
}

#[test]
fn a_plan_for_pretix_keeps_texts_and_their_size() {
    let mut layout = venues::by_key("theatre-251").expect("built in").layout();
    layout.texts = vec![Text { text: "Exit".into(), at: [100, 200], size: 40, rotation: 90 }];
    let (text, _) = export_pretix("theatre", &layout);
    let read = import(text.as_bytes(), None).expect("a plan");
    let text = &read.layout.texts[0];
    assert_eq!((text.text.as_str(), text.rotation), ("Exit", 90));
    // Lengths are learnt anew, from how far seats are apart.
    assert!((36..=44).contains(&text.size), "{}", text.size);
}

#[test]
fn a_plan_for_pretix_keeps_seats_and_categories() {
    for venue in venues::all() {
        let layout = venue.layout();
        let (text, warnings) = export_pretix(venue.name, &layout);
        assert!(!warnings.is_empty(), "flags and focal points are lost");
        let read = import(text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"));
        let standing: u32 = layout.areas.iter().map(|area| area.count).sum();
        assert_eq!((read.format, read.layout.seats()), (Format::Pretix, layout.seats() - standing));
        let labels = |layout: &Layout| -> Vec<String> {
            layout.categories.iter().map(|category| category.label.clone()).collect()
        };
        assert_eq!(labels(&read.layout), labels(&layout));
        compare_seats(&layout, &read.layout, venue.key);
    }
}

#[test]
fn outlines_of_sections_are_drawn_on_a_plan_for_pretix_and_told() {
    let mut layout = numbered(4);
    layout.sections[0].label = "Stage left".into();
    layout.sections[0].outline = vec![[-50, -50], [250, -50], [250, 90]];
    let (text, warnings) = export_pretix("plan", &layout);
    assert!(
        warnings.contains(&"the outlines of sections are only drawn".to_owned()),
        "{warnings:?}"
    );
    let plan: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let area = &plan["zones"][0]["areas"][0];
    assert_eq!(area["shape"], "polygon");
    let x = |at: usize| area["polygon"]["points"][at]["x"].as_f64().expect("a number");
    assert_eq!(x(1) - x(0), 120.0, "300 cm at 40 pixels a metre");
    let seat = plan["zones"][0]["rows"][0]["seats"][0]["position"]["x"].as_f64().expect("a place");
    assert!(((seat - x(0)) / 0.4 - f64::from(layout.x[0] + 50)).abs() < 0.5, "where its seats are");
    let read = import(text.as_bytes(), None).expect("a plan").layout;
    assert_eq!(read.shapes[0].kind, "area", "whatever a section is called, it is no stage");
    assert!(read.shapes.iter().any(|shape| shape.kind == "stage"));
    layout.sections[0].outline.clear();
    let (_, warnings) = export_pretix("plan", &layout);
    assert!(warnings.iter().all(|told| !told.contains("outlines")), "{warnings:?}");
}

#[test]
fn everything_on_a_plan_for_pretix_is_within_its_size() {
    let mut club = venues::by_key("comedy-club-120").expect("built in").layout();
    club.texts = vec![Text { text: "Exit".into(), at: [9_000, -9_000], size: 40, rotation: 0 }];
    club.areas[0].outline = vec![[-5_000, -5_000], [-4_000, -5_000], [-4_000, 8_000]];
    let plan: serde_json::Value =
        serde_json::from_str(&export_pretix("club", &club).0).expect("JSON");
    let side = |name: &str| plan["size"][name].as_f64().expect("a number");
    let (width, height) = (side("width"), side("height"));
    let mut points = Vec::new();
    collect_points(&plan, &mut points);
    assert!(points.len() > club.x.len() - club.areas[0].count as usize);
    for (x, y) in points {
        assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{x}, {y}");
    }
}

/// All that has an x and a y.
fn collect_points(value: &serde_json::Value, found: &mut Vec<(f64, f64)>) {
    if let (Some(x), Some(y)) = (value["x"].as_f64(), value["y"].as_f64()) {
        found.push((x, y));
    }
    let inside = value.as_object().map(|object| object.values().collect::<Vec<_>>());
    let listed = value.as_array().map(|list| list.iter().collect::<Vec<_>>());
    for value in inside.or(listed).unwrap_or_default() {
        collect_points(value, found);
    }
}

/// Whether both have the same seats in the same places, in whatever order rows come; those of areas
/// are no seats there.
fn compare_seats(ours: &Layout, theirs: &Layout, venue: &str) {
    let seated = |seat: &u32| ours.area_of(*seat).is_none();
    let seats: Vec<u32> = (0..ours.seats()).filter(seated).collect();
    assert_eq!(seats.len(), theirs.number.len());
    // A zone is written for each section, in order, and rows in the order of their section.
    let point = |layout: &Layout, seat: usize| [layout.x[seat], layout.y[seat]].map(f64::from);
    let widest = seats.iter().map(|seat| point(ours, *seat as usize));
    let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
    let (mut low_there, mut high_there) = (low, high);
    for (at, here) in widest.enumerate() {
        let there = point(theirs, at);
        for axis in 0..2 {
            low[axis] = low[axis].min(here[axis]);
            high[axis] = high[axis].max(here[axis]);
            low_there[axis] = low_there[axis].min(there[axis]);
            high_there[axis] = high_there[axis].max(there[axis]);
        }
    }
    let scale = (high_there[0] - low_there[0]) / (high[0] - low[0]);
    assert!((0.5..2.0).contains(&scale), "{venue}: a seat is as wide as a seat");
    for (at, seat) in seats.iter().map(|seat| *seat as usize).enumerate() {
        let named = |layout: &Layout, seat: usize| {
            let row = layout.row_of(u32::try_from(seat).expect("few"));
            let section = &layout.sections[row.section as usize].label;
            let seat_no = layout.seat_no(u32::try_from(seat).expect("few"));
            let number = layout.number[seat].clone();
            (section.clone(), row.label.clone(), number, seat_no, layout.category[seat])
        };
        assert_eq!(named(theirs, at), named(ours, seat), "{venue}: seat {at}");
        let (here, there) = (point(ours, seat), point(theirs, at));
        for axis in 0..2 {
            let expected = (here[axis] - low[axis]) * scale + low_there[axis];
            assert!((there[axis] - expected).abs() < 2.0, "{venue}: seat {at}");
        }
    }
}

#[test]
fn categories_that_people_call_the_same_stay_apart_in_a_plan_for_pretix() {
    let mut layout = numbered(4);
    for key in ["vip", "gold"] {
        let mut category = layout.categories[0].clone();
        category.key = key.into();
        layout.categories.push(category);
    }
    layout.category = vec![0, 1, 2, 1];
    let (text, warnings) = export_pretix("plan", &layout);
    assert!(warnings.iter().any(|told| told.contains("its key in its name")), "{warnings:?}");
    let read = import(text.as_bytes(), None).expect("a plan");
    assert_eq!(read.layout.category, layout.category);
    let labels: Vec<&str> = read.layout.categories.iter().map(|c| c.label.as_str()).collect();
    assert_eq!(labels, ["Standard", "Standard (vip)", "Standard (gold)"]);
}
