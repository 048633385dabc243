//! Who is asking: the bearer token's subject, a guest's or a signed one's; else, in open mode only,
//! `X-Session-ID`; else, in open mode only, `user_id` in body or query.

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

use super::problem::{Failure, Reply};
use super::remembered::Remembered;
use super::tokens::{self, Tokens, Unread};
use crate::domain::ids::UserId;
use crate::protocol::problem::{Code, Problem};
use crate::store::Store;
use crate::store::error::StoreError;

/// How long a guest session lives.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How many sessions, subjects and users are remembered per node, each.
const REMEMBERED_MAX: usize = 100_000;

/// The header that names a caller in open mode.
pub(crate) const SESSION_HEADER: &str = "x-session-id";

/// The longest `X-Session-ID`, in characters.
const SESSION_ID_CHARS_MAX: usize = 128;

/// The bytes of chance in a token.
const TOKEN_BYTES: usize = 32;

/// Whom the server believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AuthMode {
    /// Whoever says who they are; organisers' routes are open to all. For development, and behind
    /// a shop that is the only one to reach the server.
    Open,
    /// Tokens only.
    Token,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Buys.
    #[default]
    Customer,
    /// Sells: organisers' routes, and everybody's bookings.
    Organiser,
    /// As an organiser.
    Admin,
}

impl Role {
    /// The word in tokens and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Organiser => "organiser",
            Self::Admin => "admin",
        }
    }

    /// Whether everybody's bookings are theirs to read and to call off.
    #[must_use]
    pub fn is_organiser(self) -> bool {
        self != Self::Customer
    }
}

/// Who a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The caller, if anybody is named.
    pub(crate) caller: Option<UserId>,
    /// The customer named in the body beside a token or session.
    pub(crate) customer: Option<UserId>,
    /// What a signed token says they may do; customers otherwise, in open mode too.
    pub(crate) role: Role,
}

/// Whom a token or a session names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    user: UserId,
    role: Role,
}

/// Finds out who is asking, and remembers.
pub(crate) struct Callers {
    pub(crate) mode: AuthMode,
    store: Store,
    signed: Tokens,
    subjects: Remembered<String, UserId>,
    tokens: Remembered<[u8; 32], (UserId, Timestamp)>,
    sessions: Remembered<String, UserId>,
    users: Remembered<UserId, ()>,
}

impl Callers {
    pub(crate) fn new(mode: AuthMode, signed: Tokens, store: Store) -> Self {
        Self {
            mode,
            signed,
            subjects: Remembered::new(REMEMBERED_MAX, store.clone()),
            tokens: Remembered::new(REMEMBERED_MAX, store.clone()),
            sessions: Remembered::new(REMEMBERED_MAX, store.clone()),
            users: Remembered::new(REMEMBERED_MAX, store.clone()),
            store,
        }
    }

    /// Who asks, given the headers and the `user_id` of body or query.
    pub(crate) async fn identify(
        &self,
        headers: &HeaderMap,
        user_id: Option<i64>,
    ) -> Reply<Identity> {
        if let Some(subject) = self.subject(headers).await? {
            return self.identify_as(subject, user_id).await;
        }
        let caller = match (self.mode, user_id) {
            (AuthMode::Open, Some(id)) => Some(self.known(UserId(id)).await?),
            _ => None,
        };
        Ok(Identity { caller, customer: None, role: Role::Customer })
    }

    /// Who asks, given whom token or session name and the `user_id` of body or query.
    pub(crate) async fn identify_as(
        &self,
        Subject { user, role }: Subject,
        user_id: Option<i64>,
    ) -> Reply<Identity> {
        let customer = match user_id {
            Some(id) if self.mode == AuthMode::Token && id != user.0 => {
                let detail = "user_id must be the caller's own";
                return Err(Failure::new(Code::Forbidden, detail));
            }
            Some(id) => Some(self.known(UserId(id)).await?),
            None => None,
        };
        Ok(Identity { caller: Some(user), customer, role })
    }

    /// In token mode, whom the token names; refuses who shows none before anything of the request is
    /// looked at. In open mode nobody yet: what can't be read makes no user.
    pub(crate) async fn require_token(&self, headers: &HeaderMap) -> Reply<Option<Subject>> {
        match self.mode {
            AuthMode::Open => Ok(None),
            AuthMode::Token => match self.subject(headers).await? {
                None => Err(nobody_named(self.mode)),
                subject => Ok(subject),
            },
        }
    }

