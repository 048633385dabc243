//! The verdict: what was checked, how much of it there was, and the evidence where it failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Violations kept with their evidence; what follows is counted.
const VIOLATIONS_MAX: usize = 200;
/// Lines of evidence each.
const EVIDENCE_MAX: usize = 20;

/// How one check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckOutcome {
    /// Looked at, nothing found.
    Passed,
    /// Something was found.
    Failed,
    /// Not looked at, and nothing of this run needed it.
    Skipped,
    /// To be checked in this run, and not looked at, or not at all of it; the detail says why.
    Unchecked,
}

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What is promised.
    pub promise: String,
    /// How it came out.
    pub outcome: CheckOutcome,
    /// How many things were looked at.
    pub looked_at: u64,
    /// How many violations there were.
    pub violations: u64,
    /// More about it.
    pub detail: String,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// Which promise is broken.
    pub promise: String,
    /// The event.
    pub event: i64,
    /// The seat, if it is about one.
    pub seat: Option<u32>,
    /// What is wrong.
    pub what: String,
    /// Answers and log lines that show it.
    pub evidence: Vec<String>,
}

/// What a verdict comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// All that was to be checked was, and nothing was found.
    Kept,
    /// Something was found.
    Broken,
    /// Nothing was found, and something that was to be checked was not.
    NotAllChecked,
}

/// All checks of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Whether all that was to be checked was, and nothing was found.
    pub passed: bool,
    /// How many checks were to be made and were not, or not in full. With any, a run has not
    /// passed, even if there is no violation.
    #[serde(default)]
    pub unchecked: u64,
    /// The checks.
    pub checks: Vec<Check>,
    /// The first violations.
    pub violations: Vec<Violation>,
    /// How many there were.
    pub violation_count: u64,
}

impl Verdict {
    /// What it comes to.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match (self.violation_count, self.passed) {
            (0, true) => Conclusion::Kept,
            (0, false) => Conclusion::NotAllChecked,
            _ => Conclusion::Broken,
        }
    }
}

/// Gathers violations and counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    violations: Vec<Violation>,
    counts: Vec<Count>,
}

/// What came of one promise.
#[derive(Clone, Debug)]
struct Count {
    promise: &'static str,
    looked_at: u64,
    violations: u64,
    /// Why something that was to be looked at was not.
    unchecked: Option<String>,
}

impl Findings {
    /// So many things were looked at under this promise.
    pub(super) fn looked_at(&mut self, promise: &'static str, count: u64) {
        self.entry(promise).looked_at += count;
    }

    /// Something was found.
    pub(super) fn violation(&mut self, promise: &'static str, mut violation: Violation) {
        self.entry(promise).violations += 1;
        if self.violations.len() < VIOLATIONS_MAX {
            violation.promise = promise.to_owned();
            violation.evidence.truncate(EVIDENCE_MAX);
            self.violations.push(violation);
        }
    }

    /// The same, where there is no seat to point to.
    pub(super) fn wrong(&mut self, promise: &'static str, event: i64, what: String) {
        let (seat, evidence) = (None, Vec::new());
        self.violation(promise, Violation { promise: String::new(), event, seat, what, evidence });
    }

    /// More violations than there are words for.
    pub(super) fn uncounted(&mut self, promise: &'static str, count: u64) {
        self.entry(promise).violations += count;
    }

    /// Something that was to be looked at was not.
    pub(super) fn unchecked(&mut self, promise: &'static str, why: String) {
        self.entry(promise).unchecked.get_or_insert(why);
    }

    /// This promise was to be checked: that nothing came up to hold against it is no pass.
    pub(super) fn require(&mut self, promise: &'static str) {
        let entry = self.entry(promise);
        if (entry.looked_at, entry.violations) == (0, 0) {
            entry.unchecked.get_or_insert_with(|| "nothing came up to be looked at".to_owned());
        }
    }

    /// Adds another's.
    pub(super) fn merge(&mut self, other: Findings) {
        for Count { promise, looked_at, violations, unchecked } in other.counts {
            let entry = self.entry(promise);
            entry.looked_at += looked_at;
            entry.violations += violations;
            entry.unchecked = entry.unchecked.take().or(unchecked);
        }
        let room = VIOLATIONS_MAX - self.violations.len().min(VIOLATIONS_MAX);
        self.violations.extend(other.violations.into_iter().take(room));
    }

    pub(super) fn violations(&self) -> u64 {
        self.counts.iter().map(|entry| entry.violations).sum()
    }

    /// How a promise came out.
    pub(super) fn check(&self, promise: &'static str, detail: String) -> Check {
        let found = self.counts.iter().find(|entry| entry.promise == promise);
        let (looked_at, violations) =
            found.map_or((0, 0), |entry| (entry.looked_at, entry.violations));
        let unchecked = found.and_then(|entry| entry.unchecked.clone());
        let outcome = match (violations, looked_at, &unchecked) {
            (1.., ..) => CheckOutcome::Failed,
            (0, _, Some(_)) => CheckOutcome::Unchecked,
            (0, 0, None) => CheckOutcome::Skipped,
            (0, _, None) => CheckOutcome::Passed,
        };
        let detail = unchecked.unwrap_or(detail);
        Check { promise: promise.to_owned(), outcome, looked_at, violations, detail }
    }

    pub(super) fn verdict(self, checks: Vec<Check>) -> Verdict {
        let violation_count = self.violations();
        let is_unchecked = |check: &&Check| check.outcome == CheckOutcome::Unchecked;
        let unchecked = checks.iter().filter(is_unchecked).count() as u64;
        let passed = violation_count == 0 && unchecked == 0;
        Verdict { passed, unchecked, checks, violations: self.violations, violation_count }
    }

    fn entry(&mut self, promise: &'static str) -> &mut Count {
        let place = self.counts.iter().position(|entry| entry.promise == promise);
        let place = place.unwrap_or_else(|| {
            let (looked_at, violations, unchecked) = (0, 0, None);
            self.counts.push(Count { promise, looked_at, violations, unchecked });
            self.counts.len() - 1
        });
        &mut self.counts[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMISE: &str = "a promise";

    /// How the promise came out, and the run.
    fn came_out(findings: Findings) -> (CheckOutcome, Conclusion) {
        let check = findings.check(PROMISE, String::new());
        let outcome = check.outcome;
        (outcome, findings.verdict(vec![check]).conclusion())
    }

    #[test]
    fn what_was_to_be_checked_and_was_not_is_no_pass() {
        use CheckOutcome::{Failed, Passed, Skipped, Unchecked};
        use Conclusion::{Broken, Kept, NotAllChecked};
        let mut findings = Findings::default();
        assert_eq!(came_out(findings.clone()), (Skipped, Kept));
        findings.require(PROMISE);
        assert_eq!(came_out(findings.clone()), (Unchecked, NotAllChecked));
        let mut looked_at = Findings::default();
        looked_at.looked_at(PROMISE, 1);
        looked_at.require(PROMISE);
        assert_eq!(came_out(looked_at.clone()), (Passed, Kept));
        // Some of it was looked at, but not all.
        looked_at.unchecked(PROMISE, "three were not".to_owned());
        assert_eq!(looked_at.check(PROMISE, String::new()).detail, "three were not");
        assert_eq!(came_out(looked_at.clone()), (Unchecked, NotAllChecked));
        findings.merge(looked_at);
        findings.wrong(PROMISE, 1, "broken".to_owned());
        assert_eq!(came_out(findings), (Failed, Broken));
    }
}
