//! Reading JSON bodies, with errors that name what is wrong.

use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::problem::{Failure, Reply};
use crate::protocol::problem::{Code, Problem};

/// How much of a body beyond its limit is read and thrown away, in bytes. One that announces more
/// is refused unread.
const REST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Takes in a body of at most `max` bytes.
pub(crate) async fn collect(mut body: Body, max: usize) -> Reply<Bytes> {
    require_announced(&body, max)?;
    match Limited::new(&mut body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            pass_over(&mut body).await;
            Err(too_large(max))
        }
        Err(_) => Err(broken_off()),
    }
}

/// Takes in a body of at most `max` bytes, each with a permit for it from when it comes: who sends
/// slowly keeps from others only the room that is in use. Nobody waits for room, because all that
/// have some could wait for each other.
pub(crate) async fn collect_into(
    mut body: Body,
    max: usize,
    room: &Semaphore,
) -> Reply<(Bytes, SemaphorePermit<'_>)> {
    require_announced(&body, max)?;
    let permits = |bytes: usize| room.try_acquire_many(u32::try_from(bytes).ok()?).ok();
    let full = || Failure::new(Code::Overloaded, "too many large bodies are here; try again");
    let mut kept = permits(0).ok_or_else(full)?;
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // What isn't data are trailers, which say nothing here.
        let Ok(data) = frame.map_err(|_| broken_off())?.into_data() else { continue };
        let fits = bytes.len() + data.len() <= max;
        let Some(more) = permits(data.len()).filter(|_| fits) else {
            drop((bytes, kept));
            pass_over(&mut body).await;
            return Err(if fits { full() } else { too_large(max) });
        };
        kept.merge(more);
        bytes.extend_from_slice(&data);
    }
    Ok((bytes.freeze(), kept))
}

fn require_announced(body: &Body, max: usize) -> Reply<()> {
    let beyond = body.size_hint().lower() > (max + REST_BYTES_MAX) as u64;
    if beyond { Err(too_large(max)) } else { Ok(()) }
}

fn too_large(max: usize) -> Failure {
    Failure::new(Code::BodyTooLarge, format!("the body is larger than {max} bytes"))
}

fn broken_off() -> Failure {
    Failure::new(Code::BadRequest, "the body broke off")
}

/// Reads what is left of a body that is refused: who is still sending when the connection closes
/// hears of a broken pipe instead of the answer.
async fn pass_over(body: &mut Body) {
    let mut passed = 0;
    while passed <= REST_BYTES_MAX
        && let Some(Ok(frame)) = body.frame().await
    {
        passed += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// Whether a media type is not looked at although it isn't JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leniency {
    /// Only JSON.
    None,
    /// What `curl -d` sends unless told otherwise passes for JSON. Never from a browser: a page of
    /// another site could send such a form without asking.
    CurlForms,
}

/// Refuses bodies that aren't JSON by their own word.
pub(crate) fn require_json(headers: &HeaderMap, leniency: Leniency) -> Reply<()> {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = named.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        return Ok(());
    }
    let from_page = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    let form = essence == "application/x-www-form-urlencoded";
    if leniency == Leniency::CurlForms && form && !from_page {
        return Ok(());
    }
    Err(Failure::new(
        Code::UnsupportedMediaType,
        "the body must be JSON, with Content-Type: application/json",
    ))
}

/// Reads a body. Broken JSON is 400; JSON with a wrong field is 422 and names it.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Reply<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        // A wrong field may come before what makes the whole no JSON, which weighs more. What is
        // skipped isn't looked at for being UTF-8, nor for numbers and letters nobody can hold.
        let whole = serde_json::from_slice::<IgnoredAny>(bytes);
        match (whole, std::str::from_utf8(bytes)) {
            (Ok(_), Ok(_)) => wrong(&path, &error.into_inner()),
            (Err(error), _) => broken(&error),
            (Ok(_), Err(error)) => {
                Failure::new(Code::BadRequest, format!("the body is no UTF-8: {error}"))
            }
        }
    })?;
    json.end().map_err(|error| broken(&error))?;
    // To serde a list passes for an object with its fields in order; nobody means it.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Failure::invalid("body", "must be an object"));
    }
    Ok(value)
}

