//! A call that may change something: its body, who makes it, under which key, and by when it has
//! to be answered. Every POST, PATCH and DELETE comes in through here.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, Uri};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::app::AppState;
use super::body::{self, Leniency};
use super::caller::{AuthMode, Identity, is_visible_ascii, nobody_named};
use super::keeping::Keeping;
use super::problem::{Failure, Reply};
use super::rate::named;
use super::request_id::RequestId;
use crate::domain::command::{Command, IdempotencyKey, Request as CommandRequest};
use crate::domain::ids::UserId;
use crate::protocol::rest::{booking, check_in, event, event_change, hold, seat, user};
use crate::store::kept::KeptScope;

/// The longest `Idempotency-Key`, in characters.
const KEY_CHARS_MAX: usize = 255;

/// At most how much of a request's time is kept for telling the outcome.
const ANSWER_MARGIN_MAX: Duration = Duration::from_secs(1);

/// A body that may name its caller.
pub(crate) trait NamesCaller: DeserializeOwned {
    fn user_id(&self) -> Option<i64>;
}

macro_rules! names_caller {
    ($($body:ty),* $(,)?) => {
        $(impl NamesCaller for $body {
            fn user_id(&self) -> Option<i64> {
                self.user_id
            }
        })*
    };
}

names_caller!(
    seat::CallerOnly,
    check_in::CheckIn,
    seat::Block,
    seat::Unblock,
    hold::NewHold,
    hold::ExtendHold,
    booking::NewBooking,
    booking::ConfirmBooking,
    booking::CancelBooking,
    event_change::EventChanges,
    event_change::EventChart,
    event::NewEvent,
    user::NewUser,
);

/// A call with its body read.
pub(crate) struct Call<T> {
    pub(crate) body: T,
    pub(crate) identity: Identity,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) request_id: String,
    pub(crate) deadline: Instant,
    /// In which history of the database the caller was looked up.
    pub(crate) history: u64,
    mode: AuthMode,
}

impl<T> Call<T> {
    /// The caller, who must be named.
    pub(crate) fn caller(&self) -> Reply<UserId> {
        self.identity.caller.ok_or_else(|| nobody_named(self.mode))
    }

    /// Whether the caller may use organisers' routes: in open mode everybody may.
    pub(crate) fn require_organiser(&self) -> Reply<()> {
        require_organiser(self.mode, &self.identity)
    }

    /// A command of this call's.
    pub(crate) fn request(&self, command: Command) -> CommandRequest {
        CommandRequest {
            caller: self.identity.caller,
            command,
            key: self.key.clone(),
            request_id: self.request_id.clone(),
        }
    }

    /// The same call, for a command that nobody has to remember.
    pub(crate) fn without_key(&self) -> Call<()> {
        Call {
            body: (),
            identity: self.identity,
            key: None,
            request_id: self.request_id.clone(),
            deadline: self.deadline,
            history: self.history,
            mode: self.mode,
        }
    }

    /// How often to carry out a call that belongs to no event.
    pub(crate) fn once(&self, route: &'static str) -> Keeping {
        let key = self.key.clone();
        let scope = key.map(|key| KeptScope { caller: self.identity.caller, route, key });
        Keeping { scope, request_id: self.request_id.clone(), deadline: self.deadline }
    }
}

/// Refuses who isn't an organiser. In open mode everybody is one on organisers' routes.
pub(crate) fn require_organiser(mode: AuthMode, identity: &Identity) -> Reply<()> {
    use crate::protocol::problem::Code;
    match (mode, identity.caller) {
        (AuthMode::Open, _) => Ok(()),
        (AuthMode::Token, None) => Err(nobody_named(mode)),
        (AuthMode::Token, Some(_)) if identity.role.is_organiser() => Ok(()),
        (AuthMode::Token, Some(_)) => {
            Err(Failure::new(Code::Forbidden, "this takes the role of an organiser"))
        }
    }
}

/// The same for what only reads: by whom headers and query name.
pub(crate) async fn require_organiser_by(
    app: &AppState,
    headers: &HeaderMap,
    uri: &Uri,
) -> Reply<()> {
    let identity = app.callers.identify(headers, query_user_id(uri)?).await?;
    require_organiser(app.callers.mode, &identity)
}

/// Whether a list is everybody's: where that is asked for, and for organisers unless they ask for
/// their own. Refuses who may only have their own.
pub(crate) fn is_everybodys(
    mode: AuthMode,
    identity: &Identity,
    asked: Option<bool>,
) -> Reply<bool> {
    let everybodys = asked.unwrap_or(identity.role.is_organiser());
    if everybodys {
        require_organiser(mode, identity)?;
    }
    Ok(everybodys)
}

