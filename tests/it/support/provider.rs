//! An identity provider made up for tests: it publishes keys over HTTP, counts how often it is asked
//! for them, and can be away.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::signing::SigningKey;

pub struct IdentityProvider {
    /// Where its keys are.
    pub url: String,
    published: Arc<Published>,
    serving: JoinHandle<()>,
}

struct Published {
    /// None while it is away.
    keys: Mutex<Option<Value>>,
    asked: AtomicU32,
}

impl IdentityProvider {
    /// Starts with these keys.
    pub async fn start(keys: &[&SigningKey]) -> Self {
        let keys = Mutex::new(Some(set(keys)));
        let published = Arc::new(Published { keys, asked: AtomicU32::new(0) });
        let routes =
            axum::Router::new().route("/keys", get(answer)).with_state(Arc::clone(&published));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/keys", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async { axum::serve(listener, routes).await.expect("serving") });
        Self { url, published, serving }
    }

    /// Publishes these keys instead; it is back if it was away.
    pub fn publish(&self, keys: &[&SigningKey]) {
        *self.published.keys.lock().expect("not poisoned") = Some(set(keys));
    }

    /// Answers by an error from now on.
    pub fn leave(&self) {
        *self.published.keys.lock().expect("not poisoned") = None;
    }

    /// How often it has been asked.
    pub fn asked(&self) -> u32 {
        self.published.asked.load(Ordering::SeqCst)
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn set(keys: &[&SigningKey]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() })
}

async fn answer(State(published): State<Arc<Published>>) -> Result<Json<Value>, StatusCode> {
    published.asked.fetch_add(1, Ordering::SeqCst);
    let keys = published.keys.lock().expect("not poisoned").clone();
    keys.map(Json).ok_or(StatusCode::SERVICE_UNAVAILABLE)
}
