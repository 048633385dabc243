//! Who connects when: the ramp, those who come back, and how many handshakes may be under way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Handshakes under way at once, per thread. More would overflow the server's listen queue, and
/// then it is the kernel's retries that are measured.
const HANDSHAKES_MAX: usize = 512;
/// The longest wait before coming back, in nanoseconds.
const BACKOFF_NANOS_MAX: u64 = 20_000_000_000;
/// Doublings of the wait.
const DOUBLINGS_MAX: u32 = 6;

/// Viewers that wait to connect, by time.
#[derive(Debug, Default)]
pub(super) struct ConnectQueue {
    waiting: BinaryHeap<Reverse<(u64, u32)>>,
    pub(super) under_way: usize,
    paused: bool,
    random: u64,
}

impl ConnectQueue {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: seed | 1, ..Self::default() }
    }

    /// A viewer is to connect at a time.
    pub(super) fn push(&mut self, at: u64, viewer: u32) {
        self.waiting.push(Reverse((at, viewer)));
    }

    /// All of them, one each interval from now on.
    pub(super) fn ramp(&mut self, viewers: impl Iterator<Item = u32>, now: u64, rate: f64) {
        let interval = if rate > 0.0 { 1e9 / rate } else { 0.0 };
        for (number, viewer) in viewers.enumerate() {
            self.push(now + (interval * number as f64) as u64, viewer);
        }
    }

    /// Nobody connects from now on.
    pub(super) fn pause(&mut self) {
        self.waiting.clear();
        self.paused = true;
        self.under_way = 0;
    }

    pub(super) fn go_on(&mut self) {
        self.paused = false;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused
    }

    /// The next who may connect now, and the time it was to.
    pub(super) fn pop(&mut self, now: u64) -> Option<(u64, u32)> {
        if self.under_way >= HANDSHAKES_MAX {
            return None;
        }
        let Reverse((at, _)) = self.waiting.peek()?;
        if *at > now {
            return None;
        }
        self.waiting.pop().map(|Reverse(next)| next)
    }

    /// When the next one is due; `None` when nobody waits.
    pub(super) fn next_at(&self) -> Option<u64> {
        self.waiting.peek().map(|Reverse((at, _))| *at)
    }

    /// A wait before coming back, in nanoseconds: anything up to twice the last bound.
    pub(super) fn backoff(&mut self, first_nanos: u64, attempts: u32) -> u64 {
        let bound = (first_nanos << attempts.min(DOUBLINGS_MAX)).min(BACKOFF_NANOS_MAX);
        // xorshift: good enough to spread viewers.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_connect_at_their_time_and_not_too_many_at_once() {
        let mut queue = ConnectQueue::new(1);
        queue.ramp(0..3, 1_000, 1e9 / 100.0);
        assert_eq!((queue.pop(999), queue.next_at()), (None, Some(1_000)));
        assert_eq!(queue.pop(1_100), Some((1_000, 0)));
        assert_eq!(queue.pop(1_100), Some((1_100, 1)));
        assert_eq!(queue.pop(1_100), None);
        queue.under_way = HANDSHAKES_MAX;
        assert_eq!(queue.pop(9_999), None);
        queue.pause();
        assert!(queue.is_paused() && queue.next_at().is_none());
    }

    #[test]
    fn the_wait_is_spread_and_bounded() {
        let mut queue = ConnectQueue::new(7);
        let waits: Vec<_> = (0..100).map(|_| queue.backoff(500_000_000, 99)).collect();
        assert!(waits.iter().all(|wait| *wait < BACKOFF_NANOS_MAX));
        assert!(waits.iter().collect::<std::collections::HashSet<_>>().len() > 90);
    }
}
