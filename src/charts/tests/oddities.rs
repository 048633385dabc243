//! One odd value in a chart of others doesn't keep a whole house from being sold.

use serde_json::{Value, json};

use super::super::*;
use super::nothing_lost::{read, seatlayer, seatsio, warned};

#[test]
fn a_zone_that_there_is_not_is_left_out_and_told() {
    let mut chart = seatsio();
    chart["subChart"]["sections"][0]["zone"] = json!("nowhere");
    let mut bowl = seatlayer();
    bowl["objects"][0]["zone"] = json!("nowhere");
    for (document, format) in [(chart, Format::Seatsio), (bowl, Format::Seatlayer)] {
        let found = read(&document, format);
        assert!(found.layout.sections.iter().all(|section| section.zone.is_none()));
        warned(&found, "there is no zone by the name a section has; it is in none (\"nowhere\")");
    }
}

#[test]
fn an_outline_that_is_a_line_is_left_out_and_told() {
    let line = json!([{ "x": 0, "y": 0 }, { "x": 90, "y": 0 }]);
    let mut chart = seatsio();
    chart["subChart"]["sections"][0]["points"] = line.clone();
    let mut flat = seatsio();
    // Its last point repeats the first.
    flat["subChart"]["tables"][0]["points"] = json!([{ "x": 0 }, { "x": 1 }, { "x": 0 }]);
    let mut bowl = seatlayer();
    bowl["objects"][0]["outline"] = line;
    for (document, format, kind) in [
        (chart, Format::Seatsio, "section has fewer than 3 points and was left out (\"S\")"),
        (flat, Format::Seatsio, "table has fewer than 3 points and was left out (\"T\")"),
        (bowl, Format::Seatlayer, "section has fewer than 3 points and was left out (\"S\")"),
    ] {
        warned(&read(&document, format), &format!("the outline of a {kind}"));
    }
}

#[test]
fn whole_numbers_are_read_however_they_are_written() {
    let ways = |number: i32| [json!(number), json!(f64::from(number)), json!(number.to_string())];
    for capacity in ways(100) {
        let mut chart = seatsio();
        chart["subChart"]["generalAdmissionAreas"][0]["capacity"] = capacity;
        assert_eq!(read(&chart, Format::Seatsio).layout.areas[1].capacity, 100);
    }
    for (count, start) in ways(2).into_iter().zip(ways(7)) {
        let mut bowl = seatlayer();
        let row = &mut bowl["objects"][1];
        row["seatCount"] = count.clone();
        row["seatLabelStart"] = start;
        row["seatNumbering"] = json!({ "direction": "ltr", "step": count });
        row["overrides"] = json!([{ "index": 1.0, "accessible": true }]);
        let layout = read(&bowl, Format::Seatlayer).layout;
        assert_eq!(layout.number, ["7", "9"]);
        assert_ne!(layout.flags[0], layout.flags[1]);
    }
    for wrong in [json!(2.5), json!("many"), json!(-1), json!(1e300), json!([])] {
        let mut bowl = seatlayer();
        bowl["objects"][1]["seatCount"] = wrong;
        let error = import(bowl.to_string().as_bytes(), None).expect_err("no number of seats");
        assert_eq!(error.path, "objects[1].seatCount");
        assert!(error.reason.contains("expected a whole number"), "{error}");
    }
    let mut chart = seatsio();
    chart["subChart"]["generalAdmissionAreas"][0]["capacity"] = Value::Null;
    warned(&read(&chart, Format::Seatsio), "admits nobody, left out");
}
