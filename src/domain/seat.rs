//! A seat's states and the moves between them. Nothing that is not listed here is legal.

use serde::{Deserialize, Serialize};

use super::ids::{BookingId, HoldId, SeatIndex};

/// The five states of a ticket. The numbers are the wire's and the database's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum SeatStatus {
    /// Anybody may lock it.
    Available = 0,
    /// In somebody's active hold.
    Locked = 1,
    /// Booked, payment due.
    Reserved = 2,
    /// Booked and paid.
    Sold = 3,
    /// Not for sale.
    Blocked = 4,
}

impl SeatStatus {
    /// All states, in the order of their codes.
    pub const ALL: [SeatStatus; 5] =
        [Self::Available, Self::Locked, Self::Reserved, Self::Sold, Self::Blocked];

    /// The code used on the wire and in the database.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The state of a code; `None` for a number that is no state's.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The word REST uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Locked => "locked",
            Self::Reserved => "reserved",
            Self::Sold => "sold",
            Self::Blocked => "blocked",
        }
    }

    /// Whether a seat may go from this state to `to` in one step.
    #[must_use]
    pub fn may_become(self, to: SeatStatus) -> bool {
        use SeatStatus::{Available, Blocked, Locked, Reserved, Sold};
        matches!(
            (self, to),
            // The third pair of the first line is the late confirm: taken again in one change set.
            (Available, Locked | Blocked | Reserved)
                | (Locked, Available | Reserved)
                | (Reserved, Available | Sold)
                | (Sold | Blocked, Available)
        )
    }
}

/// One ticket of one event, as the write path sees it under lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Its position in the event.
    pub index: SeatIndex,
    /// Which price category it belongs to, as an index into the event's prices.
    pub category: u16,
    /// Where it stands.
    pub status: SeatStatus,
    /// The active hold it is in; set exactly while `Locked`.
    pub hold: Option<HoldId>,
    /// The live booking it is in; set exactly while `Reserved` or `Sold`.
    pub booking: Option<BookingId>,
}

/// How many seats of an event are in each state, indexed by status code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub [u32; 5]);

impl Counts {
    /// The number of seats in one state.
    #[must_use]
    pub fn of(&self, status: SeatStatus) -> u32 {
        self.0[usize::from(status.code())]
    }

    /// Counts one seat's move.
    pub(super) fn moved(&mut self, from: SeatStatus, to: SeatStatus) {
        self.0[usize::from(from.code())] -= 1;
        self.0[usize::from(to.code())] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::SeatStatus::{self, *};

    #[test]
    fn only_the_listed_moves_are_legal() {
        let legal = [
            (Available, Locked),
            (Available, Blocked),
            (Available, Reserved),
            (Locked, Available),
            (Locked, Reserved),
            (Reserved, Available),
            (Reserved, Sold),
            (Sold, Available),
            (Blocked, Available),
        ];
        for from in SeatStatus::ALL {
            for to in SeatStatus::ALL {
                assert_eq!(from.may_become(to), legal.contains(&(from, to)), "{from:?} → {to:?}");
            }
        }
    }

    #[test]
    fn codes_round_trip() {
        for status in SeatStatus::ALL {
            assert_eq!(SeatStatus::from_code(status.code()), Some(status));
        }
        assert_eq!(SeatStatus::from_code(5), None);
    }
}
