//! What never changes of a chart when seats are chosen: rows with their segments, tables, areas,
//! and how far each seat is from the best place.
//!
//! Built once per chart and shared by all its events. Knows nothing of who has which seat.

use std::ops::Range;

use super::categories::Categories;
use super::neighbours;
use crate::domain::ids::SeatIndex;
use crate::domain::layout::{SEAT_COMPANION, SEAT_RESTRICTED_VIEW, SEAT_WHEELCHAIR};

/// By how many centimetres a seat with a restricted view counts as farther away.
const RESTRICTED_VIEW_CM: u32 = 1_000;

/// How many rows are looked at together, those next to each other from the nearest to the farthest.
pub(super) const GROUP_ROWS: usize = 32;

/// A row as it is given to [`Seating::new`].
#[derive(Clone, Debug)]
pub struct RowPlan {
    /// Its section.
    pub section: u32,
    /// Its runs of neighbours between aisles, ascending.
    pub segments: Vec<Range<SeatIndex>>,
    /// The point that its seats should be near to.
    pub focal_point: [f64; 2],
}

/// A table or an area as it is given to [`Seating::new`].
#[derive(Clone, Debug)]
pub struct UnitPlan {
    /// Its section.
    pub section: u32,
    /// Its seats or places.
    pub seats: Range<SeatIndex>,
    /// How it is sold.
    pub kind: UnitKind,
    /// The point that it should be near to.
    pub focal_point: [f64; 2],
}

/// How the seats of a table or an area are sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    /// A table, seat by seat.
    Table,
    /// A table or a box that is sold whole.
    Whole,
    /// Places nobody chooses, for at most so many people.
    Area {
        /// How many people it admits.
        capacity: u32,
    },
}

/// What a seating is made from; columns by seat index.
#[derive(Clone, Debug, Default)]
pub struct SeatingPlan {
    /// All rows of seats.
    pub rows: Vec<RowPlan>,
    /// All tables and areas; their seats are in no row.
    pub units: Vec<UnitPlan>,
    /// Where each seat is, in centimetres.
    pub position: Vec<[i32; 2]>,
    /// Each seat's category.
    pub category: Vec<u16>,
    /// Each seat's `SEAT_*` flags.
    pub flags: Vec<u8>,
}

/// A chart as choosing sees it.
#[derive(Debug)]
pub struct Seating {
    /// Those one behind the other follow each other.
    pub(super) rows: Vec<Row>,
    /// All rows, the one with the nearest seat first.
    pub(super) nearest: Vec<Ranked>,
    /// Of those next to each other in `nearest`, so many at a time: which categories they have.
    pub(super) grouped: Vec<Categories>,
    pub(super) units: Vec<Unit>,
    pub(super) category: Vec<u16>,
    /// How many categories it takes for every seat to have one.
    pub(super) categories: usize,
    /// The same of its rows and sections.
    pub(super) sections: usize,
    flags: Vec<u8>,
    place: Vec<Place>,
    /// The scores of all seats before each, summed up.
    sums: Vec<u64>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) section: u32,
    /// What it has in common with the rows in front of it and behind it.
    pub(super) column: u32,
    pub(super) segments: Vec<Range<SeatIndex>>,
    /// The categories of its seats, each once.
    pub(super) categories: Vec<u16>,
    /// The same in short.
    pub(super) in_short: Categories,
    /// Its seats, the best first.
    pub(super) by_score: Vec<SeatIndex>,
    /// The score of its best seat.
    pub(super) least: u64,
    /// Its position in `nearest`.
    pub(super) rank: usize,
}

/// What is asked first of a row that is met in the order of how near they are.
#[derive(Debug)]
pub(super) struct Ranked {
    /// Its position in `rows`.
    pub(super) row: u32,
    pub(super) section: u32,
}

#[derive(Debug)]
pub(super) struct Unit {
    /// Its position among all tables and areas.
    pub(super) at: usize,
    pub(super) section: u32,
    pub(super) seats: Range<SeatIndex>,
    pub(super) kind: UnitKind,
    /// How far its middle is from the focal point.
    pub(super) distance: u64,
    /// The categories of its seats, each once.
    pub(super) categories: Vec<u16>,
    /// Whether some are kept for people with a wheelchair and their companions.
    pub(super) has_reserved_spaces: bool,
}

/// Where a seat belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Row(u32),
    Unit(u32),
}

