//! Sections side by side along a curve, and houses made of several such rings.

use super::curve::Curve;
use super::section::{Ground, Place, SectionPlan};
use crate::domain::layout::{SEAT_COMPANION, SEAT_WHEELCHAIR};

/// One ring of sections, from the left of the stage round the back to its right.
pub(super) struct Ring<'a> {
    pub(super) curve: &'a Curve,
    pub(super) sections: u32,
    /// Direction of its ends, left and right.
    pub(super) until: f64,
    /// Distance of its first row from the curve.
    pub(super) offset: f64,
    pub(super) row_pitch: f64,
    pub(super) aisle: f64,
    /// How many rows each section has, in turn.
    pub(super) rows: Vec<u32>,
    /// Every so many sections the last row is a platform for wheelchairs; 0: none is.
    pub(super) platform_every: u32,
}

impl<'a> Ring<'a> {
    fn deepest(&self) -> u32 {
        self.rows.iter().copied().max().unwrap_or(0)
    }

    /// Plans the sections, of equal length in the middle of the ring's depth.
    pub(super) fn plan(
        &self,
        label: impl Fn(u32) -> String,
        category: impl Fn(u32, u32) -> u16,
    ) -> Vec<SectionPlan<'a>> {
        let middle = self.offset + f64::from(self.deepest()) * self.row_pitch / 2.0;
        let length = self.curve.length(-self.until, self.until, middle);
        let border = |section: u32| {
            let distance = length * f64::from(section) / f64::from(self.sections);
            self.curve.along(-self.until, distance, middle)
        };
        let section = |position: u32| {
            let ground = Ground {
                curve: self.curve,
                from: border(position),
                to: border(position + 1),
                offset: self.offset,
                row_pitch: self.row_pitch,
                aisle: self.aisle,
            };
            let rows = self.rows[position as usize % self.rows.len()];
            let platform = self.platform_every > 0
                && position % self.platform_every == self.platform_every / 2;
            let plan = |row: u32| {
                let seats = ground.fit(row) as usize;
                let places = if platform && row + 1 == rows {
                    [Place::Wheelchair, Place::Companion].repeat(seats / 3)
                } else {
                    vec![Place::Plain; seats]
                };
                ground.row(row, category(position, row), places)
            };
            let rows = (0..rows).map(plan).collect();
            SectionPlan { label: label(position), ground, rows }
        };
        (0..self.sections).map(section).collect()
    }
}

/// Takes seats off the last plain rows of sections, evenly, until `total` are left in all.
///
/// # Panics
///
/// When there are fewer to begin with.
pub(super) fn shorten_to(sections: &mut [SectionPlan<'_>], total: u32) {
    let planned: u32 = sections.iter().map(SectionPlan::seats).sum();
    let surplus = planned.checked_sub(total).expect("the plan has at least the seats wanted");
    let count = sections.len();
    for k in 0..surplus as usize {
        // Alternating ends keep both halves of the house alike.
        let from_end = k % count / 2;
        let section = if k % 2 == 0 { from_end } else { count - 1 - from_end };
        shorten(&mut sections[section]);
    }
}

/// Takes seats off plain rows, one each from the back of the house to the front and over again,
/// until `total` are left in all. Rows still reach from aisle to aisle: what is left moves apart.
///
/// # Panics
///
/// When there are fewer to begin with, or none to spare.
pub(super) fn thin_to(sections: &mut [SectionPlan<'_>], total: u32) {
    let planned: u32 = sections.iter().map(SectionPlan::seats).sum();
    let mut surplus = planned.checked_sub(total).expect("the plan has at least the seats wanted");
    let deepest = sections.iter().map(|section| section.rows.len()).max().unwrap_or(0);
    let last = sections.len().saturating_sub(1);
    while surplus > 0 {
        let before = surplus;
        for from_back in 0..deepest {
            for k in 0..sections.len() {
                let section = if k % 2 == 0 { k / 2 } else { last - k / 2 };
                if surplus > 0 && sections[section].thin(from_back) {
                    surplus -= 1;
                }
            }
        }
        assert!(surplus < before, "no row has a seat to spare");
    }
}

fn shorten(section: &mut SectionPlan<'_>) {
    let plain = |row: &super::section::RowPlan| {
        row.places.iter().all(|place| place.flags() & (SEAT_WHEELCHAIR | SEAT_COMPANION) == 0)
    };
    let last = section.rows.iter_mut().rev().find(|row| plain(row) && row.places.len() > 1);
    last.expect("sections have plain rows to shorten").places.pop();
}
