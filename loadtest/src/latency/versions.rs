//! Each version's times: when it was noted, when the last viewer had it, how many have.

use std::collections::VecDeque;

/// Versions remembered per event; older ones are final. At 5,000 versions a second, 13 s.
const VERSIONS_MAX: usize = 1 << 16;

/// One version's times.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct VersionTimes {
    /// When its clock began to run; `None` when nobody said.
    pub(super) noted: Option<u64>,
    /// When the last viewer so far had it.
    pub(super) last: u64,
    /// How many have it.
    pub(super) viewers: u64,
    /// It has reached everybody and been counted.
    pub(super) complete: bool,
}

/// The recent versions of one event.
#[derive(Debug, Default)]
pub(super) struct Versions {
    base: u64,
    times: VecDeque<VersionTimes>,
    /// How many viewers make a version complete; 0 when nobody said.
    pub(super) expected: u64,
}

impl Versions {
    /// A version's times; `None` for one that is final already.
    pub(super) fn get(&mut self, version: u64) -> Option<&mut VersionTimes> {
        if self.times.is_empty() {
            self.base = version;
        }
        if version < self.base {
            // The first to be heard of need not be the lowest.
            let missing = self.base - version;
            if missing > (VERSIONS_MAX - self.times.len()) as u64 {
                return None;
            }
            for _ in 0..missing {
                self.times.push_front(VersionTimes::default());
            }
            self.base = version;
        }
        if version - self.base >= 2 * VERSIONS_MAX as u64 {
            self.times.clear();
            self.base = version;
        }
        while self.base + (self.times.len() as u64) <= version {
            self.times.push_back(VersionTimes::default());
        }
        while self.times.len() > VERSIONS_MAX {
            self.times.pop_front();
            self.base += 1;
        }
        self.times.get_mut((version - self.base) as usize)
    }
}
