//! Refusals of the live routes as problem documents (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// When to come back to a node that has no room or no database, in seconds.
const RETRY_AFTER_SECONDS: &str = "2";

/// A refusal; boxed, so that it costs those who are served nothing.
#[derive(Debug)]
pub(super) struct Refusal(Box<Response>);

impl Refusal {
    /// The response, to add headers to.
    pub(super) fn response(&mut self) -> &mut Response {
        &mut self.0
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// A problem document.
pub(super) fn problem(status: StatusCode, code: &str, detail: &str) -> Refusal {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
        "code": code,
    });
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/problem+json");
    headers.insert(header::CONTENT_TYPE, kind);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let retry = HeaderValue::from_static(RETRY_AFTER_SECONDS);
        headers.insert(header::RETRY_AFTER, retry);
    }
    Refusal(Box::new(response))
}
