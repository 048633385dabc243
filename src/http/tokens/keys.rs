//! A provider's public keys, as it publishes them (a JWK Set, RFC 7517). What can't be used here is
//! passed over, as the RFC asks: keys of other kinds, for encryption, for other algorithms, secrets.

use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use serde::Deserialize;
use serde_json::Value;

/// How many keys a set may have.
pub(super) const KEYS_MAX: usize = 100;

/// The sizes that an RSA modulus may have, in bytes: what the signature's check takes.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;

/// The longest RSA exponent, in bytes; usual are three.
const EXPONENT_BYTES_MAX: usize = 4;

/// The keys of a provider that tokens can be checked by.
pub(crate) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    /// What it may be used for.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// The members of a key that count here.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Keys {
    /// Reads a set, or says why it is none.
    pub(crate) fn read(text: &[u8]) -> Result<Self, String> {
        let set: Set = serde_json::from_slice(text)
            .map_err(|error| format!("its answer is no set of keys: {error}"))?;
        if set.keys.len() > KEYS_MAX {
            return Err(format!("it has {} keys, at most {KEYS_MAX} are read", set.keys.len()));
        }
        let keys = set.keys.into_iter().filter_map(|value| {
            let jwk: Jwk = serde_json::from_value(value).ok()?;
            Key::read(jwk)
        });
        Ok(Self(keys.collect()))
    }

    /// How many can be used.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The key that a token was signed by, as its header names it. Who names none means the only
    /// one there is for the algorithm.
    pub(super) fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| key.algorithms.contains(&algorithm));
        let found = match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id))?,
            None => {
                let only = fitting.next()?;
                fitting.next().is_none().then_some(only)?
            }
        };
        Some(&found.key)
    }
}

impl Key {
    fn read(jwk: Jwk) -> Option<Self> {
        let signs = jwk.purpose.is_none_or(|purpose| purpose == "sig")
            && jwk.key_ops.is_none_or(|operations| operations.iter().any(|name| name == "verify"));
        if !signs {
            return None;
        }
        let (kinds, key): (&[Algorithm], _) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => (
                &[Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256],
                rsa(&jwk.n?, &jwk.e?)?,
            ),
            ("EC", Some("P-256")) => (&[Algorithm::ES256], point(&jwk.x?, &jwk.y?, 32)?),
            ("EC", Some("P-384")) => (&[Algorithm::ES384], point(&jwk.x?, &jwk.y?, 48)?),
            ("OKP", Some("Ed25519")) => (&[Algorithm::EdDSA], edwards(&jwk.x?)?),
            _ => return None,
        };
        let algorithms = match jwk.alg {
            None => kinds.to_vec(),
            Some(name) => {
                let named: Algorithm = name.parse().ok()?;
                kinds.iter().copied().filter(|kind| *kind == named).collect()
            }
        };
        (!algorithms.is_empty()).then_some(Self { id: jwk.kid, algorithms, key })
    }
}

fn rsa(modulus: &str, exponent: &str) -> Option<DecodingKey> {
    let read = DecodingKey::from_rsa_components(modulus, exponent).ok()?;
    let DecodingKeyKind::RsaModulusExponent { n, e } = read.kind() else { return None };
    // Some write numbers as if they had a sign.
    let [n, e] = [n, e].map(|number| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        &number[zeros..]
    });
    let fits = MODULUS_BYTES.contains(&n.len()) && (1..=EXPONENT_BYTES_MAX).contains(&e.len());
    fits.then(|| DecodingKey::from_rsa_raw_components(n, e))
}

/// A point of a curve, its coordinates of so many bytes each.
fn point(x: &str, y: &str, bytes: usize) -> Option<DecodingKey> {
    let key = DecodingKey::from_ec_components(x, y).ok()?;
    // Both in full, after a byte that says so.
    (key.try_get_as_bytes().ok()?.len() == 1 + 2 * bytes).then_some(key)
}

