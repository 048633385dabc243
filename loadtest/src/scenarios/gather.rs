//! Makes a report of everything a run has gathered.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::plan::Plan;
use super::resources::resources;
use super::weigh::ThreeCounts;
use crate::audience::{AudienceStats, Numbers};
use crate::buyers::{self, LatencyFrom, Step};
use crate::check::Verdict;
use crate::latency::LatencyFigures;
use crate::machine::Machine;
use crate::monitor::{Mark, Series};
use crate::report::{
    Counts, Latencies, Percentiles, Rates, Report, RequestStep, Setting, SlowViewers, sampled,
};

/// Customers by how they fared.
pub(super) type Fared = BTreeMap<String, u64>;

/// Everything a run has gathered.
pub(super) struct Gathered {
    pub(super) plan: Plan,
    pub(super) started_at: String,
    pub(super) machine: Machine,
    pub(super) verdict: Verdict,
    pub(super) stats: AudienceStats,
    pub(super) latency: LatencyFigures,
    pub(super) series: Series,
    /// Before the viewers came, with all of them, when buyers came no more, when the last had left.
    pub(super) marks: [Mark; 4],
    pub(super) counted: ThreeCounts,
    pub(super) steps: Vec<Step>,
    pub(super) codes: BTreeMap<String, u64>,
    pub(super) requests_cut: u64,
    pub(super) fared: Fared,
    pub(super) changes_missed: u64,
}

pub(super) fn fared(fared: &buyers::Fared) -> Fared {
    let counts = [
        ("came", &fared.came),
        ("bought", &fared.bought),
        ("walked away", &fared.left),
        ("cancelled", &fared.cancelled),
        ("empty-handed", &fared.empty_handed),
        ("failed", &fared.failed),
        ("races lost", &fared.races_lost),
    ];
    counts.map(|(name, count)| (name.to_owned(), count.load(Ordering::Relaxed))).into()
}

/// The report.
pub(super) fn report(gathered: Gathered) -> Report {
    let [_, connected, closing, _] = &gathered.marks;
    let measured_seconds = closing.at - connected.at;
    let rates = rates(connected, closing);
    let resources = resources(&gathered);
    let counts = counts(&gathered);
    let Gathered { plan, latency, stats, series, steps, .. } = gathered;
    let step = |step: &Step| RequestStep {
        name: step.asked.name().to_owned(),
        done: Percentiles::of(&step.done),
        refused: Percentiles::of(&step.refused),
    };
    Report {
        format: 1,
        tool_version: crate::VERSION.to_owned(),
        scenario: plan.name.to_owned(),
        started_at: gathered.started_at,
        measured_seconds,
        settings: settings(&plan),
        machine: gathered.machine,
        verdict: gathered.verdict,
        latencies: Latencies {
            update_from: match plan.options.latency_from {
                LatencyFrom::Answer => "answer",
                LatencyFrom::Request => "request",
            }
            .to_owned(),
            updates: Percentiles::of(&latency.updates),
            updates_early: latency.early,
            last_viewer: Percentiles::of(&latency.last_of_all),
            joins: Percentiles::of(&stats.joins),
            requests: steps.iter().map(step).collect(),
        },
        counts,
        rates,
        errors: gathered.codes,
        closes: stats.closes.iter().map(|(code, count)| (code.to_string(), *count)).collect(),
        connection_failures: stats.failures,
        resources,
        phases: series.phases,
        samples: sampled(series.samples, &series.requests, &latency.seconds),
    }
}

fn rates(from: &Mark, to: &Mark) -> Rates {
    let seconds = (to.at - from.at).max(1e-3);
    let rate = |from: u64, to: u64| to.saturating_sub(from) as f64 / seconds;
    Rates {
        // Counted from the beginning of the measured part on.
        changes_per_second: rate(0, to.done),
        deliveries_per_second: rate(from.numbers.deltas, to.numbers.deltas),
        bytes_per_second: rate(from.numbers.bytes, to.numbers.bytes),
    }
}

