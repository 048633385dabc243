//! Asks a node and writes down what came of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use seatmap_loadtest::rest::{Call as Ask, Client, RestError};
use serde_json::Value;

use super::books::Books;
use super::request::{OnSale, request, seat};
use crate::history::{Call, Operation, Outcome, Said, outcome, unread};

/// How long a client waits for an answer, longer than nodes may take for one.
const PATIENCE: Duration = Duration::from_secs(8);

/// A caller with a connection to each node.
pub(crate) struct Asking {
    pub(crate) session: String,
    /// What organisers show instead.
    token: Option<String>,
    pub(crate) event: OnSale,
    seed: u64,
    clients: Vec<Client>,
    books: Arc<Books>,
}

impl Asking {
    pub(crate) fn new(
        (session, token): (&str, Option<&str>),
        event: OnSale,
        seed: u64,
        doors: &[SocketAddr],
        books: Arc<Books>,
    ) -> Self {
        let clients = doors.iter().map(|door| Client::new(*door, None)).collect();
        let (session, token) = (session.to_owned(), token.map(str::to_owned));
        Self { session, token, event, seed, clients, books }
    }

    pub(crate) fn books(&self) -> &Books {
        &self.books
    }

    /// Asks once. Without an answer the outcome is unknown, whatever broke.
    pub(crate) async fn ask(&mut self, node: usize, call: &Call, key: Option<&str>) -> Outcome {
        let id = self.books.next_id();
        let request_id = format!("torture-{}-{id}", self.seed);
        let asked = request(self.event, call);
        let body = asked.body.map(|body| body.to_string());
        let node = node % self.clients.len();
        let ask = Ask {
            method: asked.method,
            path: &asked.path,
            session: self.token.is_none().then_some(&*self.session),
            token: self.token.as_deref(),
            idempotency_key: key,
            request_id: Some(&request_id),
            body: body.as_deref().map(str::as_bytes),
        };
        let invoked = self.books.now();
        let reply = tokio::time::timeout(PATIENCE, self.clients[node].ask(&ask)).await;
        let answered = self.books.now();
        let (outcome, word) = match reply {
            Ok(Ok(reply)) => {
                let body: Value = serde_json::from_slice(reply.body).unwrap_or_default();
                let said = Said { status: reply.status, version: reply.version, body: &body };
                let code = body["code"].as_str().unwrap_or_default();
                (outcome(call, said, seat), format!("{} {code}", reply.status).trim().to_owned())
            }
            Ok(Err(error @ (RestError::BadReply(_) | RestError::TooLarge))) => {
                (unread(&error.to_string()), "unreadable".to_owned())
            }
            Ok(Err(error)) => {
                (Outcome::Unknown { why: error.to_string() }, "connection broken".to_owned())
            }
            Err(_) => {
                (Outcome::Unknown { why: "no answer".to_owned() }, "no answer in time".to_owned())
            }
        };
        let operation = Operation {
            id,
            client: self.session.clone(),
            caller: None,
            event: if call.creates() { 0 } else { self.event.id },
            node: u32::try_from(node).ok(),
            request_id,
            key: key.map(str::to_owned),
            call: call.clone(),
            invoked,
            answered,
            outcome: outcome.clone(),
        };
        self.books.write(operation, word);
        outcome
    }
}
