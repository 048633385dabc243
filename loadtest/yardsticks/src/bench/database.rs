//! The PostgreSQL behind the contenders: one private cluster of the kind the server runs by itself,
//! fsync on, one database per contender, reached over its Unix socket.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use seatmap::store::embedded::{Cluster, Settings};
use tempfile::TempDir;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, NoTls};

use super::Failed;
use super::cores::{Cores, Share};

/// The cluster. Its data goes with the value.
#[derive(Debug)]
pub(super) struct Database {
    cluster: Cluster,
    /// Only for what it does when it goes.
    _folder: TempDir,
}

impl Database {
    /// A cluster in a new temporary folder.
    ///
    /// # Errors
    /// When there are no server programs or they don't start.
    pub(super) async fn start() -> Result<Self, Failed> {
        let folder = tempfile::Builder::new().prefix("seatmap-bench-").tempdir()?;
        // PostgreSQL's own user has to get in.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let settings = Settings { data_dir: folder.path().to_owned(), bin_dir: None };
        Ok(Self { cluster: Cluster::start(settings).await?, _folder: folder })
    }

    /// Makes an empty database, in place of one of that name.
    ///
    /// # Errors
    /// When somebody still uses the old one.
    pub(super) async fn create(&self, name: &str) -> Result<(), Failed> {
        let admin = self.connect("postgres").await?;
        admin.batch_execute(&format!("drop database if exists {name} (force)")).await?;
        admin.batch_execute(&format!("create database {name}")).await?;
        Ok(())
    }

    /// A client whose connection is driven for as long as it lives.
    ///
    /// # Errors
    /// When there is no such database.
    pub(super) async fn connect(&self, name: &str) -> Result<Client, Failed> {
        let (client, connection) = self.cluster.config(name).connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Writes to the tables what is only in the log yet, so that what is measured next doesn't pay
    /// for what was measured before.
    ///
    /// # Errors
    /// When PostgreSQL can't be asked.
    pub(super) async fn settle(&self) -> Result<(), Failed> {
        Ok(self.connect("postgres").await?.batch_execute("checkpoint").await?)
    }

    /// How programs reach a database: over the socket. Holds the password.
    ///
    /// # Errors
    /// Never, as long as clusters have sockets.
    pub(super) fn url(&self, name: &str) -> Result<String, Failed> {
        let config = self.cluster.config(name);
        let user = config.get_user().unwrap_or_default();
        let password = config.get_password().map(String::from_utf8_lossy).unwrap_or_default();
        let (Some(Host::Unix(folder)), Some(port)) =
            (config.get_hosts().first(), config.get_ports().first())
        else {
            return Err("the cluster has no socket".into());
        };
        let folder = folder.display();
        Ok(format!("postgresql://{user}:{password}@/{name}?host={folder}&port={port}"))
    }

    /// Moves PostgreSQL. Its connections opened from now on are there.
    ///
    /// # Errors
    /// When it isn't running.
    pub(super) fn pin(&self, cores: &Cores, share: Share) -> Result<(), Failed> {
        Ok(cores.pin(self.process()?, share)?)
    }

    /// A program that came with the server's, if it is there.
    ///
    /// # Errors
    /// When PostgreSQL isn't running.
    pub(super) fn program(&self, name: &str) -> Result<Option<PathBuf>, Failed> {
        let postgres = std::fs::read_link(format!("/proc/{}/exe", self.process()?))?;
        let program = postgres.parent().map(|folder| folder.join(name));
        Ok(program.filter(|program| program.is_file()))
    }

    /// Where PostgreSQL writes its log.
    #[must_use]
    pub(super) fn log(&self) -> PathBuf {
        Path::join(self.cluster.data_dir(), "postgres.log")
    }

    /// PostgreSQL's version.
    ///
    /// # Errors
    /// When it can't be asked.
    pub(super) async fn version(&self) -> Result<String, Failed> {
        let client = self.connect("postgres").await?;
        Ok(client.query_one("show server_version", &[]).await?.get(0))
    }

    /// Stops PostgreSQL and waits for that.
    ///
    /// # Errors
    /// When its supervisor has died.
    pub(super) async fn stop(&self) -> Result<(), Failed> {
        Ok(self.cluster.stop().await?)
    }

    fn process(&self) -> Result<u32, Failed> {
        self.cluster.postmaster_pid().ok_or_else(|| "PostgreSQL is not running".into())
    }
}
