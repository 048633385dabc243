//! The measured part: writers, customers, crowds and storms at the same time, audits beside them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::come::POLL;
use super::gather;
use super::plan::Storms;
use super::run::Run;
use crate::audience::Audience;
use crate::buyers::{Crowd, Customers, Until, Writers};
use crate::check::Auditor;
use crate::clock::{Clock, nanos};
use crate::latency::lock;
use crate::monitor::{Mark, Monitor};

/// How a program ends that an interrupt ends, by the shells' custom.
const INTERRUPTED: i32 = 130;
/// From one audit to the next.
const AUDIT_EVERY: Duration = Duration::from_secs(3);

impl Run {
    /// The measured part. What things stood at when nobody came in any more.
    pub(super) async fn load(&self, writers: Option<&Arc<Writers>>, connected: &Mark) -> Mark {
        let clock = self.counter.clock();
        self.until.cut(clock.now() + nanos(self.plan.duration));
        let (stop, stopped) = oneshot::channel();
        let (auditor, audience) = (self.auditor.clone(), self.audience.clone());
        let auditing = tokio::spawn(audit(auditor, audience, self.monitor.clone(), stopped));
        tokio::spawn(obey_interrupts(self.until.clone(), clock));
        let closing = async {
            while clock.now() < self.until.get() {
                tokio::time::sleep(POLL).await;
            }
            self.monitor.phase("doors closed");
            self.monitor.mark()
        };
        let (writing, selling) = (self.write(writers), self.sell());
        let (.., mark) =
            tokio::join!(writing, selling, self.press(), self.storm(connected), closing);
        // An audit under way is finished: what it has taken in must be judged.
        drop(stop);
        let _ = auditing.await;
        mark
    }

    async fn write(&self, writers: Option<&Arc<Writers>>) {
        if let Some(writers) = writers {
            writers.run(&self.until).await;
        }
    }

    async fn sell(&self) {
        let Some(plan) = &self.plan.customers else { return };
        let customers = Customers::new(&self.counter, &self.halls, plan.clone());
        customers.run(&self.until).await;
        *lock(&self.fared) = gather::fared(&customers.fared);
    }

    async fn press(&self) {
        let Some(crowd) = self.plan.crowd else { return };
        let crowd = Crowd::new(&self.counter, &self.halls, crowd, self.plan.options.seed);
        let end = crowd.run(&self.until).await;
        if end.failed > 0 {
            lock(&self.fared).insert("never got a session".to_owned(), end.failed as u64);
        }
    }

    /// Drops everybody now and then, and waits until they are back.
    async fn storm(&self, connected: &Mark) {
        let (Some(storms), Some(audience)) = (self.plan.storms, &self.audience) else { return };
        audience.reset_joins();
        let clock = self.counter.clock();
        let begin = (connected.at * 1e9) as u64;
        let most = if storms.count == 0 { usize::MAX } else { storms.count };
        for number in 0..most {
            // In the middle of its share, so that there is a calm before and after.
            let due = begin + nanos(storms.every) * number as u64 + nanos(storms.every) / 2;
            if due >= self.until.get() {
                return;
            }
            while clock.now() < due.min(self.until.get()) {
                tokio::time::sleep(POLL).await;
            }
            let resume = Storms::resume(number);
            self.monitor.phase(&format!("storm {}, {}", number + 1, resume.name()));
            audience.drop_all();
            audience.reconnect_all(resume);
            let back = async {
                while self.missing(audience) > 0 {
                    tokio::time::sleep(POLL).await;
                }
            };
            // Whoever isn't back by then shows in the figures, and at the end in the verdict.
            let _ = tokio::time::timeout(self.plan.options.patience, back).await;
            self.monitor.phase("calm");
        }
    }
}

async fn audit(
    auditor: Arc<tokio::sync::Mutex<Auditor>>,
    audience: Option<Arc<Audience>>,
    monitor: Monitor,
    mut stopped: oneshot::Receiver<()>,
) {
    while tokio::time::timeout(AUDIT_EVERY, &mut stopped).await.is_err() {
        let mut auditor = auditor.lock().await;
        // Before the log is read: it must go as far as they do.
        let shown = audience.as_deref().map(Audience::shown).unwrap_or_default();
        auditor.audit(&shown).await;
        monitor.violations(auditor.violations());
    }
}

/// Ctrl-C ends the measured part, not the checks; once that is over, the next one ends the program.
async fn obey_interrupts(until: Until, clock: Clock) {
    while tokio::signal::ctrl_c().await.is_ok() {
        if clock.now() >= until.get() {
            eprintln!("ended before everything was checked");
            // There is nothing to tidy: server and database notice that their peer has gone.
            std::process::exit(INTERRUPTED);
        }
        until.cut(clock.now());
    }
}
