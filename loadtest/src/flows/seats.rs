//! Seats for closed-loop writers, each given to one of them only.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The seats of a drive's events that nobody has been given yet, each given out once, so that no
/// two clients ever want the same; kept over several drives.
#[derive(Debug)]
pub struct SeatsLeft {
    next: Vec<AtomicU32>,
    count: u32,
}

impl SeatsLeft {
    /// All seats of so many events.
    #[must_use]
    pub fn of(events: usize, seats: u32) -> Arc<Self> {
        let next = (0..events).map(|_| AtomicU32::new(0)).collect();
        Arc::new(Self { next, count: seats })
    }

    /// A seat of its own for whoever asks: its `seat_no`.
    pub(super) fn take(&self, event: usize) -> Option<String> {
        let index = self.next[event].fetch_add(1, Ordering::Relaxed);
        (index < self.count).then(|| format!("S{:03}", index + 1))
    }
}
