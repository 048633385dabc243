//! Signed tokens (JWT, RFC 7519): reading those of a shop, by a secret that both know, and making
//! one for an organiser. Nothing but HS256 is taken, whatever a token says of itself.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use signature::{Signer, Verifier};

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
        // It can be installed once in a process; the others find the same one there.
        let _ = HS256.install_default();
        Ok(Self(secret))
    }

    /// Reads a token that is in force, or says what is wrong with it.
    pub(crate) fn read(&self, token: &str) -> Result<Claims, String> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err("the token is too long".to_owned());
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "sub"]);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        // Who else a token is for is agreed on with whoever has the secret.
        validation.validate_aud = false;
        let key = DecodingKey::from_secret(self.0.as_bytes());
        let token = jsonwebtoken::decode::<Claims>(token, &key, &validation);
        let claims = token.map_err(|error| said(&error))?.claims;
        // PostgreSQL takes a NUL in no text.
        let length = claims.sub.chars().count();
        if !(1..=SUBJECT_CHARS_MAX).contains(&length) || claims.sub.chars().any(char::is_control) {
            let detail = format!("the token's sub must have 1–{SUBJECT_CHARS_MAX} characters");
            return Err(detail);
        }
        Ok(claims)
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

fn said(error: &Error) -> String {
    match error.kind() {
        ErrorKind::ExpiredSignature => "the token has expired".to_owned(),
        ErrorKind::ImmatureSignature => "the token is not in force yet".to_owned(),
        ErrorKind::InvalidSignature => "the token is signed by another secret".to_owned(),
        ErrorKind::MissingRequiredClaim(claim) => format!("the token has no {claim}"),
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => {
            "the token must be signed by HS256".to_owned()
        }
        _ => "the token can't be read".to_owned(),
    }
}

/// The library's own providers bring many algorithms that must not be taken here.
static HS256: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Hs256::new(*algorithm, key.as_bytes())?)),
    verifier_factory: |algorithm, key| {
        Ok(Box::new(Hs256::new(*algorithm, key.try_get_as_bytes()?)?))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hs256(Hmac<Sha256>);

impl Hs256 {
    fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, Error> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        let mac = Hmac::new_from_slice(secret).map_err(|_| ErrorKind::InvalidKeyFormat)?;
        Ok(Self(mac))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        // In constant time.
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: i64 = 4_102_444_800;

    fn secret() -> JwtSecret {
        JwtSecret::new("a secret of more than 32 bytes for tests").unwrap()
    }

    /// The first example of RFC 7515, A.1, by its key; long expired.
    const OF_THE_RFC: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEY_OF_THE_RFC: [u8; 64] = [
        3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230,
        240, 84, 201, 40, 169, 15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239,
        150, 138, 180, 195, 119, 98, 61, 34, 61, 46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245,
        103, 208, 128, 163,
    ];

    #[test]
    fn the_example_of_the_rfc_verifies() {
        let (message, signature) = OF_THE_RFC.rsplit_once('.').unwrap();
        let _ = HS256.install_default();
        let key = DecodingKey::from_secret(&KEY_OF_THE_RFC);
        let verify = |message: &str| {
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::HS256)
        };
        assert!(verify(message).unwrap());
        assert!(!verify(&message[1..]).unwrap());
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
