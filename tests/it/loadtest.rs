//! The load generator against real servers: that it finds nothing where nothing is wrong, and
//! something where something is.

mod audience;
mod doors;
mod liars;
mod scenarios;

use clap::Parser;
use seatmap_loadtest::check::{CheckOutcome, Verdict};
use seatmap_loadtest::report::Report;
use seatmap_loadtest::scenarios::{Plan, Scenario};

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    scenario: Scenario,
}

/// The plan of a command line.
fn plan(line: &str) -> Plan {
    let words = std::iter::once("seatmap-loadtest").chain(line.split_whitespace());
    Line::try_parse_from(words).expect("a scenario").scenario.plan()
}

/// Asserts that nothing was found, and that every promise but `skipped` was looked at.
fn assert_kept(report: &Report, skipped: &[&str]) {
    let verdict = &report.verdict;
    assert!(verdict.passed, "{:#?}", verdict.violations);
    for check in &verdict.checks {
        let may_skip = skipped.iter().any(|word| check.promise.contains(word));
        assert!(may_skip || check.outcome == CheckOutcome::Passed, "{check:?}");
    }
}

/// The promises that were found broken.
fn broken(verdict: &Verdict) -> Vec<&str> {
    assert!(!verdict.passed);
    let failed = verdict.checks.iter().filter(|check| check.outcome == CheckOutcome::Failed);
    failed.map(|check| check.promise.as_str()).collect()
}
