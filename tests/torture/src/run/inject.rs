//! Makes faults happen, counts those that did, and takes them back.

mod failover;
mod nodes;
mod postgres;
mod strangers;
mod ways;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use self::nodes::End;
use super::stage::Stage;
use super::tally::{CAME_TO_NOTHING, Tally};
use crate::clients::books::Books;
use crate::plan::{Fault, Timed};
use crate::world::postgres::told;

const POLL: Duration = Duration::from_millis(10);
/// How long PostgreSQL is tried when a fault is taken back.
const MENDING_MAX: Duration = Duration::from_secs(30);
/// Why something without effect had none.
const UNUSED: &str = "nothing went that way";

/// What can keep a fault from happening; then it isn't counted.
type Injected = Result<u64, Box<dyn std::error::Error + Send + Sync>>;

/// Waits for the fault's time, makes it happen and takes it back.
pub(super) async fn inject(
    stage: Arc<Stage>,
    (tally, books): (Arc<Tally>, Arc<Books>),
    timed: Timed,
    began: Instant,
) {
    sleep_until(began + Duration::from_millis(timed.at_ms)).await;
    let from = books.now();
    let happened = match timed.fault {
        Fault::NodeKilled { node, ms } => {
            nodes::down(&stage, &tally, (node, ms), End::Killed).await
        }
        Fault::NodeShutDown { node, ms } => {
            nodes::down(&stage, &tally, (node, ms), End::Terminated).await
        }
        Fault::FailedOver => failover::fail_over(&stage, &tally).await,
        _ => happen(&stage, &timed.fault).await,
    };
    if let Some(node) = timed.fault.keeps_from_work() {
        let node = node.map(|node| (node, stage.places.len()));
        books.trouble(timed.fault.class(), node, from);
    }
    match happened.and_then(|count| took_effect(count, UNUSED)) {
        Ok(count) => tally.add(&timed.fault.class(), count),
        Err(error) => {
            let why = format!("{CAME_TO_NOTHING}{}", timed.fault.class());
            tally.add(&why, 1);
            eprintln!("seed {}: {why}: {}", stage.seed, told(error.as_ref()));
        }
    }
}

async fn happen(stage: &Stage, fault: &Fault) -> Injected {
    match fault {
        Fault::NodeStopped { node, ms } => nodes::stop(&stage.places[*node], *ms).await,
        Fault::PostgresCrashed { .. }
        | Fault::PostgresRestarted { .. }
        | Fault::BackendsTerminated { .. }
        | Fault::ListenersTerminated
        | Fault::ListenersKeptAway { .. }
        | Fault::DiskFull { .. } => postgres::happen(stage, fault).await,
        Fault::PoolsExhausted { .. }
        | Fault::EventLocked { .. }
        | Fault::SeatsLocked { .. }
        | Fault::WriteFails { .. }
        | Fault::CommitFails { .. } => strangers::happen(stage, fault).await,
        _ => ways::happen(stage, fault).await,
    }
}

/// A count that isn't none.
fn took_effect(count: u64, otherwise: &'static str) -> Injected {
    if count > 0 { Ok(count) } else { Err(otherwise.into()) }
}
