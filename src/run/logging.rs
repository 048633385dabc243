//! Structured logs to standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogOptions};

/// Starts logging. Later calls do nothing: tests start several nodes in one process.
pub(super) fn start(options: &LogOptions) {
    // These two log each step at info; what matters of it is said in a line of ours.
    let quiet = "refinery_core=warn,tokio_postgres=warn";
    let filter = EnvFilter::try_new(format!("{quiet},{}", options.log_level));
    let filter = filter.unwrap_or_default();
    let terminal = std::io::stderr().is_terminal();
    let fallback = if terminal { LogFormat::Pretty } else { LogFormat::Json };
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(terminal);
    let started = match options.log_format.unwrap_or(fallback) {
        LogFormat::Pretty => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).with_span_list(false).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging runs already");
    }
}
