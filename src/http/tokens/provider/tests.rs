//! Tokens that a provider signed, and those that somebody else did, by known keys.

use serde_json::json;

use super::*;
use crate::http::tokens::signing::SigningKey;
use crate::http::tokens::{JwtSecret, Tokens};

const FAR: i64 = 4_102_444_800;

/// A provider whose keys were fetched just now.
fn provider(keys: &[&SigningKey]) -> Provider {
    algorithms::install();
    let url: JwksUrl = "http://localhost/keys".parse().expect("an address");
    let set = json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() });
    let keys = Keys::read(set.to_string().as_bytes()).expect("a set");
    let known =
        Known { keys: Some(Arc::new(keys)), last: Some((Instant::now(), Outcome::Fetched)) };
    let (known, _) = watch::channel(known);
    Provider { settings: ProviderSettings::new(url), known, wanted: Notify::new() }
}

fn tokens(provider: Provider) -> Tokens {
    Tokens::new(None, Some(Arc::new(provider)))
}

fn good() -> Value {
    json!({ "sub": "anna", "role": "organiser", "exp": FAR })
}

#[tokio::test]
async fn every_algorithm_is_read_by_its_key() {
    let keys: [(SigningKey, &[&str]); 4] = [
        (SigningKey::rsa("r"), &["RS256", "RS384", "RS512", "PS256"]),
        (SigningKey::p256("2"), &["ES256"]),
        (SigningKey::p384("3"), &["ES384"]),
        (SigningKey::ed25519("e"), &["EdDSA"]),
    ];
    let tokens = tokens(provider(&keys.each_ref().map(|(key, _)| key)));
    let algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"];
    for (key, own) in &keys {
        for algorithm in algorithms {
            let token = key.token(algorithm, &good());
            let read = tokens.read(&token).await;
            assert_eq!(read.is_ok(), own.contains(&algorithm), "{algorithm}: {read:?}");
            if let Ok(claims) = read {
                assert_eq!((claims.sub.as_str(), claims.role), ("anna", Role::Organiser));
                // One bit of the signature's first byte.
                let at = token.rfind('.').expect("three parts") + 1;
                let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
                let changed = [&token[..at], other, &token[at + 1..]].concat();
                let said = tokens.read(&changed).await.expect_err("it was changed");
                assert_eq!(said, wrong("the token is signed by another key"));
            }
        }
    }
}

fn wrong(reason: &str) -> Unread {
    Unread::Wrong(reason.to_owned())
}

#[tokio::test]
async fn a_public_key_is_no_secret_and_none_is_no_signature() {
    let key = SigningKey::p256("k");
    let jwk = key.jwk();
    let known = jwk["x"].as_str().expect("a coordinate").to_owned();
    let forged = JwtSecret::new(known).expect("long enough");
    let header = json!({ "alg": "HS256", "kid": "k" }).to_string();
    let forged = forged.sign(header.as_bytes(), good().to_string().as_bytes());
    let unsigned = key.token("none", &good());
    let bare = format!("{}.", unsigned.rsplit_once('.').expect("three parts").0);
    let by_provider = tokens(provider(&[&key]));
    let own = JwtSecret::new("a secret of more than 32 bytes for tests").expect("long enough");
    let by_both = Tokens::new(Some(own.clone()), Some(Arc::new(provider(&[&key]))));
    for tokens in [&by_provider, &by_both] {
        for token in [&forged, &unsigned, &bare] {
            assert!(matches!(tokens.read(token).await, Err(Unread::Wrong(_))), "{token}");
        }
        assert!(tokens.read(&key.token("ES256", &good())).await.is_ok());
    }
    let by_secret = own.make("anna", Role::Admin, FAR).expect("a token");
    assert!(by_both.read(&by_secret).await.is_ok());
    assert!(by_provider.read(&by_secret).await.is_err());
    // Where only the secret is known, nothing else counts.
    let by_secret_alone = Tokens::new(Some(own), None);
    let said = by_secret_alone.read(&key.token("ES256", &good())).await.expect_err("no provider");
    assert_eq!(said, wrong("the token must be signed by HS256"));
}

