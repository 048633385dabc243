//! Which pages of other origins may use this server from a browser: the element in a shop's page. The
//! others may not read its answers, nor, in open mode, have anything done.
//!
//! Never allows credentials: who asks says so in a header, and there are no cookies.

use std::str::FromStr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

use super::app::AppState;
use super::caller::SESSION_HEADER;
use super::commands::VERSION_HEADER;
use super::problem::Failure;
use super::request_id::REQUEST_ID;
use crate::protocol::problem::Code;

/// How many origins can be named.
const ORIGINS_MAX: usize = 100;
/// For how long a browser needn't ask again.
const REMEMBERED: Duration = Duration::from_secs(3_600);
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Where a browser says how far the page that asks is from what it asks.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Origins whose pages may read the answers of this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Those of every site.
    All,
    /// Those of some sites.
    These(Vec<HeaderValue>),
}

impl FromStr for AllowedOrigins {
    type Err = String;

    /// `*`, or origins separated by commas, as browsers send them.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "*" {
            return Ok(Self::All);
        }
        let origins = text.split(',').map(|origin| origin_of(origin.trim()));
        let origins: Vec<HeaderValue> = origins.collect::<Result<_, _>>()?;
        if origins.len() > ORIGINS_MAX {
            return Err(format!("{} origins, at most {ORIGINS_MAX} can be named", origins.len()));
        }
        Ok(Self::These(origins))
    }
}

fn origin_of(text: &str) -> Result<HeaderValue, String> {
    let wrong = |reason: &str| format!("\"{text}\" {reason}, as in https://shop.example");
    let uri: Uri = text.parse().map_err(|_| wrong("is no origin"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong("is no origin: scheme and host are asked for"));
    };
    if !matches!(scheme, "http" | "https") {
        return Err(wrong("is no origin of the web: http or https are asked for"));
    }
    let origin = format!("{scheme}://{authority}");
    if !origin.eq_ignore_ascii_case(text) || authority.as_str().contains('@') {
        return Err(wrong("is more than an origin: scheme, host and port alone are asked for"));
    }
    // Browsers write hosts so, and leave out the scheme's own port.
    let written = origin.to_ascii_lowercase();
    HeaderValue::from_str(without_usual_port(scheme, &written)).map_err(|_| wrong("is no origin"))
}

fn without_usual_port<'a>(scheme: &str, host: &'a str) -> &'a str {
    let usual_port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    host.strip_suffix(usual_port).unwrap_or(host)
}

/// What lets the pages of these origins in. Preflights are answered here.
pub(super) fn layer(allowed: &AllowedOrigins) -> CorsLayer {
    let origins = match allowed {
        AllowedOrigins::All => AllowOrigin::any(),
        AllowedOrigins::These(origins) => AllowOrigin::list(origins.iter().cloned()),
    };
    let asked = [header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH];
    let told = [header::DATE, header::ETAG, header::LOCATION, header::RETRY_AFTER];
    let own_asked = [IDEMPOTENCY_KEY, REQUEST_ID, HeaderName::from_static(SESSION_HEADER)];
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(AllowMethods::list([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ]))
        .allow_headers(AllowHeaders::list(asked.into_iter().chain(own_asked)))
        .expose_headers(ExposeHeaders::list(told.into_iter().chain([VERSION_HEADER, REQUEST_ID])))
        .max_age(REMEMBERED)
}

/// The layer of open mode, where whoever reaches the server may act: a browser on the same machine
/// or in the same office reaches it for any page that it shows, and sends what changes things
/// without asking first as long as it looks like a form. With tokens alone nothing has to be refused,
/// since no page can show one that it wasn't given.
pub(super) async fn refuse_strangers(
    State(app): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let allowed = app.settings.allowed_origins.as_ref();
    let may_change = !request.method().is_safe();
    if may_change && is_strangers(request.headers(), request.uri(), allowed) {
        let detail = "a page of another site sent this; in open mode its origin has to be among \
                      ALLOWED_ORIGINS (--allowed-origins)";
        return Failure::new(Code::Forbidden, detail).into_response();
    }
    next.run(request).await
}

/// Whether a page of another site sent it that isn't among those allowed. A client that is no browser
/// says nothing of pages.
fn is_strangers(headers: &HeaderMap, uri: &Uri, allowed: Option<&AllowedOrigins>) -> bool {
    let origin = headers.get(header::ORIGIN);
    let is_allowed = match allowed {
        None => false,
        Some(AllowedOrigins::All) => true,
        Some(AllowedOrigins::These(origins)) => origin.is_some_and(|from| origins.contains(from)),
    };
    if is_allowed {
        return false;
    }
    match headers.get(FETCH_SITE) {
        // By https, and on the machine itself, the browser's own word: a proxy before the server may
        // have changed `Host`.
        Some(site) => !["same-origin", "none"].iter().any(|near| site == near),
        None => origin.is_some_and(|from| !is_own(from, headers, uri)),
    }
}

