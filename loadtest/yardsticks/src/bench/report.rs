//! The table and the raw values, printed and written to files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::Failed;
use super::goals::{Bound, Goal};
use super::loads::Load;
use super::machine::Machine;
use super::samples::{Contender, Samples, short};
use super::statistics::Spread;

/// A column that compares: one metric of everybody with that of one contender, round by round.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Against {
    /// The suite.
    pub(super) suite: &'static str,
    /// What is compared.
    pub(super) metric: &'static str,
    /// With whose.
    pub(super) whom: Contender,
}

/// All of a run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Where it was measured.
    pub(super) machine: Machine,
    /// How: what a reader has to know, a sentence each.
    pub(super) settings: Vec<String>,
    /// What had to be reached.
    pub(super) goals: Vec<Goal>,
    /// Which comparisons the tables show.
    pub(super) against: Vec<Against>,
    /// Which loads everybody had to carry.
    pub(super) loads: Vec<Load>,
    /// What was measured.
    pub(super) samples: Samples,
}

impl Report {
    /// The report as Markdown.
    #[must_use]
    pub(super) fn markdown(&self) -> String {
        let machine = &self.machine;
        let mut out = format!(
            "# Benchmark, {}\n\n{}, {} cores, {:.0} GiB, {}, PostgreSQL {}, commit {}{}.\n\n",
            machine.began,
            machine.processor,
            machine.cores,
            machine.memory_gib,
            machine.system,
            machine.postgresql,
            machine.commit,
            machine.measured_by.as_ref().map_or(String::new(), |own| {
                format!(", measured by programs of another build: commit {own}")
            })
        );
        for setting in &self.settings {
            let _ = writeln!(out, "- {setting}");
        }
        self.write_goals(&mut out);
        let mut suites: Vec<&str> = Vec::new();
        for sample in &self.samples.0 {
            if !suites.contains(&sample.suite) {
                suites.push(sample.suite);
            }
        }
        for suite in suites {
            self.write_suite(&mut out, suite);
        }
        out
    }

    fn write_goals(&self, out: &mut String) {
        if self.goals.is_empty() {
            return;
        }
        out.push_str(
            "\n## Goals\n\n| Goal | Asked | Measured | Reached |\n| --- | --- | --- | --- |\n",
        );
        for goal in &self.goals {
            let asked = match goal.bound {
                Bound::AtLeast(least) => format!("≥ {}", short(least)),
                Bound::AtMost(most) => format!("≤ {}", short(most)),
            };
            let measured = goal.measured.map_or("not measured".to_owned(), shown);
            let reached = match goal.reached() {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "–",
            };
            let _ = writeln!(out, "| {} | {asked} | {measured} | {reached} |", goal.what);
        }
        let verdicts: Vec<bool> = self.goals.iter().filter_map(Goal::reached).collect();
        let reached = verdicts.iter().filter(|reached| **reached).count();
        let _ = writeln!(out, "\n{reached} of {} goals reached.", verdicts.len());
    }

    /// One table per suite: a line per case and contender, a column per metric. Who didn't carry
    /// what was asked is compared with nobody, and nobody with it.
    fn write_suite(&self, out: &mut String, suite: &str) {
        let samples = || self.samples.0.iter().filter(|sample| sample.suite == suite);
        let mut metrics: Vec<&str> = Vec::new();
        let mut lines: Vec<(&str, Contender)> = Vec::new();
        for sample in samples() {
            if !metrics.contains(&sample.metric) {
                metrics.push(sample.metric);
            }
            let line = (sample.case.as_str(), sample.contender);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        // All of a case together, however the rounds went.
        let first = |case: &str| lines.iter().position(|line| line.0 == case);
        let mut sorted = lines.clone();
        sorted.sort_by_key(|line| first(line.0));
        let against = || self.against.iter().filter(|against| against.suite == suite);
        let compared = against().map(|Against { metric, whom, .. }| format!("{metric} ÷ {whom}'s"));
        let titles: Vec<String> =
            metrics.iter().map(|&metric| metric.to_owned()).chain(compared).collect();
        let dashes = " --- |".repeat(titles.len());
        let _ = writeln!(out, "\n## {suite}\n\n| Case | Who | {} |", titles.join(" | "));
        let _ = writeln!(out, "| --- | --- |{dashes}");
        let load = self.loads.iter().find(|load| load.suite == suite);
        let mut last = "";
        for (case, who) in sorted {
            let shortfall = |who| load?.shortfall(&self.samples, case, who);
            let values = metrics.iter().map(|metric| {
                let is_ratio = load.is_some_and(|load| load.ratios.contains(metric));
                let value = self.samples.spread(suite, case, who, metric)?;
                let short = shortfall(who).filter(|_| is_ratio);
                Some(short.unwrap_or_else(|| shown(value)))
            });
            let ratios = against().map(|&Against { metric, whom, .. }| {
                let both = Some((who, whom)).filter(|_| who != whom)?;
                let ratio = self.samples.ratio(suite, case, both, metric)?;
                let theirs = || Some(format!("{whom} {}", shortfall(whom)?));
                Some(shortfall(who).or_else(theirs).unwrap_or_else(|| shown(ratio)))
            });
            let cells: Vec<String> = values.chain(ratios).map(Option::unwrap_or_default).collect();
            let case_once = if case == last { "" } else { case };
            let _ = writeln!(out, "| {case_once} | {who} | {} |", cells.join(" | "));
            last = case;
        }
    }

    /// Writes both forms into a folder and answers the Markdown's path.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub(super) fn write(&self, folder: &Path, part: &str) -> Result<PathBuf, Failed> {
        std::fs::create_dir_all(folder)?;
        let date = Timestamp::now().strftime("%Y-%m-%d");
        let stem = folder.join(format!("{date}-{}{part}", self.machine.slug()));
        std::fs::write(stem.with_extension("json"), serde_json::to_vec_pretty(self)?)?;
        let path = stem.with_extension("md");
        std::fs::write(&path, self.markdown())?;
        Ok(path)
    }
}

