//! The door: visitors are let in by the seats of their booking, once each.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;

use super::app::{AppState, EventFacts};
use super::bookings::change;
use super::call::{Call, require_organiser_by};
use super::commands::seats_in_body;
use super::params::{Page, PathParam, QueryParams};
use super::problem::Reply;
use crate::domain::command::Command;
use crate::domain::ids::{BookingId, EventId, SeatIndex};
use crate::domain::layout::Layout;
use crate::protocol::problem::Problem;
use crate::protocol::rest::booking::Booking;
use crate::protocol::rest::check_in::{CheckIn, CheckInStep};
use crate::protocol::rest::list::List;
use crate::protocol::rest::time::Time;
use crate::store::door::StepRecord;

/// How many seats one call names at most: the largest seat limit an event can have.
const SEATS_MAX: usize = 1_000;

/// Let visitors in, all or nothing. The code on a ticket is the booking's reference.
#[utoipa::path(post, path = "/bookings/{id}/check-in", tag = "organisers",
    params(("id" = i64, Path)), request_body = CheckIn,
    responses((status = 200, body = Booking), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn check_in(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<CheckIn>,
) -> Reply<Json<Booking>> {
    pass(&app, id, &call, |booking, seats| Command::CheckIn { booking, seats }).await
}

/// Take a check-in back, all or nothing.
#[utoipa::path(delete, path = "/bookings/{id}/check-in", tag = "organisers",
    params(("id" = i64, Path)), request_body = CheckIn,
    responses((status = 200, body = Booking), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn undo(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<CheckIn>,
) -> Reply<Json<Booking>> {
    pass(&app, id, &call, |booking, seats| Command::CheckOut { booking, seats }).await
}

/// Carries out a command about the seats that the body names, or about all of the booking.
async fn pass(
    app: &AppState,
    id: i64,
    call: &Call<CheckIn>,
    command: fn(BookingId, Option<Vec<SeatIndex>>) -> Command,
) -> Reply<Json<Booking>> {
    call.require_organiser()?;
    let command = |facts: &EventFacts| {
        let labels = call.body.seats.as_ref();
        let seats = labels.map(|labels| seats_in_body(facts, labels, SEATS_MAX)).transpose()?;
        Ok(command(BookingId(id), seats))
    };
    change(app, id, call, command).await
}

/// Which steps at the door.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StepsQuery {
    /// How many items: 1–1,000 (default 100).
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<i64>,
    /// How many items to skip (default 0).
    #[param(minimum = 0)]
    offset: Option<i64>,
    /// Only of this booking.
    booking_id: Option<i64>,
}

/// Who went in and out of an event, the last first.
#[utoipa::path(get, path = "/events/{id}/check-ins", tag = "organisers",
    params(("id" = i64, Path), StepsQuery),
    responses((status = 200, body = List<CheckInStep>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(query): QueryParams<StepsQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<List<CheckInStep>>> {
    require_organiser_by(&app, &headers, &uri).await?;
    let page = Page { limit: query.limit, offset: query.offset }.bounds()?;
    let facts = app.facts(EventId(id)).await?;
    let booking = query.booking_id.map(BookingId);
    let (records, total) = app.store.door_steps(facts.id, booking, page).await?;
    let mut items = Vec::with_capacity(records.len());
    for record in records {
        let chart = app.known_chart(record.chart).await?;
        items.push(step(record, &chart.layout));
    }
    Ok(Json(List { items, total }))
}

fn step(record: StepRecord, layout: &Layout) -> CheckInStep {
    CheckInStep {
        booking_id: record.booking.0,
        booking_ref: record.reference,
        seat_no: layout.seat_no(record.seat),
        seat_index: record.seat,
        action: record.way,
        actor: record.actor.map(|actor| actor.0),
        request_id: record.request_id,
        at: Time(record.at),
    }
}
