//! The last frames of an event, numbered, for cursors to follow and for resuming clients.
//!
//! Who is several frames behind is given them merged, in one. Bounded in number and in weight. Pure
//! state; only `mirror` uses it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use crate::domain::change::ChangeSet;
use crate::domain::ids::{SeatIndex, Version};
use crate::domain::seat::SeatStatus;

use super::frame::Frame;

/// The most frames kept: at least 4 s of an event that never rests, hours of one that mostly does.
const RING_FRAMES: usize = 4_096;
/// The most the kept frames may weigh, in bytes.
const RING_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most frames merged into one: all that the clock lets out in a second, and no loop takes that
/// long to go round its viewers. It must not: who gets less a round than is published meanwhile
/// falls further behind for as long as the event is busy. Beyond it, merges begin and end at
/// multiples of it, so that laggards share them.
const MERGE_FRAMES: u64 = 1_024;
/// The most that merged frames are kept of, from and to different places: in number, and what they
/// may weigh, in bytes. Whoever comes too late has one made anew.
const MERGES_MAX: usize = 64;
const MERGES_BYTES_MAX: usize = 256 * 1024;

/// What a cursor finds.
#[derive(Debug)]
pub(super) enum Next {
    /// What comes next, and the cursor that goes on from it.
    Frame(Arc<Frame>, u64),
    /// Everything has been seen.
    Nothing,
    /// The frame has left the ring.
    Lost,
}

/// Consecutive frames: each starts at the version the one before it leads to.
#[derive(Debug)]
pub(super) struct Ring {
    frames: VecDeque<Arc<Frame>>,
    /// The number the next frame gets.
    head: u64,
    weight: usize,
    /// Merged frames by the first number in them and the first that isn't.
    merges: HashMap<(u64, u64), Arc<Frame>>,
    merges_weight: usize,
}

impl Ring {
    pub(super) fn new() -> Self {
        Self {
            frames: VecDeque::new(),
            head: 0,
            weight: 0,
            merges: HashMap::new(),
            merges_weight: 0,
        }
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

    /// What lies ahead of a cursor for who has been sent everything up to a version: one frame,
    /// or several merged.
    pub(super) fn ahead(&mut self, mut cursor: u64, sent: Version) -> Next {
        while cursor < self.head {
            let Some(first) = self.get(cursor) else { return Next::Lost };
            // A frame may be older than the snapshot or catch-up a viewer began with.
            if first.version() <= sent {
                cursor += 1;
                continue;
            }
            let mut end = self.head;
            if end - cursor > MERGE_FRAMES {
                end = (cursor / MERGE_FRAMES + 1) * MERGE_FRAMES;
            }
            let frame = if end - cursor == 1 { Arc::clone(first) } else { self.merge(cursor, end) };
            return Next::Frame(frame, end);
        }
        Next::Nothing
    }

    /// The frames of some numbers as one; all of them are there.
    fn merge(&mut self, begin: u64, end: u64) -> Arc<Frame> {
        if let Some(merged) = self.merges.get(&(begin, end)) {
            return Arc::clone(merged);
        }
        let mut frames = (begin..end).filter_map(|number| self.get(number)).peekable();
        let first = frames.peek().map(|frame| (frame.change.from, frame.published_at));
        let (from, published_at) = first.unwrap_or_default();
        let (mut version, mut changes) = (from, BTreeMap::<SeatIndex, SeatStatus>::new());
        for frame in frames {
            version = frame.version();
            changes.extend(frame.change.changes.iter().copied());
        }
        let change = ChangeSet { from, version, changes: Vec::from_iter(changes) };
        let merged = Frame::merged(change, published_at);
        if self.merges.len() >= MERGES_MAX || self.merges_weight > MERGES_BYTES_MAX {
            self.merges.clear();
            self.merges_weight = 0;
        }
        self.merges_weight += merged.weight();
        self.merges.insert((begin, end), Arc::clone(&merged));
        merged
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

    #[test]
    fn a_merge_holds_all_that_a_second_can_bring() {
        let seconds = crate::hub::clock::WINDOW_MIN.as_secs_f64() * MERGE_FRAMES as f64;
        assert!(seconds >= 1.0, "whoever waits a second is left {seconds} s behind");
    }

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

    fn found(next: Next) -> (Version, Version, u64) {
        match next {
            Next::Frame(frame, then) => (frame.change.from, frame.version(), then),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_is_behind_is_given_all_in_one_and_laggards_share_pieces() {
        let mut ring = Ring::new();
        let (piece, head) = (MERGE_FRAMES, 3 * MERGE_FRAMES + 10);
        for version in 0..head {
            ring.push(frame(version, 2));
        }
        assert_eq!(found(ring.ahead(head - 1, head - 1)), (head - 1, head, head));
        assert_eq!(found(ring.ahead(head - piece, head - piece)), (head - piece, head, head));
        assert_eq!(found(ring.ahead(piece + 6, piece + 6)), (piece + 6, 2 * piece, 2 * piece));
        assert_eq!(found(ring.ahead(2 * piece, 2 * piece)), (2 * piece, 3 * piece, 3 * piece));
        let sent = head - 20;
        assert_eq!(found(ring.ahead(head - 30, sent)), (sent, head, head), "older than was sent");
        assert!(matches!(ring.ahead(head - 30, head), Next::Nothing));
        assert!(matches!(ring.ahead(head, head), Next::Nothing));
        for version in head..RING_FRAMES as u64 + 1 {
            ring.push(frame(version, 1));
        }
        assert!(matches!(ring.ahead(0, 0), Next::Lost));
    }

    #[test]
    fn in_a_merged_frame_each_seat_stands_once_with_its_last_status() {
        let mut ring = Ring::new();
        let steps = [
            (0, vec![(3, SeatStatus::Locked), (7, SeatStatus::Locked)]),
            (1, vec![(3, SeatStatus::Available)]),
            (2, vec![(1, SeatStatus::Blocked)]),
        ];
        for (from, changes) in steps {
            ring.push(Frame::new(ChangeSet { from, version: from + 1, changes }));
        }
        let Next::Frame(merged, _) = ring.ahead(0, 0) else { panic!("three frames lie ahead") };
        let expected =
            [(1, SeatStatus::Blocked), (3, SeatStatus::Available), (7, SeatStatus::Locked)];
        assert_eq!(merged.change.changes, expected);
        let again = ring.ahead(0, 0);
        assert!(matches!(again, Next::Frame(same, 3) if Arc::ptr_eq(&same, &merged)), "made once");
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
