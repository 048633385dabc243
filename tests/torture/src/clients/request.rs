//! A call as an HTTP request, and seats by their labels.

use serde_json::{Value, json};

use crate::history::{CHEAP_AT_MOST, Call, Only, PRICES, amount, terms_of};

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
    /// Whether it was made with a chart, and so has two categories and sections with names.
    pub(crate) fn has_chart(self) -> bool {
        self.places + self.table > 0
    }

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
        Call::HoldBest { quantity, only } => {
            let body = json!({ "best_available": best(*quantity, *only) });
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
        Call::Rename { name } => ("PATCH", of_event(""), Some(renamed(on_sale, name))),
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
        Call::CreateChart { name, seats } => made("charts", chart_of(name, *seats)),
        Call::OpenSession => ("POST", "/api/v1/sessions".to_owned(), None),
    };
    Request { method, path, body }
}

/// The categories of charts.
pub(crate) const CATEGORIES: [&str; 2] = ["a", "b"];
/// The sections of charts: of the area, and of all else.
pub(crate) const SECTIONS: [&str; 2] = ["Floor", "Hall"];

/// The best of what will do.
fn best(quantity: u32, only: Option<Only>) -> Value {
    let mut best = json!({ "quantity": quantity });
    let Some(only) = only else { return best };
    let (name, value) = match only {
        Only::Rows => ("category", CATEGORIES[0].into()),
        Only::Others => ("category", CATEGORIES[1].into()),
        Only::Cheap => ("max_price", amount(CHEAP_AT_MOST).into()),
        Only::Floor => ("section", SECTIONS[0].into()),
        Only::Hall => ("section", SECTIONS[1].into()),
        Only::Wheelchair => ("accessible", Value::from(true)),
    };
    best[name] = value;
    best
}

/// A name and, where they belong to it, terms.
fn renamed(on_sale: OnSale, name: &str) -> Value {
    let mut body = json!({ "name": name });
    let Some(terms) = terms_of(name) else { return body };
    let moment = |at: i64| jiff::Timestamp::from_microsecond(at).expect("a time").to_string();
    let names = ["start_time", "end_time", "sales_start", "sales_end"];
    for (name, at) in names.into_iter().zip([terms.times, terms.sales].concat()) {
        body[name] = moment(at).into();
    }
    let [first, second] = terms.prices.map(amount);
    if on_sale.has_chart() {
        body["prices"] = json!({ CATEGORIES[0]: first, CATEGORIES[1]: second });
    } else {
        body["price"] = first.into();
    }
    body
}

/// A chart of one row.
fn chart_of(name: &str, seats: u32) -> Value {
    let row = json!({ "label": "1", "at": [0, 0], "count": seats, "category": CATEGORIES[0] });
    json!({
        "format": "seatmap.chart.v1",
        "name": name,
        "categories": [{ "key": CATEGORIES[0], "label": "All", "color": "#112233" }],
        "sections": [{ "label": SECTIONS[1], "rows": [row] }],
    })
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
        "price": amount(PRICES[0]),
    })
}

fn book(body: Value) -> (&'static str, String, Option<Value>) {
    ("POST", "/api/v1/bookings".to_owned(), Some(body))
}
