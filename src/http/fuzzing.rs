//! What takes bytes from strangers, one function each: to be fed anything, and to panic only if
//! what is promised of it doesn't hold. Called by the fuzz targets (`fuzz/`) and, with their corpus
//! and with generated input, by the tests. Not in the program.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::response::Response;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::body;
use super::call::{NamesCaller, idempotency_key, query_user_id};
use super::caller::{bearer, is_session_id};
use super::live::{answers_a_handshake, are_read_alike, last_event_id, tells_known};
use super::tokens::{JwtSecret, Keys};
use crate::charts::{Format, WARNING_CHARS_MAX, WARNINGS_MAX, export, export_pretix, import};
use crate::domain::money::Currency;
use crate::protocol::live::client::ClientMessage;
use crate::protocol::live::since::Since;
use crate::protocol::live::{Format as LiveFormat, binary, text};
use crate::protocol::rest::event::NewEvent;
use crate::protocol::rest::{booking, check_in, event_change, hold, seat, user};

/// The most pieces that bytes are cut into.
const PIECES_MAX: usize = 16;

/// The name of a corpus, and what to feed it to.
pub type Target = (&'static str, fn(&[u8]));

/// Everything there is to feed.
pub const TARGETS: [Target; 9] = [
    ("frames", frames),
    ("handshakes", handshakes),
    ("messages", messages),
    ("binary", binary_messages),
    ("bodies", bodies),
    ("charts", charts),
    ("since", since),
    ("etags", etags),
    ("tokens", tokens),
];

/// WebSocket frames that arrive in pieces: the first byte says in how many, the next how large
/// they are. They mean to us what they mean to the library.
pub fn frames(data: &[u8]) {
    let Some((count, rest)) = data.split_first() else { return };
    let count = usize::from(*count).min(PIECES_MAX).min(rest.len());
    let (pieces, bytes) = rest.split_at(count);
    let pieces: Vec<usize> = pieces.iter().copied().map(usize::from).collect();
    are_read_alike(bytes, &pieces);
}

/// Opening handshakes, of sockets and of streams that come back: header lines. None that is refused
/// is the server's fault.
pub fn handshakes(data: &[u8]) {
    let headers = header_lines(data);
    if let Some(Ok(since)) = last_event_id(&headers).map(str::parse::<Since>) {
        assert_eq!(since.to_string().parse(), Ok(since));
    }
    match answers_a_handshake(headers.clone()) {
        Ok(response) => is_accepted_rightly(&headers, &response),
        Err(status) => assert!([400, 405, 426].contains(&status), "{status}"),
    }
}

/// Who is accepted had a key, and hears what it comes to; and hears of a subprotocol exactly if any
/// was offered: of one of these, the binary one if it is among them.
fn is_accepted_rightly(headers: &HeaderMap, response: &Response) {
    assert_eq!(response.status(), 101);
    let key = headers[header::SEC_WEBSOCKET_KEY].as_bytes();
    let accept = tungstenite::handshake::derive_accept_key(key);
    assert_eq!(response.headers()[header::SEC_WEBSOCKET_ACCEPT], accept);
    let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let names = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let names: Vec<_> = names.map(<[u8]>::trim_ascii).filter(|name| !name.is_empty()).collect();
    let binary = LiveFormat::Binary.subprotocol().as_bytes();
    match response.headers().get(header::SEC_WEBSOCKET_PROTOCOL).map(HeaderValue::as_bytes) {
        Some(name) => {
            assert!(names.contains(&name), "{headers:?}");
            assert_eq!(name == binary, names.contains(&binary), "{headers:?}");
        }
        None => assert!(names.is_empty(), "{headers:?}"),
    }
}

/// JSON messages of both sides: what is understood is understood again when written anew.
pub fn messages(data: &[u8]) {
    let Ok(line) = std::str::from_utf8(data) else { return };
    if let Ok(message) = ClientMessage::decode(line) {
        assert_eq!(ClientMessage::decode(&message.encode()), Ok(message));
    }
    if let Ok(message) = text::decode(line) {
        assert_eq!(text::decode(&text::encode(&message)), Ok(message));
    }
}

/// Binary messages: what is understood is understood again when written anew, in no more bytes.
pub fn binary_messages(data: &[u8]) {
    let Ok(message) = binary::decode(data) else { return };
    let written = binary::encode(&message).expect("it came in binary");
    assert!(written.len() <= data.len(), "{written:?}");
    assert_eq!(binary::decode(&written), Ok(message));
}

/// Charts of any format, found out or named: what is taken in is a layout that holds, and the same
/// when it is written as the own format and taken in again.
pub fn charts(data: &[u8]) {
    for format in std::iter::once(None).chain(Format::ALL.map(Some)) {
        let Ok(imported) = import(data, format) else { continue };
        assert_eq!(imported.layout.validate(), Ok(()), "{format:?}");
        let written = export(&imported.name, &imported.layout);
        let again = import(written.as_bytes(), Some(Format::Seatmap));
        assert_eq!(again.map(|again| again.layout).as_ref(), Ok(&imported.layout), "{format:?}");
        let (plan, lost) = export_pretix(&imported.name, &imported.layout);
        for warnings in [&imported.warnings, &lost] {
            let chars = warnings.iter().map(|warning| warning.chars().count()).max().unwrap_or(0);
            assert!(chars <= WARNING_CHARS_MAX && warnings.len() <= WARNINGS_MAX + 4, "{format:?}");
        }
        // Places of areas are not seats there; a house without any other has none left.
        if let Ok(plan) = import(plan.as_bytes(), Some(Format::Pretix)) {
            assert_eq!(plan.layout.validate(), Ok(()), "{format:?}");
        }
    }
}

/// Bodies, for every route that has one: refused as no JSON exactly if they are none.
pub fn bodies(data: &[u8]) {
    read::<seat::CallerOnly>(data);
    read::<seat::Block>(data);
    read::<seat::Unblock>(data);
    read::<hold::NewHold>(data);
    read::<hold::ExtendHold>(data);
    read::<booking::NewBooking>(data);
    read::<booking::ConfirmBooking>(data);
    read::<booking::CancelBooking>(data);
    read::<check_in::CheckIn>(data);
    read::<event_change::EventChanges>(data);
    read::<event_change::EventChart>(data);
    read::<user::NewUser>(data);
    if let Some(event) = read::<NewEvent>(data) {
        let currency = event.currency.as_deref().and_then(Currency::from_code);
        let prices = event.prices.unwrap_or_default();
        for price in event.price.iter().chain(prices.values()) {
            let _ = currency.map(|currency| price.read(currency));
        }
    }
}

fn read<T: DeserializeOwned + NamesCaller>(data: &[u8]) -> Option<T> {
    let is_utf8 = std::str::from_utf8(data).is_ok();
    let is_json = is_utf8 && serde_json::from_slice::<IgnoredAny>(data).is_ok();
    match body::read::<T>(data) {
        Ok(body) => {
            assert!(is_json);
            Some(body)
        }
        Err(failure) => {
            let wanted = if is_json { 422 } else { 400 };
            assert_eq!(failure.0.status, wanted, "{failure:?}");
            assert_eq!(is_json, !failure.0.errors.is_empty(), "{failure:?}");
            assert!(!failure.0.detail.is_empty(), "{failure:?}");
            None
        }
    }
}

/// Positions: what is understood reads the same when written anew.
pub fn since(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(since) = text.parse::<Since>() {
        assert_eq!(since.to_string().parse(), Ok(since));
    }
}

/// What clients say they know and accept. Who names the tag, last or first, knows it.
pub fn etags(data: &[u8]) {
    const ETAG: &str = "\"k3f9.1841.j\"";
    let headers = header_lines(data);
    let tells = tells_known(&headers, ETAG);
    for tag in [ETAG, "W/\"k3f9.1841.j\"", "*"] {
        let mut headers = headers.clone();
        headers.append(header::IF_NONE_MATCH, HeaderValue::from_static(tag));
        assert_eq!(tells_known(&headers, ETAG), (true, tells.1), "{headers:?}");
    }
}

/// What names a caller and a request: tokens, also signed ones, sessions, keys and `user_id` in the
/// query.
pub fn tokens(data: &[u8]) {
    let headers = header_lines(data);
    for value in headers.values().filter_map(|value| value.to_str().ok()) {
        if let Some(token) = bearer(value) {
            assert_eq!(bearer(&format!("Bearer {token}")), Some(token));
        }
        if is_session_id(value) {
            assert!((1..=128).contains(&value.len()) && value.is_ascii());
        }
    }
    let uri = std::str::from_utf8(data).ok().and_then(|text| text.parse::<Uri>().ok());
    let uri = uri.unwrap_or_default();
    if let Err(failure) = query_user_id(&uri) {
        assert_eq!(failure.0.status, 400);
    }
    let given = headers.get_all("idempotency-key").iter().count();
    match idempotency_key(&headers, &Method::POST, &uri, data) {
        Ok(key) => assert_eq!(key.is_some(), given == 1),
        Err(failure) => assert!(given > 0 && failure.0.status == 400),
    }
    let bearers = headers.values().filter_map(|value| bearer(value.to_str().ok()?));
    signed_tokens(bearers.chain(std::str::from_utf8(data).ok()), data);
    // What a provider says of its keys may be anything, too.
    let _ = Keys::read(data);
}

/// Tokens of strangers are none. Whoever has the secret may sign anything, as claims or as the header
/// of good ones; what is changed afterwards by whoever hasn't is none.
fn signed_tokens<'a>(strangers: impl Iterator<Item = &'a str>, data: &[u8]) {
    const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;
    const CLAIMS: &[u8] = br#"{"sub":"anna","exp":4102444800}"#;
    let secret = JwtSecret::new("a secret of more than 32 bytes to feed").expect("a secret");
    for token in strangers {
        assert!(secret.read(token).is_err(), "{token}");
    }
    for (header, claims) in [(HEADER, data), (data, CLAIMS)] {
        let token = secret.sign(header, claims);
        if let Ok(read) = secret.read(&token) {
            assert!(!read.sub.is_empty() && !read.sub.contains(char::is_control), "{read:?}");
            let header: serde_json::Value = serde_json::from_slice(header).expect("JSON");
            assert_eq!(header["alg"], "HS256");
            let claims: serde_json::Value = serde_json::from_slice(claims).expect("JSON");
            assert_eq!(claims["sub"], read.sub);
        }
        let at = data.iter().fold(data.len(), |sum, byte| sum.wrapping_mul(31) + *byte as usize);
        let at = at % token.len();
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = [&token[..at], other, &token[at + 1..]].concat();
        assert!(secret.read(&changed).is_err(), "{changed}");
    }
}

/// The lines that can be headers.
fn header_lines(data: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(line[..colon].trim_ascii());
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests;
