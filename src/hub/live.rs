//! One watched event: its mirror behind a lock, who follows it, and what it needs done.
//!
//! Every verb is one short critical section; nothing here waits or reads the store. `keeper` does
//! what `Chore` says, `pump` brings announcements, `publish` sends frames on their way.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::domain::change::{ChangeSet, EventMap, Position};
use crate::domain::ids::{EventId, Version};

use super::clock::FrameClock;
use super::loops::Loops;
use super::mirror::{Applied, Mirror};
use super::phase::{Announced, Chore, Phase};
use super::wakes::Wakes;

/// A watched event.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) event: EventId,
    pub(super) wakes: Wakes,
    pub(super) dirty: Notify,
    phase: watch::Sender<Phase>,
    state: Mutex<State>,
}

/// What the lock protects.
#[derive(Debug)]
pub(super) struct State {
    pub(super) event: EventId,
    pub(super) mirror: Option<Mirror>,
    /// Counts the mirrors there have been; a cursor belongs to one.
    pub(super) generation: u64,
    pub(super) viewers: u64,
    /// How long the last frame took to reach the slowest of those who wait in tasks of their own.
    pub(super) lag: Duration,
    pub(super) loops: Loops,
    pub(super) clock: FrameClock,
    last_used: Instant,
    /// The highest version heard of; above the mirror's means something is missing.
    heard: Version,
    /// The listener's connection that the mirror's history was verified on. While a newer one is
    /// unverified nothing is applied: it may speak of another history under the same numbers.
    trusted: u64,
    reload: bool,
    kept: bool,
}

