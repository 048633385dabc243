//! Tokens of an identity provider, checked by the keys it publishes. One task of the node fetches
//! these: at the start, again after a while, and sooner if a token names a key that isn't known, but
//! never more often than a pause allows, whatever strangers send. What was fetched last goes on
//! being used while the provider is away.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jsonwebtoken::{DecodingKey, Header};
use serde_json::{Map, Value};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::fetch::{FETCH_TIMEOUT, JwksUrl, Source};
use super::keys::Keys;
use super::{Claims, Unread, algorithms, said, subject, validation};
use crate::http::caller::Role;

/// How long after a fetch the next may begin, also after one that failed.
const PAUSE: Duration = Duration::from_secs(10);

/// How long keys are used before they are fetched anew: a key that the provider has taken back is
/// believed for no longer.
const REFRESH: Duration = Duration::from_secs(600);

/// Whose tokens are taken besides the shop's, and what must be in them.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Where its keys are.
    pub url: JwksUrl,
    /// What `iss` must be, if it matters.
    pub issuer: Option<String>,
    /// What `aud` must be or contain, if it matters.
    pub audience: Option<String>,
    /// The claim that holds the role, or the path to it, its steps separated by dots.
    pub role_claim: String,
    /// How long after a fetch the next may begin.
    pub pause: Duration,
    /// How long keys are used before they are fetched anew.
    pub refresh: Duration,
}

impl ProviderSettings {
    /// The usual settings: any issuer and audience, the role in `role`.
    #[must_use]
    pub fn new(url: JwksUrl) -> Self {
        Self {
            url,
            issuer: None,
            audience: None,
            role_claim: "role".to_owned(),
            pause: PAUSE,
            refresh: REFRESH,
        }
    }
}

/// Checks a provider's tokens.
pub struct Provider {
    settings: ProviderSettings,
    known: watch::Sender<Known>,
    /// Somebody waits for a key that isn't known.
    wanted: Notify,
}

/// What is known of the provider.
#[derive(Default)]
struct Known {
    /// As they were fetched last.
    keys: Option<Arc<Keys>>,
    /// When the last fetch ended, and whether it failed.
    last: Option<(Instant, Outcome)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Fetched,
    Failed,
}

impl Known {
    fn find(&self, header: &Header) -> Result<DecodingKey, Unread> {
        let key = self.keys.as_ref().and_then(|keys| find(keys, header));
        key.ok_or_else(|| match self.last {
            Some((_, Outcome::Fetched)) => {
                Unread::Wrong("the token is signed by an unknown key".to_owned())
            }
            // The provider may know better.
            Some((_, Outcome::Failed)) | None => Unread::Away,
        })
    }

    fn is_recent(&self, pause: Duration) -> bool {
        self.last.is_some_and(|(ended, _)| ended.elapsed() < pause)
    }

    fn has_failed(&self) -> bool {
        self.last.is_some_and(|(_, outcome)| outcome == Outcome::Failed)
    }
}

fn find(keys: &Keys, header: &Header) -> Option<DecodingKey> {
    keys.find(header.alg, header.kid.as_deref()).cloned()
}

impl Provider {
    /// Starts fetching keys, until the node ends. Doesn't wait for the first ones: sales don't
    /// depend on whether organisers can log in.
    ///
    /// # Errors
    /// When nothing can be fetched from there, whoever answers; names the option.
    pub fn start(
        settings: ProviderSettings,
        until: CancellationToken,
    ) -> Result<Arc<Self>, String> {
        algorithms::install();
        let source = Source::new(settings.url.clone())
            .map_err(|reason| format!("--jwks-url (JWKS_URL): {reason}"))?;
        if settings.url.is_exposed() {
            tracing::warn!(
                url = %settings.url,
                "the provider's keys come over plain HTTP: who is in between can sign any token"
            );
        }
        let provider =
            Arc::new(Self { settings, known: watch::Sender::default(), wanted: Notify::new() });
        let fetching = Arc::clone(&provider);
        tokio::spawn(async move { until.run_until_cancelled(fetching.keep(&source)).await });
        Ok(provider)
    }