fn counts(gathered: &Gathered) -> Counts {
    let [_, connected, _, end] = &gathered.marks;
    let (then, now) = (&connected.numbers, &end.numbers);
    let sum = |of: fn(&Step) -> u64| gathered.steps.iter().map(of).sum::<u64>();
    let unknown = gathered.codes.iter().filter(|(code, _)| code.starts_with("unknown"));
    let unknown: u64 = unknown.map(|(_, count)| *count).sum();
    Counts {
        viewers: gathered.plan.viewers as u64,
        // When all had come to rest: the slow read on by then, and who was closed has come back.
        viewers_open: gathered.stats.numbers.open,
        connections_opened: now.opened,
        messages: now.messages - then.messages.min(now.messages),
        deliveries: now.deltas - then.deltas.min(now.deltas),
        versions_delivered: gathered.latency.delivered,
        versions_unnoted: gathered.latency.unnoted,
        snapshots: now.snapshots,
        resumes: now.resumes,
        slow: slow_viewers(&gathered.stats.numbers),
        bytes: now.bytes - then.bytes.min(now.bytes),
        requests_done: sum(|step| step.done.len()),
        requests_refused: sum(|step| step.refused.len()),
        requests_unknown: unknown,
        requests_cut: gathered.requests_cut,
        customers: gathered.fared.clone(),
        changes_missed: gathered.changes_missed,
        latencies_lost: gathered.latency.lost,
    }
}

/// When all had come to rest: who reads nothing is told then what happened meanwhile.
fn slow_viewers(numbers: &Numbers) -> SlowViewers {
    SlowViewers {
        viewers: numbers.slow,
        fell_behind: numbers.slow_behind,
        closed: numbers.slow_closed,
        came_back: numbers.slow_back,
    }
}

fn settings(plan: &Plan) -> Vec<Setting> {
    let options = &plan.options;
    let mut settings = Vec::new();
    let mut set = |name: &str, value: String| {
        settings.push(Setting { name: name.to_owned(), value });
    };
    let targets: Vec<_> = options.target.iter().map(ToString::to_string).collect();
    set("targets", targets.join(", "));
    if options.event.is_empty() {
        let what = options.chart.clone().unwrap_or_else(|| format!("{} seats", plan.seats));
        set("new events", format!("{} × {what}", options.events));
        set("lock, payment", format!("{} s, {} s", plan.lock_seconds, plan.booking_seconds));
    } else {
        set("events", format!("{:?}", options.event));
    }
    set("viewers", plan.viewers.to_string());
    set("ramp", format!("{}/s", options.ramp));
    set("duration", format!("{:?}", plan.duration));
    set("format", format!("{:?}", options.format).to_lowercase());
    set("viewer threads", options.viewer_threads.to_string());
    if let Some(slow) = plan.slow {
        set("slow viewers", format!("{} read {} B/s", slow.share, slow.bytes_per_second));
    }
    if let Some(writers) = plan.writers {
        set("changes", format!("{}/s by {} writers", writers.per_second, writers.writers));
    }
    if let Some(customers) = &plan.customers {
        set("customers", format!("{}/s, thinking {:?}", customers.per_second, customers.think));
        set("walk away", format!("{}, {} of them silently", customers.abandon, customers.silent));
        set("never pay, cancel", format!("{}, {}", customers.unpaid, customers.cancel));
        set("seats chosen by", format!("{:?}", customers.chosen_by).to_lowercase());
    }
    if let Some((buyers, seats)) = plan.crowd {
        set("crowd", format!("{buyers} buyers of {seats} seats"));
    }
    if let Some(storms) = plan.storms {
        set("storms", format!("every {:?}", storms.every));
    }
    if plan.writers.is_some() || plan.customers.is_some() || plan.crowd.is_some() {
        set("connections", options.connections.to_string());
        set("idempotency keys", format!("{:?}", plan.keys).to_lowercase());
    }
    set("seed", options.seed.to_string());
    settings
}
