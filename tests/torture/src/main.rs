//! `torture`: runs seeds, adds up what was injected, keeps what failed, and shrinks it if told to.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Parser;
use futures_util::{StreamExt as _, stream};
use seatmap_torture::history;
use seatmap_torture::judge::judge;
use seatmap_torture::plan::Plan;
use seatmap_torture::prove;
use seatmap_torture::run::{Report, Settings, run};
use seatmap_torture::shrink::{Budget, smaller};
use seatmap_torture::totals::{Totals, UNKNOWN_COMMIT};
use tokio::sync::Mutex;
use tokio::task::JoinError;
use tokio::time::timeout;

/// How long clients act in a run, in milliseconds.
const LOAD_MS: u64 = 10_000;
/// How many smaller plans are tried, and how long, when a seed fails.
const BRIEFLY: Budget = Budget { plans: 12, time: Duration::from_secs(300) };
/// The same with `--shrink`.
const AT_LENGTH: Budget = Budget { plans: 60, time: Duration::from_secs(3_600) };
/// The longest a run may take: load, faults and rest are over in a third of it on two cores.
const RUN_MAX: Duration = Duration::from_secs(180);

/// What `--help` ends with.
const WHEN_IT_FAILS: &str = "\
When a seed fails, its violations are printed, and its plan and its history are kept with
the results. Then faults, clients and viewers are left out of the plan while the rest still
fails, for 12 plans or five minutes, and what is left is kept as seed-....small.plan.json,
to be run again with --plan. With --shrink (make torture SEED=... SHRINK=1) that goes on
until nothing can be left out, 60 plans were tried or an hour is over; --no-shrink leaves
it.";

/// Puts the server through what a seed says, and looks whether anything got lost.
#[derive(Debug, Parser)]
#[command(after_help = WHEN_IT_FAILS)]
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
    /// Shows the seed's plan, as a file for `--plan`, instead of a run.
    #[arg(long, requires = "seed")]
    show: bool,
    /// A history that was kept, to be judged again, instead of a run.
    #[arg(long)]
    judge: Option<PathBuf>,
    /// Faults as JSON, instead of those of the seed.
    #[arg(long)]
    faults: Option<String>,
    /// How long clients act, in milliseconds.
    #[arg(long, default_value_t = LOAD_MS)]
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
    /// Requests are repeated only where their answers are lost, and keys used for nothing else.
    #[arg(long)]
    plain: bool,
    /// Every node's clock is right, whatever the seed says.
    #[arg(long)]
    right_clocks: bool,
    /// Takes its time to make the plan of a seed that fails smaller.
    #[arg(long)]
    shrink: bool,
    /// Leaves the plan of a seed that fails as it is.
    #[arg(long, conflicts_with = "shrink")]
    no_shrink: bool,
    /// Proves class by class that faults take effect, instead of a seed's plan.
    #[arg(long)]
    prove: bool,
    /// Proves only the classes whose names contain this.
    #[arg(long, requires = "prove", default_value = "")]
    class: String,
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
    if let (true, Some(seed)) = (options.show, options.seed) {
        println!("{}", serde_json::to_string_pretty(&plan_of(seed, &options)?)?);
        return Ok(true);
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
    if options.prove {
        return Ok(
            prove::all(&settings, (options.at_once, &options.class), &options.results).await?
        );
    }
    let first = options.seed.unwrap_or_else(|| u64::from(rand::random::<u32>()));
    let totals_file = options.results.join("totals.json");
    let mut totals = Totals::of_build(&totals_file, &build(&settings.program, &options)?)?;
    totals.commit = commit();
    totals.commands.insert(command(first, &options));
    totals.write(&totals_file)?;
    let seeds = stream::iter(first..first + options.seeds);
    let runs = seeds.map(async |seed| one(seed, &options, &settings).await);
    let mut runs = pin!(runs.buffer_unordered(options.at_once.max(1)));
    let mut passed = true;
    while let Some(one) = runs.next().await {
        passed &= one?;
    }
    Ok(passed)
}

/// The plan of a seed, as the options change it.
fn plan_of(seed: u64, options: &Options) -> serde_json::Result<Plan> {
    let mut plan = Plan::of_seed(seed, options.load_ms);
    if let Some(faults) = &options.faults {
        plan.faults = serde_json::from_str(faults)?;
    }
    if options.plain {
        plan.make_plain();
    }
    if options.right_clocks {
        plan.set_clocks_right();
    }
    Ok(plan)
}

