//! `GET /api/v1/events/{id}/live`: the handshake. Whoever can't be served hears it as HTTP, before
//! the upgrade; for all others `direct` goes on, or `socket` where that is not possible.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Version, header};
use axum::response::Response;
use tokio::time::Instant;

use super::super::problem::Failure;
use super::connection::{Connection, Pings};
use super::direct::{PlainUpgrade, Viewer};
use super::socket::{self, Driver};
use super::{LiveState, SinceQuery, event_of, refused};
use crate::protocol::live::Format;
use crate::protocol::problem::Code;

/// How many digits a handshake's key has, its padding not counted.
const KEY_DIGITS: usize = 22;

/// Follows an event over a WebSocket.
#[utoipa::path(
    get,
    path = "/events/{id}/live",
    tag = "live",
    params(
        ("id" = i64, Path, description = "The event"),
        ("since" = Option<String>, Query, description = "Resume from `<epoch>.<version>`"),
    ),
    responses(
        (status = 101, description = "WebSocket, `seatmap.v1.json` or `seatmap.v1.bin`"),
        (status = 400, description = "No known subprotocol, or a broken handshake"),
        (status = 404, description = "No such event"),
        (status = 426, description = "Not a WebSocket handshake"),
        (status = 429, description = "Refused too often: what is refused counts for the address"),
        (status = 503, description = "No room, or the event can't be read now"),
    ),
)]
pub(super) async fn live(
    State(state): State<LiveState>,
    path: Result<Path<i64>, PathRejection>,
    query: Result<Query<SinceQuery>, QueryRejection>,
    headers: HeaderMap,
    plain: PlainUpgrade,
    handshake: Result<Handshake, Failure>,
) -> Result<Response, Failure> {
    let event = event_of(path)?;
    let Handshake = handshake?;
    let (format, subprotocol) = chosen(&headers)?;
    let since = SinceQuery::position(query);
    // Joined before the upgrade, so that whoever can't be served hears it as HTTP.
    let subscription = state.hub.subscribe(event, format, since.as_ref()).await.map_err(refused)?;
    let tracked = state.hub.lifetime().tasks.token();
    let now = Instant::now();
    let settings = Arc::clone(&state.settings);
    let connection = Connection::new(format, settings, Pings::Sent, rand::random(), now);
    let loops = state.loops.as_ref().filter(|loops| loops.are_usable() && plain.is_possible());
    if let Some(loops) = loops {
        let viewer = Viewer { subscription, connection, tracked };
        return plain.accept(loops, subprotocol, viewer);
    }
    let _tracked = tracked;
    let (upgraded, response) = plain.answer(subprotocol)?;
    tokio::spawn(async move {
        // A client that has gone meanwhile needs no task.
        if let Ok(upgraded) = upgraded.await {
            let socket = socket::open(upgraded).await;
            Driver { socket, subscription, connection, state, _tracked }.run().await;
        }
    });
    Ok(response)
}

/// A client's opening handshake, as RFC 6455, 4.2.1 wants it.
pub(super) struct Handshake;

impl<S: Send + Sync> FromRequestParts<S> for Handshake {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        if parts.version < Version::HTTP_11 {
            return Err(Failure::new(Code::UpgradeRequired, "a WebSocket takes HTTP/1.1"));
        }
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        // The library checks; the answer is given here.
        drop(upgrade.map_err(|rejection| not_a_handshake(&rejection))?);
        // What the library leaves to its user.
        if parts.version == Version::HTTP_11 {
            if !parts.headers.contains_key(header::HOST) {
                return Err(Failure::unreadable("Host", "must be given"));
            }
            let mut keys = parts.headers.get_all(header::SEC_WEBSOCKET_KEY).iter();
            let is_key = keys.next().is_some_and(|key| is_key(key.as_bytes()));
            if !is_key || keys.next().is_some() {
                let detail = "must be 16 bytes in base 64, given once";
                return Err(Failure::unreadable("Sec-WebSocket-Key", detail));
            }
        }
        Ok(Self)
    }
}

