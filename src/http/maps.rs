//! What a map is drawn from: geometry with prices, and the tickets with their statuses.

use std::io::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize, Serializer};

use super::app::{App, AppState, currency_of};
use super::large;
use super::packed::Packed;
use super::params::{Page, PathParam, QueryParams};
use super::problem::{Failure, Reply};
use super::render;
use crate::domain::ids::{EventId, SeatIndex};
use crate::domain::layout::{LAYOUT_SEATS_MAX, Layout};
use crate::domain::money::Currency;
use crate::domain::seat::SeatStatus;
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::event::{Seatmap, SeatmapCategory, Ticket, Tickets};
use crate::store::events::{EventRecord, SeatStatuses};

/// Under its layout's name a map never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Maps of fewer seats are compressed in a few milliseconds, so who asks first may do it.
const PREPARED_SEATS_MIN: u32 = 5_000;

/// How often an event is read again whose layout changes between two reads.
const LAYOUTS_MAX: usize = 4;

/// So many tickets are a large answer; fewer are made in a few milliseconds.
const LARGE_TICKETS_MIN: usize = 2_000;

/// Without a name it may change any time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SeatmapQuery {
    /// The layout's name as in `hello` and the event; with it the answer is immutable.
    layout: Option<String>,
}

/// The geometry of an event and its prices.
#[utoipa::path(get, path = "/events/{id}/seatmap", tag = "maps",
    params(("id" = i64, Path), SeatmapQuery,
           ("if-none-match" = Option<String>, Header, description = "ETags that are known already")),
    responses((status = 200, body = Seatmap<'static>, headers(("ETag" = String))),
              (status = 304, headers(("ETag" = String))),
              (status = 404, body = Problem)))]
pub(crate) async fn seatmap(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(query): QueryParams<SeatmapQuery>,
    headers: HeaderMap,
) -> Reply<Response> {
    let event = app.event(EventId(id)).await?;
    let cache = match query.layout {
        Some(layout) if layout == event.layout => FOR_EVER,
        Some(_) => return Err(Failure::not_found("layout of this event")),
        None => ASK_AGAIN,
    };
    let etag = format!("\"{}\"", event.layout);
    let tag = HeaderValue::from_str(&etag).unwrap_or(ASK_AGAIN);
    let answer_headers = [(header::ETAG, tag), (header::CACHE_CONTROL, cache)];
    if matches(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, answer_headers).into_response());
    }
    let packed = packed(&app, &event).await?;
    Ok((answer_headers, packed.answer(&headers)).into_response())
}

/// An event's map in every coding, from memory; the first who asks for it makes it, and the others
/// wait for that.
async fn packed(app: &App, event: &EventRecord) -> Reply<Arc<Packed>> {
    let made = async {
        let chart = app.known_chart(event.chart).await?;
        let map = render_seatmap(event, &chart.layout, currency_of(event)?);
        let plain = serde_json::to_vec(&map).map_err(|error| {
            Failure::new(Code::Internal, format!("the map can't be written: {error}"))
        })?;
        let packed = tokio::task::spawn_blocking(|| Packed::new(plain)).await;
        let packed =
            packed.map_err(|_| Failure::new(Code::Internal, "the map can't be compressed"))?;
        Ok::<_, Failure>(Arc::new(packed))
    };
    app.seatmaps.get_or_insert_async(&event.layout, made).await
}

/// Has a large map compressed before anybody asks for it. Should it fail, who asks first makes it.
pub(super) fn prepare(app: &AppState, event: &EventRecord) {
    if event.total_tickets < PREPARED_SEATS_MIN {
        return;
    }
    let (app, event) = (Arc::clone(app), event.clone());
    tokio::spawn(async move {
        if packed(&app, &event).await.is_err() {
            tracing::warn!(event.id = event.id.0, "a map can't be prepared");
        }
    });
}

/// Whether `If-None-Match` names the tag. Compared weakly: a compressed answer's is weak.
fn matches(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = known.unwrap_or("").split(',').map(str::trim);
    known.into_iter().any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn render_seatmap<'a>(
    event: &'a EventRecord,
    layout: &'a Layout,
    currency: Currency,
) -> Seatmap<'a> {
    let priced = layout.categories.iter().zip(&event.prices);
    let category = |(category, price): (&crate::domain::layout::Category, &i64)| SeatmapCategory {
        key: category.key.clone(),
        label: category.label.clone(),
        color: category.color.clone(),
        price: currency.format(*price),
    };
    Seatmap {
        layout: &event.layout,
        currency: &event.currency,
        categories: priced.map(category).collect(),
        floors: &layout.floors,
        sections: &layout.sections,
        zones: &layout.zones,
        focal_point: layout.focal_point,
        rows: &layout.rows,
        breaks: layout.breaks(),
        tables: &layout.tables,
        areas: &layout.areas,
        shapes: &layout.shapes,
        texts: &layout.texts,
        background: layout.background.as_ref(),
        x: &layout.x,
        y: &layout.y,
        category: &layout.category,
        number: &layout.number,
        flags: &layout.flags,
    }
}

