//! `write`: drives the write path alone, as fast as it is answered, and prints rates and latencies.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, value_parser};
use serde::Deserialize;

use crate::flows::{Drive, Driven, Kind, SeatsLeft};
use crate::options::{EVENTS_MAX, PEOPLE_MAX, count, target};
use crate::rest::{Call, Client, RestError};

/// The longest drive, in seconds: a day.
const SECONDS_MAX: u64 = 86_400;

/// What to drive; see [`crate::flows`].
#[derive(Clone, Debug, Args)]
pub struct Write {
    /// The server's address.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = target)]
    pub target: SocketAddr,
    /// What each client does over and over.
    #[arg(long, value_enum, default_value_t = Kind::Flow)]
    pub kind: Kind,
    /// How many clients there are.
    #[arg(long, default_value_t = 50, value_parser = count(PEOPLE_MAX))]
    pub clients: usize,
    /// How many events they are spread over.
    #[arg(long, default_value_t = 1, value_parser = count(EVENTS_MAX))]
    pub events: usize,
    /// Seats per event; a flow sells one.
    #[arg(long, default_value_t = 200_000, value_parser = value_parser!(u32).range(1..=200_000))]
    pub seats: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u64).range(1..=SECONDS_MAX))]
    pub seconds: u64,
}

/// Why nothing could be driven.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The server can't be asked.
    #[error("{0}")]
    Rest(#[from] RestError),
    /// An event couldn't be made.
    #[error("an event can't be made: {0} {1}")]
    NoEvent(u16, String),
    /// Clients name themselves as open mode lets them.
    #[error("the server is in token mode; `write` drives servers in open mode")]
    TokenMode,
    /// What clients were answered instead of success.
    #[error("unexpected answers, the first of them: {0}")]
    Refused(String),
}

impl Write {
    /// Makes the events, drives, and hands on what came of it.
    ///
    /// # Errors
    /// When the server can't be asked or answers anything but success.
    pub async fn run(&self) -> Result<Driven, WriteError> {
        let mut events = Vec::new();
        for _ in 0..self.events {
            events.push(make_event(self.target, self.seats).await?);
        }
        let Self { target, kind, clients, seconds, .. } = *self;
        let duration = Duration::from_secs(seconds);
        let seats = SeatsLeft::of(events.len(), self.seats);
        let driven = Drive { target, events, kind, clients, duration, run: 0 }.run(&seats).await;
        match driven.errors.first() {
            Some(error) => Err(WriteError::Refused(error.clone())),
            None => Ok(driven),
        }
    }
}

/// An event without a chart, on sale for a long time, whose buyers may have a thousand seats.
///
/// # Errors
/// When the server can't be asked or refuses.
pub async fn make_event(target: SocketAddr, seats: u32) -> Result<i64, WriteError> {
    #[derive(Deserialize)]
    struct Made {
        id: i64,
    }
    let body = format!(
        r#"{{"name":"Load test","venue":"Loopback","start_time":"2100-01-01T20:00:00Z",
            "end_time":"2100-01-01T22:00:00Z","total_tickets":{seats},"price":"45.00",
            "max_seats_per_user":1000}}"#
    );
    // A session, because only new embedded databases have users to name.
    let (session, body) = (Some("organiser"), Some(body.as_bytes()));
    let call = Call { method: "POST", path: "/api/v1/events", session, body, ..Call::default() };
    let mut client = Client::new(target, None);
    let reply = client.ask(&call).await?;
    if reply.status == 401 {
        return Err(WriteError::TokenMode);
    }
    let refused = || WriteError::NoEvent(reply.status, String::from_utf8_lossy(reply.body).into());
    let made: Made = serde_json::from_slice(reply.body).map_err(|_| refused())?;
    Ok(made.id)
}

/// What came of a drive, in a few lines.
#[must_use]
pub fn told(kind: Kind, driven: &Driven) -> String {
    let mut out =
        format!("{} turns in {:.1} s: {:.0}/s\n", driven.turns, driven.seconds, driven.rate());
    for (name, step) in kind.steps().iter().zip(&driven.steps) {
        let at = |quantile| step.value_at_quantile(quantile) as f64 / 1000.0;
        out += &format!(
            "{name:>8}: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, max {:.2} ms\n",
            at(0.5),
            at(0.95),
            at(0.99),
            step.max() as f64 / 1000.0
        );
    }
    if driven.sold_out {
        out += "seats ran out before time did\n";
    }
    out
}
