//! Tokens of an identity provider: who is let in by them, and what becomes of that when keys change
//! and when the provider is away.

use std::time::Duration;

use seatmap::http::{AuthMode, ProviderSettings, Role};
use serde_json::{Value, json};

use super::organisers;
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::provider::IdentityProvider;
use crate::support::server::Server;
use crate::support::signing::SigningKey;
use crate::support::{events, eventually};

/// Tokens of these stories don't expire within them.
const FAR_SECOND: i64 = 4_000_000_000;

/// How soon a server asks for keys again where the story waits for it.
const SOON: Duration = Duration::from_millis(20);

/// No story takes as long.
const NEVER: Duration = Duration::from_secs(3_600);

/// A server in token mode that takes the provider's tokens, and those by a secret.
async fn server(
    database: &Database,
    provider: &IdentityProvider,
    change: impl FnOnce(&mut ProviderSettings),
) -> Server {
    let mut tokens = ProviderSettings::new(provider.url.parse().expect("an address"));
    change(&mut tokens);
    Server::start_with(database, |settings| {
        settings.http.auth_mode = AuthMode::Token;
        settings.http.jwt_secret = Some(organisers::secret());
        settings.http.provider = Some(tokens);
    })
    .await
}

fn claims(subject: &str, role: &str) -> Value {
    json!({ "sub": subject, "role": role, "exp": FAR_SECOND })
}

fn bearing(server: &Server, token: &str) -> Buyer {
    Buyer::nameless(server.address).bearing(token)
}

/// The status that a token gets.
async fn status(server: &Server, token: &str) -> u16 {
    bearing(server, token).get("/me").await.status
}

