//! A small disk that can be filled: a file system in memory, where mounting is allowed. What a
//! crashed process has written stays on it, as on any other.
//!
//! Where mounting isn't allowed there is none, and totals say so. A limit on the size of files
//! (RLIMIT_FSIZE) is no replacement: what it stops PostgreSQL calls an internal error (XX000) and not
//! a full disk (53100), so a node that answers 500 would be right; at less than a segment of the WAL
//! it ends PostgreSQL by every write beyond, recovery's included, which is a crash and no full disk.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Its size; what a cluster takes and some more.
const SIZE: &str = "160m";
/// What is written at once to fill it, in bytes.
const BALLAST_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// `None` where mounting isn't allowed.
    pub(crate) fn mount(path: &Path) -> Option<Self> {
        std::fs::create_dir_all(path).ok()?;
        let size = format!("size={SIZE}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path);
        // Its output says at most that it isn't allowed.
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        mounted.then(|| Self { path: path.to_owned() })
    }

    /// Takes what is left.
    pub(crate) fn fill(&self) -> std::io::Result<()> {
        let mut ballast = File::create(self.path.join("ballast"))?;
        let bytes = vec![1; BALLAST_BYTES];
        while ballast.write_all(&bytes).is_ok() {}
        Ok(())
    }

    /// Gives it back.
    pub(crate) fn free(&self) {
        // There may be nothing to give back.
        let _ = std::fs::remove_file(self.path.join("ballast"));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.path).output();
    }
}
