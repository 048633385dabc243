//! The arithmetic: a noted time and arrivals become latencies.

use std::collections::{BTreeMap, HashMap, VecDeque};

use hdrhistogram::Histogram;

use super::figures::{LatencyFigures, Second, micros_histogram};
use super::versions::Versions;
use super::{FrameArrivals, Note};

/// Arrivals wait this long for the answer that names their version, in nanoseconds.
const JOIN_AFTER_NANOS: u64 = 2_000_000_000;
/// Frames that wait for that at most: 4 threads that each see 30,000 steps a second. More are lost
/// and counted.
const WAITING_MAX: usize = 1 << 18;
/// A second is final when the present is this many further.
const SECONDS_OPEN: u64 = 8;
/// Versions of one step that are looked at singly; a step over more is a viewer far behind, and
/// only its latest versions count.
const STEP_VERSIONS_MAX: u64 = 1 << 16;

const SECOND_NANOS: u64 = 1_000_000_000;
const MICRO_NANOS: u64 = 1_000;

/// Books of versions, arrivals that wait and figures.
#[derive(Debug)]
pub(super) struct Join {
    events: HashMap<i64, Versions>,
    waiting: VecDeque<FrameArrivals>,
    room: usize,
    /// Frames that found no room to wait in.
    lost: u64,
    updates: Histogram<u64>,
    last_of_all: Histogram<u64>,
    delivered: u64,
    unnoted: u64,
    /// Arrivals before their version was noted.
    early: u64,
    open: BTreeMap<u64, Histogram<u64>>,
    seconds: Vec<Second>,
    /// Frames that came before this are in no figure.
    begin: u64,
}

impl Default for Join {
    fn default() -> Self {
        Self::with_room(WAITING_MAX)
    }
}

impl Join {
    /// One in which so many frames may wait.
    pub(super) fn with_room(room: usize) -> Self {
        Self {
            events: HashMap::new(),
            waiting: VecDeque::new(),
            room,
            lost: 0,
            updates: micros_histogram(),
            last_of_all: micros_histogram(),
            delivered: 0,
            unnoted: 0,
            early: 0,
            open: BTreeMap::new(),
            seconds: Vec::new(),
            begin: 0,
        }
    }

    pub(super) fn expect(&mut self, event: i64, viewers: u64) {
        self.events.entry(event).or_default().expected = viewers;
    }

    /// Takes in what has come, and joins what has waited long enough at `now`.
    pub(super) fn settle(&mut self, notes: &[Note], frames: Vec<FrameArrivals>, now: u64) {
        for note in notes {
            let versions = self.events.entry(note.event).or_default();
            if let Some(times) = versions.get(note.version) {
                times.noted = Some(times.noted.map_or(note.at, |earlier| earlier.min(note.at)));
            }
        }
        let due = now.saturating_sub(JOIN_AFTER_NANOS);
        // Those that have waited make room for the new.
        for frame in std::mem::take(&mut self.waiting).into_iter().chain(frames) {
            if frame.first <= due || now == u64::MAX {
                self.join(&frame);
            } else if self.waiting.len() < self.room {
                self.waiting.push_back(frame);
            } else {
                self.lost += 1;
            }
        }
        self.seal(now / SECOND_NANOS);
    }

    pub(super) fn finish(&mut self) {
        self.seal(u64::MAX);
    }

    /// Forgets the figures. Threads hold on to their frames for a while, so those of before come
    /// after this too.
    pub(super) fn reset(&mut self, now: u64) {
        let events = std::mem::take(&mut self.events);
        *self = Self { events, begin: now, ..Self::with_room(self.room) };
    }

    /// The figures; `lost` is what found no room before it came here.
    pub(super) fn figures(&self, lost: u64) -> LatencyFigures {
        LatencyFigures {
            updates: self.updates.clone(),
            last_of_all: self.last_of_all.clone(),
            delivered: self.delivered,
            unnoted: self.unnoted,
            early: self.early,
            lost: lost + self.lost,
            seconds: self.seconds.clone(),
        }
    }

    fn join(&mut self, frame: &FrameArrivals) {
        if frame.first < self.begin {
            return;
        }
        let versions = self.events.entry(frame.event).or_default();
        let second = frame.first / SECOND_NANOS;
        let interval = self.open.entry(second).or_insert_with(micros_histogram);
        let begin = frame.from.max(frame.version.saturating_sub(STEP_VERSIONS_MAX));
        for version in begin + 1..=frame.version {
            self.delivered += frame.viewers;
            let expected = versions.expected;
            let Some(times) = versions.get(version) else {
                self.unnoted += frame.viewers;
                continue;
            };
            times.viewers += frame.viewers;
            times.last = times.last.max(frame.last);
            let Some(noted) = times.noted else {
                self.unnoted += frame.viewers;
                continue;
            };
            if !times.complete && expected > 0 && times.viewers >= expected {
                times.complete = true;
                self.last_of_all.saturating_record(micros(noted, times.last));
            }
            for (arrived, viewers) in frame.times() {
                let latency = micros(noted, arrived);
                self.early += if arrived < noted { viewers } else { 0 };
                self.updates.saturating_record_n(latency, viewers);
                interval.saturating_record_n(latency, viewers);
            }
        }
    }

    /// Makes seconds that lie far enough behind final.
    fn seal(&mut self, now_second: u64) {
        while let Some(entry) = self.open.first_entry() {
            if now_second.saturating_sub(*entry.key()) < SECONDS_OPEN {
                break;
            }
            let (second, histogram) = entry.remove_entry();
            self.seconds.push(Second {
                second,
                updates: histogram.len(),
                p50: histogram.value_at_quantile(0.50),
                p95: histogram.value_at_quantile(0.95),
                p99: histogram.value_at_quantile(0.99),
                max: histogram.max(),
            });
        }
    }
}

/// A latency in microseconds, from 1 on; a frame that came before its note counts as the least.
fn micros(noted: u64, arrived: u64) -> u64 {
    (arrived.saturating_sub(noted) / MICRO_NANOS).max(1)
}
