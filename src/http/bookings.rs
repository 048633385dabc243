//! Bookings: made from locked seats, read, confirmed, cancelled.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use rand::RngExt as _;

use super::app::{AppState, EventFacts};
use super::call::Call;
use super::commands::{Done, carry_out, seats_in_body, unexpected, wrong_field};
use super::holds::caller;
use super::new_hold::{sold_whole, whole_tables};
use super::params::PathParam;
use super::problem::{Failure, Reply};
use super::render;
use super::text::{self, NAME_CHARS_MAX};
use crate::domain::answer::{Outcome, Refusal};
use crate::domain::booking::Customer;
use crate::domain::command::{Book, Command, Selection};
use crate::domain::ids::{BookingId, EventId, HoldId};
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::booking::{
    Booking, CancelBooking, ConfirmBooking, CustomerData, NewBooking,
};
use crate::store::bookings::BookingRecord;

/// How many seats one booking has at most: the largest seat limit an event can have.
const BOOKING_SEATS_MAX: usize = 1_000;

/// How many characters an e-mail address has at most (RFC 5321, 4.5.3.1.3).
pub(crate) const EMAIL_CHARS_MAX: usize = 254;

/// How many characters a telephone number has at most.
pub(crate) const PHONE_CHARS_MAX: usize = 50;

/// The digits of a booking's reference: Crockford's base 32, without what can be mistaken.
const REFERENCE_DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How many of them it has.
const REFERENCE_LENGTH: usize = 8;

/// Book locked seats: those named, those of a hold, or the caller's own by number.
#[utoipa::path(post, path = "/bookings", tag = "bookings", request_body = NewBooking,
    responses((status = 201, body = Booking), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(app): State<AppState>,
    call: Call<NewBooking>,
) -> Reply<impl IntoResponse> {
    let event = app.facts(EventId(call.body.event_id)).await?.id;
    call.caller()?;
    let customer = customer(call.body.customer.as_ref()).map_err(|wrong| wrong_field(&wrong));
    let command = |facts: &EventFacts| {
        let (customer, user) = (customer.clone()?, call.identity.customer);
        let selection = selection(facts, &call.body)?;
        Ok(Command::Book(Book { selection, reference: reference(), user, customer }))
    };
    let booking = booking_from(carry_out(&app, event, &call, command).await?)?;
    app.bookings.insert(call.history, BookingId(booking.id), event);
    let location = format!("/api/v1/bookings/{}", booking.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(booking)))
}

