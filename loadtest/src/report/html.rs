//! The report as one page that needs nothing else: what came of it on top, the course below, the
//! settings last.

use std::fmt::Write as _;

use super::format::{self, escaped};
use super::model::{Percentiles, Phase, Report, Sample, Share};
use super::plot::{Line, Plot, Tick, Unit};
use crate::check::CheckOutcome;

const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let mut body = String::new();
    head(&mut body, report);
    figures(&mut body, report);
    checks(&mut body, report);
    body.push_str(r#"<section><h2>Course</h2><div class="plots">"#);
    for plot in course(report) {
        body.push_str(&plot.html());
    }
    body.push_str("</div></section>");
    requests(&mut body, report);
    errors(&mut body, report);
    resources(&mut body, report);
    settings(&mut body, report);
    document(&format!("{} · Seatmap load test", report.scenario), &body)
}

/// A document around a body.
pub(super) fn document(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main>{body}</main><script>{SCRIPT}</script></body></html>\n"
    )
}

fn head(out: &mut String, report: &Report) {
    let verdict = &report.verdict;
    let (class, word) = match verdict.passed {
        true => ("pass", "All promises kept".to_owned()),
        false => ("fail", format!("{} violations", format::count(verdict.violation_count as f64))),
    };
    let machine = &report.machine;
    let _ = write!(
        out,
        r#"<header><p class="kicker">Seatmap load test</p><h1>{}</h1><p class="badge {class}">{word}</p>
        <p class="facts">{} · {:.0} s measured · {} × {} · Linux {}</p>"#,
        escaped(&report.scenario),
        escaped(report.started_at.get(..16).unwrap_or_default()).replace('T', " ") + " UTC",
        report.measured_seconds,
        machine.cores,
        escaped(&machine.cpu),
        escaped(&machine.kernel),
    );
    if report.resources.tool_was_the_limit {
        let _ = write!(
            out,
            r#"<p class="warning">The load generator itself was the limit: its busiest thread took
            {} of a core. Latencies are partly its own; use more threads, processes or machines.</p>"#,
            format::percent(report.resources.tool_busiest_thread)
        );
    }
    if report.counts.changes_missed > 0 {
        let _ = write!(
            out,
            r#"<p class="warning">{} changes that were due could not be sent, because earlier ones
            were still unanswered.</p>"#,
            format::count(report.counts.changes_missed as f64)
        );
    }
    out.push_str("</header>");
}

