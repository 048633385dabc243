//! Parts of a party where the strict orphan rule lets a run give some sizes and not others: which
//! sizes make up the party exactly. Filling one run after the other may come to an end too early.
//!
//! Finds a way whenever there is one, unless its steps are used up; then the refusal says so.

use super::parts::PART_MIN;
use super::scattered::Room;
use super::{Found, OrphanRule, Search};

/// Bits of a word.
const BITS: usize = u64::BITS as usize;

/// After how many steps it gives up. A step is a look at a seat or at a word of sums, some
/// nanoseconds; a house of 100,000 seats takes fewer for parties of up to a thousand.
pub(super) const STEPS_MAX: usize = 2_000_000;

/// How many seats can be had together.
struct Reached<'a> {
    /// A bit for each number of seats.
    bits: Vec<u64>,
    /// By number of seats: the room that made it possible, as a position, and how many it gives; the
    /// rest is of rooms before it.
    last: Vec<(usize, usize)>,
    rooms: Vec<Room<'a>>,
}

impl Search<'_> {
    /// Parts in some of these rooms, if there is any way; the first that make it possible. One look
    /// at each room and each size that it gives.
    pub(super) fn exactly<'r>(
        &'r self,
        rooms: impl Iterator<Item = Room<'r>>,
        mut steps: usize,
    ) -> Option<Found> {
        if self.rule != OrphanRule::Strict {
            return None;
        }
        let mut reached = Reached::nothing(self.quantity);
        for room in rooms {
            let sizes = self.sizes(&room);
            let spent = room.seats() + sizes.len() * reached.bits.len();
            if spent > steps {
                self.gave_up.set(true);
                return None;
            }
            steps -= spent;
            if !sizes.is_empty() {
                reached.add(room, &sizes);
            }
            if reached.has(self.quantity) {
                return Some(self.found(&reached.parts(self.quantity)));
            }
        }
        None
    }

    fn sizes(&self, room: &Room<'_>) -> Vec<usize> {
        match room {
            Room::Run(run) => self.sizes_of(run),
            Room::Unit(_, free) => (PART_MIN..=(*free).min(self.quantity)).collect(),
        }
    }
}

impl<'a> Reached<'a> {
    fn nothing(most: usize) -> Self {
        let mut bits = vec![0; most / BITS + 1];
        bits[0] = 1;
        Self { bits, last: vec![(0, 0); most + 1], rooms: Vec::new() }
    }

    fn has(&self, seats: usize) -> bool {
        self.bits[seats / BITS] >> (seats % BITS) & 1 == 1
    }

    fn add(&mut self, room: Room<'a>, sizes: &[usize]) {
        let before = self.bits.clone();
        for size in sizes {
            let (words, bits) = (size / BITS, size % BITS);
            for at in words..before.len() {
                let mut moved = before[at - words] << bits;
                if bits > 0 && at > words {
                    moved |= before[at - words - 1] >> (BITS - bits);
                }
                let mut fresh = moved & !self.bits[at];
                self.bits[at] |= fresh;
                while fresh != 0 {
                    let seats = at * BITS + fresh.trailing_zeros() as usize;
                    if let Some(last) = self.last.get_mut(seats) {
                        *last = (self.rooms.len(), *size);
                    }
                    fresh &= fresh - 1;
                }
            }
        }
        self.rooms.push(room);
    }

    /// The rooms, and how many seats of each.
    fn parts(self, seats: usize) -> Vec<(Room<'a>, usize)> {
        let mut sizes = vec![0; self.rooms.len()];
        let mut left = seats;
        while left > 0 {
            let (room, size) = self.last[left];
            sizes[room] = size;
            left -= size;
        }
        self.rooms.into_iter().zip(sizes).filter(|(_, size)| *size > 0).collect()
    }
}
