//! Two reports side by side: a table, and a page with both courses in one plot each.

use std::fmt::Write as _;

use super::format::escaped;
use super::html::{distribution, document, ladder};
use super::model::{Percentiles, Report, Sample};
use super::plot::{Line, Plot, Unit};
use crate::check::Conclusion;

/// From here on a difference is worth a colour.
const NOTABLE: f64 = 0.1;

/// One figure of both reports.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    name: String,
    unit: Unit,
    values: [Option<f64>; 2],
    /// Whether more of it is better; `None` when it is neither.
    more_is_better: Option<bool>,
}

impl Row {
    /// The second by the first.
    fn ratio(&self) -> Option<f64> {
        let [one, other] = self.values;
        Some(other? / one.filter(|one| *one > 0.0)?)
    }

    /// Both values; a dash for what one of them lacks.
    fn shown(&self) -> [String; 2] {
        self.values.map(|value| value.map_or("–".to_owned(), |value| self.unit.show(value)))
    }

    /// `good`, `bad` or nothing.
    fn class(&self) -> &'static str {
        let (Some(ratio), Some(more_is_better)) = (self.ratio(), self.more_is_better) else {
            return "";
        };
        if (ratio - 1.0).abs() < NOTABLE {
            return "";
        }
        if (ratio > 1.0) == more_is_better { "good" } else { "bad" }
    }
}

/// The comparison as a table for a terminal.
#[must_use]
pub fn table(names: [&str; 2], reports: [&Report; 2]) -> String {
    let mut out = format!("{:<44}{:>14} {:>13}{:>9}\n", "", names[0], names[1], "ratio");
    for row in rows(reports) {
        let [one, other] = row.shown();
        let ratio = row.ratio().map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let _ = writeln!(out, "{:<44}{one:>14}{other:>14}{ratio:>9}", row.name);
    }
    for difference in differences(reports) {
        let _ = writeln!(out, "not the same: {difference}");
    }
    out
}

