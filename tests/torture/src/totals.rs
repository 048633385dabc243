//! What many runs came to: kept in a file, so that a seed is run once, and told as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::run::{Counts, Report};

/// The sums over all seeds that were run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Seeds without a violation.
    pub passed: BTreeSet<u64>,
    /// The others, with the first violations of each.
    pub failed: BTreeMap<u64, Vec<String>>,
    /// What went wrong on purpose.
    pub injected: Counts,
    /// In how many runs each of it did.
    pub runs_with: Counts,
    /// How requests were answered.
    pub answers: Counts,
    /// What else happened.
    pub seen: Counts,
}

/// How many violations of a seed are kept.
const KEPT_MAX: usize = 10;

impl Totals {
    /// Reads a file; none is as good as an empty one.
    ///
    /// # Errors
    /// When there is a file that can't be read.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(serde_json::from_str(&text)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let beside = path.with_extension("new");
        std::fs::write(&beside, serde_json::to_string_pretty(self)?)?;
        std::fs::rename(beside, path)
    }

    /// Adds a run.
    pub fn add(&mut self, seed: u64, report: &Report) {
        if report.violations.is_empty() {
            self.passed.insert(seed);
        } else {
            let kept = report.violations.iter().take(KEPT_MAX).cloned().collect();
            self.failed.insert(seed, kept);
        }
        for (what, count) in &report.injected {
            *self.injected.entry(what.clone()).or_default() += count;
            *self.runs_with.entry(what.clone()).or_default() += 1;
        }
        add(&mut self.answers, &report.answers);
        add(&mut self.seen, &report.seen);
    }

    /// Whether a seed need not be run again.
    #[must_use]
    pub fn has_passed(&self, seed: u64) -> bool {
        self.passed.contains(&seed)
    }

    /// The totals for people.
    #[must_use]
    pub fn table(&self, command: &str) -> String {
        let (passed, failed) = (self.passed.len(), self.failed.len());
        let mut out = format!(
            "# What the server was put through\n\n\
             Made by `{command}`; a run is one seed: two or three nodes as processes of their own \
             over one PostgreSQL, buyers, organisers and viewers of all formats, and these faults. \
             Counted is what took effect, not what was planned. {passed} seeds passed, {failed} \
             failed.\n\n| Fault | Times | In runs |\n| --- | ---: | ---: |\n"
        );
        // Writing to a string can't fail.
        for (what, count) in &self.injected {
            let runs = self.runs_with.get(what).copied().unwrap_or_default();
            let _ = writeln!(out, "| {what} | {count} | {runs} |");
        }
        for (title, counts) in [("What clients heard", &self.answers), ("And", &self.seen)] {
            let _ = write!(out, "\n| {title} | Times |\n| --- | ---: |\n");
            for (what, count) in counts {
                let _ = writeln!(out, "| {what} | {count} |");
            }
        }
        for (seed, violations) in &self.failed {
            let _ = write!(out, "\nSeed {seed} failed:\n\n");
            for violation in violations {
                let _ = writeln!(out, "- {}", violation.replace('\n', " "));
            }
        }
        out
    }
}

fn add(to: &mut Counts, counts: &Counts) {
    for (what, count) in counts {
        *to.entry(what.clone()).or_default() += count;
    }
}
