//! Nobody is refused who could sit somewhere: held against counting, by any rule, for categories,
//! sections, prices, tables and areas, in houses too large to try everything.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::exact::STEPS_MAX;
use super::super::scattered::Room;
use super::super::{
    OrphanRule, Picture, Search, Seating, Terms, UnitKind, UnitPlan, Wanted, choose,
};
use super::brute::new_singles_within;
use super::{LARGE_FOCAL_POINT, plan_of};
use crate::domain::choice::seating::{Place, Unit};
use crate::domain::ids::SeatIndex;

const PRICES: [i64; 2] = [4_500, 2_000];

/// A house as it is generated.
#[derive(Clone, Debug)]
struct House {
    /// Rows of segments, ten to a section.
    rows: Vec<Vec<u32>>,
    units: Vec<(u32, UnitKind)>,
    /// By seat, over and over.
    taken: Vec<bool>,
    /// By three seats, over and over.
    categories: Vec<u16>,
}

fn houses() -> impl Strategy<Value = House> {
    let rows = prop::collection::vec(prop::collection::vec(1_u32..12, 1..4), 0..40);
    let area = (1_u32..9).prop_map(|capacity| UnitKind::Area { capacity });
    let kind = prop_oneof![2 => Just(UnitKind::Table), 3 => Just(UnitKind::Whole), 1 => area];
    let unit = (1_u32..8, kind);
    let units = prop_oneof![
        2 => Just(Vec::new()),
        2 => prop::collection::vec(unit, 0..30),
        1 => prop::collection::vec((2_u32..8, Just(UnitKind::Whole)), 8..40),
    ];
    let taken =
        (0.0..0.6).prop_flat_map(|share| prop::collection::vec(prop::bool::weighted(share), 97));
    let categories = prop::collection::vec(0_u16..2, 31);
    (rows, units, taken, categories).prop_map(|(rows, units, taken, categories)| House {
        rows,
        units,
        taken,
        categories,
    })
}

impl House {
    fn picture(&self) -> Picture {
        let (mut plan, mut next) = plan_of(&self.rows);
        for (at, (count, kind)) in (0_u32..).zip(&self.units) {
            plan.position.extend(vec![[0, 9_000 + 100 * at.cast_signed()]; *count as usize]);
            let (seats, kind) = (next..next + count, *kind);
            plan.units.push(UnitPlan {
                section: at % 3,
                seats,
                kind,
                focal_point: LARGE_FOCAL_POINT,
            });
            next += count;
        }
        let category = |seat: usize| self.categories[seat / 3 % self.categories.len()];
        plan.category = (0..next as usize).map(category).collect();
        plan.flags = vec![0; next as usize];
        let free = |seat: usize| !self.taken[seat % self.taken.len()];
        Picture::new(Arc::new(Seating::new(plan)), (0..next as usize).map(free))
    }
}

/// What there is for a party.
struct Count<'a> {
    picture: &'a Picture,
    wanted: &'a Wanted,
    rule: OrphanRule,
    room: usize,
}