/// The comparison as a page.
#[must_use]
pub fn page(names: [&str; 2], reports: [&Report; 2]) -> String {
    let mut body = String::new();
    let [one, other] = names.map(escaped);
    let _ = write!(
        body,
        r#"<header><p class="kicker">Seatmap load test</p><h1>{one} and {other}</h1>
        <p class="facts">Ratios are the second by the first. Runs on a shared machine differ by a
        third by themselves.</p></header>"#
    );
    for (name, report) in names.iter().zip(reports) {
        let name = escaped(name);
        let said = match report.verdict.conclusion() {
            Conclusion::Kept => continue,
            Conclusion::Broken => {
                format!("{name} has {} violations", report.verdict.violation_count)
            }
            Conclusion::NotAllChecked => format!("In {name} not all was checked"),
        };
        let _ = write!(body, r#"<p class="warning">{said}.</p>"#);
    }
    for difference in differences(reports) {
        let difference = escaped(&difference);
        let _ = write!(body, r#"<p class="warning">Not the same: {difference}</p>"#);
    }
    let _ = write!(
        body,
        r#"<section><h2>Figures</h2><div class="wide"><table class="names"><thead><tr><th></th><th>{one}</th>
        <th>{other}</th><th>Ratio</th></tr></thead><tbody>"#
    );
    for row in rows(reports) {
        let [first, second] = row.shown();
        let ratio = row.ratio().map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
        let (name, class) = (escaped(&row.name), row.class());
        let _ = write!(
            body,
            r#"<tr><th>{name}</th><td>{first}</td><td>{second}</td><td class="{class}">{ratio}</td></tr>"#
        );
    }
    body.push_str("</tbody></table></div></section><section><h2>Course</h2><div class=\"plots\">");
    for plot in plots(names, reports) {
        body.push_str(&plot.html());
    }
    body.push_str("</div></section>");
    document(&format!("{} and {} · Seatmap load test", names[0], names[1]), &body)
}

fn rows(reports: [&Report; 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |name: &str, unit, more_is_better, of: &dyn Fn(&Report) -> Option<f64>| {
        let values = reports.map(of);
        if values.iter().flatten().any(|value| *value > 0.0) {
            rows.push(Row { name: name.to_owned(), unit, values, more_is_better });
        }
    };
    let less = Some(false);
    row("violations", Unit::Count, less, &|each| Some(each.verdict.violation_count as f64));
    row("promises not checked", Unit::Count, less, &|each| Some(each.verdict.unchecked as f64));
    row("viewers", Unit::Count, None, &|each| Some(each.counts.viewers as f64));
    row("changes a second", Unit::Count, Some(true), &|each| {
        Some(each.rates.changes_per_second.round())
    });
    row("deliveries a second", Unit::Count, None, &|each| {
        Some(each.rates.deliveries_per_second.round())
    });
    for (name, of) in [
        ("update to a viewer", (|each| &each.latencies.updates) as fn(&Report) -> &Percentiles),
        ("update to the last viewer", |each| &each.latencies.last_viewer),
        ("joining", |each| &each.latencies.joins),
    ] {
        let at = |each: &Report, quantile: fn(&Percentiles) -> u64| {
            Some(of(each)).filter(|all| all.count > 0).map(|all| quantile(all) as f64)
        };
        row(&format!("{name}, p50"), Unit::Micros, less, &|each| at(each, |all| all.p50));
        row(&format!("{name}, p95"), Unit::Micros, less, &|each| at(each, |all| all.p95));
        row(&format!("{name}, p99"), Unit::Micros, less, &|each| at(each, |all| all.p99));
    }
    for step in steps(reports) {
        let of = |each: &Report, at: fn(&Percentiles) -> u64| {
            let found = each.latencies.requests.iter().find(|request| request.name == step);
            found.filter(|request| request.done.count > 0).map(|request| at(&request.done) as f64)
        };
        row(&format!("{step}, p50"), Unit::Micros, less, &|each| of(each, |all| all.p50));
        row(&format!("{step}, p99"), Unit::Micros, less, &|each| of(each, |all| all.p99));
    }
    row("server CPU, s per million deliveries", Unit::Count, less, &|each| {
        each.resources.server_seconds_per_million_deliveries
    });
    row("server CPU, s", Unit::Count, less, &|each| {
        each.resources.server.as_ref().map(|all| all.user_seconds + all.system_seconds)
    });
    row("database CPU, s", Unit::Count, less, &|each| {
        each.resources.database.as_ref().map(|all| all.user_seconds + all.system_seconds)
    });
    row("server memory per viewer", Unit::Bytes, less, &|each| {
        each.resources.server_bytes_per_viewer
    });
    row("server memory, peak", Unit::Bytes, less, &|each| {
        each.resources.server.as_ref().map(|all| all.rss_peak as f64)
    });
    rows
}

/// The steps of either, in the order of the first.
fn steps(reports: [&Report; 2]) -> Vec<&str> {
    let mut steps = Vec::new();
    for request in reports.iter().flat_map(|report| &report.latencies.requests) {
        if !steps.contains(&request.name.as_str()) {
            steps.push(request.name.as_str());
        }
    }
    steps
}

/// In what the two runs differed from the outset: figures of different things don't compare.
fn differences(reports: [&Report; 2]) -> Vec<String> {
    let [one, other] = reports;
    let machine = |report: &Report| {
        let machine = &report.machine;
        format!("{} × {}, Linux {}", machine.cores, machine.cpu, machine.kernel)
    };
    let mut pairs = vec![
        ("scenario", Some(one.scenario.clone()), Some(other.scenario.clone())),
        ("tool", Some(one.tool_version.clone()), Some(other.tool_version.clone())),
        ("machine", Some(machine(one)), Some(machine(other))),
    ];
    let value = |report: &Report, name: &str| {
        let found = report.settings.iter().find(|setting| setting.name == name);
        found.map(|setting| setting.value.clone())
    };
    let mut names: Vec<&str> = Vec::new();
    for setting in one.settings.iter().chain(&other.settings) {
        if !names.contains(&setting.name.as_str()) {
            names.push(&setting.name);
        }
    }
    pairs.extend(names.into_iter().map(|name| (name, value(one, name), value(other, name))));
    let differ = pairs.into_iter().filter(|(_, one, other)| one != other);
    let shown = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    differ.map(|(name, one, other)| format!("{name}: {} / {}", shown(one), shown(other))).collect()
}

fn plots(names: [&str; 2], reports: [&Report; 2]) -> Vec<Plot> {
    let plot = |title: &str, unit, of: &dyn Fn(&Sample) -> Option<f64>| {
        let lines = names.iter().zip(reports).enumerate().map(|(place, (name, report))| {
            let samples = report.samples.iter();
            let points = samples.filter_map(|sample| Some((sample.at, of(sample)?))).collect();
            Line { is_dashed: place == 1, ..Line::new(name, 1 + place as u8, points) }
        });
        Plot::over_time(title, unit, lines.collect())
    };
    let wide = |number: Option<u64>| number.map(|number| number as f64);
    let mut plots = vec![
        plot("Update latency, p95", Unit::Micros, &|each| wide(each.update_p95)),
        plot("Request latency, p95", Unit::Micros, &|each| wide(each.request_p95)),
        plot("Deliveries a second", Unit::Count, &|each| Some(each.deliveries as f64)),
        plot("Requests done a second", Unit::Count, &|each| Some(each.done as f64)),
        plot("Server, of one core", Unit::Cores, &|each| each.server_cpu),
        plot("Server memory", Unit::Bytes, &|each| wide(each.server_rss)),
    ];
    let lines = names.iter().zip(reports).enumerate().map(|(place, (name, report))| {
        let points = ladder(&report.latencies.updates);
        Line { is_dashed: place == 1, ..Line::new(name, 1 + place as u8, points) }
    });
    plots.extend(distribution("Distribution of update latency", lines.collect()));
    plots
}
