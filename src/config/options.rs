//! The options, by what they are about.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::database::DatabaseOptions;
use super::provider::ProviderOptions;
use crate::http::rate::RateLimit;
use crate::http::server::ConnectionLimits;
use crate::http::{AllowedOrigins, AuthMode, EventDefaults, HttpSettings, JwtSecret};
use crate::hub::settings::{LiveSettings, SocketWay};
use crate::store::pool::{CONNECTIONS_MIN, PoolSettings};

/// All options of a server.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Where it listens and whom it believes.
    #[command(flatten)]
    pub server: ServerOptions,
    /// The database.
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// Defaults of new events.
    #[command(flatten)]
    pub selling: SellingOptions,
    /// Live maps.
    #[command(flatten)]
    pub live: LiveOptions,
    /// Logs.
    #[command(flatten)]
    pub log: LogOptions,
}

/// Where the server listens and whom it believes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerOptions {
    /// The address to listen on.
    #[arg(long, env = "BIND", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// The TCP port to listen on; 0 takes a free one.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Whom the server believes: `open` (who says who they are; for development, and behind a
    /// shop) or `token` (guest sessions and signed tokens only).
    #[arg(long, env = "AUTH_MODE", default_value = "open")]
    pub auth_mode: AuthMode,
    /// What a shop's signed tokens are read by: at least 32 bytes that only the shop knows. Their
    /// claims are `sub`, `exp` and `role` (customer, organiser or admin), signed by HS256.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, value_parser = jwt_secret)]
    pub jwt_secret: Option<JwtSecret>,
    /// Whose signed tokens are taken.
    #[command(flatten)]
    pub provider: ProviderOptions,
    /// Allow open mode on an address that others can reach.
    #[arg(long, env = "ALLOW_OPEN_MODE_ON_ANY_ADDRESS", value_parser = clap::builder::BoolishValueParser::new(), default_value = "false", num_args = 0..=1, default_missing_value = "true")]
    pub allow_open_mode_on_any_address: bool,
    /// Whose pages may use the server from a browser, besides its own: origins separated by commas
    /// (100 at most), e.g. `https://shop.example`, or `*` for every site's.
    #[arg(long, env = "ALLOWED_ORIGINS")]
    pub allowed_origins: Option<AllowedOrigins>,
    /// How long a request may take until it is answered, in seconds (1–600).
    #[arg(long, env = "REQUEST_TIMEOUT_SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub request_timeout_seconds: u64,
    /// How many requests a second a caller may send (0–1,000,000; 0: no limit); all from one
    /// address ten times as many. Probes and sockets don't count; handshakes that are refused do,
    /// for the address.
    #[arg(long, env = "RATE_LIMIT_RPS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub rate_limit_rps: u32,
    /// How many requests a caller may send at once after a while of silence (1–1,000,000).
    #[arg(long, env = "RATE_LIMIT_BURST", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate_limit_burst: u32,
    /// How many HTTP connections are served at once (16–1,000,000); a further one takes the place
    /// of the one that has been silent for longest after an answer, or waits while none is. Live
    /// sockets don't count, event streams do.
    #[arg(long, env = "CONNECTIONS_MAX", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(16..=1_000_000))]
    pub connections_max: u64,
    /// How long a request's head may take to come, in seconds (1–600).
    #[arg(long, env = "HEADER_TIMEOUT_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub header_timeout_seconds: u64,
    /// How long after an answer the next request's head has to be complete, in seconds (1–3,600).
    #[arg(long, env = "KEEP_ALIVE_SECONDS", default_value_t = 75, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub keep_alive_seconds: u64,
    /// The largest request body, in bytes (1,024–67,108,864).
    #[arg(long, env = "MAX_BODY_BYTES", default_value_t = 1_048_576, value_parser = clap::value_parser!(u64).range(1_024..=67_108_864))]
    pub max_body_bytes: u64,
}

/// Defaults of new events.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Selling (defaults of new events)")]
pub struct SellingOptions {
    /// How long a lock lives, in seconds (1–7,200).
    #[arg(long, env = "SEAT_LOCK_SECONDS", default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=7_200))]
    pub seat_lock_seconds: u32,
    /// How long a booking waits for its payment, in seconds (1–86,400).
    #[arg(long, env = "BOOKING_EXPIRY_SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub booking_expiry_seconds: u32,
    /// How long a hold may live in all, extensions included, in seconds (1–86,400)
    /// [default: 11 times the lock's].
    #[arg(long, env = "HOLD_LIFE_MAX_SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub hold_life_max_seconds: Option<u32>,
    /// How many seats of an event one user may have, locked, reserved and sold (1–1,000).
    #[arg(long, env = "MAX_SEATS_PER_USER", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub max_seats_per_user: u32,
}

