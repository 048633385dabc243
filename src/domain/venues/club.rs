//! A comedy club of 16 round tables of five, the front ones sold whole, and 40 places to stand.

use std::f64::consts::PI;

use super::colors::categories;
use super::curve::rounded;
use crate::domain::layout::{
    Area, Layout, LayoutBuilder, Seat, Section, Table, TableKind, TableSale,
};

pub(super) const SEATS: u32 = TABLES * SEATS_EACH + STANDING;

pub(super) const PRICES: &[(&str, &str)] =
    &[("front", "38.00"), ("tables", "29.50"), ("standing", "15.00")];

const TABLES: u32 = 16;
const IN_A_ROW: u32 = 4;
const SEATS_EACH: u32 = 5;
const STANDING: u32 = 40;
const TABLE_PITCH: i32 = 290;
const TABLE_RADIUS: f64 = 50.0;
const SEAT_RADIUS: f64 = 85.0;
const CORNERS: u32 = 16;

pub(super) fn layout() -> Layout {
    let names = [("front", "Front tables"), ("tables", "Tables"), ("standing", "Standing")];
    let mut builder = LayoutBuilder::new(categories(&names));
    builder.focal_point([0, -150]);
    builder.shape("stage", "Stage", rectangle([-250, -300], [250, 0]));
    let half = TABLE_PITCH * i32::try_from(IN_A_ROW).unwrap_or(0) / 2;
    let back = 60 + TABLE_PITCH * i32::try_from(TABLES / IN_A_ROW).unwrap_or(0);
    let section = builder.section("Tables", rectangle([-half, 60], [half, back]));
    for table in 0..TABLES {
        let (column, row) = (signed(table % IN_A_ROW), signed(table / IN_A_ROW));
        let middle = (
            f64::from(TABLE_PITCH * column + TABLE_PITCH / 2 - half),
            f64::from(60 + TABLE_PITCH / 2 + TABLE_PITCH * row),
        );
        let front = row == 0;
        let drawn = Table {
            label: format!("T{}", table + 1),
            first: 0,
            count: 0,
            sale: if front { TableSale::Whole } else { TableSale::Seat },
            kind: TableKind::Table,
            outline: around(middle, TABLE_RADIUS, CORNERS),
        };
        let seats = around(middle, SEAT_RADIUS, SEATS_EACH).into_iter().zip(1_u32..);
        let seat = |([x, y], number): ([i32; 2], u32)| Seat {
            x,
            y,
            category: u16::from(!front),
            number: number.to_string(),
            flags: 0,
        };
        builder.table(section, format!("T{}-", table + 1), drawn, seats.map(seat));
    }
    let ground = rectangle([-half, back + 60], [half, back + 310]);
    let section = builder.full_section(Section {
        label: "Floor".into(),
        outline: ground.clone(),
        ..Section::default()
    });
    let area =
        Area { label: "Floor".into(), first: 0, count: 0, capacity: STANDING, outline: ground };
    builder.area(section, "Floor-".into(), area, ([0, back + 185], 2));
    builder.shape("bar", "Bar", rectangle([half + 80, 200], [half + 180, 900]));
    builder.finish()
}

/// Points round a middle, the first at the top.
fn around(middle: (f64, f64), radius: f64, points: u32) -> Vec<[i32; 2]> {
    let point = |at: u32| {
        let (sin, cos) = (2.0 * PI * f64::from(at) / f64::from(points)).sin_cos();
        rounded((middle.0 + radius * sin, middle.1 - radius * cos))
    };
    (0..points).map(point).collect()
}

fn signed(count: u32) -> i32 {
    i32::try_from(count).expect("a club has few tables")
}

fn rectangle(from: [i32; 2], to: [i32; 2]) -> Vec<[i32; 2]> {
    vec![from, [to[0], from[1]], to, [from[0], to[1]]]
}
