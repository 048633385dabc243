//! Nodes that end or fall silent.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep, sleep_until};

use super::Injected;
use crate::run::stage::{Place, Stage};
use crate::run::tally::Tally;

/// How much longer than it may take to answer a stopped node is waited for.
const SILENCE: Duration = Duration::from_millis(500);

/// How a node ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Killed,
    Terminated,
}

/// Ends a node and starts it again.
pub(super) async fn down(
    stage: &Stage,
    tally: &Tally,
    (number, ms): (usize, u64),
    end: End,
) -> Injected {
    let place = &stage.places[number];
    let mut node = place.node.lock().await;
    let Some(mut running) = node.take() else { return Ok(0) };
    let has_ended = running.has_ended();
    match end {
        _ if has_ended => tally.wrong(format!("node {number} has ended by itself")),
        End::Killed => running.kill(),
        End::Terminated => {
            if let Err(how) = running.terminate().await {
                tally.wrong(format!("node {number} doesn't end in order: {how}"));
            }
        }
    }
    sleep(Duration::from_millis(ms)).await;
    *node = place.start().await;
    Ok(u64::from(!has_ended))
}

/// Stops a node, and lets it go on.
pub(super) async fn stop(place: &Place, ms: u64) -> Injected {
    let until = Instant::now() + Duration::from_millis(ms);
    let node = place.node.lock().await;
    let Some(node) = &*node else { return Ok(0) };
    node.signal(Signal::SIGSTOP);
    let silent = is_silent(place, Duration::from_millis(ms).min(SILENCE)).await;
    sleep_until(until).await;
    node.signal(Signal::SIGCONT);
    if silent { Ok(1) } else { Err("it goes on answering".into()) }
}

/// Whether a node answers nothing.
async fn is_silent(place: &Place, patience: Duration) -> bool {
    let Some(node) = place.door.node() else { return false };
    let asked = reqwest::Client::new().get(format!("http://{node}/health"));
    asked.timeout(patience).send().await.is_err_and(|error| error.is_timeout())
}
