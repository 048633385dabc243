//! Makes a new cluster, once. Must never touch a cluster that exists. Called by the start, with
//! the data folder's lock held.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rand::distr::{Alphanumeric, SampleString};
use tracing::info;

use super::account::{Account, output};
use super::binaries::Binaries;
use super::error::EmbeddedError;
use super::home::Home;

/// The cluster's superuser.
pub(super) const SUPERUSER: &str = "seatmap";
/// 62^32: beyond guessing.
const PASSWORD_CHARS: usize = 32;
/// A second or two on a good disk; slow ones wait for its final sync.
const INITDB_TIMEOUT: Duration = Duration::from_secs(180);
/// Names of the folders in which clusters are made.
const STAGING_PREFIX: &str = "initdb-";

/// Makes the cluster if there is none; returns the superuser's password.
pub(super) async fn ensure(
    home: &Home,
    account: &Account,
    binaries: &Binaries,
) -> Result<String, EmbeddedError> {
    remove_stagings(home.path());
    let password_file = home.password_file();
    if home.cluster().exists() {
        account.give_all(&home.cluster())?;
        let text = fs::read_to_string(&password_file).unwrap_or_default();
        if text.trim().is_empty() {
            return Err(EmbeddedError::PasswordMissing { path: password_file });
        }
        return Ok(text.trim().to_owned());
    }
    info!(cluster = %home.cluster().display(), "making a new PostgreSQL cluster");
    let password = Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_CHARS);
    // Before the cluster: a cluster without its password would be lost.
    write_secret(&password_file, &password)?;
    let staging = home.path().join(format!("{STAGING_PREFIX}{}", std::process::id()));
    let made = make(&staging, account, binaries, &password).await;
    // Only a whole cluster gets the name, so a killed initdb leaves nothing that looks like one.
    let named = made.and_then(|()| {
        fs::rename(staging.join("data"), home.cluster())
            .and_then(|()| File::open(home.path())?.sync_all())
            .map_err(EmbeddedError::io("put in place", &home.cluster()))
    });
    remove_stagings(home.path());
    named.map(|()| password)
}

async fn make(
    staging: &Path,
    account: &Account,
    binaries: &Binaries,
    password: &str,
) -> Result<(), EmbeddedError> {
    fs::create_dir(staging).map_err(EmbeddedError::io("create", staging))?;
    let password_file = staging.join("password");
    write_secret(&password_file, password)?;
    account.give(&password_file)?;
    account.give(staging)?;
    let mut command = account.command(&binaries.program("initdb"), staging);
    command
        .args(["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--username", SUPERUSER])
        .args(["--pwfile".as_ref(), password_file.as_os_str()])
        .args(["--pgdata".as_ref(), staging.join("data").as_os_str()]);
    let done = output(command, INITDB_TIMEOUT)
        .await
        .map_err(EmbeddedError::io("run", &binaries.program("initdb")))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Err(EmbeddedError::Initdb { path: staging.to_owned(), output: said })
}

fn write_secret(path: &Path, secret: &str) -> Result<(), EmbeddedError> {
    // A file left over would keep its mode.
    let _ = fs::remove_file(path);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| writeln!(file, "{secret}").and_then(|()| file.sync_all()))
        .map_err(EmbeddedError::io("write", path))
}

/// Best effort: an initdb orphaned by a kill may still be writing into its own, which is why each
/// run has another name.
fn remove_stagings(home: &Path) {
    let Ok(entries) = fs::read_dir(home) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(STAGING_PREFIX) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
