//! How an event sells: as it stands, and over time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::event::SeatCounts;
use super::time::Time;

/// How an event has sold, at a version.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Sales {
    /// The event.
    pub event_id: i64,
    /// The version all of this is of.
    pub version: u64,
    /// The history the version belongs to.
    pub epoch: String,
    /// When it was looked at.
    pub at: Time,
    /// ISO 4217; of all amounts.
    pub currency: String,
    /// How many seats are in each state.
    pub counts: SeatCounts,
    /// What was paid for the seats that are sold.
    #[schema(example = "1664.00")]
    pub sold_amount: String,
    /// What is due for the seats that are reserved.
    #[schema(example = "104.00")]
    pub reserved_amount: String,
    /// How many bookings there are.
    pub bookings: BookingCounts,
    /// How many seats' visitors are in.
    pub checked_in: u32,
    /// By category, as the chart has them.
    pub categories: Vec<CategorySales>,
    /// By section, as the chart has them.
    pub sections: Vec<SectionSales>,
}

/// How many bookings are in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BookingCounts {
    /// Payment is due.
    pub pending: u32,
    /// Paid.
    pub confirmed: u32,
    /// Called off.
    pub cancelled: u32,
    /// Not paid in time.
    pub expired: u32,
}

/// How a category has sold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CategorySales {
    /// What prices and tickets call it.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// `#rrggbb`.
    pub color: String,
    /// What its seats cost now.
    #[schema(example = "52.00")]
    pub price: String,
    /// How many of its seats are in each state.
    pub counts: SeatCounts,
    /// What was paid for those that are sold.
    #[schema(example = "1664.00")]
    pub sold_amount: String,
    /// What is due for those that are reserved.
    #[schema(example = "104.00")]
    pub reserved_amount: String,
}

/// How a section has sold.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SectionSales {
    /// What people call it.
    pub label: String,
    /// The storey it is on; empty when there is only one.
    pub floor: String,
    /// How many of its seats are in each state.
    pub counts: SeatCounts,
    /// What was paid for those that are sold.
    #[schema(example = "1664.00")]
    pub sold_amount: String,
    /// What is due for those that are reserved.
    #[schema(example = "104.00")]
    pub reserved_amount: String,
}

/// How an event sold over time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// The event.
    pub event_id: i64,
    /// The version up to which the log was read.
    pub version: u64,
    /// The version since which the event has its chart: there is no map of its past before.
    pub chart_version: u64,
    /// The history the versions belong to.
    pub epoch: String,
    /// ISO 4217; of all amounts.
    pub currency: String,
    /// The first bucket's start.
    pub from: Time,
    /// Changes from then on are not counted.
    pub to: Time,
    /// How long a bucket is.
    pub bucket_seconds: u64,
    /// One after another, without gaps.
    pub buckets: Vec<SalesBucket>,
}

/// What happened to seats within a stretch of time; every step counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SalesBucket {
    /// When it begins.
    pub start: Time,
    /// The event's version when it ends.
    pub version: u64,
    /// Steps into locked.
    pub locked: u64,
    /// Steps from locked to available: given back, or run out.
    pub released: u64,
    /// Steps into reserved.
    pub reserved: u64,
    /// Steps into sold.
    pub sold: u64,
    /// Steps from sold to available.
    pub cancelled: u64,
    /// What was paid for the steps into sold.
    #[schema(example = "104.00")]
    pub sold_amount: String,
    /// What had been paid for the steps from sold to available.
    #[schema(example = "0.00")]
    pub cancelled_amount: String,
}
