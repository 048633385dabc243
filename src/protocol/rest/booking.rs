//! Bookings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check_in::CheckedIn;
use super::time::Time;
use super::{object, present};

/// Locked seats to book: those named, those of a hold, or the caller's own by number.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "event_id": 1, "quantity": 2 }))]
pub struct NewBooking {
    /// The event.
    pub event_id: i64,
    /// Exactly these, by label.
    #[serde(default, deserialize_with = "present")]
    pub seats: Option<Vec<String>>,
    /// Those of this hold.
    #[serde(default, deserialize_with = "present")]
    pub hold_id: Option<uuid::Uuid>,
    /// This many of the caller's own locked seats, in seat order.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 1, maximum = 1_000)]
    pub quantity: Option<u32>,
    /// Whom the booking is for.
    #[serde(default, deserialize_with = "object")]
    pub customer: Option<CustomerData>,
    /// Who asks, in open mode without a session; with one, the customer's user record.
    pub user_id: Option<i64>,
}

/// Whom a booking is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerData {
    /// Full name; up to 200 characters.
    pub name: Option<String>,
    /// E-mail address; up to 254 characters.
    pub email: Option<String>,
    /// Telephone number; up to 50 characters.
    pub phone: Option<String>,
}

/// Payment is done.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "payment_reference": "pay-77" }))]
pub struct ConfirmBooking {
    /// What the payment is called; 1–200 characters.
    pub payment_reference: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A booking to call off.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct CancelBooking {
    /// Why, for the change log; 1–200 characters.
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Booking {
    /// Its id.
    pub id: i64,
    /// `SM-` and eight characters of Crockford base 32.
    #[schema(example = "SM-7K3Q9ZXB")]
    pub booking_ref: String,
    /// The customer recorded on it.
    pub user_id: i64,
    /// Its event.
    pub event_id: i64,
    /// The labels of its seats, in seat order.
    pub seat_nos: Vec<String>,
    /// The ids of its tickets, in seat order.
    pub ticket_ids: Vec<i64>,
    /// How many seats it has.
    pub quantity: usize,
    /// What they cost together.
    #[schema(example = "91.00")]
    pub total_amount: String,
    /// ISO 4217.
    pub currency: String,
    /// `pending`, `confirmed`, `cancelled` or `expired`.
    pub status: String,
    /// What the payment is called, once confirmed.
    pub payment_reference: Option<String>,
    /// Whom it is for, as far as was told.
    pub customer: CustomerData,
    /// Its seats whose visitors are in, in seat order.
    pub checked_in: Vec<CheckedIn>,
    /// When it was made.
    pub created_at: Time,
    /// Until when payment is due.
    pub expires_at: Time,
    /// The version at which its last change can be seen.
    pub version: u64,
}
