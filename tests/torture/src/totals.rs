//! What many runs came to: kept in a file, so that a seed is run once, and told as a table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::run::{CAME_TO_NOTHING, Counts, Report};

/// The sums over all seeds that were run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// What all of it is of: the builds of the server and of this program, the load and the faults.
    pub build: String,
    /// The commit that the latest of it was made with.
    pub commit: String,
    /// The commands that added to it.
    pub commands: BTreeSet<String>,
    /// Seeds without a violation.
    pub passed: BTreeSet<u64>,
    /// The others, with the first violations of each.
    pub failed: BTreeMap<u64, Vec<String>>,
    /// Those that failed before they passed, with their violations then.
    pub failed_once: BTreeMap<u64, Vec<String>>,
    /// Those whose last run didn't end, and why.
    pub stumbled: BTreeMap<u64, String>,
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

/// What stands for a commit that nobody knows.
pub const UNKNOWN_COMMIT: &str = "unknown";

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

    /// Reads a file for more runs of a build; what it holds of another build counts no more.
    ///
    /// # Errors
    /// When there is a file that can't be read.
    pub fn of_build(path: &Path, build: &str) -> std::io::Result<Self> {
        let totals = Self::read(path)?;
        let is_same = totals.build == build;
        Ok(if is_same { totals } else { Self { build: build.to_owned(), ..Self::default() } })
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
        self.judged(seed, &report.violations);
        for (what, count) in &report.injected {
            *self.injected.entry(what.clone()).or_default() += count;
            *self.runs_with.entry(what.clone()).or_default() += 1;
        }
        add(&mut self.answers, &report.answers);
        add(&mut self.seen, &report.seen);
    }

    fn judged(&mut self, seed: u64, violations: &[String]) {
        self.stumbled.remove(&seed);
        let before = self.failed.remove(&seed);
        if violations.is_empty() {
            self.passed.insert(seed);
            self.failed_once.extend(before.map(|violations| (seed, violations)));
        } else {
            let kept = violations.iter().take(KEPT_MAX).cloned().collect();
            self.failed.insert(seed, kept);
        }
    }

    /// Adds a run that didn't end, and so proves nothing.
    pub fn add_stumbled(&mut self, seed: u64, why: String) {
        self.stumbled.insert(seed, why);
    }

    /// Whether a seed need not be run again.
    #[must_use]
    pub fn has_passed(&self, seed: u64) -> bool {
        self.passed.contains(&seed)
    }

    /// The totals for people.
    #[must_use]
    pub fn table(&self) -> String {
        let (passed, failed) = (self.passed.len(), self.failed.len());
        let stumbled = self.stumbled.len();
        let once = match self.failed_once.len() {
            0 => String::new(),
            once => format!(" ({once} of them failed once)"),
        };
        let commands: Vec<String> =
            self.commands.iter().map(|command| format!("`{command}`")).collect();
        let mut out = format!(
            "# What the server was put through\n\n\
             Made by {commands} at the commit {commit}, of the build {build}; a run is one seed: two or three nodes as processes of their own \
             over one PostgreSQL, buyers, organisers and viewers of all formats, and these faults. \
             Counted is what took effect, in every run, those that failed included: connections cut or \
             refused, pieces of traffic kept back or delayed, COMMITs and requests spoilt, \
             notifications tampered with, backends terminated, waits for strangers' locks, errors by \
             cursed seats, writes without room on the disk; of nodes and PostgreSQL, how often they \
             ended or fell silent. What was planned and came to nothing is told below. \
             Histories are kept of runs that failed only. {passed} seeds passed{once}, {failed} \
             failed, {stumbled} did not end.\n\n| Fault | Times | In runs |\n| --- | ---: | ---: |\n",
            commands = commands.join(", "),
            build = self.build,
            commit = if self.commit.is_empty() { UNKNOWN_COMMIT } else { &self.commit },
        );
        // Writing to a string can't fail.
        let (idle, happened): (Vec<_>, Vec<_>) =
            self.injected.iter().partition(|(what, _)| what.starts_with(CAME_TO_NOTHING));
        for (what, count) in happened {
            let runs = self.runs_with.get(what).copied().unwrap_or_default();
            let _ = writeln!(out, "| {what} | {count} | {runs} |");
        }
        if !idle.is_empty() {
            out.push_str("\n| Planned, and did not happen | Times |\n| --- | ---: |\n");
        }
        for (what, count) in idle {
            let _ = writeln!(out, "| {} | {count} |", what.trim_start_matches(CAME_TO_NOTHING));
        }
        for (title, counts) in [("What clients heard", &self.answers), ("And", &self.seen)] {
            let _ = write!(out, "\n| {title} | Times |\n| --- | ---: |\n");
            for (what, count) in counts {
                let _ = writeln!(out, "| {what} | {count} |");
            }
        }
        for (how, seeds) in [("failed", &self.failed), ("failed once", &self.failed_once)] {
            for (seed, violations) in seeds {
                let _ = write!(out, "\nSeed {seed} {how}:\n\n");
                for violation in violations {
                    let _ = writeln!(out, "- {}", violation.replace('\n', " "));
                }
            }
        }
        for (seed, why) in &self.stumbled {
            let _ = write!(out, "\nSeed {seed} did not end: {}\n", why.replace('\n', " "));
        }
        out
    }
}

fn add(to: &mut Counts, counts: &Counts) {
    for (what, count) in counts {
        *to.entry(what.clone()).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong() -> Vec<String> {
        vec!["event 1: sold twice".to_owned()]
    }

    #[test]
    fn a_seed_that_failed_and_passes_is_still_told() {
        let mut totals = Totals::default();
        totals.judged(7, &wrong());
        assert!(!totals.has_passed(7));
        totals.judged(7, &[]);
        assert!(totals.has_passed(7) && totals.failed.is_empty());
        assert!(totals.table().contains("Seed 7 failed once:\n\n- event 1: sold twice"));
    }

    #[test]
    fn what_did_not_end_has_not_passed() {
        let mut totals = Totals::default();
        totals.add_stumbled(3, "no port".to_owned());
        assert!(!totals.has_passed(3));
        assert!(totals.table().contains("0 seeds passed, 0 failed, 1 did not end."));
        assert!(totals.table().contains("Seed 3 did not end: no port"));
        totals.judged(3, &[]);
        assert!(totals.has_passed(3) && totals.stumbled.is_empty());
    }

    #[test]
    fn the_table_names_the_commit() {
        let mut totals = Totals::default();
        assert!(totals.table().contains(" at the commit unknown, "));
        totals.commit = "1a2b3c4".to_owned();
        assert!(totals.table().contains(" at the commit 1a2b3c4, "));
    }

    #[test]
    fn another_build_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("totals.json");
        let mut totals = Totals::of_build(&path, "a").expect("empty");
        totals.judged(1, &[]);
        totals.write(&path).expect("written");
        assert!(Totals::of_build(&path, "a").expect("the same").has_passed(1));
        let anew = Totals::of_build(&path, "b").expect("another");
        assert!(!anew.has_passed(1) && anew.build == "b");
    }
}
