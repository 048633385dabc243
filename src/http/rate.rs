//! How often somebody may ask: per caller, and per address ten times that. Probes are exempt, and
//! so are sockets, which have limits of their own; a handshake that is refused becomes no socket,
//! and counts for its address.
//!
//! Callers are told apart by what they name themselves by, before anybody checks it; whoever
//! invents names is held by the address's limit.

use std::net::IpAddr;
use std::num::NonZero;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::app::AppState;
use super::call::query_caller;
use super::caller::SESSION_HEADER;
use super::problem::{Failure, Reply};
use super::server::Peer;
use crate::protocol::problem::Code;

/// How many callers, and how many addresses, are remembered. Those who have asked for longest are
/// forgotten first, and begin anew.
const REMEMBERED_MAX: usize = 100_000;

/// How many callers may share an address before it is limited as one.
const CALLERS_PER_ADDRESS: u32 = 10;

/// Who looks after the server asks as often as it likes.
const PROBES: [&str; 3] = ["/health", "/ready", "/metrics"];

/// The route of sockets.
const LIVE: &str = "/api/v1/events/{id}/live";

/// How often somebody may ask.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Requests a second, per caller; 0: as often as they like.
    pub per_second: u32,
    /// How many at once, after a while of silence.
    pub burst: u32,
}

/// Who has asked how often.
pub(crate) struct Rates(Option<Limited>);

struct Limited {
    callers: Bucket<[u8; 32]>,
    addresses: Bucket<IpAddr>,
}

impl Rates {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let quota = |times: u32| {
            let rate = NonZero::new(limit.per_second.saturating_mul(times))?;
            let burst =
                NonZero::new(limit.burst.saturating_mul(times)).unwrap_or(NonZero::<u32>::MIN);
            Some(Quota::per_second(rate).allow_burst(burst))
        };
        Self(quota(1).zip(quota(CALLERS_PER_ADDRESS)).map(|(caller, address)| Limited {
            callers: Bucket::new(caller),
            addresses: Bucket::new(address),
        }))
    }

    /// Counts a request of somebody who is named in its body.
    pub(crate) fn count_user(&self, user: i64) -> Reply<()> {
        let Some(limited) = &self.0 else { return Ok(()) };
        limited.callers.count(&name("user", user.to_string().as_bytes()))
    }

    fn count_address(&self, address: Option<IpAddr>) -> Reply<()> {
        let Some((limited, address)) = self.0.as_ref().zip(address) else { return Ok(()) };
        limited.addresses.count(&network(address))
    }

    /// Counts a request of an address, and of whom it names outside its body.
    fn count(
        &self,
        address: Option<IpAddr>,
        caller: impl FnOnce() -> Option<[u8; 32]>,
    ) -> Reply<()> {
        let Some(limited) = &self.0 else { return Ok(()) };
        self.count_address(address)?;
        caller().map_or(Ok(()), |caller| limited.callers.count(&caller))
    }
}

/// The limits of one kind of askers.
struct Bucket<K> {
    quota: Quota,
    known: Cache<K, Arc<DefaultDirectRateLimiter>>,
}

impl<K: Eq + std::hash::Hash + Clone> Bucket<K> {
    fn new(quota: Quota) -> Self {
        Self { quota, known: Cache::new(REMEMBERED_MAX) }
    }

    fn count(&self, who: &K) -> Reply<()> {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::new(RateLimiter::direct(self.quota)));
        let Ok(limiter) = self.known.get_or_insert_with(who, fresh);
        let late = |_| Failure::new(Code::RateLimited, "too many requests; nothing happened");
        limiter.check().map_err(late)
    }
}

/// What a request names its caller by, if anything outside its body does.
pub(super) fn named(method: &Method, headers: &HeaderMap, uri: &Uri) -> Option<[u8; 32]> {
    for header in [header::AUTHORIZATION.as_str(), SESSION_HEADER] {
        if let Some(value) = headers.get(header) {
            return Some(name(header, value.as_bytes()));
        }
    }
    let user = query_caller(method, uri).ok().flatten()?;
    Some(name("user", user.to_string().as_bytes()))
}

fn name(kind: &str, value: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(kind);
    digest.update([0]);
    digest.update(value);
    digest.finalize().into()
}

