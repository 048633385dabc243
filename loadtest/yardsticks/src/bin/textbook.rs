//! The server of the textbook kind. See `seatmap_yardsticks::textbook`.

use std::process::ExitCode;

use clap::Parser as _;
use seatmap_yardsticks::textbook::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("textbook: {error}");
            ExitCode::FAILURE
        }
    }
}
