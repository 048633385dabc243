//! A call as an HTTP request, and seats by their labels.

use serde_json::{Value, json};

use crate::history::Call;

/// A request to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

/// The label of a seat in an event that was made without a chart.
pub(crate) fn label(seat: u32) -> String {
    format!("S{:03}", seat + 1)
}

/// The seat of a label.
pub(crate) fn seat(label: &str) -> Option<u32> {
    label.strip_prefix('S')?.parse::<u32>().ok()?.checked_sub(1)
}

pub(crate) fn request(event: i64, call: &Call) -> Request {
    let labels = |seats: &[u32]| seats.iter().copied().map(label).collect::<Vec<_>>();
    let of_event = |rest: &str| format!("/api/v1/events/{event}{rest}");
    let get = |path: String| ("GET", path, None);
    let (method, path, body) = match call {
        Call::Lock { seat } => ("POST", of_event(&format!("/seats/{}/lock", label(*seat))), None),
        Call::Unlock { seat } => {
            ("POST", of_event(&format!("/seats/{}/unlock", label(*seat))), None)
        }
        Call::Hold { seats } => ("POST", of_event("/holds"), Some(json!({"seats": labels(seats)}))),
        Call::Extend { hold, seconds } => {
            let body = json!({ "extend_seconds": seconds });
            ("PATCH", format!("/api/v1/holds/{hold}"), Some(body))
        }
        Call::Release { hold } => ("DELETE", format!("/api/v1/holds/{hold}"), None),
        Call::ReadHold { hold } => get(format!("/api/v1/holds/{hold}")),
        Call::BookSeats { seats } => book(json!({"event_id": event, "seats": labels(seats)})),
        Call::BookHold { hold } => book(json!({ "event_id": event, "hold_id": hold })),
        Call::BookQuantity { quantity } => book(json!({"event_id": event, "quantity": quantity})),
        Call::Confirm { booking, reference } => {
            let body = reference.as_ref().map(|name| json!({ "payment_reference": name }));
            ("POST", format!("/api/v1/bookings/{booking}/confirm"), body)
        }
        Call::Cancel { booking } => ("POST", format!("/api/v1/bookings/{booking}/cancel"), None),
        Call::ReadBooking { booking } => get(format!("/api/v1/bookings/{booking}")),
        Call::Block { seats } => {
            ("POST", of_event("/block"), Some(json!({"seats": labels(seats)})))
        }
        Call::Unblock { seats } => {
            ("POST", of_event("/unblock"), Some(json!({"seats": labels(seats)})))
        }
        Call::ReadEvent => get(of_event("")),
        Call::ReadAvailableTickets => get(of_event("/tickets")),
        Call::ReadTickets => get(of_event("/tickets/all")),
        Call::ReadAvailability => get(of_event("/availability")),
    };
    Request { method, path, body }
}

fn book(body: Value) -> (&'static str, String, Option<Value>) {
    ("POST", "/api/v1/bookings".to_owned(), Some(body))
}