/// An address as it is counted: of IPv6 the network, since whoever has one has all its addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & (u128::MAX << 64);
            IpAddr::V6(network.into())
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// How requests count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not at all.
    Probe,
    /// If they are refused: what comes of the others is limited by the sockets' number.
    Handshake,
    /// Before they are looked at.
    Other,
}

impl Kind {
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        if PROBES.contains(&request.uri().path()) {
            Self::Probe
        } else if route == Some(LIVE) && request.method() == Method::GET {
            Self::Handshake
        } else {
            Self::Other
        }
    }
}

/// The layer.
pub(super) async fn limit(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    match Kind::of(&request) {
        Kind::Probe => next.run(request).await,
        Kind::Handshake => {
            let response = next.run(request).await;
            // Only what is the client's fault: those who find no room don't make it worse.
            if response.status().is_client_error()
                && let Err(failure) = app.rates.count_address(peer)
            {
                return failure.into_response();
            }
            response
        }
        Kind::Other => {
            let caller = || named(request.method(), request.headers(), request.uri());
            match app.rates.count(peer, caller) {
                Ok(()) => next.run(request).await,
                Err(failure) => failure.into_response(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::any;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    #[test]
    fn callers_have_each_their_own_and_addresses_ten_times_it() {
        let rates = Rates::new(RateLimit { per_second: 1, burst: 3 });
        let address = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        let anna =
            HeaderMap::from_iter([(SESSION_HEADER.parse().unwrap(), "anna".parse().unwrap())]);
        let uri = Uri::from_static("/api/v1/events");
        let (anna, nobody) = (|| named(&Method::POST, &anna, &uri), || None);
        let taken = (0..5).filter(|_| rates.count(None, anna).is_ok()).count();
        assert_eq!(taken, 3);
        let taken = (0..40).filter(|_| rates.count(address(1), nobody).is_ok()).count();
        assert!((30..40).contains(&taken), "{taken}");
        assert!(rates.count(address(2), nobody).is_ok());
        let failure = rates.count(None, anna).expect_err("too often");
        assert_eq!((failure.0.status, failure.0.code), (429, Code::RateLimited));
    }

    #[test]
    fn a_query_names_nobody_where_it_is_not_believed() {
        let uri = Uri::from_static("/api/v1/bookings/17/cancel?user_id=1");
        for (method, counts) in [
            (Method::GET, true),
            (Method::HEAD, true),
            (Method::DELETE, true),
            (Method::POST, false),
            (Method::PUT, false),
            (Method::PATCH, false),
        ] {
            assert_eq!(named(&method, &HeaderMap::new(), &uri).is_some(), counts, "{method}");
        }
    }

    #[test]
    fn nothing_is_counted_when_the_limit_is_off() {
        let rates = Rates::new(RateLimit { per_second: 0, burst: 1 });
        for _ in 0..1_000 {
            assert!(rates.count_user(1).is_ok());
        }
    }

    #[tokio::test]
    async fn the_route_of_sockets_is_what_it_is_called_and_nothing_that_ends_alike() {
        async fn kind(request: Request) -> String {
            format!("{:?}", Kind::of(&request))
        }
        let live = Router::new().route("/events/{id}/live", any(kind));
        let router = Router::new().nest("/api/v1", live).fallback(kind);
        for (method, path, kind) in [
            (Method::GET, "/api/v1/events/7/live", "Handshake"),
            (Method::GET, "/api/v1/events/x/live?since=a.1", "Handshake"),
            (Method::POST, "/api/v1/events/7/live", "Other"),
            (Method::GET, "/api/v1/events/7/live/", "Other"),
            (Method::GET, "/api/v1/live", "Other"),
            (Method::GET, "/anything/live", "Other"),
            (Method::GET, "/health", "Probe"),
        ] {
            let request = axum::http::Request::builder().method(&method).uri(path);
            let request = request.body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            let said = response.into_body().collect().await.expect("a body").to_bytes();
            assert_eq!(said, kind, "{method} {path}");
        }
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let [one, two, other] = ["2001:db8::1", "2001:db8::2", "2001:db8:1::1"]
            .map(|text| network(text.parse().expect("an address")));
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), IpAddr::from([192, 0, 2, 1]));
    }
}
