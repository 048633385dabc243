//! Signed tokens (JWT, RFC 7519): those of a shop, by a secret that both know, and those of an
//! identity provider, by the keys it publishes; and making one for an organiser. Whatever a token
//! says of itself, HS256 is checked by the secret alone, and by it nothing else.

mod algorithms;
mod fetch;
mod keys;
mod provider;
#[cfg(test)]
#[path = "../../tests/it/support/signing.rs"]
#[allow(unreachable_pub, dead_code, reason = "the stories over HTTP use it too")]
mod signing;

use std::sync::Arc;

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::json;

pub use fetch::JwksUrl;
#[cfg(any(test, fuzzing))]
pub(crate) use keys::Keys;
pub use provider::{Provider, ProviderSettings};

use super::caller::Role;

/// The shortest secret, in bytes: as long as the digest (RFC 7518, 3.2).
pub const JWT_SECRET_BYTES_MIN: usize = 32;

/// The longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 200;

/// The longest token, in bytes.
const TOKEN_BYTES_MAX: usize = 8_192;

/// By how much clocks may differ, in seconds.
const LEEWAY_SECONDS: u64 = 30;

/// What signed tokens are made and read by. Shows nothing of itself.
#[derive(Clone)]
pub struct JwtSecret(String);

impl std::fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JwtSecret(hidden)")
    }
}

/// What a token says that counts here; the rest is its maker's business.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    #[serde(default)]
    pub(crate) sub: String,
    #[serde(default)]
    pub(crate) role: Role,
}

/// Why a token names nobody.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is no good, for this reason.
    Wrong(String),
    /// Nobody can tell: the provider's keys can't be had.
    Away,
}

/// Reads signed tokens, if any are taken.
pub(crate) struct Tokens {
    secret: Option<JwtSecret>,
    provider: Option<Arc<Provider>>,
}

impl Tokens {
    pub(crate) fn new(secret: Option<JwtSecret>, provider: Option<Arc<Provider>>) -> Self {
        Self { secret, provider }
    }

    /// Whether there is anything that they could be read by.
    pub(crate) fn are_taken(&self) -> bool {
        self.secret.is_some() || self.provider.is_some()
    }

    /// Reads a token that is in force, or says why not. May wait for the provider's keys.
    pub(crate) async fn read(&self, token: &str) -> Result<Claims, Unread> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Unread::Wrong("the token is too long".to_owned()));
        }
        let header = jsonwebtoken::decode_header(token);
        let header = header.map_err(|error| Unread::Wrong(said(&error, "key")))?;
        if header.crit.is_some() {
            // RFC 7515, 4.1.11: what must be understood, and isn't.
            return Err(Unread::Wrong("the token needs what isn't known here".to_owned()));
        }
        let wrong = match (&self.secret, &self.provider) {
            (Some(secret), _) if header.alg == Algorithm::HS256 => {
                return secret.read(token).map_err(Unread::Wrong);
            }
            (_, Some(provider)) if algorithms::is_public(header.alg) => {
                return provider.read(token, &header).await;
            }
            (Some(_), Some(_)) => "the token must be signed by HS256 or by the provider",
            (None, Some(_)) => "the token must be signed by the provider",
            (_, None) => "the token must be signed by HS256",
        };
        Err(Unread::Wrong(wrong.to_owned()))
    }
}

/// Whether a bearer token is a signed one; a guest's has no dots.
pub(crate) fn is_signed(token: &str) -> bool {
    token.contains('.')
}

impl JwtSecret {
    /// Takes a secret in.
    ///
    /// # Errors
    /// When it is too short to be one.
    pub fn new(secret: impl Into<String>) -> Result<Self, String> {
        let secret = secret.into();
        if secret.len() < JWT_SECRET_BYTES_MIN {
            return Err(format!("must have at least {JWT_SECRET_BYTES_MIN} bytes"));
        }
        algorithms::install();
        Ok(Self(secret))
    }

    /// Reads a token that is in force, or says what is wrong with it.
    pub(crate) fn read(&self, token: &str) -> Result<Claims, String> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err("the token is too long".to_owned());
        }
        let key = DecodingKey::from_secret(self.0.as_bytes());
        let token = jsonwebtoken::decode::<Claims>(token, &key, &validation(Algorithm::HS256));
        let claims = token.map_err(|error| said(&error, "secret"))?.claims;
        Ok(Claims { sub: subject(&claims.sub)?, ..claims })
    }

    /// Makes a token that is in force until a moment, in seconds since 1970.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn make(&self, subject: &str, role: Role, until: i64) -> Result<String, String> {
        let claims = json!({ "sub": subject, "role": role.name(), "exp": until });
        let key = EncodingKey::from_secret(self.0.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key);
        token.map_err(|error| error.to_string())
    }
}