impl Seating {
    /// Computes what choosing needs.
    ///
    /// # Panics
    /// When the columns differ in length or a row names a seat that isn't there.
    #[must_use]
    pub fn new(plan: SeatingPlan) -> Self {
        let seats = plan.position.len();
        let mut score = vec![0_u32; seats];
        let mut place = vec![Place::Unit(u32::MAX); seats];
        let mut rows = Vec::with_capacity(plan.rows.len());
        for (at, (row, column)) in (0..).zip(neighbours::order(plan.rows, &plan.position)) {
            row_scores(&row, &plan.position, &plan.flags, &mut score);
            row.segments.iter().cloned().flatten().for_each(|seat| {
                place[seat as usize] = Place::Row(at);
            });
            rows.push(Row::new(row, column, (&plan.category, &score)));
        }
        let mut units = Vec::with_capacity(plan.units.len());
        for (at, unit) in (0..).zip(plan.units) {
            unit.seats.clone().for_each(|seat| place[seat as usize] = Place::Unit(at));
            let middle = middle(unit.seats.clone(), &plan.position);
            let distance = distance(middle, unit.focal_point).into();
            let UnitPlan { section, seats, kind, .. } = unit;
            let within = seats.start as usize..seats.end as usize;
            let mut categories = plan.category[within.clone()].to_vec();
            categories.sort_unstable();
            categories.dedup();
            let has_reserved_spaces = plan.flags[within].iter().any(|flags| is_reserved(*flags));
            let at = units.len();
            units.push(Unit {
                at,
                section,
                seats,
                kind,
                distance,
                categories,
                has_reserved_spaces,
            });
        }
        let nearest = by_rank(&mut rows);
        let of_group = |group: &[Ranked]| {
            let rows = group.iter().map(|ranked| rows[ranked.row as usize].in_short);
            rows.fold(Categories::default(), Categories::and)
        };
        let grouped = nearest.chunks(GROUP_ROWS).map(of_group).collect();
        let mut sums = Vec::with_capacity(seats + 1);
        sums.push(0);
        for score in score {
            sums.push(sums[sums.len() - 1] + u64::from(score));
        }
        let SeatingPlan { category, flags, .. } = plan;
        let categories = category.iter().max().map_or(0, |last| usize::from(*last) + 1);
        let sections = rows.iter().map(|row| row.section as usize + 1).max().unwrap_or(0);
        Self { rows, nearest, grouped, units, category, categories, sections, flags, place, sums }
    }

    /// How many seats there are.
    #[must_use]
    pub fn seats(&self) -> usize {
        self.place.len()
    }

    pub(super) fn place(&self, seat: usize) -> Place {
        self.place[seat]
    }

    /// What the seats from `first` on are worth together; less is better.
    pub(super) fn score(&self, first: SeatIndex, count: usize) -> u64 {
        self.sums[first as usize + count] - self.sums[first as usize]
    }

    pub(super) fn is_wheelchair(&self, seat: usize) -> bool {
        self.flags[seat] & SEAT_WHEELCHAIR != 0
    }

    /// Whether it is kept for people with a wheelchair and their companions.
    pub(super) fn is_reserved_space(&self, seat: usize) -> bool {
        is_reserved(self.flags[seat])
    }
}

fn is_reserved(flags: u8) -> bool {
    flags & (SEAT_WHEELCHAIR | SEAT_COMPANION) != 0
}

impl Row {
    /// Its rank is not yet known.
    fn new(plan: RowPlan, column: u32, (category, score): (&[u16], &[u32])) -> Self {
        let RowPlan { section, segments, .. } = plan;
        let mut by_score: Vec<SeatIndex> = segments.iter().cloned().flatten().collect();
        let mut categories: Vec<u16> =
            by_score.iter().map(|seat| category[*seat as usize]).collect();
        categories.sort_unstable();
        categories.dedup();
        let score = |seat: &SeatIndex| u64::from(score[*seat as usize]);
        by_score.sort_by_key(score);
        let least = by_score.first().map_or(u64::MAX, score);
        let in_short = categories.iter().copied().collect();
        Self { section, column, segments, categories, in_short, by_score, least, rank: 0 }
    }
}

/// The rows from the nearest to the farthest, each of which gets its rank.
fn by_rank(rows: &mut [Row]) -> Vec<Ranked> {
    let mut nearest: Vec<u32> = (0..).take(rows.len()).collect();
    nearest.sort_by_key(|row| rows[*row as usize].least);
    nearest.iter().enumerate().for_each(|(rank, row)| rows[*row as usize].rank = rank);
    let ranked = |row: u32| Ranked { row, section: rows[row as usize].section };
    nearest.into_iter().map(ranked).collect()
}

/// A seat's score: how far the focal point is from the middle of its whole row, and it from there.
/// Both count the row as built, not what is left of it, so that the best seats stay the best
/// whoever else has bought.
fn row_scores(row: &RowPlan, position: &[[i32; 2]], flags: &[u8], score: &mut [u32]) {
    let middle = middle(row.segments.iter().cloned().flatten(), position);
    let row_distance = distance(middle, row.focal_point);
    for seat in row.segments.iter().cloned().flatten().map(|seat| seat as usize) {
        let [x, y] = position[seat].map(f64::from);
        let view = flags[seat] & SEAT_RESTRICTED_VIEW != 0;
        let restricted = if view { RESTRICTED_VIEW_CM } else { 0 };
        score[seat] = row_distance + distance(middle, [x, y]) + restricted;
    }
}

pub(super) fn middle(seats: impl Iterator<Item = SeatIndex>, position: &[[i32; 2]]) -> [f64; 2] {
    let (mut x, mut y, mut count) = (0.0, 0.0, 0.0);
    for seat in seats {
        let [seat_x, seat_y] = position[seat as usize].map(f64::from);
        (x, y, count) = (x + seat_x, y + seat_y, count + 1.0);
    }
    [x / count, y / count]
}

/// In whole centimetres, so that sums of scores are exact.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within a venue")]
fn distance(from: [f64; 2], to: [f64; 2]) -> u32 {
    (from[0] - to[0]).hypot(from[1] - to[1]).round() as u32
}