/// The available tickets, in seat order.
#[utoipa::path(get, path = "/events/{id}/tickets", tag = "maps",
    params(("id" = i64, Path),
           ("limit" = Option<i64>, Query, minimum = 1, maximum = 200_000,
            description = "How many items (default: all)"),
           ("offset" = Option<i64>, Query, minimum = 0,
            description = "How many items to skip (default 0)")),
    responses((status = 200, body = Tickets), (status = 404, body = Problem)))]
pub(crate) async fn available_tickets(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(page): QueryParams<Page>,
    headers: HeaderMap,
) -> Reply<Response> {
    tickets(&app, id, (&page, &headers), |status| status == SeatStatus::Available).await
}

/// Every ticket, in seat order.
#[utoipa::path(get, path = "/events/{id}/tickets/all", tag = "maps",
    params(("id" = i64, Path),
           ("limit" = Option<i64>, Query, minimum = 1, maximum = 200_000,
            description = "How many items (default: all)"),
           ("offset" = Option<i64>, Query, minimum = 0,
            description = "How many items to skip (default 0)")),
    responses((status = 200, body = Tickets), (status = 404, body = Problem)))]
pub(crate) async fn all_tickets(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(page): QueryParams<Page>,
    headers: HeaderMap,
) -> Reply<Response> {
    tickets(&app, id, (&page, &headers), |_| true).await
}

/// An event and its seats, numbered by the same chart.
async fn of_one_layout(app: &AppState, id: EventId) -> Reply<(EventRecord, SeatStatuses)> {
    for _ in 0..LAYOUTS_MAX {
        let event = app.event(id).await?;
        let seats = app.store.seat_statuses(id).await?;
        let seats = seats.ok_or_else(|| Failure::not_found("event"))?;
        if seats.layout == event.layout {
            return Ok((event, seats));
        }
    }
    Err(Failure::new(Code::Overloaded, "the event's layout is being changed"))
}

async fn tickets(
    app: &AppState,
    id: i64,
    (page, headers): (&Page, &HeaderMap),
    wanted: impl Fn(SeatStatus) -> bool,
) -> Reply<Response> {
    let everything = i64::from(LAYOUT_SEATS_MAX);
    let (limit, offset) = page.bounds_within(everything, everything)?;
    let (event, seats) = of_one_layout(app, EventId(id)).await?;
    let (chart, currency) = (app.known_chart(event.chart).await?, currency_of(&event)?);
    let chosen: Vec<(SeatIndex, _)> =
        (0..).zip(seats.statuses).filter(|(_, status)| wanted(*status)).collect();
    let (offset, limit) = (
        usize::try_from(offset).unwrap_or(usize::MAX),
        usize::try_from(limit).unwrap_or(usize::MAX),
    );
    let shown = chosen.len().saturating_sub(offset).min(limit);
    let write = move |out: &mut dyn Write| {
        let total = i64::try_from(chosen.len()).unwrap_or(i64::MAX);
        let ticket =
            |seat: &(SeatIndex, SeatStatus)| render::ticket(&event, &chart.layout, currency, *seat);
        let items = OneByOne(|| chosen.iter().skip(offset).take(limit).map(ticket));
        let (version, epoch) = (seats.version, &seats.epoch);
        serde_json::to_writer(out, &WrittenTickets { items, total, version, epoch })
    };
    if shown < LARGE_TICKETS_MIN {
        return large::at_once(write);
    }
    app.large.answer(headers, write).await
}

/// [`Tickets`] whose items are made as they are written.
#[derive(Serialize)]
struct WrittenTickets<'a, I> {
    items: I,
    total: i64,
    version: u64,
    epoch: &'a str,
}

/// A list of what comes, never all of it in memory.
struct OneByOne<F>(F);

impl<I: Iterator<Item = Ticket>, F: Fn() -> I> Serialize for OneByOne<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_written_one_by_one_are_those_of_the_description() {
        let ticket = |number: u32| Ticket {
            id: 1_000_000 + i64::from(number),
            seat_no: format!("Stalls-A-{number}"),
            seat_index: number,
            section: "Stalls".to_owned(),
            row: "A".to_owned(),
            number: number.to_string(),
            category: "best".to_owned(),
            price: "45.50".to_owned(),
            status: "available".to_owned(),
        };
        let (total, version, epoch) = (3, 7, "e1");
        let items = (0..3).map(ticket).collect();
        let described = Tickets { items, total, version, epoch: epoch.to_owned() };
        let items = OneByOne(|| (0..3).map(ticket));
        let written = serde_json::to_string(&WrittenTickets { items, total, version, epoch });
        let described = serde_json::to_string(&described).expect("JSON");
        assert_eq!(written.expect("JSON"), described);
    }
}
