//! The ladder by trying everything: slow, and short enough to be seen right.

use std::collections::BTreeSet;

use super::super::{OrphanRule, Picture, SeatingPlan, UnitKind, Wanted};
use super::{FOCAL_POINT, ROWS_APART_CM};
use crate::domain::choice::seating::{Row, Unit};
use crate::domain::ids::SeatIndex;
use crate::domain::layout::SEAT_RESTRICTED_VIEW;

type Run = Vec<SeatIndex>;
/// Parts with their rows.
type Way = Vec<(usize, Run)>;

/// What the ladder should come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Seats of rows, with this score, in so many parts.
    Rows {
        score: u64,
        parts: usize,
    },
    /// Spaces for wheelchairs with companions beside them, and seats in rows, if there are any.
    Accompanied,
    /// Seats of a table or an area that begins there.
    Unit {
        first: SeatIndex,
        count: usize,
    },
    /// Seats of rows, tables and areas, in any parts.
    Scattered,
    /// So many tables sold whole.
    Tables {
        count: usize,
        seats: usize,
        sections: usize,
        distance: u64,
    },
    Nothing,
}

pub(super) struct Brute<'a> {
    pub(super) picture: &'a Picture,
    pub(super) plan: &'a SeatingPlan,
    /// By seat, see [`scores`].
    pub(super) scores: Vec<u64>,
    pub(super) wanted: &'a Wanted,
    pub(super) prices: &'a [i64],
    pub(super) rule: OrphanRule,
    pub(super) room: u32,
}

