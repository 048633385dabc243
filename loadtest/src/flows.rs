//! Closed-loop writers: as many clients as asked for, each doing one thing after the other as fast
//! as it is answered. What `make bench` measures the write path with; seats never collide, so that
//! every refusal is an error.

mod seats;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::rest::{Call, Client, RestError};
pub use seats::SeatsLeft;

/// How many turns a buyer does before another takes the client's place: few, as in life.
const FLOWS_PER_BUYER: u32 = 5;
/// The longest time a histogram tells apart, in microseconds.
const MICROS_MAX: u64 = 120_000_000;
/// Significant digits of a histogram.
const DIGITS: u8 = 3;

/// What a client does over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Lock a seat, unlock it.
    Pair,
    /// Hold a seat, book the hold, confirm the booking.
    Flow,
    /// Hold two seats by name, release the hold.
    Hold,
    /// Hold the best two seats there are, release the hold.
    Best,
}

impl Kind {
    /// The requests one turn consists of.
    #[must_use]
    pub fn steps(self) -> &'static [&'static str] {
        match self {
            Self::Pair => &["lock", "unlock"],
            Self::Flow => &["hold", "book", "confirm"],
            Self::Hold | Self::Best => &["hold", "release"],
        }
    }
}

/// What to drive.
#[derive(Clone, Debug)]
pub struct Drive {
    /// The node.
    pub target: SocketAddr,
    /// The events, without a chart; clients are spread over them.
    pub events: Vec<i64>,
    /// What clients do.
    pub kind: Kind,
    /// How many clients there are.
    pub clients: usize,
    /// For how long.
    pub duration: Duration,
    /// Sets this run's buyers and seats apart from those of earlier runs on the same events.
    pub run: u32,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Driven {
    /// Turns completed.
    pub turns: u64,
    /// Seconds they took.
    pub seconds: f64,
    /// The latencies of each step, in microseconds.
    pub steps: Vec<Histogram<u64>>,
    /// The first answers that were not the expected one.
    pub errors: Vec<String>,
    /// Whether seats ran out before time did.
    pub sold_out: bool,
}

/// The most errors kept.
const ERRORS_MAX: usize = 20;

#[derive(Deserialize)]
struct Made<Id> {
    id: Id,
}

impl Drive {
    /// Drives until the time is up, then waits for the answers still due.
    pub async fn run(&self, seats: &Arc<SeatsLeft>) -> Driven {
        let began = Instant::now();
        let mut clients = JoinSet::new();
        for number in 0..self.clients {
            let seats = Arc::clone(seats);
            clients.spawn(Writer::new(self, number, seats).work(began + self.duration));
        }
        let mut driven = Driven::none(self.kind);
        while let Some(done) = clients.join_next().await {
            match done {
                Ok(one) => driven.add(one),
                Err(error) => driven.error(error.to_string()),
            }
        }
        driven.seconds = began.elapsed().as_secs_f64();
        driven
    }
}

impl Driven {
    fn none(kind: Kind) -> Self {
        let histogram = || Histogram::new_with_max(MICROS_MAX, DIGITS).expect("constant bounds");
        let steps = kind.steps().iter().map(|_| histogram()).collect();
        Self { turns: 0, seconds: 0.0, steps, errors: Vec::new(), sold_out: false }
    }

    fn add(&mut self, other: Self) {
        self.turns += other.turns;
        self.sold_out |= other.sold_out;
        for (mine, theirs) in self.steps.iter_mut().zip(&other.steps) {
            // Both have the same bounds.
            let _ = mine.add(theirs);
        }
        other.errors.into_iter().for_each(|error| self.error(error));
    }

    fn error(&mut self, error: String) {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(error);
        }
    }

    /// Turns a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.turns as f64 / self.seconds
    }
}

/// One client.
struct Writer {
    client: Client,
    kind: Kind,
    event: usize,
    event_id: i64,
    name: String,
    session: String,
    seats: Arc<SeatsLeft>,
    done: Driven,
}

/// Why a client's turn wasn't completed.
enum Broken {
    SoldOut,
    Failed(String),
}

impl Writer {
    fn new(drive: &Drive, number: usize, seats: Arc<SeatsLeft>) -> Self {
        let event = number % drive.events.len();
        Self {
            client: Client::new(drive.target, None),
            kind: drive.kind,
            event,
            event_id: drive.events[event],
            name: format!("writer-{}-{number}", drive.run),
            session: String::new(),
            seats,
            done: Driven::none(drive.kind),
        }
    }

