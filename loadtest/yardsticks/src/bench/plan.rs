//! How much is measured: the full run for figures, the quick one to see that it works.

use std::time::Duration;

/// Rounds, cases and times.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Rounds of everything that isn't named otherwise.
    pub(super) rounds: usize,
    /// How long each case of the write path is driven.
    pub(super) write: Duration,
    /// The clients of the write path.
    pub(super) clients: &'static [usize],
}

impl Plan {
    pub(super) fn full() -> Self {
        Self { rounds: 3, write: Duration::from_secs(3), clients: &[1, 50, 200] }
    }

    pub(super) fn quick() -> Self {
        Self { rounds: 1, write: Duration::from_secs(1), clients: &[1, 50] }
    }

    /// What a reader has to know about how it was measured.
    pub(super) fn settings(&self) -> Vec<String> {
        let rounds = self.rounds;
        vec![
            format!("{rounds} rounds"),
            "One PostgreSQL for all, made for the run, default settings, fsync on, over its Unix \
             socket; both servers with 25 connections and LOG_LEVEL=warn."
                .to_owned(),
            "Values are medians over rounds with the least and the greatest; goals are medians of \
             ratios within a round. Contenders take turns, another one first each round."
                .to_owned(),
        ]
    }
}
