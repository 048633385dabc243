//! Keys of an identity provider made up for tests: the tokens they sign, and themselves as they are
//! published. The unit tests use them too.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

/// A key of RSA can't be made here, so there is this one. It signs the tokens of tests alone.
const RSA: &[u8] = include_bytes!("../../data/provider-rsa.pk8");

pub struct SigningKey {
    id: String,
    kind: Kind,
}

enum Kind {
    Rsa(RsaKeyPair),
    Curve { name: &'static str, pair: EcdsaKeyPair },
    Edwards(Ed25519KeyPair),
}

impl SigningKey {
    /// The one key of RSA, under any name.
    pub fn rsa(id: &str) -> Self {
        let pair = RsaKeyPair::from_pkcs8(RSA).expect("a key");
        Self { id: id.to_owned(), kind: Kind::Rsa(pair) }
    }

    /// A new key, for ES256.
    pub fn p256(id: &str) -> Self {
        Self::curve(id, "P-256", &ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    /// A new key, for ES384.
    pub fn p384(id: &str) -> Self {
        Self::curve(id, "P-384", &ECDSA_P384_SHA384_FIXED_SIGNING)
    }

    fn curve(id: &str, name: &'static str, kind: &'static EcdsaSigningAlgorithm) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).expect("a key");
        Self { id: id.to_owned(), kind: Kind::Curve { name, pair } }
    }

    /// A new key, for EdDSA.
    pub fn ed25519(id: &str) -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key");
        Self { id: id.to_owned(), kind: Kind::Edwards(pair) }
    }

    /// The public half, as a provider publishes it.
    pub fn jwk(&self) -> Value {
        match &self.kind {
            Kind::Rsa(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                let (n, e) = (encode(&public.n), encode(&public.e));
                json!({ "kty": "RSA", "kid": self.id, "n": n, "e": e })
            }
            Kind::Curve { name, pair } => {
                // After a byte that says that both are there.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let (x, y) = (encode(x), encode(y));
                json!({ "kty": "EC", "crv": name, "kid": self.id, "x": x, "y": y })
            }
            Kind::Edwards(pair) => {
                let x = encode(pair.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": x })
            }
        }
    }

    /// A token with these claims, by an algorithm of the key.
    pub fn token(&self, algorithm: &str, claims: &Value) -> String {
        self.sign(&json!({ "typ": "JWT", "alg": algorithm, "kid": self.id }), claims)
    }

    /// Signs whatever the header says: as it says if the key can, else as the key does by itself.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = [header, claims].map(|part| encode(part.to_string().as_bytes())).join(".");
        let bytes = message.as_bytes();
        let random = SystemRandom::new();
        let signature = match &self.kind {
            Kind::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let way = way(header["alg"].as_str().unwrap_or_default());
                pair.sign(way, &random, bytes, &mut signature).expect("a signature");
                signature
            }
            Kind::Curve { pair, .. } => {
                pair.sign(&random, bytes).expect("a signature").as_ref().to_vec()
            }
            Kind::Edwards(pair) => pair.sign(bytes).as_ref().to_vec(),
        };
        format!("{message}.{}", encode(&signature))
    }
}

fn way(algorithm: &str) -> &'static dyn RsaEncoding {
    match algorithm {
        "RS384" => &RSA_PKCS1_SHA384,
        "RS512" => &RSA_PKCS1_SHA512,
        "PS256" => &RSA_PSS_SHA256,
        _ => &RSA_PKCS1_SHA256,
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