/// A booking of the caller's; for organisers by their token, anybody's.
#[utoipa::path(get, path = "/bookings/{id}", tag = "bookings", params(("id" = i64, Path)),
    responses((status = 200, body = Booking), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<Booking>> {
    let (caller, role) = caller(&app, &headers, &uri).await?;
    let record = find(&app, id).await?;
    if record.booking.owner != caller && !role.is_organiser() {
        return Err(Failure::new(Code::Forbidden, "the booking is another caller's"));
    }
    let facts = app.facts_by(record.event, record.chart).await?;
    Ok(Json(render::booking(&facts, &record.booking, record.version)))
}

/// Payment is done. Again with the same reference: the same answer.
#[utoipa::path(post, path = "/bookings/{id}/confirm", tag = "bookings",
    params(("id" = i64, Path)), request_body = ConfirmBooking,
    responses((status = 200, body = Booking), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn confirm(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<ConfirmBooking>,
) -> Reply<Json<Booking>> {
    call.caller()?;
    let payment = call.body.payment_reference.as_ref();
    let command = match text::optional("payment_reference", payment, NAME_CHARS_MAX) {
        Ok(payment_reference) => Command::Confirm { booking: BookingId(id), payment_reference },
        Err(wrong) => Command::Refuse(wrong_field(&wrong)),
    };
    change(&app, id, &call, |_| Ok(command.clone())).await
}

/// Call a booking off; its seats become available. Twice is a success. Organisers by their token
/// call off anybody's.
#[utoipa::path(post, path = "/bookings/{id}/cancel", tag = "bookings",
    params(("id" = i64, Path)), request_body = CancelBooking,
    responses((status = 200, body = Booking), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn cancel(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<CancelBooking>,
) -> Reply<Json<Booking>> {
    call.caller()?;
    let booking = BookingId(id);
    let reason = text::optional("reason", call.body.reason.as_ref(), NAME_CHARS_MAX);
    let command = match (reason, call.identity.role.is_organiser()) {
        (Err(wrong), _) => Command::Refuse(wrong_field(&wrong)),
        (Ok(reason), true) => Command::CallOff { booking, reason },
        (Ok(None), false) => Command::Cancel { booking },
        (Ok(Some(_)), false) => Command::Refuse(Refusal::Invalid {
            field: "reason".to_owned(),
            detail: "only organisers, by their token, give a reason".to_owned(),
        }),
    };
    change(&app, id, &call, |_| Ok(command.clone())).await
}

/// Has a booking's event carry out what `command` makes by its chart.
pub(crate) async fn change<T>(
    app: &AppState,
    id: i64,
    call: &Call<T>,
    command: impl Fn(&EventFacts) -> Result<Command, Refusal>,
) -> Reply<Json<Booking>> {
    let id = BookingId(id);
    if let Some(event) = app.bookings.get(&id) {
        match change_in(app, event, call, &command).await {
            // A database restored from a backup gives its ids out again, perhaps in other events.
            Err(failure) if failure.0.code == Code::NotFound => app.bookings.remove(&id),
            answered => return answered,
        };
    }
    let history = app.bookings.history();
    let event = find(app, id.0).await?.event;
    app.bookings.insert(history, id, event);
    change_in(app, event, call, &command).await
}

async fn change_in<T>(
    app: &AppState,
    event: EventId,
    call: &Call<T>,
    command: impl Fn(&EventFacts) -> Result<Command, Refusal>,
) -> Reply<Json<Booking>> {
    Ok(Json(booking_from(carry_out(app, event, call, command).await?)?))
}

async fn find(app: &AppState, id: i64) -> Reply<BookingRecord> {
    app.store.booking(BookingId(id)).await?.ok_or_else(|| Failure::not_found("booking"))
}

fn booking_from(Done { facts, outcome, version }: Done) -> Reply<Booking> {
    match outcome {
        Outcome::Booking(booking) => Ok(render::booking(&facts, &booking, version)),
        _ => Err(unexpected()),
    }
}

/// Which seats the body means. Exactly one way of naming them, and a number that agrees.
fn selection(facts: &EventFacts, body: &NewBooking) -> Result<Selection, Refusal> {
    let invalid = |field: &str, detail: &str| Refusal::Invalid {
        field: field.to_owned(),
        detail: detail.to_owned(),
    };
    if body.quantity == Some(0) {
        return Err(invalid("quantity", "must be at least 1"));
    }
    match (&body.seats, body.hold_id, body.quantity) {
        (Some(_), Some(_), _) => Err(invalid("hold_id", "can't be combined with seats")),
        (Some(labels), None, quantity) => {
            let seats = seats_in_body(facts, labels, BOOKING_SEATS_MAX)?;
            if quantity.is_some_and(|quantity| quantity as usize != seats.len()) {
                return Err(invalid("quantity", "must be the number of seats, or left out"));
            }
            whole_tables(facts, &seats)?;
            Ok(Selection::Seats(seats))
        }
        (None, Some(_), Some(_)) => Err(invalid("quantity", "can't be combined with hold_id")),
        (None, Some(hold), None) => Ok(Selection::Hold(HoldId(hold))),
        (None, None, Some(quantity)) => Ok(match sold_whole(facts) {
            tables if tables.is_empty() => Selection::Quantity(quantity),
            tables => Selection::QuantityWhole { quantity, tables },
        }),
        (None, None, None) => Err(invalid("seats", "name seats, hold_id or quantity")),
    }
}

fn customer(data: Option<&CustomerData>) -> Reply<Customer> {
    let Some(data) = data else { return Ok(Customer::default()) };
    Ok(Customer {
        name: text::optional("customer.name", data.name.as_ref(), NAME_CHARS_MAX)?,
        email: text::optional("customer.email", data.email.as_ref(), EMAIL_CHARS_MAX)?,
        phone: text::optional("customer.phone", data.phone.as_ref(), PHONE_CHARS_MAX)?,
    })
}

fn reference() -> String {
    let mut chance = rand::rng();
    let digit = |_| char::from(REFERENCE_DIGITS[chance.random_range(0..REFERENCE_DIGITS.len())]);
    let digits: String = (0..REFERENCE_LENGTH).map(digit).collect();
    format!("SM-{digits}")
}