impl Live {
    /// An event about to be loaded. Its first keeper is already owed: the caller starts it.
    pub(super) fn new(event: EventId, window: Duration) -> Self {
        let now = Instant::now();
        let state = State {
            event,
            mirror: None,
            generation: 0,
            viewers: 0,
            lag: Duration::ZERO,
            loops: Loops::default(),
            clock: FrameClock::new(window),
            last_used: now,
            heard: 0,
            trusted: 0,
            reload: true,
            kept: true,
        };
        Self {
            event,
            wakes: Wakes::new(),
            dirty: Notify::new(),
            phase: watch::Sender::new(Phase::Loading),
            state: Mutex::new(state),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("never poisoned: the verbs of a mirror don't panic")
    }

    pub(super) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Waits until the event is anything but loading.
    pub(super) async fn loaded(&self) -> Phase {
        let mut phase = self.phase.subscribe();
        let settled = phase.wait_for(|phase| *phase != Phase::Loading).await;
        settled.map_or(Phase::Failed, |phase| *phase)
    }

    /// Takes in an announcement; says whether a keeper must be started to fill a gap.
    pub(super) fn announce(&self, change: Announced, connection: u64) -> bool {
        let mut state = self.lock();
        state.heard = state.heard.max(change.version);
        if state.reload || state.trusted < connection {
            return false;
        }
        let Some(mirror) = &mut state.mirror else { return false };
        let Announced { from, version, changes } = change;
        if version <= mirror.version() {
            return false;
        }
        match changes.map(|changes| mirror.apply(&ChangeSet { from, version, changes })) {
            Some(Applied::Yes) => {
                self.dirty.notify_one();
                false
            }
            Some(Applied::Old) => false,
            Some(Applied::Gap) | None => state.owe_keeper(),
            Some(Applied::Foreign) => state.owe_reload(),
        }
    }

    /// What the keeper has to do next. After `Nothing` it must end.
    pub(super) fn chore(&self, connection: u64) -> Chore {
        let mut state = self.lock();
        let version = state.mirror.as_ref().map(Mirror::version);
        let live = matches!(self.phase(), Phase::Loading | Phase::Ready);
        let chore = match version {
            _ if !live => Chore::Nothing,
            _ if state.reload => Chore::Load,
            Some(version) if version < state.heard && state.trusted >= connection => {
                Chore::Read(version)
            }
            _ => Chore::Nothing,
        };
        state.kept = chore != Chore::Nothing;
        chore
    }

    /// Takes in a page of the change log read for [`Chore::Read`]. What doesn't lead on from the
    /// mirror, or says nothing where something was announced, has lost its beginning: reload.
    pub(super) fn read(&self, page: &[ChangeSet], connection: u64) {
        let mut state = self.lock();
        if state.trusted < connection {
            return;
        }
        let Some(mirror) = &mut state.mirror else { return };
        let before = mirror.version();
        let applied: Vec<Applied> = page.iter().map(|change| mirror.apply(change)).collect();
        let broken = applied.iter().any(|each| matches!(each, Applied::Gap | Applied::Foreign));
        // Announcements may have brought the mirror past the page in the meantime.
        let stuck = mirror.version() == before && before < state.heard && page.is_empty();
        state.reload |= broken || stuck;
        self.dirty.notify_one();
    }

    /// The highest version heard so far, to be handed back to [`Live::replace`].
    pub(super) fn heard(&self) -> Version {
        self.lock().heard
    }

    /// Puts a map as just read in place of whatever there was; everybody starts over from it.
    pub(super) fn replace(&self, map: EventMap, heard_before: Version, connection: u64) {
        let mut state = self.lock();
        if self.phase() != Phase::Loading && self.phase() != Phase::Ready {
            return;
        }
        // Announcements heard before the read and still above it belong to a lost history.
        if state.heard == heard_before {
            state.heard = map.version;
        }
        state.mirror = Some(Mirror::new(map));
        state.generation += 1;
        state.reload = false;
        state.trusted = connection;
        self.phase.send_replace(Phase::Ready);
        drop(state);
        self.wake_all();
    }

    /// Ends the event's life here; whoever follows it is told by its next look.
    pub(super) fn end(&self, phase: Phase) {
        let state = self.lock();
        self.phase.send_replace(phase);
        drop(state);
        self.wake_all();
        self.dirty.notify_one();
    }

    /// The version to compare with the database's; taken before the database is asked, so that an
    /// announcement in between doesn't look like a database that went back.
    pub(super) fn version(&self) -> Option<Version> {
        self.lock().mirror.as_ref().map(Mirror::version)
    }

    /// Compares with where the event stands in the database; says whether to start a keeper.
    pub(super) fn compare(&self, at: &Position, before: Version, connection: u64) -> bool {
        let mut state = self.lock();
        let Some(mirror) = &state.mirror else { return false };
        let continues = *mirror.epoch == *at.epoch && *mirror.layout == *at.layout;
        if !continues || at.version < before {
            return state.owe_reload();
        }
        // Including what was announced, and held back, since the database was asked.
        let behind = mirror.version() < at.version.max(state.heard);
        state.heard = state.heard.max(at.version);
        state.trusted = state.trusted.max(connection);
        behind && state.owe_keeper()
    }

    /// Takes in that the event has another layout as of a version; says whether to start a keeper.
    pub(super) fn renew(&self, version: Version) -> bool {
        let mut state = self.lock();
        // Should the map be read at this very moment, as it was before, it is behind by this.
        state.heard = state.heard.max(version);
        state.owe_reload()
    }

    /// Asks for the map to be read anew; says whether to start a keeper.
    pub(super) fn reload(&self) -> bool {
        self.lock().owe_reload()
    }

    /// Lets the event go if nobody has used it for `idle`; says whether it did.
    pub(super) fn drop_if_idle(&self, idle: Duration) -> bool {
        let state = self.lock();
        let unused = state.viewers == 0 && state.last_used.elapsed() >= idle;
        if !unused || self.phase() != Phase::Ready {
            return false;
        }
        self.phase.send_replace(Phase::Dropped);
        drop(state);
        self.dirty.notify_one();
        true
    }

    /// Runs `use_it` on the mirror; `None` if the event is not ready (any more).
    pub(super) fn with_mirror<T>(
        &self,
        use_it: impl FnOnce(&mut State, &mut Mirror) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        if self.phase() != Phase::Ready {
            return None;
        }
        let mut mirror = state.mirror.take()?;
        let result = use_it(&mut state, &mut mirror);
        state.mirror = Some(mirror);
        state.last_used = Instant::now();
        Some(result)
    }

    /// One viewer less.
    pub(super) fn leave(&self) {
        let mut state = self.lock();
        state.viewers -= 1;
        state.last_used = Instant::now();
    }

    /// How many follow the event on this node.
    pub(super) fn viewers(&self) -> u64 {
        self.lock().viewers
    }
}

impl State {
    /// Whether a keeper must be started: only one works at a time.
    fn owe_keeper(&mut self) -> bool {
        !std::mem::replace(&mut self.kept, true)
    }

    fn owe_reload(&mut self) -> bool {
        self.reload = true;
        self.owe_keeper()
    }
}
