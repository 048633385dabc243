//! What a history comes to, in words for people.

use std::collections::BTreeMap;
use std::fmt;

/// Violations told with their evidence; what follows is counted.
const VIOLATIONS_MAX: usize = 50;

/// What a history comes to.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What must not be; the first of it.
    pub violations: Vec<Violation>,
    /// How many there were.
    pub count: usize,
    /// What was looked at, and how much of it.
    pub looked_at: BTreeMap<&'static str, u64>,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The event.
    pub event: i64,
    /// Which promise is broken.
    pub promise: &'static str,
    /// What is wrong.
    pub what: String,
    /// Operations and log lines that show it.
    pub evidence: Vec<String>,
}

impl Verdict {
    /// Whether nothing was found.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.count == 0
    }

    /// The violations that are told.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.violations.iter()
    }

    pub(super) fn add(&mut self, violation: Violation) {
        self.count += 1;
        if self.violations.len() < VIOLATIONS_MAX {
            self.violations.push(violation);
        }
    }

    pub(super) fn looked_at(&mut self, what: &'static str) {
        self.looked_at_many(what, 1);
    }

    pub(super) fn looked_at_many(&mut self, what: &'static str, count: usize) {
        *self.looked_at.entry(what).or_default() += count as u64;
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.violations {
            writeln!(f, "{violation}")?;
        }
        for (what, count) in &self.looked_at {
            writeln!(f, "{count} {what}")?;
        }
        writeln!(f, "{} violations", self.count)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}: {}: {}", self.event, self.promise, self.what)?;
        self.evidence.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}
