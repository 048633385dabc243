//! Makes expiry visible: has every event with something due run an empty batch. Whether a hold
//! still counts never depends on it; that is decided by the clock in every batch.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Sequencer;
use crate::store::Store;

/// How often it looks: twice within the second in which an expiry has to be seen.
const SWEEP_INTERVAL: Duration = Duration::from_millis(400);

/// How many events it has swept per look; the rest is found by the next.
const EVENTS_MAX: i64 = 1_000;

/// Sweeps until the token is cancelled.
pub async fn sweep_until(sequencer: Sequencer, store: Store, stop: CancellationToken) {
    let mut ticks = interval(SWEEP_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match store.events_with_due(EVENTS_MAX).await {
            Ok(events) => events.into_iter().for_each(|event| sequencer.sweep(event)),
            // The next look comes soon; while the database is away nothing can be written anyway.
            Err(error) => tracing::debug!(error = %error, "sweeper can't look"),
        }
    }
}
