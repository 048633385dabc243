//! Bookings: seats taken for good, first against payment due, then paid.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{BookingId, SeatIndex, UserId, Version};

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BookingStatus {
    /// Payment is due until `expires_at`.
    Pending,
    /// Paid.
    Confirmed,
    /// Called off; its seats are free.
    Cancelled,
    /// Not paid in time; its seats are free. A late confirm may still take the very same seats.
    Expired,
}

impl BookingStatus {
    /// The word used in REST and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The status of a word; `None` for any other word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Confirmed, Self::Cancelled, Self::Expired]
            .into_iter()
            .find(|status| status.name() == name)
    }

    /// Whether the booking has its seats.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
}

/// Whom a booking is for, as the shop told it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id, from the database's sequence.
    pub id: BookingId,
    /// `SM-` and eight characters of Crockford base 32.
    pub reference: String,
    /// The caller who made it, the only one it obeys.
    pub owner: UserId,
    /// The customer recorded on it; the owner unless the shop named another.
    pub user: UserId,
    /// Name and addresses, where given.
    pub customer: Customer,
    /// Its seats, ascending.
    pub seats: Vec<SeatIndex>,
    /// The price of each seat in minor units, parallel to `seats`.
    pub prices: Vec<i64>,
    /// Where it stands.
    pub status: BookingStatus,
    /// What the payment was called, once confirmed.
    pub payment_reference: Option<String>,
    /// When it was made, by the database's clock.
    pub created_at: Timestamp,
    /// Until when payment is due.
    pub expires_at: Timestamp,
    /// Since when each seat's visitor is in, parallel to `seats`; empty while nobody is.
    #[serde(default)]
    pub checked_in: Vec<Option<Timestamp>>,
    /// Set when it had ended before its event moved to another chart that lacks some of its seats:
    /// the version by whose chart they are numbered. It can't come back to life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Version>,
}

impl Booking {
    /// Whether its time to pay has run out at `now`, noticed or not.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.status == BookingStatus::Pending && self.expires_at <= now
    }

    /// Its seats whose visitors are in, and since when; in seat order.
    pub fn inside(&self) -> impl Iterator<Item = (SeatIndex, Timestamp)> {
        let seats = self.seats.iter().zip(&self.checked_in);
        seats.filter_map(|(seat, since)| since.map(|since| (*seat, since)))
    }

    /// What its seats cost together, in minor units.
    #[must_use]
    pub fn total_amount(&self) -> i64 {
        self.prices.iter().sum()
    }
}