    async fn work(mut self, until: Instant) -> Driven {
        let mut seat = None;
        let mut turn = 0;
        while Instant::now() < until {
            if turn % FLOWS_PER_BUYER == 0 {
                self.session = format!("{}-{}", self.name, turn / FLOWS_PER_BUYER);
            }
            turn += 1;
            let done = match self.kind {
                Kind::Pair => self.pair(&mut seat).await,
                Kind::Flow => self.flow().await,
                Kind::Hold => self.hold(&mut seat).await,
                Kind::Best => self.hold_best().await,
            };
            match done {
                Ok(()) => self.done.turns += 1,
                Err(Broken::SoldOut) => {
                    self.done.sold_out = true;
                    break;
                }
                Err(Broken::Failed(error)) => {
                    self.done.error(error);
                    break;
                }
            }
        }
        self.done
    }

    /// The client's own seat, locked and unlocked.
    async fn pair(&mut self, seat: &mut Option<String>) -> Result<(), Broken> {
        if seat.is_none() {
            *seat = self.seats.take(self.event);
        }
        let Some(seat) = seat else { return Err(Broken::SoldOut) };
        let event = self.event_id;
        for (step, verb) in ["lock", "unlock"].into_iter().enumerate() {
            let path = format!("/api/v1/events/{event}/seats/{seat}/{verb}");
            self.post(step, &path, None, 200).await?;
        }
        Ok(())
    }

    /// The client's own two seats, held and released.
    async fn hold(&mut self, seat: &mut Option<String>) -> Result<(), Broken> {
        if seat.is_none() {
            let first = self.seats.take(self.event);
            *seat = first.zip(self.seats.take(self.event)).map(|(a, b)| format!(r#""{a}","{b}""#));
        }
        let Some(seats) = seat else { return Err(Broken::SoldOut) };
        let body = format!(r#"{{"seats":[{seats}]}}"#);
        self.hold_and_release(&body).await
    }

    async fn hold_best(&mut self) -> Result<(), Broken> {
        self.hold_and_release(r#"{"best_available":{"quantity":2}}"#).await
    }

    async fn hold_and_release(&mut self, body: &str) -> Result<(), Broken> {
        let path = format!("/api/v1/events/{}/holds", self.event_id);
        let hold: Made<String> = read(self.post(0, &path, Some(body), 201).await?)?;
        let path = format!("/api/v1/holds/{}", hold.id);
        self.ask(1, ("DELETE", &path), None, 204).await?;
        Ok(())
    }

    async fn flow(&mut self) -> Result<(), Broken> {
        let seat = self.seats.take(self.event).ok_or(Broken::SoldOut)?;
        let event = self.event_id;
        let body = format!(r#"{{"seats":["{seat}"]}}"#);
        let path = format!("/api/v1/events/{event}/holds");
        let hold: Made<String> = read(self.post(0, &path, Some(&body), 201).await?)?;
        let body = format!(r#"{{"event_id":{event},"hold_id":"{}"}}"#, hold.id);
        let booking: Made<i64> = read(self.post(1, "/api/v1/bookings", Some(&body), 201).await?)?;
        let path = format!("/api/v1/bookings/{}/confirm", booking.id);
        self.post(2, &path, None, 200).await?;
        Ok(())
    }

    async fn post(
        &mut self,
        step: usize,
        path: &str,
        body: Option<&str>,
        expected: u16,
    ) -> Result<&[u8], Broken> {
        self.ask(step, ("POST", path), body, expected).await
    }

    async fn ask(
        &mut self,
        step: usize,
        (method, path): (&'static str, &str),
        body: Option<&str>,
        expected: u16,
    ) -> Result<&[u8], Broken> {
        let asked = Instant::now();
        let session = Some(self.session.as_str());
        let body = body.map(str::as_bytes);
        let call = Call { method, path, session, body, ..Call::default() };
        let failed = |error: RestError| Broken::Failed(format!("{method} {path}: {error}"));
        let reply = self.client.ask(&call).await.map_err(failed)?;
        let micros = u64::try_from(asked.elapsed().as_micros()).unwrap_or(MICROS_MAX);
        self.done.steps[step].saturating_record(micros.min(MICROS_MAX));
        if reply.status != expected {
            let said = String::from_utf8_lossy(reply.body);
            return Err(Broken::Failed(format!("{method} {path}: {} {said}", reply.status)));
        }
        Ok(reply.body)
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Broken> {
    serde_json::from_slice(body).map_err(|error| Broken::Failed(error.to_string()))
}
