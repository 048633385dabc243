//! Watches a run: reads counters and meters once a second, keeps the series, shows progress.

mod display;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use display::{Display, Progress};

use crate::audience::{Audience, AudienceStats, Numbers};
use crate::buyers::{Asked, Counter, RequestCourse};
use crate::clock::Clock;
use crate::latency::{Timekeeper, lock};
use crate::machine::{Meter, Reading, Threads};
use crate::report::{Phase, Sample, Share};

/// Seconds kept: a day. A run that goes on is no longer drawn.
const SECONDS_MAX: usize = 86_400;
/// A thread that wants a core for this share of a second, and has it or not, is a limit in it.
const WANTED: f64 = 0.9;
/// The tool was the limit where one second of so many had such a thread: then the slowest hundredth
/// of what was measured, of which there are figures, may be its own doing.
const ONE_SECOND_OF: usize = 100;
/// Seconds it takes at least: a single one can befall any run.
const LIMITED_SECONDS_MIN: usize = 2;

/// What is watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Viewers, once they come.
    pub audience: Arc<Mutex<Option<Arc<Audience>>>>,
    /// Buyers' requests.
    pub counter: Arc<Counter>,
    /// Arrivals.
    pub timekeeper: Timekeeper,
}

/// The watch. Copies share it.
#[derive(Clone, Debug)]
pub struct Monitor {
    watched: Watched,
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
}

#[derive(Debug)]
struct Inner {
    meter: Meter,
    display: Display,
    samples: Vec<Sample>,
    requests: BTreeMap<u64, RequestCourse>,
    phases: Vec<Phase>,
    last: (f64, Reading, Numbers),
    violations: u64,
}

/// What was read at a moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    /// Seconds since the start.
    pub at: f64,
    /// What processes had taken.
    pub reading: Reading,
    /// What viewers had counted.
    pub numbers: Numbers,
    /// Changes that had been carried out.
    pub done: u64,
}

impl Monitor {
    /// A watch over a run.
    #[must_use]
    pub fn new(watched: Watched, mut meter: Meter, display: Display) -> Self {
        let clock = watched.timekeeper.clock();
        let reading = meter.read();
        let inner = Inner {
            meter,
            display,
            samples: Vec::new(),
            requests: BTreeMap::new(),
            phases: Vec::new(),
            last: (seconds(&clock), reading, Numbers::default()),
            violations: 0,
        };
        Self { watched, inner: Arc::new(Mutex::new(inner)), clock }
    }

    /// Reads once a second, for ever; to be aborted.
    pub async fn watch(self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            self.sample();
        }
    }

    /// Another part of the run begins.
    pub fn phase(&self, name: &str) {
        let mut inner = lock(&self.inner);
        let from = seconds(&self.clock);
        inner.phases.push(Phase { name: name.to_owned(), from });
        inner.display.phase(name);
    }

    /// How many violations the audits have found.
    pub fn violations(&self, count: u64) {
        lock(&self.inner).violations = count;
    }

    /// What things stand at now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        let numbers = self.numbers();
        let reading = lock(&self.inner).meter.clone().read();
        let steps = self.watched.counter.figures.steps();
        let changes = steps.iter().filter(|step| step.asked != Asked::ComeIn);
        let done = changes.map(|step| step.done.len()).sum();
        Mark { at: seconds(&self.clock), reading, numbers, done }
    }

    fn numbers(&self) -> Numbers {
        self.viewers().1.numbers
    }

    /// How many viewers there are to be, and what they have counted. Nobody else holds on to them:
    /// they are taken apart at the end.
    fn viewers(&self) -> (u64, AudienceStats) {
        let audience = lock(&self.watched.audience);
        audience.as_ref().map(|all| (all.viewers() as u64, all.stats())).unwrap_or_default()
    }

    fn sample(&self) {
        let (viewers, stats) = self.viewers();
        let numbers = stats.numbers;
        let at = seconds(&self.clock);
        let second = self.clock.now() / 1_000_000_000;
        let taken = self.watched.counter.figures.take_seconds(second);
        let updates = self.watched.timekeeper.figures().updates;
        let mut inner = lock(&self.inner);
        let inner = &mut *inner;
        let reading = inner.meter.read();
        let (then, before, counted) = inner.last;
        let past = (at - then).max(1e-3);
        let rate = |now: u64, before: u64| (now.saturating_sub(before) as f64 / past) as u64;
        let cores = |now: u64, before: u64| now.saturating_sub(before) as f64 / 1e9 / past;
        let both = reading.server.zip(before.server);
        let databases = reading.database.zip(before.database);
        let sample = Sample {
            at,
            open: numbers.open,
            deliveries: rate(numbers.deltas, counted.deltas),
            bytes: rate(numbers.bytes, counted.bytes),
            server_cpu: both.map(|(now, then)| cores(now.cpu_nanos(), then.cpu_nanos())),
            server_rss: reading.server.map(|usage| usage.rss_bytes),
            database_cpu: databases.map(|(now, then)| cores(now.cpu_nanos(), then.cpu_nanos())),
            database_rss: reading.database.map(|usage| usage.rss_bytes),
            tool_cpu: cores(reading.tool.cpu_nanos(), before.tool.cpu_nanos()),
            tool_busiest_thread: reading.threads.busiest,
            tool_thread_wanted: reading.threads.wanted,
            tool_rss: reading.tool.rss_bytes,
            ..Sample::default()
        };
        inner.last = (at, reading, numbers);
        let progress = Progress {
            sample: &sample,
            requests: taken.values().next_back(),
            updates: &updates,
            codes: &self.watched.counter.figures.codes(),
            viewers,
            failures: &stats.failures,
            violations: inner.violations + numbers.gaps + numbers.divergences,
        };
        inner.display.show(&progress);
        if inner.samples.len() < SECONDS_MAX {
            inner.samples.push(sample);
            inner.requests.extend(taken.iter().map(|(at, second)| (*at, second.course())));
        }
    }

    /// The series, the phases, and what the tool's busiest thread took.
    #[must_use]
    pub fn finish(&self) -> Series {
        let mut inner = lock(&self.inner);
        inner.display.end();
        Series {
            samples: std::mem::take(&mut inner.samples),
            requests: std::mem::take(&mut inner.requests),
            phases: std::mem::take(&mut inner.phases),
        }
    }
}

