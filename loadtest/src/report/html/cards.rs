//! The figures that are asked for first.

use std::fmt::Write as _;

use super::super::format;
use super::super::model::{Percentiles, Report};

/// One card a figure; those that say nothing are left out.
pub(super) fn figures(out: &mut String, report: &Report) {
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
            "requests: {} done · {} refused · {} unknown",
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
    let slow = &counts.slow;
    if slow.viewers > 0 {
        let [behind, closed, back] = [slow.fell_behind, slow.closed, slow.came_back]
            .map(|viewers| format::count(viewers as f64));
        let note = format!("{behind} fell behind · {closed} were closed · {back} came back");
        card("Slow viewers", format::count(slow.viewers as f64), note);
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
