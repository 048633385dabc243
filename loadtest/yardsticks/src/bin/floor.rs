//! The floor: the least a program can do to reach every socket. See `seatmap_yardsticks::floor`.

use std::process::ExitCode;

use clap::Parser as _;
use seatmap_yardsticks::floor::{Options, run};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: {error}");
            ExitCode::FAILURE
        }
    }
}
