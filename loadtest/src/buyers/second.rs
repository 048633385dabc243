//! What became of the requests of one second, and what is kept of it.

use hdrhistogram::Histogram;

use crate::latency::micros_histogram;

/// One second of requests. Coming in is in the durations only.
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

/// What is kept of a second of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestCourse {
    /// How many were carried out.
    pub done: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many ended unknown.
    pub unknown: u64,
    /// The 50th, 95th and 99th percentile of their durations, in microseconds.
    pub percentiles: Option<[u64; 3]>,
}

impl RequestSecond {
    /// What is kept of it: a histogram for each second of a long run would fill the memory.
    #[must_use]
    pub fn course(&self) -> RequestCourse {
        let at = |quantile| self.durations.value_at_quantile(quantile);
        RequestCourse {
            done: self.done,
            refused: self.refused,
            unknown: self.unknown,
            percentiles: (!self.durations.is_empty()).then(|| [0.5, 0.95, 0.99].map(at)),
        }
    }

    pub(super) fn new() -> Self {
        Self { done: 0, refused: 0, unknown: 0, durations: micros_histogram() }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.unknown += other.unknown;
        // All have the same bounds.
        let _ = self.durations.add(&other.durations);
    }
}