#[tokio::test]
async fn what_is_wrong_with_a_providers_token_is_said() {
    let (key, stranger) = (SigningKey::p256("k"), SigningKey::p256("s"));
    let mut provider = provider(&[&key]);
    provider.settings.issuer = Some("us".to_owned());
    provider.settings.audience = Some("here".to_owned());
    let tokens = tokens(provider);
    let claims = |name: &str, value: Value| {
        let mut claims =
            json!({ "sub": "anna", "exp": FAR, "iss": "us", "aud": ["there", "here"] });
        match value {
            Value::Null => drop(claims.as_object_mut().expect("an object").remove(name)),
            value => claims[name] = value,
        }
        claims
    };
    let by = |claims: &Value| key.token("ES256", claims);
    let unchanged = claims("nonce", json!("x"));
    assert!(tokens.read(&by(&unchanged)).await.is_ok());
    let critical = json!({ "alg": "ES256", "kid": "k", "crit": ["exp"] });
    for (token, wrong) in [
        (stranger.token("ES256", &unchanged), "unknown key"),
        (by(&claims("exp", Value::Null)), "no exp"),
        (by(&claims("exp", json!(1_000))), "expired"),
        (by(&claims("nbf", json!(FAR - 1))), "yet"),
        (by(&claims("sub", Value::Null)), "no sub"),
        (by(&claims("sub", json!(""))), "sub"),
        (by(&claims("sub", json!("x".repeat(201)))), "sub"),
        (by(&claims("iss", Value::Null)), "no iss"),
        (by(&claims("iss", json!("them"))), "issuer"),
        (by(&claims("aud", Value::Null)), "no aud"),
        (by(&claims("aud", json!("there"))), "audience"),
        (key.sign(&critical, &unchanged), "known here"),
        (by(&json!([])), "read"),
        (by(&claims("more", json!("x".repeat(9_000)))), "long"),
        ("a.b.c".to_owned(), "read"),
    ] {
        let Err(Unread::Wrong(said)) = tokens.read(&token).await else { panic!("{wrong}") };
        assert!(said.contains(wrong), "{said} instead of {wrong}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_keys_nobody_can_tell() {
    let key = SigningKey::p256("k");
    let token = key.token("ES256", &good());
    let unasked = provider(&[&key]);
    unasked.known.send_replace(Known::default());
    assert_eq!(tokens(unasked).read(&token).await.expect_err("not yet"), Unread::Away);
    // What is known is good, whatever became of the last fetch; what isn't may be.
    let away = provider(&[&key]);
    away.take(Err("it is away".to_owned()));
    let tokens = tokens(away);
    assert!(tokens.read(&token).await.is_ok());
    let by_new = SigningKey::p256("new").token("ES256", &good());
    assert_eq!(tokens.read(&by_new).await.expect_err("away"), Unread::Away);
}

#[test]
fn the_highest_role_that_is_named_counts() {
    for (claims, path, expected) in [
        (json!({ "role": "organiser" }), "role", Role::Organiser),
        (json!({ "role": "authenticated" }), "role", Role::Customer),
        (json!({ "role": ["customer", "admin", "organiser", 7] }), "role", Role::Admin),
        (json!({ "role": { "name": "admin" } }), "role", Role::Customer),
        (json!({ "role": { "name": "admin" } }), "role.name", Role::Admin),
        (json!({ "a": { "b": { "c": ["organiser"] } } }), "a.b.c", Role::Organiser),
        (json!({ "a": "admin" }), "a.b.c", Role::Customer),
        (json!({ "https://shop.example/role": "admin" }), "https://shop.example/role", Role::Admin),
        (json!({ "role": "Admin" }), "role", Role::Customer),
        (json!({}), "role", Role::Customer),
        (json!({}), ".", Role::Customer),
    ] {
        let claims = claims.as_object().expect("an object");
        assert_eq!(role(claims, path), expected, "{claims:?} {path}");
    }
}
