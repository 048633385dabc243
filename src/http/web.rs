//! The web client: built files from inside the binary. Without them (`cargo build` needs no Node)
//! a page says how to build it.

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use super::problem::Failure;

#[derive(RustEmbed)]
#[folder = "web-client/dist"]
#[allow_missing = true]
struct Files;

const NOT_BUILT: &str = include_str!("not_built.html");

/// Files with a digest in their name never change.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves a file; any other address that a browser opens gets the page itself, which reads it.
pub(crate) async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Failure::not_found("route").into_response();
    }
    if let Some(file) = Files::get(path) {
        return file_response(path, file.data.into_owned());
    }
    // The front page is also for those who don't say what they take, such as curl.
    if !(accepts_html(&headers) || path.is_empty()) || path.starts_with("assets/") {
        return Failure::not_found("route").into_response();
    }
    match Files::get("index.html") {
        Some(page) => file_response("index.html", page.data.into_owned()),
        None => {
            (StatusCode::OK, [(header::CACHE_CONTROL, ASK_AGAIN)], Html(NOT_BUILT)).into_response()
        }
    }
}

fn file_response(path: &str, bytes: Vec<u8>) -> Response {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = HeaderValue::from_str(kind.as_ref())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let cache = if path.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], bytes).into_response()
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
