//! The load generator against real servers: that it finds nothing where nothing is wrong, and
//! something where something is.

mod audience;
mod doors;
mod liars;
mod scenarios;
mod token_mode;
mod unchecked;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use clap::Parser;
use seatmap_loadtest::check::{CheckOutcome, Verdict, promises};
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
        let needs_slow = check.promise == promises::SLOW && report.counts.slow.viewers == 0;
        let may_skip = needs_slow || skipped.iter().any(|word| check.promise.contains(word));
        assert!(may_skip || check.outcome == CheckOutcome::Passed, "{check:?}");
    }
}

/// The promises that were found broken.
fn broken(verdict: &Verdict) -> Vec<&str> {
    assert!(!verdict.passed);
    let failed = verdict.checks.iter().filter(|check| check.outcome == CheckOutcome::Failed);
    failed.map(|check| check.promise.as_str()).collect()
}

/// Runs the program against a target and hands back how it ended.
async fn perform(line: &str, target: SocketAddr, out: &Path) -> Output {
    let mut command = Command::new(loadtest_program());
    command.args(line.split_whitespace()).args(["--quiet", "--target", &target.to_string()]);
    command.arg("--out").arg(out).stdin(Stdio::null());
    let running = tokio::task::spawn_blocking(move || command.output().expect("the program runs"));
    running.await.expect("it ends")
}

/// The tool's program, built when it is missing or old; it lies beside this test's own.
fn loadtest_program() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", "seatmap-loadtest", "--bin", "seatmap-loadtest"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.status().expect("cargo runs").success());
    let own = std::env::current_exe().expect("a path");
    own.parent().and_then(|deps| deps.parent()).expect("a folder").join("seatmap-loadtest")
}
