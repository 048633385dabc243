//! What is looked up: requests, errors, what it took, settings.

use std::fmt::Write as _;

use super::super::format::{self, escaped};
use super::super::model::{Percentiles, Report, Share};

pub(super) fn requests(out: &mut String, report: &Report) {
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

pub(super) fn errors(out: &mut String, report: &Report) {
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

pub(super) fn resources(out: &mut String, report: &Report) {
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

pub(super) fn settings(out: &mut String, report: &Report) {
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