impl<T: NamesCaller + Send> FromRequest<AppState> for Call<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &AppState) -> Reply<Self> {
        let deadline = Instant::now() + command_time(app.settings.request_timeout);
        let (parts, body) = request.into_parts();
        // Before anybody is looked up: a connection may meet another history meanwhile.
        let history = app.store.history();
        let subject = app.callers.require_token(&parts.headers).await?;
        let bytes = collect(body, app.settings.max_body_bytes, deadline).await?;
        let leniency = match app.callers.mode {
            AuthMode::Open => Leniency::CurlForms,
            AuthMode::Token => Leniency::None,
        };
        let body: T = if bytes.is_empty() {
            body::read(b"{}")?
        } else {
            body::require_json(&parts.headers, leniency)?;
            body::read(&bytes)?
        };
        let is_named = || named(&parts.method, &parts.headers, &parts.uri).is_some();
        if let Some(user) = body.user_id().filter(|_| !is_named()) {
            app.rates.count_user(user)?;
        }
        let user_id = body.user_id().or(query_caller(&parts.method, &parts.uri)?);
        let identity = match subject {
            Some(subject) => app.callers.identify_as(subject, user_id).await?,
            None => app.callers.identify(&parts.headers, user_id).await?,
        };
        let key = idempotency_key(&parts.headers, &parts.method, &parts.uri, &bytes)?;
        let request_id = RequestId::of(&parts.extensions);
        let mode = app.callers.mode;
        Ok(Self { body, identity, key, request_id, deadline, history, mode })
    }
}

/// The part of a request's time in which a command has to be decided; the rest is for saying so.
pub(super) fn command_time(request_timeout: Duration) -> Duration {
    request_timeout - (request_timeout / 10).min(ANSWER_MARGIN_MAX)
}

async fn collect(body: axum::body::Body, max: usize, until: Instant) -> Reply<bytes::Bytes> {
    // A body that trickles in must not hold the request open beyond its time.
    let read = tokio::time::timeout_at(until, body::collect(body, max));
    read.await.unwrap_or_else(|_| {
        let detail = "the body took too long to come; nothing happened";
        Err(Failure::new(crate::protocol::problem::Code::Timeout, detail))
    })
}

/// `?user_id=` where it may name the caller: with GET, HEAD and DELETE. The other methods have a body
/// to say it in, which no page of another site can send unasked; a bare address any page can.
pub(super) fn query_caller(method: &Method, uri: &Uri) -> Reply<Option<i64>> {
    match *method {
        Method::GET | Method::HEAD | Method::DELETE => query_user_id(uri),
        _ => Ok(None),
    }
}

/// `?user_id=`, for callers whose method carries no body.
pub(crate) fn query_user_id(uri: &Uri) -> Reply<Option<i64>> {
    let pairs = uri.query().unwrap_or("").split('&').filter_map(|pair| pair.split_once('='));
    let Some((_, value)) = pairs.into_iter().find(|(name, _)| *name == "user_id") else {
        return Ok(None);
    };
    value.parse().map(Some).map_err(|_| Failure::unreadable("user_id", "must be an integer"))
}

pub(super) fn idempotency_key(
    headers: &HeaderMap,
    method: &Method,
    uri: &Uri,
    body: &[u8],
) -> Reply<Option<IdempotencyKey>> {
    let key = key_in(headers)?;
    Ok(key.map(|key| IdempotencyKey { key, fingerprint: fingerprint(method, uri, body) }))
}

/// The key by its name alone, which may stand for another request.
pub(super) fn key_in(headers: &HeaderMap) -> Reply<Option<String>> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Failure::unreadable("Idempotency-Key", "must be given once"));
    }
    let key = value.to_str().ok().filter(|key| is_visible_ascii(key, KEY_CHARS_MAX));
    let key = key.ok_or_else(|| {
        Failure::unreadable("Idempotency-Key", "must be 1–255 visible ASCII characters")
    })?;
    Ok(Some(key.to_owned()))
}

/// What tells requests under the same key apart.
pub(super) fn fingerprint(method: &Method, uri: &Uri, body: &[u8]) -> Vec<u8> {
    let mut digest = Sha256::new();
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    // The lengths keep the three parts apart.
    for part in [method.as_str().as_bytes(), path.as_bytes(), body] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().to_vec()
}
