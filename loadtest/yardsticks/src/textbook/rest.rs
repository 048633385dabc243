//! The routes: each takes a connection, runs one transaction, answers in the server's JSON.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use deadpool_postgres::Object;
use jiff::Timestamp;
use seatmap::protocol::rest::booking::{Booking, ConfirmBooking, NewBooking};
use seatmap::protocol::rest::hold::{Hold, NewHold};
use seatmap::protocol::rest::seat::{LockedSeat, UnlockedSeat};
use seatmap::protocol::rest::time::Time;
use serde_json::{Value, json};

use super::failure::Failure;
use super::transaction::{self, Booked, Held};
use super::{Seats, Shared};

/// Seats that one request may hold; a notification can't carry many more.
const HOLD_SEATS_MAX: usize = 200;
/// Seats an event may have.
const EVENT_SEATS_MAX: u64 = 200_000;

/// Who asks.
pub(super) struct Caller(String);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let session = parts.headers.get("x-session-id").and_then(|value| value.to_str().ok());
        session.map(|name| Self(name.to_owned())).ok_or(Failure::CallerUnknown)
    }
}

async fn connection(app: &Shared) -> Result<Object, Failure> {
    match &app.seats {
        Seats::Database(pool) => Ok(pool.get().await?),
        Seats::Board(_) => Err(Failure::Invalid("started without a database")),
    }
}

pub(super) async fn create_event(
    State(app): State<Shared>,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let seats = body["total_tickets"].as_u64().filter(|n| (1..=EVENT_SEATS_MAX).contains(n));
    let seats = seats.ok_or(Failure::Invalid("total_tickets"))? as i32;
    let mut client = connection(&app).await?;
    let id = transaction::create_event(
        &mut client,
        &[&text("name"), &text("venue"), &text("price")],
        seats,
    )
    .await?;
    let event = json!({ "id": id, "name": text("name"), "venue": text("venue"), "version": 0,
        "total_tickets": seats, "available_tickets": seats });
    Ok((StatusCode::CREATED, Json(event)))
}

pub(super) async fn lock(
    State(app): State<Shared>,
    Path((event, seat_no)): Path<(i64, String)>,
    Caller(caller): Caller,
) -> Result<Json<LockedSeat>, Failure> {
    let mut client = connection(&app).await?;
    let held = transaction::hold(&mut client, event, &caller, vec![seat_no.clone()]).await?;
    Ok(Json(LockedSeat {
        hold_id: held.id,
        seat_no,
        status: "locked".to_owned(),
        price: Some(held.price),
        currency: "EUR".to_owned(),
        expires_at: Time(held.expires_at),
        version: held.version as u64,
    }))
}

pub(super) async fn unlock(
    State(app): State<Shared>,
    Path((event, seat_no)): Path<(i64, String)>,
    Caller(caller): Caller,
) -> Result<Json<UnlockedSeat>, Failure> {
    let mut client = connection(&app).await?;
    let version = transaction::unlock(&mut client, event, &caller, &seat_no).await?;
    Ok(Json(UnlockedSeat { seat_no, status: "available".to_owned(), version: version as u64 }))
}

pub(super) async fn hold(
    State(app): State<Shared>,
    Path(event): Path<i64>,
    Caller(caller): Caller,
    Json(body): Json<NewHold>,
) -> Result<(StatusCode, Json<Hold>), Failure> {
    let seats = body.seats.unwrap_or_default();
    if !(1..=HOLD_SEATS_MAX).contains(&seats.len()) {
        return Err(Failure::Invalid("seats"));
    }
    let mut client = connection(&app).await?;
    let Held { id, seats, price, expires_at, version } =
        transaction::hold(&mut client, event, &caller, seats).await?;
    let hold = Hold {
        id,
        event_id: event,
        price_total: total(&price, seats.len()),
        prices: vec![price; seats.len()],
        seats,
        currency: "EUR".to_owned(),
        status: "active".to_owned(),
        expires_at: Time(expires_at),
        version: version as u64,
    };
    Ok((StatusCode::CREATED, Json(hold)))
}

pub(super) async fn book(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Json(body): Json<NewBooking>,
) -> Result<(StatusCode, Json<Booking>), Failure> {
    let hold = body.hold_id.ok_or(Failure::Invalid("hold_id"))?;
    let mut client = connection(&app).await?;
    let booked = transaction::book(&mut client, body.event_id, &caller, hold).await?;
    Ok((StatusCode::CREATED, Json(booking(booked))))
}

pub(super) async fn confirm(
    State(app): State<Shared>,
    Path(id): Path<i64>,
    Caller(caller): Caller,
    body: Option<Json<ConfirmBooking>>,
) -> Result<Json<Booking>, Failure> {
    let reference = body.and_then(|Json(body)| body.payment_reference);
    let mut client = connection(&app).await?;
    let booked = transaction::confirm(&mut client, id, &caller, reference).await?;
    Ok(Json(booking(booked)))
}

fn booking(booked: Booked) -> Booking {
    let ticket = |seat: &i32| booked.event * 1_000_000 + i64::from(*seat);
    Booking {
        checked_in: Vec::new(),
        id: booked.id,
        booking_ref: booked.reference,
        user_id: 0,
        event_id: booked.event,
        ticket_ids: booked.seats.iter().map(|(seat, _)| ticket(seat)).collect(),
        quantity: booked.seats.len(),
        total_amount: total(&booked.price, booked.seats.len()),
        seat_nos: booked.seats.into_iter().map(|(_, seat_no)| seat_no).collect(),
        currency: "EUR".to_owned(),
        status: booked.status.to_owned(),
        payment_reference: booked.payment_reference,
        customer: Default::default(),
        created_at: Time(booked.created_at),
        expires_at: Time(booked.expires_at),
        version: booked.version as u64,
    }
}

/// A price with two digits, times the seats.
fn total(price: &str, seats: usize) -> String {
    let cents: u64 = price.replace('.', "").parse().unwrap_or(0);
    let cents = cents * seats as u64;
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A moment some seconds from now.
pub(super) fn in_seconds(seconds: i32) -> Timestamp {
    Timestamp::now() + jiff::SignedDuration::from_secs(i64::from(seconds))
}
