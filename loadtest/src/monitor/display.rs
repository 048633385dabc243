//! Progress: a block that is drawn over itself on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};

use hdrhistogram::Histogram;

use crate::buyers::RequestSecond;
use crate::report::Sample;

/// Seconds between plain lines.
const PLAIN_EVERY: u64 = 5;
/// Kinds of errors shown.
const CODES_SHOWN: usize = 4;

/// Where progress is shown.
#[derive(Debug)]
pub struct Display {
    kind: Kind,
    phase: String,
    /// Lines drawn last, to be drawn over.
    drawn: usize,
    shown: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Terminal,
    Plain,
    Quiet,
}

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The last second.
    pub sample: &'a Sample,
    /// Its requests.
    pub requests: Option<&'a RequestSecond>,
    /// Update latencies so far.
    pub updates: &'a Histogram<u64>,
    /// Errors so far.
    pub codes: &'a BTreeMap<String, u64>,
    /// Viewers who are to be there.
    pub viewers: u64,
    /// What went wrong with their connections so far.
    pub failures: &'a BTreeMap<String, u64>,
    /// Violations so far.
    pub violations: u64,
}

impl Display {
    /// On standard error, as it is fit for.
    #[must_use]
    pub fn new() -> Self {
        let kind = if std::io::stderr().is_terminal() { Kind::Terminal } else { Kind::Plain };
        Self { kind, phase: String::new(), drawn: 0, shown: 0 }
    }

    /// Nowhere.
    #[must_use]
    pub fn quiet() -> Self {
        Self { kind: Kind::Quiet, phase: String::new(), drawn: 0, shown: 0 }
    }

    pub(super) fn phase(&mut self, name: &str) {
        name.clone_into(&mut self.phase);
        if self.kind == Kind::Plain {
            write(&format!("— {name}\n"));
        }
    }

    pub(super) fn show(&mut self, progress: &Progress<'_>) {
        self.shown += 1;
        match self.kind {
            Kind::Quiet => {}
            Kind::Plain if self.shown.is_multiple_of(PLAIN_EVERY) => {
                let line = self.lines(progress).join("  ·  ");
                write(&(line + "\n"));
            }
            Kind::Plain => {}
            Kind::Terminal => {
                let lines = self.lines(progress);
                let up =
                    if self.drawn > 0 { format!("\x1b[{}A", self.drawn) } else { String::new() };
                let block: String = lines.iter().map(|line| format!("\x1b[2K{line}\n")).collect();
                self.drawn = lines.len();
                write(&(up + &block));
            }
        }
    }

    pub(super) fn end(&mut self) {
        self.drawn = 0;
    }

    fn lines(&self, progress: &Progress<'_>) -> Vec<String> {
        let Progress { sample, requests, updates, violations, .. } = progress;
        let done = requests.map_or(0, |second| second.done);
        let refused = requests.map_or(0, |second| second.refused + second.unknown);
        let millis = |micros: u64| micros as f64 / 1_000.0;
        let durations = requests.filter(|second| !second.durations.is_empty()).map_or(
            "–".to_owned(),
            |second| {
                let at = |quantile| millis(second.durations.value_at_quantile(quantile));
                format!("p50 {:.1}  p99 {:.1} ms", at(0.5), at(0.99))
            },
        );
        let arrivals = if updates.is_empty() {
            "–".to_owned()
        } else {
            let at = |quantile| millis(updates.value_at_quantile(quantile));
            format!("p50 {:.1}  p95 {:.1}  p99 {:.1} ms", at(0.5), at(0.95), at(0.99))
        };
        let cores =
            |share: Option<f64>| share.map_or("–".to_owned(), |s| format!("{:.0} %", s * 100.0));
        let errors = most(progress.codes);
        let failures = most(progress.failures);
        vec![
            format!("{:>5.0} s {}", sample.at, self.phase),
            format!(
                "sockets {} of {}  deliveries {}/s",
                sample.open, progress.viewers, sample.deliveries
            ),
            format!("changes {done}/s  refused {refused}/s  requests {durations}"),
            format!("updates {arrivals}"),
            format!(
                "cpu server {}  database {}  tool {:.0} % (busiest thread {:.0} %)",
                cores(sample.server_cpu),
                cores(sample.database_cpu),
                sample.tool_cpu * 100.0,
                sample.tool_busiest_thread * 100.0
            ),
            format!("errors {errors}  connections failed {failures}  violations {violations}"),
        ]
    }
}

/// What happened most often.
fn most(counts: &BTreeMap<String, u64>) -> String {
    let mut most: Vec<_> = counts.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let shown = most.iter().take(CODES_SHOWN).map(|(what, count)| format!("{what} × {count}"));
    let shown: Vec<_> = shown.collect();
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

fn write(text: &str) {
    // Progress that can't be shown stops nothing.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

impl Default for Display {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_who_are_away_and_why_are_shown() {
        let sample = Sample { open: 6, ..Sample::default() };
        let failures = [("refused with 503".to_owned(), 3), ("timed out".to_owned(), 40)].into();
        let progress = Progress {
            sample: &sample,
            requests: None,
            updates: &crate::latency::micros_histogram(),
            codes: &BTreeMap::new(),
            viewers: 9,
            failures: &failures,
            violations: 1,
        };
        let lines = Display::quiet().lines(&progress);
        assert!(lines[1].starts_with("sockets 6 of 9 "), "{lines:?}");
        let errors =
            "errors none  connections failed timed out × 40, refused with 503 × 3  violations 1";
        assert_eq!(lines.last().map(String::as_str), Some(errors));
    }
}
