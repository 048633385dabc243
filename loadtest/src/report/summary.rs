//! The most important figures in a few lines.

use std::fmt::Write as _;

use super::format;
use super::model::{Percentiles, Report};

/// A report for a terminal.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut out = format!("\n{}: {:.1} s measured\n", report.scenario, report.measured_seconds);
    let mut line = |name: &str, all: &Percentiles| {
        if all.count > 0 {
            let [p50, p95, p99, max] =
                [all.p50, all.p95, all.p99, all.max].map(|micros| format::micros(micros as f64));
            let _ =
                writeln!(out, "{name:<26} p50 {p50:>8}  p95 {p95:>8}  p99 {p99:>8}  max {max:>8}");
        }
    };
    line("update to a viewer", &report.latencies.updates);
    line("update to the last viewer", &report.latencies.last_viewer);
    line("joining", &report.latencies.joins);
    for step in &report.latencies.requests {
        line(&step.name, &step.done);
    }
    let counts = &report.counts;
    let _ = writeln!(
        out,
        "{} viewers, {:.0} deliveries/s, {:.0} changes/s, {} refused, {} unknown",
        counts.viewers,
        report.rates.deliveries_per_second,
        report.rates.changes_per_second,
        counts.requests_refused,
        counts.requests_unknown
    );
    if counts.viewers > 0 {
        let failures = report.connection_failures.iter();
        let failures: String = failures.map(|(why, count)| format!("; {why} × {count}")).collect();
        let (open, all) = (counts.viewers_open, counts.viewers);
        let _ = writeln!(out, "{open} of {all} viewers open at the end{failures}");
    }
    if report.errors.keys().any(|code| code.starts_with("429 ")) {
        let _ = writeln!(
            out,
            "the server limited the rate of requests: start it with RATE_LIMIT_RPS=0 for a load test"
        );
    }
    let resources = &report.resources;
    if let Some(server) = &resources.server {
        let per_million = resources.server_seconds_per_million_deliveries;
        let per_million =
            per_million.map_or(String::new(), |s| format!(", {s:.2} s per million deliveries"));
        let each = resources.server_bytes_per_viewer;
        let each = each.map_or(String::new(), |each| format!(", {} a viewer", format::bytes(each)));
        let _ = writeln!(
            out,
            "server: {:.1} s CPU{per_million}; {} memory{each}",
            server.user_seconds + server.system_seconds,
            format::bytes(server.rss_end as f64)
        );
    }
    let busiest = format::percent(resources.tool_busiest_thread);
    let limit = if resources.tool_was_the_limit { " – the tool was the limit" } else { "" };
    let wanted = format::percent(resources.tool_thread_wanted);
    let _ = writeln!(out, "tool: busiest thread {busiest} of a core, wanted {wanted}{limit}");
    out
}
