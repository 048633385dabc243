//! Which pages of other origins may use this server from a browser: the element in a shop's page.
//!
//! Never allows credentials: who asks says so in a header, and there are no cookies.

use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

use super::caller::SESSION_HEADER;
use super::commands::VERSION_HEADER;
use super::request_id::REQUEST_ID;

/// How many origins can be named.
const ORIGINS_MAX: usize = 100;
/// For how long a browser needn't ask again.
const REMEMBERED: Duration = Duration::from_secs(3_600);
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

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
    let usual_port = if scheme == "https" { ":443" } else { ":80" };
    let written = origin.to_ascii_lowercase();
    let written = written.strip_suffix(usual_port).unwrap_or(&written);
    HeaderValue::from_str(written).map_err(|_| wrong("is no origin"))
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

#[cfg(test)]
mod tests {
    use super::*;

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
