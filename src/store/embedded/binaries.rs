//! Finds the installed PostgreSQL server programs and learns their version. Must never download
//! or install anything. Called once per start.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use tracing::warn;

use super::account::output;
use super::error::EmbeddedError;

/// `client_connection_check_interval`, by which a backend notices that its client is gone, came in
/// version 14.
const MAJOR_MIN: u32 = 14;
/// `--version` and `--bindir` only print a line.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Folders that hold one folder per version: parent, what the names start with.
const VERSIONED: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
];
const PLAIN: [&str; 4] = [
    "/usr/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql/bin",
];

/// A folder with the server programs of one version.
#[derive(Debug)]
pub(super) struct Binaries {
    dir: PathBuf,
    major: u32,
}

impl Binaries {
    /// Looks into `explicit` only, or else into the usual places. An existing cluster needs its
    /// own major version, even when a newer one is installed too.
    pub(super) async fn find(
        explicit: Option<&Path>,
        cluster: &Path,
    ) -> Result<Self, EmbeddedError> {
        let dirs = match explicit {
            Some(dir) => vec![dir.to_owned()],
            None => usual_dirs().await,
        };
        let mut installed = Vec::new();
        for dir in &dirs {
            if dir.join("postgres").is_file() && dir.join("initdb").is_file() {
                installed.extend(Self::at(dir).await);
            }
        }
        let Some(first) = installed.first() else {
            return Err(EmbeddedError::NoBinaries { searched: listed(&dirs) });
        };
        let too_old = EmbeddedError::TooOld {
            dir: first.dir.clone(),
            found: first.major,
            minimum: MAJOR_MIN,
        };
        let majors = majors_listed(&installed);
        let recent = installed.into_iter().filter(|binaries| binaries.major >= MAJOR_MIN);
        let Some(made_by) = cluster_major(cluster)? else {
            return recent.into_iter().next().ok_or(too_old);
        };
        recent.into_iter().find(|binaries| binaries.major == made_by).ok_or_else(|| {
            EmbeddedError::OtherMajor { cluster: cluster.to_owned(), made_by, installed: majors }
        })
    }

    /// The path of one program.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A folder whose `postgres` doesn't run is passed over: a leftover must not stand in the way
    /// of a good installation.
    async fn at(dir: &Path) -> Option<Self> {
        let mut command = Command::new(dir.join("postgres"));
        command.arg("--version").current_dir("/");
        match output(command, ANSWER_TIMEOUT).await {
            Ok(answer) => {
                let text = String::from_utf8_lossy(&answer.stdout).into_owned();
                let major = major_in(&text);
                if major.is_none() {
                    warn!(dir = %dir.display(), "passing over a postgres of unknown version");
                }
                Some(Self { dir: dir.to_owned(), major: major? })
            }
            Err(error) => {
                warn!(dir = %dir.display(), %error, "passing over a postgres that doesn't run");
                None
            }
        }
    }
}

/// The major version that made a cluster; `None` when there is no cluster yet.
fn cluster_major(cluster: &Path) -> Result<Option<u32>, EmbeddedError> {
    if !cluster.exists() {
        return Ok(None);
    }
    let file = cluster.join("PG_VERSION");
    let text = fs::read_to_string(&file).map_err(EmbeddedError::io("read", &file))?;
    Ok(leading_number(text.trim()))
}

/// Finds 15 in "postgres (PostgreSQL) 15.4 (Debian …)"; also in "17beta1".
fn major_in(version: &str) -> Option<u32> {
    leading_number(version.split_once("(PostgreSQL) ")?.1)
}

fn leading_number(text: &str) -> Option<u32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

async fn usual_dirs() -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    let mut command = Command::new("pg_config");
    command.arg("--bindir");
    if let Ok(answer) = output(command, ANSWER_TIMEOUT).await {
        let text = String::from_utf8_lossy(&answer.stdout);
        dirs.extend(text.lines().next().map(PathBuf::from));
    }
    if let Some(path) = env::var_os("PATH") {
        dirs.extend(env::split_paths(&path).filter(|dir| dir.is_absolute()));
    }
    for (parent, prefix) in VERSIONED {
        dirs.extend(newest_first(Path::new(parent), prefix));
    }
    dirs.extend(PLAIN.iter().map(PathBuf::from));
    let mut seen = std::collections::HashSet::new();
    dirs.retain(|dir| seen.insert(dir.clone()));
    dirs
}

fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let major = leading_number(name.to_str()?.strip_prefix(prefix)?)?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    found.sort_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, dir)| dir).collect()
}

fn listed(dirs: &[PathBuf]) -> String {
    dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn majors_listed(installed: &[Binaries]) -> String {
    let mut majors: Vec<u32> = installed.iter().map(|binaries| binaries.major).collect();
    majors.sort_unstable();
    majors.dedup();
    majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_releases_betas_and_old_ones_are_read() {
        let debian = "postgres (PostgreSQL) 15.4 (Debian 15.4-1)\n";
        assert_eq!(major_in(debian), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 17beta1"), Some(17));
        assert_eq!(major_in("postgres (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(major_in("something else"), None);
    }
}
