//! The most important figures in a few lines.

use std::fmt::Write as _;

use super::counts::SlowViewers;
use super::format;
use super::model::{Percentiles, Report};

/// Others than this run's viewers are told of from so many times its own deliveries on: some of its
/// own may not have been read.
const OTHERS_FROM: f64 = 1.5;

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
    let updates = &report.latencies;
    if updates.updates_early > 0 {
        let share = updates.updates_early as f64 / updates.updates.count.max(1) as f64;
        let share = format::percent(share);
        let _ = writeln!(out, "{share} of updates were there before the answer that names them");
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
    out += &slow_viewers(&counts.slow);
    if report.errors.keys().any(|code| code.starts_with("429 ")) {
        let _ = writeln!(
            out,
            "the server limited the rate of requests: start it with RATE_LIMIT_RPS=0 for a load test"
        );
    }
    for warning in warnings(report) {
        let _ = writeln!(out, "WARNING: {warning}");
    }
    let resources = &report.resources;
    if let Some(server) = &resources.server {
        let per_million = resources.server_seconds_per_million_deliveries;
        let per_million =
            per_million.map_or(String::new(), |s| format!(", {s:.2} s per million deliveries"));
        let each = resources
            .server_bytes_per_viewer
            .map_or(String::new(), |each| format!(", {} a viewer", format::bytes(each)));
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

/// What became of slow viewers, where there are some.
fn slow_viewers(slow: &SlowViewers) -> String {
    let &SlowViewers { viewers, fell_behind, closed, came_back } = slow;
    match viewers {
        0 => String::new(),
        _ => format!(
            "{viewers} of them slow: {fell_behind} fell behind, {closed} were closed, {came_back} of \
             those came back\n"
        ),
    }
}

/// Why the figures tell less than they seem to: load that wasn't offered, times that weren't kept.
pub(super) fn warnings(report: &Report) -> Vec<String> {
    let counts = &report.counts;
    let mut warnings = Vec::new();
    let shown = |count: u64| format::count(count as f64);
    if counts.changes_missed > 0 {
        warnings.push(format!(
            "{} changes that were due could not be sent, because earlier ones were still \
             unanswered: the load was lower than asked for",
            shown(counts.changes_missed)
        ));
    }
    if counts.latencies_lost > 0 {
        warnings.push(format!(
            "{} notes and arrivals found no room in the tool: latencies are without them",
            shown(counts.latencies_lost)
        ));
    }
    if counts.requests_cut > 0 {
        warnings.push(format!(
            "{} requests took more than an hour, and count as one: the longest times are too short",
            shown(counts.requests_cut)
        ));
    }
    warnings.extend(unweighed(report));
    let (ours, all) = (counts.deliveries, report.resources.server_deliveries.unwrap_or(0));
    if all as f64 > OTHERS_FROM * ours.max(1) as f64 {
        warnings.push(format!(
            "the server delivered {} messages, {} of them to the viewers of this run: CPU and memory \
             are what others took, too",
            shown(all),
            shown(ours)
        ));
    }
    if report.resources.server_restarts > 0 {
        warnings.push(format!(
            "processes of the server that ended: {}; what they did after the last look at them is \
             not in its CPU",
            shown(report.resources.server_restarts)
        ));
    }
    warnings
}

/// Why a run that is about memory doesn't say what a viewer costs.
fn unweighed(report: &Report) -> Option<String> {
    let resources = &report.resources;
    if report.scenario != "idle" || resources.server_bytes_per_viewer.is_some() {
        return None;
    }
    let what = "what a viewer costs the server in memory cannot be told";
    let Some(server) = &resources.server else {
        return Some(format!("{what}: its process was not found on this machine"));
    };
    let [before, connected] =
        [server.rss_before, server.rss_connected].map(|bytes| format::bytes(bytes as f64));
    let viewers = format::count(report.counts.viewers as f64);
    let cure = match resources.server_viewers_before {
        None | Some(0) => "with more of them, and nobody else there, it can be".to_owned(),
        Some(earlier) => format!(
            "it had let {} in before, whose room is used again: start it anew for that",
            format::count(earlier as f64)
        ),
    };
    Some(format!(
        "{what}: it had {before} before {viewers} viewers came and {connected} with them; {cure}"
    ))
}
