//! The live side's heart: one mirror per watched event, kept true to the database, and the frames
//! that carry its changes to everybody who follows.
//!
//! Knows neither SQL nor HTTP: it reads through `source`, hears through the listener's signals,
//! and hands out [`Subscription`]s and encoded maps. The HTTP side calls it.

mod clock;
mod frame;
mod keeper;
mod live;
mod looks;
mod loops;
mod mirror;
#[cfg(test)]
mod mirror_tests;
mod phase;
mod place;
mod publish;
mod pump;
mod ring;
#[cfg(test)]
pub(crate) mod script;
pub mod settings;
mod shared;
mod source;
pub mod stats;
pub mod subscription;
#[cfg(test)]
mod tests;
mod wakes;
pub mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use dashmap::DashMap;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::ids::{EventId, Version};
use crate::protocol::live::since::Since;
use crate::protocol::live::{Format, text};
use crate::store::feed::Feed;
use crate::store::listener::Signal;

use live::Live;
use mirror::Freshness;
use phase::Phase;
use settings::LiveSettings;
use shared::Shared;
use source::Source;
use stats::HubStats;
use subscription::Subscription;

/// The most maps read from the store at once, so that a cold start leaves it room to breathe.
const LOADS_MAX: usize = 4;
/// How often joining starts over when the event is let go in the same moment.
const JOIN_ATTEMPTS: usize = 3;

/// When the node ends, and the tasks that must have ended before it does. Passed in, never
/// global: tests run several nodes in one process.
#[derive(Clone, Debug)]
pub struct Lifetime {
    /// Cancelled when the node is to end.
    pub stop: CancellationToken,
    /// Tracks every task and every connection.
    pub tasks: TaskTracker,
}

/// Why an event can't be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There is no such event.
    #[error("there is no such event")]
    Unknown,
    /// All places are taken.
    #[error("this node has no room for more viewers")]
    Full,
    /// The event can't be read now.
    #[error("the event can't be read now")]
    Unavailable,
}

/// An encoded map, or what changed, for plain HTTP.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The history the version belongs to.
    pub epoch: Arc<str>,
    /// The version shown.
    pub version: Version,
    /// The body.
    pub bytes: Bytes,
}

/// The hub of one node. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    shared: Arc<Shared>,
}

impl Hub {
    /// Starts the hub's tasks: the pump of the listener's signals, the comparison and the audit.
    #[must_use]
    pub fn start(
        feed: Feed,
        signals: mpsc::Receiver<Signal>,
        settings: Arc<LiveSettings>,
        lifetime: Lifetime,
    ) -> Self {
        Self::start_from(Source::Store(feed), signals, settings, lifetime)
    }

    fn start_from(
        source: Source,
        signals: mpsc::Receiver<Signal>,
        settings: Arc<LiveSettings>,
        lifetime: Lifetime,
    ) -> Self {
        let (looks, asked) = mpsc::channel(looks::LOOKS_QUEUED_MAX);
        let shared = Arc::new(Shared {
            source,
            settings,
            stats: HubStats::default(),
            lifetime: lifetime.clone(),
            events: DashMap::new(),
            connection: AtomicU64::new(0),
            compare_now: Notify::new(),
            loads: Semaphore::new(LOADS_MAX),
            looks,
            ending: AtomicBool::new(false),
            farewells: AtomicU64::new(0),
        });
        lifetime.clone().spawn(pump::pump(Arc::clone(&shared), signals));
        lifetime.clone().spawn(pump::compare(Arc::clone(&shared)));
        lifetime.clone().spawn(pump::audit(Arc::clone(&shared)));
        lifetime.clone().spawn(looks::look(Arc::clone(&shared), asked));
        let Lifetime { stop, tasks } = lifetime;
        let ending = Arc::clone(&shared);
        tasks.spawn(async move {
            stop.cancelled().await;
            ending.end();
        });
        Self { shared }
    }