/// What was watched.
#[derive(Debug)]
pub struct Series {
    /// Seconds, without what is known only afterwards.
    pub samples: Vec<Sample>,
    /// Requests by second of the clock.
    pub requests: BTreeMap<u64, RequestCourse>,
    /// The parts of the run.
    pub phases: Vec<Phase>,
}

impl Series {
    /// The most of a core that a thread of the tool took, and wanted, in a second between two
    /// moments, and whether one wanted it in so many seconds that the tool was the limit.
    #[must_use]
    pub fn busiest(&self, from: f64, to: f64) -> (Threads, bool) {
        let within = |sample: &&Sample| sample.at > from + 1.0 && sample.at <= to;
        let samples = || self.samples.iter().filter(within);
        let most = |of: fn(&Sample) -> f64| samples().map(of).fold(0.0, f64::max);
        let threads = Threads {
            busiest: most(|sample| sample.tool_busiest_thread),
            wanted: most(|sample| sample.tool_thread_wanted),
        };
        let limited = samples().filter(|sample| sample.tool_thread_wanted >= WANTED).count();
        let enough = samples().count().div_ceil(ONE_SECOND_OF).max(LIMITED_SECONDS_MIN);
        (threads, limited >= enough)
    }

    /// What a part took between two marks.
    #[must_use]
    pub fn share(
        &self,
        of: impl Fn(&Reading) -> Option<crate::machine::Usage>,
        rss: impl Fn(&Sample) -> Option<u64>,
        marks: [&Mark; 3],
    ) -> Option<Share> {
        let [before, connected, end] = marks.map(|mark| of(&mark.reading));
        let (before, connected, end) = (before?, connected?, end?);
        let seconds = |to: u64, from: u64| to.saturating_sub(from) as f64 / 1e9;
        let peak = self.samples.iter().filter_map(rss).max().unwrap_or(0);
        Some(Share {
            user_seconds: seconds(end.user_nanos, connected.user_nanos),
            system_seconds: seconds(end.system_nanos, connected.system_nanos),
            rss_before: before.rss_bytes,
            rss_connected: connected.rss_bytes,
            rss_peak: peak.max(connected.rss_bytes).max(end.rss_bytes),
            rss_end: end.rss_bytes,
        })
    }
}

fn seconds(clock: &Clock) -> f64 {
    clock.now() as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds, the first of them with a thread that wanted a core for most of the time.
    fn series(seconds: u32, limited: u32) -> Series {
        let sample = |number: u32| Sample {
            at: f64::from(number) + 2.0,
            tool_thread_wanted: if number < limited { 0.95 } else { 0.2 },
            ..Sample::default()
        };
        let samples = (0..seconds).map(sample).collect();
        Series { samples, requests: BTreeMap::new(), phases: Vec::new() }
    }

    #[test]
    fn the_tool_was_the_limit_in_a_hundredth_of_the_seconds_and_two_at_least() {
        for (seconds, limited, is_limit) in [
            (20, 1, false),
            (20, 2, true),
            (200, 2, true),
            (201, 2, false),
            (3_600, 35, false),
            (3_600, 36, true),
            (0, 0, false),
        ] {
            let (threads, is) = series(seconds, limited).busiest(0.0, f64::MAX);
            assert_eq!(is, is_limit, "{limited} of {seconds}");
            assert_eq!(threads.wanted >= WANTED, limited > 0);
        }
    }
}
