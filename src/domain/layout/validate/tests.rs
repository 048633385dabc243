//! Layouts that are refused, and why.

use super::super::{Area, Table, TableKind, TableSale, Zone, numbered};
use super::*;

#[track_caller]
fn refused(path: &str, change: impl FnOnce(&mut Layout)) {
    let mut layout = numbered(100);
    assert_eq!(layout.validate(), Ok(()));
    change(&mut layout);
    let error = layout.validate().expect_err("the layout must be refused");
    assert_eq!(error.path, path, "{error}");
}

#[test]
fn columns_are_equally_long_and_not_empty() {
    refused("x", |layout| layout.x.truncate(99));
    refused("y", |layout| layout.y.push(0));
    refused("category", |layout| layout.category.truncate(1));
    refused("flags", |layout| layout.flags.clear());
    refused("number", |layout| layout.number.clear());
    refused("number", |layout| {
        layout.number.resize(LAYOUT_SEATS_MAX as usize + 1, "1".into());
    });
}

#[test]
fn rows_cover_the_seats_in_order() {
    refused("rows[1]", |layout| layout.rows[1].first += 1);
    refused("rows[1]", |layout| layout.rows[0].count -= 1);
    refused("rows[1]", |layout| layout.rows[1].count = u32::MAX);
    refused("rows[1]", |layout| layout.rows.swap(1, 2));
    refused("rows[0]", |layout| layout.rows[0].count = 0);
    refused("rows[2].section", |layout| layout.rows[2].section = 1);
    refused("rows", |layout| layout.rows.truncate(2));
    refused("rows", |layout| layout.rows.clear());
}

#[test]
fn categories_exist_and_have_keys_and_colours() {
    refused("category[7]", |layout| layout.category[7] = 1);
    refused("categories[0].key", |layout| {
        layout.categories[0].key.clear();
    });
    refused("categories[1].key", |layout| {
        layout.categories.push(layout.categories[0].clone());
    });
    for color in ["", "red", "#12345", "#1234567", "#12345g", "123456", "#€123"] {
        refused("categories[0].color", |layout| {
            layout.categories[0].color = color.into();
        });
    }
}

#[test]
fn seat_numbers_are_unique_and_fit_an_address() {
    refused("number[1]", |layout| {
        layout.number[1] = layout.number[0].clone();
    });
    for number in ["1 2", "1/2", "1?", "é\u{301}", "\n", &"1".repeat(SEAT_NO_CHARS_MAX)] {
        refused("number[3]", |layout| layout.number[3] = number.into());
    }
    assert!(is_seat_no("Stalls-A-12.5"));
    assert!(is_seat_no("Balkon-Süd-1"));
    for text in ["", ".", "..", "-"] {
        assert!(!is_seat_no(text), "{text:?}");
    }
}

#[test]
fn outlines_flags_and_coordinates_are_sane() {
    refused("sections[0].outline", |layout| {
        layout.sections[0].outline.truncate(2);
    });
    refused("shapes[0].outline", |layout| {
        layout.shapes[0].outline.clear();
    });
    refused("shapes[0].outline", |layout| {
        layout.shapes[0].outline[0][1] = i32::MIN;
    });
    refused("x[4]", |layout| layout.x[4] = i32::MAX);
    refused("y[4]", |layout| layout.y[4] = i32::MIN);
}

#[test]
fn areas_are_ranges_in_order() {
    let area = |first, count, capacity| Area {
        label: format!("Pit {first}"),
        first,
        count,
        capacity,
        outline: Vec::new(),
    };
    refused("areas[0]", |layout| layout.areas = vec![area(90, 11, 11)]);
    refused("areas[0]", |layout| {
        layout.areas = vec![area(u32::MAX, 1, 1)];
    });
    refused("areas[0]", |layout| layout.areas = vec![area(0, 10, 11)]);
    refused("areas[1]", |layout| {
        layout.areas = vec![area(0, 10, 10), area(9, 2, 2)];
    });
    let mut layout = numbered(100);
    layout.areas = vec![area(0, 10, 10), area(10, 90, 80)];
    assert_eq!(layout.validate(), Ok(()));
}

#[test]
fn tables_are_rows_in_order() {
    let table = |layout: &Layout, row: usize| Table {
        label: format!("T{row}"),
        first: layout.rows[row].first,
        count: layout.rows[row].count,
        sale: TableSale::Whole,
        kind: TableKind::Table,
        outline: Vec::new(),
    };
    refused("tables[1]", |layout| {
        layout.tables = vec![table(layout, 1), table(layout, 0)];
    });
    refused("tables[1]", |layout| {
        layout.tables = vec![table(layout, 0), table(layout, 0)];
    });
    refused("tables[0]", |layout| {
        layout.tables = vec![Table { count: 3, ..table(layout, 0) }];
    });
    refused("tables[0]", |layout| {
        layout.tables = vec![Table { first: 1, ..table(layout, 0) }];
    });
    let mut layout = numbered(100);
    layout.tables = vec![table(&layout, 0), table(&layout, 2)];
    assert_eq!(layout.validate(), Ok(()));
    assert_eq!(layout.table_of(0).map(|table| table.label.as_str()), Some("T0"));
    assert_eq!(layout.table_of(layout.rows[1].first), None);
}

#[test]
fn zones_exist_and_have_keys_and_points() {
    let zone = |key: &str| Zone { key: key.into(), label: String::new(), focal_point: None };
    refused("zones[0].key", |layout| layout.zones = vec![zone("")]);
    refused("zones[1].key", |layout| layout.zones = vec![zone("a"), zone("a")]);
    refused("zones[0].focal_point", |layout| {
        layout.zones = vec![Zone { focal_point: Some([0, i32::MIN]), ..zone("a") }];
    });
    refused("sections[0].zone", |layout| layout.sections[0].zone = Some(0));
    refused("focal_point", |layout| layout.focal_point = Some([i32::MAX, 0]));
    let mut layout = numbered(100);
    layout.focal_point = Some([0, -400]);
    assert_eq!(layout.focal_point_of(&layout.sections[0]), Some([0, -400]));
    layout.zones = vec![Zone { focal_point: Some([5, 5]), ..zone("a") }];
    layout.sections[0].zone = Some(0);
    assert_eq!(layout.validate(), Ok(()));
    assert_eq!(layout.focal_point_of(&layout.sections[0]), Some([5, 5]));
}
