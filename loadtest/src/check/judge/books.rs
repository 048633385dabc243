//! Who was told that they have which seats: the tool's own books, whatever the log says.

use std::collections::HashMap;

use crate::buyers::Answered;

/// Holders remembered from answers; silent leavers are never taken off, so there is an end to it.
/// Beyond it anybody may have held anything.
const HOLDERS_MAX: usize = 2_000_000;

/// The books of one event.
#[derive(Clone, Debug)]
pub(super) struct Books {
    /// Who was told, or may have been, that they hold which seat; and when they asked for it, in
    /// nanoseconds of the run's clock.
    holders: HashMap<(u32, i64), u64>,
    room: usize,
    /// Who was told last that they booked a seat, and when they asked for it.
    bookers: HashMap<u32, (i64, u64)>,
    /// Who was told that they bought which seat, with the answer.
    pub(super) owners: HashMap<u32, Answered>,
}

impl Default for Books {
    fn default() -> Self {
        Self::with_room(HOLDERS_MAX)
    }
}

impl Books {
    /// Books for so many holders.
    fn with_room(room: usize) -> Self {
        let (holders, bookers, owners) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { holders, room, bookers, owners }
    }

    /// Somebody holds a seat, or may: since the earliest time that they asked for it.
    pub(super) fn hold(&mut self, holder: (u32, i64), asked: u64) {
        let is_known = self.holders.contains_key(&holder);
        if is_known || self.holders.len() < self.room {
            self.holders.entry(holder).or_insert(asked);
        }
    }

    /// Somebody holds a seat no more. False when they never did.
    pub(super) fn let_go(&mut self, holder: (u32, i64)) -> bool {
        self.holders.remove(&holder).is_some() || self.is_full()
    }

    /// Whether somebody holds a seat, or may.
    pub(super) fn may_hold(&self, holder: (u32, i64)) -> bool {
        self.holders.contains_key(&holder) || self.is_full()
    }

    /// When somebody asked for the seat that they hold.
    pub(super) fn held_since(&self, holder: (u32, i64)) -> Option<u64> {
        self.holders.get(&holder).copied()
    }

    /// Somebody has booked a seat.
    pub(super) fn book(&mut self, (seat, user): (u32, i64), asked: u64) {
        self.bookers.insert(seat, (user, asked));
    }

    /// When somebody asked for the booking that has the seat.
    pub(super) fn booked_since(&self, (seat, user): (u32, i64)) -> Option<u64> {
        self.bookers.get(&seat).filter(|booker| booker.0 == user).map(|booker| booker.1)
    }

    fn is_full(&self) -> bool {
        self.holders.len() >= self.room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_remembered_up_to_a_limit_and_beyond_it_nobody_is_accused() {
        let mut books = Books::with_room(2);
        for seat in 0..4 {
            books.hold((seat, 11), 5);
        }
        assert_eq!(books.holders.len(), 2);
        assert!(books.may_hold((3, 11)) && books.let_go((3, 11)));
        assert!(books.let_go((0, 11)) && !books.may_hold((3, 11)));
    }

    #[test]
    fn a_hold_counts_from_the_earliest_time_and_a_booking_from_the_last() {
        let mut books = Books::default();
        for asked in [5, 9] {
            books.hold((0, 11), asked);
            books.book((0, 11), asked);
        }
        assert_eq!((books.held_since((0, 11)), books.booked_since((0, 11))), (Some(5), Some(9)));
        assert_eq!((books.held_since((0, 12)), books.booked_since((0, 12))), (None, None));
        assert!(books.let_go((0, 11)));
        books.hold((0, 11), 20);
        assert_eq!(books.held_since((0, 11)), Some(20));
    }
}