impl Brute<'_> {
    pub(super) fn expected(&self) -> Expected {
        let n = self.wanted.quantity as usize;
        if self.wanted.wheelchairs > 0 {
            return self.with_spaces();
        }
        let careful = |run: &Run| self.orphans(run).is_empty();
        let any = |_: &Run| true;
        if self.rule != OrphanRule::Off
            && let Some(score) = self.best(n, &careful)
        {
            return Expected::Rows { score, parts: 1 };
        }
        if let Some(score) = self.best(n, &any) {
            return Expected::Rows { score, parts: 1 };
        }
        let ways = self.ways(n);
        for parts in 2..=n / 2 {
            for rows in 1..=parts {
                if let Some(score) = self.splits(&ways, parts, Some(rows)).into_iter().min() {
                    return Expected::Rows { score, parts };
                }
            }
        }
        let anywhere = (2..=n / 2).find_map(|parts| {
            let least = self.splits(&ways, parts, None).into_iter().min();
            least.map(|score| Expected::Rows { score, parts })
        });
        anywhere.unwrap_or_else(|| match self.unit() {
            Expected::Nothing if self.sums().contains(&n) => Expected::Scattered,
            Expected::Nothing => self.tables(),
            unit => unit,
        })
    }

    /// Side by side with as few spaces more than needed as can be, then without leaving a single
    /// seat.
    fn with_spaces(&self) -> Expected {
        let worth = |run: Run| {
            let spaces = run.iter().filter(|seat| self.is_space(**seat)).count();
            let surplus = spaces.checked_sub(self.wanted.wheelchairs as usize)?;
            let leaves_one = self.rule != OrphanRule::Off && !self.orphans(&run).is_empty();
            let will_do = run.iter().all(|seat| self.will_do(*seat));
            will_do.then(|| (surplus, leaves_one, self.score(&run)))
        };
        let asked = |row: &Row| {
            self.wanted.sections.is_empty() || self.wanted.sections.contains(&row.section)
        };
        let rows = self.rows().filter(|(_, row)| asked(row));
        let n = self.wanted.quantity as usize;
        let runs = rows.flat_map(|(_, row)| free_runs(self.picture, row, n));
        let best = runs.filter_map(worth).min();
        best.map_or(Expected::Accompanied, |(_, _, score)| Expected::Rows { score, parts: 1 })
    }

    pub(super) fn is_space(&self, seat: SeatIndex) -> bool {
        self.picture.seating().is_wheelchair(seat as usize)
    }

    /// Whether one space can be had whichever seat beside it is its companion's, and the others, of
    /// whom there are two at least, sit in parts.
    pub(super) fn can_be_accompanied(&self) -> bool {
        let asked = |row: &Row| {
            self.wanted.sections.is_empty() || self.wanted.sections.contains(&row.section)
        };
        let rows = self.rows().filter(|(_, row)| asked(row)).map(|(_, row)| row);
        let segments = rows.flat_map(|row| row.segments.iter());
        segments.flat_map(|segment| segment.clone().map(move |seat| (segment, seat))).any(
            |(segment, space)| {
                let beside = [space.wrapping_sub(1), space + 1];
                let beside: Vec<SeatIndex> = beside
                    .into_iter()
                    .filter(|seat| segment.contains(seat) && self.will_do(*seat))
                    .collect();
                let others_fit = |companion: &SeatIndex| {
                    let mut picture = self.picture.clone();
                    picture.set(space, false);
                    picture.set(*companion, false);
                    let wanted = Wanted { wheelchairs: 0, ..self.wanted.clone() };
                    let (picture, wanted) = (&picture, &wanted);
                    let left = Brute { picture, wanted, scores: self.scores.clone(), ..*self };
                    !left.ways(wanted.quantity as usize - 2).is_empty()
                };
                self.will_do(space)
                    && self.is_space(space)
                    && !beside.is_empty()
                    && beside.iter().all(others_fit)
            },
        )
    }

    /// The best of all sets of tables sold whole.
    pub(super) fn tables(&self) -> Expected {
        let sections = &self.wanted.sections;
        let mut sets: Vec<Vec<&Unit>> = vec![Vec::new()];
        for unit in &self.picture.seating().units {
            let free = unit.seats.clone().all(|seat| self.will_do(seat));
            let asked = sections.is_empty() || sections.contains(&unit.section);
            if unit.kind == UnitKind::Whole && unit.seats.len() > 1 && free && asked {
                let mut with_it = sets.clone();
                with_it.iter_mut().for_each(|set| set.push(unit));
                sets.append(&mut with_it);
            }
        }
        let worth = |set: &Vec<&Unit>| {
            let sections: BTreeSet<u32> = set.iter().map(|unit| unit.section).collect();
            let seats = set.iter().map(|unit| unit.seats.len()).sum::<usize>();
            let distance = set.iter().map(|unit| unit.distance).sum::<u64>();
            (seats, set.len(), sections.len() > 1, distance, set[0].seats.start, sections.len())
        };
        let fitting = sets.iter().filter(|set| self.may_be_given(set));
        let best = fitting.map(worth).min();
        best.map_or(Expected::Nothing, |(seats, count, _, distance, first, sections)| match count {
            1 => Expected::Unit { first, count: seats },
            _ => Expected::Tables { count, seats, sections, distance },
        })
    }

    /// Whether the party fits these tables with at most two seats to spare, nobody alone, the limit
    /// kept, and nobody paying more than the ceiling when they share what it costs.
    fn may_be_given(&self, set: &[&Unit]) -> bool {
        let n = self.wanted.quantity as usize;
        let seats = set.iter().map(|unit| unit.seats.len()).sum::<usize>();
        let category = |seat: SeatIndex| self.picture.seating().category[seat as usize];
        let all = set.iter().flat_map(|unit| unit.seats.clone());
        let dearest = all.map(|seat| self.prices[usize::from(category(seat))]).max().unwrap_or(0);
        (n..=n + 2).contains(&seats)
            && seats <= self.room as usize
            && (set.len() == 1 || n >= 2 * set.len())
            && self.wanted.max_price.is_none_or(|max| dearest * seats as i64 <= max * n as i64)
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &Row)> {
        self.picture.seating().rows.iter().enumerate()
    }

    fn score(&self, run: &Run) -> u64 {
        run.iter().map(|seat| self.scores[*seat as usize]).sum()
    }

    /// The least score of all runs of `n` that will do.
    fn best(&self, n: usize, accept: &dyn Fn(&Run) -> bool) -> Option<u64> {
        let runs = self.rows().flat_map(|(_, row)| self.runs(row, n));
        runs.filter(|run| accept(run)).map(|run| self.score(&run)).min()
    }

    /// All runs of `n` seats in a row that will do and that the event's rule allows.
    fn runs(&self, row: &Row, n: usize) -> Vec<Run> {
        if !self.wanted.sections.is_empty() && !self.wanted.sections.contains(&row.section) {
            return Vec::new();
        }
        let mut runs = free_runs(self.picture, row, n);
        runs.retain(|run| run.iter().all(|seat| self.will_do(*seat)));
        let legal_exists = runs.iter().any(|run| self.orphans(run).is_empty());
        if self.rule == OrphanRule::Strict && legal_exists {
            runs.retain(|run| self.orphans(run).is_empty());
        }
        runs
    }

    pub(super) fn will_do(&self, seat: SeatIndex) -> bool {
        let seating = self.picture.seating();
        let category = seating.category[seat as usize];
        self.picture.is_free(seat as usize)
            && self.wanted.category.is_none_or(|only| only == category)
            && self.wanted.max_price.is_none_or(|max| self.prices[usize::from(category)] <= max)
            && (self.wanted.wheelchairs > 0 || !seating.is_reserved_space(seat as usize))
    }

    fn orphans(&self, run: &Run) -> BTreeSet<SeatIndex> {
        new_singles(self.picture, run)
    }

    /// The scores of all ways to sit in so many parts with nobody alone: in so many rows one
    /// behind the other, or in any.
    fn splits(&self, ways: &[Way], parts: usize, rows: Option<usize>) -> Vec<u64> {
        let mut scores = Vec::new();
        for way in ways.iter().filter(|way| way.len() == parts) {
            let mut used: Vec<usize> = way.iter().map(|(row, _)| *row).collect();
            used.dedup();
            let neighbours = self.are_neighbours(&used);
            if rows.is_none_or(|rows| neighbours && used.len() == rows) {
                scores.push(way.iter().map(|(_, run)| self.score(run)).sum());
            }
        }
        scores
    }

    /// Whether rows are of one section and one behind the other, without another between them.
    fn are_neighbours(&self, used: &[usize]) -> bool {
        let rows = &self.picture.seating().rows;
        let line = |row: &usize| {
            let first = rows[*row].segments[0].start;
            (rows[*row].section, self.plan.position[first as usize][1])
        };
        let mut lines: Vec<(u32, i32)> = used.iter().map(line).collect();
        lines.sort_unstable();
        lines.windows(2).all(|pair| pair[1] == (pair[0].0, pair[0].1 + ROWS_APART_CM))
    }

    /// All ways to seat exactly `n` in rows, in parts of two or more.
    fn ways(&self, n: usize) -> Vec<Way> {
        let mut parts: Vec<(usize, Run)> = Vec::new();
        for (at, row) in self.rows() {
            for size in 2..=n {
                parts.extend(self.runs(row, size).into_iter().map(|run| (at, run)));
            }
        }
        parts.sort();
        let mut ways = Vec::new();
        self.extend_ways(&mut ways, &parts, Vec::new(), n);
        ways
    }

    fn extend_ways(&self, ways: &mut Vec<Way>, parts: &[(usize, Run)], way: Way, n: usize) {
        if n == 0 {
            ways.push(way);
            return;
        }
        for (at, part) in parts.iter().enumerate().filter(|(_, part)| part.1.len() <= n) {
            if way.last().is_none_or(|last| self.are_apart(last, part)) {
                let longer = way.iter().cloned().chain([part.clone()]).collect();
                self.extend_ways(ways, &parts[at + 1..], longer, n - part.1.len());
            }
        }
    }

    /// Whether the second part is behind the first, with an aisle or a seat that can't be theirs
    /// between them; where single seats must not be left, that seat isn't free.
    fn are_apart(&self, (row, run): &(usize, Run), (other, next): &(usize, Run)) -> bool {
        if row != other {
            return row < other;
        }
        let (end, start) = (run[run.len() - 1], next[0]);
        let segments = &self.picture.seating().rows[*row].segments;
        let aisle =
            !segments.iter().any(|segment| segment.contains(&end) && segment.contains(&start));
        let strict = self.rule == OrphanRule::Strict;
        let bars = |seat: SeatIndex| {
            if strict { !self.picture.is_free(seat as usize) } else { !self.will_do(seat) }
        };
        start > end && (aisle || (end + 1..start).any(bars))
    }

    /// How many can sit in rows, at tables sold by the seat and in areas, in parts of two or more.
    fn sums(&self) -> BTreeSet<usize> {
        let n = self.wanted.quantity as usize;
        let mut sums: BTreeSet<usize> = (0..=n).filter(|sum| !self.ways(*sum).is_empty()).collect();
        for unit in &self.picture.seating().units {
            let asked =
                self.wanted.sections.is_empty() || self.wanted.sections.contains(&unit.section);
            let will_do = unit.seats.clone().filter(|seat| self.will_do(*seat)).count();
            let taken =
                unit.seats.clone().filter(|seat| !self.picture.is_free(*seat as usize)).count();
            let room = match unit.kind {
                UnitKind::Whole => 0,
                UnitKind::Table => will_do,
                UnitKind::Area { capacity } => {
                    will_do.min((capacity as usize).saturating_sub(taken))
                }
            };
            if asked {
                let more = |sum: &usize| (2..=room).map(|part| sum + part).collect::<Vec<_>>();
                sums.extend(sums.clone().iter().flat_map(more));
            }
        }
        sums
    }

    fn unit(&self) -> Expected {
        let n = self.wanted.quantity as usize;
        let mut fitting = Vec::new();
        for unit in &self.picture.seating().units {
            if !self.wanted.sections.is_empty() && !self.wanted.sections.contains(&unit.section) {
                continue;
            }
            let will_do = unit.seats.clone().filter(|seat| self.will_do(*seat)).count();
            let taken =
                unit.seats.clone().filter(|seat| !self.picture.is_free(*seat as usize)).count();
            let order = match unit.kind {
                UnitKind::Table if will_do >= n => 0,
                UnitKind::Whole if will_do == n && unit.seats.len() == n => 0,
                UnitKind::Area { capacity } if will_do >= n && taken + n <= capacity as usize => 1,
                _ => continue,
            };
            fitting.push((order, unit.distance, unit.seats.start));
        }
        let best = fitting.into_iter().min();
        best.map_or(Expected::Nothing, |(_, _, first)| Expected::Unit { first, count: n })
    }
}

