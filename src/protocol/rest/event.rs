//! Events, their tickets and their geometry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::money::AmountText;
use super::present;
use super::time::Time;

/// A new event.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Matinée", "venue": "Playhouse", "total_tickets": 60, "price": "45.50",
    "start_time": "2099-05-01T19:30:00Z", "end_time": "2099-05-01T22:00:00Z",
}))]
pub struct NewEvent {
    /// What is performed; 1–200 characters.
    pub name: String,
    /// More about it; up to 10,000 characters.
    pub description: Option<String>,
    /// Where; 1–200 characters.
    pub venue: String,
    /// When it begins.
    pub start_time: Time,
    /// When it ends; after the start.
    pub end_time: Time,
    /// Nothing is sold before (default: sold from now on).
    pub sales_start: Option<Time>,
    /// Nothing is sold from then on (default: `start_time`).
    pub sales_end: Option<Time>,
    /// How many seats, when there is no chart: 1–200,000.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 200_000)]
    pub total_tickets: Option<u32>,
    /// The chart, when the number of seats isn't enough.
    #[serde(default, deserialize_with = "present")]
    pub chart_id: Option<i64>,
    /// The price of every seat.
    #[serde(default, deserialize_with = "present")]
    pub price: Option<AmountText>,
    /// The price of each of the chart's categories, by key.
    #[serde(default, deserialize_with = "present")]
    pub prices: Option<BTreeMap<String, AmountText>>,
    /// ISO 4217 (default: EUR).
    #[schema(example = "EUR")]
    pub currency: Option<String>,
    /// How long a lock lives: 1–7,200 (default: the server's setting).
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 7_200)]
    pub lock_seconds: Option<u32>,
    /// How long a booking waits for its payment: 1–86,400 (default: the server's setting).
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 86_400)]
    pub booking_seconds: Option<u32>,
    /// How many seats one caller may have: 1–1,000 (default: the server's setting).
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 1_000)]
    pub max_seats_per_user: Option<u32>,
    /// Who may cancel a paid booking: `owner` (default), `organiser` or `never`.
    #[schema(example = "owner")]
    pub cancel_confirmed: Option<String>,
    /// What it thinks of holds that leave a single free seat: `off`, `prefer` (default: seats that
    /// the server chooses avoid it) or `strict` (such holds are refused).
    #[schema(example = "prefer")]
    pub orphan_rule: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// How many seats are in each state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatCounts {
    /// Anybody may lock them.
    pub available: u32,
    /// In active holds.
    pub locked: u32,
    /// Booked, payment due.
    pub reserved: u32,
    /// Booked and paid.
    pub sold: u32,
    /// Not for sale.
    pub blocked: u32,
}

/// An event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its id.
    pub id: i64,
    /// What is performed.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Where.
    pub venue: String,
    /// When it begins.
    pub start_time: Time,
    /// When it ends.
    pub end_time: Time,
    /// Nothing is sold before; null: sold from the beginning.
    pub sales_start: Option<Time>,
    /// Nothing is sold from then on.
    pub sales_end: Time,
    /// How many seats it has.
    pub total_tickets: u32,
    /// How many of them are available; the same as in `counts`.
    pub available_tickets: u32,
    /// How many are in each state, at `version`.
    pub counts: SeatCounts,
    /// The price of every seat, when there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "45.50")]
    pub price: Option<String>,
    /// The price of each category, when there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<BTreeMap<String, String>>,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// How long a lock lives.
    pub lock_seconds: u32,
    /// How long a booking waits for its payment.
    pub booking_seconds: u32,
    /// How many seats one caller may have locked, reserved and sold.
    pub max_seats_per_user: u32,
    /// Who may cancel a paid booking.
    pub cancel_confirmed: String,
    /// What it thinks of holds that leave a single free seat: `off`, `prefer` or `strict`.
    pub orphan_rule: String,
    /// The chart it was made from.
    pub chart_id: i64,
    /// The name under which `/seatmap` may be cached for ever.
    pub layout: String,
    /// The version of its last change set.
    pub version: u64,
    /// Changes when its history is not continued.
    pub epoch: String,
}