/// A median, with what it lies between when there was more than one round.
fn shown(spread: Spread) -> String {
    let Spread { median, min, max, count } = spread;
    match count {
        1 => short(median),
        _ => format!("{} ({}–{})", short(median), short(min), short(max)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::samples::Place;

    fn machine() -> Machine {
        Machine {
            began: "now".to_owned(),
            processor: "CPU (R) X".to_owned(),
            cores: 2,
            memory_gib: 1.0,
            system: "Linux".to_owned(),
            postgresql: "17".to_owned(),
            commit: "abc".to_owned(),
            measured_by: None,
        }
    }

    #[test]
    fn different_loads_are_not_compared() {
        let mut samples = Samples::default();
        for (case, theirs) in [("low", 45.0), ("high", 44.0)] {
            for (contender, carried) in [(Contender::Direct, 50.0), (Contender::Textbook, theirs)] {
                let place = Place { suite: "s", case: case.to_owned(), contender, round: 0 };
                let figures = [("asked", 50.0), ("carried", carried), ("p95", 8.0), ("of", 2.0)];
                samples.add(&place, &figures);
            }
        }
        let load = Load { suite: "s", asked: "asked", carried: "carried", ratios: &["of"] };
        let against = vec![Against { suite: "s", metric: "p95", whom: Contender::Textbook }];
        let (machine, loads) = (machine(), vec![load]);
        let (settings, goals) = (Vec::new(), Vec::new());
        let shown = Report { machine, settings, goals, against, loads, samples }.markdown();
        for line in [
            "| low | seatmap, direct | 50.0 | 50.0 | 8.00 | 2.00 | 1.00 |",
            "|  | textbook | 50.0 | 45.0 | 8.00 | 2.00 |  |",
            "| high | seatmap, direct | 50.0 | 50.0 | 8.00 | 2.00 | textbook carried 44.0 of 50.0 |",
            "|  | textbook | 50.0 | 44.0 | 8.00 | carried 44.0 of 50.0 |  |",
        ] {
            assert!(shown.contains(line), "{shown}");
        }
    }

    #[test]
    fn a_case_is_a_block_of_lines() {
        let mut samples = Samples::default();
        for round in 0..2 {
            for (case, value) in [("one", 1.0), ("two", 2.0)] {
                for (contender, times) in [(Contender::Seatmap, 3.0), (Contender::Textbook, 1.0)] {
                    let place = Place { suite: "s", case: case.to_owned(), contender, round };
                    samples.add(&place, &[("rate", times * (value + round as f64))]);
                }
            }
        }
        let machine = machine();
        assert_eq!(machine.slug(), "cpu-r-x-2-cores");
        let goals = vec![Goal::new("fast", Bound::AtLeast(2.0), Spread::of([1.5]))];
        let against = vec![Against { suite: "s", metric: "rate", whom: Contender::Textbook }];
        let settings = vec!["so".to_owned()];
        let report = Report { machine, settings, goals, against, loads: Vec::new(), samples };
        let shown = report.markdown();
        for line in [
            "| fast | ≥ 2.00 | 1.50 | **no** |",
            "| Case | Who | rate | rate ÷ textbook's |",
            "| one | seatmap | 4.50 (3.00–6.00) | 3.00 (3.00–3.00) |",
            "|  | textbook | 1.50 (1.00–2.00) |  |\n| two |",
        ] {
            assert!(shown.contains(line), "{shown}");
        }
    }
}
