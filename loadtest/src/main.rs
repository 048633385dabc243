//! The load generator and checker of the Seatmap server. Exits non-zero on a gap or any other
//! breach of the contract.

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use seatmap::protocol::live::since::Since;
use seatmap::protocol::live::{Format, text};
use seatmap_loadtest::view::View;
use seatmap_loadtest::write::{Write, told};

#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Follow one event and print what is said, one JSON line per message.
    View {
        /// The server.
        #[arg(long, default_value = "ws://127.0.0.1:8080")]
        url: String,
        /// The event's id.
        #[arg(long)]
        event: i64,
        /// How messages travel; they are printed as JSON either way.
        #[arg(long, value_enum, default_value_t = Writing::Bin)]
        format: Writing,
        /// Resume from <epoch>.<version>.
        #[arg(long)]
        since: Option<Since>,
    },
    /// Drive the write path alone, as fast as it is answered.
    Write(Write),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Writing {
    Json,
    Bin,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::View { url, event, format, since } => {
            let format = match format {
                Writing::Json => Format::Json,
                Writing::Bin => Format::Binary,
            };
            let view = View { url, event, format, since };
            let followed = view.run(|message| println!("{}", text::encode(message))).await;
            followed.map_err(|error| error.to_string())
        }
        Command::Write(write) => match write.run().await {
            Ok(driven) => {
                print!("{}", told(write.kind, &driven));
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
