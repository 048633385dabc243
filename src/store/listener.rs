//! Hears the announcements of all nodes, on a connection of its own: pooled ones throw
//! notifications away, and this one must never wait behind a query.
//!
//! Connects again by itself, for ever. Says when it hears and when it doesn't, so that the hub can
//! catch up: whatever was announced in between was not heard.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rand::RngExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_postgres::{AsyncMessage, Client, NoTls};
use tokio_util::sync::CancellationToken;

use super::announcement::{self, Announcement, CHANNEL, Heard};
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;

/// How many signals may wait for the hub. When it falls behind, the socket's buffer and then
/// PostgreSQL's queue (8 GB) hold the rest.
const SIGNALS_MAX: usize = 4_096;

/// How often the listener notifies itself, to find out whether it still hears.
const ECHO_INTERVAL: Duration = Duration::from_secs(5);

/// After so long without hearing anything, two echoes included, it connects anew.
const SILENCE_MAX: Duration = Duration::from_secs(11);

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The wait before the first attempt to connect again; each failure doubles it up to the maximum.
const RETRY_MIN: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(2);

/// What the hub is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Listening has begun (again): catch up all events now; what follows is live.
    Connected,
    /// Nothing is heard any more until the next `Connected`.
    Lost,
    /// A batch was committed.
    Announced {
        /// The event.
        event: EventId,
        /// The version before.
        from: Version,
        /// The version after.
        version: Version,
        /// The net changes; `None`: too many to say, read the log.
        changes: Option<Vec<(SeatIndex, SeatStatus)>>,
    },
    /// An event has other prices or another chart.
    Renewed {
        /// The event.
        event: EventId,
        /// The version at which it can be seen.
        version: Version,
    },
}

/// How the listener fares.
#[derive(Debug, Default)]
pub struct ListenerStatus {
    listening: AtomicBool,
    connections: AtomicU64,
    notifications: AtomicU64,
    lost_since: std::sync::Mutex<Option<Instant>>,
}

impl ListenerStatus {
    /// Whether it hears.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.listening.load(Ordering::Acquire)
    }

    /// For how long it has not heard; zero while it does.
    #[must_use]
    pub fn deaf_for(&self) -> Duration {
        let since = *self.lost_since.lock().expect("never poisoned: nothing panics inside");
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// How often it has connected.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many notifications it has heard, its own echoes excluded.
    #[must_use]
    pub fn notifications(&self) -> u64 {
        self.notifications.load(Ordering::Relaxed)
    }

    fn set(&self, listening: bool) {
        self.listening.store(listening, Ordering::Release);
        let mut since = self.lost_since.lock().expect("never poisoned: nothing panics inside");
        *since = if listening { None } else { since.or_else(|| Some(Instant::now())) };
    }
}

/// Starts listening until the token is cancelled. The task ends when nobody takes signals.
#[must_use]
pub fn spawn(
    config: tokio_postgres::Config,
    stop: CancellationToken,
) -> (mpsc::Receiver<Signal>, Arc<ListenerStatus>) {
    let (signals, receiver) = mpsc::channel(SIGNALS_MAX);
    let status = Arc::new(ListenerStatus::default());
    status.set(false);
    let listener = Listener { config, signals, status: Arc::clone(&status) };
    tokio::spawn(async move { stop.run_until_cancelled(listener.run()).await });
    (receiver, status)
}

struct Listener {
    config: tokio_postgres::Config,
    signals: mpsc::Sender<Signal>,
    status: Arc<ListenerStatus>,
}

/// The hub is gone; there is nobody to tell.
struct NobodyListens;

