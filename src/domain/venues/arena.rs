//! An arena of 18,000 seats with a stage at one end: a seated floor and two tiers round it.
//!
//! The lower tier is open behind the stage; the upper one is closed, and what lies behind the
//! stage there is sold as restricted view.

use std::f64::consts::PI;

use super::colors::categories;
use super::curve::{Curve, Oval, Point, rounded};
use super::section::{Ground, Place, SectionPlan};
use crate::domain::layout::{Layout, LayoutBuilder, SEAT_RESTRICTED_VIEW};

pub(super) const SEATS: u32 = 18_000;

pub(super) const PRICES: &[(&str, &str)] = &[
    ("category-1", "149.00"),
    ("category-2", "115.00"),
    ("category-3", "89.00"),
    ("category-4", "64.50"),
    ("restricted", "45.50"),
];

const CATEGORY_1: u16 = 0;
const CATEGORY_2: u16 = 1;
const CATEGORY_3: u16 = 2;
const CATEGORY_4: u16 = 3;
const RESTRICTED: u16 = 4;

const BOWL: Oval = Oval {
    centre: (0.0, 0.0),
    end_radius: 3_400.0,
    corner_radius: 900.0,
    side_radius: 8_000.0,
    end_until: 0.36,
    corner_until: 1.22,
};
const BOWL_ROW_PITCH: f64 = 85.0;
const BOWL_AISLE: f64 = 120.0;

/// One ring of sections round the floor, numbered from the left of the stage.
struct Tier {
    first_number: u32,
    sections: u32,
    /// Direction of its ends, right and left.
    until: f64,
    /// Distance of its first row from the edge of the floor.
    offset: f64,
    rows: u32,
}

const LOWER: Tier = Tier { first_number: 101, sections: 24, until: 2.45, offset: 120.0, rows: 23 };
const UPPER: Tier = Tier { first_number: 201, sections: 26, until: PI, offset: 2_590.0, rows: 11 };

/// Sections of the lower tier whose last row is a platform for wheelchairs.
const PLATFORMS: [u32; 6] = [104, 108, 112, 113, 117, 121];

const STAGE_FRONT: f64 = -1_700.0;
const FLOOR_ROW_PITCH: f64 = 92.0;
const FLOOR_AISLE: f64 = 150.0;

/// Blocks of chairs on the floor: label, left border, right border, first row, rows, category.
const FLOOR: [(&str, f64, f64, f64, u32, u16); 9] = [
    ("Floor A", -1_700.0, -550.0, -1_400.0, 14, CATEGORY_1),
    ("Floor B", -550.0, 550.0, -1_400.0, 14, CATEGORY_1),
    ("Floor C", 550.0, 1_700.0, -1_400.0, 14, CATEGORY_1),
    ("Floor D", -1_700.0, -550.0, 60.0, 14, CATEGORY_2),
    ("Floor E", -550.0, 550.0, 60.0, 14, CATEGORY_2),
    ("Floor F", 550.0, 1_700.0, 60.0, 14, CATEGORY_2),
    ("Floor G", -1_700.0, -550.0, 1_520.0, 11, CATEGORY_2),
    ("Floor H", -550.0, 550.0, 1_520.0, 11, CATEGORY_2),
    ("Floor J", 550.0, 1_700.0, 1_520.0, 11, CATEGORY_2),
];

pub(super) fn layout() -> Layout {
    let mut builder = LayoutBuilder::new(categories(&[
        ("category-1", "Category 1"),
        ("category-2", "Category 2"),
        ("category-3", "Category 3"),
        ("category-4", "Category 4"),
        ("restricted", "Restricted view"),
    ]));
    let bowl = Curve::oval(&BOWL);
    builder.focal_point([0, -1_700]);
    draw_shapes(&mut builder, &bowl);
    let mut below: u32 = 0;
    for (label, left, right, front, rows, category) in FLOOR {
        let curve = Curve::line(((left + right) / 2.0, front), 0.0);
        let plan = floor_section(label, &curve, right - left, rows, category);
        below += plan.seats();
        plan.draw(&mut builder);
    }
    let lower = tier_sections(&bowl, &LOWER);
    below += lower.iter().map(SectionPlan::seats).sum::<u32>();
    let mut upper = tier_sections(&bowl, &UPPER);
    shorten_last_rows(&mut upper, SEATS - below);
    for plan in lower.iter().chain(&upper) {
        plan.draw(&mut builder);
    }
    let layout = builder.finish();
    debug_assert_eq!(layout.seats(), SEATS);
    layout
}

