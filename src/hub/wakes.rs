//! Waking an event's viewers: many small waiting lists instead of one.
//!
//! Ten thousand tasks behind one lock are woken one lock turn at a time; spread over shards, the
//! cores wake them side by side. Says only "look again", never what there is to see.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

/// How many waiting lists an event has.
const WAKE_SHARDS: usize = 32;

/// The waiting lists of one event.
#[derive(Debug)]
pub(super) struct Wakes {
    shards: Vec<watch::Sender<()>>,
    joined: AtomicUsize,
    turn: AtomicUsize,
}

impl Wakes {
    pub(super) fn new() -> Self {
        Self {
            shards: (0..WAKE_SHARDS).map(|_| watch::Sender::new(())).collect(),
            joined: AtomicUsize::new(0),
            turn: AtomicUsize::new(0),
        }
    }

    /// A place in one of the lists.
    pub(super) fn join(&self) -> watch::Receiver<()> {
        let shard = self.joined.fetch_add(1, Ordering::Relaxed) % WAKE_SHARDS;
        self.shards[shard].subscribe()
    }

    /// Wakes everybody, starting with another list each time so that nobody is always last.
    pub(super) fn wake_all(&self) {
        let start = self.turn.fetch_add(1, Ordering::Relaxed);
        for step in 0..WAKE_SHARDS {
            self.shards[(start + step) % WAKE_SHARDS].send_replace(());
        }
    }
}
