//! Where buyers ask: connections to the nodes, one request after the other on each, and the books
//! that every answer goes into.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::action::{Action, Answered, Outcome};
use super::answer::{Told, read, session};
use super::figures::{Asked, Ended, RequestFigures};
use super::request::Wish;
use crate::check::Ledger;
use crate::clock::Clock;
use crate::latency::{Timekeeper, lock};
use crate::rest::{Call, Client, RestError};

/// Times a request without an answer is sent again under the same key.
const TRIES_MAX: u32 = 4;
/// The pause before that.
const RETRY_PAUSE: Duration = Duration::from_millis(200);

/// When a version's latency begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LatencyFrom {
    /// When the answer that names it was read.
    Answer,
    /// When the request for it was due.
    Request,
}

/// How buyers ask.
#[derive(Clone, Debug)]
pub struct CounterSettings {
    /// The nodes, asked in turn.
    pub targets: Vec<SocketAddr>,
    /// The addresses to connect from, in turn for each node.
    pub sources: Vec<IpAddr>,
    /// Connections at most.
    pub connections: usize,
    /// Whether each request carries an Idempotency-Key.
    pub keys: Keys,
    /// When a version's latency begins.
    pub latency_from: LatencyFrom,
}

impl CounterSettings {
    /// Where a connection goes to, and where from. Each round of the nodes has the next source:
    /// if each connection had, numbers with a common divisor would keep some of them apart.
    fn way(&self, number: usize) -> (SocketAddr, Option<IpAddr>) {
        let (nodes, sources) = (self.targets.len(), &self.sources);
        let source = (!sources.is_empty()).then(|| sources[number / nodes % sources.len()]);
        (self.targets[number % nodes], source)
    }
}

/// Whether requests carry an Idempotency-Key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Keys {
    /// Each has its own.
    With,
    /// None has.
    Without,
}

/// Somebody the server knows.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Proves who it is.
    pub(super) token: String,
    /// The server's id, as the change log names it.
    pub user: i64,
}

/// The counter of a run.
#[derive(Debug)]
pub struct Counter {
    settings: CounterSettings,
    idle: Mutex<Vec<Client>>,
    room: Semaphore,
    next: AtomicUsize,
    keys: AtomicU64,
    run: u64,
    clock: Clock,
    timekeeper: Timekeeper,
    ledger: Arc<Ledger>,
    /// Durations and errors.
    pub figures: RequestFigures,
}

impl Counter {
    /// A counter whose answers go into these books. `run` keeps its keys apart from other runs'.
    #[must_use]
    pub fn new(
        settings: CounterSettings,
        timekeeper: &Timekeeper,
        ledger: &Arc<Ledger>,
        run: u64,
    ) -> Self {
        Self {
            room: Semaphore::new(settings.connections.max(1)),
            settings,
            idle: Mutex::default(),
            next: AtomicUsize::new(0),
            keys: AtomicU64::new(0),
            run,
            clock: timekeeper.clock(),
            timekeeper: timekeeper.clone(),
            ledger: ledger.clone(),
            figures: RequestFigures::default(),
        }
    }

    /// The clock of the run.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Somebody new, who wanted to come in at `due`: how long that took is a figure like others,
    /// since it delays all that follows. A session too many does no harm, so an answer that was lost
    /// is asked for again.
    ///
    /// # Errors
    /// In words, when the server gives no session.
    pub async fn caller(&self, due: u64) -> Result<Caller, String> {
        let mut came = self.come_in().await;
        for _ in 1..TRIES_MAX {
            if !matches!(came, Err(Outcome::Unknown { .. })) {
                break;
            }
            tokio::time::sleep(RETRY_PAUSE).await;
            came = self.come_in().await;
        }
        let code = came.as_ref().err().and_then(Outcome::code);
        let ended = match (&came, code.as_deref()) {
            (Err(Outcome::Refused { .. }), Some(code)) => Ended::Refused(code),
            (Err(_), Some(code)) => Ended::Unknown(code),
            _ => Ended::Done,
        };
        let number = self.next.load(Ordering::Relaxed);
        self.figures.count(number, Asked::ComeIn, due, self.clock.now(), ended);
        came.map_err(|_| format!("no session: {}", code.unwrap_or_default()))
    }

    async fn come_in(&self) -> Result<Caller, Outcome> {
        let call = Call { method: "POST", path: "/api/v1/sessions", ..Call::default() };
        let closed = |_| Told::unknown("closed").outcome;
        let _room = self.room.acquire().await.map_err(closed)?;
        let mut client = self.client();
        let came = match client.ask(&call).await {
            Ok(reply) => session(&reply),
            Err(error) => Err(Box::new(unanswered(&error))),
        };
        lock(&self.idle).push(client);
        came.map_err(|told| {
            if let Some(said) = told.strange {
                self.ledger.enter_strange(0, format!("who wanted to come in was told: {said}"));
            }
            told.outcome
        })
    }