fn draw_shapes(builder: &mut LayoutBuilder, bowl: &Curve) {
    const POINTS: u32 = 96;
    let around = bowl.length(-PI, PI, 0.0);
    let edge = |point: u32| {
        let distance = around * f64::from(point) / f64::from(POINTS);
        rounded(bowl.point(bowl.along(-PI, distance, 0.0), 0.0))
    };
    builder.shape("floor", "", (0..POINTS).map(edge).collect());
    let (back, front) = (STAGE_FRONT - 1_400.0, STAGE_FRONT);
    let (half, runway) = (1_250.0, 250.0);
    // A short runway in the middle of a broad stage.
    let stage: [Point; 8] = [
        (-half, back),
        (half, back),
        (half, front - 250.0),
        (runway, front - 250.0),
        (runway, front),
        (-runway, front),
        (-runway, front - 250.0),
        (-half, front - 250.0),
    ];
    builder.shape("stage", "Stage", stage.into_iter().map(rounded).collect());
    builder.shape("desk", "Sound", vec![[-250, 2_570], [250, 2_570], [250, 2_710], [-250, 2_710]]);
}

/// Plans a block of straight rows of chairs, numbered because letters name the blocks.
fn floor_section<'a>(
    label: &str,
    curve: &'a Curve,
    width: f64,
    rows: u32,
    category: u16,
) -> SectionPlan<'a> {
    let ground = Ground {
        curve,
        from: curve.along(0.0, -width / 2.0, 0.0),
        to: curve.along(0.0, width / 2.0, 0.0),
        offset: 0.0,
        row_pitch: FLOOR_ROW_PITCH,
        aisle: FLOOR_AISLE,
    };
    let plan = |row| {
        let mut plan = ground.row(row, category, vec![Place::Plain; ground.fit(row) as usize]);
        plan.label = (row + 1).to_string();
        plan
    };
    let rows = (0..rows).map(plan).collect();
    SectionPlan { label: label.into(), ground, rows }
}

/// Divides a tier into sections of equal length, measured in the middle of its depth.
fn tier_sections<'a>(bowl: &'a Curve, tier: &Tier) -> Vec<SectionPlan<'a>> {
    let middle = tier.offset + f64::from(tier.rows) * BOWL_ROW_PITCH / 2.0;
    let length = bowl.length(-tier.until, tier.until, middle);
    let border = |section: u32| {
        let distance = length * f64::from(section) / f64::from(tier.sections);
        bowl.along(-tier.until, distance, middle)
    };
    let section = |position: u32| {
        let ground = Ground {
            curve: bowl,
            from: border(position),
            to: border(position + 1),
            offset: tier.offset,
            row_pitch: BOWL_ROW_PITCH,
            aisle: BOWL_AISLE,
        };
        bowl_section(tier.first_number + position, ground, tier.rows)
    };
    (0..tier.sections).map(section).collect()
}

fn bowl_section(number: u32, ground: Ground<'_>, rows: u32) -> SectionPlan<'_> {
    let plan = |row| {
        let seats = ground.fit(row) as usize;
        let platform = row + 1 == rows && PLATFORMS.contains(&number);
        let places = if platform { platform_places(seats) } else { vec![Place::Plain; seats] };
        let category = bowl_category(number, row);
        let mut plan = ground.row(row, category, places);
        if category == RESTRICTED {
            plan.flags = SEAT_RESTRICTED_VIEW;
        }
        plan
    };
    let rows = (0..rows).map(plan).collect();
    SectionPlan { label: number.to_string(), ground, rows }
}

/// Fills the width of `seats` seats with pairs of a wheelchair and a companion.
fn platform_places(seats: usize) -> Vec<Place> {
    [Place::Wheelchair, Place::Companion].repeat(seats / 3)
}

/// Says what a row of the bowl costs: nearer to the stage and to the floor is dearer.
fn bowl_category(number: u32, row: u32) -> u16 {
    match (number, row) {
        (101 | 124, _) => RESTRICTED,
        (102..=108 | 117..=123, 0..=11) | (109..=116, 0..=5) => CATEGORY_2,
        (102..=123, _) => CATEGORY_3,
        (201..=203 | 224..=226, _) => RESTRICTED,
        (204..=209 | 218..=223, 0..=3) => CATEGORY_3,
        _ => CATEGORY_4,
    }
}

/// Takes seats off the last rows of sections, evenly, until `total` are left in all.
fn shorten_last_rows(sections: &mut [SectionPlan<'_>], total: u32) {
    let planned: u32 = sections.iter().map(SectionPlan::seats).sum();
    let surplus = planned.checked_sub(total).expect("the plan has at least the seats wanted");
    let count = sections.len();
    for k in 0..surplus as usize {
        // Alternating ends keep both halves of the house alike.
        let from_end = k % count / 2;
        let section = if k % 2 == 0 { from_end } else { count - 1 - from_end };
        let last = sections[section].rows.last_mut().expect("sections have rows");
        last.places.pop();
    }
}
