//! What a thread of the audience counts, and what its viewers were lied to about.

use std::collections::BTreeMap;

/// Violations kept in words, per thread; what follows is counted.
const VIOLATIONS_MAX: usize = 100;

/// Something a viewer was sent that it must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The event.
    pub event: i64,
    /// What is wrong.
    pub what: String,
}

/// Sums over all viewers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Connections that are open now.
    pub open: u64,
    /// Viewers whose position is known now.
    pub positioned: u64,
    /// Connections that were opened so far.
    pub opened: u64,
    /// Messages received: text and binary frames.
    pub messages: u64,
    /// Deltas received, applied or not.
    pub deltas: u64,
    /// Snapshots received.
    pub snapshots: u64,
    /// Heartbeats received.
    pub heartbeats: u64,
    /// Hellos that resumed.
    pub resumes: u64,
    /// Bytes received, framing included.
    pub bytes: u64,
    /// Deltas that started above their viewer's position.
    pub gaps: u64,
    /// Distinct frames that led to another map than others have at that version.
    pub divergences: u64,
    /// Connections that could not be made, or broke without a close.
    pub lost: u64,
    /// Handshakes that were refused.
    pub refused: u64,
    /// Slow viewers; the following are some of them.
    pub slow: u64,
    /// Those who were sent in one what others were sent bit by bit.
    pub slow_behind: u64,
    /// Those whose connection was ended, by whatever.
    pub slow_closed: u64,
    /// Of those, who have their map again.
    pub slow_back: u64,
}

impl Numbers {
    /// Adds another thread's.
    pub(crate) fn add(&mut self, other: &Numbers) {
        self.open += other.open;
        self.positioned += other.positioned;
        self.opened += other.opened;
        self.messages += other.messages;
        self.deltas += other.deltas;
        self.snapshots += other.snapshots;
        self.heartbeats += other.heartbeats;
        self.resumes += other.resumes;
        self.bytes += other.bytes;
        self.gaps += other.gaps;
        self.divergences += other.divergences;
        self.lost += other.lost;
        self.refused += other.refused;
        self.slow += other.slow;
        self.slow_behind += other.slow_behind;
        self.slow_closed += other.slow_closed;
        self.slow_back += other.slow_back;
    }
}

/// One thread's counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) numbers: Numbers,
    /// Connections that ended, by close code (1006: without one).
    pub(super) closes: BTreeMap<u16, u64>,
    /// Refused handshakes by HTTP status, and failed connections by kind.
    pub(super) failures: BTreeMap<String, u64>,
    violations: Vec<Breach>,
    violation_count: u64,
}

impl Tally {
    /// The server did what it promised not to.
    pub(super) fn violation(&mut self, event: i64, what: impl FnOnce() -> String) {
        self.violation_count += 1;
        if self.violations.len() < VIOLATIONS_MAX {
            self.violations.push(Breach { event, what: what() });
        }
    }

    pub(super) fn closed(&mut self, code: u16) {
        *self.closes.entry(code).or_default() += 1;
    }

    pub(super) fn failed(&mut self, why: String) {
        *self.failures.entry(why).or_default() += 1;
    }

    pub(super) fn violations(&self) -> &[Breach] {
        &self.violations
    }

    pub(super) fn count(&self) -> u64 {
        self.violation_count
    }
}
