//! The benchmark in one command. See `seatmap_yardsticks::bench`.

use std::process::ExitCode;

use clap::Parser as _;
use seatmap_yardsticks::bench::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    let interrupted = async { tokio::signal::ctrl_c().await };
    // Whichever ends first, what was started is ended with it: every child goes with its owner.
    let ended = tokio::select! {
        ended = run(Options::parse()) => ended,
        _ = interrupted => Err("interrupted".into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
