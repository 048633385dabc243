//! Carries a plan out: makes the events, lets viewers and buyers come, checks while it goes on,
//! waits until everything is at rest, checks the rest, and hands back the report.

use std::sync::{Arc, Mutex};

use super::gather::{self, Gathered};
use super::plan::Plan;
use super::unmet::{self, Unmet};
use super::weigh::ThreeCounts;
use crate::audience::{Audience, AudienceError, make_room};
use crate::buyers::{Counter, CounterSettings, Until, Writers};
use crate::check::table::{self, DatabaseError};
use crate::check::{Auditor, Ledger, Sources};
use crate::clock::{Clock, nanos};
use crate::latency::{Timekeeper, lock};
use crate::machine::{Machine, Meter, Wanted};
use crate::monitor::{Display, Mark, Monitor, Watched};
use crate::report::Report;
use crate::stage::{self, Hall, NewHalls, StageError};

/// Why there was no run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An option can't be met.
    #[error(transparent)]
    Unmet(#[from] Unmet),
    /// There are no events.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// There is no audience.
    #[error(transparent)]
    Audience(#[from] AudienceError),
    /// Not all viewers came.
    #[error("only {came} of {viewers} viewers came within {seconds} s: {why}")]
    NotAllCame {
        /// How many had their map.
        came: u64,
        /// How many were to.
        viewers: usize,
        /// For how long they were waited for.
        seconds: u64,
        /// What went wrong.
        why: String,
    },
    /// The database isn't there, or isn't the server's.
    #[error("--database-url: {0}")]
    Database(#[from] DatabaseError),
    /// There are no writers.
    #[error("{0}")]
    Writers(String),
}

/// A run under way.
pub(super) struct Run {
    pub(super) plan: Plan,
    pub(super) halls: Vec<Arc<Hall>>,
    pub(super) timekeeper: Timekeeper,
    pub(super) counter: Arc<Counter>,
    pub(super) audience: Option<Arc<Audience>>,
    pub(super) monitor: Monitor,
    pub(super) auditor: Arc<tokio::sync::Mutex<Auditor>>,
    pub(super) until: Until,
    pub(super) fared: Arc<Mutex<gather::Fared>>,
}

/// Carries a plan out.
///
/// # Errors
/// When it can't be begun. What goes wrong later is in the report.
pub async fn run(plan: Plan) -> Result<Report, RunError> {
    let started_at = jiff::Timestamp::now().to_string();
    unmet::before(&plan)?;
    make_room(plan.viewers, plan.options.connections).map_err(AudienceError::from)?;
    if let Some(config) = &plan.options.database_url {
        table::connect(config).await?;
    }
    let halls: Vec<Arc<Hall>> = halls(&plan).await?.into_iter().map(Arc::new).collect();
    let seats: Vec<u32> = halls.iter().map(|hall| hall.seats()).collect();
    unmet::seats(&plan, &seats)?;
    let clock = Clock::start();
    let (timekeeper, joining) = Timekeeper::start(clock);
    let ledger = Arc::<Ledger>::default();
    let settings = CounterSettings {
        targets: plan.options.target.clone(),
        sources: plan.options.source.clone(),
        connections: plan.options.connections,
        keys: plan.keys,
        latency_from: plan.options.latency_from,
    };
    let run_id = std::time::UNIX_EPOCH.elapsed().map_or(0, nanos);
    let counter = Arc::new(Counter::new(settings, &timekeeper, &ledger, run_id));
    let database = plan.options.database_url.clone();
    let (targets, token) = (plan.options.target.clone(), plan.options.token.clone());
    let sources = Sources { targets, token, database };
    let auditor = Auditor::new(sources, &ledger, &halls);
    auditor.know_database().await?;
    auditor.know_token().await?;
    let watched = Watched {
        audience: Arc::default(),
        counter: counter.clone(),
        timekeeper: timekeeper.clone(),
    };
    let display = if plan.options.quiet { Display::quiet() } else { Display::new() };
    let monitor = Monitor::new(watched.clone(), meter(&plan), display);
    let watching = tokio::spawn(monitor.clone().watch());
    let mut run = Run {
        plan,
        halls,
        timekeeper,
        counter,
        audience: None,
        monitor,
        auditor: Arc::new(tokio::sync::Mutex::new(auditor)),
        until: Until::at(u64::MAX),
        fared: Arc::default(),
    };
    let gathered = run.carry_out(&watched).await;
    watching.abort();
    // It has been told to end.
    drop(joining);
    let mut gathered = gathered?;
    gathered.started_at = started_at;
    gathered.machine = Machine::here();
    Ok(gather::report(gathered))
}

async fn halls(plan: &Plan) -> Result<Vec<Hall>, StageError> {
    let target = plan.options.target[0];
    if plan.options.event.is_empty() {
        let new = NewHalls {
            count: plan.options.events,
            seats: plan.seats,
            chart: plan.options.chart.clone(),
            lock_seconds: plan.lock_seconds,
            booking_seconds: plan.booking_seconds,
        };
        return stage::make(target, plan.options.token.as_ref(), &new).await;
    }
    let mut halls = Vec::new();
    for event in &plan.options.event {
        halls.push(stage::find(target, *event).await?);
    }
    Ok(halls)
}

fn meter(plan: &Plan) -> Meter {
    let port = plan.options.database_url.as_ref();
    let port = port.and_then(|config| config.get_ports().first().copied());
    Meter::new(Wanted {
        targets: plan.options.target.clone(),
        named: plan.options.server_pid,
        database_port: port,
    })
}

impl Run {
    async fn carry_out(&mut self, watched: &Watched) -> Result<Gathered, RunError> {
        self.monitor.phase("viewers come");
        let came = self.counted().await;
        if self.plan.weighs {
            self.first_comes_and_goes().await?;
        }
        let before = self.mark().await;
        let writers = match self.plan.writers {
            Some(plan) => {
                let writers = Writers::new(&self.counter, &self.halls, plan).await;
                Some(writers.map_err(RunError::Writers)?)
            }
            None => None,
        };
        if self.plan.viewers > 0 {
            let audience = Arc::new(self.audience()?);
            *lock(&watched.audience) = Some(audience.clone());
            self.audience = Some(audience);
            self.everybody_comes().await?;
        }
        self.timekeeper.reset();
        self.counter.figures.reset();
        self.monitor.phase("under load");
        let connected = self.mark().await;
        let there = self.counted().await;
        let closing = self.load(writers.as_ref(), &connected).await;
        let end = self.monitor.mark();
        let counted = [came, there, self.counted().await];
        self.monitor.phase("coming to rest");
        if let Some(audience) = &self.audience {
            audience.hurry();
        }
        let marks = [before, connected, closing, end];
        Ok(self.rest(watched, writers.as_ref(), marks, counted).await)
    }

    /// What things stand at; when memory is what the run is about, once they are at rest.
    async fn mark(&self) -> Mark {
        match self.plan.weighs {
            true => self.at_rest().await,
            false => self.monitor.mark(),
        }
    }

    /// Lets everything settle, checks, and puts together what was found.
    async fn rest(
        &mut self,
        watched: &Watched,
        writers: Option<&Arc<Writers>>,
        marks: [Mark; 4],
        counted: ThreeCounts,
    ) -> Gathered {
        let mut auditor = self.auditor.lock().await;
        let audience = self.audience.take();
        let behind = |event, version| match &audience {
            Some(audience) => audience.behind(event, version),
            None => 0,
        };
        auditor.settle(self.plan.options.patience, behind).await;
        let shown = audience.as_deref().map(Audience::shown).unwrap_or_default();
        auditor.audit(&shown).await;
        // Everybody, the slow too: they have become prompt, and had the time to come back.
        let all = |hall: &Arc<Hall>| {
            (hall.id, audience.as_ref().map_or(0, |audience| audience.viewers_of(hall.id)))
        };
        let expected = self.halls.iter().map(all).collect();
        drop(lock(&watched.audience).take());
        let audience = audience.and_then(Arc::into_inner);
        let (maps, stats) = audience.map(Audience::stop).unwrap_or_default();
        let latency = self.timekeeper.finish();
        let verdict = auditor.finish(&maps, &expected, &stats, &self.plan.required()).await;
        Gathered {
            plan: self.plan.clone(),
            started_at: String::new(),
            machine: Machine::default(),
            verdict,
            stats,
            latency,
            series: self.monitor.finish(),
            marks,
            counted,
            steps: self.counter.figures.steps(),
            codes: self.counter.figures.codes(),
            requests_cut: self.counter.figures.cut(),
            fared: lock(&self.fared).clone(),
            changes_missed: writers.map_or(0, |writers| writers.missed()),
        }
    }
}
