//! The tool's own ledger: who asked for what and was told what. Answers wait here until they are
//! held against the log.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::buyers::{Answered, Outcome};
use crate::latency::lock;

/// Answers that may wait to be checked, those included that an audit has taken and can't judge yet.
/// At 10,000 a second, 100 s; an audit comes every few seconds. More are lost, counted, and the run
/// doesn't pass: what isn't looked at can't be vouched for.
const ANSWERS_WAITING_MAX: usize = 1_000_000;
/// Answers out of the contract that are kept in words from one audit to the next; more are counted.
const STRANGE_MAX: usize = 100;

/// Answers that nobody has checked yet.
#[derive(Debug)]
pub struct Ledger {
    answers: Mutex<Waiting>,
    room: usize,
    strange: Mutex<Strange>,
    /// The highest version that anybody was told of, by event.
    known: Mutex<HashMap<i64, u64>>,
    /// Answers that found no room.
    lost: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    here: Vec<Answered>,
    /// How many an audit has taken and not let go.
    taken: usize,
}

/// Answers that the contract doesn't know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strange {
    /// The first of them, by event (0: of none), in words.
    pub told: Vec<(i64, String)>,
    /// How many more there were.
    pub more: u64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::with_room(ANSWERS_WAITING_MAX)
    }
}

impl Ledger {
    /// A ledger in which so many answers may wait.
    pub(super) fn with_room(room: usize) -> Self {
        let (answers, strange, known) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { answers, room, strange, known, lost: AtomicU64::new(0) }
    }

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
        if answers.here.len() + answers.taken < self.room {
            answers.here.push(answered);
        } else {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Hands over what waits. It counts as waiting until it is [let go](Ledger::let_go).
    #[must_use]
    pub fn take(&self) -> Vec<Answered> {
        let mut answers = lock(&self.answers);
        answers.taken += answers.here.len();
        std::mem::take(&mut answers.here)
    }

    /// So many of those taken wait no more.
    pub fn let_go(&self, count: usize) {
        let mut answers = lock(&self.answers);
        answers.taken = answers.taken.saturating_sub(count);
    }

    /// Enters an answer that the contract doesn't know, in words. Event 0: of none.
    pub fn enter_strange(&self, event: i64, what: String) {
        let mut strange = lock(&self.strange);
        if strange.told.len() < STRANGE_MAX {
            strange.told.push((event, what));
        } else {
            strange.more += 1;
        }
    }

    /// Hands over the answers that the contract doesn't know.
    #[must_use]
    pub fn take_strange(&self) -> Strange {
        std::mem::take(&mut *lock(&self.strange))
    }

    /// How many were lost for lack of room.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buyers::Action;

    #[test]
    fn what_an_audit_could_not_judge_takes_up_room_until_it_is_let_go() {
        let ledger = Ledger::with_room(3);
        let answer = || Answered {
            sent: 1,
            at: 2,
            user: 11,
            event: 1,
            action: Action::Lock,
            seats: vec![0],
            asked: 1,
            outcome: Outcome::Done { version: 1 },
            known: 0,
        };
        ledger.enter(answer());
        ledger.enter(answer());
        let taken = ledger.take();
        ledger.enter(answer());
        ledger.enter(answer());
        assert_eq!((taken.len(), ledger.lost()), (2, 1));
        ledger.let_go(taken.len());
        ledger.enter(answer());
        assert_eq!((ledger.take().len(), ledger.lost()), (2, 1));
    }

    #[test]
    fn strange_answers_are_told_up_to_a_limit_and_counted_beyond() {
        let ledger = Ledger::default();
        for _ in 0..STRANGE_MAX + 2 {
            ledger.enter_strange(1, "418".to_owned());
        }
        let strange = ledger.take_strange();
        assert_eq!((strange.told.len(), strange.more), (STRANGE_MAX, 2));
        assert_eq!(ledger.take_strange(), Strange::default());
    }
}
