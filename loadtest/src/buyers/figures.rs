//! How long requests took and what they were answered, by step and by second. A request's time
//! begins when it was meant to be sent, so that a tool or server that stalls can't hide it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hdrhistogram::Histogram;

use super::action::Action;
use super::second::RequestSecond;
use crate::latency::{MICROS_MAX, lock, micros_histogram};

/// Parts that are filled apart, so that buyers don't wait for each other's bookkeeping.
const SHARDS: usize = 4;
/// Different words errors are counted under; the rest is counted as "other".
const CODES_MAX: usize = 100;

const SECOND_NANOS: u64 = 1_000_000_000;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// A session, the first thing that anybody needs.
    ComeIn,
    /// Something about seats.
    Of(Action),
}

impl Asked {
    /// The words for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ComeIn => "come in",
            Self::Of(action) => action.name(),
        }
    }
}

/// The durations of one kind of request.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was asked.
    pub asked: Asked,
    /// Those carried out, in microseconds.
    pub done: Histogram<u64>,
    /// Those refused, in microseconds.
    pub refused: Histogram<u64>,
}

#[derive(Debug)]
struct Shard {
    steps: BTreeMap<Asked, Step>,
    codes: BTreeMap<String, u64>,
    /// Those that took longer than durations are told apart.
    cut: u64,
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
            cut: 0,
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
    pub(super) fn count(&self, key: usize, asked: Asked, due: u64, now: u64, ended: Ended<'_>) {
        let micros = (now.saturating_sub(due) / 1_000).max(1);
        let mut shard = lock(&self.shards[key % SHARDS]);
        let second = now / SECOND_NANOS;
        if shard.second != second {
            let open = std::mem::replace(&mut shard.open, RequestSecond::new());
            let closed = (shard.second, open);
            shard.closed.push(closed);
            shard.second = second;
        }
        shard.cut += u64::from(micros > MICROS_MAX);
        shard.open.durations.saturating_record(micros);
        let counted = u64::from(asked != Asked::ComeIn);
        let step = shard.steps.entry(asked).or_insert_with(|| Step {
            asked,
            done: micros_histogram(),
            refused: micros_histogram(),
        });
        let code = match ended {
            Ended::Done => {
                step.done.saturating_record(micros);
                shard.open.done += counted;
                return;
            }
            Ended::Refused(code) => {
                step.refused.saturating_record(micros);
                shard.open.refused += counted;
                code
            }
            Ended::Unknown(code) => {
                shard.open.unknown += counted;
                code
            }
        };
        let is_known = shard.codes.contains_key(code) || shard.codes.len() < CODES_MAX;
        *shard.codes.entry(if is_known { code } else { "other" }.to_owned()).or_default() += 1;
    }

    /// The durations by step, all shards together.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: BTreeMap<Asked, Step> = BTreeMap::new();
        for shard in &self.shards {
            for (asked, step) in &lock(shard).steps {
                match steps.get_mut(asked) {
                    Some(sum) => {
                        let _ = sum.done.add(&step.done);
                        let _ = sum.refused.add(&step.refused);
                    }
                    None => drop(steps.insert(*asked, step.clone())),
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

    /// How many requests took longer than durations are told apart, and count as an hour.
    #[must_use]
    pub fn cut(&self) -> u64 {
        self.shards.iter().map(|shard| lock(shard).cut).sum()
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
            shard.cut = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::second::RequestCourse;
    use super::*;

    #[test]
    fn durations_run_from_when_a_request_was_due() {
        let figures = RequestFigures::default();
        figures.count(1, Asked::Of(Action::Lock), 1_000_000, 6_000_000, Ended::Done);
        figures.count(
            2,
            Asked::Of(Action::Lock),
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
    fn a_request_may_take_minutes_and_one_beyond_an_hour_is_told() {
        const MINUTE: u64 = 60 * SECOND_NANOS;
        let figures = RequestFigures::default();
        let asked = Asked::Of(Action::Lock);
        figures.count(1, asked, 0, 5 * MINUTE, Ended::Done);
        let minutes = figures.steps()[0].done.max() as f64 / 60e6;
        assert!((minutes - 5.0).abs() < 0.01, "{minutes}");
        assert_eq!(figures.cut(), 0);
        figures.count(2, asked, MINUTE, 62 * MINUTE, Ended::Done);
        figures.count(3, Asked::ComeIn, 0, 61 * MINUTE, Ended::Unknown("lost"));
        assert_eq!(figures.cut(), 2);
        figures.reset();
        assert_eq!(figures.cut(), 0);
    }

    #[test]
    fn seconds_are_taken_once_all_shards_together() {
        let figures = RequestFigures::default();
        for key in 0..8 {
            for second in 1..4 {
                let now = second * SECOND_NANOS;
                figures.count(key, Asked::Of(Action::Hold), now, now, Ended::Done);
            }
        }
        let mut taken = figures.take_seconds(3);
        taken.retain(|_, second| second.done > 0);
        assert_eq!(taken.iter().map(|(at, s)| (*at, s.done)).collect::<Vec<_>>(), [(1, 8), (2, 8)]);
        let rest = figures.take_seconds(9);
        assert_eq!(rest.values().map(|second| second.done).sum::<u64>(), 8);
    }

    #[test]
    fn a_second_is_kept_as_a_few_numbers() {
        let figures = RequestFigures::default();
        for number in 1..=100 {
            figures.count(0, Asked::Of(Action::Lock), 0, number * 1_000_000, Ended::Done);
        }
        figures.count(0, Asked::ComeIn, 0, 900_000_000, Ended::Unknown("lost"));
        let taken = figures.take_seconds(1);
        let course = taken[&0].course();
        assert_eq!((course.done, course.refused, course.unknown), (100, 0, 0));
        let about = |micros: u64, millis: u64| micros.abs_diff(millis * 1_000) <= 1_100;
        let [p50, p95, p99] = course.percentiles.unwrap();
        assert!(about(p50, 51) && about(p95, 96) && about(p99, 100), "{course:?}");
        assert!(!std::mem::needs_drop::<RequestCourse>(), "it holds on to nothing");
        assert_eq!(RequestSecond::new().course().percentiles, None);
    }
}
