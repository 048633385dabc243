//! The load generator and checker of the Seatmap server. Exits with 1 when a promise was broken, and
//! with 3 when none was and not all that the run was there to check could be checked.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use seatmap::protocol::live::since::Since;
use seatmap::protocol::live::text;
use seatmap_loadtest::check::{Check, CheckOutcome, Conclusion, Violation};
use seatmap_loadtest::options::Writing;
use seatmap_loadtest::report::{self, Report, compare};
use seatmap_loadtest::scenarios::{self, Scenario};
use seatmap_loadtest::view::View;
use seatmap_loadtest::write::{Write, told};

/// Violations printed; the report has more.
const VIOLATIONS_SHOWN: usize = 10;
/// How the program ends when not all was checked; 2 is for command lines that can't be meant.
const NOT_ALL_CHECKED: u8 = 3;

#[derive(Debug, Parser)]
#[command(version = seatmap_loadtest::VERSION, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one, and it lives as long as the program")]
enum Command {
    #[command(flatten)]
    Scenario(Scenario),
    /// Hold two reports against each other
    Compare {
        /// The first report, as JSON
        one: PathBuf,
        /// The second
        other: PathBuf,
        /// Write a page too
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Draw the page of a report again
    Page {
        /// The report, as JSON
        report: PathBuf,
        /// The page to write
        #[arg(short, long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Print the JSON Schema of reports
    Schema,
    /// Follow one event and print what is said, one JSON line per message
    View {
        /// The server
        #[arg(long, default_value = "ws://127.0.0.1:8080")]
        url: String,
        /// The event's id
        #[arg(long)]
        event: i64,
        /// How messages travel; they are printed as JSON either way
        #[arg(long, value_enum, default_value_t = Writing::Bin)]
        format: Writing,
        /// Resume from <epoch>.<version>
        #[arg(long)]
        since: Option<Since>,
    },
    /// Drive the write path alone, as fast as it is answered
    Write(Write),
}

#[tokio::main]
async fn main() -> ExitCode {
    match act(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            // Nor must an error's reader still be there.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn act(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Scenario(scenario) => return perform(scenario).await,
        Command::Compare { one, other, out } => {
            let reports = [read(&one)?, read(&other)?];
            let names = names(&one, &other);
            let (names, reports) = ([&*names[0], &*names[1]], [&reports[0], &reports[1]]);
            say(&compare::table(names, reports));
            if let Some(out) = out {
                write(&out, &compare::page(names, reports))?;
            }
        }
        Command::Page { report, out } => write(&out, &report::page(&read(&report)?))?,
        Command::Schema => say(&report::schema()),
        Command::View { url, event, format, since } => {
            let view = View { url, event, format: format.into(), since };
            let followed = view.run(|message| match try_say(&(text::encode(message) + "\n")) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            });
            followed.await.map_err(|error| error.to_string())?;
        }
        Command::Write(write) => {
            let driven = write.run().await.map_err(|error| error.to_string())?;
            say(&told(write.kind, &driven));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a scenario, leaves its reports, tells the verdict.
async fn perform(scenario: Scenario) -> Result<ExitCode, String> {
    let plan = scenario.plan();
    let folder = plan.options.out.clone();
    let made = !folder.exists();
    // Before the run: nobody waits for hours to hear that nothing can be written.
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = plan.name;
    let report = match scenarios::run(plan).await {
        Ok(report) => report,
        Err(error) => {
            if made {
                // Empty as it is; if somebody put something into it meanwhile, it stays.
                let _ = std::fs::remove_dir(&folder);
            }
            return Err(error.to_string());
        }
    };
    let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
    let (json_path, html_path) =
        (folder.join(format!("{name}.json")), folder.join(format!("{name}.html")));
    write(&json_path, &json)?;
    write(&html_path, &report::page(&report))?;
    say(&told_of(&report));
    say(&format!("{}\n{}\n", json_path.display(), html_path.display()));
    Ok(match report.verdict.conclusion() {
        Conclusion::Kept => ExitCode::SUCCESS,
        Conclusion::Broken => ExitCode::FAILURE,
        Conclusion::NotAllChecked => ExitCode::from(NOT_ALL_CHECKED),
    })
}

/// A run on a terminal.
fn told_of(report: &Report) -> String {
    let mut out = report::summary(report);
    for check in &report.verdict.checks {
        let sign = match check.outcome {
            CheckOutcome::Passed => "kept   ",
            CheckOutcome::Failed => "BROKEN ",
            CheckOutcome::Skipped => "skipped",
            CheckOutcome::Unchecked => "NOT CHECKED",
        };
        let Check { promise, looked_at, detail, .. } = check;
        out += &format!("{sign}  {promise} ({looked_at} looked at) {detail}\n");
    }
    for violation in report.verdict.violations.iter().take(VIOLATIONS_SHOWN) {
        let Violation { event, promise, what, evidence, .. } = violation;
        let seat = violation.seat.map_or(String::new(), |seat| format!(", seat {seat}"));
        out += &format!("\nevent {event}{seat}: {promise} – {what}\n");
        for line in evidence {
            out += &format!("    {line}\n");
        }
    }
    if report.verdict.violation_count > VIOLATIONS_SHOWN as u64 {
        out += &format!("\n{} violations in all\n", report.verdict.violation_count);
    }
    if report.verdict.unchecked > 0 {
        let count = report.verdict.unchecked;
        out += &format!("\nNOT ALL WAS CHECKED: {count} of the promises could not be, see above\n");
    }
    out
}

fn try_say(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Prints. Whoever read the output may have gone; that changes nothing about what came out.
fn say(text: &str) {
    let _ = try_say(text);
}

fn read(path: &Path) -> Result<Report, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    serde_json::from_str(&text).map_err(|error| wrong(&error))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// What two reports are called: their files' names without the ending, or where those are the
/// same, as they were named.
fn names(one: &Path, other: &Path) -> [String; 2] {
    let paths = [one, other];
    let short =
        paths.map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    if short[0] == short[1] { paths.map(|path| path.display().to_string()) } else { short }
}
