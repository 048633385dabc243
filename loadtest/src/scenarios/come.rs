//! Letting viewers come.

use std::net::SocketAddr;
use std::time::Duration;

use super::run::{Run, RunError};
use crate::audience::{Audience, AudienceError, AudienceSettings, loopback_sources};

/// How often something that is waited for is asked for.
pub(super) const POLL: Duration = Duration::from_millis(50);

impl Run {
    /// Begins to let all viewers come.
    pub(super) fn audience(&self) -> Result<Audience, AudienceError> {
        Audience::start(self.audience_settings(), &self.timekeeper)
    }

    /// Lets a first viewer come and go, who makes the server get ready for the event.
    pub(super) async fn first_comes_and_goes(&self) -> Result<(), RunError> {
        let settings = AudienceSettings { viewers: 1, ..self.audience_settings() };
        let audience =
            Audience::start(AudienceSettings { threads: 1, ..settings }, &self.timekeeper)?;
        let comes = async {
            while audience.stats().numbers.positioned == 0 {
                tokio::time::sleep(POLL).await;
            }
        };
        // Whoever can't come is told of when all the others can't either.
        let _ = tokio::time::timeout(self.plan.options.patience, comes).await;
        drop(audience.stop());
        Ok(())
    }

    fn audience_settings(&self) -> AudienceSettings {
        let options = &self.plan.options;
        let (viewers, events, targets) =
            (self.plan.viewers, self.halls.len(), options.target.len());
        // IPv6 has one loopback address only.
        let is_one = |target: &SocketAddr| target.is_ipv4() && target.ip().is_loopback();
        let sources = match options.source.is_empty() && options.target.iter().all(is_one) {
            true => loopback_sources(viewers, events, targets),
            false => options.source.clone(),
        };
        AudienceSettings {
            targets: options.target.clone(),
            sources,
            events: self.halls.iter().map(|hall| hall.id).collect(),
            viewers,
            connects_per_second: options.ramp,
            format: options.format.into(),
            threads: options.viewer_threads.max(1),
            first_core: options.viewer_core,
            slow: self.plan.slow,
            reconnect_after: Some(Duration::from_millis(500)),
        }
    }

    /// Waits until all prompt viewers have their map. Those who read nothing never do.
    pub(super) async fn everybody_comes(&self) -> Result<(), RunError> {
        let Some(audience) = &self.audience else { return Ok(()) };
        let viewers = self.plan.viewers;
        let ramp = match self.plan.options.ramp {
            0 => Duration::ZERO,
            rate => Duration::from_secs((viewers / rate as usize) as u64),
        };
        let patience = ramp + self.plan.options.patience;
        let asking = async {
            while self.missing(audience) > 0 {
                tokio::time::sleep(POLL).await;
            }
        };
        if tokio::time::timeout(patience, asking).await.is_err() {
            let stats = audience.stats();
            let why: Vec<_> =
                stats.failures.iter().map(|(why, count)| format!("{why} × {count}")).collect();
            return Err(RunError::NotAllCame {
                came: stats.numbers.positioned,
                viewers,
                seconds: patience.as_secs(),
                why: why.join(", "),
            });
        }
        for hall in &self.halls {
            self.timekeeper.expect(hall.id, audience.prompt_viewers(hall.id));
        }
        Ok(())
    }

    /// How many prompt viewers have no map.
    pub(super) fn missing(&self, audience: &Audience) -> usize {
        self.halls.iter().map(|hall| audience.behind(hall.id, 0)).sum()
    }
}
