//! Large parties, and parties for whom no row, table or area is enough: in as many parts as it
//! takes, nearest first, one section before the next, with nobody alone.
//!
//! One look at each row, by the strict orphan rule one more where that isn't enough. Finds seats
//! whenever those that will do are enough for parts of two or more that the event's rule allows.

use super::exact::STEPS_MAX;
use super::parts::{PART_MIN, Run};
use super::seating::{Unit, UnitKind};
use super::{Found, Search};

/// Where a part can be.
pub(super) enum Room<'a> {
    Run(Run),
    /// A table sold by the seat, or an area, with so many free seats.
    Unit(&'a Unit, usize),
}

/// Rows of one section.
#[derive(Default)]
struct Section {
    /// The nearest first.
    rows: Vec<u32>,
    /// How many seats they can give in parts.
    seats: usize,
}

/// How many rooms for two are kept in mind: a part of four or more and one seat of it fill them.
const PASSED_MAX: usize = 2;

/// Parts being taken.
#[derive(Default)]
struct Filling<'a> {
    left: usize,
    taken: Vec<(Room<'a>, usize)>,
    /// Rooms for two, passed by because three were left.
    passed: Vec<Room<'a>>,
}

impl Search<'_> {
    /// Parts in rows: in the nearest section that has enough, else one after the other.
    pub(super) fn many_parts(&self) -> Option<Found> {
        let sections = self.by_section();
        let in_one = sections.iter().find_map(|section| {
            let fits = section.seats >= self.quantity;
            if fits { self.fill(section.rows.iter().copied(), None) } else { None }
        });
        let rows = || sections.iter().flat_map(|of| of.rows.iter().copied());
        in_one
            .or_else(|| self.fill(rows(), None))
            .or_else(|| self.exactly(rows().flat_map(|row| self.rooms(row)), STEPS_MAX))
    }

    /// Parts in rows, at tables and in areas.
    pub(super) fn scattered(&self) -> Option<Found> {
        // Rows alone have been tried.
        self.units().next()?;
        let sections = self.by_section();
        let rows = || sections.iter().flat_map(|section| section.rows.iter().copied());
        let rooms = || rows().flat_map(|row| self.rooms(row)).chain(self.units());
        self.fill(rows(), self.units()).or_else(|| self.exactly(rooms(), STEPS_MAX))
    }

    fn rooms(&self, row: u32) -> impl Iterator<Item = Room<'_>> {
        self.runs(row).into_iter().map(Room::Run)
    }

    /// The rows that may give parts by section, the section of the nearest row first.
    fn by_section(&self) -> Vec<Section> {
        let rows = &self.picture.seating().rows;
        let mut places = vec![None; self.picture.seating().sections];
        let mut sections: Vec<Section> = Vec::new();
        for row in self.rows_with_parts() {
            let place = &mut places[rows[row as usize].section as usize];
            let at = *place.get_or_insert(sections.len());
            if at == sections.len() {
                sections.push(Section::default());
            }
            sections[at].seats += self.picture.row(row as usize).paired as usize;
            sections[at].rows.push(row);
        }
        sections
    }

    /// Tables, then areas, each the nearest first. One that is sold whole can't be shared out.
    fn units(&self) -> impl Iterator<Item = Room<'_>> {
        let units = self.picture.seating().units.iter();
        let mut units: Vec<&Unit> = units
            .filter(|unit| unit.kind != UnitKind::Whole && self.in_section(unit.section))
            .collect();
        units.sort_by_key(|unit| (unit.kind != UnitKind::Table, unit.distance, unit.seats.start));
        units.into_iter().map(|unit| Room::Unit(unit, self.free_of_unit(unit) as usize))
    }

    fn fill<'a>(
        &'a self,
        rows: impl Iterator<Item = u32>,
        units: impl IntoIterator<Item = Room<'a>>,
    ) -> Option<Found> {
        let mut filling = Filling { left: self.quantity, ..Filling::default() };
        for row in rows {
            if filling.left == 0 {
                break;
            }
            if self.picture.row(row as usize).longest as usize >= filling.smallest() {
                self.rooms(row).for_each(|room| self.take_from(room, &mut filling));
            }
        }
        for room in units {
            self.take_from(room, &mut filling);
        }
        self.make_room_for_three(&mut filling);
        (filling.left == 0).then(|| self.found(&filling.taken))
    }

    /// Takes the largest part that leaves nobody alone.
    fn take_from<'a>(&self, room: Room<'a>, filling: &mut Filling<'a>) {
        let largest = room.seats().min(filling.left);
        let sizes = (PART_MIN..=largest).rev();
        let mut fitting = sizes.filter(|size| filling.left - size != 1);
        match fitting.find(|size| self.gives(&room, *size)) {
            Some(size) => {
                filling.left -= size;
                filling.taken.push((room, size));
            }
            None if filling.passed.len() < PASSED_MAX && self.gives(&room, PART_MIN) => {
                filling.passed.push(room);
            }
            None => {}
        }
    }

    /// Three are left and only places for two: one more goes there from another part.
    fn make_room_for_three(&self, filling: &mut Filling<'_>) {
        if filling.left != PART_MIN + 1 || filling.passed.len() < PASSED_MAX {
            return;
        }
        let mut taken = filling.taken.iter_mut().rev();
        let shorter =
            |(room, size): &(Room<'_>, usize)| *size > PART_MIN && self.gives(room, size - 1);
        if let Some((_, size)) = taken.find(|taken| shorter(taken)) {
            *size -= 1;
            filling.taken.extend(filling.passed.drain(..).map(|room| (room, PART_MIN)));
            filling.left = 0;
        }
    }

    fn gives(&self, room: &Room<'_>, size: usize) -> bool {
        match room {
            Room::Run(run) => self.part_of(run, size).is_some(),
            Room::Unit(_, free) => size <= *free,
        }
    }

    pub(super) fn found(&self, taken: &[(Room<'_>, usize)]) -> Found {
        let mut found = Found { score: 0, seats: Vec::with_capacity(self.quantity) };
        for (room, size) in taken {
            match room {
                Room::Run(run) => {
                    let part = self.part_of(run, *size).expect("it gives one");
                    found.score += part.score;
                    found.seats.extend((part.first..).take(part.size));
                }
                Room::Unit(unit, _) => {
                    found.seats.extend(self.lowest_of_unit(unit).take(*size));
                    found.score += unit.distance;
                }
            }
        }
        found.seats.sort_unstable();
        found
    }
}

impl Room<'_> {
    pub(super) fn seats(&self) -> usize {
        match self {
            Self::Run(run) => run.seats.len(),
            Self::Unit(_, free) => *free,
        }
    }
}

impl Filling<'_> {
    /// The smallest room that is of use: with three left, and rooms for two known, one for three.
    fn smallest(&self) -> usize {
        let only_three = self.left == PART_MIN + 1 && self.passed.len() == PASSED_MAX;
        if only_three { PART_MIN + 1 } else { PART_MIN }
    }
}
