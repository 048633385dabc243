//! The viewers of one turn: gathered, waited for, sent home, and the figures they leave.

use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;

use seatmap_loadtest::audience::{Audience, AudienceSettings, AudienceStats};
use seatmap_loadtest::clock::Clock;
use seatmap_loadtest::latency::{LatencyFigures, Timekeeper};
use tokio::time::{Instant, sleep};

use super::Failed;

/// How long it may take until all are there, or all have a version.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked whether they are.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Viewers of one event.
pub(super) struct Crowd {
    pub(super) audience: Audience,
    pub(super) keeper: Timekeeper,
    joining: JoinHandle<()>,
    event: i64,
}

impl Crowd {
    /// So many viewers, all connected and with their map.
    pub(super) async fn gather(
        target: SocketAddr,
        event: i64,
        viewers: usize,
    ) -> Result<Self, Failed> {
        Self::gather_as(AudienceSettings::new(target, event, viewers)).await
    }

    /// The same, of a special kind; the slow among them needn't have their map.
    pub(super) async fn gather_as(mut settings: AudienceSettings) -> Result<Self, Failed> {
        // Who is closed while it is measured is missed, not replaced.
        settings.reconnect_after = None;
        let (event, viewers) = (settings.events[0], settings.viewers as u64);
        let is_slow = settings.slow.is_some();
        let (keeper, joining) = Timekeeper::start(Clock::start());
        keeper.expect(event, viewers);
        let audience = Audience::start(settings, &keeper)?;
        let crowd = Self { audience, keeper, joining, event };
        crowd
            .wait("come", |crowd| {
                let numbers = crowd.audience.stats().numbers;
                let there = if is_slow { numbers.open } else { numbers.positioned };
                viewers.saturating_sub(there)
            })
            .await?;
        Ok(crowd)
    }

    /// Waits until everybody has a version.
    pub(super) async fn reached(&self, version: u64) -> Result<(), Failed> {
        self.wait("see it", |crowd| crowd.audience.behind(crowd.event, version) as u64).await
    }

    pub(super) async fn wait(
        &self,
        what: &str,
        missing: impl Fn(&Self) -> u64,
    ) -> Result<(), Failed> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = missing(self);
            if left == 0 {
                return Ok(());
            }
            if Instant::now() > until {
                let failures = self.audience.stats().failures;
                let error =
                    format!("{left} viewers didn't {what} within {PATIENCE:?}: {failures:?}");
                return Err(error.into());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Sends everybody home. A lost viewer or a broken promise spoils the turn.
    pub(super) fn leave(self) -> Result<(LatencyFigures, AudienceStats), Failed> {
        let (_, stats) = self.audience.stop();
        let figures = self.keeper.finish();
        if self.joining.join().is_err() {
            return Err("the timekeeper panicked".into());
        }
        if stats.violation_count > 0 || stats.numbers.lost > 0 || stats.numbers.refused > 0 {
            return Err(format!(
                "{} lost, {} refused, {} violations: {:?} {:?}",
                stats.numbers.lost,
                stats.numbers.refused,
                stats.violation_count,
                stats.violations.first(),
                stats.failures
            )
            .into());
        }
        Ok((figures, stats))
    }
}
