//! The tool's own ledger: who asked for what and was told what. Answers wait here until they are
//! held against the log.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::buyers::{Answered, Outcome};
use crate::latency::lock;

/// Answers that may wait to be checked. At 10,000 a second, 100 s; an audit comes every few
/// seconds. More are lost, counted, and fail the run: what isn't looked at can't be vouched for.
const ANSWERS_WAITING_MAX: usize = 1_000_000;

/// Answers that nobody has checked yet.
#[derive(Debug, Default)]
pub struct Ledger {
    answers: Mutex<Vec<Answered>>,
    /// The highest version that anybody was told of, by event.
    known: Mutex<HashMap<i64, u64>>,
    /// Answers that found no room.
    lost: AtomicU64,
}

impl Ledger {
    /// The highest version of an event that anybody was told of.
    #[must_use]
    pub fn known(&self, event: i64) -> u64 {
        lock(&self.known).get(&event).copied().unwrap_or(0)
    }

    /// Enters an answer.
    pub fn enter(&self, answered: Answered) {
        if let Outcome::Done { version } = answered.outcome {
            let mut known = lock(&self.known);
            let highest = known.entry(answered.event).or_default();
            *highest = version.max(*highest);
        }
        let mut answers = lock(&self.answers);
        if answers.len() < ANSWERS_WAITING_MAX {
            answers.push(answered);
        } else {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Hands over what waits.
    #[must_use]
    pub fn take(&self) -> Vec<Answered> {
        std::mem::take(&mut *lock(&self.answers))
    }

    /// How many were lost for lack of room.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}
