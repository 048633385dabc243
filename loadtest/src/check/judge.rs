//! Holds one event's log against itself and against what buyers were told. Pure: it is given lines,
//! answers and maps, and gathers findings.

use std::collections::{HashMap, HashSet};

use super::history::{Histories, Wrong};
use super::log::{LogLine, Status};
use super::promises;
use super::told::{shown, upper_bounds};
use super::verdict::{Findings, Violation};
use crate::buyers::{Action, Answered, Outcome};

/// Holders remembered from answers; silent leavers are never taken off, so there is an end to it.
const HOLDERS_MAX: usize = 2_000_000;
/// Steps of a seat shown as evidence.
const STEPS_SHOWN: usize = 8;

/// The judge of one event.
#[derive(Clone, Debug)]
pub struct Judge {
    event: i64,
    histories: Histories,
    /// Who was told, or may have been, that they hold which seat.
    holders: HashSet<(u32, i64)>,
    /// Who was told that they bought which seat, with the answer.
    owners: HashMap<u32, Answered>,
    findings: Findings,
    /// Requests refused for seats that were taken.
    pub(super) races_lost: u64,
    /// Answers that nobody knows the outcome of.
    pub(super) unknown: u64,
}

impl Judge {
    /// A judge of an event that stood so at a version.
    #[must_use]
    pub fn new(event: i64, version: u64, statuses: &[u8]) -> Self {
        Self {
            event,
            histories: Histories::new(version, statuses),
            holders: HashSet::new(),
            owners: HashMap::new(),
            findings: Findings::default(),
            races_lost: 0,
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
                // Who books wants seats that are theirs; free ones are none the more so.
                Outcome::Refused { .. } if answered.action == Action::Book => {}
                Outcome::Refused { code, conflicts, .. } if code == "seats_unavailable" => {
                    self.refused(answered, conflicts, upper);
                }
                Outcome::Refused { free: Some(free), .. } => self.short(answered, *free, upper),
                Outcome::Refused { .. } => {}
                Outcome::Unknown { .. } => self.maybe(answered),
            }
        }
    }

    fn done(&mut self, answered: &Answered, version: u64) {
        self.findings.looked_at(promises::ACKNOWLEDGED, 1);
        for &seat in &answered.seats {
            let wanted = answered.action.leads_to();
            let steps = self.histories.steps_at(seat, version);
            let is_theirs = |user: Option<i64>| user == Some(answered.user);
            let found = steps.iter().any(|step| step.to.name() == wanted && is_theirs(step.actor));
            if !found && !self.was_theirs_before(answered, seat, version) {
                let what = format!("the log has no such step at version {version}");
                let mut evidence = vec![shown(answered)];
                evidence.extend(self.histories.shown(seat, STEPS_SHOWN));
                self.blame(promises::ACKNOWLEDGED, seat, what, evidence);
            }
            self.own_books(answered, seat);
        }
    }

    /// One's own seat again is a success without a step: of a lock whose first answer was lost, say.
    fn was_theirs_before(&self, answered: &Answered, seat: u32, version: u64) -> bool {
        let asked_before =
            self.holders.contains(&(seat, answered.user)) || self.holders.len() >= HOLDERS_MAX;
        answered.action == Action::Lock
            && asked_before
            && self.histories.locked_by(seat, version) == Some(answered.user)
    }

    /// What the tool's own ledger says, whatever the log does.
    fn own_books(&mut self, answered: &Answered, seat: u32) {
        let holder = (seat, answered.user);
        match answered.action {
            Action::Lock | Action::Hold | Action::Best => {
                if self.holders.len() < HOLDERS_MAX {
                    self.holders.insert(holder);
                }
            }
            Action::Unlock | Action::Release => drop(self.holders.remove(&holder)),
            Action::Book => {
                let held = self.holders.remove(&holder) || self.holders.len() >= HOLDERS_MAX;
                if !held {
                    let what = format!("user {} booked it and never held it", answered.user);
                    self.blame(promises::HOLDER, seat, what, vec![shown(answered)]);
                }
            }
            Action::Confirm => {
                let before = self.owners.insert(seat, answered.clone());
                let other = before.filter(|before| before.user != answered.user);
                // The first buyer's own cancel may be answered, and not read yet.
                let other = other.filter(|before| !self.gave_back(before, seat, answered));
                if let Some(before) = other {
                    let what = "two buyers were told that they bought it".to_owned();
                    let mut evidence = vec![shown(&before), shown(answered)];
                    evidence.extend(self.histories.shown(seat, STEPS_SHOWN));
                    self.blame(promises::ONCE, seat, what, evidence);
                }
            }
            Action::Cancel => drop(self.owners.remove(&seat)),
        }
    }

    /// Whether the log says that a buyer gave a seat back before another bought it.
    fn gave_back(&self, before: &Answered, seat: u32, after: &Answered) -> bool {
        let version = |answered: &Answered| match answered.outcome {
            Outcome::Done { version } => version,
            _ => 0,
        };
        let mut steps = self.histories.steps_between(seat, version(before), version(after));
        steps.any(|step| step.to == Status::Available && step.actor == Some(before.user))
    }

    /// An answer that never came: it may have been carried out.
    fn maybe(&mut self, answered: &Answered) {
        self.unknown += 1;
        for &seat in &answered.seats {
            match answered.action {
                Action::Lock | Action::Hold | Action::Best => {
                    self.holders.insert((seat, answered.user));
                }
                Action::Cancel => drop(self.owners.remove(&seat)),
                Action::Unlock | Action::Release | Action::Book | Action::Confirm => {}
            }
        }
    }

    /// Refused for seats that are said to be taken: decided somewhere between the version that was
    /// known when it was sent and the first one that was asked for afterwards.
    fn refused(&mut self, answered: &Answered, conflicts: &[u32], upper: u64) {
        self.findings.looked_at(promises::REFUSED, 1);
        self.races_lost += 1;
        let seats = if conflicts.is_empty() { &answered.seats } else { conflicts };
        let free = |seat: &&u32| self.histories.was_free(**seat, answered.known, upper);
        let Some(&seat) = seats.iter().find(free) else { return };
        // Without a list, one taken seat is reason enough.
        if conflicts.is_empty() && !seats.iter().all(|seat| free(&seat)) {
            return;
        }
        let what = format!("refused although free from version {} to {upper}", answered.known);
        let mut evidence = vec![shown(answered)];
        evidence.extend(self.histories.shown(seat, STEPS_SHOWN));
        self.blame(promises::REFUSED, seat, what, evidence);
    }

    /// Refused for want of seats: no more can have been free all the while than it says.
    fn short(&mut self, answered: &Answered, free: u32, upper: u64) {
        self.findings.looked_at(promises::REFUSED, 1);
        let beyond = self.histories.free_seats(answered.known, upper).nth(free as usize);
        if let Some(seat) = beyond {
            let what = format!("refused for want, more than {free} free to {upper}");
            self.blame(promises::REFUSED, seat, what, vec![shown(answered)]);
        }
    }

    /// Holds a map that somebody was shown against the log.
    pub(super) fn compare(
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
        let evidence = self.histories.shown(seat, STEPS_SHOWN);
        self.blame(promise, seat, what, evidence);
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
