//! How the cluster is started and reached: all that stays the same from one launch to the next,
//! so that pools reconnect to the same socket, port and password. Must never change once made.
//! Made by the start; read by the supervisor for every launch, and by the cluster's users.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rand::seq::IteratorRandom;
use tokio_postgres::Config;

use super::account::Account;
use super::binaries::Binaries;
use super::error::EmbeddedError;
use super::home::Home;
use super::initdb::{self, SUPERUSER};
use super::postmaster::{Postmaster, Watchdog};
use super::{Settings, previous};

/// Below the range that systems take outgoing connections' ports from, so that the port isn't
/// lost to a client's connection while PostgreSQL restarts.
const PORTS: RangeInclusive<u16> = 20_000..=29_999;
/// Ports tried before giving up.
const PORT_ATTEMPTS_MAX: usize = 64;
/// Pools of a few nodes, psql and the tests' databases side by side.
const CONNECTIONS_MAX: u32 = 200;
/// Past this size the log is set aside (one old file is kept) before the next launch.
const LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// All that a launch needs to know.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) home: Home,
    pub(super) socket_dir: PathBuf,
    account: Account,
    binaries: Binaries,
    password: String,
    port: u16,
}

impl Launch {
    /// Finds or makes folder, programs, cluster and port. The returned file is the data folder's
    /// lock; it must outlive the last postmaster.
    pub(super) async fn prepare(settings: &Settings) -> Result<(Self, File), EmbeddedError> {
        let (home, account) = Home::settle(&settings.data_dir).await?;
        let lock = home.lock()?;
        let binaries = Binaries::find(settings.bin_dir.as_deref(), &home.cluster()).await?;
        let password = initdb::ensure(&home, &account, &binaries).await?;
        // Before the port is chosen: an earlier postmaster still holds it.
        previous::clear(&home.cluster()).await?;
        let socket_dir = home.socket_dir(&account)?;
        let port = choose_port(&home.port_file())?;
        Ok((Self { home, socket_dir, account, binaries, password, port }, lock))
    }

    /// How to reach a database over the Unix socket.
    pub(super) fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config
            .host_path(&self.socket_dir)
            .port(self.port)
            .user(SUPERUSER)
            .password(&self.password)
            .dbname(database);
        config
    }

    /// How other programs reach a database over loopback TCP.
    pub(super) fn url(&self, database: &str) -> String {
        let Self { password, port, .. } = self;
        let database = percent_encoded(database);
        format!("postgresql://{SUPERUSER}:{password}@{}:{port}/{database}", Ipv4Addr::LOCALHOST)
    }

    /// Starts `postgres` and its watchdog; does not wait until it accepts connections.
    pub(super) async fn spawn(&self) -> Result<Postmaster, EmbeddedError> {
        let cluster = self.home.cluster();
        previous::clear(&cluster).await?;
        let (log, log_from) = self.open_log()?;
        let program = self.binaries.program("postgres");
        let mut command = self.account.command(&program, self.home.path());
        // On the command line, because that wins over whatever the files in the cluster say.
        command
            .args(["-D".as_ref(), cluster.as_os_str()])
            .args(["-k".as_ref(), self.socket_dir.as_os_str()])
            .args(["-h", &Ipv4Addr::LOCALHOST.to_string(), "-p", &self.port.to_string()])
            .args(["-N", &CONNECTIONS_MAX.to_string()])
            .args(["-c", "fsync=on", "-c", "logging_collector=off", "-c", "log_destination=stderr"])
            .stdout(Stdio::null())
            .stderr(log);
        let child = command.spawn().map_err(EmbeddedError::io("run", &program))?;
        let mut postmaster = Postmaster::new(child, log_from);
        match Watchdog::spawn(&self.account, self.home.path(), postmaster.pid()) {
            Ok(watchdog) => {
                postmaster.guard(watchdog);
                Ok(postmaster)
            }
            Err(error) => {
                postmaster.stop().await;
                Err(error)
            }
        }
    }

    /// The log, open for appending, and its length so far.
    fn open_log(&self) -> Result<(File, u64), EmbeddedError> {
        let path = self.home.log_file();
        let length = fs::metadata(&path).map_or(0, |found| found.len());
        if length > LOG_BYTES_MAX {
            fs::rename(&path, path.with_extension("log.old"))
                .map_err(EmbeddedError::io("set aside", &path))?;
        }
        let log = OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
        let log = log.map_err(EmbeddedError::io("open", &path))?;
        let from = log.metadata().map_err(EmbeddedError::io("look at", &path))?.len();
        Ok((log, from))
    }
}

/// Keeps the port of the last run when it is free, so that URLs noted elsewhere stay good.
fn choose_port(file: &Path) -> Result<u16, EmbeddedError> {
    let last = fs::read_to_string(file).ok().and_then(|text| text.trim().parse().ok());
    let fresh = PORTS.sample(&mut rand::rng(), PORT_ATTEMPTS_MAX);
    let mut candidates = last.into_iter().chain(fresh);
    let none = EmbeddedError::NoPort { first: *PORTS.start(), last: *PORTS.end() };
    let port = candidates.find(|port| is_free(*port).is_ok()).ok_or(none)?;
    fs::write(file, format!("{port}\n")).map_err(EmbeddedError::io("write", file))?;
    Ok(port)
}

fn is_free(port: u16) -> io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop)
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_names_are_safe_in_urls() {
        assert_eq!(percent_encoded("seatmap_1"), "seatmap_1");
        assert_eq!(percent_encoded("a/b?ü"), "a%2Fb%3F%C3%BC");
    }
}