/// Tells apart what seeds are run with: the same server, by the same simulation and judge, with the
/// same load and faults, has the same.
fn build(program: &Path, options: &Options) -> std::io::Result<String> {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(&std::fs::read(program)?);
    hasher.write(&std::fs::read(std::env::current_exe()?)?);
    let Options { load_ms, faults, plain, right_clocks, .. } = options;
    (load_ms, faults, plain, right_clocks).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// The commit of the tree that this runs in, in short.
fn commit() -> String {
    let git = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    let said = git.ok().filter(|git| git.status.success()).map(|git| git.stdout);
    let name = String::from_utf8_lossy(&said.unwrap_or_default()).trim().to_owned();
    if name.is_empty() { UNKNOWN_COMMIT.to_owned() } else { name }
}

/// The command that does the same again.
fn command(first: u64, options: &Options) -> String {
    let Options { seeds, load_ms, .. } = options;
    let flags = [(options.plain, " --plain"), (options.right_clocks, " --right-clocks")];
    let flags: String =
        flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).collect();
    match &options.faults {
        None if *load_ms == LOAD_MS && flags.is_empty() => {
            format!("make torture SEED={first} SEEDS={seeds}")
        }
        None => format!("torture --seed {first} --seeds {seeds} --load-ms {load_ms}{flags}"),
        Some(faults) => format!(
            "torture --seed {first} --seeds {seeds} --load-ms {load_ms}{flags} --faults '{faults}'"
        ),
    }
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
    let plan = plan_of(seed, options)?;
    let table = options.table.as_deref();
    let report = match attempt(&plan, settings).await {
        Ok(report) => report,
        // What the simulation itself stumbles over is no verdict; the other seeds get theirs.
        Err(why) => {
            eprintln!("seed {seed}: did not end: {why}");
            println!("  the plan: {}", keep_plan(&plan, &options.results)?.display());
            add_up(&path, table, |totals| totals.add_stumbled(seed, why)).await?;
            return Ok(false);
        }
    };
    let failed = !report.violations.is_empty();
    add_up(&path, table, |totals| totals.add(seed, &report)).await?;
    let passed = tell(&plan, &report, &options.results)?;
    if failed && !options.no_shrink {
        let budget = if options.shrink { AT_LENGTH } else { BRIEFLY };
        let smaller = made_smaller(&plan, settings, budget).await;
        let path = options.results.join(format!("seed-{seed}.small.plan.json"));
        std::fs::write(&path, serde_json::to_string_pretty(&smaller)?)?;
        println!("  a smaller plan: {}", path.display());
    }
    Ok(passed)
}

/// Carries out a plan in a task of its own, so that its panic is its own too.
async fn attempt(plan: &Plan, settings: &Settings) -> Result<Report, String> {
    let (plan, settings) = (plan.clone(), settings.clone());
    let mut task = tokio::spawn(async move { run(&plan, &settings).await });
    match timeout(RUN_MAX, &mut task).await {
        Ok(Ok(Ok(report))) => Ok(report),
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(error)) => Err(panicked(error)),
        Err(_) => {
            task.abort();
            // Its end, whatever it is, takes down what it has started.
            let _ = task.await;
            Err(format!("it takes longer than {} s", RUN_MAX.as_secs()))
        }
    }
}

fn panicked(error: JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else { return "it was stopped".to_owned() };
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("panicked: {}", said.unwrap_or("no reason given"))
}

async fn add_up(
    path: &Path,
    table: Option<&Path>,
    add: impl FnOnce(&mut Totals),
) -> std::io::Result<()> {
    let _alone = TOTALS.lock().await;
    let mut totals = Totals::read(path)?;
    add(&mut totals);
    totals.write(path)?;
    match table {
        Some(table) => std::fs::write(table, totals.table()),
        None => Ok(()),
    }
}

/// Leaves out of a plan what it doesn't need to fail, and says how far that went.
async fn made_smaller(plan: &Plan, settings: &Settings, budget: Budget) -> Plan {
    let fails = async |less: &Plan| match attempt(less, settings).await {
        Ok(report) => !report.violations.is_empty(),
        Err(error) => {
            eprintln!("{error}");
            false
        }
    };
    let shrunk = smaller(plan, budget, fails).await;
    let minimal = match shrunk.is_minimal {
        true => "none of them can be left out",
        false => "perhaps more than are needed",
    };
    println!("  {} parts are left after {} plans, {minimal}", shrunk.items.len(), shrunk.runs);
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
    let plan_file = keep_plan(plan, results)?;
    let history_file = results.join(format!("seed-{seed}.history.jsonl"));
    seatmap_torture::history::write(&report.history, &history_file)
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    println!("  the plan: {}", plan_file.display());
    println!("  the history: {}", history_file.display());
    Ok(false)
}

fn keep_plan(plan: &Plan, results: &Path) -> std::io::Result<PathBuf> {
    let file = results.join(format!("seed-{}.plan.json", plan.seed));
    std::fs::write(&file, serde_json::to_string_pretty(plan)?)?;
    Ok(file)
}

/// PostgreSQL's own user has to get in.
fn open_to_all(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
}
