//! What a hub's tasks and subscriptions share: the source, the counters, and the registry of
//! watched events. No guard of the registry leaves this file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use dashmap::DashMap;
use tokio::sync::{Notify, Semaphore, mpsc};

use super::live::Live;
use super::looks::Look;
use super::phase::Phase;
use super::settings::LiveSettings;
use super::source::Source;
use super::stats::HubStats;
use super::{Lifetime, keeper};
use crate::domain::ids::EventId;

/// The most events watched at once; beyond it only those already watched can be joined.
const EVENTS_MAX: usize = 4_096;

/// What the hub's tasks and subscriptions share.
pub(super) struct Shared {
    pub(super) source: Source,
    pub(super) settings: Arc<LiveSettings>,
    pub(super) stats: HubStats,
    pub(super) lifetime: Lifetime,
    pub(super) events: DashMap<EventId, Arc<Live>>,
    /// Counts the listener's connections.
    pub(super) connection: AtomicU64,
    pub(super) compare_now: Notify,
    pub(super) loads: Semaphore,
    /// Questions whether there are events that nobody watches.
    pub(super) looks: mpsc::Sender<Look>,
    pub(super) ending: AtomicBool,
    pub(super) farewells: AtomicU64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("events", &self.events.len()).finish_non_exhaustive()
    }
}

impl Shared {
    /// Tells everybody who follows anything that the node ends. A flag and a wake-up instead of
    /// the token: ten thousand connections must not look into one lock at every frame.
    pub(super) fn end(&self) {
        self.ending.store(true, Ordering::Release);
        for live in self.all() {
            live.wake_all();
        }
    }

    pub(super) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// The number of the listener's connection; see `live::State::trusted`.
    pub(super) fn connection(&self) -> u64 {
        self.connection.load(Ordering::Acquire)
    }

    /// The event if it is watched.
    pub(super) fn watched(&self, event: EventId) -> Option<Arc<Live>> {
        self.events.get(&event).map(|live| Arc::clone(&live))
    }

    /// The event, watched from now on if it wasn't; `None` when there is no room. For events that
    /// are there only: one that isn't would take a place and two tasks until that is read.
    pub(super) fn watch(self: &Arc<Self>, event: EventId) -> Option<Arc<Live>> {
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
    pub(super) fn all(&self) -> Vec<Arc<Live>> {
        self.events.iter().map(|entry| Arc::clone(entry.value())).collect()
    }

    /// Lets an event go and tells whoever follows it.
    pub(super) fn forget(&self, live: &Live, phase: Phase) {
        live.end(phase);
        self.unregister(live);
    }

    /// Lets all events go that nobody has used for a while.
    pub(super) fn drop_idle(&self) {
        for live in self.all() {
            if live.drop_if_idle(self.settings.idle_after) {
                self.unregister(&live);
            }
        }
    }

    pub(super) fn unregister(&self, live: &Live) {
        let same = |_: &EventId, known: &Arc<Live>| std::ptr::eq(&**known, live);
        if self.events.remove_if(&live.event, same).is_some() {
            self.stats.events.sub();
        }
    }
}
