//! `torture`: runs seeds, adds up what was injected, keeps what failed, and shrinks it if told to.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use futures_util::{StreamExt as _, stream};
use seatmap_torture::history;
use seatmap_torture::judge::judge;
use seatmap_torture::plan::{Part, Plan};
use seatmap_torture::run::{Report, Settings, run};
use seatmap_torture::shrink::shrink;
use seatmap_torture::totals::Totals;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How many smaller plans are tried.
const SHRINK_RUNS_MAX: usize = 60;
/// The longest a run may take: load, faults and rest are over in a third of it on two cores.
const RUN_MAX: Duration = Duration::from_secs(180);
/// How often a smaller plan is run before it counts as harmless.
const SHRINK_TRIES: usize = 3;

/// Puts the server through what a seed says, and looks whether anything got lost.
#[derive(Debug, Parser)]
struct Options {
    /// The first seed [default: one by chance].
    #[arg(long)]
    seed: Option<u64>,
    /// How many seeds, from the first on.
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// A plan's file, instead of seeds.
    #[arg(long)]
    plan: Option<PathBuf>,
    /// A history that was kept, to be judged again, instead of a run.
    #[arg(long)]
    judge: Option<PathBuf>,
    /// Faults as JSON, instead of those of the seed.
    #[arg(long)]
    faults: Option<String>,
    /// How long clients act, in milliseconds.
    #[arg(long, default_value_t = 10_000)]
    load_ms: u64,
    /// Where totals, and plans and histories of what failed, are kept.
    #[arg(long, default_value = "tests/torture/results")]
    results: PathBuf,
    /// Where the totals are told to people.
    #[arg(long)]
    table: Option<PathBuf>,
    /// The server's program [default: the one beside this program].
    #[arg(long)]
    server: Option<PathBuf>,
    /// How many runs go on at once.
    #[arg(long, default_value_t = 2)]
    at_once: usize,
    /// Makes the plan of what fails smaller, which takes many runs.
    #[arg(long)]
    shrink: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match torture(Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn torture(options: Options) -> Result<bool, Failure> {
    if let Some(file) = &options.judge {
        let verdict = judge(&history::read(file)?);
        print!("{verdict}");
        return Ok(verdict.passed());
    }
    let program = match &options.server {
        Some(program) => program.canonicalize()?,
        None => std::env::current_exe()?.with_file_name("seatmap"),
    };
    if !program.is_file() {
        return Err(format!("{}: build the server first", program.display()).into());
    }
    std::fs::create_dir_all(&options.results)?;
    let folder = tempfile::Builder::new().prefix("smt-").tempdir()?;
    open_to_all(folder.path())?;
    let settings = Settings { program, folder: folder.path().to_owned() };
    settings.prepare().await?;
    if let Some(plan) = &options.plan {
        let plan: Plan = serde_json::from_str(&std::fs::read_to_string(plan)?)?;
        let report = run(&plan, &settings).await?;
        return Ok(tell(&plan, &report, &options.results)?);
    }
    let first = options.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
    let seeds = stream::iter(first..first + options.seeds);
    let runs = seeds.map(async |seed| (seed, one(seed, &options, &settings).await));
    let mut runs = pin!(runs.buffer_unordered(options.at_once.max(1)));
    let mut passed = true;
    while let Some((seed, one)) = runs.next().await {
        // What the simulation itself stumbles over is no verdict; the other seeds get theirs.
        passed &= one.unwrap_or_else(|error| {
            eprintln!("seed {seed}: did not end: {error}");
            false
        });
    }
    Ok(passed)
}

/// One at a time reads, changes and writes the totals.
static TOTALS: Mutex<()> = Mutex::const_new(());

/// Runs a seed unless it has passed before.
async fn one(seed: u64, options: &Options, settings: &Settings) -> Result<bool, Failure> {
    let path = options.results.join("totals.json");
    if Totals::read(&path)?.has_passed(seed) {
        println!("seed {seed}: has passed before");
        return Ok(true);
    }
    let mut plan = Plan::of_seed(seed, options.load_ms);
    if let Some(faults) = &options.faults {
        plan.faults = serde_json::from_str(faults)?;
    }
    let report = timeout(RUN_MAX, run(&plan, settings))
        .await
        .map_err(|_| format!("it takes longer than {} s", RUN_MAX.as_secs()))??;
    let failed = !report.violations.is_empty();
    add_up(&path, seed, &report, options.table.as_deref()).await?;
    let passed = tell(&plan, &report, &options.results)?;
    if failed && options.shrink {
        let smaller = smaller(&plan, settings).await;
        let path = options.results.join(format!("seed-{seed}.small.plan.json"));
        std::fs::write(&path, serde_json::to_string_pretty(&smaller)?)?;
        println!("  a smaller plan: {}", path.display());
    }
    Ok(passed)
}

async fn add_up(
    path: &Path,
    seed: u64,
    report: &Report,
    table: Option<&Path>,
) -> std::io::Result<()> {
    let _alone = TOTALS.lock().await;
    let mut totals = Totals::read(path)?;
    totals.failed.remove(&seed);
    totals.add(seed, report);
    totals.write(path)?;
    match table {
        Some(table) => std::fs::write(table, totals.table("make torture SEED=… SEEDS=…")),
        None => Ok(()),
    }
}

/// Leaves out of a plan what it doesn't need to fail. Runs differ in timing, so that a plan may
/// pass a few times before it counts as harmless.
async fn smaller(plan: &Plan, settings: &Settings) -> Plan {
    let still_fails = async |parts: &[Part]| {
        let less = plan.of_parts(parts);
        for _ in 0..SHRINK_TRIES {
            match run(&less, settings).await {
                Ok(report) if report.violations.is_empty() => {}
                Ok(_) => return true,
                Err(error) => eprintln!("{error}"),
            }
        }
        false
    };
    let shrunk = shrink(&plan.parts(), SHRINK_RUNS_MAX, still_fails).await;
    println!("  {} parts are left after {} plans", shrunk.items.len(), shrunk.runs);
    plan.of_parts(&shrunk.items)
}

/// Prints what came of a run, and keeps plan and history of what failed.
fn tell(plan: &Plan, report: &Report, results: &Path) -> std::io::Result<bool> {
    let injected: u64 = report.injected.values().sum();
    let seed = plan.seed;
    println!(
        "seed {seed}: {} operations, {} versions, {injected} faults, {} violations",
        report.seen.get("operations").copied().unwrap_or_default(),
        report.seen.get("versions").copied().unwrap_or_default(),
        report.violations.len()
    );
    if report.violations.is_empty() {
        return Ok(true);
    }
    for violation in &report.violations {
        println!("  {violation}");
    }
    let plan_file = results.join(format!("seed-{seed}.plan.json"));
    std::fs::write(&plan_file, serde_json::to_string_pretty(plan)?)?;
    let history_file = results.join(format!("seed-{seed}.history.jsonl"));
    seatmap_torture::history::write(&report.history, &history_file)
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    println!("  the plan: {}", plan_file.display());
    println!("  the history: {}", history_file.display());
    Ok(false)
}

/// PostgreSQL's own user has to get in.
fn open_to_all(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}
