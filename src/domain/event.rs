//! What the write path needs to know of an event: its rules, prices, counts and version.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::choice::OrphanRule;
use super::ids::{EventId, Version};
use super::seat::Counts;

/// Who may cancel a booking that is already paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CancelConfirmed {
    /// Its owner (and organisers).
    #[default]
    Owner,
    /// Organisers only.
    Organiser,
    /// Nobody.
    Never,
}

impl CancelConfirmed {
    /// The word used in REST and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Organiser => "organiser",
            Self::Never => "never",
        }
    }

    /// The setting of a word; `None` for any other word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Owner, Self::Organiser, Self::Never].into_iter().find(|s| s.name() == name)
    }
}

/// The rules of selling one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Nothing is sold before; `None` means from the beginning.
    pub sales_start: Option<Timestamp>,
    /// Nothing is sold from then on.
    pub sales_end: Timestamp,
    /// How long a lock lives, in seconds.
    pub lock_seconds: u32,
    /// How long a booking waits for its payment, in seconds.
    pub booking_seconds: u32,
    /// How long a hold may live in all, extensions included, in seconds.
    pub hold_life_max_seconds: u32,
    /// How many seats one caller may have locked, reserved and sold together.
    pub max_seats_per_user: u32,
    /// Who may cancel a paid booking.
    pub cancel_confirmed: CancelConfirmed,
    /// What it thinks of single seats left behind.
    pub orphan_rule: OrphanRule,
}

impl Rules {
    /// Whether seats may be taken at `now`: inside [sales_start, sales_end).
    #[must_use]
    pub fn on_sale(&self, now: Timestamp) -> bool {
        self.sales_start.is_none_or(|start| start <= now) && now < self.sales_end
    }
}

/// An event under its row lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// The version of its last committed change set.
    pub version: Version,
    /// How many seats are in each state at that version.
    pub counts: Counts,
    /// How it is sold.
    pub rules: Rules,
    /// The price of each category in minor units, by category index.
    pub prices: Vec<i64>,
}
