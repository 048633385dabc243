//! Brings the listener's signals to the mirrors, and compares mirrors with the database: versions
//! every few seconds and on every new connection, whole maps once in a while.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::domain::change::Position;
use crate::domain::ids::EventId;
use crate::store::listener::Signal;

use super::keeper;
use super::live::Live;
use super::phase::{Announced, Phase};
use super::shared::Shared;
use super::source::ReadError;

/// How many events one query compares.
const COMPARE_EVENTS: usize = 1_000;
/// The wait before a comparison that failed is tried again.
const COMPARE_RETRY: Duration = Duration::from_millis(250);
/// How long an audit waits for the announcement of what it has read.
const AUDIT_WAIT: Duration = Duration::from_secs(2);
/// How often it looks meanwhile.
const AUDIT_POLL: Duration = Duration::from_millis(20);

/// Takes signals until the listener ends.
pub(super) async fn pump(shared: Arc<Shared>, mut signals: mpsc::Receiver<Signal>) {
    while let Some(signal) = signals.recv().await {
        match signal {
            Signal::Connected => {
                shared.connection.fetch_add(1, Ordering::AcqRel);
                shared.compare_now.notify_one();
            }
            // Nothing to do: mirrors stay true to the version they name, and `Connected` follows.
            Signal::Lost => {}
            Signal::Renewed { event, version } => {
                let Some(live) = shared.watched(event) else { continue };
                if live.renew(version) {
                    keeper::spawn_keeper(&shared, live);
                }
            }
            Signal::Announced { event, from, version, changes } => {
                let Some(live) = shared.watched(event) else { continue };
                let change = Announced { from, version, changes };
                if live.announce(change, shared.connection()) {
                    keeper::spawn_keeper(&shared, live);
                }
            }
        }
    }
}

/// Compares all mirrors with the database, now and then and whenever told to.
pub(super) async fn compare(shared: Arc<Shared>) {
    let mut tick = interval(shared.settings.compare_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => shared.drop_idle(),
            () = shared.compare_now.notified() => {}
        }
        if let Err(error) = compare_once(&shared).await {
            shared.stats.read_failures.add();
            tracing::warn!(%error, "can't compare the mirrors with the database");
            sleep(COMPARE_RETRY).await;
            shared.compare_now.notify_one();
        }
    }
}

async fn compare_once(shared: &Arc<Shared>) -> Result<(), ReadError> {
    for part in shared.all().chunks(COMPARE_EVENTS) {
        let connection = shared.connection();
        let before: Vec<_> = part.iter().filter_map(|live| Some((live, live.version()?))).collect();
        if before.is_empty() {
            continue;
        }
        let events: Vec<EventId> = before.iter().map(|(live, _)| live.event).collect();
        let positions = shared.source.positions(&events).await?;
        let positions: HashMap<EventId, Position> = positions.into_iter().collect();
        for (live, version) in before {
            let Some(at) = positions.get(&live.event) else {
                tracing::warn!(event.id = live.event.0, "a watched event is gone");
                shared.forget(live, Phase::Unknown);
                continue;
            };
            if live.compare(at, version, connection) {
                keeper::spawn_keeper(shared, Arc::clone(live));
            }
        }
    }
    Ok(())
}

/// Compares whole maps with the table, one event after the other.
pub(super) async fn audit(shared: Arc<Shared>) {
    let mut tick = interval(shared.settings.audit_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once, when there is nothing to look at yet.
    tick.tick().await;
    loop {
        tick.tick().await;
        for live in shared.all() {
            if let Err(error) = audit_event(&shared, &live).await {
                shared.stats.read_failures.add();
                tracing::warn!(event.id = live.event.0, %error, "can't audit a mirror");
            }
        }
    }
}

async fn audit_event(shared: &Arc<Shared>, live: &Arc<Live>) -> Result<(), ReadError> {
    let generation = live.lock().generation;
    let Some(map) = shared.source.load(live.event, 0).await? else { return Ok(()) };
    let heard = async {
        while live.version().is_some_and(|version| version < map.version) {
            sleep(AUDIT_POLL).await;
        }
    };
    // Too late is no divergence: the comparison of versions sees to it.
    let _ = timeout(AUDIT_WAIT, heard).await;
    let diverges = {
        let state = live.lock();
        let same = state.generation == generation;
        same && state.mirror.as_ref().and_then(|m| m.diverges_from(&map)).unwrap_or(false)
    };
    if diverges {
        shared.stats.divergences.add();
        tracing::error!(
            event.id = live.event.0,
            map.version = map.version,
            "a mirror is unlike the table"
        );
        if live.reload() {
            keeper::spawn_keeper(shared, Arc::clone(live));
        }
    }
    Ok(())
}