/// Live maps.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Live maps")]
pub struct LiveOptions {
    /// How many sockets and streams this node keeps at once (1–1,000,000). Each takes a file
    /// descriptor.
    #[arg(long, env = "VIEWERS_MAX", default_value_t = 15_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub viewers_max: u64,
    /// Who owns an open socket: `direct` (a few loops own the bare connections; the cheapest) or
    /// `portable` (a task each). What can't be owned directly is portable in any case.
    #[arg(long, env = "LIVE_SOCKETS", default_value = "direct")]
    pub live_sockets: LiveSockets,
    /// Something is sent on every socket at least this often, in seconds (1–300).
    #[arg(long, env = "HEARTBEAT_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=300))]
    pub heartbeat_seconds: u64,
    /// Changes within this many milliseconds travel in one frame, at first (0–1,000; 0: each at
    /// once, for good); then each event finds its own window by how long its frames take, 1 to
    /// 100 ms.
    #[arg(long, env = "FRAME_WINDOW_MS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=1_000))]
    pub frame_window_ms: u64,
}

/// Who owns an open socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LiveSockets {
    /// A few loops, the bare connections.
    Direct,
    /// A task each.
    Portable,
}

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Logs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Logs")]
pub struct LogOptions {
    /// error, warn, info, debug or trace; or filters by module, e.g. `info,seatmap::store=debug`.
    #[arg(long, env = "LOG_LEVEL", default_value = "info", value_parser = log_filter)]
    pub log_level: String,
    /// How logs look [default: pretty on a terminal, else json].
    #[arg(long, env = "LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
}

fn jwt_secret(text: &str) -> Result<JwtSecret, String> {
    JwtSecret::new(text)
}

/// A filter whose every part ends in a level. The filter's own parser would take a misspelt level
/// for the name of a module, and the log would fall silent.
fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text).map_err(|error| error.to_string())?;
    for part in text.split(',') {
        let level = part.rsplit('=').next().unwrap_or(part).trim();
        if level.parse::<tracing_subscriber::filter::LevelFilter>().is_err() || level.is_empty() {
            return Err(format!("\"{level}\" is none of error, warn, info, debug, trace and off"));
        }
    }
    Ok(text.to_owned())
}

impl Options {
    /// The limits of REST and the defaults of new events.
    #[must_use]
    pub fn http(&self) -> HttpSettings {
        HttpSettings {
            auth_mode: self.server.auth_mode,
            jwt_secret: self.server.jwt_secret.clone(),
            provider: self.server.provider.settings(),
            allowed_origins: self.server.allowed_origins.clone(),
            request_timeout: Duration::from_secs(self.server.request_timeout_seconds),
            max_body_bytes: usize::try_from(self.server.max_body_bytes).unwrap_or(usize::MAX),
            rate: RateLimit {
                per_second: self.server.rate_limit_rps,
                burst: self.server.rate_limit_burst,
            },
            connections: ConnectionLimits {
                connections_max: usize::try_from(self.server.connections_max).unwrap_or(usize::MAX),
                header_timeout: Duration::from_secs(self.server.header_timeout_seconds),
                keep_alive: Duration::from_secs(self.server.keep_alive_seconds),
                ..ConnectionLimits::default()
            },
            defaults: EventDefaults {
                lock_seconds: self.selling.seat_lock_seconds,
                booking_seconds: self.selling.booking_expiry_seconds,
                hold_life_max_seconds: self.selling.hold_life_max_seconds,
                max_seats_per_user: self.selling.max_seats_per_user,
            },
        }
    }

    /// The settings of live maps.
    #[must_use]
    pub fn live(&self) -> LiveSettings {
        LiveSettings {
            sockets: match self.live.live_sockets {
                LiveSockets::Direct => SocketWay::Direct,
                LiveSockets::Portable => SocketWay::Portable,
            },
            viewers_max: usize::try_from(self.live.viewers_max).unwrap_or(usize::MAX),
            heartbeat: Duration::from_secs(self.live.heartbeat_seconds),
            frame_window: Duration::from_millis(self.live.frame_window_ms),
            ..LiveSettings::default()
        }
    }

    /// The sizes of the pools.
    #[must_use]
    pub fn pool(&self) -> PoolSettings {
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        PoolSettings {
            max_open: size(self.database.db_max_open_conns).max(CONNECTIONS_MIN),
            max_idle: size(self.database.db_max_idle_conns),
        }
    }

    /// What is wrong with the options together, if anything.
    ///
    /// # Errors
    /// Names the option that has to change.
    pub fn check(&self) -> Result<(), String> {
        let server = &self.server;
        let open = server.auth_mode == AuthMode::Open;
        if open && !server.bind.is_loopback() && !server.allow_open_mode_on_any_address {
            return Err(format!(
                "--bind (BIND): open mode on {} would let anybody who reaches it act as anybody; \
                 use --auth-mode token, or --allow-open-mode-on-any-address if a shop in front of \
                 it is the only one to reach it",
                server.bind
            ));
        }
        server.provider.check()?;
        self.database.target().map(|_| ())
    }
}
