//! The tasks of one watched event: its keeper, which reads from the store what the mirror lacks,
//! and its frame clock. Started by the hub and the pump; they end with the event or the node.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use tokio::time::{Instant, sleep, sleep_until};

use super::Lifetime;
use super::live::Live;
use super::phase::{Chore, Phase};
use super::shared::Shared;
use super::source::ReadError;

/// How many versions of the log are read at once.
const PAGE_VERSIONS: usize = 1_000;
/// How many versions a mirror's ring begins with, so that resuming works on a node that has just
/// begun.
const HISTORY_VERSIONS: usize = 1_024;
/// The wait after a read that failed; each further failure doubles it up to the maximum.
const RETRY_MIN: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(5);

/// Starts the keeper of an event that owes one.
pub(super) fn spawn_keeper(shared: &Arc<Shared>, live: Arc<Live>) {
    let shared = Arc::clone(shared);
    shared.lifetime.clone().spawn(async move { keep(&shared, &live).await });
}

/// Starts the frame clock of an event.
pub(super) fn spawn_clock(shared: &Arc<Shared>, live: Arc<Live>) {
    let shared = Arc::clone(shared);
    shared.lifetime.clone().spawn(async move {
        loop {
            if !matches!(live.phase(), Phase::Loading | Phase::Ready) {
                return;
            }
            let now = Instant::now();
            match live.frame_due(now) {
                None => live.dirty.notified().await,
                Some(due) if due <= now => live.publish(&shared.stats),
                Some(due) => sleep_until(due).await,
            }
        }
    });
}

/// Does what the mirror needs until it needs nothing.
async fn keep(shared: &Shared, live: &Live) {
    let mut wait = RETRY_MIN;
    loop {
        let done = match live.chore(shared.connection()) {
            Chore::Nothing => return,
            Chore::Load => load(shared, live).await,
            Chore::Read(after) => read_log(shared, live, after).await,
        };
        let Err(error) = done else {
            wait = RETRY_MIN;
            continue;
        };
        shared.stats.read_failures.add();
        tracing::warn!(event.id = live.event.0, %error, "can't read an event to mirror");
        if live.phase() == Phase::Loading {
            // Those who wait are told; the next to ask tries again.
            shared.forget(live, Phase::Failed);
            return;
        }
        let share = rand::rng().random_range(0.5..1.0);
        sleep(wait.mul_f64(share)).await;
        wait = (wait * 2).min(RETRY_MAX);
    }
}

async fn load(shared: &Shared, live: &Live) -> Result<(), ReadError> {
    let connection = shared.connection();
    let heard = live.heard();
    let map = {
        let _turn = shared.loads.acquire().await;
        shared.source.load(live.event, HISTORY_VERSIONS).await?
    };
    let Some(map) = map else {
        shared.forget(live, Phase::Unknown);
        return Ok(());
    };
    if live.phase() == Phase::Ready {
        shared.stats.reloads.add();
        tracing::warn!(event.id = live.event.0, map.version = map.version, "mirror read anew");
    }
    live.replace(map, heard, connection);
    if shared.connection() != connection {
        // The listener came back while this was read: verified only once compared.
        shared.compare_now.notify_one();
    }
    Ok(())
}

async fn read_log(shared: &Shared, live: &Live, after: u64) -> Result<(), ReadError> {
    let connection = shared.connection();
    shared.stats.repairs.add();
    let page = shared.source.changes_since(live.event, after, PAGE_VERSIONS).await?;
    if shared.connection() == connection {
        live.read(&page, connection);
    }
    Ok(())
}

impl Lifetime {
    /// Runs a task until it ends or the node does.
    pub(super) fn spawn(self, task: impl Future<Output = ()> + Send + 'static) {
        let Self { stop, tasks } = self;
        tasks.spawn(async move {
            stop.run_until_cancelled_owned(task).await;
        });
    }
}
