//! When open-loop requests are due. The times are fixed beforehand; who is late stays late, and
//! the lateness is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::RngExt as _;
use rand::rngs::SmallRng;

/// When buyers stop coming, in nanoseconds of the run's clock. Copies change together.
#[derive(Clone, Debug)]
pub struct Until {
    at: Arc<AtomicU64>,
}

impl Until {
    /// Buyers come until this time.
    #[must_use]
    pub fn at(nanos: u64) -> Self {
        Self { at: Arc::new(AtomicU64::new(nanos)) }
    }

    /// The end.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.at.load(Ordering::Relaxed)
    }

    /// Brings the end forward.
    pub fn cut(&self, nanos: u64) {
        self.at.fetch_min(nanos, Ordering::Relaxed);
    }
}

/// Due times with a mean rate, in nanoseconds of the run's clock.
#[derive(Debug)]
pub(super) struct Pace {
    next: f64,
    interval: f64,
    is_random: bool,
}

impl Pace {
    /// Evenly spaced.
    pub(super) fn steady(start: u64, per_second: f64) -> Self {
        Self { next: start as f64, interval: 1e9 / per_second.max(1e-6), is_random: false }
    }

    /// As people come: independent of each other.
    pub(super) fn random(start: u64, per_second: f64) -> Self {
        Self { is_random: true, ..Self::steady(start, per_second) }
    }

    /// The next due time.
    pub(super) fn next(&mut self, random: &mut SmallRng) -> u64 {
        let due = self.next as u64;
        self.next +=
            if self.is_random { exponential(random, self.interval) } else { self.interval };
        due
    }
}

/// A time with the given mean, distributed as waiting times are.
pub(super) fn exponential(random: &mut SmallRng, mean: f64) -> f64 {
    let uniform: f64 = random.random();
    -(1.0 - uniform).ln() * mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn both_paces_keep_their_rate_and_a_seed_repeats() {
        let sums: Vec<u64> = [Pace::steady(0, 100.0), Pace::random(0, 100.0)]
            .iter_mut()
            .map(|pace| {
                let mut random = SmallRng::seed_from_u64(7);
                (0..10_001).map(|_| pace.next(&mut random)).last().unwrap()
            })
            .collect();
        assert_eq!(sums[0], 100_000_000_000);
        assert!(sums[1].abs_diff(100_000_000_000) < 5_000_000_000, "{}", sums[1]);
    }
}
