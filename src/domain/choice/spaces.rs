//! Parties with wheelchairs: side by side with just the spaces they need; side by side with as few
//! more as can be; else each space with a companion beside it, and the others near by in parts of two
//! or more.

use std::cell::Cell;

use super::adjacent::Accept;
use super::orphans::{judge, leaves_nobody_alone};
use super::parts::PART_MIN;
use super::picture::Picture;
use super::seating::Place;
use super::{Found, OrphanRule, Search};
use crate::domain::ids::SeatIndex;

/// For how many groups of spaces, the best first, seats for the others are looked for.
const CORES_MAX: usize = 8;

/// What a run with spaces is judged by, the weightiest first; less is better.
type Worth = (usize, bool, u64, SeatIndex);

/// Spaces and the seats of companions beside them.
struct Core {
    /// How many companions there is no seat for beside a space.
    lacking: usize,
    /// Whether the spaces are in several rows.
    is_apart: bool,
    score: u64,
    /// The spaces first.
    seats: Vec<SeatIndex>,
}

impl Search<'_> {
    /// The best seats side by side with enough spaces: as few more as can be, since others need them;
    /// then leaving nobody alone.
    pub(super) fn adjacent_with_spaces(&self) -> Option<Found> {
        let rows = self.rows_with_spaces(self.wheelchairs);
        let (_, _, score, first) = rows.filter_map(|row| self.best_with_spaces(row)).min()?;
        Some(Found { score, seats: (first..).take(self.quantity).collect() })
    }

    fn best_with_spaces(&self, row: u32) -> Option<Worth> {
        let seating = self.picture.seating();
        let is_free = |seat: SeatIndex| self.picture.is_free(seat as usize);
        let mut best: Option<Worth> = None;
        for segment in &seating.rows[row as usize].segments {
            let (mut length, mut spaces) = (0, 0);
            for seat in segment.clone() {
                if !self.will_do(seat as usize) {
                    (length, spaces) = (0, 0);
                    continue;
                }
                (length, spaces) = (length + 1, spaces + usize::from(self.is_space(seat)));
                if length > self.quantity {
                    let gone = seat - u32::try_from(self.quantity).unwrap_or(seat);
                    (length, spaces) = (self.quantity, spaces - usize::from(self.is_space(gone)));
                }
                if length < self.quantity || spaces < self.wheelchairs {
                    continue;
                }
                let run = seat + 1 - u32::try_from(length).unwrap_or(seat)..seat + 1;
                let leaves_one =
                    self.rule != OrphanRule::Off && !leaves_nobody_alone(is_free, segment, &run);
                let surplus = spaces - self.wheelchairs;
                let worth = (surplus, leaves_one, seating.score(run.start, length), run.start);
                best = Some(best.map_or(worth, |best| best.min(worth)));
            }
        }
        best
    }

    /// The longest run with as many spaces as are needed.
    pub(super) fn longest_with_spaces(&self) -> u32 {
        let seating = self.picture.seating();
        let (mut longest, mut run) = (0, Vec::new());
        for row in self.rows_with_spaces(self.wheelchairs) {
            for segment in &seating.rows[row as usize].segments {
                for seat in segment.start..=segment.end {
                    if seat < segment.end && self.will_do(seat as usize) {
                        run.push(seat);
                        continue;
                    }
                    let spaces = run.iter().filter(|seat| self.is_space(**seat)).count();
                    if spaces >= self.wheelchairs {
                        longest = longest.max(run.len());
                    }
                    run.clear();
                }
            }
        }
        u32::try_from(longest).unwrap_or(u32::MAX)
    }

    /// Each space with a companion beside it, as far as the party has as many, and the others in
    /// parts of two or more: in the nearest row one behind the other, else in the section, else
    /// anywhere.
    pub(super) fn accompanied(&self) -> Option<Found> {
        let spaces: Vec<SeatIndex> =
            self.rows_with_spaces(1).flat_map(|row| self.spaces_of(row)).collect();
        // Spaces that nobody can sit beside may lie between two that a companion can.
        let has_side = |space: &SeatIndex| self.beside(&[*space], &spaces).is_some();
        let sided: Vec<SeatIndex> = spaces.iter().copied().filter(has_side).collect();
        let groups = [&spaces, &sided].map(|spaces| spaces.windows(self.wheelchairs.max(1)));
        let groups = groups.into_iter().flatten();
        let mut cores: Vec<Core> = groups.filter_map(|group| self.core(group)).collect();
        cores.sort_by_key(|core| (core.lacking, core.is_apart, core.score, core.seats[0]));
        cores.dedup_by(|one, other| one.seats == other.seats);
        cores.truncate(CORES_MAX);
        let mut picture = None;
        cores.iter().find_map(|core| {
            if core.seats.len() == self.quantity {
                return Some(self.careful(core.seats.clone()));
            }
            let picture = picture.get_or_insert_with(|| self.picture.clone());
            core.seats.iter().for_each(|seat| picture.set(*seat, false));
            let others = self.others(picture, core);
            core.seats.iter().for_each(|seat| picture.set(*seat, true));
            Some(self.careful([core.seats.clone(), others?].concat()))
        })
    }

    fn core(&self, spaces: &[SeatIndex]) -> Option<Core> {
        let seating = self.picture.seating();
        let mut seats = spaces.to_vec();
        let companions = self.wheelchairs.min(self.quantity - self.wheelchairs);
        for space in spaces {
            if seats.len() < spaces.len() + companions {
                seats.extend(self.beside(&[*space], &seats));
            }
        }
        let lacking = spaces.len() + companions - seats.len();
        if self.quantity - seats.len() == PART_MIN - 1 {
            // The one who is left would be alone elsewhere.
            seats.push(self.beside(&seats, &seats)?);
        }
        let is_apart = spaces.iter().any(|space| self.row_of(*space) != self.row_of(spaces[0]));
        let score = seats.iter().map(|seat| seating.score(*seat, 1)).sum();
        Some(Core { lacking, is_apart, score, seats })
    }

    /// The best seat beside some others that isn't taken yet: rather none that is a space.
    fn beside(&self, seats: &[SeatIndex], taken: &[SeatIndex]) -> Option<SeatIndex> {
        let seating = self.picture.seating();
        let sides = seats.iter().flat_map(|seat| {
            let row = self.row_of(*seat).map(|row| &seating.rows[row as usize]);
            let segment = row.and_then(|row| row.segments.iter().find(|of| of.contains(seat)));
            let sides = [seat.wrapping_sub(1), seat + 1].into_iter();
            sides.filter(move |side| segment.is_some_and(|segment| segment.contains(side)))
        });
        sides
            .filter(|seat| self.will_do(*seat as usize) && !taken.contains(seat))
            .min_by_key(|seat| (self.is_space(*seat), seating.score(*seat, 1), *seat))
    }

    /// Seats for those of a party who aren't beside a space.
    fn others(&self, picture: &Picture, core: &Core) -> Option<Vec<SeatIndex>> {
        let row = self.row_of(core.seats[0])?;
        let section = [self.picture.seating().rows[row as usize].section];
        let left = self.quantity - core.seats.len();
        let near = self.without_wheelchairs(picture, left, &section);
        let apart = |search: &Search<'_>| search.adjacent().or_else(|| search.split());
        let found = near.in_row_near(row).or_else(|| apart(&near)).or_else(|| {
            let anywhere = self.without_wheelchairs(picture, left, self.sections);
            let found = apart(&anywhere);
            self.gave_up.set(self.gave_up.get() || anywhere.gave_up.get());
            found
        });
        found.map(|found| found.seats)
    }

    fn without_wheelchairs<'s>(
        &'s self,
        picture: &'s Picture,
        quantity: usize,
        sections: &'s [u32],
    ) -> Search<'s> {
        Search {
            picture,
            prices: self.prices,
            max_price: self.max_price,
            room: self.room,
            quantity,
            wheelchairs: 0,
            sections,
            categories: self.categories.clone(),
            in_short: self.in_short,
            anywhere: false,
            rule: self.rule,
            gave_up: Cell::new(false),
        }
    }

    /// The best run in a row of the same column, the nearest such row first.
    fn in_row_near(&self, row: u32) -> Option<Found> {
        let rows = &self.picture.seating().rows;
        let column = rows[row as usize].column;
        let is_of_column =
            |at: &u32| rows.get(*at as usize).is_some_and(|row| row.column == column);
        let sides = (0..).map(|apart| [row.wrapping_sub(apart), row + apart]);
        let sides = sides.take_while(|sides| sides.iter().any(is_of_column));
        let mut near = sides.flatten().filter(is_of_column);
        let run = |row: u32| {
            let careful = match self.rule {
                OrphanRule::Off => None,
                _ => self.best_run_of(row, self.quantity, Accept::NoOrphans),
            };
            careful.or_else(|| self.best_run_of(row, self.quantity, Accept::All))
        };
        let (score, first) = near.find_map(run)?;
        Some(Found { score, seats: (first..).take(self.quantity).collect() })
    }

    /// These seats, or those that cost the same and leave nobody alone.
    fn careful(&self, mut seats: Vec<SeatIndex>) -> Found {
        seats.sort_unstable();
        if self.rule != OrphanRule::Off
            && let Some(orphaned) = judge(self.picture, &seats)
        {
            seats = orphaned.alternative;
        }
        let seating = self.picture.seating();
        Found { score: seats.iter().map(|seat| seating.score(*seat, 1)).sum(), seats }
    }

    fn rows_with_spaces(&self, spaces: usize) -> impl Iterator<Item = u32> + '_ {
        self.rows_with(move |state| state.wheelchairs as usize >= spaces)
    }

    fn spaces_of(&self, row: u32) -> impl Iterator<Item = SeatIndex> + '_ {
        let segments = self.picture.seating().rows[row as usize].segments.iter();
        let seats = segments.cloned().flatten();
        seats.filter(|seat| self.will_do(*seat as usize) && self.is_space(*seat))
    }

    fn is_space(&self, seat: SeatIndex) -> bool {
        self.picture.seating().is_wheelchair(seat as usize)
    }

    fn row_of(&self, seat: SeatIndex) -> Option<u32> {
        match self.picture.seating().place(seat as usize) {
            Place::Row(row) => Some(row),
            Place::Unit(_) => None,
        }
    }
}
