//! Requests that were carried out, or may have been: whether the log has what was answered, and
//! whether one answer goes with the others.

use super::{Judge, STEPS_SHOWN};
use crate::buyers::{Action, Answered, Outcome};
use crate::check::log::Status;
use crate::check::promises;
use crate::check::told::shown;

impl Judge {
    pub(super) fn done(&mut self, answered: &Answered, version: u64) {
        self.findings.looked_at(promises::ACKNOWLEDGED, 1);
        for &seat in &answered.seats {
            let wanted = answered.action.leads_to();
            let steps = self.histories.steps_at(seat, version);
            let is_theirs = |user: Option<i64>| user == Some(answered.user);
            let found = steps.iter().any(|step| step.to.name() == wanted && is_theirs(step.actor));
            if found && wanted == Status::Locked.name() {
                // By the log a hold begins here; what they held before has ended.
                self.books.let_go((seat, answered.user));
            }
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
        answered.action == Action::Lock
            && self.books.may_hold((seat, answered.user))
            && self.histories.had_by(seat, Status::Locked, version) == Some(answered.user)
    }

    /// What the tool's own ledger says, whatever the log does.
    fn own_books(&mut self, answered: &Answered, seat: u32) {
        let holder = (seat, answered.user);
        match answered.action {
            Action::Lock | Action::Hold | Action::Best => self.books.hold(holder, answered.sent),
            Action::Unlock | Action::Release => {
                self.books.let_go(holder);
            }
            Action::Book => {
                if !self.books.let_go(holder) {
                    let what = format!("user {} booked it and never held it", answered.user);
                    self.blame(promises::HOLDER, seat, what, vec![shown(answered)]);
                }
                self.books.book(holder, answered.sent);
            }
            Action::Confirm => {
                let before = self.books.owners.insert(seat, answered.clone());
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
            Action::Cancel => drop(self.books.owners.remove(&seat)),
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

    /// An answer that never came, or that nobody can tell the meaning of: it may have been carried
    /// out.
    pub(super) fn maybe(&mut self, answered: &Answered) {
        self.unknown += 1;
        for &seat in &answered.seats {
            match answered.action {
                Action::Lock | Action::Hold | Action::Best => {
                    self.books.hold((seat, answered.user), answered.sent);
                }
                Action::Cancel => drop(self.books.owners.remove(&seat)),
                Action::Unlock | Action::Release | Action::Book | Action::Confirm => {}
            }
        }
    }
}
