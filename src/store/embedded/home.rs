//! The data folder: where it really is, what lies in it, and the lock that keeps a second server
//! out. Must never touch files of a folder that isn't ours. Called once per start.
//!
//! The folder itself stays with whoever starts the server; only `cluster` and `socket` belong to
//! the user PostgreSQL runs as, so that user can't plant links where root writes.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tracing::warn;

use super::account::Account;
use super::error::EmbeddedError;

/// Where data goes when PostgreSQL's user can't reach the wished folder.
const FALLBACK_ROOT: &str = "/var/lib/seatmap";
/// Where the socket goes when the data folder's path is too long.
const SOCKET_ROOT: &str = "/tmp";
/// `sun_path` holds 104 bytes on macOS and 108 on Linux, the closing zero included.
const SOCKET_PATH_BYTES_MAX: usize = 103;
/// The longest name PostgreSQL gives its socket.
const SOCKET_NAME_LONGEST: &str = ".s.PGSQL.65535.lock";

/// The data folder and the names in it.
#[derive(Debug)]
pub(super) struct Home {
    path: PathBuf,
}

impl Home {
    /// Makes the folder, or finds out that another one must serve.
    pub(super) async fn settle(wished: &Path) -> Result<(Self, Account), EmbeddedError> {
        let account = Account::choose(&wished.join("cluster"))?;
        let home = Self::make(wished, &account)?;
        let Account::Other(user) = &account else {
            return Ok((home, account));
        };
        let reached = account.reaches(&home.path).await?;
        if home.cluster().exists() {
            if reached {
                return Ok((home, account));
            }
            return Err(EmbeddedError::Unreachable { path: home.path, user: user.name.clone() });
        }
        // A fallback that holds data stays in use even after the way has been opened: the data
        // would seem lost otherwise.
        let fallback = Path::new(FALLBACK_ROOT).join(short_hash(&home.path));
        if reached && !fallback.join("cluster").exists() {
            return Ok((home, account));
        }
        warn!(
            wished = %home.path.display(), used = %fallback.display(), user = user.name,
            "the data folder can't be reached by PostgreSQL's user (or could not at first); \
             the data is kept elsewhere"
        );
        let account = Account::choose(&fallback.join("cluster"))?;
        let home = Self::make(&fallback, &account)?;
        if account.reaches(&home.path).await? {
            return Ok((home, account));
        }
        Err(EmbeddedError::Unreachable { path: home.path, user: account.name() })
    }

    fn make(wished: &Path, account: &Account) -> Result<Self, EmbeddedError> {
        fs::create_dir_all(wished).map_err(EmbeddedError::io("create", wished))?;
        let path = wished.canonicalize().map_err(EmbeddedError::io("resolve", wished))?;
        let mut entries = fs::read_dir(&path).map_err(EmbeddedError::io("list", &path))?;
        if entries.next().is_none() {
            // Only a folder with nothing in it gets a mode: one in use may be closed on purpose.
            let mode = if matches!(account, Account::Own(_)) { 0o700 } else { 0o711 };
            set_mode(&path, mode)?;
        }
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// PostgreSQL's own data directory.
    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.path.join("password")
    }

    pub(super) fn port_file(&self) -> PathBuf {
        self.path.join("port")
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// Keeps other servers out for as long as the returned file is open; the kernel lets go of it
    /// however this process ends. Children don't inherit it.
    pub(super) fn lock(&self) -> Result<File, EmbeddedError> {
        let path = self.path.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(EmbeddedError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                // Empty in the instant between another's lock and its writing.
                let _ = file.read_to_string(&mut pid);
                let pid = if pid.is_empty() { "(starting)" } else { pid.trim() }.to_owned();
                return Err(EmbeddedError::InUse { path: self.path.clone(), pid });
            }
            Err(TryLockError::Error(error)) => {
                return Err(EmbeddedError::io("lock", &path)(error));
            }
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(EmbeddedError::io("write", &path))?;
        Ok(file)
    }

    /// Makes the folder for the Unix socket: in the data folder when the path is short enough.
    pub(super) fn socket_dir(&self, account: &Account) -> Result<PathBuf, EmbeddedError> {
        let dir = socket_dir_for(&self.path);
        if let Err(error) = DirBuilder::new().mode(0o700).create(&dir) {
            let found = fs::symlink_metadata(&dir).map_err(EmbeddedError::io("look at", &dir))?;
            if error.kind() != std::io::ErrorKind::AlreadyExists {
                return Err(EmbeddedError::io("create", &dir)(error));
            }
            // Anybody may have made it below /tmp. Root's own is from a start killed right here.
            let trusted = [account.uid(), nix::unistd::Uid::effective().as_raw()];
            if !found.is_dir() || !trusted.contains(&found.uid()) {
                return Err(EmbeddedError::SocketDir { path: dir, user: account.name() });
            }
        }
        account.give(&dir)?;
        Ok(dir)
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), EmbeddedError> {
    fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(EmbeddedError::io("set the mode of", path))
}

fn socket_dir_for(home: &Path) -> PathBuf {
    let near = home.join("socket");
    let bytes = near.as_os_str().len() + 1 + SOCKET_NAME_LONGEST.len();
    // PostgreSQL takes a list of folders: commas and quotes would need its own quoting.
    let plain = !near.as_os_str().as_bytes().iter().any(|byte| b",\"".contains(byte));
    if bytes <= SOCKET_PATH_BYTES_MAX && plain {
        return near;
    }
    Path::new(SOCKET_ROOT).join(format!("seatmap-{}", short_hash(home)))
}

/// 16 hexadecimal digits that stand for a path.
fn short_hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_odd_path_gets_its_socket_elsewhere() {
        let near = socket_dir_for(Path::new("/srv/seatmap"));
        assert_eq!(near, Path::new("/srv/seatmap/socket"));
        let long = format!("/srv/{}", "x".repeat(90));
        for path in [long.as_str(), "/srv/a,b"] {
            let far = socket_dir_for(Path::new(path));
            assert!(far.starts_with(SOCKET_ROOT), "{}", far.display());
            assert!(far.as_os_str().len() + 1 + SOCKET_NAME_LONGEST.len() <= SOCKET_PATH_BYTES_MAX);
        }
    }
}
