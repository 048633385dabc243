//! Tells programs which commit they are built from, for the build scripts of packages that have
//! programs. Release builds alone: after each commit debug builds would be made again, for figures
//! that say nothing. Without git, or in another project's repository, there is the version alone.

use std::path::Path;
use std::process::Command;

/// What git keeps of where it stands. A worktree has its own `HEAD`, and shares the branches.
const PLACES: [&str; 3] = ["HEAD", "logs/HEAD", "packed-refs"];

/// Sets `SEATMAP_VERSION` for the package: `1.2.3+abcdef0`, with `-dirty` behind it if one of
/// these files and folders, named from the package's, isn't what was committed.
pub(super) fn tell(sources: &[&str]) {
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if release { commit(sources) } else { None };
    let commit = commit.map_or(String::new(), |commit| format!("+{commit}"));
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo:rustc-env=SEATMAP_VERSION={version}{commit}");
}

fn commit(sources: &[&str]) -> Option<String> {
    git(&["ls-files", "--error-unmatch", "Cargo.toml"])?;
    let commit = git(&["rev-parse", "--short", "HEAD"])?;
    let changed = git(&[&["--no-optional-locks", "status", "--porcelain", "--"], sources].concat());
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    let places = PLACES.into_iter().chain(branch.as_deref());
    let places = places.filter_map(|place| git(&["rev-parse", "--git-path", place]));
    for path in sources.iter().map(|&source| source.to_owned()).chain(places) {
        // What isn't there makes cargo build again every time.
        if Path::new(&path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    let dirty = if changed?.is_empty() { "" } else { "-dirty" };
    Some(format!("{commit}{dirty}"))
}

/// What git says; `None` when it isn't there or fails.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(said.trim().to_owned())
}