/// The figures that are asked for first.
fn figures(out: &mut String, report: &Report) {
    let (latencies, counts, rates) = (&report.latencies, &report.counts, &report.rates);
    let mut cards = Vec::new();
    let mut card =
        |name: &str, value: String, note: String| cards.push((name.to_owned(), value, note));
    let tail = |all: &Percentiles| {
        let show = |micros: u64| format::micros(micros as f64);
        format!("p50 {} · p99 {} · max {}", show(all.p50), show(all.p99), show(all.max))
    };
    if latencies.updates.count > 0 {
        let p95 = format::micros(latencies.updates.p95 as f64);
        card("Update to a viewer, p95", p95, tail(&latencies.updates));
    }
    if latencies.last_viewer.count > 0 {
        let p50 = format::micros(latencies.last_viewer.p50 as f64);
        card("Update to the last viewer, p50", p50, tail(&latencies.last_viewer));
    }
    if latencies.joins.count > 0 {
        let p95 = format::micros(latencies.joins.p95 as f64);
        card("From wanting in to having the map, p95", p95, tail(&latencies.joins));
    }
    if counts.deliveries > 0 {
        let note = format!("{} in all", format::count(counts.deliveries as f64));
        card("Deliveries a second", format::count(rates.deliveries_per_second.round()), note);
    }
    if counts.requests_done > 0 {
        let note = format!(
            "{} done · {} refused · {} unknown",
            format::count(counts.requests_done as f64),
            format::count(counts.requests_refused as f64),
            format::count(counts.requests_unknown as f64)
        );
        card("Changes a second", format::count(rates.changes_per_second.round()), note);
    }
    if counts.viewers > 0 {
        let note = format!("{} at the end", format::count(counts.viewers_open as f64));
        card("Viewers", format::count(counts.viewers as f64), note);
    }
    if let Some(each) = report.resources.server_bytes_per_viewer.filter(|each| *each > 0.0) {
        let note = "server memory with all connected, less before".to_owned();
        card("Memory per viewer", format::bytes(each), note);
    }
    if let Some(seconds) = report.resources.server_seconds_per_million_deliveries {
        let note = "core-seconds, everything it did included".to_owned();
        card("Server CPU per million deliveries", format!("{} s", format::digits(seconds)), note);
    }
    out.push_str(r#"<section class="cards">"#);
    for (name, value, note) in cards {
        let _ =
            write!(out, "<article><h3>{name}</h3><p>{value}</p><small>{note}</small></article>");
    }
    out.push_str("</section>");
}

fn checks(out: &mut String, report: &Report) {
    out.push_str("<section><h2>Promises</h2><ul class=\"checks\">");
    for check in &report.verdict.checks {
        let (class, sign, word) = match check.outcome {
            CheckOutcome::Passed => ("pass", "✓", "kept"),
            CheckOutcome::Failed => ("fail", "✗", "broken"),
            CheckOutcome::Skipped => ("skip", "–", "not checked"),
        };
        let looked = match check.outcome {
            CheckOutcome::Skipped => word.to_owned(),
            _ => format!("{word} · {} looked at", format::count(check.looked_at as f64)),
        };
        let detail = match check.detail.as_str() {
            "" => String::new(),
            detail => format!(" · {}", escaped(detail)),
        };
        let _ = write!(
            out,
            r#"<li class="{class}"><b aria-hidden="true">{sign}</b><div>{}<small>{looked}{detail}</small></div></li>"#,
            escaped(&check.promise)
        );
    }
    out.push_str("</ul>");
    for violation in &report.verdict.violations {
        let seat = violation.seat.map_or(String::new(), |seat| format!(", seat {seat}"));
        let _ = write!(
            out,
            "<details class=\"violation\"><summary>{} <small>event {}{seat} · {}</small></summary><pre>{}</pre></details>",
            escaped(&violation.what),
            violation.event,
            escaped(&violation.promise),
            escaped(&violation.evidence.join("\n"))
        );
    }
    out.push_str("</section>");
}

/// The plots over time, and the distributions.
fn course(report: &Report) -> Vec<Plot> {
    let samples = &report.samples;
    let line = |name: &str, color: u8, of: &dyn Fn(&Sample) -> Option<f64>| {
        let points = samples.iter().filter_map(|sample| Some((sample.at, of(sample)?)));
        Line::new(name, color, points.collect())
    };
    let wide = |number: Option<u64>| number.map(|number| number as f64);
    let mut plots = vec![
        Plot::over_time(
            "Update latency",
            Unit::Micros,
            vec![
                line("p50", 1, &|each| wide(each.update_p50)),
                line("p95", 2, &|each| wide(each.update_p95)),
                line("p99", 3, &|each| wide(each.update_p99)),
            ],
        ),
        Plot::over_time(
            "Request latency",
            Unit::Micros,
            vec![
                line("p50", 1, &|each| wide(each.request_p50)),
                line("p95", 2, &|each| wide(each.request_p95)),
                line("p99", 3, &|each| wide(each.request_p99)),
            ],
        ),
        Plot::over_time(
            "Deliveries a second",
            Unit::Count,
            vec![line("deltas to viewers", 1, &|each| Some(each.deliveries as f64))],
        ),
        Plot::over_time(
            "Requests a second",
            Unit::Count,
            vec![
                line("done", 4, &|each| Some(each.done as f64)),
                line("refused", 2, &|each| Some(each.refused as f64)),
                line("unknown", 3, &|each| Some(each.unknown as f64)),
            ],
        ),
        Plot::over_time(
            "Processor time, of one core",
            Unit::Cores,
            vec![
                line("server", 1, &|each| each.server_cpu),
                line("database", 4, &|each| each.database_cpu),
                line("this tool", 5, &|each| Some(each.tool_cpu)),
                line("its busiest thread", 2, &|each| Some(each.tool_busiest_thread)),
            ],
        ),
        Plot::over_time(
            "Memory",
            Unit::Bytes,
            vec![
                line("server", 1, &|each| wide(each.server_rss)),
                line("database", 4, &|each| wide(each.database_rss)),
                line("this tool", 5, &|each| Some(each.tool_rss as f64)),
            ],
        ),
        Plot::over_time(
            "Open connections",
            Unit::Count,
            vec![line("viewers", 1, &|each| Some(each.open as f64))],
        ),
    ];
    plots.retain(|plot| plot.lines.iter().any(|line| line.points.iter().any(|p| p.1 > 0.0)));
    let marks: Vec<Tick> = report.phases.iter().skip(1).map(mark).collect();
    plots.iter_mut().for_each(|plot| plot.marks.clone_from(&marks));
    plots.extend(distributions(report));
    plots
}

fn mark(phase: &Phase) -> Tick {
    Tick { at: phase.from, label: phase.name.clone() }
}

fn distributions(report: &Report) -> Option<Plot> {
    let latencies = &report.latencies;
    let mut lines = vec![
        Line::new("update to a viewer", 1, ladder(&latencies.updates)),
        Line::new("update to the last viewer", 3, ladder(&latencies.last_viewer)),
    ];
    if let Some(most) = latencies.requests.iter().max_by_key(|step| step.done.count) {
        lines.push(Line::new(&most.name, 4, ladder(&most.done)));
    }
    distribution("Distribution", lines)
}

/// Latency by percentile; the axis gives each further nine the same room.
pub(super) fn distribution(title: &str, mut lines: Vec<Line>) -> Option<Plot> {
    lines.retain(|line| !line.points.is_empty());
    if lines.is_empty() {
        return None;
    }
    let ticks =
        [(0.0, "0"), (0.5, "50 %"), (0.9, "90"), (0.99, "99"), (0.999, "99.9"), (0.9999, "99.99")];
    Some(Plot {
        title: title.to_owned(),
        note: "So many of 100 took no longer.".to_owned(),
        unit: Unit::Micros,
        lines,
        ticks: ticks.map(|(at, label)| Tick { at: nines(at), label: label.to_owned() }).into(),
        marks: Vec::new(),
    })
}

pub(super) fn ladder(all: &Percentiles) -> Vec<(f64, f64)> {
    let steps = all.ladder.iter().filter(|(quantile, _)| *quantile <= 0.9999);
    steps.map(|(quantile, micros)| (nines(*quantile), *micros as f64)).collect()
}

fn nines(quantile: f64) -> f64 {
    -(1.0 - quantile).max(1e-9).log10()
}

fn requests(out: &mut String, report: &Report) {
    if report.latencies.requests.is_empty() {
        return;
    }
    out.push_str(
        "<section><h2>Requests</h2><p class=\"note\">From the moment each was due.</p>\
         <div class=\"wide\"><table><thead><tr><th>Step</th><th>Done</th><th>p50</th><th>p95</th>\
         <th>p99</th><th>p99.9</th><th>Longest</th><th>Refused</th><th>p99</th></tr></thead><tbody>",
    );
    for step in &report.latencies.requests {
        let (done, refused) = (&step.done, &step.refused);
        let show = |all: &Percentiles, micros: u64| match all.count {
            0 => "–".to_owned(),
            _ => format::micros(micros as f64),
        };
        let _ = write!(out, "<tr><th>{}</th>", escaped(&step.name));
        for cell in [
            format::count(done.count as f64),
            show(done, done.p50),
            show(done, done.p95),
            show(done, done.p99),
            show(done, done.p999),
            show(done, done.max),
            format::count(refused.count as f64),
            show(refused, refused.p99),
        ] {
            let _ = write!(out, "<td>{cell}</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></section>");
}

fn errors(out: &mut String, report: &Report) {
    let closes = report.closes.iter().map(|(code, count)| (format!("closed with {code}"), count));
    let failures = report.connection_failures.iter().map(|(why, count)| (why.clone(), count));
    let codes = report.errors.iter().map(|(code, count)| (code.clone(), count));
    let customers = report.counts.customers.iter();
    let lists = [
        ("Customers", customers.map(|(how, count)| (how.clone(), count)).collect::<Vec<_>>()),
        ("Refusals and errors", codes.collect()),
        ("Connections", closes.chain(failures).collect()),
    ];
    if lists.iter().all(|list| list.1.is_empty()) {
        return;
    }
    out.push_str("<section class=\"lists\">");
    for (title, list) in lists.into_iter().filter(|list| !list.1.is_empty()) {
        let _ = write!(out, "<div><h2>{title}</h2><dl>");
        for (name, count) in list {
            let (name, count) = (escaped(&name), format::count(*count as f64));
            let _ = write!(out, "<dt>{name}</dt><dd>{count}</dd>");
        }
        out.push_str("</dl></div>");
    }
    out.push_str("</section>");
}

fn resources(out: &mut String, report: &Report) {
    let resources = &report.resources;
    let rows = [
        ("Server", resources.server.as_ref()),
        ("Database", resources.database.as_ref()),
        ("This tool", Some(&resources.tool)),
    ];
    out.push_str(
        "<section><h2>What it took</h2><div class=\"wide\"><table><thead><tr><th></th>\
         <th>CPU, own code</th><th>CPU, kernel</th><th>Memory before</th><th>With all connected</th>\
         <th>Peak</th><th>At the end</th></tr></thead><tbody>",
    );
    for (name, share) in rows {
        let Some(share) = share else { continue };
        let Share { user_seconds, system_seconds, .. } = share;
        let _ = write!(
            out,
            "<tr><th>{name}</th><td>{user_seconds:.1} s</td><td>{system_seconds:.1} s</td>"
        );
        for bytes in [share.rss_before, share.rss_connected, share.rss_peak, share.rss_end] {
            let _ = write!(out, "<td>{}</td>", format::bytes(bytes as f64));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></section>");
}

fn settings(out: &mut String, report: &Report) {
    out.push_str("<section><h2>Settings</h2><dl class=\"settings\">");
    for setting in &report.settings {
        let (name, value) = (escaped(&setting.name), escaped(&setting.value));
        let _ = write!(out, "<dt>{name}</dt><dd>{value}</dd>");
    }
    let machine = &report.machine;
    let _ = write!(
        out,
        "<dt>machine</dt><dd>{} × {}, {}, Linux {}</dd><dt>tool</dt><dd>seatmap-loadtest {}</dd></dl></section>",
        machine.cores,
        escaped(&machine.cpu),
        format::bytes(machine.memory_bytes as f64),
        escaped(&machine.kernel),
        escaped(&report.tool_version)
    );
}
