//! When the next frame may go out: at once after a quiet spell, then at most one per window.
//!
//! A delivery costs the same however many changes it carries, so a busy event is cheaper and no
//! less exact in fewer, larger frames. Viewers who are behind are sent what they lack in one piece
//! (`mirror`), so a frame published while the last is still on its way costs nobody a second
//! `send`. Pure; the time is an argument. Used by `live`.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest window: what one batch of the sequencer decides travels together, and no change waits
/// longer for company. Those who are behind are sent everything merged anyway.
pub(super) const WINDOW_MIN: Duration = Duration::from_millis(1);
/// The longest window: above it a map feels late.
const WINDOW_MAX: Duration = Duration::from_millis(100);
/// The window is this many hundredths of what the slowest of those took who wait in tasks of their
/// own, so that waking them leaves the node a rest for reads and writes. Loops pace themselves.
const WINDOW_PERCENT: u32 = 115;
/// The weight of the last frame in the running mean is one in this many.
const MEAN_OF: u32 = 8;

/// The frame clock of one event.
#[derive(Debug)]
pub(super) struct FrameClock {
    window: Duration,
    adapts: bool,
    lag_mean: Duration,
    sent_at: Option<Instant>,
}

impl FrameClock {
    /// A clock with its first window; zero turns spacing off for good.
    pub(super) fn new(window: Duration) -> Self {
        let adapts = !window.is_zero();
        Self { window, adapts, lag_mean: window * 100 / WINDOW_PERCENT, sent_at: None }
    }

    /// The earliest moment for a frame with something to say.
    pub(super) fn due(&self, now: Instant) -> Instant {
        self.sent_at.map_or(now, |sent_at| now.max(sent_at + self.window))
    }

    /// Notes that a frame goes out, and how long the last one took to reach the slowest of those
    /// who wait in tasks of their own.
    pub(super) fn sent(&mut self, now: Instant, lag: Duration) {
        self.sent_at = Some(now);
        if !self.adapts {
            return;
        }
        self.lag_mean = (self.lag_mean * (MEAN_OF - 1) + lag.min(WINDOW_MAX)) / MEAN_OF;
        let window = self.lag_mean * WINDOW_PERCENT / 100;
        self.window = window.clamp(WINDOW_MIN, WINDOW_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_first_change_goes_at_once_and_the_next_waits_for_the_window() {
        let mut clock = FrameClock::new(20 * MS);
        let start = Instant::now();
        assert_eq!(clock.due(start), start);
        clock.sent(start, 20 * MS);
        let due = clock.due(start + 3 * MS);
        assert!(due > start + 15 * MS && due < start + 25 * MS, "{:?}", due - start);
        let later = start + Duration::from_secs(1);
        assert_eq!(clock.due(later), later);
    }

    #[test]
    fn the_window_follows_the_lag_within_its_bounds() {
        let mut clock = FrameClock::new(20 * MS);
        let now = Instant::now();
        for _ in 0..100 {
            clock.sent(now, 40 * MS);
        }
        assert!(clock.window > 44 * MS && clock.window <= 46 * MS, "{:?}", clock.window);
        for _ in 0..100 {
            clock.sent(now, Duration::from_secs(9));
        }
        assert!(clock.window > 95 * MS && clock.window <= WINDOW_MAX);
        for _ in 0..100 {
            clock.sent(now, Duration::from_micros(50));
        }
        assert_eq!(clock.window, WINDOW_MIN);
    }

    #[test]
    fn no_window_means_no_waiting() {
        let mut clock = FrameClock::new(Duration::ZERO);
        let now = Instant::now();
        clock.sent(now, Duration::from_secs(9));
        assert_eq!(clock.due(now), now);
    }
}
