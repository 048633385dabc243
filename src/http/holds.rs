//! Holds: several seats at once, read, extended, released.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use serde::Deserialize;

use super::app::{AppState, EventFacts};
use super::call::{Call, is_everybodys, query_user_id};
use super::caller::{Role, nobody_named};
use super::commands::{Done, VERSION_HEADER, carry_out, unexpected, wrong_field};
use super::new_hold;
use super::params::{Page, PathParam, QueryParams};
use super::problem::{Failure, Reply};
use super::render;
use super::text;
use crate::domain::answer::Outcome;
use crate::domain::command::Command;
use crate::domain::hold::HoldStatus;
use crate::domain::ids::{EventId, HoldId, UserId};
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::hold::{ExtendHold, Hold, NewHold};
use crate::protocol::rest::list::List;
use crate::protocol::rest::seat::CallerOnly;
use crate::store::holds::HoldRecord;

/// The longest extension, in seconds: the longest lock.
const EXTEND_SECONDS_MAX: u32 = 7_200;

/// Hold several seats, all or nothing: named ones, places of areas, tables, or the best there are.
#[utoipa::path(post, path = "/events/{id}/holds", tag = "holds", params(("id" = i64, Path)),
    request_body = NewHold,
    responses((status = 201, body = Hold), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn create(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<NewHold>,
) -> Reply<impl IntoResponse> {
    let event = app.facts(EventId(id)).await?.id;
    call.caller()?;
    let command = |facts: &EventFacts| new_hold::command(facts, &call.body);
    let hold = hold_from(carry_out(&app, event, &call, command).await?)?;
    let location = format!("/api/v1/holds/{}", hold.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(hold)))
}

/// A hold; its final status can be read for 24 hours.
#[utoipa::path(get, path = "/holds/{id}", tag = "holds", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Hold), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<uuid::Uuid>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<Hold>> {
    let (caller, role) = caller(&app, &headers, &uri).await?;
    let record = find(&app, id).await?;
    if record.hold.user != caller && !role.is_organiser() {
        return Err(Failure::new(Code::Forbidden, "the hold is another caller's"));
    }
    let facts = app.facts_by(record.event, record.chart).await?;
    Ok(Json(render::hold(&facts, &record.hold, record.version)))
}

/// Make a hold live longer.
#[utoipa::path(patch, path = "/holds/{id}", tag = "holds", params(("id" = uuid::Uuid, Path)),
    request_body = ExtendHold,
    responses((status = 200, body = Hold), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn extend(
    State(app): State<AppState>,
    PathParam(id): PathParam<uuid::Uuid>,
    call: Call<ExtendHold>,
) -> Reply<Json<Hold>> {
    call.caller()?;
    let event = find(&app, id).await?.event;
    let asked = call.body.extend_seconds;
    let command = |_: &EventFacts| {
        let seconds = text::within("extend_seconds", asked, 1, EXTEND_SECONDS_MAX);
        let seconds = seconds.map_err(|wrong| wrong_field(&wrong))?;
        Ok(Command::Extend { hold: HoldId(id), seconds })
    };
    Ok(Json(hold_from(carry_out(&app, event, &call, command).await?)?))
}

/// Give a hold's seats back.
#[utoipa::path(delete, path = "/holds/{id}", tag = "holds", params(("id" = uuid::Uuid, Path)),
    request_body = CallerOnly,
    responses((status = 204, headers(("X-Seatmap-Version" = u64))), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn release(
    State(app): State<AppState>,
    PathParam(id): PathParam<uuid::Uuid>,
    call: Call<CallerOnly>,
) -> Reply<impl IntoResponse> {
    call.caller()?;
    let event = find(&app, id).await?.event;
    let command = |_: &EventFacts| Ok(Command::Release { hold: HoldId(id) });
    let Done { version, .. } = carry_out(&app, event, &call, command).await?;
    Ok((StatusCode::NO_CONTENT, [(VERSION_HEADER, version.to_string())]))
}

/// Which holds to list.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HoldsQuery {
    /// The event.
    event_id: i64,
    /// Organisers: everybody's, newest first, with those that ended within 24 hours.
    all: Option<bool>,
    /// Organisers: everybody's that are `active`, `released`, `expired` or `booked`.
    #[param(pattern = "^(active|released|expired|booked)$")]
    status: Option<String>,
    /// How many items: 1–1,000 (default 100).
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<i64>,
    /// How many items to skip (default 0).
    #[param(minimum = 0)]
    offset: Option<i64>,
}

/// The caller's own active holds of an event, oldest first; for organisers everybody's, newest first,
/// ended ones too.
#[utoipa::path(get, path = "/holds", tag = "holds", params(HoldsQuery),
    responses((status = 200, body = List<Hold>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    QueryParams(query): QueryParams<HoldsQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<List<Hold>>> {
    let mode = app.callers.mode;
    let identity = app.callers.identify(&headers, query_user_id(&uri)?).await?;
    let asked = if query.status.is_some() { Some(true) } else { query.all };
    let all = is_everybodys(mode, &identity, asked)?;
    let status = query.status.as_deref().map(status).transpose()?;
    let (limit, offset) = Page { limit: query.limit, offset: query.offset }.bounds()?;
    let event = EventId(query.event_id);
    let (records, total) = if all {
        let event = app.facts(event).await?.id;
        app.store.find_holds(event, status, limit, offset).await?
    } else {
        let caller = identity.caller.ok_or_else(|| nobody_named(mode))?;
        let event = app.facts(event).await?.id;
        app.store.holds_of(event, caller, limit, offset).await?
    };
    let mut items = Vec::with_capacity(records.len());
    for HoldRecord { event, hold, version, chart } in &records {
        let facts = app.facts_by(*event, *chart).await?;
        items.push(render::hold(&facts, hold, *version));
    }
    Ok(Json(List { items, total }))
}

/// A status by its word.
fn status(word: &str) -> Reply<HoldStatus> {
    HoldStatus::from_name(word)
        .ok_or_else(|| Failure::unreadable("status", "must be active, released, expired or booked"))
}

/// Who reads, and in which role; somebody must be named.
pub(crate) async fn caller(
    app: &AppState,
    headers: &HeaderMap,
    uri: &Uri,
) -> Reply<(UserId, Role)> {
    let identity = app.callers.identify(headers, query_user_id(uri)?).await?;
    let caller = identity.caller.ok_or_else(|| nobody_named(app.callers.mode))?;
    Ok((caller, identity.role))
}

async fn find(app: &AppState, id: uuid::Uuid) -> Reply<HoldRecord> {
    app.store.hold(HoldId(id)).await?.ok_or_else(|| Failure::not_found("hold"))
}

fn hold_from(Done { facts, outcome, version }: Done) -> Reply<Hold> {
    match outcome {
        Outcome::Hold(hold) => Ok(render::hold(&facts, &hold, version)),
        _ => Err(unexpected()),
    }
}
