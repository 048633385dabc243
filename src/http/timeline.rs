//! How an event has sold over time, for organisers: steps of seats, counted in buckets of a width
//! that fits the stretch asked for.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::app::{AppState, currency_of};
use super::call::require_organiser_by;
use super::params::{PathParam, QueryParams};
use super::problem::{Failure, Reply};
use crate::domain::ids::EventId;
use crate::domain::money::Currency;
use crate::protocol::problem::Problem;
use crate::protocol::rest::sales::{SalesBucket, Timeline};
use crate::protocol::rest::time::Time;
use crate::store::sales::Steps;

/// How many buckets a timeline has unless asked otherwise.
const BUCKETS_DEFAULT: u32 = 100;

/// How many buckets a timeline has at most.
const BUCKETS_MAX: u32 = 500;

/// How long a bucket may be, in seconds; beyond the last one, multiples of it.
const WIDTHS: [u32; 15] =
    [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_419_200];

/// Which stretch of time, and how finely.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimelineQuery {
    /// When to begin (default: with the first change).
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// When to end (default: now).
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Time>,
    /// At most how many buckets: 1–500 (default 100).
    #[param(minimum = 1, maximum = 500)]
    buckets: Option<u32>,
}

/// How an event sold over time.
#[utoipa::path(get, path = "/events/{id}/sales/timeline", tag = "organisers",
    params(("id" = i64, Path), TimelineQuery),
    responses((status = 200, body = Timeline), (status = 404, body = Problem)))]
pub(crate) async fn timeline(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    QueryParams(query): QueryParams<TimelineQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<Timeline>> {
    require_organiser_by(&app, &headers, &uri).await?;
    let most = query.buckets.unwrap_or(BUCKETS_DEFAULT);
    if !(1..=BUCKETS_MAX).contains(&most) {
        let detail = format!("must be between 1 and {BUCKETS_MAX}");
        return Err(Failure::unreadable("buckets", detail));
    }
    let event = app.event(EventId(id)).await?;
    let currency = currency_of(&event)?;
    let extent = app.store.log_extent(event.id).await?;
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from.0 > to.0
    {
        return Err(Failure::invalid("from", "must not be after to"));
    }
    // Nothing happened before there were such servers, and nothing that is still to come.
    let to = query.to.map_or(extent.now, |to| to.0).clamp(Timestamp::UNIX_EPOCH, extent.now);
    let from = query.from.map(|from| from.0).or(extent.first).unwrap_or(to);
    let from = from.clamp(Timestamp::UNIX_EPOCH, to);
    let (seconds, from, count) = buckets(from, to, most);
    let (mut version, steps) = app.store.sales_over_time(event.id, (from, to), seconds).await?;
    let mut steps = steps.into_iter().peekable();
    let bucket = |at: u64| {
        let happened = steps.next_if(|steps| steps.bucket == at).unwrap_or_default();
        version = version.max(happened.version);
        let start = SignedDuration::from_secs(i64::from(seconds)) * i32::try_from(at).unwrap_or(0);
        bucket(&happened, version, from + start, currency)
    };
    Ok(Json(Timeline {
        event_id: event.id.0,
        version: event.version,
        chart_version: event.chart_since,
        epoch: event.epoch,
        currency: event.currency,
        from: Time(from),
        to: Time(to),
        bucket_seconds: u64::from(seconds),
        buckets: (0..count).map(bucket).collect(),
    }))
}

fn bucket(steps: &Steps, version: u64, start: Timestamp, currency: Currency) -> SalesBucket {
    SalesBucket {
        start: Time(start),
        version,
        locked: steps.locked,
        released: steps.released,
        reserved: steps.reserved,
        sold: steps.sold,
        cancelled: steps.cancelled,
        sold_amount: currency.format(steps.sold_amount),
        cancelled_amount: currency.format(steps.cancelled_amount),
    }
}

/// How long buckets are, where the first begins, and how many there are: at most `most`.
fn buckets(from: Timestamp, to: Timestamp, most: u32) -> (u32, Timestamp, u64) {
    let (first, last) = (from.as_second(), to.as_millisecond().div_euclid(1_000));
    let count = |width: u32| {
        let width = i64::from(width);
        last.div_euclid(width) - first.div_euclid(width) + 1
    };
    let fits = |width: &u32| count(*width) <= i64::from(most);
    let last_width = WIDTHS[WIDTHS.len() - 1];
    let multiples = (1..).map(|times| last_width.saturating_mul(times));
    let mut widths = WIDTHS.into_iter().chain(multiples);
    // Both lie after 1970, so that one of them is long enough for a single bucket until 2106.
    let width = widths.find(|width| fits(width) || *width == u32::MAX).unwrap_or(u32::MAX);
    let start = first.div_euclid(i64::from(width)) * i64::from(width);
    let start = Timestamp::from_second(start).unwrap_or(from);
    (width, start, u64::try_from(count(width)).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn buckets_are_as_short_as_fits() {
        let from = at("2027-05-01T10:00:07Z");
        for (to, most, width, start, count) in [
            ("2027-05-01T10:00:07.5Z", 100, 1, "2027-05-01T10:00:07Z", 1),
            ("2027-05-01T10:01:46Z", 100, 1, "2027-05-01T10:00:07Z", 100),
            ("2027-05-01T10:01:47Z", 100, 5, "2027-05-01T10:00:05Z", 21),
            ("2027-05-03T10:00:00Z", 500, 900, "2027-05-01T10:00:00Z", 193),
            ("2027-05-03T10:00:00Z", 3, 86_400, "2027-05-01T00:00:00Z", 3),
        ] {
            let expected = (width, at(start), count);
            assert_eq!(buckets(from, at(to), most), expected, "{to} in {most}");
        }
    }

    #[test]
    fn any_stretch_of_time_fits() {
        for most in [1, 2, 500] {
            for (from, to) in [
                (Timestamp::UNIX_EPOCH, at("2105-01-01T00:00:00Z")),
                (at("1970-01-28T23:59:59Z"), at("1970-01-29T00:00:01Z")),
                (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH),
            ] {
                let (_, _, count) = buckets(from, to, most);
                assert!((1..=u64::from(most)).contains(&count), "{count} of {most}");
            }
        }
    }
}