#[cfg(any(test, fuzzing))]
impl JwtSecret {
    /// Signs whatever header and claims, be they none.
    pub(super) fn sign(&self, header: &[u8], claims: &[u8]) -> String {
        let message = format!("{}.{}", base64url(header), base64url(claims));
        let key = EncodingKey::from_secret(self.0.as_bytes());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256);
        format!("{message}.{}", signature.expect("HS256 is there"))
    }
}

#[cfg(any(test, fuzzing))]
fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0, |word, at| word << 8 | u32::from(*three.get(at).unwrap_or(&0)));
        for digit in 0..=three.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    text
}

/// What is asked of every token, however it is signed.
fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp", "sub"]);
    validation.leeway = LEEWAY_SECONDS;
    validation.validate_nbf = true;
    // Who else a token is for is agreed on with whoever has the secret; a provider's tokens are
    // asked for it by a setting.
    validation.validate_aud = false;
    validation
}

/// A subject that can be a user.
fn subject(named: &str) -> Result<String, String> {
    // PostgreSQL takes a NUL in no text.
    let length = named.chars().count();
    if !(1..=SUBJECT_CHARS_MAX).contains(&length) || named.chars().any(char::is_control) {
        return Err(format!("the token's sub must have 1–{SUBJECT_CHARS_MAX} characters"));
    }
    Ok(named.to_owned())
}

/// What is wrong with a token that was to be signed by a secret or a key.
fn said(error: &Error, by: &str) -> String {
    match error.kind() {
        ErrorKind::ExpiredSignature => "the token has expired".to_owned(),
        ErrorKind::ImmatureSignature => "the token is not in force yet".to_owned(),
        ErrorKind::InvalidSignature => format!("the token is signed by another {by}"),
        ErrorKind::InvalidIssuer => "the token is by another issuer".to_owned(),
        ErrorKind::InvalidAudience => "the token is for another audience".to_owned(),
        ErrorKind::MissingRequiredClaim(claim) => format!("the token has no {claim}"),
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => {
            "the token must be signed by HS256".to_owned()
        }
        _ => "the token can't be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: i64 = 4_102_444_800;

    fn secret() -> JwtSecret {
        JwtSecret::new("a secret of more than 32 bytes for tests").unwrap()
    }

    #[test]
    fn what_is_made_is_read() {
        for role in [Role::Customer, Role::Organiser, Role::Admin] {
            let token = secret().make("anna", role, FAR).unwrap();
            let claims = secret().read(&token).unwrap();
            assert_eq!((claims.sub.as_str(), claims.role), ("anna", role));
        }
    }

    #[test]
    fn what_is_wrong_with_a_token_is_said() {
        let other = JwtSecret::new("another secret of more than 32 bytes here").unwrap();
        let made = |claims: serde_json::Value, algorithm: &str| {
            let header = json!({ "alg": algorithm }).to_string();
            secret().sign(header.as_bytes(), claims.to_string().as_bytes())
        };
        let good = json!({ "sub": "anna", "exp": FAR });
        assert!(secret().read(&made(good.clone(), "HS256")).is_ok());
        for (token, wrong) in [
            (other.make("anna", Role::Admin, FAR).unwrap(), "another secret"),
            (secret().make("anna", Role::Admin, 1_000).unwrap(), "expired"),
            (secret().make("", Role::Admin, FAR).unwrap(), "sub"),
            (secret().make("a\u{0}b", Role::Admin, FAR).unwrap(), "sub"),
            (made(good.clone(), "none"), "token"),
            (made(good, "HS512"), "HS256"),
            (made(json!({ "sub": "anna" }), "HS256"), "exp"),
            (made(json!({ "exp": FAR }), "HS256"), "sub"),
            (made(json!({ "sub": "anna", "exp": FAR, "nbf": FAR - 1 }), "HS256"), "yet"),
            (made(json!({ "sub": "anna", "exp": FAR, "role": "god" }), "HS256"), "read"),
            ("a.b.c".to_owned(), "read"),
            ("x.".repeat(TOKEN_BYTES_MAX), "long"),
        ] {
            let said = secret().read(&token).expect_err(wrong);
            assert!(said.contains(wrong), "{said} instead of {wrong}");
        }
        assert!(JwtSecret::new("short").is_err());
    }
}