impl Count<'_> {
    fn will_do(&self, seat: SeatIndex) -> bool {
        let category = self.picture.category(seat);
        self.picture.is_free(seat as usize)
            && self.wanted.category.is_none_or(|only| only == category)
            && self.wanted.max_price.is_none_or(|max| PRICES[usize::from(category)] <= max)
    }

    fn is_asked(&self, section: u32) -> bool {
        self.wanted.sections.is_empty() || self.wanted.sections.contains(&section)
    }

    /// Of each place for a part: which sizes it can have.
    fn parts(&self) -> Vec<Vec<usize>> {
        let seating = self.picture.seating();
        let mut parts = Vec::new();
        for row in seating.rows.iter().filter(|row| self.is_asked(row.section)) {
            let strict = self.rule == OrphanRule::Strict;
            let belongs = |seat: &SeatIndex| match strict {
                true => self.picture.is_free(*seat as usize),
                false => self.will_do(*seat),
            };
            let longest = row.segments.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
            // By size: all runs that will do, and whether one of them leaves nobody alone.
            let legal: Vec<bool> = (0..=longest)
                .map(|size| self.runs(&row.segments, size).iter().any(|run| self.is_careful(run)))
                .collect();
            for segment in &row.segments {
                let seats: Vec<SeatIndex> = segment.clone().collect();
                for run in seats.chunk_by(|a, b| belongs(a) == belongs(b)) {
                    if !belongs(&run[0]) {
                        continue;
                    }
                    let within = run[0]..run[run.len() - 1] + 1;
                    let gives = |size: &usize| {
                        let runs = self.runs(std::slice::from_ref(&within), *size);
                        let careful = strict && legal[*size];
                        runs.iter().any(|run| !careful || self.is_careful(run))
                    };
                    parts.push((2..=run.len()).filter(gives).collect());
                }
            }
        }
        let units = seating.units.iter().filter(|unit| self.is_asked(unit.section));
        parts.extend(units.map(|unit| (2..=self.places(unit)).collect()));
        parts
    }

    fn places(&self, unit: &Unit) -> usize {
        let will_do = unit.seats.clone().filter(|seat| self.will_do(*seat)).count();
        let taken = unit.seats.clone().filter(|seat| !self.picture.is_free(*seat as usize)).count();
        match unit.kind {
            UnitKind::Whole => 0,
            UnitKind::Table => will_do,
            UnitKind::Area { capacity } => will_do.min((capacity as usize).saturating_sub(taken)),
        }
    }

    fn is_careful(&self, run: &[SeatIndex]) -> bool {
        let Place::Row(row) = self.picture.seating().place(run[0] as usize) else { return true };
        new_singles_within(self.picture, &self.picture.seating().rows[row as usize], run).is_empty()
    }

    fn runs(&self, segments: &[std::ops::Range<SeatIndex>], size: usize) -> Vec<Vec<SeatIndex>> {
        let mut runs = Vec::new();
        for seats in segments.iter().map(|segment| segment.clone().collect::<Vec<_>>()) {
            let will_do = |run: &&[SeatIndex]| run.iter().all(|seat| self.will_do(*seat));
            runs.extend(seats.windows(size.max(1)).filter(will_do).map(<[SeatIndex]>::to_vec));
        }
        runs
    }

    /// Whether the party fits in parts of two or more.
    fn fits_in_parts(&self) -> bool {
        let wanted = self.wanted.quantity as usize;
        let mut sums = vec![false; wanted + 1];
        sums[0] = true;
        for sizes in self.parts() {
            for sum in (0..=wanted).rev() {
                sums[sum] |= sizes.iter().any(|size| *size <= sum && sums[sum - size]);
            }
        }
        sums[wanted]
    }

    /// Whether the party fits at tables sold whole, with two seats to spare at most.
    fn fits_at_tables(&self) -> bool {
        let wanted = self.wanted.quantity as usize;
        (wanted..=(wanted + 2).min(self.room)).any(|seats| {
            let mut fewest: Vec<Option<usize>> = vec![None; seats + 1];
            fewest[0] = Some(0);
            for unit in &self.picture.seating().units {
                let all = || unit.seats.clone();
                let price = |seat| PRICES[usize::from(self.picture.category(seat))];
                let dearest = all().map(price).max().unwrap_or(0);
                let share = dearest * seats as i64;
                let affordable =
                    self.wanted.max_price.is_none_or(|max| share <= max * wanted as i64);
                let whole = unit.kind == UnitKind::Whole && unit.seats.len() > 1;
                let free = all().all(|seat| self.will_do(seat));
                if !(whole && free && affordable && self.is_asked(unit.section)) {
                    continue;
                }
                for sum in (unit.seats.len()..=seats).rev() {
                    let more = fewest[sum - unit.seats.len()].map(|count| count + 1);
                    fewest[sum] = [fewest[sum], more].into_iter().flatten().min();
                }
            }
            fewest[seats].is_some_and(|count| count == 1 || 2 * count <= wanted)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_is_refused_who_could_sit_with_nobody_alone(
        house in houses(),
        quantity in prop_oneof![2_u32..20, 20_u32..400],
        rule in prop::sample::select(&OrphanRule::ALL[..]),
        category in prop::option::weighted(0.3, 0_u16..2),
        sections in prop_oneof![2 => Just(Vec::new()), 1 => Just(vec![0]), 1 => Just(vec![1, 2])],
        max_price in prop::option::weighted(0.3, prop_oneof![Just(2_000_i64), Just(5_000)]),
    ) {
        let picture = house.picture();
        let wanted = Wanted { quantity, category, sections, max_price, wheelchairs: 0 };
        let terms = Terms { prices: &PRICES, rule, room: 1_000 };
        let count = Count { picture: &picture, wanted: &wanted, rule, room: 1_000 };
        let chosen = choose(&picture, &wanted, terms);
        let in_parts = count.fits_in_parts();
        prop_assert_eq!(chosen.is_ok(), in_parts || count.fits_at_tables());
        let Ok(seats) = chosen else { return Ok(()) };
        prop_assert!(seats.windows(2).all(|pair| pair[0] < pair[1]), "each once, ascending");
        prop_assert!(seats.iter().all(|seat| count.will_do(*seat)), "free and as asked for");
        prop_assert!(!in_parts || seats.len() == quantity as usize, "none to spare");
        prop_assert!((0..=2).contains(&(seats.len() - quantity as usize)));
        prop_assert!(are_in_parts(&picture, &seats), "nobody is alone: {:?}", seats);
        prop_assert_eq!(choose(&picture, &wanted, terms), Ok(seats), "once more the same");
    }
}

#[test]
fn a_search_that_gave_up_says_so() {
    let (mut plan, seats) = plan_of(&[vec![4, 4], vec![4]]);
    (plan.category, plan.flags) = (vec![0; seats as usize], vec![0; seats as usize]);
    let picture = Picture::new(Arc::new(Seating::new(plan)), vec![true; seats as usize]);
    let wanted = Wanted { quantity: 6, ..Wanted::default() };
    let terms = Terms { prices: &PRICES, rule: OrphanRule::Strict, room: 10 };
    let search = Search::new(&picture, &wanted, terms);
    let rooms = || (0..2).flat_map(|row| search.runs(row)).map(Room::Run);
    assert!(search.exactly(rooms(), STEPS_MAX).is_some());
    assert!(!search.shortage().gave_up);
    assert_eq!(search.exactly(rooms(), 10), None);
    assert!(search.shortage().gave_up);
}

/// Whether every seat has another beside it, or at its table or in its area.
fn are_in_parts(picture: &Picture, seats: &[SeatIndex]) -> bool {
    seats.iter().all(|seat| match picture.seating().place(*seat as usize) {
        Place::Unit(unit) => {
            let unit = &picture.seating().units[unit as usize];
            seats.iter().filter(|seat| unit.seats.contains(seat)).count() > 1
        }
        Place::Row(row) => {
            let segments = &picture.seating().rows[row as usize].segments;
            let segment = segments.iter().find(|segment| segment.contains(seat));
            let beside = |other: &SeatIndex| {
                other.abs_diff(*seat) == 1 && segment.is_some_and(|of| of.contains(other))
            };
            seats.iter().any(beside)
        }
    })
}
