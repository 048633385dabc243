//! What the timekeeper found, as it goes into reports. Histograms count microseconds.

use hdrhistogram::Histogram;

/// The longest time told apart, in microseconds: an hour. What takes longer counts as much. A request
/// alone may take minutes, by its tries and what it waits for before.
pub(crate) const MICROS_MAX: u64 = 3_600_000_000;

/// A histogram of times in microseconds, to three digits, up to an hour.
#[must_use]
pub fn micros_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, MICROS_MAX, 3).expect("the bounds are in order")
}

/// One second of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Which, since the clock's start.
    pub second: u64,
    /// Versions delivered to viewers (a frame that carries three counts three times).
    pub updates: u64,
    /// Half of them took no longer, in microseconds.
    pub p50: u64,
    /// 95 of 100 took no longer, in microseconds.
    pub p95: u64,
    /// 99 of 100 took no longer, in microseconds.
    pub p99: u64,
    /// The slowest, in microseconds.
    pub max: u64,
}

/// Everything about update latency.
#[derive(Clone, Debug)]
pub struct LatencyFigures {
    /// Noted version → a viewer has it, over all viewers and versions.
    pub updates: Histogram<u64>,
    /// Noted version → the last viewer has it, over the versions that reached everybody.
    pub last_of_all: Histogram<u64>,
    /// Versions delivered to viewers, noted or not.
    pub delivered: u64,
    /// Of those, versions that nobody noted: expiries, other people's changes.
    pub unnoted: u64,
    /// Deliveries that were there before their version was noted; they count as the least latency.
    pub early: u64,
    /// Notes and frames that found no room; the figures are without them.
    pub lost: u64,
    /// The seconds that are final.
    pub seconds: Vec<Second>,
}
