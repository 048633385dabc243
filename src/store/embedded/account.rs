//! The operating system's user that PostgreSQL runs as. PostgreSQL refuses root, so a server
//! started by root hands every one of its programs to an ordinary user. Must never create users.
//! Used by all files of the embedded cluster that start a program or make a folder.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use nix::unistd::{Uid, User};
use tokio::process::Command;
use tokio::time::timeout;

use super::error::EmbeddedError;

/// Tried in this order when root starts the server.
const USERS_PREFERRED: [&str; 2] = ["postgres", "seatmap"];
/// `test -x` answers at once; more means a hanging network file system.
const REACH_TIMEOUT: Duration = Duration::from_secs(10);

/// Whose rights the cluster's programs and files have.
#[derive(Debug)]
pub(super) enum Account {
    /// The user this process already is.
    Own(Uid),
    /// We are root: the user to become.
    Other(User),
}

impl Account {
    /// Chooses the user: ourselves unless we are root, then the owner of an existing cluster (it
    /// may have been made by that user's own run), else the first preferred user that exists.
    pub(super) fn choose(cluster: &Path) -> Result<Self, EmbeddedError> {
        let own = Uid::effective();
        if !own.is_root() {
            return Ok(Self::Own(own));
        }
        let owner = fs::metadata(cluster).ok().map(|found| Uid::from_raw(found.uid()));
        let by_owner =
            owner.filter(|uid| !uid.is_root()).and_then(|uid| User::from_uid(uid).ok().flatten());
        let by_name = || USERS_PREFERRED.iter().find_map(|name| User::from_name(name).ok()?);
        by_owner.or_else(by_name).map(Self::Other).ok_or(EmbeddedError::NoAccount)
    }

    /// A command with this user's rights, in `dir` (ours may be closed to that user), in a process
    /// group of its own: Ctrl-C in the terminal must reach us only, or PostgreSQL would be gone
    /// before our own orderly stop.
    pub(super) fn command(&self, program: &Path, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(dir).process_group(0).env("LC_ALL", "C").stdin(Stdio::null());
        if let Self::Other(user) = self {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).env("HOME", &user.dir);
        }
        command
    }

    pub(super) fn uid(&self) -> u32 {
        match self {
            Self::Own(uid) => uid.as_raw(),
            Self::Other(user) => user.uid.as_raw(),
        }
    }

    /// The user's name, for messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Own(uid) => format!("with id {uid}"),
            Self::Other(user) => user.name.clone(),
        }
    }

    /// Whether this user can really enter `dir`; asked of the system as that user, because modes
    /// alone don't tell (parents, access lists, mount options).
    pub(super) async fn reaches(&self, dir: &Path) -> Result<bool, EmbeddedError> {
        let Self::Other(_) = self else {
            return Ok(true);
        };
        let mut command = self.command(Path::new("/bin/sh"), Path::new("/"));
        command.args(["-c", "test -x \"$1\"", "sh"]).arg(dir);
        let answer = output(command, REACH_TIMEOUT);
        answer
            .await
            .map(|answer| answer.status.success())
            .map_err(EmbeddedError::io("check who can reach", dir))
    }

    /// Gives one file or folder to this user.
    pub(super) fn give(&self, path: &Path) -> Result<(), EmbeddedError> {
        let Self::Other(user) = self else {
            return Ok(());
        };
        lchown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .map_err(EmbeddedError::io("change the owner of", path))
    }

    /// Gives a whole folder to this user, when it isn't theirs: a backup that root copied back.
    pub(super) fn give_all(&self, dir: &Path) -> Result<(), EmbeddedError> {
        let found = fs::metadata(dir).map_err(EmbeddedError::io("look at", dir))?;
        if found.uid() == self.uid() {
            return Ok(());
        }
        let mut waiting = vec![dir.to_owned()];
        while let Some(path) = waiting.pop() {
            let kind = fs::symlink_metadata(&path).map_err(EmbeddedError::io("look at", &path))?;
            if kind.is_dir() {
                for entry in fs::read_dir(&path).map_err(EmbeddedError::io("list", &path))? {
                    waiting.push(entry.map_err(EmbeddedError::io("list", &path))?.path());
                }
            }
            self.give(&path)?;
        }
        Ok(())
    }
}

/// Runs a short-lived program to its end; past `limit` it is killed.
pub(super) async fn output(mut command: Command, limit: Duration) -> io::Result<Output> {
    command.kill_on_drop(true);
    timeout(limit, command.output()).await.unwrap_or_else(|_| {
        let text = format!("no answer within {} s", limit.as_secs());
        Err(io::Error::new(io::ErrorKind::TimedOut, text))
    })
}
