//! The last frames of an event, numbered, for cursors to follow and for resuming clients.
//!
//! Bounded in number and in weight. Pure state; only `mirror` uses it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::ids::Version;

use super::frame::Frame;

/// The most frames kept: 20 s of an event that never rests, hours of one that mostly does.
pub(crate) const RING_FRAMES: usize = 1_024;
/// The most the kept frames may weigh, in bytes.
const RING_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Consecutive frames: each starts at the version the one before it leads to.
#[derive(Debug)]
pub(super) struct Ring {
    frames: VecDeque<Arc<Frame>>,
    /// The number the next frame gets.
    head: u64,
    weight: usize,
}

impl Ring {
    pub(super) fn new() -> Self {
        Self { frames: VecDeque::new(), head: 0, weight: 0 }
    }

    /// The number the next frame gets; a cursor standing here has seen everything.
    pub(super) fn head(&self) -> u64 {
        self.head
    }

    pub(super) fn push(&mut self, frame: Arc<Frame>) {
        debug_assert!(
            self.frames.back().is_none_or(|last| last.version() == frame.change.from),
            "frames are consecutive"
        );
        self.weight += frame.weight();
        self.frames.push_back(frame);
        self.head += 1;
        // The newest frame stays, however heavy: a viewer who is not behind must find it.
        while self.frames.len() > RING_FRAMES
            || (self.weight > RING_BYTES_MAX && self.frames.len() > 1)
        {
            if let Some(oldest) = self.frames.pop_front() {
                self.weight -= oldest.weight();
            }
        }
    }

    /// The frame of a number; `None` if it has left the ring or is not there yet.
    pub(super) fn get(&self, number: u64) -> Option<&Arc<Frame>> {
        let oldest = self.head - self.frames.len() as u64;
        self.frames.get(usize::try_from(number.checked_sub(oldest)?).ok()?)
    }

    /// The version the oldest frame starts from.
    pub(super) fn oldest_version(&self) -> Option<Version> {
        self.frames.front().map(|frame| frame.change.from)
    }

    /// All frames that lead beyond `version`, oldest first.
    pub(super) fn after(&self, version: Version) -> impl Iterator<Item = &Arc<Frame>> {
        let first = self.frames.partition_point(|frame| frame.version() <= version);
        self.frames.range(first..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::ChangeSet;
    use crate::domain::seat::SeatStatus;

    fn frame(from: Version, seats: u32) -> Arc<Frame> {
        let changes = (0..seats).map(|seat| (seat, SeatStatus::Sold)).collect();
        Frame::new(ChangeSet { from, version: from + 1, changes })
    }

    #[test]
    fn old_frames_leave_by_number() {
        let mut ring = Ring::new();
        let pushed = RING_FRAMES as u64 + 10;
        for version in 0..pushed {
            ring.push(frame(version, 1));
        }
        assert_eq!(ring.head(), pushed);
        assert_eq!(ring.oldest_version(), Some(10));
        assert!(ring.get(9).is_none());
        assert_eq!(ring.get(10).unwrap().change.from, 10);
        assert!(ring.get(pushed).is_none());
        assert_eq!(ring.after(pushed - 3).count(), 3);
    }

    #[test]
    fn heavy_frames_leave_by_weight_but_the_newest_stays() {
        let mut ring = Ring::new();
        let seats = u32::try_from(RING_BYTES_MAX / 24 / 2).unwrap();
        for version in 0..4 {
            ring.push(frame(version, seats));
        }
        assert_eq!(ring.oldest_version(), Some(3));
        ring.push(frame(4, 3 * seats));
        assert_eq!(ring.oldest_version(), Some(4));
        ring.push(frame(5, 1));
        assert_eq!(ring.oldest_version(), Some(5));
    }
}
