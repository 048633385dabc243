//! How long requests took and what they were answered, by step and by second. A request's time
//! begins when it was meant to be sent, so that a tool or server that stalls can't hide it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hdrhistogram::Histogram;

use super::action::Action;
use crate::latency::{lock, micros_histogram};

/// Parts that are filled apart, so that buyers don't wait for each other's bookkeeping.
const SHARDS: usize = 4;
/// Different words errors are counted under; the rest is counted as "other".
const CODES_MAX: usize = 100;

const SECOND_NANOS: u64 = 1_000_000_000;

/// The durations of one kind of request.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was asked.
    pub action: Action,
    /// Those carried out, in microseconds.
    pub done: Histogram<u64>,
    /// Those refused, in microseconds.
    pub refused: Histogram<u64>,
}

/// One second of requests.
#[derive(Clone, Debug)]
pub struct RequestSecond {
    /// How many were carried out.
    pub done: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many ended unknown.
    pub unknown: u64,
    /// Their durations, in microseconds.
    pub durations: Histogram<u64>,
}

impl RequestSecond {
    fn new() -> Self {
        Self { done: 0, refused: 0, unknown: 0, durations: micros_histogram() }
    }

    fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.unknown += other.unknown;
        // All have the same bounds.
        let _ = self.durations.add(&other.durations);
    }
}

#[derive(Debug)]
struct Shard {
    steps: BTreeMap<Action, Step>,
    codes: BTreeMap<String, u64>,
    second: u64,
    open: RequestSecond,
    closed: Vec<(u64, RequestSecond)>,
}

/// All requests of a run.
#[derive(Debug)]
pub struct RequestFigures {
    shards: Vec<Mutex<Shard>>,
}

impl Default for RequestFigures {
    fn default() -> Self {
        let shard = || Shard {
            steps: BTreeMap::new(),
            codes: BTreeMap::new(),
            second: 0,
            open: RequestSecond::new(),
            closed: Vec::new(),
        };
        Self { shards: (0..SHARDS).map(|_| Mutex::new(shard())).collect() }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended<'a> {
    Done,
    Refused(&'a str),
    Unknown(&'a str),
}

impl RequestFigures {
    /// Counts a request that ended at `now` and had been due at `due`.
    pub(super) fn count(&self, key: usize, action: Action, due: u64, now: u64, ended: Ended<'_>) {
        let micros = (now.saturating_sub(due) / 1_000).max(1);
        let mut shard = lock(&self.shards[key % SHARDS]);
        let second = now / SECOND_NANOS;
        if shard.second != second {
            let open = std::mem::replace(&mut shard.open, RequestSecond::new());
            let closed = (shard.second, open);
            shard.closed.push(closed);
            shard.second = second;
        }
        shard.open.durations.saturating_record(micros);
        let step = shard.steps.entry(action).or_insert_with(|| Step {
            action,
            done: micros_histogram(),
            refused: micros_histogram(),
        });
        let code = match ended {
            Ended::Done => {
                step.done.saturating_record(micros);
                shard.open.done += 1;
                return;
            }
            Ended::Refused(code) => {
                step.refused.saturating_record(micros);
                shard.open.refused += 1;
                code
            }
            Ended::Unknown(code) => {
                shard.open.unknown += 1;
                code
            }
        };
        let is_known = shard.codes.contains_key(code) || shard.codes.len() < CODES_MAX;
        *shard.codes.entry(if is_known { code } else { "other" }.to_owned()).or_default() += 1;
    }

    /// The durations by step, all shards together.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: BTreeMap<Action, Step> = BTreeMap::new();
        for shard in &self.shards {
            for (action, step) in &lock(shard).steps {
                match steps.get_mut(action) {
                    Some(sum) => {
                        let _ = sum.done.add(&step.done);
                        let _ = sum.refused.add(&step.refused);
                    }
                    None => drop(steps.insert(*action, step.clone())),
                }
            }
        }
        steps.into_values().collect()
    }

    /// How often each error was answered.
    #[must_use]
    pub fn codes(&self) -> BTreeMap<String, u64> {
        let mut codes = BTreeMap::new();
        for shard in &self.shards {
            for (code, count) in &lock(shard).codes {
                *codes.entry(code.clone()).or_default() += count;
            }
        }
        codes
    }

    /// Takes the seconds before `second`, each once.
    pub fn take_seconds(&self, second: u64) -> BTreeMap<u64, RequestSecond> {
        let mut seconds: BTreeMap<u64, RequestSecond> = BTreeMap::new();
        for shard in &self.shards {
            let mut shard = lock(shard);
            let mut taken = std::mem::take(&mut shard.closed);
            if shard.second < second {
                taken
                    .push((shard.second, std::mem::replace(&mut shard.open, RequestSecond::new())));
                shard.second = second;
            }
            for (number, each) in taken {
                if number < second {
                    seconds.entry(number).or_insert_with(RequestSecond::new).add(&each);
                } else {
                    shard.closed.push((number, each));
                }
            }
        }
        seconds
    }

    /// Forgets what was counted: the warm-up is over.
    pub fn reset(&self) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.steps.clear();
            shard.codes.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_run_from_when_a_request_was_due() {
        let figures = RequestFigures::default();
        figures.count(1, Action::Lock, 1_000_000, 6_000_000, Ended::Done);
        figures.count(
            2,
            Action::Lock,
            1_000_000,
            9_000_000,
            Ended::Refused("409 seats_unavailable"),
        );
        let steps = figures.steps();
        assert_eq!((steps[0].done.len(), steps[0].refused.len()), (1, 1));
        assert!(steps[0].done.max().abs_diff(5_000) < 10);
        assert_eq!(figures.codes()["409 seats_unavailable"], 1);
    }

    #[test]
    fn seconds_are_taken_once_all_shards_together() {
        let figures = RequestFigures::default();
        for key in 0..8 {
            for second in 1..4 {
                let now = second * SECOND_NANOS;
                figures.count(key, Action::Hold, now, now, Ended::Done);
            }
        }
        let mut taken = figures.take_seconds(3);
        taken.retain(|_, second| second.done > 0);
        assert_eq!(taken.iter().map(|(at, s)| (*at, s.done)).collect::<Vec<_>>(), [(1, 8), (2, 8)]);
        let rest = figures.take_seconds(9);
        assert_eq!(rest.values().map(|second| second.done).sum::<u64>(), 8);
    }
}
