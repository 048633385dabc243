//! An event's past, for organisers: its change sets to be played one after another, and its map at
//! any version.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::Deserialize;

use super::app::AppState;
use super::call::require_organiser_by;
use super::events::version;
use super::params::{PathParam, QueryParams};
use super::problem::{Failure, Reply};
use crate::domain::ids::EventId;
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::history::{History, HistoryFrame, PastMap};
use crate::protocol::rest::time::Time;
use crate::store::history::PastChange;

/// How many versions a page has unless asked otherwise.
const VERSIONS_DEFAULT: u32 = 1_000;

/// How many versions a page has at most.
const VERSIONS_MAX: u32 = 10_000;

/// Which part of the past.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// A version, or `epoch.version`; what came after it is told (default: 0).
    #[param(pattern = "^([a-z0-9]{1,16}[.])?[0-9]{1,19}$")]
    since: Option<String>,
    /// How many versions: 1–10,000 (default 1,000); fewer when they hold more than 50,000 changes.
    #[param(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
}

/// What changed, version by version, since the event has its chart.
#[utoipa::path(get, path = "/events/{id}/history", tag = "organisers",
    params(("id" = i64, Path), HistoryQuery),
    responses((status = 200, body = History), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(query): QueryParams<HistoryQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<History>> {
    require_organiser_by(&app, &headers, &uri).await?;
    let since = query.since.as_deref().map_or(Ok(0), version)?;
    let limit = query.limit.unwrap_or(VERSIONS_DEFAULT);
    if !(1..=VERSIONS_MAX).contains(&limit) {
        let detail = format!("must be between 1 and {VERSIONS_MAX}");
        return Err(Failure::unreadable("limit", detail));
    }
    // First the event: what is committed meanwhile is above its version, and told with the next page.
    let event = app.event(EventId(id)).await?;
    let from = since.max(event.chart_since.saturating_sub(1));
    let changes = app.store.history_after(event.id, from, limit).await?;
    let frame = |change: PastChange| HistoryFrame {
        version: change.version,
        at: Time(change.at),
        changes: change.changes,
    };
    let known = |frame: &HistoryFrame| frame.version <= event.version;
    let frames: Vec<_> = changes.into_iter().map(frame).take_while(known).collect();
    // A chart that came into force while every seat was available is a version without changes.
    let none_until = from.max(event.version.min(from.saturating_add(u64::from(limit))));
    Ok(Json(History {
        event_id: event.id.0,
        epoch: event.epoch,
        layout: event.layout,
        seats: event.total_tickets,
        from,
        version: frames.last().map_or(none_until, |last| last.version),
        current: event.version,
        frames,
    }))
}

/// The map as it was at a version since the event has its chart.
#[utoipa::path(get, path = "/events/{id}/history/{version}", tag = "organisers",
    params(("id" = i64, Path), ("version" = u64, Path, example = 0)),
    responses((status = 200, body = PastMap), (status = 404, body = Problem)))]
pub(crate) async fn map(
    State(app): State<AppState>,
    PathParam((id, version)): PathParam<(i64, u64)>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<PastMap>> {
    require_organiser_by(&app, &headers, &uri).await?;
    let event = app.event(EventId(id)).await?;
    if version > event.version {
        return Err(Failure::not_found("version of this event"));
    }
    if version < event.chart_since {
        let detail = format!(
            "the event's chart is in force since version {}: there is no map by it before",
            event.chart_since
        );
        return Err(Failure::new(Code::NotFound, detail));
    }
    let seats = event.total_tickets;
    let place = (version, event.chart_since);
    let (statuses, at) = app.store.statuses_at(event.id, place, seats).await?;
    Ok(Json(PastMap {
        event_id: event.id.0,
        epoch: event.epoch,
        layout: event.layout,
        seats,
        version,
        at: at.map(Time),
        statuses,
    }))
}
