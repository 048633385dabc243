//! Every option of the program: as a flag, as an environment variable, with help, unit and default.
//! Wrong values are refused at the start, naming the option; a variable that is empty counts as not
//! set.

mod database;
mod options;
mod provider;
mod show;

use clap::{Arg, CommandFactory as _, Parser, Subcommand};

use crate::http::Role;

pub use database::{Database, DatabaseOptions};
pub use options::{LiveSockets, LogFormat, LogOptions, Options, SellingOptions, ServerOptions};
pub use provider::ProviderOptions;
pub use show::effective;

/// A self-hosted real-time seat map and booking server.
#[derive(Debug, Parser)]
#[command(version = env!("SEATMAP_VERSION"), about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The program's options, as its environment is.
#[must_use]
pub fn command() -> clap::Command {
    without_empty(Cli::command())
}

/// Leaves variables alone that are empty: compose files and unit files pass on what nobody has given
/// a value.
fn without_empty(command: clap::Command) -> clap::Command {
    let is_empty = |argument: &Arg| {
        let value = argument.get_env().and_then(std::env::var_os);
        value.is_some_and(|value| value.is_empty())
    };
    let unless_empty =
        |argument: Arg| if is_empty(&argument) { argument.env(None::<&str>) } else { argument };
    command.mut_args(unless_empty).mut_subcommands(without_empty)
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server. Without DATABASE_URL and DB_* it runs on a PostgreSQL cluster of its own.
    Serve(Box<Options>),
    /// Run the server with demo venues and events on sale.
    Demo(Box<Options>),
    /// Bring the database's schema up to date and end.
    Migrate(Box<Options>),
    /// Print the effective configuration, secrets hidden, and end.
    Config(Box<Options>),
    /// Tell clients that the events' history is not continued.
    #[command(subcommand)]
    Epoch(EpochCommand),
    /// Print a signed token for an organiser. Needs JWT_SECRET and no database.
    Token(TokenOptions),
    /// Look at charts, and convert them from and to other formats. Needs no database.
    #[command(subcommand)]
    Chart(ChartCommand),
}

/// For whom a token is.
#[derive(Debug, clap::Args)]
pub struct TokenOptions {
    /// The secret that the server reads signed tokens by.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: String,
    /// What they may do.
    #[arg(long, default_value = "organiser")]
    pub role: Role,
    /// Who they are; the log names them by it.
    #[arg(long, default_value = "organiser")]
    pub subject: String,
    /// For how long the token is good, in hours (1–8,760).
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8_760))]
    pub hours: u32,
}

/// What to do with a chart. What could not be carried over is said on standard error.
#[derive(Debug, Subcommand)]
pub enum ChartCommand {
    /// Convert a chart of any known format to the own one, on standard output.
    Import(ChartFile),
    /// Convert a chart to another format, on standard output.
    Export {
        /// The chart.
        #[command(flatten)]
        chart: ChartFile,
        /// The format to write.
        #[arg(long, default_value = "seatmap", value_parser = ["seatmap", "pretix"])]
        to: String,
    },
    /// Say whether a chart is valid, and if not, where and why.
    Validate(ChartFile),
    /// Say what is in a chart.
    Info(ChartFile),
}

/// A chart on disk, or one that is built in.
#[derive(Debug, clap::Args)]
pub struct ChartFile {
    /// The file; `-` is standard input.
    #[arg(required_unless_present = "venue", conflicts_with = "venue")]
    pub file: Option<std::path::PathBuf>,
    /// A built-in venue instead, such as `stadium-75000`.
    #[arg(long)]
    pub venue: Option<String>,
    /// The file's format; found out when not given.
    #[arg(long, value_parser = ["seatmap", "pretix", "seatsio", "seatlayer"])]
    pub format: Option<String>,
}

/// Actions on epochs.
#[derive(Debug, Subcommand)]
pub enum EpochCommand {
    /// Give every event a new epoch: everyone gets the whole map again. For use after a backup was
    /// restored in place; failovers and restores elsewhere are noticed without it.
    Bump(Box<Options>),
}
