//! The live side's heart: one mirror per watched event, kept true to the database, and the frames
//! that carry its changes to everybody who follows.
//!
//! Knows neither SQL nor HTTP: it reads through `source`, hears through the listener's signals,
//! and hands out [`Subscription`]s and encoded maps. The HTTP side calls it.

mod clock;
mod frame;
mod keeper;
mod live;
mod mirror;
#[cfg(test)]
mod mirror_tests;
mod pump;
mod ring;
#[cfg(test)]
pub(crate) mod script;
pub mod settings;
mod source;
pub mod stats;
pub mod subscription;
#[cfg(test)]
mod tests;
mod wakes;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use dashmap::DashMap;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::ids::{EventId, Version};
use crate::protocol::live::since::Since;
use crate::protocol::live::{Format, text};
use crate::store::feed::Feed;
use crate::store::listener::Signal;

use live::{Live, Phase};
use mirror::Freshness;
use settings::LiveSettings;
use source::Source;
use stats::HubStats;
use subscription::Subscription;

/// The most events watched at once; beyond it only those already watched can be joined.
const EVENTS_MAX: usize = 4_096;
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

/// What the hub's tasks and subscriptions share.
pub(crate) struct Shared {
    source: Source,
    settings: Arc<LiveSettings>,
    stats: HubStats,
    lifetime: Lifetime,
    events: DashMap<EventId, Arc<Live>>,
    /// Counts the listener's connections.
    connection: AtomicU64,
    compare_now: Notify,
    loads: Semaphore,
    ending: AtomicBool,
    farewells: AtomicU64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("events", &self.events.len()).finish_non_exhaustive()
    }
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
        let shared = Arc::new(Shared {
            source,
            settings,
            stats: HubStats::default(),
            lifetime: lifetime.clone(),
            events: DashMap::new(),
            connection: AtomicU64::new(0),
            compare_now: Notify::new(),
            loads: Semaphore::new(LOADS_MAX),
            ending: AtomicBool::new(false),
            farewells: AtomicU64::new(0),
        });
        lifetime.clone().spawn(pump::pump(Arc::clone(&shared), signals));
        lifetime.clone().spawn(pump::compare(Arc::clone(&shared)));
        lifetime.clone().spawn(pump::audit(Arc::clone(&shared)));
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
                let change = since.and_then(|s| mirror.catch_up(s.version, Freshness::Exact));
                let bytes = match (change, format) {
                    (Some((frame, _)), Format::Binary) => frame.bytes(format, stats),
                    (Some((frame, _)), Format::Json) => {
                        text::availability_since(&mirror.epoch, &frame.change).into()
                    }
                    (None, Format::Binary) => {
                        mirror.snapshot(format, Freshness::Exact, stats).bytes
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
        let live = self.shared.watch(event).ok_or(JoinError::Full)?;
        let loaded = timeout(self.shared.settings.load_timeout, live.loaded()).await;
        match loaded.unwrap_or(Phase::Failed) {
            // Dropped in this moment: the caller finds out and asks again.
            Phase::Ready | Phase::Dropped => Ok(live),
            Phase::Unknown => Err(JoinError::Unknown),
            Phase::Failed | Phase::Loading => Err(JoinError::Unavailable),
        }
    }
}

impl Shared {
    /// Tells everybody who follows anything that the node ends. A flag and a wake-up instead of
    /// the token: ten thousand connections must not look into one lock at every frame.
    fn end(&self) {
        self.ending.store(true, Ordering::Release);
        for live in self.all() {
            live.wakes.wake_all();
        }
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// The number of the listener's connection; see `live::State::trusted`.
    fn connection(&self) -> u64 {
        self.connection.load(Ordering::Acquire)
    }

    /// The event if it is watched.
    fn watched(&self, event: EventId) -> Option<Arc<Live>> {
        self.events.get(&event).map(|live| Arc::clone(&live))
    }

    /// The event, watched from now on if it wasn't; `None` when there is no room.
    fn watch(self: &Arc<Self>, event: EventId) -> Option<Arc<Live>> {
        if let Some(live) = self.watched(event) {
            return Some(live);
        }
        if self.events.len() >= EVENTS_MAX {
            return None;
        }
        let fresh = Arc::new(Live::new(event, self.settings.frame_window));
        // Registered before it is read: what is announced meanwhile is remembered.
        let live = Arc::clone(&self.events.entry(event).or_insert_with(|| Arc::clone(&fresh)));
        if Arc::ptr_eq(&live, &fresh) {
            self.stats.events.add();
            keeper::spawn_keeper(self, Arc::clone(&live));
            keeper::spawn_clock(self, Arc::clone(&live));
        }
        Some(live)
    }

    /// All watched events, as they are now.
    fn all(&self) -> Vec<Arc<Live>> {
        self.events.iter().map(|entry| Arc::clone(entry.value())).collect()
    }

    /// Lets an event go and tells whoever follows it.
    fn forget(&self, live: &Live, phase: Phase) {
        live.end(phase);
        self.unregister(live);
    }

    /// Lets all events go that nobody has used for a while.
    fn drop_idle(&self) {
        for live in self.all() {
            if live.drop_if_idle(self.settings.idle_after) {
                self.unregister(&live);
            }
        }
    }

    fn unregister(&self, live: &Live) {
        let same = |_: &EventId, known: &Arc<Live>| std::ptr::eq(&**known, live);
        if self.events.remove_if(&live.event, same).is_some() {
            self.stats.events.sub();
        }
    }
}