fn edwards(x: &str) -> Option<DecodingKey> {
    let key = DecodingKey::from_ed_components(x).ok()?;
    (key.try_get_as_bytes().ok()?.len() == 32).then_some(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::signing::SigningKey;
    use super::*;

    fn read(keys: &Value) -> Keys {
        Keys::read(json!({ "keys": keys }).to_string().as_bytes()).expect("a set")
    }

    /// A key with a member changed; null takes it away.
    fn but(key: &SigningKey, member: &str, value: Value) -> Value {
        let mut jwk = key.jwk();
        match value {
            Value::Null => drop(jwk.as_object_mut().expect("an object").remove(member)),
            value => jwk[member] = value,
        }
        jwk
    }

    #[test]
    fn a_key_is_found_by_its_name_for_its_own_algorithms() {
        let (rsa, curve) = (SigningKey::rsa("r"), SigningKey::p256("c"));
        let keys = read(&json!([rsa.jwk(), curve.jwk()]));
        assert_eq!(keys.count(), 2);
        for algorithm in [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
            assert!(keys.find(algorithm, Some("r")).is_some(), "{algorithm:?}");
            assert!(keys.find(algorithm, Some("c")).is_none(), "{algorithm:?}");
        }
        assert!(keys.find(Algorithm::ES256, Some("c")).is_some());
        for algorithm in [Algorithm::HS256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::PS512] {
            for id in [None, Some("r"), Some("c")] {
                assert!(keys.find(algorithm, id).is_none(), "{algorithm:?}");
            }
        }
        assert!(keys.find(Algorithm::RS256, Some("x")).is_none());
    }

    #[test]
    fn who_names_no_key_means_the_only_one_for_the_algorithm() {
        let keys = [SigningKey::rsa("r"), SigningKey::p256("1"), SigningKey::p256("2")];
        let keys = read(&keys.iter().map(SigningKey::jwk).collect());
        assert!(keys.find(Algorithm::RS256, None).is_some());
        assert!(keys.find(Algorithm::ES256, None).is_none());
    }

    #[test]
    fn a_key_that_says_what_it_is_for_is_used_for_nothing_else() {
        let key = SigningKey::rsa("r");
        let keys = read(&json!([but(&key, "alg", json!("RS384"))]));
        assert!(keys.find(Algorithm::RS384, Some("r")).is_some());
        assert!(keys.find(Algorithm::RS256, Some("r")).is_none());
        for unfit in [
            but(&key, "use", json!("enc")),
            but(&key, "key_ops", json!(["encrypt"])),
            but(&key, "alg", json!("HS256")),
            but(&key, "alg", json!("RSA-OAEP")),
            but(&key, "alg", json!("ES256")),
        ] {
            assert_eq!(read(&json!([unfit])).count(), 0, "{unfit}");
        }
        let fit = [but(&key, "use", json!("sig")), but(&key, "key_ops", json!(["verify"]))];
        assert_eq!(read(&json!(fit)).count(), 2);
    }

    #[test]
    fn what_is_no_key_for_signatures_is_passed_over() {
        let (rsa, curve) = (SigningKey::rsa("r"), SigningKey::p256("c"));
        let ed = SigningKey::ed25519("e");
        for unfit in [
            json!(null),
            json!("RSA"),
            json!({}),
            json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "o", "alg": "HS256" }),
            json!({ "kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB" }),
            but(&rsa, "n", Value::Null),
            but(&rsa, "e", json!("AAAA")),
            but(&rsa, "n", json!("not base64!")),
            but(&rsa, "kty", json!("EC")),
            but(&rsa, "n", json!("A".repeat(2_000))),
            but(&curve, "crv", json!("secp256k1")),
            but(&curve, "crv", json!("P-384")),
            but(&curve, "y", json!("AAAA")),
            but(&ed, "crv", json!("Ed448")),
            but(&ed, "x", json!("AAAA")),
            but(&ed, "kid", json!(7)),
        ] {
            let keys = read(&json!([unfit, curve.jwk()]));
            assert_eq!(keys.count(), 1, "{unfit}");
        }
    }

    #[test]
    fn what_is_no_set_is_said() {
        for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":["#] {
            assert!(Keys::read(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(read(&json!([])).count(), 0);
        let many = |count| json!({ "keys": vec![json!({}); count] }).to_string();
        assert!(Keys::read(many(KEYS_MAX).as_bytes()).is_ok());
        let said = Keys::read(many(KEYS_MAX + 1).as_bytes()).err().expect("too many");
        assert!(said.contains("101 keys"), "{said}");
    }

    #[test]
    fn a_number_may_be_written_with_a_leading_zero() {
        let key = SigningKey::rsa("r");
        let keys = read(&json!([but(&key, "e", json!("AAEAAQ"))]));
        let found = keys.find(Algorithm::RS256, Some("r")).expect("the key");
        let DecodingKeyKind::RsaModulusExponent { e, .. } = found.kind() else { panic!() };
        assert_eq!(e[..], [1, 0, 1]);
    }
}