/// Whether this is 16 bytes in base 64.
fn is_key(key: &[u8]) -> bool {
    let digits = key.strip_suffix(b"==").unwrap_or_default();
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    digits.len() == KEY_DIGITS && digits.iter().all(is_digit)
}

/// What the client offered as subprotocols.
#[derive(Debug, PartialEq, Eq)]
enum Offer {
    Nothing,
    Unknown,
    Known(Format),
}

/// Names that are no text are unknown ones, not none.
fn offered(headers: &HeaderMap) -> Offer {
    let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let names: Vec<&[u8]> = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return Offer::Nothing;
    }
    let is_offered = |format: &Format| names.contains(&format.subprotocol().as_bytes());
    let known = [Format::Binary, Format::Json].into_iter().find(is_offered);
    known.map_or(Offer::Unknown, Offer::Known)
}

/// The format to speak, and the subprotocol to answer with.
fn chosen(headers: &HeaderMap) -> Result<(Format, Option<Format>), Failure> {
    match offered(headers) {
        Offer::Known(format) => Ok((format, Some(format))),
        Offer::Nothing => Ok((Format::Json, None)),
        Offer::Unknown => {
            let detail = "offer seatmap.v1.json or seatmap.v1.bin as the subprotocol";
            Err(Failure::unreadable("Sec-WebSocket-Protocol", detail))
        }
    }
}

fn not_a_handshake(rejection: &WebSocketUpgradeRejection) -> Failure {
    use WebSocketUpgradeRejection::{
        ConnectionNotUpgradable, InvalidConnectionHeader, InvalidUpgradeHeader,
        InvalidWebSocketVersionHeader,
    };
    let detail = rejection.body_text();
    let plain = matches!(
        rejection,
        InvalidConnectionHeader(_)
            | InvalidUpgradeHeader(_)
            | ConnectionNotUpgradable(_)
            | InvalidWebSocketVersionHeader(_)
    );
    if !plain {
        return Failure::new(Code::BadRequest, detail);
    }
    Failure::new(Code::UpgradeRequired, detail)
}

/// Reads a handshake as if a connection stood behind it: the answer if it is accepted, and the status
/// with which it is refused if not.
#[cfg(any(test, fuzzing))]
pub(in crate::http) fn answers_a_handshake(headers: HeaderMap) -> Result<Response, u16> {
    use futures_util::FutureExt as _;
    let mut request = axum::http::Request::new(());
    // One that never comes.
    let upgraded = hyper::upgrade::on(&mut request);
    let (mut parts, ()) = request.into_parts();
    parts.headers = headers;
    parts.extensions.insert(upgraded);
    // In the order in which the handler takes them.
    let plain = PlainUpgrade::from_request_parts(&mut parts, &()).now_or_never();
    let Ok(plain) = plain.expect("nothing to wait for");
    let handshake = Handshake::from_request_parts(&mut parts, &()).now_or_never();
    let checked = handshake.expect("nothing to wait for");
    let chosen = checked.and_then(|Handshake| chosen(&parts.headers));
    let answer = chosen.and_then(|(_, subprotocol)| plain.answer(subprotocol));
    answer.map(|(_, response)| response).map_err(|failure| failure.0.status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(value: &str) -> Offer {
        let mut headers = HeaderMap::new();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, value.parse().unwrap());
        offered(&headers)
    }

    #[test]
    fn binary_is_preferred_and_only_unknown_names_are_refused() {
        assert_eq!(offered(&HeaderMap::new()), Offer::Nothing);
        assert_eq!(offer("seatmap.v1.json"), Offer::Known(Format::Json));
        assert_eq!(offer("seatmap.v1.json, seatmap.v1.bin"), Offer::Known(Format::Binary));
        assert_eq!(offer("chat,seatmap.v1.json"), Offer::Known(Format::Json));
        assert_eq!(offer("chat, seatmap.v2.bin"), Offer::Unknown);
        assert_eq!(offer("séatmap"), Offer::Unknown);
        assert_eq!(offer("séatmap, seatmap.v1.json"), Offer::Known(Format::Json));
    }
}
