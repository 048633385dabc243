//! The node's figures in the OpenMetrics text format. Parts count for themselves; here their
//! counts are named and rendered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::app::App;

/// Counts of the REST interface.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Family<Vec<(&'static str, String)>, Counter>,
    durations: Durations,
}

struct Durations(Histogram);

impl Default for Durations {
    fn default() -> Self {
        // 0.5 ms to 16 s, doubling.
        Self(Histogram::new(exponential_buckets(0.0005, 2.0, 16)))
    }
}

impl Metrics {
    /// Counts an answered request.
    pub(crate) fn answered(&self, method: &Method, status: StatusCode, took: Duration) {
        let method = match *method {
            Method::GET | Method::POST | Method::PATCH | Method::DELETE => method.to_string(),
            _ => "other".to_owned(),
        };
        let labels = vec![("method", method), ("status", status.as_u16().to_string())];
        self.requests.get_or_create(&labels).inc();
        self.durations.0.observe(took.as_secs_f64());
    }
}

/// All figures as text.
pub(crate) fn render(app: &App) -> String {
    let mut registry = Registry::with_prefix("seatmap");
    let rest = &app.metrics;
    registry.register("http_requests", "Requests answered", rest.requests.clone());
    let help = "Time until a request was answered, in seconds";
    registry.register("http_request_duration_seconds", help, rest.durations.0.clone());
    add_node(&mut registry, app);
    add_sequencer(&mut registry, app);
    add_hub(&mut registry, app);
    add_database(&mut registry, app);
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = encode(&mut text, &registry);
    text
}

fn counter(registry: &mut Registry, name: &str, help: &str, value: u64) {
    registry.register(name, help, ConstCounter::new(value));
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: usize) {
    registry.register(name, help, ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)));
}

fn add_node(registry: &mut Registry, app: &App) {
    // One of them accepts the others.
    let connections = app.connections.len().saturating_sub(1);
    let help = "HTTP connections, event streams included, live sockets not";
    gauge(registry, "http_connections", help, connections);
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        gauge(registry, "tasks", "Tasks of the runtime", runtime.metrics().num_alive_tasks());
    }
}

fn add_sequencer(registry: &mut Registry, app: &App) {
    let stats = app.sequencer.stats();
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    for (name, help, count) in [
        ("batches", "Transactions of the write path", &stats.batches),
        ("commands", "Commands carried out or refused by the write path", &stats.requests),
        ("batch_retries", "Transactions run again after a passing failure", &stats.retries),
        ("batch_isolations", "Batches taken apart to find what fails", &stats.isolations),
        ("commit_doubts", "Commits whose answer was lost", &stats.doubts),
        ("command_timeouts", "Commands whose deadline passed", &stats.timeouts),
        ("command_overloads", "Commands refused because too many waited", &stats.overloads),
    ] {
        counter(registry, name, help, of(count));
    }
    gauge(registry, "queues", "Events with a queue", app.sequencer.queues());
}

fn add_hub(registry: &mut Registry, app: &App) {
    let stats = app.live.hub.stats().snapshot();
    for (name, help, value) in [
        ("frames_published", "Merged frames published to viewers", stats.frames_published),
        ("frames_encoded", "Messages encoded, once per format", stats.frames_encoded),
        ("deliveries", "Messages handed to connections", stats.deliveries),
        ("laggard_snapshots", "Snapshots for connections off the ring", stats.laggard_snapshots),
        ("stalled_closes", "Connections closed as stalled", stats.stalled_closes),
        ("viewers_refused", "Connections refused for lack of room", stats.refused),
        ("divergences", "Mirrors found unlike the table", stats.divergences),
        ("repairs", "Reads of the change log", stats.repairs),
        ("resyncs", "Snapshots that clients asked for", stats.resyncs),
        ("reloads", "Mirrors read anew", stats.reloads),
        ("resumes", "Connections resumed without a snapshot", stats.resumes),
        ("feed_failures", "Reads of the hub that failed", stats.read_failures),
    ] {
        counter(registry, name, help, value);
    }
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    gauge(registry, "viewers", "Live connections", size(stats.viewers));
    let help = "Live connections whose sockets a loop owns";
    gauge(registry, "viewers_direct", help, size(stats.viewers_direct));
    gauge(registry, "events_watched", "Events with a mirror", size(stats.events));
}

fn add_database(registry: &mut Registry, app: &App) {
    let (open, idle) = app.store.connections();
    gauge(registry, "database_connections", "Pooled connections", open);
    gauge(registry, "database_connections_idle", "Pooled connections not in use", idle);
    let listener = &app.listener;
    let help = "Whether announcements are heard";
    gauge(registry, "listener_up", help, usize::from(listener.is_listening()));
    counter(registry, "listener_connections", "Times it connected", listener.connections());
    counter(registry, "notifications", "Announcements heard", listener.notifications());
}
