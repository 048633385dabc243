//! Structured logs to standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogOptions};

/// Starts logging. Later calls do nothing: tests start several nodes in one process.
pub(super) fn start(options: &LogOptions) {
    // The migration crate logs each step at info; what was applied is said in one line of ours.
    let filter = EnvFilter::try_new(format!("refinery_core=warn,{}", options.log_level));
    let filter = filter.unwrap_or_default();
    let terminal = std::io::stderr().is_terminal();
    let fallback = if terminal { LogFormat::Pretty } else { LogFormat::Json };
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(terminal);
    let started = match options.log_format.unwrap_or(fallback) {
        LogFormat::Pretty => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging runs already");
    }
}
