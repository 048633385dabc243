//! How often somebody may ask: per caller, and per address ten times that. Probes are exempt, and
//! so are sockets, which have limits of their own.
//!
//! Callers are told apart by what they name themselves by, before anybody checks it; whoever
//! invents names is held by the address's limit.

use std::net::IpAddr;
use std::num::NonZero;
use std::sync::Arc;

use axum::extract::{Request, State};
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

    /// Counts a request of an address, and of whom it names outside its body.
    fn count(
        &self,
        address: Option<IpAddr>,
        caller: impl FnOnce() -> Option<[u8; 32]>,
    ) -> Reply<()> {
        let Some(limited) = &self.0 else { return Ok(()) };
        if let Some(address) = address {
            limited.addresses.count(&network(address))?;
        }
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

fn is_exempt(path: &str) -> bool {
    ["/health", "/ready", "/metrics"].contains(&path) || path.ends_with("/live")
}

/// The layer.
pub(super) async fn limit(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if !is_exempt(request.uri().path()) {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        let caller = || named(request.method(), request.headers(), request.uri());
        if let Err(failure) = app.rates.count(peer, caller) {
            return failure.into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let [one, two, other] = ["2001:db8::1", "2001:db8::2", "2001:db8:1::1"]
            .map(|text| network(text.parse().expect("an address")));
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), IpAddr::from([192, 0, 2, 1]));
    }
}
