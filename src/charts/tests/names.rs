//! What has one name there and needs two here: rows, tables, sections and categories stay apart.

use serde_json::{Value, json};

use super::super::*;
use super::nothing_lost::{pretix, read, seatsio, warned};

/// The numbers of all seats, each once or the layout would not be valid.
fn seat_nos(read: &Imported) -> Vec<String> {
    assert_eq!(read.layout.validate(), Ok(()));
    (0..read.layout.seats()).map(|seat| read.layout.seat_no(seat)).collect()
}

fn rows_of_pretix(labels: &[&str]) -> Value {
    let row = |(at, label): (usize, &&str)| {
        let mut row = pretix()["zones"][0]["rows"][0].clone();
        row["row_number"] = json!(label);
        row["position"]["y"] = json!(90 * at);
        for (number, seat) in row["seats"].as_array_mut().expect("a list").iter_mut().enumerate() {
            seat["seat_number"] = json!((number + 1).to_string());
        }
        row
    };
    json!(labels.iter().enumerate().map(row).collect::<Vec<_>>())
}

#[test]
fn categories_of_pretix_that_differ_in_signs_only_stay_apart() {
    for names in [["A", "A+"], ["★", "★★"], ["Cat 1 (50 €)", "Cat 1 (50 $)"]] {
        let mut plan = pretix();
        plan["categories"] =
            json!(names.map(|name| json!({ "name": name, "color": "#112233" })).to_vec());
        plan["zones"][0]["rows"] = rows_of_pretix(&["1"]);
        plan["zones"][0]["rows"][0]["seats"][0]["category"] = json!(names[0]);
        plan["zones"][0]["rows"][0]["seats"][1]["category"] = json!(names[1]);
        let found = read(&plan, Format::Pretix);
        let labels: Vec<&str> = found.layout.categories.iter().map(|c| c.label.as_str()).collect();
        assert_eq!(
            (labels.as_slice(), found.layout.category.as_slice()),
            (&names[..], &[0, 1][..])
        );
        warned(&found, "the key of a category");
    }
    let mut plan = pretix();
    let category = plan["categories"][0].clone();
    plan["categories"] = json!([category, category]);
    let found = read(&plan, Format::Pretix);
    assert_eq!(found.layout.category, [0, 0]);
    warned(&found, "two categories have one name");
}

#[test]
fn rows_of_pretix_need_no_names_of_their_own() {
    let mut plan = pretix();
    plan["zones"][0]["rows"] = rows_of_pretix(&["A", "A*", "A", ""]);
    let found = read(&plan, Format::Pretix);
    let expected = [
        "Zone-A-1",
        "Zone-A-2",
        "Zone-A.2-1",
        "Zone-A.2-2",
        "Zone-A.3-1",
        "Zone-A.3-2",
        "Zone-1",
        "Zone-2",
    ];
    assert_eq!(seat_nos(&found), expected);
    let labels: Vec<&str> = found.layout.rows.iter().map(|row| row.label.as_str()).collect();
    assert_eq!(labels, ["A", "A*", "A", ""], "what people read is as it was");
    warned(&found, "a number more in their names, or others would be called like them (2 times");
    // Zones without names, or with the same.
    for name in ["", "Balcony"] {
        let mut plan = pretix();
        plan["zones"][0]["name"] = json!(name);
        plan["zones"][0]["rows"] = rows_of_pretix(&["1"]);
        let mut other = plan["zones"][0].clone();
        other["position"]["y"] = json!(500);
        plan["zones"].as_array_mut().expect("a list").push(other);
        let found = read(&plan, Format::Pretix);
        let first = if name.is_empty() { "1-1" } else { "Balcony-1-1" };
        assert_eq!((seat_nos(&found).len(), seat_nos(&found)[0].as_str()), (4, first));
    }
}

#[test]
fn seats_of_pretix_may_have_the_same_number_in_one_row() {
    let mut plan = pretix();
    for seat in 0..2 {
        plan["zones"][0]["rows"][0]["seats"][seat]["seat_number"] = json!("7");
    }
    let found = read(&plan, Format::Pretix);
    assert_eq!(seat_nos(&found), ["Zone-1-7", "Zone-1-7.2"]);
    warned(&found, "a seat was renamed");
}

#[test]
fn blocks_of_one_row_keep_their_names() {
    let mut plan = pretix();
    plan["zones"][0]["rows"] = rows_of_pretix(&["1", "1"]);
    for (at, number) in ["3", "4"].iter().enumerate() {
        plan["zones"][0]["rows"][1]["seats"][at]["seat_number"] = json!(number);
    }
    let found = read(&plan, Format::Pretix);
    assert_eq!(seat_nos(&found), ["Zone-1-1", "Zone-1-2", "Zone-1-3", "Zone-1-4"]);
    assert!(found.warnings.iter().all(|told| !told.contains("a number more")), "{found:?}");
}

