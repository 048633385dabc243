//! What is wrong with a chart of others is told with its place in that chart, whatever it is.

use serde_json::{Value, json};

use super::super::*;
use super::nothing_lost::{pretix, read, seatlayer, seatsio, warned};

/// Farther out than anything may be.
const FAR: f64 = 1e9;

#[track_caller]
fn refused_at(path: &str, format: Format, document: &Value) -> String {
    let error = import(document.to_string().as_bytes(), Some(format)).expect_err("refused");
    assert_eq!(error.path, path, "{error}");
    error.reason
}

fn far() -> Value {
    json!({ "x": FAR, "y": 0 })
}

/// The sample with its contents wrapped once more, beside a row that isn't.
fn wrapped() -> Value {
    let mut chart = seatsio();
    let mut floor = chart["subChart"].take();
    let texts = floor["texts"].take();
    let row = json!({ "label": "Z", "seats": [{ "x": 0, "y": -90, "label": "1" }] });
    let floor = json!({ "rows": [row], "texts": texts, "subChart": floor });
    chart["subChartFloors"] = json!([floor]);
    chart.as_object_mut().expect("an object").remove("subChart");
    chart
}

#[test]
fn a_floor_that_is_wrapped_keeps_its_paths() {
    let inner = "subChartFloors[0].subChart";
    let mut chart = wrapped();
    let same = chart["subChartFloors"][0]["subChart"]["rows"][0]["seats"][0]["label"].clone();
    chart["subChartFloors"][0]["subChart"]["rows"][0]["seats"][1]["label"] = same;
    let reason = refused_at(&format!("{inner}.rows[0]"), Format::Seatsio, &chart);
    assert!(reason.contains("twice"), "{reason}");
    for (list, field) in [
        ("tables", "/seats/0/x"),
        ("booths", "/center/x"),
        ("generalAdmissionAreas", "/center/x"),
        ("shapes", "/center/x"),
    ] {
        let mut chart = wrapped();
        *chart["subChartFloors"][0]["subChart"][list][0].pointer_mut(field).expect("a place") =
            json!(FAR);
        refused_at(&format!("{inner}.{list}[0]"), Format::Seatsio, &chart);
        let mut chart = wrapped();
        let section = &mut chart["subChartFloors"][0]["subChart"]["sections"][0];
        *section["subChart"][list][0].pointer_mut(field).expect("a place") = json!(FAR);
        refused_at(&format!("{inner}.sections[0].subChart.{list}[0]"), Format::Seatsio, &chart);
    }
    let mut chart = wrapped();
    chart["subChartFloors"][0]["rows"][0]["seats"][0]["x"] = json!(FAR);
    refused_at("subChartFloors[0].rows[0]", Format::Seatsio, &chart);
    let mut chart = wrapped();
    chart["subChartFloors"][0]["texts"][0]["center"] = far();
    refused_at("subChartFloors[0].texts[0]", Format::Seatsio, &chart);
    let mut chart = wrapped();
    let rows = &mut chart["subChartFloors"][0]["subChart"]["rows"];
    let mut alternative = rows[0].clone();
    alternative["label"] = json!("B");
    rows.as_array_mut().expect("a list").push(alternative);
    warned(&read(&chart, Format::Seatsio), &format!("{inner}.rows[1] row \"B\": seat B-1 lies on"));
}

#[test]
fn paths_grow_no_longer_than_charts_nest() {
    for (depth, path) in [(4, "subChart.subChart.subChart.subChart.subChart.texts[0]"), (5, "")] {
        let mut chart = seatsio();
        let mut floor = chart["subChart"].take();
        floor["texts"][0]["center"] = far();
        for _ in 0..depth {
            floor = json!({ "subChart": floor });
        }
        chart["subChart"] = floor;
        refused_at(path, Format::Seatsio, &chart);
    }
}

#[test]
fn what_is_drawn_and_looked_at_is_told_with_its_place() {
    for (path, pointer) in [
        ("subChart.shapes[0]", "/subChart/shapes/0/center"),
        ("subChart.texts[0]", "/subChart/texts/0/center"),
        ("subChart.sections[0].subChart.texts[0]", "/subChart/sections/0/subChart/texts/0/center"),
        ("zones.list[0]", "/zones/list/0/focalPoint"),
    ] {
        let mut chart = seatsio();
        *chart.pointer_mut(pointer).expect("a place") = far();
        refused_at(path, Format::Seatsio, &chart);
    }
    let mut chart = seatsio();
    chart["subChart"]["focalPoint"] = far();
    refused_at("subChart.focalPoint", Format::Seatsio, &chart);
    for area in [0, 3, 4] {
        let mut plan = pretix();
        plan["zones"][0]["areas"][area]["position"] = far();
        refused_at(&format!("zones[0].areas[{area}]"), Format::Pretix, &plan);
    }
    for (path, pointer) in [
        ("zones[0]", "/zones/0/focalPoint/x"),
        ("focalPoint", "/focalPoint/x"),
        ("objects[2]", "/objects/2/x"),
    ] {
        let mut chart = seatlayer();
        *chart.pointer_mut(pointer).expect("a place") = json!(FAR);
        refused_at(path, Format::Seatlayer, &chart);
    }
    let mut chart = seatlayer();
    let text = json!({ "type": "text", "text": "Bar", "position": far() });
    chart["objects"].as_array_mut().expect("a list").push(text);
    refused_at("objects[3]", Format::Seatlayer, &chart);
    let mut chart = seatlayer();
    let house = chart.as_object_mut().expect("an object");
    let objects = house.remove("objects").expect("a list");
    house.remove("focalPoint");
    chart["floors"] = json!([{ "name": "G", "objects": objects, "focalPoint": far() }]);
    refused_at("floors[0].focalPoint", Format::Seatlayer, &chart);
}

#[test]
fn more_seats_than_there_may_be_are_told_of_the_list_they_are_in() {
    let mut chart = seatsio();
    chart["subChart"]["generalAdmissionAreas"][0]["capacity"] = json!(200_001);
    let reason = refused_at("subChart", Format::Seatsio, &chart);
    assert!(reason.contains("1 to 200000 seats"), "{reason}");
    let mut chart = wrapped();
    chart["subChartFloors"][0]["subChart"]["generalAdmissionAreas"][0]["capacity"] = json!(200_001);
    refused_at("subChartFloors", Format::Seatsio, &chart);
    let mut plan = pretix();
    plan["zones"][0]["rows"] = json!([]);
    refused_at("zones", Format::Pretix, &plan);
    let mut chart = seatlayer();
    let area = json!({ "type": "gaArea", "label": "GA", "capacity": 200_001, "categoryKey": "a" });
    chart["objects"].as_array_mut().expect("a list").push(area);
    refused_at("objects", Format::Seatlayer, &chart);
}
