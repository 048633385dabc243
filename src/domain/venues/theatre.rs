//! A playhouse of 251 seats round a thrust stage: stalls and a circle on three sides of it.
//!
//! The circle hangs over the stalls in houses of this kind; here it is drawn around them, so
//! that one picture shows every seat.

use std::f64::consts::{FRAC_PI_2, PI};

use super::colors::categories;
use super::curve::{Curve, Oval};
use super::section::{Ground, Place, SectionPlan};
use crate::domain::layout::{Layout, LayoutBuilder, SEAT_RESTRICTED_VIEW};

pub(super) const SEATS: u32 = 251;

pub(super) const PRICES: &[(&str, &str)] =
    &[("band-a", "67.50"), ("band-b", "52.00"), ("band-c", "38.50"), ("band-d", "22.00")];

const BAND_A: u16 = 0;
const BAND_B: u16 = 1;
const BAND_C: u16 = 2;
const BAND_D: u16 = 3;

const ROW_PITCH: f64 = 86.0;
const AISLE: f64 = 100.0;
/// Middle of the stage from its back to its front edge, where the sides of the house look.
const STAGE_MIDDLE: f64 = 310.0;
/// Directions where the circle's centre becomes a corner, and a corner a side.
const CIRCLE_CENTRE_UNTIL: f64 = 0.31;
const CIRCLE_CORNER_UNTIL: f64 = 1.50;

/// A row by its parts.
struct Row {
    /// Plain seats, without the spaces at its ends.
    seats: u32,
    category: u16,
    ends: Ends,
}

/// Where a row has a space for a wheelchair, outermost, with a companion's seat beside it.
enum Ends {
    Plain,
    WheelchairLast,
    WheelchairBoth,
}

const STALLS_SIDE: [Row; 3] = [plain(10, BAND_B), plain(10, BAND_B), plain(10, BAND_C)];
const STALLS_CENTRE: [Row; 4] = [
    plain(14, BAND_A),
    plain(15, BAND_A),
    plain(16, BAND_A),
    Row { seats: 10, category: BAND_B, ends: Ends::WheelchairBoth },
];
const CIRCLE_SIDE: [Row; 2] = [plain(10, BAND_C), plain(10, BAND_D)];
const CIRCLE_CORNER: [Row; 2] = [plain(8, BAND_C), plain(10, BAND_D)];
const CIRCLE_CENTRE: [Row; 3] = [
    plain(18, BAND_B),
    plain(19, BAND_C),
    Row { seats: 17, category: BAND_C, ends: Ends::WheelchairLast },
];

const fn plain(seats: u32, category: u16) -> Row {
    Row { seats, category, ends: Ends::Plain }
}

pub(super) fn layout() -> Layout {
    let mut builder = LayoutBuilder::new(categories(&[
        ("band-a", "Band A"),
        ("band-b", "Band B"),
        ("band-c", "Band C"),
        ("band-d", "Band D"),
    ]));
    let stage = [
        [-380, 0],
        [380, 0],
        [380, 520],
        [300, 572],
        [150, 592],
        [0, 600],
        [-150, 592],
        [-300, 572],
        [-380, 520],
    ];
    builder.shape("stage", "Stage", stage.to_vec());
    builder.focal_point([0, 400]);
    draw_stalls(&mut builder);
    draw_circle(&mut builder);
    let layout = builder.finish();
    debug_assert_eq!(layout.seats(), SEATS);
    layout
}

fn draw_stalls(builder: &mut LayoutBuilder) {
    let left = Curve::line((-490.0, STAGE_MIDDLE), -FRAC_PI_2);
    let back = Curve::arc((0.0, 700.0), 0.0, 1_400.0);
    let right = Curve::line((490.0, STAGE_MIDDLE), FRAC_PI_2);
    section("Stalls Left", centred(&left, -FRAC_PI_2, 620.0), &STALLS_SIDE).draw(builder);
    section("Stalls Centre", centred(&back, 0.0, 820.0), &STALLS_CENTRE).draw(builder);
    section("Stalls Right", centred(&right, FRAC_PI_2, 620.0), &STALLS_SIDE).draw(builder);
}

fn draw_circle(builder: &mut LayoutBuilder) {
    let curve = Curve::oval(&Oval {
        centre: (0.0, STAGE_MIDDLE),
        end_radius: 1_700.0,
        corner_radius: 434.0,
        side_radius: 4_400.0,
        end_until: CIRCLE_CENTRE_UNTIL,
        corner_until: CIRCLE_CORNER_UNTIL,
    });
    let (centre, corner) = (CIRCLE_CENTRE_UNTIL, CIRCLE_CORNER_UNTIL);
    // The sides are as long before the middle of the stage as after it.
    let side = PI - corner;
    let parts: [(&str, f64, f64, &[Row]); 5] = [
        ("Circle Left", -side, -corner, &CIRCLE_SIDE),
        ("Circle Left Corner", -corner, -centre, &CIRCLE_CORNER),
        ("Circle Centre", -centre, centre, &CIRCLE_CENTRE),
        ("Circle Right Corner", centre, corner, &CIRCLE_CORNER),
        ("Circle Right", corner, side, &CIRCLE_SIDE),
    ];
    for (label, from, to, rows) in parts {
        let ground =
            Ground { curve: &curve, from, to, offset: 0.0, row_pitch: ROW_PITCH, aisle: AISLE };
        section(label, ground, rows).draw(builder);
    }
}

/// The ground of a block whose first row, aisles included, is `length` wide.
fn centred(curve: &Curve, direction: f64, length: f64) -> Ground<'_> {
    let from = curve.along(direction, -length / 2.0, 0.0);
    let to = curve.along(direction, length / 2.0, 0.0);
    Ground { curve, from, to, offset: 0.0, row_pitch: ROW_PITCH, aisle: AISLE }
}

fn section<'a>(label: &str, ground: Ground<'a>, rows: &[Row]) -> SectionPlan<'a> {
    let plan = |(position, row): (u32, &Row)| {
        let mut plan = ground.row(position, row.category, places(row));
        // The cheapest places are those that look past a pillar or over the rail of the circle.
        if row.category == BAND_D {
            plan.flags = SEAT_RESTRICTED_VIEW;
        }
        plan
    };
    let rows = (0..).zip(rows).map(plan).collect();
    SectionPlan { label: label.into(), ground, rows }
}

fn places(row: &Row) -> Vec<Place> {
    let mut places = vec![Place::Plain; row.seats as usize];
    if matches!(row.ends, Ends::WheelchairBoth) {
        places.splice(0..0, [Place::Wheelchair, Place::Companion]);
    }
    if matches!(row.ends, Ends::WheelchairBoth | Ends::WheelchairLast) {
        places.extend([Place::Companion, Place::Wheelchair]);
    }
    places
}
