//! Somebody who calls the REST interface.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::Value;

/// An answer: its status, headers and JSON body (null when there is none).
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The problem's code; empty for a success.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Asserts a problem with its status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        let kind = self.headers["content-type"].to_str().unwrap_or("").to_owned();
        assert_eq!(kind, "application/problem+json");
        assert_eq!(self.body["status"], status, "{}", self.body);
        for member in ["type", "title", "detail", "request_id"] {
            assert!(self.body[member].as_str().is_some_and(|v| !v.is_empty()), "{}", self.body);
        }
        self.body
    }
}

#[derive(Clone)]
pub struct Buyer {
    address: SocketAddr,
    session: Option<String>,
    token: Option<String>,
    client: reqwest::Client,
}

impl Buyer {
    pub fn new(address: SocketAddr, session: &str) -> Self {
        Self {
            address,
            session: Some(session.to_owned()),
            token: None,
            client: reqwest::Client::new(),
        }
    }

    /// Somebody who doesn't say who they are.
    pub fn nameless(address: SocketAddr) -> Self {
        Self { address, session: None, token: None, client: reqwest::Client::new() }
    }

    /// The same person, showing a token.
    pub fn bearing(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same person at another node.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// Somebody else at the same node, over the same connections.
    pub fn named(&self, session: &str) -> Self {
        Self { session: Some(session.to_owned()), ..self.clone() }
    }

    /// A request to be refined; `path` starts with a slash, below /api/v1.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}/api/v1{path}", self.address);
        let request = self.client.request(method, url);
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        match &self.session {
            Some(session) => request.header("x-session-id", session),
            None => request,
        }
    }

    /// Sends; `None` when there was no answer.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.ok()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Some(Answer { status, headers, body })
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn post_with_key(&self, path: &str, body: Value, key: &str) -> Answer {
        let request = self.request(Method::POST, path).json(&body).header("idempotency-key", key);
        self.send(request).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn lock(&self, event: i64, seat: &str) -> Answer {
        let path = format!("/events/{event}/seats/{seat}/lock");
        self.send(self.request(Method::POST, &path)).await
    }

    pub async fn unlock(&self, event: i64, seat: &str) -> Answer {
        let path = format!("/events/{event}/seats/{seat}/unlock");
        self.send(self.request(Method::POST, &path)).await
    }

    pub async fn hold(&self, event: i64, seats: &[&str]) -> Answer {
        self.post(&format!("/events/{event}/holds"), serde_json::json!({ "seats": seats })).await
    }

    pub async fn book(&self, event: i64, quantity: u32) -> Answer {
        let body = serde_json::json!({ "event_id": event, "quantity": quantity });
        self.post("/bookings", body).await
    }

    pub async fn confirm(&self, booking: &Value, reference: &str) -> Answer {
        let body = serde_json::json!({ "payment_reference": reference });
        self.post(&format!("/bookings/{booking}/confirm"), body).await
    }

    pub async fn cancel(&self, booking: &Value) -> Answer {
        self.post(&format!("/bookings/{booking}/cancel"), serde_json::json!({})).await
    }

    /// The status of every seat by label, from the table.
    pub async fn map(&self, event: i64) -> std::collections::BTreeMap<String, String> {
        let tickets = self.get(&format!("/events/{event}/tickets/all")).await.expect(200);
        let items = tickets["items"].as_array().expect("a list").clone();
        let word = |value: &Value| value.as_str().expect("a word").to_owned();
        items.iter().map(|seat| (word(&seat["seat_no"]), word(&seat["status"]))).collect()
    }
}
