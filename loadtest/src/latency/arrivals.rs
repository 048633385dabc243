//! What one thread saw of one event's frames: who was led from which version to which, and when.
//! Viewers of an event get the same frames, so this is a few counters a frame, not a line per
//! delivery.

use std::collections::VecDeque;

/// The width of a slice of arrivals, as a power of two in nanoseconds: 65.5 µs.
const SLICE_NANOS_SHIFT: u32 = 16;
/// The slices one frame may span (2.1 s); later arrivals open it anew.
const SLICES_MAX: usize = 1 << 15;
/// Frames open at once; one more closes the oldest.
const OPEN_MAX: usize = 64;
/// A frame is closed this long after its first arrival, in nanoseconds.
const OPEN_NANOS: u64 = 500_000_000;

/// Arrivals of one step, from one version to another.
#[derive(Clone, Debug)]
pub(crate) struct FrameArrivals {
    pub(crate) event: i64,
    /// The version the viewers had.
    pub(crate) from: u64,
    /// The version they have now.
    pub(crate) version: u64,
    /// The first arrival.
    pub(crate) first: u64,
    /// The last arrival.
    pub(crate) last: u64,
    /// How many viewers made the step.
    pub(crate) viewers: u64,
    slices: Vec<Slice>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    count: u32,
    /// The sum of the arrivals' distances from the slice's beginning.
    offsets: u64,
}

impl FrameArrivals {
    /// A step whose first viewer made it now.
    pub(crate) fn new(event: i64, from: u64, version: u64, now: u64) -> Self {
        Self { event, from, version, first: now, last: now, viewers: 0, slices: Vec::new() }
    }

    /// Counts an arrival; false when it lies too far from the first.
    pub(crate) fn add(&mut self, now: u64) -> bool {
        let since = now.saturating_sub(self.first);
        let index = (since >> SLICE_NANOS_SHIFT) as usize;
        if index >= SLICES_MAX {
            return false;
        }
        if index >= self.slices.len() {
            self.slices.resize(index + 1, Slice::default());
        }
        let slice = &mut self.slices[index];
        slice.count += 1;
        slice.offsets += since & ((1 << SLICE_NANOS_SHIFT) - 1);
        self.last = self.last.max(now);
        self.viewers += 1;
        true
    }

    /// When viewers made the step, and how many of them.
    pub(crate) fn times(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let slices = self.slices.iter().enumerate().filter(|(_, slice)| slice.count > 0);
        slices.map(|(index, slice)| {
            let begin = self.first + ((index as u64) << SLICE_NANOS_SHIFT);
            let count = u64::from(slice.count);
            (begin + slice.offsets / count, count)
        })
    }
}

/// The steps of one event that viewers are making just now.
#[derive(Debug)]
pub(crate) struct Arrivals {
    event: i64,
    open: VecDeque<FrameArrivals>,
    closed: Vec<FrameArrivals>,
}

impl Arrivals {
    /// None yet.
    pub(crate) fn new(event: i64) -> Self {
        Self { event, open: VecDeque::new(), closed: Vec::new() }
    }

    /// A viewer was led from one version to another.
    pub(crate) fn add(&mut self, from: u64, version: u64, now: u64) {
        let known = |frame: &&mut FrameArrivals| frame.from == from && frame.version == version;
        // Nearly always it is the newest.
        if self.open.iter_mut().rev().find(known).is_some_and(|frame| frame.add(now)) {
            return;
        }
        if self.open.len() == OPEN_MAX {
            self.closed.extend(self.open.pop_front());
        }
        let mut frame = FrameArrivals::new(self.event, from, version, now);
        frame.add(now);
        self.open.push_back(frame);
    }

    /// Those that nobody is likely to join any more.
    pub(crate) fn close(&mut self, now: u64) -> &mut Vec<FrameArrivals> {
        while self.open.front().is_some_and(|frame| frame.first.saturating_add(OPEN_NANOS) <= now) {
            self.closed.extend(self.open.pop_front());
        }
        &mut self.closed
    }
}