#[tokio::test]
async fn a_providers_tokens_name_their_caller_and_role() {
    let database = Database::new().await;
    let (rsa, curve) = (SigningKey::rsa("rsa"), SigningKey::p256("curve"));
    let provider = IdentityProvider::start(&[&rsa, &curve]).await;
    let server = server(&database, &provider, |_| {}).await;
    let olga = bearing(&server, &rsa.token("RS256", &claims("olga", "organiser")));
    let event = olga.post("/events", events::body(5)).await.expect(201);
    let event = event["id"].as_i64().expect("an id");
    let anna = bearing(&server, &curve.token("ES256", &claims("anna", "customer")));
    anna.lock(event, "S001").await.expect(200);
    anna.post("/events", events::body(5)).await.expect_problem(403, "forbidden");
    // The subject is the caller, whoever signs for it.
    let me = anna.get("/me").await.expect(200);
    assert_eq!(me["role"], "customer");
    let by_secret = bearing(&server, &organisers::token("anna", Role::Organiser));
    let other = by_secret.get("/me").await.expect(200);
    assert_eq!((&other["user_id"], &other["role"]), (&me["user_id"], &json!("organiser")));
    let other = bearing(&server, &rsa.token("RS256", &claims("anna", "admin")));
    let other = other.get("/me").await.expect(200);
    assert_eq!((&other["user_id"], &other["role"]), (&me["user_id"], &json!("admin")));
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_refused() {
    let database = Database::new().await;
    let (rsa, stranger) = (SigningKey::rsa("rsa"), SigningKey::p256("rsa"));
    let provider = IdentityProvider::start(&[&rsa]).await;
    let server = server(&database, &provider, |_| {}).await;
    let good = rsa.token("RS256", &claims("anna", "customer"));
    assert_eq!(status(&server, &good).await, 200);
    let (message, _) = good.rsplit_once('.').expect("three parts");
    let expired = json!({ "sub": "anna", "exp": 1_000 });
    for token in [
        stranger.token("ES256", &claims("anna", "admin")),
        stranger.token("RS256", &claims("anna", "admin")),
        rsa.token("HS256", &claims("anna", "admin")),
        rsa.token("none", &claims("anna", "admin")),
        rsa.token("RS256", &expired),
        rsa.token("RS256", &json!({ "sub": "anna" })),
        format!("{message}."),
        message.to_owned(),
    ] {
        let answer = bearing(&server, &token).get("/me").await;
        answer.expect_problem(401, "caller_unknown");
    }
}

#[tokio::test]
async fn a_new_key_is_picked_up_and_an_old_one_forgotten() {
    let database = Database::new().await;
    let (old, new) = (SigningKey::p256("old"), SigningKey::p256("new"));
    let provider = IdentityProvider::start(&[&old]).await;
    let server = server(&database, &provider, |tokens| tokens.pause = SOON).await;
    let [by_old, by_new] = [&old, &new].map(|key| key.token("ES256", &claims("anna", "customer")));
    assert_eq!(status(&server, &by_old).await, 200);
    provider.publish(&[&new]);
    // Without being asked for it the server would know in ten minutes.
    eventually("the new key is known", || async { status(&server, &by_new).await == 200 }).await;
    assert_eq!(status(&server, &by_old).await, 401);
}

#[tokio::test]
async fn strangers_do_not_make_the_server_ask() {
    let database = Database::new().await;
    let key = SigningKey::p256("known");
    let provider = IdentityProvider::start(&[&key]).await;
    let server = server(&database, &provider, |tokens| tokens.pause = NEVER).await;
    let good = key.token("ES256", &claims("anna", "customer"));
    assert_eq!(status(&server, &good).await, 200);
    for number in 0..50 {
        let stranger = SigningKey::p256(&format!("unknown {number}"));
        let token = stranger.token("ES256", &claims("anna", "admin"));
        bearing(&server, &token).get("/me").await.expect_problem(401, "caller_unknown");
    }
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn what_is_known_serves_while_the_provider_is_away() {
    let database = Database::new().await;
    let (key, new) = (SigningKey::p256("known"), SigningKey::p256("new"));
    let provider = IdentityProvider::start(&[&key]).await;
    let server = server(&database, &provider, |tokens| {
        (tokens.pause, tokens.refresh) = (SOON, SOON);
    })
    .await;
    let [good, by_new] = [&key, &new].map(|key| key.token("ES256", &claims("anna", "customer")));
    assert_eq!(status(&server, &good).await, 200);
    provider.leave();
    let asked = provider.asked();
    eventually("it was asked in vain", || async { provider.asked() >= asked + 2 }).await;
    assert_eq!(status(&server, &good).await, 200);
    // It might be the provider's; nobody can tell now.
    let answer = bearing(&server, &by_new).get("/me").await;
    assert_eq!(answer.headers["retry-after"], "1");
    answer.expect_problem(503, "overloaded");
    provider.publish(&[&key, &new]);
    eventually("the new key is known", || async { status(&server, &by_new).await == 200 }).await;
}

#[tokio::test]
async fn who_needs_no_provider_does_not_wait_for_it() {
    let database = Database::new().await;
    let key = SigningKey::rsa("key");
    let provider = IdentityProvider::start(&[&key]).await;
    provider.leave();
    let server = server(&database, &provider, |tokens| tokens.pause = SOON).await;
    let token = key.token("RS256", &claims("anna", "customer"));
    let answer = bearing(&server, &token).get("/me").await;
    assert_eq!(answer.headers["retry-after"], "1");
    answer.expect_problem(503, "overloaded");
    assert_eq!(status(&server, &organisers::token("olga", Role::Organiser)).await, 200);
    let guest = Buyer::nameless(server.address).post("/sessions", json!({})).await.expect(201);
    assert_eq!(status(&server, guest["token"].as_str().expect("a token")).await, 200);
    provider.publish(&[&key]);
    eventually("it is back", || async { status(&server, &token).await == 200 }).await;
}

#[tokio::test]
async fn tokens_for_others_are_refused_and_roles_found_where_they_are() {
    let database = Database::new().await;
    let key = SigningKey::rsa("key");
    let provider = IdentityProvider::start(&[&key]).await;
    let server = server(&database, &provider, |tokens| {
        tokens.issuer = Some("https://login.example".to_owned());
        tokens.audience = Some("seatmap".to_owned());
        tokens.role_claim = "realm_access.roles".to_owned();
    })
    .await;
    let token = |issuer: &str, audience: Value| {
        let roles = json!({ "roles": ["offline_access", "organiser"] });
        let claims = json!({ "sub": "olga", "exp": FAR_SECOND, "iss": issuer, "aud": audience,
                             "realm_access": roles, "role": "admin" });
        key.token("RS256", &claims)
    };
    for audience in [json!("seatmap"), json!(["account", "seatmap"])] {
        let me = bearing(&server, &token("https://login.example", audience)).get("/me").await;
        assert_eq!(me.expect(200)["role"], "organiser");
    }
    for refused in [
        token("https://login.example", json!("account")),
        token("https://login.example", json!([])),
        token("https://login.example", Value::Null),
        token("https://other.example", json!("seatmap")),
        key.token("RS256", &json!({ "sub": "olga", "exp": FAR_SECOND, "aud": "seatmap" })),
    ] {
        bearing(&server, &refused).get("/me").await.expect_problem(401, "caller_unknown");
    }
    // A shop's own tokens are not asked for it.
    assert_eq!(status(&server, &organisers::token("olga", Role::Organiser)).await, 200);
}