#[test]
fn rows_sections_and_tables_of_seatsio_that_differ_in_signs_only_stay_apart() {
    let mut chart = seatsio();
    let floor = chart["subChart"].clone();
    let mut another = |list: &str, label: &str, move_by: i32| {
        let mut copy = floor[list][0].clone();
        copy["label"] = json!(label);
        for seat in copy["seats"].as_array_mut().into_iter().flatten() {
            seat["y"] = json!(seat["y"].as_f64().expect("a number") + f64::from(move_by));
        }
        if list == "sections" {
            copy["topLeft"]["x"] = json!(move_by);
        }
        chart["subChart"][list].as_array_mut().expect("a list").push(copy);
    };
    another("rows", "A+", 400);
    another("tables", "#T", 500);
    another("tables", "T", 600);
    another("sections", "S+", 900);
    let found = read(&chart, Format::Seatsio);
    let names = seat_nos(&found);
    for name in ["A-1", "A.2-1", "T-1", "T.2-1", "S-A-1", "S-A.2-1"] {
        assert!(names.iter().any(|own| own == name), "{name} in {names:?}");
    }
    let tables: Vec<&str> = found.layout.tables.iter().map(|table| table.label.as_str()).collect();
    assert!(
        tables.contains(&"#T") && tables.contains(&"T") && tables.contains(&"T (2)"),
        "{tables:?}"
    );
    warned(&found, "a table or an area was renamed");
    warned(&found, "a number more in their names");
}

#[test]
fn floors_of_seatsio_by_one_name_stay_apart() {
    let mut chart = seatsio();
    let mut upper = chart["subChart"].take();
    upper["label"] = json!("Hall");
    chart.as_object_mut().expect("an object").remove("subChart");
    chart["subChartFloors"] = json!([upper, upper]);
    let found = read(&chart, Format::Seatsio);
    let floors: std::collections::HashSet<&str> =
        found.layout.sections.iter().map(|section| section.floor.as_str()).collect();
    assert_eq!(floors, ["Hall", "Hall (2)"].into());
    warned(&found, "a floor was renamed");
}

#[test]
fn a_floor_is_not_renamed_to_what_another_is_called() {
    let mut chart = seatsio();
    let mut upper = chart["subChart"].take();
    upper["label"] = json!("Hall");
    let mut other = upper.clone();
    other["label"] = json!("Hall (2)");
    chart.as_object_mut().expect("an object").remove("subChart");
    chart["subChartFloors"] = json!([other, upper, upper]);
    let found = read(&chart, Format::Seatsio);
    let floors: std::collections::HashSet<&str> =
        found.layout.sections.iter().map(|section| section.floor.as_str()).collect();
    assert_eq!(floors, ["Hall", "Hall (2)", "Hall (3)"].into());
}

#[test]
fn a_row_finds_a_name_however_many_others_have_it() {
    let labels: Vec<String> = (1..40)
        .map(|number| if number == 1 { "A".into() } else { format!("A.{number}") })
        .chain(["A".into(), "A".into()])
        .collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut plan = pretix();
    plan["zones"][0]["rows"] = rows_of_pretix(&labels);
    assert_eq!(seat_nos(&read(&plan, Format::Pretix)).len(), 2 * labels.len());
}

#[test]
fn seats_of_pretix_keep_the_names_that_orders_mean_them_by() {
    let with_guids = |guids: [[&str; 2]; 2]| {
        let mut plan = pretix();
        plan["zones"][0]["rows"] = rows_of_pretix(&["A", "A"]);
        for (row, guids) in guids.iter().enumerate() {
            for (seat, guid) in guids.iter().enumerate() {
                plan["zones"][0]["rows"][row]["seats"][seat]["seat_guid"] = json!(guid);
            }
        }
        read(&plan, Format::Pretix)
    };
    let found = with_guids([["left-A-1", "left-A-2"], ["right-A-1", "right-A-2"]]);
    assert_eq!(seat_nos(&found), ["left-A-1", "left-A-2", "right-A-1", "right-A-2"]);
    assert!(found.warnings.iter().all(|told| !told.contains("seat_guid")), "{found:?}");
    // Those that no seat can be asked for by, or that have nothing to do with the numbers.
    let found = with_guids([["A/1", "A/2"], ["6f4c", "0b7e"]]);
    assert_eq!(seat_nos(&found)[..2], ["Zone-A-1", "Zone-A-2"]);
    warned(&found, "seat_guid: not carried over; seats are called by row and number (2 times");
}