    /// Makes a request, again if it stays without an answer, and books what came of it.
    pub(super) async fn ask(&self, wish: &Wish<'_>) -> Told {
        let (method, path, body) = wish.request();
        let number = self.keys.fetch_add(1, Ordering::Relaxed);
        let key = format!("lt-{:x}-{number}", self.run);
        let keyed = self.settings.keys == Keys::With;
        let call = Call {
            method,
            path: &path,
            token: Some(&wish.caller.token),
            idempotency_key: keyed.then_some(key.as_str()),
            body: body.as_deref().map(str::as_bytes),
            ..Call::default()
        };
        let known = self.ledger.known(wish.hall.id);
        let sent = self.clock.now();
        let mut told = self.exchange(&call, wish).await;
        for _ in 1..TRIES_MAX {
            // Without a key a second try could have a second effect.
            if !keyed || !matches!(told.outcome, Outcome::Unknown { .. }) {
                break;
            }
            tokio::time::sleep(RETRY_PAUSE).await;
            told = self.exchange(&call, wish).await;
        }
        self.book(wish, &told, (sent, known), number as usize);
        told
    }

    fn book(&self, wish: &Wish<'_>, told: &Told, (sent, known): (u64, u64), number: usize) {
        let outcome = &told.outcome;
        let at = self.clock.now();
        let code = outcome.code();
        let ended = match (outcome, code.as_deref()) {
            (Outcome::Refused { .. }, Some(code)) => Ended::Refused(code),
            (Outcome::Unknown { .. }, Some(code)) => Ended::Unknown(code),
            _ => Ended::Done,
        };
        self.figures.count(number, Asked::Of(wish.action), wish.due, at, ended);
        if let Outcome::Done { version } = outcome {
            let from = match self.settings.latency_from {
                LatencyFrom::Answer => at,
                LatencyFrom::Request => wish.due,
            };
            self.timekeeper.note_nanos(wish.hall.id, *version, from);
        }
        self.ledger.enter(Answered {
            sent,
            at,
            user: wish.caller.user,
            event: wish.hall.id,
            action: wish.action,
            seats: match wish.action {
                Action::Best => told.seats.clone(),
                _ => wish.seats.to_vec(),
            },
            asked: wish.count(),
            outcome: outcome.clone(),
            known,
        });
    }

    async fn exchange(&self, call: &Call<'_>, wish: &Wish<'_>) -> Told {
        let Ok(_room) = self.room.acquire().await else { return Told::unknown("closed") };
        let mut client = self.client();
        let told = match client.ask(call).await {
            Ok(reply) => read(&reply, wish),
            Err(error) => unanswered(&error),
        };
        lock(&self.idle).push(client);
        // At once: asked again, the same request may get a better answer.
        if let Some(said) = &told.strange {
            let (user, action) = (wish.caller.user, wish.action.name());
            let what = format!("user {user}, {action} seats {:?}, was told: {said}", wish.seats);
            self.ledger.enter_strange(wish.hall.id, what);
        }
        told
    }

    fn client(&self) -> Client {
        lock(&self.idle).pop().unwrap_or_else(|| {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let (target, source) = self.settings.way(number);
            Client::new(target, source)
        })
    }
}

/// What came instead of an answer. A lost connection is nobody's fault; what isn't HTTP is.
fn unanswered(error: &RestError) -> Told {
    let told = Told::unknown(error.to_string());
    let strange = matches!(error, RestError::BadReply(_)).then(|| error.to_string());
    Told { strange, ..told }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn every_source_meets_every_node() {
        for (sources, targets) in [(0, 3), (1, 2), (2, 2), (2, 4), (6, 3)] {
            let address = |number: u8| Ipv4Addr::new(127, 0, 0, number + 1);
            let settings = CounterSettings {
                targets: (0..targets).map(|number| (address(number), 80).into()).collect(),
                sources: (0..sources).map(|number| address(number).into()).collect(),
                connections: 1,
                keys: Keys::With,
                latency_from: LatencyFrom::Answer,
            };
            let pairs = usize::from(sources.max(1) * targets);
            let ways: BTreeSet<_> = (0..pairs).map(|number| settings.way(number)).collect();
            assert_eq!(ways.len(), pairs, "{sources} sources, {targets} targets");
        }
    }
}
