//! When the next frame may go out: at once after a quiet spell, then at most one per window, and
//! never into the flush of the last.
//!
//! A delivery costs the same however many changes it carries, so a busy event is cheaper and no
//! less exact in fewer, larger frames. Pure; the time is an argument. Used by `live`.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest window: below it the eye gains nothing.
const WINDOW_MIN: Duration = Duration::from_millis(5);
/// The longest window: above it a map feels late. Also the longest that a flush is waited for.
const WINDOW_MAX: Duration = Duration::from_millis(100);
/// The window is this many hundredths of what a flush takes, counted from the flush's start.
///
/// A change waits for the window it falls into and then for its viewer's turn in the flush. With
/// windows as long as a flush (F) and no rest between, 95 of 100 deliveries arrive within 1.68 F:
/// the sum of two times spread evenly over F. That is the least there can be, since a frame sooner
/// would only wait behind the last one. 1.15 F costs 1.81 F at the same point and leaves the node
/// a rest for reads and writes in every window; twice F would cost 2.6 F.
const WINDOW_PERCENT: u32 = 115;
/// The least rest between the end of a flush and the next frame, so that flushes which take longer
/// than the mean don't follow each other without a gap.
const REST_MIN: Duration = Duration::from_millis(1);
/// The weight of the last flush in the running mean is one in this many.
const MEAN_OF: u32 = 8;

/// The frame clock of one event.
#[derive(Debug)]
pub(super) struct FrameClock {
    window: Duration,
    adapts: bool,
    flush_mean: Duration,
    last: Option<Last>,
}

/// The last frame.
#[derive(Clone, Copy, Debug)]
struct Last {
    sent_at: Instant,
    /// Whether loops are still flushing it.
    flushing: bool,
    flushed_at: Instant,
}

impl FrameClock {
    /// A clock with its first window; zero turns spacing off for good.
    pub(super) fn new(window: Duration) -> Self {
        let adapts = !window.is_zero();
        Self { window, adapts, flush_mean: window * 100 / WINDOW_PERCENT, last: None }
    }

    /// The earliest moment for a frame with something to say.
    pub(super) fn due(&self, now: Instant) -> Instant {
        let Some(last) = self.last.filter(|_| self.adapts) else { return now };
        let due = if last.flushing {
            last.sent_at + WINDOW_MAX.max(self.window)
        } else {
            (last.sent_at + self.window).max(last.flushed_at + REST_MIN)
        };
        due.max(now)
    }

    /// Notes that a frame went out, and whether it will be said when it has been flushed.
    pub(super) fn sent(&mut self, now: Instant, flushing: bool) {
        // Without anybody to say so there is no end of the flush to rest from.
        let flushed_at = now - REST_MIN.min(self.window);
        self.last = Some(Last { sent_at: now, flushing, flushed_at });
    }

    /// Notes that the last frame has been flushed.
    pub(super) fn finished(&mut self, now: Instant) {
        if let Some(last) = &mut self.last {
            (last.flushing, last.flushed_at) = (false, now);
        }
    }

    /// Learns how long the last frame took to reach its viewers.
    pub(super) fn flushed(&mut self, took: Duration) {
        if !self.adapts {
            return;
        }
        self.flush_mean = (self.flush_mean * (MEAN_OF - 1) + took.min(WINDOW_MAX)) / MEAN_OF;
        let window = self.flush_mean * WINDOW_PERCENT / 100;
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
        clock.sent(start, false);
        assert_eq!(clock.due(start + 3 * MS), start + 20 * MS);
        let later = start + Duration::from_secs(1);
        assert_eq!(clock.due(later), later);
    }

    #[test]
    fn a_frame_waits_for_the_end_of_the_last_flush_but_not_for_ever() {
        let mut clock = FrameClock::new(20 * MS);
        let start = Instant::now();
        clock.sent(start, true);
        assert_eq!(clock.due(start + 50 * MS), start + WINDOW_MAX);
        clock.finished(start + 60 * MS);
        assert_eq!(clock.due(start + 60 * MS), start + 61 * MS);
        clock.sent(start + 61 * MS, true);
        clock.finished(start + 65 * MS);
        assert_eq!(clock.due(start + 65 * MS), start + 81 * MS, "the window counts from the start");
    }

    #[test]
    fn the_window_follows_the_flush_time_within_its_bounds() {
        let mut clock = FrameClock::new(20 * MS);
        for _ in 0..100 {
            clock.flushed(40 * MS);
        }
        assert!(clock.window > 44 * MS && clock.window <= 46 * MS, "{:?}", clock.window);
        for _ in 0..100 {
            clock.flushed(Duration::from_secs(9));
        }
        assert!(clock.window > 95 * MS && clock.window <= WINDOW_MAX);
        for _ in 0..100 {
            clock.flushed(Duration::from_micros(50));
        }
        assert_eq!(clock.window, WINDOW_MIN);
    }

    #[test]
    fn no_window_means_no_waiting() {
        let mut clock = FrameClock::new(Duration::ZERO);
        let now = Instant::now();
        clock.sent(now, true);
        clock.flushed(Duration::from_secs(9));
        assert_eq!(clock.due(now), now);
    }
}
