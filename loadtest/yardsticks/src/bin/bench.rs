//! The benchmark in one command, see `seatmap_yardsticks::bench`. The yardsticks are in the same
//! program, so that it is linked once; each runs as a process of its own all the same.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use seatmap_yardsticks::{bench, floor, textbook};

#[derive(Debug, Parser)]
#[command(version = seatmap_loadtest::VERSION, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure and write the table.
    Run(bench::Options),
    /// A yardstick: the least a program can do to reach every socket.
    Floor(floor::Options),
    /// A yardstick: a booking server of the textbook kind.
    Textbook(textbook::Options),
}

fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        // No runtime: one thread and one epoll.
        Command::Floor(options) => floor::run(&options).map_err(Into::into),
        Command::Textbook(options) => on_runtime(textbook::run(options)),
        Command::Run(options) => on_runtime(async {
            // Whichever ends first, what was started ends with it: a child goes with its owner.
            tokio::select! {
                ended = bench::run(options) => ended,
                _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
            }
        }),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn on_runtime(work: impl Future<Output = Result<(), bench::Failed>>) -> Result<(), bench::Failed> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