/// What each seat of a row is worth: its distance to the middle of its whole row, whatever is left of
/// it, that middle's to the focal point, and ten metres more for a restricted view.
pub(super) fn scores(plan: &SeatingPlan) -> Vec<u64> {
    let apart = |from: [f64; 2], to: [f64; 2]| {
        ((to[0] - from[0]).powi(2) + (to[1] - from[1]).powi(2)).sqrt().round() as u64
    };
    let at = |seat: SeatIndex| plan.position[seat as usize].map(f64::from);
    let mut scores = vec![0; plan.position.len()];
    for row in &plan.rows {
        let seats: Run = row.segments.iter().cloned().flatten().collect();
        let sum = |axis: usize| seats.iter().map(|seat| at(*seat)[axis]).sum::<f64>();
        let middle = [0, 1].map(|axis| sum(axis) / seats.len() as f64);
        for seat in seats {
            let restricted = plan.flags[seat as usize] & SEAT_RESTRICTED_VIEW != 0;
            let view = if restricted { 1_000 } else { 0 };
            scores[seat as usize] = apart(FOCAL_POINT, middle) + apart(middle, at(seat)) + view;
        }
    }
    scores
}

/// All runs of `n` free seats of a row, within its segments.
pub(super) fn free_runs(picture: &Picture, row: &Row, n: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for segment in &row.segments {
        let seats: Run = segment.clone().collect();
        let free = |run: &&[SeatIndex]| run.iter().all(|seat| picture.is_free(*seat as usize));
        runs.extend(seats.windows(n).filter(free).map(<[SeatIndex]>::to_vec));
    }
    runs
}

/// Free seats that have no free neighbour once `taken` are gone, and had one before.
pub(super) fn new_singles(picture: &Picture, taken: &[SeatIndex]) -> BTreeSet<SeatIndex> {
    let rows = picture.seating().rows.iter();
    rows.flat_map(|row| new_singles_within(picture, row, taken)).collect()
}

/// Those of one row.
pub(super) fn new_singles_within(
    picture: &Picture,
    row: &Row,
    taken: &[SeatIndex],
) -> BTreeSet<SeatIndex> {
    let singles = |gone: &[SeatIndex]| {
        let mut found = BTreeSet::new();
        for segment in &row.segments {
            let free: Vec<bool> = segment
                .clone()
                .map(|seat| picture.is_free(seat as usize) && !gone.contains(&seat))
                .collect();
            for (at, seat) in segment.clone().enumerate() {
                let beside = (at > 0 && free[at - 1]) || free.get(at + 1).is_some_and(|free| *free);
                if free[at] && !beside {
                    found.insert(seat);
                }
            }
        }
        found
    };
    singles(taken).difference(&singles(&[])).copied().collect()
}
