//! Which loops still have the last frame to flush, and how long the slowest of them took.
//!
//! A loop wakes by one call for all its viewers of an event, so it can say when the last of them
//! has a frame; the frame clock then neither guesses nor publishes into a flush. Pure: the time is
//! an argument. `live` keeps it behind its lock, `watch` reports.

use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

/// The loops that look after viewers of one event.
#[derive(Debug, Default)]
pub(super) struct Flushes {
    /// As many as there are loops at most.
    watching: Vec<Watching>,
    joined: u64,
    /// How many frames have been published.
    published: u64,
    published_at: Option<Instant>,
    /// Whether the last frame has been flushed by everybody who had to.
    finished: bool,
}

#[derive(Debug)]
struct Watching {
    id: u64,
    waker: Waker,
    /// The number of the last frame it has flushed.
    flushed: u64,
}

impl Flushes {
    /// One more loop; it owes nothing of what was published before.
    pub(super) fn join(&mut self, waker: Waker) -> u64 {
        self.joined += 1;
        self.watching.push(Watching { id: self.joined, waker, flushed: self.published });
        self.joined
    }

    /// A loop has no viewers any more. Answers like [`Flushes::flushed`].
    pub(super) fn leave(&mut self, id: u64, now: Instant) -> Option<Duration> {
        self.watching.retain(|watching| watching.id != id);
        self.finish(now)
    }

    /// Notes that a frame goes out; says whether loops have to flush it.
    pub(super) fn publish(&mut self, now: Instant) -> bool {
        self.published += 1;
        self.published_at = Some(now);
        self.finished = self.watching.is_empty();
        !self.finished
    }

    /// The number of the last frame published; what a loop begins to flush after asking includes
    /// it.
    pub(super) fn published(&self) -> u64 {
        self.published
    }

    /// A loop has flushed all up to a frame. Answers how long the last frame took once the slowest
    /// has flushed it.
    pub(super) fn flushed(&mut self, id: u64, frame: u64, now: Instant) -> Option<Duration> {
        let watching = self.watching.iter_mut().find(|watching| watching.id == id)?;
        watching.flushed = frame;
        self.finish(now)
    }

    /// Those to wake.
    pub(super) fn wakers(&self) -> Vec<Waker> {
        self.watching.iter().map(|watching| watching.waker.clone()).collect()
    }

    fn finish(&mut self, now: Instant) -> Option<Duration> {
        let done = self.watching.iter().all(|watching| watching.flushed >= self.published);
        if self.finished || !done {
            return None;
        }
        self.finished = true;
        self.published_at.map(|at| now.saturating_duration_since(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_took_as_long_as_the_slowest_loop() {
        let mut flushes = Flushes::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        assert!(!flushes.publish(start), "nobody has to flush it");
        let (one, two) = (flushes.join(Waker::noop().clone()), flushes.join(Waker::noop().clone()));
        assert!(flushes.publish(at(10)));
        let frame = flushes.published();
        assert_eq!(flushes.flushed(one, frame, at(14)), None);
        assert_eq!(flushes.flushed(two, frame, at(17)), Some(Duration::from_millis(7)));
        assert_eq!(flushes.flushed(two, frame, at(90)), None, "told once");
    }

    #[test]
    fn an_older_flush_finishes_no_newer_frame_and_who_leaves_is_not_waited_for() {
        let mut flushes = Flushes::default();
        let start = Instant::now();
        let one = flushes.join(Waker::noop().clone());
        flushes.publish(start);
        let first = flushes.published();
        flushes.publish(start);
        assert_eq!(flushes.flushed(one, first, start), None);
        let two = flushes.join(Waker::noop().clone());
        assert_eq!(flushes.leave(two, start), None);
        assert_eq!(flushes.leave(one, start), Some(Duration::ZERO));
        assert!(flushes.wakers().is_empty());
    }
}