fn broken(error: &serde_json::Error) -> Failure {
    Failure::new(Code::BadRequest, format!("the body is no JSON: {error}"))
}

fn wrong(path: &str, error: &serde_json::Error) -> Failure {
    let text = error.to_string();
    // serde ends its messages with where in the text it was; the field says it better.
    let detail = text.split(" at line ").next().unwrap_or(&text);
    // A missing or unknown field is told of the object it belongs to, its name in back quotes.
    let named = ["missing field `", "unknown field `", "duplicate field `"]
        .iter()
        .find_map(|start| detail.strip_prefix(start)?.split('`').next());
    let field = match (path, named) {
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if !path.ends_with(name) => format!("{path}.{name}"),
        (".", None) => "body".to_owned(),
        (path, _) => path.to_owned(),
    };
    Problem::field(Code::Invalid, field, detail).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::rest::booking::NewBooking;

    #[tokio::test]
    async fn a_body_keeps_as_much_room_as_it_has_bytes() {
        let room = Semaphore::new(5);
        let (bytes, kept) = collect_into(Body::from("abc"), 4, &room).await.expect("it fits");
        assert_eq!((bytes.as_ref(), room.available_permits()), (b"abc".as_slice(), 2));
        let full = collect_into(Body::from("abc"), 4, &room).await.expect_err("no room");
        assert_eq!((full.0.code, room.available_permits()), (Code::Overloaded, 2));
        drop(kept);
        let large = collect_into(Body::from("abcde"), 4, &room).await.expect_err("too large");
        assert_eq!((large.0.code, room.available_permits()), (Code::BodyTooLarge, 5));
    }

    fn problem(body: &str) -> Problem {
        *read::<NewBooking>(body.as_bytes()).expect_err("a mistake").0
    }

    #[test]
    fn mistakes_name_their_field() {
        for (body, field) in [
            (r#"{}"#, "event_id"),
            (r#"{"event_id":"x"}"#, "event_id"),
            (r#"{"event_id":1,"quantity":"x"}"#, "quantity"),
            (r#"{"event_id":1,"quantity":-1}"#, "quantity"),
            (r#"{"event_id":1,"quantity":1.5}"#, "quantity"),
            (r#"{"event_id":1,"quantity":null}"#, "quantity"),
            (r#"{"event_id":1,"seats":["a",2]}"#, "seats[1]"),
            (r#"{"event_id":1,"colour":"red"}"#, "colour"),
            (r#"{"event_id":1,"customer":{"nme":"A"}}"#, "customer.nme"),
            (r#"{"event_id":1,"quantity":1e400}"#, "quantity"),
            (r#"{"event_id":1,"customer":{"name":"\ud800"}}"#, "customer.name"),
            (r#"{"event_id":1,"customer":["Anna",null,null]}"#, "customer"),
            (r#"{"event_id":1,"customer":"Anna"}"#, "customer"),
            (r#"{"event_id":1,"customer":{"name":["Anna"]}}"#, "customer.name"),
            (r#"[]"#, "body"),
            (r#"[1,["a"],"5b0cfa46-9d8c-4e2b-9c6a-0a8a4b3a6d11",1,null,null]"#, "body"),
        ] {
            let problem = problem(body);
            assert_eq!((problem.status, problem.errors[0].field.as_str()), (422, field), "{body}");
        }
    }

    #[test]
    fn broken_json_is_unreadable() {
        for body in ["", "{", "{\"event_id\":1}x", "{'event_id':1}", "\u{0}", "{\"x\":1,}"] {
            assert_eq!(problem(body).status, 400, "{body}");
        }
        let not_utf8 = b"{\"event_id\":1,\"seats\":[\"\xff\"]}";
        assert_eq!(read::<NewBooking>(not_utf8).expect_err("a mistake").0.status, 400);
    }
}