/// A ticket: one seat of one event.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// event id × 1,000,000 + seat index.
    pub id: i64,
    /// The seat's label, unique in the event.
    #[schema(example = "Stalls-A-12")]
    pub seat_no: String,
    /// Its position in the event.
    pub seat_index: u32,
    /// The label of its section.
    pub section: String,
    /// The label of its row.
    pub row: String,
    /// Its number in the row.
    pub number: String,
    /// The key of its price category.
    pub category: String,
    /// What it costs.
    #[schema(example = "45.50")]
    pub price: String,
    /// Where it stands.
    #[schema(example = "available")]
    pub status: String,
}

/// Tickets in seat order, at a version.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Tickets {
    /// The tickets.
    pub items: Vec<Ticket>,
    /// How many there are in all.
    pub total: i64,
    /// The version they are those of.
    pub version: u64,
    /// The history the version belongs to.
    pub epoch: String,
}

/// A price category.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeatmapCategory {
    /// What prices and tickets call it.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// `#rrggbb`.
    pub color: String,
    /// What its seats cost.
    pub price: String,
}

/// The geometry of an event and its prices; columns are in seat order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Seatmap<'a> {
    /// The digest of all this.
    pub layout: &'a str,
    /// ISO 4217.
    pub currency: &'a str,
    /// Price categories.
    pub categories: Vec<SeatmapCategory>,
    /// The storeys, lowest first; left out where sections come in that order.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub floors: &'a [String],
    /// Sections with their outlines, closed polygons in centimetres.
    #[schema(value_type = Vec<Object>)]
    pub sections: &'a [crate::domain::layout::Section],
    /// Parts of the house with a point of their own to look at.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub zones: &'a [crate::domain::layout::Zone],
    /// What everybody looks at whose section's zone has no point of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<[i32; 2]>,
    /// Rows; `seat_no` is a row's `prefix` and the seat's `number`.
    #[schema(value_type = Vec<Object>)]
    pub rows: &'a [crate::domain::layout::Row],
    /// Seats, ascending, with a gap before them within their row: all others of a row are neighbours
    /// of those before them.
    pub breaks: Vec<u32>,
    /// Tables and booths: their seats are a row.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub tables: &'a [crate::domain::layout::Table],
    /// General admission areas.
    #[schema(value_type = Vec<Object>)]
    pub areas: &'a [crate::domain::layout::Area],
    /// The stage and other shapes to draw.
    #[schema(value_type = Vec<Object>)]
    pub shapes: &'a [crate::domain::layout::Shape],
    /// What is written on the map.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub texts: &'a [crate::domain::layout::Text],
    /// A picture below everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub background: Option<&'a crate::domain::layout::Background>,
    /// Centimetres to the right.
    pub x: &'a [i32],
    /// Centimetres down.
    pub y: &'a [i32],
    /// Index into `categories`.
    pub category: &'a [u16],
    /// The number within the row.
    pub number: &'a [String],
    /// 1 wheelchair space, 2 companion, 4 restricted view, 8 aisle, 16 hearing loop,
    /// 32 lift-up armrest, 64 for people of size, 128 without steps.
    pub flags: &'a [u8],
}

/// One step of one seat.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The version it belongs to.
    pub version: u64,
    /// The seat's label.
    pub seat_no: String,
    /// The seat's position.
    pub seat_index: u32,
    /// Where it stood.
    pub from: String,
    /// Where it went.
    pub to: String,
    /// What made it go.
    #[schema(example = "lock")]
    pub cause: String,
    /// Who did it; null for the clock and for organisers nobody named.
    pub actor: Option<i64>,
    /// The request that did it.
    pub request_id: Option<String>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// The booking that was made, paid, called off or ran out.
    pub booking_id: Option<i64>,
    /// When.
    pub at: Time,
}