impl Listener {
    async fn run(mut self) {
        self.config.connect_timeout(CONNECT_TIMEOUT).keepalives_idle(ECHO_INTERVAL);
        let mut wait = RETRY_MIN;
        loop {
            match self.listen_once().await {
                Ok(Ending::Heard(reason)) => {
                    // It worked for a while: the next attempt is a first one.
                    wait = RETRY_MIN;
                    tracing::warn!(reason, "listener lost its connection");
                }
                Ok(Ending::NeverHeard(reason)) => {
                    tracing::warn!(reason, "listener can't connect");
                }
                Err(NobodyListens) => return,
            }
            self.status.set(false);
            if self.signals.send(Signal::Lost).await.is_err() {
                return;
            }
            sleep(jittered(wait)).await;
            wait = (wait * 2).min(RETRY_MAX);
        }
    }

    /// Connects, listens, and passes on what it hears until the connection fails.
    async fn listen_once(&self) -> Result<Ending, NobodyListens> {
        let never = |reason: &dyn std::fmt::Display| Ok(Ending::NeverHeard(reason.to_string()));
        let (client, connection) = match timeout(CONNECT_TIMEOUT, self.config.connect(NoTls)).await
        {
            Ok(Ok(pair)) => pair,
            Ok(Err(error)) => return never(&error),
            Err(_) => return never(&"connecting took too long"),
        };
        // The connection is driven here and its messages are passed on; the two run side by side
        // because LISTEN is answered by the same connection.
        let (heard, mut messages) = mpsc::channel(SIGNALS_MAX);
        let driver = tokio::spawn(drive(connection, heard));
        let ending = match timeout(CONNECT_TIMEOUT, listen(&client)).await {
            Ok(Ok(())) => self.follow(&client, &mut messages).await.map(Ending::Heard),
            Ok(Err(error)) => never(&error),
            Err(_) => never(&"LISTEN took too long"),
        };
        driver.abort();
        ending
    }

    async fn follow(
        &self,
        client: &Client,
        messages: &mut mpsc::Receiver<String>,
    ) -> Result<String, NobodyListens> {
        self.status.set(true);
        self.status.connections.fetch_add(1, Ordering::Relaxed);
        self.signals.send(Signal::Connected).await.map_err(|_| NobodyListens)?;
        tracing::info!("listener connected");
        let mut echo = interval(ECHO_INTERVAL);
        let mut last_heard = Instant::now();
        loop {
            tokio::select! {
                message = messages.recv() => match message {
                    Some(payload) => {
                        last_heard = Instant::now();
                        self.pass_on(&payload).await?;
                    }
                    None => return Ok("the connection was closed".to_owned()),
                },
                _ = echo.tick() => {
                    if last_heard.elapsed() > SILENCE_MAX {
                        return Ok("nothing was heard, not even its own echo".to_owned());
                    }
                    // Not waited for: a connection that hangs must be noticed by its silence.
                    let sent = client.batch_execute("notify seat_changes, 'echo'");
                    let _ = timeout(Duration::from_secs(1), sent).await;
                }
            }
        }
    }

    async fn pass_on(&self, payload: &str) -> Result<(), NobodyListens> {
        let Some(heard) = announcement::decode(payload) else { return Ok(()) };
        self.status.notifications.fetch_add(1, Ordering::Relaxed);
        let signal = match heard {
            Heard::Changed(Announcement { event, from, version, changes }) => {
                Signal::Announced { event, from, version, changes }
            }
            Heard::Renewed(event, version) => Signal::Renewed { event, version },
        };
        self.signals.send(signal).await.map_err(|_| NobodyListens)
    }
}

/// Half to all of a wait, so that many nodes don't come back in step.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::rng().random_range(0.5..1.0))
}

enum Ending {
    Heard(String),
    NeverHeard(String),
}

async fn listen(client: &Client) -> Result<(), tokio_postgres::Error> {
    client.batch_execute(&format!("listen {CHANNEL}")).await
}

/// Drives a connection and passes on the payloads of its notifications until it ends.
async fn drive(
    mut connection: tokio_postgres::Connection<
        tokio_postgres::Socket,
        tokio_postgres::tls::NoTlsStream,
    >,
    heard: mpsc::Sender<String>,
) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notification(notification) = message
            && heard.send(notification.payload().to_owned()).await.is_err()
        {
            return;
        }
    }
}
