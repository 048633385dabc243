//! The plots over time, and the distributions.

use super::super::model::{Percentiles, Phase, Report, Sample};
use super::super::plot::{Line, Plot, Tick, Unit};

/// The plots over time, and the distributions.
pub(super) fn course(report: &Report) -> Vec<Plot> {
    let samples = &report.samples;
    let line = |name: &str, color: u8, of: &dyn Fn(&Sample) -> Option<f64>| {
        let points = samples.iter().filter_map(|sample| Some((sample.at, of(sample)?)));
        Line::new(name, color, points.collect())
    };
    let wide = |number: Option<u64>| number.map(|number| number as f64);
    let deliveries = line("deltas to viewers", 1, &|each| Some(each.deliveries as f64));
    let open = line("viewers", 1, &|each| Some(each.open as f64));
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
        Plot::over_time("Deliveries a second", Unit::Count, vec![deliveries]),
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
                line("wanted by it", 3, &|each| Some(each.tool_thread_wanted)),
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
        Plot::over_time("Open connections", Unit::Count, vec![open]),
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
pub(in crate::report) fn distribution(title: &str, mut lines: Vec<Line>) -> Option<Plot> {
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

pub(in crate::report) fn ladder(all: &Percentiles) -> Vec<(f64, f64)> {
    let steps = all.ladder.iter().filter(|(quantile, _)| *quantile <= 0.9999);
    steps.map(|(quantile, micros)| (nines(*quantile), *micros as f64)).collect()
}

fn nines(quantile: f64) -> f64 {
    -(1.0 - quantile).max(1e-9).log10()
}
