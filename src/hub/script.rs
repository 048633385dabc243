//! A database in a variable, for tests of the hub and of the sockets: events whose history is
//! written step by step, heard or not heard, with failures on demand.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::settings::LiveSettings;
use super::source::{ReadError, Source};
use super::{Hub, Lifetime};
use crate::domain::change::{ChangeSet, EventMap, Position};
use crate::domain::ids::{EventId, SeatIndex, Version};
use crate::domain::seat::SeatStatus;
use crate::store::listener::Signal;

/// The one event of most tests.
pub(crate) const EVENT: EventId = EventId(1);

#[derive(Clone)]
struct Scripted {
    epoch: String,
    statuses: Vec<SeatStatus>,
    version: Version,
    log: Vec<ChangeSet>,
}

/// The scripted database.
pub(crate) struct Script {
    events: Mutex<HashMap<EventId, Scripted>>,
    pub(crate) fails: AtomicBool,
    pub(crate) loads: AtomicUsize,
    /// How often it was asked where events stand.
    pub(crate) position_reads: AtomicUsize,
    /// Loads take a permit; tests that hold them back start with none.
    pub(crate) gate: Semaphore,
}

impl Script {
    fn failure(&self) -> Result<(), ReadError> {
        let fails = self.fails.load(Ordering::SeqCst);
        if fails { Err(ReadError("scripted failure".to_owned())) } else { Ok(()) }
    }

    pub(super) async fn load(
        &self,
        event: EventId,
        recent_max: usize,
    ) -> Result<Option<EventMap>, ReadError> {
        let read = self.events.lock().unwrap().get(&event).cloned();
        let _permit = self.gate.acquire().await;
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.failure()?;
        Ok(read.map(|read| EventMap {
            epoch: read.epoch,
            version: read.version,
            layout: "layout".to_owned(),
            statuses: read.statuses,
            recent: read.log[read.log.len().saturating_sub(recent_max)..].to_vec(),
        }))
    }

    pub(super) async fn changes_since(
        &self,
        event: EventId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<ChangeSet>, ReadError> {
        self.failure()?;
        let events = self.events.lock().unwrap();
        let log = events.get(&event).map_or(&[][..], |scripted| &scripted.log);
        Ok(log.iter().filter(|change| change.version > after).take(limit).cloned().collect())
    }

    pub(super) async fn positions(
        &self,
        events: &[EventId],
    ) -> Result<Vec<(EventId, Position)>, ReadError> {
        self.position_reads.fetch_add(1, Ordering::SeqCst);
        self.failure()?;
        let known = self.events.lock().unwrap();
        let position = |event: &EventId| {
            let scripted = known.get(event)?;
            let (epoch, version) = (scripted.epoch.clone(), scripted.version);
            Some((*event, Position { epoch, version, layout: "layout".to_owned() }))
        };
        Ok(events.iter().filter_map(position).collect())
    }
}

/// A hub over a script, and the hands that move both.
pub(crate) struct Stage {
    pub(crate) hub: Hub,
    pub(crate) script: Arc<Script>,
    signals: mpsc::Sender<Signal>,
}

impl Stage {
    /// A hub with one event of `seats` available seats, at version 0 of epoch `e1`.
    pub(crate) fn new(seats: usize, settings: LiveSettings) -> Self {
        let script = Arc::new(Script {
            events: Mutex::new(HashMap::new()),
            fails: AtomicBool::new(false),
            loads: AtomicUsize::new(0),
            position_reads: AtomicUsize::new(0),
            gate: Semaphore::new(100),
        });
        let (signals, receiver) = mpsc::channel(64);
        let lifetime = Lifetime { stop: CancellationToken::new(), tasks: TaskTracker::new() };
        let source = Source::Script(Arc::clone(&script));
        let hub = Hub::start_from(source, receiver, Arc::new(settings), lifetime);
        let stage = Self { hub, script, signals };
        stage.create(EVENT, seats);
        stage
    }

    pub(crate) fn create(&self, event: EventId, seats: usize) {
        let statuses = vec![SeatStatus::Available; seats];
        let scripted = Scripted { epoch: "e1".to_owned(), statuses, version: 0, log: Vec::new() };
        self.script.events.lock().unwrap().insert(event, scripted);
    }

    /// Commits a change set without anybody hearing of it.
    pub(crate) fn commit(&self, changes: &[(SeatIndex, SeatStatus)]) -> ChangeSet {
        let mut events = self.script.events.lock().unwrap();
        let event = events.get_mut(&EVENT).unwrap();
        for (seat, status) in changes {
            event.statuses[*seat as usize] = *status;
        }
        let from = event.version;
        event.version += 1;
        let change = ChangeSet { from, version: event.version, changes: changes.to_vec() };
        event.log.push(change.clone());
        change
    }

    /// Announces a change set as the listener does.
    pub(super) async fn announce(&self, change: ChangeSet) {
        let ChangeSet { from, version, changes } = change;
        self.signal(Signal::Announced { event: EVENT, from, version, changes: Some(changes) })
            .await;
    }

    /// Commits and announces.
    pub(crate) async fn change(&self, seat: SeatIndex, status: SeatStatus) -> Version {
        let change = self.commit(&[(seat, status)]);
        let version = change.version;
        self.announce(change).await;
        version
    }

    pub(super) async fn signal(&self, signal: Signal) {
        self.signals.send(signal).await.unwrap();
    }

    /// Rewrites history, as a restore from a backup does.
    pub(crate) fn restore(&self, epoch: &str, version: Version, statuses: &[SeatStatus]) {
        let mut events = self.script.events.lock().unwrap();
        let event = events.get_mut(&EVENT).unwrap();
        event.epoch = epoch.to_owned();
        event.version = version;
        event.statuses = statuses.to_vec();
        event.log.clear();
    }

    /// Forgets the log, as retention does.
    pub(crate) fn prune(&self) {
        self.script.events.lock().unwrap().get_mut(&EVENT).unwrap().log.clear();
    }

    pub(crate) fn delete(&self) {
        self.script.events.lock().unwrap().remove(&EVENT);
    }

    /// The table's statuses and version.
    pub(crate) fn table(&self) -> (Version, Vec<SeatStatus>) {
        let events = self.script.events.lock().unwrap();
        let event = &events[&EVENT];
        (event.version, event.statuses.clone())
    }
}
