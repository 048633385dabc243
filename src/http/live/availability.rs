//! `GET /api/v1/events/{id}/availability`: the map, or what changed, for whoever polls or caches.
//! The bodies come encoded from the hub and are shared by all who ask at the same version.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::problem::Failure;
use super::{LiveState, SinceQuery, event_of, refused};
use crate::protocol::live::Format;

const JSON: &str = "application/json";
const OCTETS: &str = "application/octet-stream";
const FRAMES: &str = "application/vnd.seatmap.v1.bin";

/// Shows which seats are free, at a version it names.
#[utoipa::path(
    get,
    path = "/events/{id}/availability",
    tag = "live",
    params(
        ("id" = i64, Path, description = "The event"),
        ("since" = Option<String>, Query, description = "Only what changed since `<epoch>.<version>`"),
        ("if-none-match" = Option<String>, Header, description = "ETags that are known already"),
    ),
    responses(
        (status = 200, description = "The map, or what changed; JSON or the socket's binary frame",
            headers(("ETag" = String)),
            content((Object = "application/json"), (Vec<u8> = "application/octet-stream"),
                    (Vec<u8> = "application/vnd.seatmap.v1.bin"))),
        (status = 304, description = "Nothing changed since the ETag", headers(("ETag" = String))),
        (status = 404, description = "No such event"),
        (status = 503, description = "The event can't be read now"),
    ),
)]
pub(super) async fn availability(
    State(state): State<LiveState>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<SinceQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let event = event_of(path)?;
    let media = accepted(&headers);
    let format = if media == JSON { Format::Json } else { Format::Binary };
    let reading = match SinceQuery::position(query) {
        Some(since) => state.hub.since(event, &since, format).await,
        None => state.hub.snapshot(event, format).await,
    };
    let reading = reading.map_err(refused)?;
    let suffix = if format == Format::Json { 'j' } else { 'b' };
    let etag = format!("\"{}.{}.{suffix}\"", reading.epoch, reading.version);
    let mut response = if matches_etag(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media)], reading.bytes).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// The media type to answer with: binary only for who prefers it by name.
fn accepted(headers: &HeaderMap) -> &'static str {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let accept: Vec<(&str, f32)> = lines.flat_map(|line| line.split(',')).map(range).collect();
    let quality = |names: &[&str]| {
        let named = accept.iter().filter(|(name, _)| names.contains(name));
        named.map(|(_, quality)| *quality).reduce(f32::max)
    };
    let json = quality(&[JSON]).or_else(|| quality(&["application/*", "*/*"])).unwrap_or(0.0);
    let named = [FRAMES, OCTETS].map(|name| (name, quality(&[name]).unwrap_or(0.0)));
    let (binary, best) = if named[1].1 > named[0].1 { named[1] } else { named[0] };
    if best > 0.0 && best >= json && quality(&[JSON]).is_none_or(|json| best > json) {
        binary
    } else {
        JSON
    }
}

/// One entry of an Accept header: its name and quality.
fn range(entry: &str) -> (&str, f32) {
    let mut parts = entry.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
    (name, quality.unwrap_or(1.0))
}

/// Whether the client already has this representation. Compared weakly, as a proxy that
/// compresses may have weakened the tag.
fn matches_etag(headers: &HeaderMap, etag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    tags.any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// Whether a client that sent this is told that it knows what an `ETag` stands for, and in which
/// media type it is answered.
#[cfg(any(test, fuzzing))]
pub(in crate::http) fn tells_known(headers: &HeaderMap, etag: &str) -> (bool, &'static str) {
    (matches_etag(headers, etag), accepted(headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers)
    }

    #[test]
    fn json_is_the_default_and_binary_is_asked_for_by_name() {
        assert_eq!(accepted(&HeaderMap::new()), JSON);
        assert_eq!(accept("*/*"), JSON);
        assert_eq!(accept("text/html, */*;q=0.8"), JSON);
        assert_eq!(accept("application/octet-stream"), OCTETS);
        assert_eq!(accept("application/vnd.seatmap.v1.bin, */*;q=0.1"), FRAMES);
        assert_eq!(accept("application/json, application/octet-stream"), JSON);
        assert_eq!(accept("application/json;q=0.5, application/octet-stream"), OCTETS);
        assert_eq!(accept("application/octet-stream;q=0"), JSON);
    }
}