    /// Follows an event, from `since` if that can be resumed.
    ///
    /// # Errors
    /// When there is no such event, no room, or no way to read it.
    pub async fn subscribe(
        &self,
        event: EventId,
        format: Format,
        since: Option<&Since>,
    ) -> Result<Subscription, JoinError> {
        let stats = &self.shared.stats;
        for _ in 0..JOIN_ATTEMPTS {
            // Not exact when many join in the same moment; a bound on memory needs no more.
            if stats.viewers.get() >= self.shared.settings.viewers_max as u64 {
                stats.refused.add();
                return Err(JoinError::Full);
            }
            let live = self.live(event).await?;
            let shared = Arc::clone(&self.shared);
            if let Some(subscription) = Subscription::join(shared, live, format, since) {
                return Ok(subscription);
            }
        }
        Err(JoinError::Unavailable)
    }

    /// The whole map at the mirror's version, as `/availability` shows it.
    ///
    /// # Errors
    /// When there is no such event or no way to read it.
    pub async fn snapshot(&self, event: EventId, format: Format) -> Result<Reading, JoinError> {
        self.read(event, format, None).await
    }

    /// What changed since a position; the whole map if that can't be resumed.
    ///
    /// # Errors
    /// When there is no such event or no way to read it.
    pub async fn since(
        &self,
        event: EventId,
        since: &Since,
        format: Format,
    ) -> Result<Reading, JoinError> {
        self.read(event, format, Some(since)).await
    }

    async fn read(
        &self,
        event: EventId,
        format: Format,
        since: Option<&Since>,
    ) -> Result<Reading, JoinError> {
        let stats = &self.shared.stats;
        for _ in 0..JOIN_ATTEMPTS {
            let live = self.live(event).await?;
            let reading = live.with_mirror(|_, mirror| {
                let since = since.filter(|since| *since.epoch == *mirror.epoch);
                let change = since
                    .and_then(|s| mirror.catch_up(s.version, Freshness::exact(Instant::now())));
                let bytes = match (change, format) {
                    (Some((frame, _)), Format::Binary) => frame.framed(format, stats).message(),
                    (Some((frame, _)), Format::Json) => {
                        text::availability_since(&mirror.epoch, &frame.change).into()
                    }
                    (None, Format::Binary) => {
                        let exact = Freshness::exact(Instant::now());
                        mirror.snapshot(format, exact, stats).framed.message()
                    }
                    (None, Format::Json) => mirror.body(stats),
                };
                Reading { epoch: Arc::clone(&mirror.epoch), version: mirror.version(), bytes }
            });
            if let Some(reading) = reading {
                return Ok(reading);
            }
        }
        Err(JoinError::Unavailable)
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> &HubStats {
        &self.shared.stats
    }

    /// A number of its own for each connection that is told to come back, counting from 0.
    #[must_use]
    pub fn farewell(&self) -> u64 {
        self.shared.farewells.fetch_add(1, Ordering::Relaxed)
    }

    /// When the node ends, for the loops that own connections.
    #[must_use]
    pub fn lifetime(&self) -> &Lifetime {
        &self.shared.lifetime
    }

    /// The mirrored event, loaded if nobody has asked for it yet.
    async fn live(&self, event: EventId) -> Result<Arc<Live>, JoinError> {
        let live = match self.shared.watched(event) {
            Some(live) => live,
            None => {
                self.shared.look_up(event).await?;
                self.shared.watch(event).ok_or(JoinError::Full)?
            }
        };
        let loaded = timeout(self.shared.settings.load_timeout, live.loaded()).await;
        match loaded.unwrap_or(Phase::Failed) {
            // Dropped in this moment: the caller finds out and asks again.
            Phase::Ready | Phase::Dropped => Ok(live),
            Phase::Unknown => Err(JoinError::Unknown),
            Phase::Failed | Phase::Loading => Err(JoinError::Unavailable),
        }
    }
}
