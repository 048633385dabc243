//! Every option of the program: as a flag, as an environment variable, with help, unit and default.
//! Wrong values are refused at the start, naming the option.

mod database;
mod options;
mod show;

use clap::{Parser, Subcommand};

pub use database::{Database, DatabaseOptions};
pub use options::{LiveSockets, LogFormat, LogOptions, Options, SellingOptions, ServerOptions};
pub use show::effective;

/// A self-hosted real-time seat map and booking server.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
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
}

/// Actions on epochs.
#[derive(Debug, Subcommand)]
pub enum EpochCommand {
    /// Give every event a new epoch: everyone gets the whole map again. For use after a backup was
    /// restored in place; failovers and restores elsewhere are noticed without it.
    Bump(Box<Options>),
}
