//! Options that all scenarios share. What a scenario has its own default for is optional here.

use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{RangedU64ValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, ValueEnum};
use seatmap::protocol::live::Format;

use crate::buyers::{Keys, LatencyFrom};
use crate::rest::Token;

/// Requests a second that can be asked for at most.
const RATE_MAX: f64 = 1e6;
/// The longest think time, in seconds.
const THINK_SECONDS_MAX: f64 = 3_600.0;
/// New events, at most.
pub(crate) const EVENTS_MAX: u64 = 1_000;
/// Threads that share the viewers, at most.
const THREADS_MAX: u64 = 256;
/// Connections, writers and buyers, at most: as many as a process has sockets.
pub const PEOPLE_MAX: u64 = 1_000_000;

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
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = target)]
    pub target: Vec<SocketAddr>,
    /// An address to connect from; several fit more sockets (default: as many loopback addresses
    /// as needed, if the target is one)
    #[arg(long, value_name = "ADDRESS")]
    pub source: Vec<IpAddr>,
    /// An event that exists (default: new ones are made)
    #[arg(long, value_name = "ID", conflicts_with_all = ["events", "seats", "chart", "lock_seconds", "booking_seconds"])]
    pub event: Vec<i64>,
    /// New events
    #[arg(long, default_value_t = 1, value_parser = count(EVENTS_MAX))]
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
    #[arg(long, default_value_t = 1, value_parser = count(THREADS_MAX))]
    pub viewer_threads: usize,
    /// The core of the first of them
    #[arg(long, value_name = "CORE")]
    pub viewer_core: Option<usize>,
    /// Connections of buyers and writers at most
    #[arg(long, default_value_t = 200, value_parser = count(PEOPLE_MAX))]
    pub connections: usize,
    /// Whether requests carry an Idempotency-Key (default: buyers' do, writers' don't)
    #[arg(long, value_enum)]
    pub keys: Option<Keys>,
    /// When the clock of an update begins
    #[arg(long, value_enum, default_value_t = LatencyFrom::Answer)]
    pub latency_from: LatencyFrom,
    /// The server's database, to hold it against what the server says
    #[arg(long, value_name = "URL", env = "SEATMAP_LOADTEST_DATABASE_URL", hide_env_values = true,
          value_parser = DATABASE_URL)]
    pub database_url: Option<tokio_postgres::Config>,
    /// An organiser's token, to make events and to read the change log of a server in token mode;
    /// `seatmap token` prints one
    #[arg(long, env = "SEATMAP_LOADTEST_TOKEN", hide_env_values = true, value_parser = TOKEN)]
    pub token: Option<Token>,
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

/// Reads what nobody else may see. The error doesn't repeat what was given, as those of other
/// parsers do.
#[derive(Clone, Debug)]
struct Secret<T> {
    read: fn(&str) -> Option<T>,
    expected: &'static str,
}

const TOKEN: Secret<Token> =
    Secret { read: Token::new, expected: "a token, which is one word of ASCII" };
const DATABASE_URL: Secret<tokio_postgres::Config> = Secret {
    read: |url| url.parse().ok(),
    expected: "a URL such as postgres://user:password@host:5432/seatmap",
};

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Secret<T> {
    type Value = T;

    fn parse_ref(&self, _: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let name = arg.and_then(Arg::get_long).unwrap_or_default();
        let said = format!("--{name}: expected {}\n", self.expected);
        let wrong = || clap::Error::raw(ErrorKind::ValueValidation, said);
        value.to_str().and_then(self.read).ok_or_else(wrong)
    }
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

/// Reads `localhost:8080` or `127.0.0.1:8080`. Of a host's addresses the first of IPv4 is taken.
///
/// # Errors
/// In words, when there is no such host, or no port.
pub fn target(text: &str) -> Result<SocketAddr, String> {
    let addresses = text.to_socket_addrs();
    let addresses: Vec<_> =
        addresses.map_err(|error| format!("expected HOST:PORT of a host: {error}"))?.collect();
    let first = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    first.copied().ok_or_else(|| "the host has no address".to_owned())
}

/// Reads how many a second.
///
/// # Errors
/// In words, for what can't be a rate.
pub fn rate(text: &str) -> Result<f64, String> {
    let rate = number(text)?;
    let is_one = rate > 0.0 && rate <= RATE_MAX;
    is_one.then_some(rate).ok_or_else(|| "above 0, and not above a million".to_owned())
}

/// Reads a share.
///
/// # Errors
/// In words, for what is none.
pub fn share(text: &str) -> Result<f64, String> {
    let share = number(text)?;
    (0.0..=1.0).contains(&share).then_some(share).ok_or_else(|| "from 0 to 1".to_owned())
}

/// Reads a think time in seconds.
///
/// # Errors
/// In words, for what is none.
pub fn think(text: &str) -> Result<f64, String> {
    let seconds = number(text)?;
    let is_one = (0.0..=THINK_SECONDS_MAX).contains(&seconds);
    is_one.then_some(seconds).ok_or_else(|| "from 0 to an hour, in seconds".to_owned())
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "expected a number".to_owned())
}

/// Reads how many of something that there must be one of at least.
#[must_use]
pub fn count(most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_may_be_a_name() {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 80));
        assert_eq!((target("127.0.0.1:80"), target("localhost:80")), (Ok(loopback), Ok(loopback)));
        for text in ["", "localhost", "http://localhost:80", "127.0.0.1:x"] {
            assert!(target(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused() {
        for text in ["0", "-1", "NaN", "inf", "1e7", "", "x"] {
            assert!(rate(text).is_err(), "{text}");
        }
        assert_eq!((rate("0.5"), think("0"), share("1")), (Ok(0.5), Ok(0.0), Ok(1.0)));
        for text in ["NaN", "inf", "-1"] {
            assert!(think(text).is_err() && share(text).is_err(), "{text}");
        }
    }

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
