//! The outermost layer: gives every request its id, logs it, and turns whatever error comes out of
//! the router into a problem with that id.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::app::AppState;
use super::problem::Failure;
use crate::protocol::problem::{Code, PROBLEM_JSON, Problem};

/// The header that carries the id, in and out.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything is what its media type says: a browser that guesses could take an export for a page.
const NOT_GUESSED: HeaderValue = HeaderValue::from_static("nosniff");

/// The longest id taken from a client, in characters.
const ID_CHARS_MAX: usize = 128;

/// A request's id.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The id of a request that came through this layer.
    pub(crate) fn of(extensions: &Extensions) -> String {
        extensions.get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

/// A client's own id when it is well-formed, else a new one.
fn id_of(headers: &HeaderMap) -> String {
    let fits = |id: &&str| {
        (1..=ID_CHARS_MAX).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(fits);
    given.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// The layer.
pub(crate) async fn with_request_id(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = id_of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span =
        tracing::info_span!("request", request.id = %id, http.method = %method, http.path = %path);
    let started = Instant::now();
    let limit = app.settings.request_timeout;
    let handled = tokio::time::timeout(limit, next.run(request).instrument(span.clone()));
    let mut response = match app.time_up.run_until_cancelled(handled).await {
        Some(Ok(response)) => response,
        Some(Err(_)) | None => given_up(&method).into_response(),
    };
    let problem = problem_of(&mut response);
    if let Some(problem) = problem {
        response = with_body(response, problem, &id);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, NOT_GUESSED);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.in_scope(|| log(response.status(), started.elapsed()));
    app.metrics.answered(&method, response.status(), started.elapsed());
    response
}

/// For a handler that overran its time, or the node's. Who only read may be told that nothing
/// happened.
fn given_up(method: &Method) -> Failure {
    if *method == Method::GET || *method == Method::HEAD {
        return Failure::new(Code::Timeout, "time is up");
    }
    Failure::new(
        Code::OutcomeUnknown,
        "it may have happened: ask again with the same Idempotency-Key, or read",
    )
}

/// The problem that a response stands for; errors of the framework become problems too.
fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(*failure.0);
    }
    let status = response.status();
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| {
        let value = value.as_bytes();
        value.starts_with(PROBLEM_JSON.as_bytes()) || value.starts_with(b"application/json")
    });
    if told || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => (Code::NotFound, "there is no such route"),
        StatusCode::METHOD_NOT_ALLOWED => {
            (Code::MethodNotAllowed, "the route doesn't take this method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => (Code::BodyTooLarge, "the body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (Code::UnsupportedMediaType, "not understood"),
        _ if status.is_client_error() => (Code::BadRequest, "the request can't be read"),
        _ => (Code::Internal, "the request failed"),
    };
    Some(Problem { status: status.as_u16(), ..Problem::new(code, detail) })
}

fn with_body(response: Response, mut problem: Problem, id: &str) -> Response {
    // The answer to a repeated request is the same as the first, its id included.
    if problem.request_id.is_empty() {
        id.clone_into(&mut problem.request_id);
    }
    let (mut parts, _) = response.into_parts();
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}

fn log(status: StatusCode, took: Duration) {
    let duration_ms = took.as_secs_f64() * 1_000.0;
    let status = status.as_u16();
    if status >= 500 {
        tracing::warn!(http.status = status, duration_ms, "request failed");
    } else {
        tracing::info!(http.status = status, duration_ms, "request answered");
    }
}
