//! The door: visitors are let in by the seats of their booking, once each.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};

use super::app::AppState;
use super::bookings::{change, find};
use super::call::{Call, query_user_id, require_organiser};
use super::commands::seats_in_body;
use super::params::{Page, PathParam, QueryParams};
use super::problem::Reply;
use crate::domain::command::Command;
use crate::domain::ids::{BookingId, EventId, SeatIndex};
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
    call.require_organiser()?;
    let booking = BookingId(id);
    let command = match seats(&app, id, &call).await? {
        Ok(seats) => Command::CheckIn { booking, seats },
        Err(refused) => refused,
    };
    change(&app, id, &call, command).await
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
    call.require_organiser()?;
    let booking = BookingId(id);
    let command = match seats(&app, id, &call).await? {
        Ok(seats) => Command::CheckOut { booking, seats },
        Err(refused) => refused,
    };
    change(&app, id, &call, command).await
}

type Named = Result<Option<Vec<SeatIndex>>, Command>;

/// The seats that the body names, or a command that refuses it.
async fn seats(app: &AppState, id: i64, call: &Call<CheckIn>) -> Reply<Named> {
    let Some(labels) = &call.body.seats else { return Ok(Ok(None)) };
    let facts = app.facts(find(app, id).await?.event).await?;
    Ok(seats_in_body(&facts, labels, SEATS_MAX).map(Some).map_err(Command::Refuse))
}

/// Who went in and out of an event, the last first.
#[utoipa::path(get, path = "/events/{id}/check-ins", tag = "organisers",
    params(("id" = i64, Path), Page),
    responses((status = 200, body = List<CheckInStep>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(page): QueryParams<Page>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<List<CheckInStep>>> {
    let identity = app.callers.identify(&headers, query_user_id(&uri)?).await?;
    require_organiser(app.callers.mode, &identity)?;
    let (limit, offset) = page.bounds()?;
    let facts = app.facts(EventId(id)).await?;
    let (records, total) = app.store.door_steps(facts.id, limit, offset).await?;
    let step = |record: StepRecord| CheckInStep {
        booking_id: record.booking.0,
        booking_ref: record.reference,
        seat_no: facts.chart.layout.seat_no(record.seat),
        seat_index: record.seat,
        action: record.way,
        actor: record.actor.map(|actor| actor.0),
        request_id: record.request_id,
        at: Time(record.at),
    };
    Ok(Json(List { items: records.into_iter().map(step).collect(), total }))
}
