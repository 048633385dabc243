//! A concert hall of 2,440 seats in vineyard terraces: blocks of unequal depth all round the stage,
//! in three steps, each looking at its middle.

use std::f64::consts::PI;

use super::colors::categories;
use super::curve::{Curve, Oval, rounded};
use super::ring::{Ring, thin_to};
use crate::domain::layout::{Layout, LayoutBuilder};

pub(super) const SEATS: u32 = 2_440;

pub(super) const PRICES: &[(&str, &str)] =
    &[("podium", "128.00"), ("terrace-1", "96.00"), ("terrace-2", "64.00"), ("choir", "35.00")];

const ROW_PITCH: f64 = 92.0;
const AISLE: f64 = 130.0;

/// Depths of the blocks of each terrace, in turn.
const STEPS: [(f64, u32, &[u32]); 3] = [
    (80.0, 6, &[4, 4, 6, 6, 4, 4]),
    (900.0, 8, &[2, 4, 5, 4, 4, 5, 4, 2]),
    (1_640.0, 10, &[3, 4, 4, 3, 5, 5, 3, 4, 4, 3]),
];

pub(super) fn layout() -> Layout {
    let mut builder = LayoutBuilder::new(categories(&[
        ("podium", "Podium"),
        ("terrace-1", "Lower terraces"),
        ("terrace-2", "Upper terraces"),
        ("choir", "Behind the stage"),
    ]));
    builder.focal_point([0, 0]);
    let curve = Curve::oval(&Oval {
        centre: (0.0, 0.0),
        end_radius: 900.0,
        corner_radius: 500.0,
        side_radius: 1_500.0,
        end_until: 0.5,
        corner_until: 1.2,
    });
    let corners: Vec<[i32; 2]> = (0..72)
        .map(|corner| rounded(curve.point(PI * (f64::from(corner) / 36.0 - 1.0), -120.0)))
        .collect();
    builder.shape("stage", "Stage", corners);
    let mut sections = Vec::new();
    for (step, (offset, count, rows)) in (1_u32..).zip(STEPS) {
        let ring = Ring {
            curve: &curve,
            sections: count,
            until: PI,
            offset,
            row_pitch: ROW_PITCH,
            aisle: AISLE,
            rows: rows.to_vec(),
            platform_every: 0,
        };
        let behind = move |block: u32| block == 0 || block + 1 == count;
        let category = move |block: u32, row: u32| match (step, row) {
            _ if behind(block) => 3,
            (1, 0..=3) => 0,
            (1 | 2, _) => 1,
            _ => 2,
        };
        let label = move |block: u32| {
            let letter = char::from(b"ABCDEFGHKL"[block as usize]);
            format!("{letter}{step}")
        };
        sections.extend(ring.plan(label, category));
    }
    thin_to(&mut sections, SEATS);
    for plan in &sections {
        plan.draw(&mut builder);
    }
    builder.finish()
}
