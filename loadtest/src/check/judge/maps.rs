//! Maps that somebody was shown, beside the log.

use super::{Judge, STEPS_SHOWN};
use crate::check::log::Status;
use crate::check::promises;

impl Judge {
    /// Holds a map that viewers were shown on the way against the log, which has been read since.
    /// What the log can't tell is left: versions before the run's first, and those long past, which
    /// the slow may still be at.
    pub(in crate::check) fn look_at(&mut self, version: u64, statuses: &[u8]) {
        if version >= self.begin && self.histories.remembers(version) {
            self.compare(promises::SHOWN, "a viewers' map", version, statuses);
        }
    }

    /// Holds a map that somebody was shown against the log.
    pub(in crate::check) fn compare(
        &mut self,
        promise: &'static str,
        who: &str,
        version: u64,
        statuses: &[u8],
    ) {
        self.findings.looked_at(promise, 1);
        if version > self.head() {
            let what = format!("{who} is at version {version}, the log ends at {}", self.head());
            self.findings.wrong(promise, self.event, what);
            return;
        }
        if !self.histories.remembers(version) {
            let what = format!("{who} is at version {version}, which is long past");
            self.findings.wrong(promise, self.event, what);
            return;
        }
        let expected = self.histories.map_at(version);
        if statuses.len() != self.histories.seats() {
            let (has, should) = (statuses.len(), self.histories.seats());
            self.findings.wrong(promise, self.event, format!("{who} has {has} seats of {should}"));
            return;
        }
        let wrong: Vec<usize> =
            (0..expected.len()).filter(|seat| expected[*seat] != statuses[*seat]).collect();
        let Some(&first) = wrong.first() else { return };
        let name = |code: u8| Status::of_code(code).map_or("nothing", Status::name);
        let what = format!(
            "at version {version} {who} shows {} and the log says {} ({} seats differ)",
            name(statuses[first]),
            name(expected[first]),
            wrong.len()
        );
        let seat = u32::try_from(first).unwrap_or(u32::MAX);
        let evidence = self.histories.shown_until(seat, version, STEPS_SHOWN);
        self.blame(promise, seat, what, evidence);
    }
}
