//! The report as one page that needs nothing else: what came of it on top, the course below, the
//! settings last.

mod cards;
mod course;
mod tables;

use std::fmt::Write as _;

use super::format::{self, escaped};
use super::model::Report;
use super::summary::warnings;
use crate::check::{CheckOutcome, Conclusion};
pub(super) use course::{distribution, ladder};

const STYLE: &str = include_str!("assets/page.css");
const SCRIPT: &str = include_str!("assets/page.js");

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let mut body = String::new();
    head(&mut body, report);
    cards::figures(&mut body, report);
    checks(&mut body, report);
    body.push_str(r#"<section><h2>Course</h2><div class="plots">"#);
    for plot in course::course(report) {
        body.push_str(&plot.html());
    }
    body.push_str("</div></section>");
    tables::requests(&mut body, report);
    tables::errors(&mut body, report);
    tables::resources(&mut body, report);
    tables::settings(&mut body, report);
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
    let count = format::count(verdict.violation_count as f64);
    let (class, word) = match verdict.conclusion() {
        Conclusion::Kept => ("pass", "All promises kept".to_owned()),
        Conclusion::Broken => ("fail", format!("{count} violations")),
        Conclusion::NotAllChecked => ("open", "Not all was checked".to_owned()),
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
            r#"<p class="warning">The load generator itself was the limit: one of its threads took
            or waited for up to {} of a core. Latencies are partly its own; use more threads,
            processes, cores or machines.</p>"#,
            format::percent(report.resources.tool_thread_wanted)
        );
    }
    if verdict.unchecked > 0 {
        let _ = write!(
            out,
            r#"<p class="warning">Of the promises that this run was there to check, {} could not be
            checked, or not in full; the reasons stand beside them. That is no pass.</p>"#,
            verdict.unchecked
        );
    }
    for warning in warnings(report) {
        let _ = write!(out, r#"<p class="warning">{}.</p>"#, escaped(&warning));
    }
    out.push_str("</header>");
}

fn checks(out: &mut String, report: &Report) {
    out.push_str("<section><h2>Promises</h2><ul class=\"checks\">");
    for check in &report.verdict.checks {
        let (class, sign, word) = match check.outcome {
            CheckOutcome::Passed => ("pass", "✓", "kept"),
            CheckOutcome::Failed => ("fail", "✗", "broken"),
            CheckOutcome::Skipped => ("skip", "–", "not checked"),
            CheckOutcome::Unchecked => ("open", "?", "could not be checked"),
        };
        let looked = match check.outcome {
            CheckOutcome::Skipped => word.to_owned(),
            CheckOutcome::Unchecked if check.looked_at == 0 => word.to_owned(),
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
