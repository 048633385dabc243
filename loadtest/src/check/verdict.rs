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
    /// Not looked at; the detail says why.
    Skipped,
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

/// All checks of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Whether nothing was found.
    pub passed: bool,
    /// The checks.
    pub checks: Vec<Check>,
    /// The first violations.
    pub violations: Vec<Violation>,
    /// How many there were.
    pub violation_count: u64,
}

/// Gathers violations and counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    violations: Vec<Violation>,
    counts: Vec<(&'static str, u64, u64)>,
}

impl Findings {
    /// So many things were looked at under this promise.
    pub(super) fn looked_at(&mut self, promise: &'static str, count: u64) {
        self.entry(promise).1 += count;
    }

    /// Something was found.
    pub(super) fn violation(&mut self, promise: &'static str, mut violation: Violation) {
        self.entry(promise).2 += 1;
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
        self.entry(promise).2 += count;
    }

    /// Adds another's.
    pub(super) fn merge(&mut self, other: Findings) {
        for (promise, looked_at, violations) in other.counts {
            let entry = self.entry(promise);
            entry.1 += looked_at;
            entry.2 += violations;
        }
        let room = VIOLATIONS_MAX - self.violations.len().min(VIOLATIONS_MAX);
        self.violations.extend(other.violations.into_iter().take(room));
    }

    pub(super) fn violations(&self) -> u64 {
        self.counts.iter().map(|entry| entry.2).sum()
    }

    /// How a promise came out.
    pub(super) fn check(&self, promise: &'static str, detail: String) -> Check {
        let found = self.counts.iter().find(|entry| entry.0 == promise);
        let (looked_at, violations) = found.map_or((0, 0), |entry| (entry.1, entry.2));
        let outcome = match (violations, looked_at) {
            (0, 0) => CheckOutcome::Skipped,
            (0, _) => CheckOutcome::Passed,
            _ => CheckOutcome::Failed,
        };
        Check { promise: promise.to_owned(), outcome, looked_at, violations, detail }
    }

    pub(super) fn verdict(self, checks: Vec<Check>) -> Verdict {
        let violation_count = self.violations();
        let passed = violation_count == 0;
        Verdict { passed, checks, violations: self.violations, violation_count }
    }

    fn entry(&mut self, promise: &'static str) -> &mut (&'static str, u64, u64) {
        let place = self.counts.iter().position(|entry| entry.0 == promise);
        let place = place.unwrap_or_else(|| {
            self.counts.push((promise, 0, 0));
            self.counts.len() - 1
        });
        &mut self.counts[place]
    }
}
