//! The loops that look after viewers of an event, to be woken by one call each.
//!
//! Pure bookkeeping: `live` keeps it behind its lock, `watch` joins and leaves.

use std::task::Waker;

/// The loops with viewers of one event; as many as there are loops at most.
#[derive(Debug, Default)]
pub(super) struct Loops {
    watching: Vec<(u64, Waker)>,
    joined: u64,
}

impl Loops {
    /// One more loop; the answer tells it apart.
    pub(super) fn join(&mut self, waker: Waker) -> u64 {
        self.joined += 1;
        self.watching.push((self.joined, waker));
        self.joined
    }

    /// A loop has no viewers any more.
    pub(super) fn leave(&mut self, id: u64) {
        self.watching.retain(|(watching, _)| *watching != id);
    }

    /// Those to wake.
    pub(super) fn wakers(&self) -> Vec<Waker> {
        self.watching.iter().map(|(_, waker)| waker.clone()).collect()
    }
}
