//! What it was measured on: figures without this say nothing.

use jiff::Timestamp;
use serde::Serialize;

use super::Failed;
use super::builds::Builds;
use super::cores::Cores;
use super::database::Database;

/// Machine, software and time.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Machine {
    /// When the run began.
    pub(super) began: String,
    /// The processor.
    pub(super) processor: String,
    /// How many cores may be used.
    pub(super) cores: usize,
    /// Memory, in GiB.
    pub(super) memory_gib: f64,
    /// Name and release of the system.
    pub(super) system: String,
    /// PostgreSQL's version.
    pub(super) postgresql: String,
    /// The commit the server was built from, marked when something was changed on top.
    pub(super) commit: String,
    /// The same of this program; `None` when it is of the server's build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) measured_by: Option<String>,
}

impl Machine {
    /// Looks around.
    ///
    /// # Errors
    /// When PostgreSQL can't be asked.
    pub(super) async fn look(
        cores: &Cores,
        database: &Database,
        builds: &Builds,
    ) -> Result<Self, Failed> {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name))?.to_owned();
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
        let kib: f64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
        let unknown = || "unknown".to_owned();
        Ok(Self {
            began: Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            processor: field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(unknown),
            cores: cores.count(),
            memory_gib: kib / 1024.0 / 1024.0,
            system: format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()),
            postgresql: database.version().await?,
            commit: commit(&builds.server),
            measured_by: builds.differ().then(|| commit(builds.own)),
        })
    }

    /// A short name for files: `amd-epyc-2-cores`.
    #[must_use]
    pub(super) fn slug(&self) -> String {
        let words = format!("{} {} cores", self.processor, self.cores).to_lowercase();
        let words = words.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
    }
}

/// The commit that a version names: `abcdef0` of `1.2.3+abcdef0`.
fn commit(version: &str) -> String {
    version.split_once('+').map_or("unknown", |(_, commit)| commit).to_owned()
}
