//! Charts: the layouts that events can be created from.

use std::io::Write;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio::time::{Instant, timeout_at};

use super::app::AppState;
use super::body::{self, Leniency};
use super::call::{command_time, fingerprint, key_in, require_organiser};
use super::keeping::{self, Keeping};
use super::params::{Page, PathParam, QueryParams};
use super::problem::{Failure, Reply};
use super::request_id::RequestId;
use super::text::{self, NAME_CHARS_MAX};
use crate::charts::{self, CHART_BYTES_MAX, ChartError, ErrorKind, Format, Imported};
use crate::domain::command::IdempotencyKey;
use crate::domain::ids::ChartId;
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::chart::{ChartDetail, ChartSummary, NewChart};
use crate::protocol::rest::list::List;
use crate::store::charts::Uploaded;
use crate::store::kept::KeptScope;

/// How many charts a node takes in at once: a large one takes a few hundred megabytes to read.
static READERS: Semaphore = Semaphore::const_new(1);

/// How many bytes of documents a node has in memory at once: on their way, waiting, or being read.
/// Room for the largest, and for others beside it.
const DOCUMENTS_BYTES_MAX: usize = 128 * 1024 * 1024;

/// A permit for each of them.
static DOCUMENTS: Semaphore = Semaphore::const_new(DOCUMENTS_BYTES_MAX);

/// How many bytes of the digest name a chart.
const KEY_DIGEST_BYTES: usize = 8;

/// The name of a chart that has none.
const NAMELESS: &str = "Untitled chart";

/// All charts.
#[utoipa::path(get, path = "/charts", tag = "charts", params(Page),
    responses((status = 200, body = List<ChartSummary>)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    QueryParams(page): QueryParams<Page>,
) -> Reply<Json<List<ChartSummary>>> {
    let (limit, offset) = page.bounds()?;
    let (charts, total) = app.store.charts(limit, offset).await?;
    let items = charts
        .into_iter()
        .map(|chart| ChartSummary {
            id: chart.id.0,
            key: chart.key,
            name: chart.name,
            seats: chart.seats,
        })
        .collect();
    Ok(Json(List { items, total }))
}

/// One chart with its geometry.
#[utoipa::path(get, path = "/charts/{id}", tag = "charts", params(("id" = i64, Path)),
    responses((status = 200, body = ChartDetail<'static>), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    headers: HeaderMap,
) -> Reply<Response> {
    let chart = app.chart(ChartId(id)).await?.ok_or_else(|| Failure::not_found("chart"))?;
    let write = move |out: &mut dyn Write| {
        let layout = &chart.layout;
        let (name, seats) = (chart.name.as_str(), layout.seats());
        serde_json::to_writer(out, &ChartDetail { id: chart.id.0, name, seats, layout })
    };
    app.large.answer(&headers, write).await
}

/// How a chart is written.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormatQuery {
    /// `seatmap`, `pretix`, `seatsio` or `seatlayer` (default: found out).
    #[param(pattern = "^(seatmap|pretix|seatsio|seatlayer)$")]
    format: Option<String>,
    /// What to call it (default: what it is called in the document).
    name: Option<String>,
}

/// Bring in a chart: the own format `seatmap.chart.v1`, a seating plan of pretix, a chart of seats.io
/// or of SeatLayer. The same chart twice is one chart.
#[utoipa::path(post, path = "/charts", tag = "organisers", params(FormatQuery),
    request_body(content = Object, description = "the document, at most 96 MiB"),
    responses((status = 201, body = NewChart), (status = 400, body = Problem),
              (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(app): State<AppState>,
    QueryParams(query): QueryParams<FormatQuery>,
    request: Request,
) -> Reply<Response> {
    let (Parts { method, uri, headers, extensions, .. }, document) = request.into_parts();
    // The body is a document, and names nobody.
    let identity = app.callers.identify(&headers, None).await?;
    require_organiser(app.callers.mode, &identity)?;
    body::require_json(&headers, Leniency::None)?;
    let key = key_in(&headers)?;
    let format = match &query.format {
        None => None,
        Some(name) => Some(Format::from_name(name).ok_or_else(|| {
            let known = Format::ALL.map(Format::name).join(", ");
            Failure::unreadable("format", format!("must be one of {known}"))
        })?),
    };
    let deadline = Instant::now() + command_time(app.settings.request_timeout);
    let too_slow = |_| {
        Failure::new(Code::Timeout, "the chart took too long to come and be read; nothing happened")
    };
    let asked = Asked { format, name: query.name, key, method, uri };
    let taken = timeout_at(deadline, take_in(document, asked)).await.map_err(too_slow)??;
    let caller = identity.caller;
    let scope = taken.key.map(|key| KeptScope { caller, route: "POST /charts", key });
    let once = Keeping { scope, request_id: RequestId::of(&extensions), deadline };
    let chart = match taken.read {
        Ok(brought) => {
            let to_json =
                |id: &ChartId| serde_json::to_value(told(*id, &brought)).unwrap_or_default();
            let stored = app.store.bring_chart(&brought.chart, once.terms(), to_json).await?;
            keeping::answer(stored, to_json)?
        }
        Err(refused) => once.refuse(&app, refused).await?,
    };
    let location = format!("/api/v1/charts/{}", chart["id"]);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(chart)).into_response())
}

