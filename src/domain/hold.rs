//! Holds: a caller's temporary lock on seats, with the prices fixed when it was taken.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{HoldId, SeatIndex, UserId};

/// Where a hold stands. Only `Active` can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HoldStatus {
    /// Its seats are locked for its caller.
    Active,
    /// Given back by its caller.
    Released,
    /// Its time ran out.
    Expired,
    /// All of its seats went into bookings.
    Booked,
}

impl HoldStatus {
    /// The word used in REST and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::Booked => "booked",
        }
    }

    /// The status of a word; `None` for any other word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Released, Self::Expired, Self::Booked]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// A hold. While active, `seats` are those it still locks; afterwards those it had last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id, chosen by the node that took the request.
    pub id: HoldId,
    /// The caller who made it, the only one it obeys.
    pub user: UserId,
    /// Its seats, ascending.
    pub seats: Vec<SeatIndex>,
    /// The price of each seat in minor units, parallel to `seats`, fixed when taken.
    pub prices: Vec<i64>,
    /// Where it stands.
    pub status: HoldStatus,
    /// When it was taken, by the database's clock.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl Hold {
    /// Whether its time has run out at `now`, noticed or not.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.status == HoldStatus::Active && self.expires_at <= now
    }

    /// What its seats cost together, in minor units.
    #[must_use]
    pub fn price_total(&self) -> i64 {
        self.prices.iter().sum()
    }

    /// The price of one of its seats; `None` when the seat is not in it.
    #[must_use]
    pub fn price_of(&self, seat: SeatIndex) -> Option<i64> {
        self.seats.iter().position(|s| *s == seat).map(|at| self.prices[at])
    }

    /// Takes seats out of an active hold. When none would remain the hold ends as `end` and
    /// keeps them, so that it can still be read what it was.
    pub(super) fn take_out(&mut self, taken: &[SeatIndex], end: HoldStatus) {
        let rest: Vec<(SeatIndex, i64)> = self
            .seats
            .iter()
            .copied()
            .zip(self.prices.iter().copied())
            .filter(|(seat, _)| !taken.contains(seat))
            .collect();
        if rest.is_empty() {
            self.status = end;
        } else {
            (self.seats, self.prices) = rest.into_iter().unzip();
        }
    }
}
