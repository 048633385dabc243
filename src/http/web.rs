//! The web client: built files from inside the binary. Without them (`cargo build` needs no Node)
//! a page says how to build it. Pages come with what browsers should keep others from: scripts that
//! aren't theirs, and strangers' frames around what organisers click.

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use super::problem::Failure;

#[derive(RustEmbed)]
#[folder = "web-client/dist"]
#[allow_missing = true]
struct Files;

const NOT_BUILT: &str = include_str!("not_built.html");

/// The one page of the client.
const PAGE: &str = "index.html";

/// Scripts come from the server alone. Nothing is said of pictures, which charts have of any host,
/// nor of styles and connections, and nothing of who may frame it: shops do.
const OPEN_TO_FRAMES: HeaderValue =
    HeaderValue::from_static("script-src 'self'; object-src 'none'; base-uri 'none'");

/// The same, and in no frame: a click on what lies hidden below a stranger's page cancels bookings.
const UNFRAMED: HeaderValue = HeaderValue::from_static(
    "script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// Of the documentation, which makes its examples itself and can send them.
const DOCS: HeaderValue =
    HeaderValue::from_static("object-src 'none'; base-uri 'none'; frame-ancestors 'none'");

/// Addresses here name bookings; other sites are told none.
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");

/// Files with a digest in their name never change.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves a file; any other address that a browser opens gets the page itself, which reads it.
pub(crate) async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Failure::not_found("route").into_response();
    }
    if let Some(file) = Files::get(path).filter(|_| path != PAGE) {
        return file_response(path, file.data.into_owned());
    }
    // The front page is also for those who don't say what they take, such as curl.
    if !(accepts_html(&headers) || path.is_empty() || path == PAGE) || path.starts_with("assets/") {
        return Failure::not_found("route").into_response();
    }
    let page = match Files::get(PAGE) {
        Some(page) => file_response(PAGE, page.data.into_owned()),
        None => {
            (StatusCode::OK, [(header::CACHE_CONTROL, ASK_AGAIN)], Html(NOT_BUILT)).into_response()
        }
    };
    guarded(page, if is_organisers(path) { UNFRAMED } else { OPEN_TO_FRAMES })
}

/// Whether the client shows an organisers' page there; by its own rule (`src/app.tsx`).
fn is_organisers(path: &str) -> bool {
    path.split('/').next() == Some("organise")
}

/// What goes with every answer of the documentation's.
pub(super) async fn guard_docs(response: Response) -> Response {
    guarded(response, DOCS)
}

fn guarded(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::REFERRER_POLICY, REFERRER);
    response
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