    /// Reads a token that is in force, or says what is wrong with it.
    pub(super) async fn read(&self, token: &str, header: &Header) -> Result<Claims, Unread> {
        let key = self.key(header).await?;
        let mut validation = validation(header.alg);
        if let Some(issuer) = &self.settings.issuer {
            validation.set_issuer(&[issuer]);
            validation.required_spec_claims.insert("iss".to_owned());
        }
        if let Some(audience) = &self.settings.audience {
            validation.validate_aud = true;
            validation.set_audience(&[audience]);
            validation.required_spec_claims.insert("aud".to_owned());
        }
        let token = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &validation);
        let claims = token.map_err(|error| Unread::Wrong(said(&error, "key")))?.claims;
        let named = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        let sub = subject(named).map_err(Unread::Wrong)?;
        Ok(Claims { sub, role: role(&claims, &self.settings.role_claim) })
    }

    async fn key(&self, header: &Header) -> Result<DecodingKey, Unread> {
        let mut fetches = self.known.subscribe();
        let missing = match self.known.borrow().find(header) {
            Ok(key) => return Ok(key),
            Err(missing) => missing,
        };
        if self.known.borrow().is_recent(self.settings.pause) {
            return Err(missing);
        }
        self.wanted.notify_one();
        // The fetch goes on if whoever waits for it leaves; else they could keep new keys away.
        let _ = timeout(FETCH_TIMEOUT, fetches.changed()).await;
        self.known.borrow().find(header)
    }

    /// Keeps the keys fresh, for ever.
    async fn keep(&self, source: &Source) {
        loop {
            let fetched = source.fetch().await.and_then(|text| Keys::read(&text));
            let next = self.take(fetched);
            // Whoever wanted keys until now has been answered by these.
            let _ = self.wanted.notified().now_or_never();
            sleep(self.settings.pause).await;
            let rest = next.saturating_sub(self.settings.pause);
            let _ = timeout(rest, self.wanted.notified()).await;
        }
    }

    /// Takes in what a fetch has brought, and says when the next is due.
    fn take(&self, fetched: Result<Keys, String>) -> Duration {
        let (had_keys, had_failed) = {
            let known = self.known.borrow();
            (known.keys.is_some(), known.has_failed())
        };
        let url = &self.settings.url;
        let (keys, next) = match fetched {
            Ok(keys) => {
                let count = keys.count();
                if count == 0 {
                    tracing::warn!(%url, "the provider has no keys that tokens can be checked by");
                } else if had_failed || !had_keys {
                    tracing::info!(%url, keys = count, "the provider's keys are there");
                }
                (Some(Arc::new(keys)), self.settings.refresh)
            }
            Err(reason) => {
                // Once, not every few seconds while it lasts.
                if !had_failed {
                    tracing::warn!(%url, %reason, "the provider's keys can't be fetched");
                }
                (None, self.settings.pause)
            }
        };
        self.known.send_modify(|known| {
            let outcome = if keys.is_some() { Outcome::Fetched } else { Outcome::Failed };
            known.last = Some((Instant::now(), outcome));
            known.keys = keys.or(known.keys.take());
        });
        next
    }
}

/// The highest role that a claim names. Providers have roles of their own: words that are none here
/// are not minded.
fn role(claims: &Map<String, Value>, path: &str) -> Role {
    // A claim's own name may have dots in it: https://shop.example/role.
    let value = claims.get(path).or_else(|| {
        let mut steps = path.split('.');
        let first = claims.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    });
    let is_named = |role: &Role| match value {
        Some(Value::String(word)) => word == role.name(),
        Some(Value::Array(words)) => words.iter().any(|word| word == role.name()),
        _ => false,
    };
    [Role::Admin, Role::Organiser].into_iter().find(is_named).unwrap_or_default()
}

#[cfg(test)]
mod tests;