/// Whether an origin is the one that the request went to, as far as it says.
fn is_own(origin: &HeaderValue, headers: &HeaderMap, uri: &Uri) -> bool {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // HTTP/2 names the host elsewhere.
    let named = named.or_else(|| uri.authority().map(|authority| authority.as_str()));
    // "null", of pages that have none, among others.
    let Some((scheme, host)) = origin.to_str().ok().and_then(|text| text.split_once("://")) else {
        return false;
    };
    let bare = |host| without_usual_port(scheme, host);
    named.is_some_and(|named| bare(named).eq_ignore_ascii_case(bare(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The headers of a request to tickets.example.
    fn sent(site: Option<&str>, origin: Option<&str>) -> HeaderMap {
        let named = [(FETCH_SITE, site), (header::ORIGIN, origin)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let host = [(header::HOST, "tickets.example")];
        let all = named.chain(host).map(|(name, value)| (name, value.parse().expect("a value")));
        all.collect()
    }

    #[test]
    fn strangers_are_told_by_what_browsers_say() {
        let (own, evil) = ("https://tickets.example", "https://evil.example");
        let shops: AllowedOrigins = "https://shop.example".parse().expect("an origin");
        for (site, origin, expected) in [
            (None, None, false),
            (Some("same-origin"), Some(own), false),
            (Some("none"), None, false),
            // A proxy has changed the host.
            (Some("same-origin"), Some("https://outside.example"), false),
            (Some("cross-site"), Some(evil), true),
            (Some("same-site"), Some("https://www.tickets.example"), true),
            (Some("cross-site"), None, true),
            (Some("cross-site"), Some("null"), true),
            // What can't be is nobody's own.
            (Some("cross-site"), Some(own), true),
            (Some("near"), Some(own), true),
            (Some("cross-site"), Some("https://shop.example"), false),
            (None, Some("https://shop.example"), false),
            (None, Some("http://shop.example"), true),
            (None, Some(own), false),
            (None, Some("https://Tickets.Example:443"), false),
            (None, Some("http://tickets.example"), false),
            (None, Some("http://tickets.example:8080"), true),
            (None, Some(evil), true),
            (None, Some("null"), true),
            (None, Some(""), true),
        ] {
            let headers = sent(site, origin);
            let is = is_strangers(&headers, &Uri::from_static("/"), Some(&shops));
            assert_eq!(is, expected, "{site:?} {origin:?}");
            assert!(!is_strangers(&headers, &Uri::from_static("/"), Some(&AllowedOrigins::All)));
        }
    }

    #[test]
    fn the_host_of_a_later_protocol_is_in_the_address() {
        let headers = |origin: &str| {
            HeaderMap::from_iter([(header::ORIGIN, origin.parse().expect("an origin"))])
        };
        let uri = Uri::from_static("http://tickets.example:8080/api/v1/bookings");
        assert!(!is_strangers(&headers("http://tickets.example:8080"), &uri, None));
        assert!(is_strangers(&headers("http://tickets.example"), &uri, None));
        assert!(is_strangers(&headers("http://tickets.example"), &Uri::from_static("/"), None));
    }

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        let these = |text: &str| match text.parse() {
            Ok(AllowedOrigins::These(origins)) => origins,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(these("https://shop.example"), ["https://shop.example"]);
        assert_eq!(these("HTTPS://Shop.example:443"), ["https://shop.example"]);
        let two = "http://localhost:5173, https://a.example:8443";
        assert_eq!(these(two), ["http://localhost:5173", "https://a.example:8443"]);
        assert_eq!(" * ".parse(), Ok(AllowedOrigins::All));
    }

    #[test]
    fn what_is_no_origin_is_named() {
        for text in [
            "",
            "shop.example",
            "https://shop.example/",
            "https://shop.example/tickets",
            "https://me@shop.example",
            "ftp://shop.example",
            "https://a.example,*",
            "https://a.example,",
            "null",
        ] {
            let error = text.parse::<AllowedOrigins>().expect_err(text);
            let named = text.rsplit(',').next().unwrap_or_default();
            assert!(error.contains(&format!("\"{named}\"")), "{text}: {error}");
        }
        let many = ["https://a.example"; ORIGINS_MAX + 1].join(",");
        assert!(many.parse::<AllowedOrigins>().is_err());
    }
}
