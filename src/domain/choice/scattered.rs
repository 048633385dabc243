//! Large parties, and parties for whom no row, table or area is enough: in as many parts as it
//! takes, nearest first, one section before the next, with nobody alone.
//!
//! One look at each row. Finds seats whenever those that will do are enough for parts of two or
//! more; under the strict orphan rule a row's last part may fit nowhere.

use super::parts::{PART_MIN, Run};
use super::seating::{Unit, UnitKind};
use super::{Found, Search};

/// Where a part can be.
enum Room<'a> {
    Run(Run),
    /// A table sold by the seat, or an area, with so many free seats.
    Unit(&'a Unit, usize),
}

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
    pub(super) fn many_parts(&self, rows: &[u32]) -> Option<Found> {
        let by_section = self.by_section(rows);
        let all = || by_section.iter().flat_map(|(_, rows)| rows.iter().copied());
        by_section
            .iter()
            .filter(|(paired, _)| *paired >= self.quantity)
            .find_map(|(_, rows)| self.fill(self.rooms(rows.iter().copied())))
            .or_else(|| self.fill(self.rooms(all())))
    }

    /// Parts in rows, at tables and in areas.
    pub(super) fn scattered(&self) -> Option<Found> {
        // Rows alone have been tried.
        self.units().next()?;
        let by_section = self.by_section(&self.rows_with_parts());
        let rows = by_section.into_iter().flat_map(|(_, rows)| rows);
        self.fill(self.rooms(rows).chain(self.units()))
    }

    /// Rows by section with how many seats they can give, the section of the nearest row first.
    fn by_section(&self, rows: &[u32]) -> Vec<(usize, Vec<u32>)> {
        let mut sections: Vec<(usize, Vec<u32>)> = Vec::new();
        let section_of = |row: &u32| self.picture.seating().rows[*row as usize].section as usize;
        let mut places = vec![None; rows.iter().map(section_of).max().map_or(0, |last| last + 1)];
        for row in rows {
            let at = *places[section_of(row)].get_or_insert(sections.len());
            if at == sections.len() {
                sections.push((0, Vec::new()));
            }
            sections[at].0 += self.picture.row(*row as usize).paired as usize;
            sections[at].1.push(*row);
        }
        sections
    }

    fn rooms(&self, rows: impl Iterator<Item = u32>) -> impl Iterator<Item = Room<'_>> {
        rows.flat_map(|row| self.runs(row)).map(Room::Run)
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

    fn fill<'a>(&self, rooms: impl Iterator<Item = Room<'a>>) -> Option<Found> {
        let mut filling = Filling { left: self.quantity, ..Filling::default() };
        for room in rooms {
            if filling.left == 0 {
                break;
            }
            let largest = room.seats().min(filling.left);
            let sizes = (PART_MIN..=largest).rev();
            let mut fitting = sizes.filter(|size| filling.left - size != 1);
            match fitting.find(|size| self.gives(&room, *size)) {
                Some(size) => {
                    filling.left -= size;
                    filling.taken.push((room, size));
                }
                None if filling.passed.len() < 2 && self.gives(&room, PART_MIN) => {
                    filling.passed.push(room);
                }
                None => {}
            }
        }
        self.make_room_for_three(&mut filling);
        (filling.left == 0).then(|| self.found(&filling))
    }

    /// Three are left and only places for two: one more goes there from another part.
    fn make_room_for_three(&self, filling: &mut Filling<'_>) {
        if filling.left != PART_MIN + 1 || filling.passed.len() < 2 {
            return;
        }
        let mut taken = filling.taken.iter_mut().rev();
        let shorter =
            |(room, size): &(Room<'_>, usize)| *size > PART_MIN && self.gives(room, size - 1);
        if let Some((_, size)) = taken.find(|taken| shorter(taken)) {
            *size -= 1;
            filling.taken.extend(filling.passed.drain(..2).map(|room| (room, PART_MIN)));
            filling.left = 0;
        }
    }

    fn gives(&self, room: &Room<'_>, size: usize) -> bool {
        match room {
            Room::Run(run) => self.part_of(run, size).is_some(),
            Room::Unit(_, free) => size <= *free,
        }
    }

    fn found(&self, filling: &Filling<'_>) -> Found {
        let mut found = Found { score: 0, seats: Vec::with_capacity(self.quantity) };
        for (room, size) in &filling.taken {
            match room {
                Room::Run(run) => {
                    let part = self.part_of(run, *size).expect("it gives one");
                    found.score += part.score;
                    found.seats.extend((part.first..).take(part.size));
                }
                Room::Unit(unit, _) => {
                    let free = unit.seats.clone().filter(|seat| self.will_do(*seat as usize));
                    found.seats.extend(free.take(*size));
                    found.score += unit.distance;
                }
            }
        }
        found.seats.sort_unstable();
        found
    }
}

impl Room<'_> {
    fn seats(&self) -> usize {
        match self {
            Self::Run(run) => run.seats.len(),
            Self::Unit(_, free) => *free,
        }
    }
}
