//! Events: list, create, read; and the change log for organisers.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::app::{App, AppState, currency_of};
use super::call::{Call, require_organiser_by};
use super::keeping;
use super::maps;
use super::new_event;
use super::params::{Page, PathParam, QueryParams};
use super::problem::{Failure, Reply};
use super::render;
use crate::domain::ids::{BookingId, EventId};
use crate::domain::layout::Layout;
use crate::protocol::live::since::Since;
use crate::protocol::problem::Problem;
use crate::protocol::rest::event::{Change, Event, NewEvent};
use crate::protocol::rest::list::List;
use crate::protocol::rest::time::Time;
use crate::store::changes::{ChangeRecord, Order, Wanted};
use crate::store::events::EventRecord;
use crate::store::kept::Once;

/// All events.
#[utoipa::path(get, path = "/events", tag = "events", params(Page),
    responses((status = 200, body = List<Event>)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    QueryParams(page): QueryParams<Page>,
) -> Reply<Json<List<Event>>> {
    let (limit, offset) = page.bounds()?;
    let (events, total) = app.store.events(limit, offset).await?;
    let mut items = Vec::with_capacity(events.len());
    for event in &events {
        items.push(shown(&app, event).await?);
    }
    Ok(Json(List { items, total }))
}

/// Create an event with all its tickets.
#[utoipa::path(post, path = "/events", tag = "organisers", request_body = NewEvent,
    responses((status = 201, body = Event)))]
pub(crate) async fn create(State(app): State<AppState>, call: Call<NewEvent>) -> Reply<Response> {
    call.require_organiser()?;
    let once = call.once("POST /events");
    let event = match new_event::check(&app, &call.body).await {
        Ok((new, chart, currency)) => {
            let to_json = |event: &_| {
                let event = render::event(event, chart.layout.category_keys(), currency);
                serde_json::to_value(event).unwrap_or_default()
            };
            let created = app.store.create_event(&new, &chart, once.terms(), to_json).await?;
            if let Once::Done(created) = &created {
                maps::prepare(&app, created);
            }
            keeping::answer(created, to_json)?
        }
        Err(refused) => once.refuse(&app, refused).await?,
    };
    let location = format!("/api/v1/events/{}", event["id"]);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(event)).into_response())
}

/// One event.
#[utoipa::path(get, path = "/events/{id}", tag = "events", params(("id" = i64, Path)),
    responses((status = 200, body = Event), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
) -> Reply<Json<Event>> {
    let event = app.event(EventId(id)).await?;
    Ok(Json(shown(&app, &event).await?))
}

/// Prices are told by the chart's categories; the chart itself, with all its seats, isn't read.
async fn shown(app: &App, event: &EventRecord) -> Reply<Event> {
    let keys = app.category_keys(event.chart).await?;
    Ok(render::event(event, keys.iter().map(String::as_str), currency_of(event)?))
}

/// Which part of the change log.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesQuery {
    /// A version, or `epoch.version`; changes after it are listed (default: all).
    #[param(pattern = "^([a-z0-9]{1,16}[.])?[0-9]{1,19}$")]
    since: Option<String>,
    /// How many items: 1–1,000 (default 100).
    #[param(minimum = 1, maximum = 1_000)]
    limit: Option<i64>,
    /// How many items to skip (default 0).
    #[param(minimum = 0)]
    offset: Option<i64>,
    /// `oldest` (default) or `newest` first.
    #[param(pattern = "^(oldest|newest)$")]
    order: Option<String>,
    /// Only what seats did in this booking.
    booking_id: Option<i64>,
}

/// Who changed which seat, why and when.
#[utoipa::path(get, path = "/events/{id}/changes", tag = "organisers",
    params(("id" = i64, Path), ChangesQuery),
    responses((status = 200, body = List<Change>), (status = 404, body = Problem)))]
pub(crate) async fn changes(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(query): QueryParams<ChangesQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<List<Change>>> {
    require_organiser_by(&app, &headers, &uri).await?;
    let after = query.since.as_deref().map_or(Ok(0), version)?;
    let (limit, offset) = Page { limit: query.limit, offset: query.offset }.bounds()?;
    let order = match query.order.as_deref() {
        None | Some("oldest") => Order::OldestFirst,
        Some("newest") => Order::NewestFirst,
        Some(_) => return Err(Failure::unreadable("order", "must be oldest or newest")),
    };
    let facts = app.facts(EventId(id)).await?;
    let page = (limit, offset);
    let booking = query.booking_id.map(BookingId);
    let wanted = Wanted { event: facts.id, booking, after, order };
    let (records, total) = app.store.changes_after(&wanted, page).await?;
    let mut items = Vec::with_capacity(records.len());
    for record in records {
        let chart = app.known_chart(record.chart).await?;
        items.push(change(record, &chart.layout));
    }
    Ok(Json(List { items, total }))
}

fn change(record: ChangeRecord, layout: &Layout) -> Change {
    Change {
        version: record.version,
        seat_no: layout.seat_no(record.seat),
        seat_index: record.seat,
        from: record.from.name().to_owned(),
        to: record.to.name().to_owned(),
        cause: record.cause,
        actor: record.actor.map(|actor| actor.0),
        request_id: record.request_id,
        reason: record.reason,
        booking_id: record.booking.map(|booking| booking.0),
        at: Time(record.at),
    }
}

/// A version, or a position whose epoch doesn't matter for the log.
pub(crate) fn version(since: &str) -> Reply<u64> {
    let bare = since.parse::<u64>().ok();
    let version = bare.or_else(|| since.parse::<Since>().ok().map(|since| since.version));
    version.ok_or_else(|| Failure::unreadable("since", "must be a version or epoch.version"))
}
