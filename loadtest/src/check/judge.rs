//! Holds one event's log against itself, against what buyers were told and what viewers were shown.
//! Pure: it is given lines, answers and maps, and gathers findings.

mod answers;
mod books;
mod maps;
mod refusals;

use std::collections::BTreeMap;
use std::time::Duration;

use super::history::{Histories, Wrong};
use super::log::{LogLine, Status};
use super::promises;
use super::told::upper_bounds;
use super::verdict::{Findings, Violation};
use crate::buyers::{Answered, Outcome};
use crate::clock::nanos;
use crate::stage::Hall;
use books::Books;

/// Steps of a seat shown as evidence.
const STEPS_SHOWN: usize = 8;

/// The judge of one event.
#[derive(Clone, Debug)]
pub struct Judge {
    event: i64,
    /// The version at which the run found the event.
    begin: u64,
    /// How long a lock and a booking live at least.
    lock_nanos: u64,
    booking_nanos: u64,
    histories: Histories,
    books: Books,
    findings: Findings,
    /// Refusals that were looked at, by status and code.
    pub(super) refusals: BTreeMap<String, u64>,
    /// Answers that nobody knows the outcome of.
    pub(super) unknown: u64,
}

impl Judge {
    /// A judge of an event as the run found it.
    #[must_use]
    pub fn new(hall: &Hall) -> Self {
        Self {
            event: hall.id,
            begin: hall.version,
            lock_nanos: nanos(Duration::from_secs(hall.lock_seconds)),
            booking_nanos: nanos(Duration::from_secs(hall.booking_seconds)),
            histories: Histories::new(hall.version, &hall.initial),
            books: Books::default(),
            findings: Findings::default(),
            refusals: BTreeMap::new(),
            unknown: 0,
        }
    }

    /// How many violations were found up to now.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.findings.violations()
    }

    /// The last version read of.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.histories.head
    }

    /// The map by the log at a version.
    #[must_use]
    pub fn map_at(&self, version: u64) -> Vec<u8> {
        self.histories.map_at(version)
    }

    /// Forgets steps before a version.
    pub fn prune(&mut self, version: u64) {
        self.histories.prune(version);
    }

    /// Takes in the next lines of the log.
    pub fn read(&mut self, lines: &[LogLine]) {
        self.findings.looked_at(promises::LEGAL, lines.len() as u64);
        for line in lines {
            let taking = line.to == Status::Reserved || line.to == Status::Sold;
            self.findings.looked_at(promises::HOLDER, u64::from(taking));
            self.findings.looked_at(promises::ONCE, u64::from(line.to == Status::Sold));
            let (promise, what) = match self.histories.take(line) {
                None => continue,
                Some(Wrong::Illegal(what)) => (promises::LEGAL, what),
                Some(Wrong::NotTheirs(what)) => (promises::HOLDER, what),
                Some(Wrong::SoldTwice(what)) => (promises::ONCE, what),
            };
            let evidence = self.histories.shown(line.seat, STEPS_SHOWN);
            self.blame(promise, line.seat, what, evidence);
        }
    }

    /// The log has been read to its end: what a version began, it must have ended.
    pub(super) fn close(&mut self) {
        let half_paid: Vec<u32> = self.histories.half_paid().collect();
        for seat in half_paid {
            let what = "taken for a late payment, and the log ends with that".to_owned();
            let evidence = self.histories.shown(seat, STEPS_SHOWN);
            self.blame(promises::LEGAL, seat, what, evidence);
        }
    }

    /// Holds answers against the log. All of them were given before the log was read.
    pub fn hear(&mut self, mut answers: Vec<Answered>) {
        answers.sort_by_key(|answered| (answered.at, answered.sent));
        let bounds = upper_bounds(&answers, self.head());
        for (answered, upper) in answers.iter().zip(bounds) {
            match &answered.outcome {
                Outcome::Done { version } => self.done(answered, *version),
                Outcome::Refused { .. } => self.refused(answered, upper),
                Outcome::Unknown { .. } => self.maybe(answered),
            }
        }
    }

    /// Gathers what was found by others about this event.
    pub(super) fn findings(&mut self) -> &mut Findings {
        &mut self.findings
    }

    fn blame(&mut self, promise: &'static str, seat: u32, what: String, evidence: Vec<String>) {
        let violation = Violation {
            promise: String::new(),
            event: self.event,
            seat: Some(seat),
            what,
            evidence,
        };
        self.findings.violation(promise, violation);
    }
}

#[cfg(test)]
mod tests;
