//! Options that all scenarios share. What a scenario has its own default for is optional here.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use seatmap::protocol::live::Format;

use crate::buyers::{Keys, LatencyFrom};

/// How viewers' messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Writing {
    /// JSON text frames.
    Json,
    /// Binary frames.
    Bin,
}

impl From<Writing> for Format {
    fn from(writing: Writing) -> Self {
        match writing {
            Writing::Json => Self::Json,
            Writing::Bin => Self::Binary,
        }
    }
}

/// What every scenario takes.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// A node of the server; several share viewers and buyers
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub target: Vec<SocketAddr>,
    /// An address to connect from; several fit more sockets (default: as many loopback addresses
    /// as needed, if the target is one)
    #[arg(long, value_name = "ADDRESS")]
    pub source: Vec<IpAddr>,
    /// An event that exists (default: new ones are made)
    #[arg(long, value_name = "ID", conflicts_with_all = ["events", "seats", "chart"])]
    pub event: Vec<i64>,
    /// New events
    #[arg(long, default_value_t = 1)]
    pub events: usize,
    /// Seats of each new event, 1 to 200,000
    #[arg(long, conflicts_with = "chart", value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub seats: Option<u32>,
    /// A chart of the server's for the new events, such as `arena-18000`
    #[arg(long, value_name = "KEY")]
    pub chart: Option<String>,
    /// Life of a lock in the new events, in seconds
    #[arg(long)]
    pub lock_seconds: Option<u64>,
    /// Time to pay in the new events, in seconds
    #[arg(long)]
    pub booking_seconds: Option<u64>,
    /// Viewers
    #[arg(long)]
    pub viewers: Option<usize>,
    /// Connections begun a second while viewers come; 0: as fast as they are answered
    #[arg(long, value_name = "PER_SECOND", default_value_t = 2_000)]
    pub ramp: u32,
    /// How long the measured part is: 90, 90s, 15m or 2h
    #[arg(long, value_parser = duration)]
    pub duration: Option<Duration>,
    /// How long viewers may take to come, beyond the ramp; to come back after a storm; and to have
    /// everything at the end
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "120s")]
    pub patience: Duration,
    /// Repeats what buyers choose and when they come
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How viewers' messages are written
    #[arg(long, value_enum, default_value_t = Writing::Bin)]
    pub format: Writing,
    /// Threads that share the viewers
    #[arg(long, default_value_t = 1)]
    pub viewer_threads: usize,
    /// The core of the first of them
    #[arg(long, value_name = "CORE")]
    pub viewer_core: Option<usize>,
    /// Connections of buyers and writers at most
    #[arg(long, default_value_t = 200)]
    pub connections: usize,
    /// Whether requests carry an Idempotency-Key (default: buyers' do, writers' don't)
    #[arg(long, value_enum)]
    pub keys: Option<Keys>,
    /// When the clock of an update begins
    #[arg(long, value_enum, default_value_t = LatencyFrom::Answer)]
    pub latency_from: LatencyFrom,
    /// The server's database, to hold it against what the server says
    #[arg(long, value_name = "URL", env = "SEATMAP_LOADTEST_DATABASE_URL")]
    pub database_url: Option<tokio_postgres::Config>,
    /// The server's process (default: whoever listens on the target's port here)
    #[arg(long, value_name = "PID")]
    pub server_pid: Option<u32>,
    /// Folder of the reports
    #[arg(long, value_name = "FOLDER", default_value = "seatmap-report")]
    pub out: PathBuf,
    /// Show no progress
    #[arg(long)]
    pub quiet: bool,
}

/// Reads `90`, `90s`, `15m` or `2h`.
///
/// # Errors
/// In words, for anything else.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return Err("expected seconds, or a number with s, m or h".to_owned()),
    };
    let number: f64 = digits.parse().map_err(|_| "expected a number, as in 90s".to_owned())?;
    let seconds = number * factor;
    // A week.
    if (0.1..=604_800.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("from a tenth of a second to a week".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_their_units() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("15m", 900), ("2h", 7_200)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "s", "5d", "-1", "1h30", "0", "NaN", "8d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
