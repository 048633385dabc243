//! The benchmark in one command: starts the server and its yardsticks as processes of their own,
//! drives them in rounds, each contender once a round and another one first each time, and writes
//! the table. Nothing runs beside what is being measured but who drives it.

mod builds;
mod changes;
mod cores;
mod creation;
mod crowd;
mod database;
mod fan_out;
mod goals;
mod join;
mod live_map;
mod loads;
mod machine;
mod memory;
mod pgbench;
mod plan;
mod report;
mod rival;
mod samples;
mod server;
mod statistics;
mod usage;
mod write_path;
mod writers;

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::limits::raise_descriptors;
use builds::Builds;
use cores::{Cores, Share};
use database::Database;
use goals::Goal;
use loads::Load;
use machine::Machine;
use plan::Plan;
use report::{Against, Report};
use samples::{Contender, Samples};
use server::Programs;

/// Why a benchmark ends without its table.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What to measure and how.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// What to measure.
    #[arg(value_enum, default_value_t = Suite::All)]
    pub suite: Suite,
    /// Fewer rounds, cases and seconds: to see that it works, not to compare.
    #[arg(long)]
    pub quick: bool,
    /// The folder the results are written to; not at all when there is none. Refused for builds of
    /// what isn't committed, unless the server's program is named.
    #[arg(long)]
    pub results: Option<PathBuf>,
    /// The server's program, which may be of another build then [default: `seatmap` beside this
    /// one].
    #[arg(long)]
    pub seatmap: Option<PathBuf>,
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Everything.
    All,
    /// Pairs and flows a second, against the textbook and pgbench.
    WritePath,
    /// Single frames to many viewers, against the floor and the textbook.
    FanOut,
    /// Streams of changes with the frame clock on.
    Changes,
    /// Memory of the server.
    Memory,
    /// Many viewers join the largest event at once.
    Join,
    /// The published test of another seat map.
    Rival,
    /// Events of 100,000 seats.
    Creation,
}

impl Suite {
    /// What the names of a part's results end with, so that no part replaces another's.
    fn part(self) -> String {
        match self.to_possible_value() {
            Some(value) if self != Self::All => format!("-{}", value.get_name()),
            _ => String::new(),
        }
    }
}

/// What suites work with.
struct Bench {
    plan: Plan,
    cores: Cores,
    programs: Programs,
    database: Database,
    samples: Samples,
    goals: Vec<Goal>,
    settings: Vec<String>,
    against: Vec<Against>,
    loads: Vec<Load>,
}

/// Measures and reports.
///
/// # Errors
/// When a contender doesn't run or answers what it shouldn't.
pub async fn run(options: Options) -> Result<(), Failed> {
    raise_descriptors()?;
    let plan = if options.quick { Plan::quick() } else { Plan::full() };
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log");
    let cores = Cores::find()?;
    let own = std::env::current_exe()?;
    let beside = own.with_file_name("seatmap");
    let seatmap = options.seatmap.as_ref().unwrap_or(&beside).clone();
    let programs = Programs::new(seatmap, own, log, cores)?;
    let builds = Builds::of(programs.version().await?);
    if options.seatmap.is_none() {
        builds.agree()?;
        if options.results.is_some() {
            builds.are_committed()?;
        }
    }
    let database = Database::start().await?;
    let machine = Machine::look(&cores, &database, &builds).await?;
    let (samples, goals) = (Samples::default(), Vec::new());
    let settings = plan.settings();
    let (against, loads) = (Vec::new(), Vec::new());
    let mut bench =
        Bench { plan, cores, programs, database, samples, goals, settings, against, loads };
    bench.measure(options.suite).await?;
    bench.database.stop().await?;
    let Bench { settings, goals, against, loads, samples, .. } = bench;
    let report = Report { machine, settings, goals, against, loads, samples };
    // First, since whoever reads the output may have gone meanwhile, which is no failure.
    if let Some(results) = &options.results {
        eprintln!("written to {}", report.write(results, &options.suite.part())?.display());
    }
    let _ = writeln!(std::io::stdout(), "{}", report.markdown());
    Ok(())
}

impl Bench {
    async fn measure(&mut self, suite: Suite) -> Result<(), Failed> {
        let wanted = |one: Suite| suite == one || suite == Suite::All;
        if wanted(Suite::WritePath) {
            write_path::run(self).await?;
        }
        if wanted(Suite::FanOut) {
            fan_out::run(self).await?;
        }
        if wanted(Suite::Changes) {
            changes::run(self).await?;
        }
        if wanted(Suite::Memory) {
            memory::run(self).await?;
        }
        if wanted(Suite::Join) {
            join::run(self).await?;
        }
        if wanted(Suite::Creation) {
            creation::run(self).await?;
        }
        if wanted(Suite::Rival) {
            rival::run(self).await?;
        }
        Ok(())
    }

    /// Shows a suite's metrics as ratios to one contender's, too.
    fn compare(&mut self, suite: &'static str, whom: Contender, metrics: &[&'static str]) {
        self.against.extend(metrics.iter().map(|&metric| Against { suite, metric, whom }));
    }

    /// Keeps the first core free for the server, from now on.
    fn separate(&self) -> Result<(), Failed> {
        self.cores.pin(std::process::id(), Share::Others)?;
        self.database.pin(&self.cores, Share::Others)
    }

    /// Lets everybody have all cores.
    fn together(&self) -> Result<(), Failed> {
        self.cores.pin(std::process::id(), Share::All)?;
        self.database.pin(&self.cores, Share::All)
    }
}

/// Everybody once, beginning with another one each round.
fn rotated<T: Copy>(all: &[T], round: usize) -> impl Iterator<Item = T> + '_ {
    all.iter().cycle().skip(round % all.len().max(1)).take(all.len()).copied()
}
