//! A sports arena of 17,500 seats: a lower bowl, suites sold whole, an upper bowl, and courtside
//! seats.

use std::f64::consts::PI;

use super::colors::categories;
use super::curve::{Curve, Oval};
use super::ring::{Ring, thin_to};
use super::section::SectionPlan;
use crate::domain::layout::{Layout, LayoutBuilder, Table, TableKind, TableSale};

pub(super) const SEATS: u32 = 17_500;

pub(super) const PRICES: &[(&str, &str)] = &[
    ("courtside", "480.00"),
    ("lower", "145.00"),
    ("suite", "210.00"),
    ("upper", "62.00"),
    ("upper-end", "28.00"),
];

const COURTSIDE: u16 = 0;
const LOWER: u16 = 1;
const SUITE: u16 = 2;
const UPPER: u16 = 3;
const UPPER_END: u16 = 4;

const ROW_PITCH: f64 = 82.0;
const AISLE: f64 = 120.0;
const LOWER_ROWS: u32 = 30;
const UPPER_ROWS: u32 = 10;
const LOWER_SEATS: u32 = 10_000;
const SUITES: u32 = 82;
/// Every suite has three short rows.
const SUITE_ROWS: u32 = 3;
const SUITE_AISLE: f64 = 90.0;

pub(super) fn layout() -> Layout {
    let mut builder = LayoutBuilder::new(categories(&[
        ("courtside", "Courtside"),
        ("lower", "Lower bowl"),
        ("suite", "Suites"),
        ("upper", "Upper bowl"),
        ("upper-end", "Upper bowl, ends"),
    ]));
    builder.focal_point([0, 0]);
    let court = vec![[-760, -1_430], [760, -1_430], [760, 1_430], [-760, 1_430]];
    builder.shape("field", "Court", court);
    let curve = Curve::oval(&Oval {
        centre: (0.0, 0.0),
        end_radius: 1_900.0,
        corner_radius: 500.0,
        side_radius: 5_000.0,
        end_until: 0.36,
        corner_until: 1.22,
    });
    let ring = |sections, offset, rows, platform_every| Ring {
        curve: &curve,
        sections,
        until: PI,
        offset,
        row_pitch: ROW_PITCH,
        aisle: AISLE,
        rows,
        platform_every,
    };
    let courtside =
        ring(4, 0.0, vec![2], 0).plan(|at| format!("Court {}", at + 1), |_, _| COURTSIDE);
    let lower_offset = 300.0;
    let mut lower = ring(24, lower_offset, vec![LOWER_ROWS], 4)
        .plan(|block| (101 + block).to_string(), |_, _| LOWER);
    thin_to(&mut lower, LOWER_SEATS);
    let suite_offset = lower_offset + f64::from(LOWER_ROWS) * ROW_PITCH + 250.0;
    let suites = Ring { aisle: SUITE_AISLE, ..ring(SUITES, suite_offset, vec![SUITE_ROWS], 0) }
        .plan(|suite| format!("Suite {}", suite + 1), |_, _| SUITE);
    let upper_offset = suite_offset + f64::from(SUITE_ROWS) * ROW_PITCH + 250.0;
    let upper_category = |block: u32, _: u32| match block * 8 / 26 {
        0 | 3 | 4 | 7 => UPPER_END,
        _ => UPPER,
    };
    let mut upper = ring(26, upper_offset, vec![UPPER_ROWS], 0)
        .plan(|block| (201 + block).to_string(), upper_category);
    let below: u32 =
        [&courtside, &lower, &suites].into_iter().flatten().map(SectionPlan::seats).sum();
    thin_to(&mut upper, SEATS - below);
    for plan in courtside.iter().chain(&lower) {
        plan.draw(&mut builder);
    }
    for plan in &suites {
        draw_suite(&mut builder, plan);
    }
    for plan in &upper {
        plan.draw(&mut builder);
    }
    builder.finish()
}

/// A suite is one booth: its rows have no names, and its seats are counted through.
fn draw_suite(builder: &mut LayoutBuilder, plan: &SectionPlan<'_>) {
    let outline = plan.outline();
    let section = builder.section(&plan.label, outline.clone());
    let rows = (0..).zip(&plan.rows).flat_map(|(position, row)| plan.seats_of(position, row));
    let seats = rows.zip(1_u32..).map(|(mut seat, number)| {
        seat.number = number.to_string();
        seat.flags = 0;
        seat
    });
    let booth = Table {
        label: plan.label.clone(),
        first: 0,
        count: 0,
        sale: TableSale::Whole,
        kind: TableKind::Booth,
        outline,
    };
    builder.table(section, plan.label.replace(' ', "-") + "-", booth, seats);
}