    /// Whom token or session header name.
    async fn subject(&self, headers: &HeaderMap) -> Reply<Option<Subject>> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(bearer);
            let token = token.ok_or_else(|| unknown("Authorization must be: Bearer <token>"))?;
            if self.signed.are_taken() && tokens::is_signed(token) {
                return self.signed_user(token).await.map(Some);
            }
            let user = self.token_user(token).await?;
            let user = user.ok_or_else(|| unknown("the token is unknown or has expired"))?;
            return Ok(Some(Subject { user, role: Role::Customer }));
        }
        match (self.mode, headers.get(SESSION_HEADER)) {
            (AuthMode::Open, Some(value)) => {
                let session = value.to_str().ok().filter(|id| is_session_id(id));
                let session = session.ok_or_else(|| {
                    Failure::unreadable("X-Session-ID", "must be 1–128 visible ASCII characters")
                })?;
                let user = self.session_user(session).await?;
                Ok(Some(Subject { user, role: Role::Customer }))
            }
            _ => Ok(None),
        }
    }

    async fn signed_user(&self, token: &str) -> Reply<Subject> {
        let claims = self.signed.read(token).await.map_err(|unread| match unread {
            Unread::Wrong(reason) => unknown(&reason),
            // Not 401: whoever logs in anew can't help it, whoever asks again may be let in.
            Unread::Away => {
                let detail = "the provider of the token can't be reached; nothing happened";
                Failure::new(Code::Overloaded, detail)
            }
        })?;
        if let Some(user) = self.subjects.get(&claims.sub) {
            return Ok(Subject { user, role: claims.role });
        }
        let history = self.subjects.history();
        let user = self.store.token_user(&claims.sub).await?;
        self.subjects.insert(history, claims.sub, user);
        Ok(Subject { user, role: claims.role })
    }

    async fn token_user(&self, token: &str) -> Result<Option<UserId>, StoreError> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        if let Some((user, expires_at)) = self.tokens.get(&digest) {
            return Ok((Timestamp::now() < expires_at).then_some(user));
        }
        let history = self.tokens.history();
        let found = self.store.session(&digest).await?;
        if let Some(session) = found {
            self.tokens.insert(history, digest, session);
        }
        Ok(found.map(|(user, _)| user))
    }

    async fn session_user(&self, session: &str) -> Result<UserId, StoreError> {
        if let Some(user) = self.sessions.get(session) {
            return Ok(user);
        }
        let history = self.sessions.history();
        let user = self.store.session_user(session).await?;
        self.sessions.insert(history, session.to_owned(), user);
        Ok(user)
    }

    /// A user id that somebody else gave us.
    async fn known(&self, user: UserId) -> Reply<UserId> {
        if self.users.get(&user).is_some() {
            return Ok(user);
        }
        let history = self.users.history();
        if self.store.user(user).await?.is_none() {
            let detail = format!("there is no user {user}");
            return Err(Problem::field(Code::UnknownUser, "user_id", detail).into());
        }
        self.users.insert(history, user, ());
        Ok(user)
    }

    /// Opens a guest session: its token, user and end.
    pub(crate) async fn open_session(&self) -> Result<(String, UserId, Timestamp), StoreError> {
        let token = new_token();
        let digest = Sha256::digest(&token);
        let (user, expires_at) = self.store.open_session(&digest, SESSION_LIFE).await?;
        Ok((token, user, expires_at))
    }
}

/// For the caller: nobody was named.
pub(crate) fn nobody_named(mode: AuthMode) -> Failure {
    unknown(match mode {
        AuthMode::Open => "name the caller by a token, X-Session-ID or user_id",
        AuthMode::Token => "name the caller by Authorization: Bearer <token>",
    })
}

fn unknown(detail: &str) -> Failure {
    Failure::new(Code::CallerUnknown, detail)
}

pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(super) fn is_session_id(id: &str) -> bool {
    is_visible_ascii(id, SESSION_ID_CHARS_MAX)
}

/// Whether a header's value is 1 to `max` visible ASCII characters.
pub(crate) fn is_visible_ascii(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn new_token() -> String {
    let bytes: [u8; TOKEN_BYTES] = rand::rng().random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