/// What is asked with a document.
struct Asked {
    format: Option<Format>,
    name: Option<String>,
    key: Option<String>,
    method: Method,
    uri: Uri,
}

/// A document that has come, and what there is in it.
struct Taken {
    key: Option<IdempotencyKey>,
    read: Reply<Brought>,
}

/// A chart that was read.
struct Brought {
    chart: Uploaded,
    format: Format,
    warnings: Vec<String>,
}

async fn take_in(document: Body, asked: Asked) -> Reply<Taken> {
    let (bytes, kept) = body::collect_into(document, CHART_BYTES_MAX, &DOCUMENTS).await?;
    let alone = READERS.acquire().await.expect("it is never closed");
    // All that goes over every byte and seat, which the threads that answer others have no time for.
    let taken = aside((kept, alone), move || {
        let Asked { format, name, key, method, uri } = asked;
        let print = |key| IdempotencyKey { key, fingerprint: fingerprint(&method, &uri, &bytes) };
        Taken { key: key.map(print), read: read_document(&bytes, format, name.as_deref()) }
    });
    taken.await.map_err(|_| Failure::new(Code::Internal, "reading the chart failed"))
}

/// Works on a thread of its own, to the end, even if whoever waits for it has gone; until then it
/// keeps its permits.
pub(super) async fn aside<T: Send + 'static>(
    permits: impl Send + 'static,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    let with_permits = move || {
        let done = work();
        drop(permits);
        done
    };
    tokio::task::spawn_blocking(with_permits).await
}

fn read_document(bytes: &[u8], format: Option<Format>, named: Option<&str>) -> Reply<Brought> {
    let read = charts::import(bytes, format).map_err(refused)?;
    let name = text::required("name", name_of(named, &read), NAME_CHARS_MAX)?;
    let key = key_of(&name, &read);
    let Imported { format, layout, warnings, .. } = read;
    Ok(Brought { chart: Uploaded { key, name, layout }, format, warnings })
}

fn told(id: ChartId, Brought { chart, format, warnings }: &Brought) -> NewChart {
    let Uploaded { key, name, layout } = chart;
    NewChart {
        id: id.0,
        key: key.clone(),
        name: name.clone(),
        seats: layout.seats(),
        format: format.name().to_owned(),
        warnings: warnings.iter().map(|warning| keeping::storable(warning)).collect(),
    }
}

fn refused(error: ChartError) -> Failure {
    match error.kind {
        ErrorKind::Unreadable => Failure::new(Code::BadRequest, error.to_string()),
        ErrorKind::TooLarge => Failure::new(Code::BodyTooLarge, error.reason),
        ErrorKind::Wrong if error.path.is_empty() => Failure::invalid("body", error.reason),
        ErrorKind::Wrong => Failure::invalid(error.path, error.reason),
    }
}

fn name_of<'a>(named: Option<&'a str>, read: &'a Imported) -> &'a str {
    let named = named.unwrap_or(&read.name);
    if named.trim().is_empty() { NAMELESS } else { named }
}

/// The same for the same chart, so that bringing it in again, for whatever reason, has one effect.
fn key_of(name: &str, read: &Imported) -> String {
    let digest = Sha256::digest(charts::export(name, &read.layout));
    let hex = digest[..KEY_DIGEST_BYTES].iter().map(|byte| format!("{byte:02x}"));
    format!("chart-{}", hex.collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::mpsc;
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::{StreamExt as _, stream};
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::timeout;

    use super::*;

    const DRIPPING: usize = 4;
    /// By a clock that only goes on while nobody has anything to do.
    const FOR_EVER: Duration = Duration::from_secs(3_600);

    #[tokio::test(start_paused = true)]
    async fn documents_that_drip_in_keep_no_other_one_waiting() {
        let take_in = |document| {
            let uri = Uri::from_static("/charts");
            take_in(
                document,
                Asked { format: None, name: None, key: None, method: Method::POST, uri },
            )
        };
        let mut dripping = JoinSet::new();
        for _ in 0..DRIPPING {
            let first = Ok::<_, Infallible>(Bytes::from_static(b"{"));
            let drips = stream::iter([first]).chain(stream::pending());
            dripping.spawn(take_in(Body::from_stream(drips)));
        }
        while DOCUMENTS.available_permits() > DOCUMENTS_BYTES_MAX - DRIPPING {
            yield_now().await;
        }
        let fifth = timeout(FOR_EVER, take_in(Body::from("{}"))).await.expect("it doesn't wait");
        assert!(fifth.expect("it was read").read.is_err(), "it is no chart");
        assert_eq!(DOCUMENTS.available_permits(), DOCUMENTS_BYTES_MAX - DRIPPING);
    }

    #[tokio::test]
    async fn a_permit_is_kept_until_the_work_is_done_and_not_until_nobody_waits() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let permit = ONE.acquire().await.expect("it is never closed");
        let (end, ended) = mpsc::channel::<()>();
        let work = aside(permit, move || ended.recv());
        assert!(timeout(Duration::from_millis(1), work).await.is_err());
        assert!(ONE.try_acquire().is_err(), "it still works");
        end.send(()).expect("it still works");
        ONE.acquire().await.expect("it is never closed").forget();
    }
}
