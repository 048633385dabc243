//! The identifiers of the trade, each a type of its own so that none can stand for another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A seat's position in its event, dense `0..n-1` in chart order. What the wire speaks of.
pub type SeatIndex = u32;

/// An event's version: gapless, plus one per committed change set. 0 means "nothing yet".
pub type Version = u64;

/// The span of ticket ids that one event owns: ticket id = event id × this + seat index.
pub const TICKETS_PER_EVENT: i64 = 1_000_000;

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

integer_id!(
    /// One performance on sale.
    EventId
);
integer_id!(
    /// A venue's layout as stored.
    ChartId
);
integer_id!(
    /// A customer record; every caller is one.
    UserId
);
integer_id!(
    /// A booking.
    BookingId
);

/// A hold: a temporary lock on one or more seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HoldId(pub Uuid);

impl std::fmt::Display for HoldId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The ticket id of a seat, as REST names it.
#[must_use]
pub fn ticket_id(event: EventId, seat: SeatIndex) -> i64 {
    event.0 * TICKETS_PER_EVENT + i64::from(seat)
}
