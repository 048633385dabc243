//! When the next frame may go out: at once after a quiet spell, then at most one per window.
//!
//! A delivery costs the same however many changes it carries, so a busy event is cheaper and no
//! less exact in fewer, larger frames. Pure; the time is an argument. Used by `live`.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest window: below it the eye gains nothing.
const WINDOW_MIN: Duration = Duration::from_millis(5);
/// The longest window: above it a map feels late.
const WINDOW_MAX: Duration = Duration::from_millis(100);
/// The window is this many times what a flush takes, so that an event keeps its node half idle.
const FLUSH_SHARE: u32 = 2;
/// The weight of the last flush in the running mean is one in this many.
const MEAN_OF: u32 = 8;

/// The frame clock of one event.
#[derive(Debug)]
pub(super) struct FrameClock {
    window: Duration,
    adapts: bool,
    flush_mean: Duration,
    last: Option<Instant>,
}

impl FrameClock {
    /// A clock with its first window; zero turns spacing off for good.
    pub(super) fn new(window: Duration) -> Self {
        let adapts = !window.is_zero();
        Self { window, adapts, flush_mean: window / FLUSH_SHARE, last: None }
    }

    /// The earliest moment for a frame with something to say.
    pub(super) fn due(&self, now: Instant) -> Instant {
        self.last.map_or(now, |last| (last + self.window).max(now))
    }

    /// Notes that a frame went out.
    pub(super) fn sent(&mut self, now: Instant) {
        self.last = Some(now);
    }

    /// Learns how long the last frame took to reach its viewers.
    pub(super) fn flushed(&mut self, took: Duration) {
        if !self.adapts {
            return;
        }
        self.flush_mean = (self.flush_mean * (MEAN_OF - 1) + took.min(WINDOW_MAX)) / MEAN_OF;
        self.window = (self.flush_mean * FLUSH_SHARE).clamp(WINDOW_MIN, WINDOW_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_goes_at_once_and_the_next_waits_for_the_window() {
        let mut clock = FrameClock::new(Duration::from_millis(20));
        let start = Instant::now();
        assert_eq!(clock.due(start), start);
        clock.sent(start);
        let soon = start + Duration::from_millis(3);
        assert_eq!(clock.due(soon), start + Duration::from_millis(20));
        let later = start + Duration::from_secs(1);
        assert_eq!(clock.due(later), later);
    }

    #[test]
    fn the_window_follows_the_flush_time_within_its_bounds() {
        let mut clock = FrameClock::new(Duration::from_millis(20));
        for _ in 0..100 {
            clock.flushed(Duration::from_secs(9));
        }
        assert!(clock.window > Duration::from_millis(95) && clock.window <= WINDOW_MAX);
        for _ in 0..100 {
            clock.flushed(Duration::from_micros(50));
        }
        assert_eq!(clock.window, WINDOW_MIN);
    }

    #[test]
    fn no_window_means_no_waiting() {
        let mut clock = FrameClock::new(Duration::ZERO);
        let now = Instant::now();
        clock.sent(now);
        clock.flushed(Duration::from_secs(9));
        assert_eq!(clock.due(now), now);
    }
}
