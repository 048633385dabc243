//! A call as an HTTP request, and seats by their labels.

use serde_json::{Value, json};

use crate::history::{Call, times_of};

/// A request to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

/// The area whose places come before all seats, in events that have one.
pub(crate) const AREA: &str = "Pit";

/// The table that is sold whole, in events that have one; its seats come last.
pub(crate) const TABLE: &str = "T1";

/// An event as its requests name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OnSale {
    pub(crate) id: i64,
    /// How many places its area has, if any.
    pub(crate) places: u32,
    /// How many seats its table has, if any.
    pub(crate) table: u32,
}

impl OnSale {
    /// The label of a seat or a place.
    pub(crate) fn label(self, seat: u32) -> String {
        if seat < self.places {
            format!("{AREA}-{:04}", seat + 1)
        } else {
            format!("S{:03}", seat + 1)
        }
    }
}

/// The seat of a label.
pub(crate) fn seat(label: &str) -> Option<u32> {
    let place = label.strip_prefix(AREA).and_then(|rest| rest.strip_prefix('-'));
    place.or_else(|| label.strip_prefix('S'))?.parse::<u32>().ok()?.checked_sub(1)
}

pub(crate) fn request(on_sale: OnSale, call: &Call) -> Request {
    let event = on_sale.id;
    let label = |seat: u32| on_sale.label(seat);
    let labels = |seats: &[u32]| seats.iter().copied().map(label).collect::<Vec<_>>();
    let of_event = |rest: &str| format!("/api/v1/events/{event}{rest}");
    let get = |path: String| ("GET", path, None);
    let (method, path, body) = match call {
        Call::Lock { seat } => ("POST", of_event(&format!("/seats/{}/lock", label(*seat))), None),
        Call::Unlock { seat } => {
            ("POST", of_event(&format!("/seats/{}/unlock", label(*seat))), None)
        }
        Call::Hold { seats } => ("POST", of_event("/holds"), Some(json!({"seats": labels(seats)}))),
        Call::HoldBest { quantity } => {
            let body = json!({ "best_available": { "quantity": quantity } });
            ("POST", of_event("/holds"), Some(body))
        }
        Call::HoldPlaces { quantity } => {
            let body = json!({ "areas": [{ "area": AREA, "quantity": quantity }] });
            ("POST", of_event("/holds"), Some(body))
        }
        Call::HoldTable => ("POST", of_event("/holds"), Some(json!({ "tables": [TABLE] }))),
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
        Call::Cancel { booking } | Call::CallOff { booking } => {
            ("POST", format!("/api/v1/bookings/{booking}/cancel"), None)
        }
        Call::CheckIn { booking, seats } | Call::CheckOut { booking, seats } => {
            let method = if matches!(call, Call::CheckIn { .. }) { "POST" } else { "DELETE" };
            let body = seats.as_ref().map(|seats| json!({ "seats": labels(seats) }));
            (method, format!("/api/v1/bookings/{booking}/check-in"), body)
        }
        Call::ReadBooking { booking } | Call::InspectBooking { booking } => {
            get(format!("/api/v1/bookings/{booking}"))
        }
        Call::Block { seats } => {
            ("POST", of_event("/block"), Some(json!({"seats": labels(seats)})))
        }
        Call::Unblock { seats } => {
            ("POST", of_event("/unblock"), Some(json!({"seats": labels(seats)})))
        }
        Call::Rename { name } => ("PATCH", of_event(""), Some(renamed(name))),
        Call::ReadEvent => get(of_event("")),
        Call::ReadAvailableTickets => get(of_event("/tickets")),
        Call::ReadTickets => get(of_event("/tickets/all")),
        Call::ReadAvailability => get(of_event("/availability")),
        Call::ReadPast { version } => get(of_event(&format!("/history/{version}"))),
        Call::ReadSince { epoch, version, .. } => {
            get(of_event(&format!("/availability?since={epoch}.{version}")))
        }
        Call::CreateEvent { name, seats } => made("events", event_of(name, *seats)),
        Call::CreateUser { name } => {
            made("users", json!({ "name": name, "email": "visitor@example.org" }))
        }
    };
    Request { method, path, body }
}

/// A name and, where one belongs to it, a time.
fn renamed(name: &str) -> Value {
    let mut body = json!({ "name": name });
    let moment = |at| jiff::Timestamp::from_microsecond(at).map(|at| at.to_string());
    if let Some([Ok(begins), Ok(ends)]) = times_of(name).map(|times| times.map(moment)) {
        body["start_time"] = begins.into();
        body["end_time"] = ends.into();
    }
    body
}

fn made(what: &str, body: Value) -> (&'static str, String, Option<Value>) {
    ("POST", format!("/api/v1/{what}"), Some(body))
}

fn event_of(name: &str, seats: u32) -> Value {
    let mut body = new_event(name);
    body["total_tickets"] = seats.into();
    body
}

/// An event to be made, but for how many seats it has.
pub(crate) fn new_event(name: &str) -> Value {
    json!({
        "name": name,
        "venue": "Playhouse",
        "start_time": "2099-05-01T19:30:00Z",
        "end_time": "2099-05-01T22:00:00Z",
        "price": "45.50",
    })
}

fn book(body: Value) -> (&'static str, String, Option<Value>) {
    ("POST", "/api/v1/bookings".to_owned(), Some(body))
}
