//! When an event's next frame goes out, and who is told of it.
//!
//! The verbs of a watched event that the frame clock's task calls.

use std::task::Waker;

use tokio::time::Instant;

use super::live::Live;
use super::mirror::Mirror;
use super::stats::HubStats;

impl Live {
    /// When the next frame may go out; `None` while there is nothing to say.
    pub(super) fn frame_due(&self, now: Instant) -> Option<Instant> {
        let state = self.lock();
        let pending = state.mirror.as_ref().is_some_and(Mirror::is_pending);
        pending.then(|| state.clock.due(now))
    }

    /// Publishes what is pending as one frame and wakes everybody.
    pub(super) fn publish(&self, stats: &HubStats) {
        let now = Instant::now();
        let mut state = self.lock();
        if !state.mirror.as_mut().is_some_and(|mirror| mirror.publish(now)) {
            return;
        }
        let lag = std::mem::take(&mut state.lag);
        state.clock.sent(now, lag);
        drop(state);
        stats.frames_published.add();
        self.wake_all();
    }

    /// Wakes everybody who follows the event: loops first, each by one call for many viewers.
    pub(super) fn wake_all(&self) {
        // Woken without the lock, which is the first thing they take.
        let wakers = self.lock().loops.wakers();
        wakers.iter().for_each(Waker::wake_by_ref);
        self.wakes.wake_all();
    }
}
