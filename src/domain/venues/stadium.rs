//! A football stadium of 75,000 seats in three tiers, and a synthetic bowl of 100,000 seats in 200
//! sections of 24 rows, which is what others measure with.

use std::f64::consts::PI;

use super::colors::categories;
use super::curve::{Curve, Oval};
use super::ring::{Ring, shorten_to};
use crate::domain::layout::{Layout, LayoutBuilder};

pub(super) const SEATS: u32 = 75_000;
pub(super) const BOWL_SEATS: u32 = 100_000;

pub(super) const PRICES: &[(&str, &str)] = &[
    ("main", "95.00"),
    ("lower", "70.00"),
    ("middle", "55.00"),
    ("upper", "38.00"),
    ("end", "19.00"),
];

pub(super) const BOWL_PRICES: &[(&str, &str)] = &[
    ("tier-1", "140.00"),
    ("tier-2", "180.00"),
    ("tier-3", "95.00"),
    ("tier-4", "65.00"),
    ("tier-5", "40.00"),
];

const ROW_PITCH: f64 = 80.0;
const AISLE: f64 = 130.0;
const BETWEEN_TIERS: f64 = 260.0;

/// Sections and rows of each tier, from the pitch up.
const TIERS: [(u32, u32); 3] = [(48, 33), (52, 24), (56, 18)];

const BOWL_TIERS: u32 = 5;
const BOWL_SECTIONS: u32 = 40;
const BOWL_ROWS: u32 = 24;
/// The width of a section of the bowl between its aisles: some 22 seats.
const BOWL_SECTION_CM: f64 = 1_130.0;

fn oval() -> Curve {
    Curve::oval(&Oval {
        centre: (0.0, 0.0),
        end_radius: 6_000.0,
        corner_radius: 1_800.0,
        side_radius: 16_000.0,
        end_until: 0.36,
        corner_until: 1.22,
    })
}

fn pitch(builder: &mut LayoutBuilder) {
    builder.focal_point([0, 0]);
    let corners = vec![[-3_200, -5_000], [3_200, -5_000], [3_200, 5_000], [-3_200, 5_000]];
    builder.shape("field", "Pitch", corners);
}

pub(super) fn layout() -> Layout {
    let mut builder = LayoutBuilder::new(categories(&[
        ("main", "Main stand"),
        ("lower", "Lower tier"),
        ("middle", "Middle tier"),
        ("upper", "Upper tier"),
        ("end", "Behind the goals"),
    ]));
    pitch(&mut builder);
    let curve = oval();
    let mut sections = Vec::new();
    let mut offset = 300.0;
    for (tier, (count, rows)) in (1_u32..).zip(TIERS) {
        let ring = Ring {
            curve: &curve,
            sections: count,
            until: PI,
            offset,
            row_pitch: ROW_PITCH,
            aisle: AISLE,
            rows: vec![rows],
            platform_every: if tier == 1 { 4 } else { 0 },
        };
        // Seen from the pitch: the goals are at the ends, the main stand on the left.
        let category = move |block: u32, _: u32| match (tier, block * 8 / count) {
            (1, 0 | 7 | 3 | 4) => 4,
            (1 | 2, 1 | 2) => 0,
            (1, _) => 1,
            (2, _) => 2,
            _ => 3,
        };
        sections.extend(ring.plan(|block| (tier * 100 + block + 1).to_string(), category));
        offset += f64::from(rows) * ROW_PITCH + BETWEEN_TIERS;
    }
    shorten_to(&mut sections, SEATS);
    for plan in &sections {
        plan.draw(&mut builder);
    }
    builder.finish()
}

pub(super) fn bowl() -> Layout {
    let mut builder = LayoutBuilder::new(categories(&[
        ("tier-1", "Tier 1"),
        ("tier-2", "Tier 2"),
        ("tier-3", "Tier 3"),
        ("tier-4", "Tier 4"),
        ("tier-5", "Tier 5"),
    ]));
    pitch(&mut builder);
    let curve = oval();
    let depth = f64::from(BOWL_ROWS) * ROW_PITCH;
    let mut sections = Vec::new();
    for tier in 0..BOWL_TIERS {
        let offset = 300.0 + f64::from(tier) * (depth + BETWEEN_TIERS);
        let around = curve.length(-PI, PI, offset + depth / 2.0);
        let ring = Ring {
            curve: &curve,
            sections: BOWL_SECTIONS,
            until: PI,
            offset,
            row_pitch: ROW_PITCH,
            // The farther out, the wider the aisles: every section has the same seats.
            aisle: (around / f64::from(BOWL_SECTIONS) - BOWL_SECTION_CM).max(AISLE),
            rows: vec![BOWL_ROWS],
            platform_every: 0,
        };
        let category = u16::try_from(tier).unwrap_or(0);
        let label = move |block: u32| ((tier + 1) * 100 + block + 1).to_string();
        sections.extend(ring.plan(label, move |_, _| category));
    }
    shorten_to(&mut sections, BOWL_SEATS);
    for plan in &sections {
        plan.draw(&mut builder);
    }
    builder.finish()
}
