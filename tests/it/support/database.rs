//! One cluster for the whole run, one database per test, cloned from a migrated template. The
//! cluster is the embedded one that users get; when this process ends, its watchdog stops it.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use seatmap::store::embedded::{Cluster, Settings};
use seatmap::store::migrations::migrate;
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::{Client, Config, NoTls};

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);
/// A template can't be cloned while somebody is connected to it, another clone included.
static CLONING: Mutex<()> = Mutex::const_new(());

const TEMPLATE: &str = "seatmap_template";

/// A database of its own.
pub struct Database {
    pub name: String,
    pub config: Config,
}

impl Database {
    /// An empty, migrated database in the shared cluster. Don't stop that cluster: see [`own`].
    pub async fn new() -> Self {
        let cluster = CLUSTER.get_or_init(shared_cluster).await;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("seatmap_test_{number}");
        let _cloning = CLONING.lock().await;
        let admin = connect(&cluster.config("postgres")).await;
        let create = format!("create database {name} template {TEMPLATE}");
        admin.batch_execute(&create).await.expect("a database");
        Self { config: cluster.config(&name), name }
    }

    pub async fn connect(&self) -> Client {
        connect(&self.config).await
    }

    /// The one value of a statement's one row.
    pub async fn value<T>(&self, sql: &str) -> T
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        self.connect().await.query_one(sql, &[]).await.expect("a row").get(0)
    }

    pub async fn execute(&self, sql: &str) {
        self.connect().await.batch_execute(sql).await.expect("a statement");
    }
}

/// A client whose connection is driven as long as it lives.
pub async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

/// A cluster for stories that stop or kill theirs, with a migrated database in it. The folder goes
/// with the value.
pub async fn own() -> (tempfile::TempDir, Cluster, Database) {
    let folder = open_folder();
    let settings = Settings { data_dir: folder.path().to_owned(), bin_dir: None };
    let cluster = Cluster::start(settings).await.expect("a cluster");
    let admin = connect(&cluster.config("postgres")).await;
    admin.batch_execute("create database seatmap").await.expect("a database");
    let config = cluster.config("seatmap");
    migrate(&config).await.expect("a schema");
    let database = Database { name: "seatmap".to_owned(), config };
    (folder, cluster, database)
}

/// A cluster that follows another and keeps no commit of it waiting. Its folder goes with the value.
pub async fn standby(of: &Cluster) -> (tempfile::TempDir, Cluster) {
    let folder = open_folder();
    let pid = of.postmaster_pid().expect("it runs");
    let postgres = fs::read_link(format!("/proc/{pid}/exe")).expect("its program");
    let copied = tokio::process::Command::new(postgres.with_file_name("pg_basebackup"))
        .args(["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"])
        .arg("--dbname")
        .arg(of.url("postgres"))
        .arg("--pgdata")
        .arg(folder.path().join("cluster"))
        .output()
        .await
        .expect("the program runs");
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    let password = of.data_dir().join("password");
    fs::copy(password, folder.path().join("password")).expect("a copy");
    let settings = Settings { data_dir: folder.path().to_owned(), bin_dir: None };
    (folder, Cluster::start(settings).await.expect("a standby"))
}

/// A folder that PostgreSQL's own user can enter.
fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::Builder::new().prefix("seatmap-own-").tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("mode");
    folder
}

async fn shared_cluster() -> Cluster {
    let settings = Settings { data_dir: folder(), bin_dir: None };
    let cluster = Cluster::start(settings).await.expect("PostgreSQL runs");
    let admin = connect(&cluster.config("postgres")).await;
    // What an earlier run left behind.
    let stale = "select datname from pg_database where datname like 'seatmap%'";
    for row in admin.query(stale, &[]).await.expect("a list") {
        let name: String = row.get(0);
        admin.batch_execute(&format!("drop database {name} (force)")).await.expect("dropped");
    }
    admin.batch_execute(&format!("create database {TEMPLATE}")).await.expect("a database");
    migrate(&cluster.config(TEMPLATE)).await.expect("a schema");
    cluster
}

/// Outside the checkout, which PostgreSQL's own user may not be able to enter; another one for each
/// checkout and run. (Dropping an earlier run's databases takes a checkpoint each, a minute in all.)
fn folder() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
    let prefix = format!("seatmap-tests-{:08x}-", hasher.finish() as u32);
    remove_earlier(&prefix);
    std::env::temp_dir().join(format!("{prefix}{}", std::process::id()))
}

/// Removes what earlier runs left, unless they or their PostgreSQL are not at their end yet.
fn remove_earlier(prefix: &str) {
    let is_running = |pid: &str| {
        let pid = pid.trim().parse().map(Pid::from_raw);
        pid.is_ok_and(|pid| kill(pid, None) != Err(Errno::ESRCH))
    };
    for entry in fs::read_dir(std::env::temp_dir()).expect("a folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(run) = name.strip_prefix(prefix) else { continue };
        let lines = fs::read_to_string(entry.path().join("cluster/postmaster.pid"));
        let postmaster = lines.unwrap_or_default().lines().next().unwrap_or_default().to_owned();
        if !is_running(run) && !is_running(&postmaster) {
            // What can't be removed now is by a later run.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
