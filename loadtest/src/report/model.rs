//! The report as JSON. `report.schema.json` is generated from these types; a test keeps it current.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::counts::Counts;
use crate::check::Verdict;
use crate::machine::Machine;

/// The quantiles that distributions are drawn from.
const LADDER: [f64; 16] = [
    0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999,
    1.0,
];

/// Everything about one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The report's form; 1.
    pub format: u32,
    /// The tool's version.
    pub tool_version: String,
    /// The scenario.
    pub scenario: String,
    /// When it began: UTC, RFC 3339.
    pub started_at: String,
    /// How long the measured part took, in seconds.
    pub measured_seconds: f64,
    /// What was asked for.
    pub settings: Vec<Setting>,
    /// What it ran on.
    pub machine: Machine,
    /// The checks.
    pub verdict: Verdict,
    /// How long things took.
    pub latencies: Latencies,
    /// How much happened.
    pub counts: Counts,
    /// How much happened in a second, while buyers came.
    pub rates: Rates,
    /// Errors by what was answered.
    pub errors: BTreeMap<String, u64>,
    /// Ended connections by close code; 1006 is none.
    pub closes: BTreeMap<String, u64>,
    /// What went wrong with connections.
    pub connection_failures: BTreeMap<String, u64>,
    /// What it took.
    pub resources: Resources,
    /// The parts of the run.
    pub phases: Vec<Phase>,
    /// The run, second by second.
    pub samples: Vec<Sample>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A distribution of durations, in microseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Percentiles {
    /// How many were measured.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// The least.
    pub min: u64,
    /// Half took no longer.
    pub p50: u64,
    /// 95 of 100 took no longer.
    pub p95: u64,
    /// 99 of 100 took no longer.
    pub p99: u64,
    /// 999 of 1,000 took no longer.
    pub p999: u64,
    /// The longest.
    pub max: u64,
    /// Pairs of a quantile (0 to 1) and the microseconds it lies at.
    pub ladder: Vec<(f64, u64)>,
}

impl Percentiles {
    /// Of a histogram of microseconds.
    #[must_use]
    pub fn of(histogram: &Histogram<u64>) -> Self {
        if histogram.is_empty() {
            return Self::default();
        }
        let at = |quantile| histogram.value_at_quantile(quantile);
        Self {
            count: histogram.len(),
            mean: histogram.mean(),
            min: histogram.min(),
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            p999: at(0.999),
            max: histogram.max(),
            ladder: LADDER.map(|quantile| (quantile, at(quantile))).into(),
        }
    }
}

/// Durations of one kind of request, from when it was due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestStep {
    /// Which.
    pub name: String,
    /// Those carried out.
    pub done: Percentiles,
    /// Those refused.
    pub refused: Percentiles,
}

/// How long things took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latencies {
    /// When the clock of an update begins: `answer` or `request`.
    pub update_from: String,
    /// Until a viewer had a version, over all viewers and versions.
    pub updates: Percentiles,
    /// Of those, how many were there before their clock began; they count as the least.
    #[serde(default)]
    pub updates_early: u64,
    /// Until the last viewer had a version, over the versions that reached everybody.
    pub last_viewer: Percentiles,
    /// From when a viewer was to connect until it had its map, or what it missed.
    pub joins: Percentiles,
    /// Requests, by step.
    pub requests: Vec<RequestStep>,
}

/// Means over the measured part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rates {
    /// Requests carried out, without those to come in.
    pub changes_per_second: f64,
    /// Deltas received by viewers.
    pub deliveries_per_second: f64,
    /// Bytes received by viewers.
    pub bytes_per_second: f64,
}

/// What one part took in the measured part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Seconds of a core, in its own code.
    pub user_seconds: f64,
    /// Seconds of a core, in the kernel.
    pub system_seconds: f64,
    /// Memory before the viewers came, in bytes.
    pub rss_before: u64,
    /// Memory with all viewers connected, in bytes.
    pub rss_connected: u64,
    /// The most memory, in bytes.
    pub rss_peak: u64,
    /// Memory at the end, in bytes.
    pub rss_end: u64,
}

/// What the run took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resources {
    /// The server, if it ran here.
    pub server: Option<Share>,
    /// The database, if it ran here.
    pub database: Option<Share>,
    /// This tool.
    pub tool: Share,
    /// The server's memory per connected viewer, in bytes: where that is what the run is about, and
    /// enough to be told from the rest.
    pub server_bytes_per_viewer: Option<f64>,
    /// How many viewers the targets had let in before the run: their memory is used again.
    #[serde(default)]
    pub server_viewers_before: Option<u64>,
    /// How many messages the targets handed to connections in the measured part by their own count,
    /// other runs' viewers included. Not told where one was started anew.
    #[serde(default)]
    pub server_deliveries: Option<u64>,
    /// How many of the servers' processes ended during the run.
    #[serde(default)]
    pub server_restarts: u64,
    /// The server's core-seconds per million deliveries, by its own count where there is one.
    pub server_seconds_per_million_deliveries: Option<f64>,
    /// The most of a core that one thread of the tool took in a second.
    pub tool_busiest_thread: f64,
    /// The most of a core that one thread of the tool took or waited for in a second.
    #[serde(default)]
    pub tool_thread_wanted: f64,
    /// Whether the tool itself was the limit, so that latencies are its own in part.
    pub tool_was_the_limit: bool,
}

/// A part of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// What happened.
    pub name: String,
    /// When it began, in seconds since the start.
    pub from: f64,
}

/// One second. Rates are per second, times in microseconds, processor time in cores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// Seconds since the start.
    pub at: f64,
    /// Open connections of viewers.
    pub open: u64,
    /// Deltas received by viewers.
    pub deliveries: u64,
    /// Bytes received by viewers.
    pub bytes: u64,
    /// Requests carried out, without those to come in.
    pub done: u64,
    /// Requests refused.
    pub refused: u64,
    /// Requests that ended unknown.
    pub unknown: u64,
    /// Requests, those to come in included: the median.
    pub request_p50: Option<u64>,
    /// Requests: the 95th percentile.
    pub request_p95: Option<u64>,
    /// Requests: the 99th percentile.
    pub request_p99: Option<u64>,
    /// Updates: the median.
    pub update_p50: Option<u64>,
    /// Updates: the 95th percentile.
    pub update_p95: Option<u64>,
    /// Updates: the 99th percentile.
    pub update_p99: Option<u64>,
    /// Updates: the longest.
    pub update_max: Option<u64>,
    /// The server's processor time.
    pub server_cpu: Option<f64>,
    /// The server's memory, in bytes.
    pub server_rss: Option<u64>,
    /// The database's processor time.
    pub database_cpu: Option<f64>,
    /// The database's memory, in bytes.
    pub database_rss: Option<u64>,
    /// The tool's processor time.
    pub tool_cpu: f64,
    /// What the tool's busiest thread took of a core.
    pub tool_busiest_thread: f64,
    /// What a thread of the tool took of a core or waited for, at most.
    #[serde(default)]
    pub tool_thread_wanted: f64,
    /// The tool's memory, in bytes.
    pub tool_rss: u64,
}

/// The schema of a report, as committed.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(Report);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
