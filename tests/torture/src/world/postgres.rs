//! A PostgreSQL server that is crashed, restarted and succeeded by its standby. Reached by its Unix
//! socket only. Never runs without fsync.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, chown};
use tokio_postgres::{Client, Config, NoTls};

use crate::proxy::Target;

/// The port that names the socket; nothing listens on it.
const PORT: u16 = 5432;
/// How often a server that starts or ends is asked whether it has.
const POLL: Duration = Duration::from_millis(20);
/// How long starting, stopping and recovering may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where server programs are, besides `PG_BIN_DIR` and what `pg_config` says.
const FOLDERS: [&str; 2] = ["/usr/lib/postgresql", "/usr/local/pgsql"];

/// The database's superuser and its database.
const NAME: &str = "seatmap";

/// Why there is no PostgreSQL.
#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL: {0}")]
pub struct PostgresError(String);

impl PostgresError {
    pub(crate) fn new(what: String) -> Self {
        Self(what)
    }

    fn of(what: &str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }
}

/// An error in full: what PostgreSQL said with its SQLSTATE, otherwise all its causes.
pub(crate) fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let said = error.downcast_ref().and_then(tokio_postgres::Error::as_db_error);
    if let Some(said) = said {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The server programs and who runs them.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    bin: PathBuf,
    /// PostgreSQL refuses root.
    user: Option<(u32, u32)>,
}

impl Programs {
    pub(crate) fn find() -> Result<Self, PostgresError> {
        let named = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
        let bin = named.into_iter().chain(installed()).find(|bin| bin.join("initdb").is_file());
        let bin = bin.ok_or_else(|| PostgresError("its server programs are missing".into()))?;
        let user = match nix::unistd::geteuid().is_root() {
            false => None,
            true => {
                let user = User::from_name("postgres").ok().flatten();
                let user = user.ok_or_else(|| PostgresError("no user postgres".into()))?;
                Some((user.uid.as_raw(), user.gid.as_raw()))
            }
        };
        Ok(Self { bin, user })
    }

    /// A folder that the server may write to.
    pub(crate) fn folder(&self, path: &Path) -> Result<(), PostgresError> {
        std::fs::create_dir_all(path).map_err(PostgresError::of("a folder"))?;
        self.give(path)
    }

    pub(crate) fn give(&self, path: &Path) -> Result<(), PostgresError> {
        if let Some((uid, gid)) = self.user {
            let given = chown(path, Some(uid.into()), Some(gid.into()));
            given.map_err(|error| PostgresError(format!("{}: {error}", path.display())))?;
        }
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command.env("LC_ALL", "C").stdin(Stdio::null()).current_dir("/");
        command
    }

    pub(crate) async fn run(&self, program: &str, arguments: &[&str]) -> Result<(), PostgresError> {
        let mut command = tokio::process::Command::from(self.command(program));
        let done = command.args(arguments).output().await.map_err(PostgresError::of(program))?;
        match done.status.success() {
            true => Ok(()),
            false => {
                let said = String::from_utf8_lossy(&done.stderr).into_owned();
                Err(PostgresError(format!("{program}: {said}")))
            }
        }
    }
}

fn installed() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in FOLDERS.map(PathBuf::from) {
        found.push(folder.join("bin"));
        let versions = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
        versions.sort();
        found.extend(versions.into_iter().rev());
    }
    let asked = Command::new("pg_config").arg("--bindir").output();
    found.extend(asked.map(|out| PathBuf::from(String::from_utf8_lossy(&out.stdout).trim())));
    found
}

/// A cluster and, while it runs, its postmaster.
#[derive(Debug)]
pub(crate) struct Postgres {
    programs: Programs,
    /// Holds `data` and the socket.
    folder: PathBuf,
    postmaster: Option<Child>,
}

impl Postgres {
    /// Makes a cluster with a migrated database in it, which others are copied from.
    pub(crate) async fn template(programs: &Programs, folder: &Path) -> Result<(), PostgresError> {
        programs.folder(folder)?;
        let data = folder.join("data");
        let pgdata = format!("--pgdata={}", data.display());
        let user = format!("--username={NAME}");
        // Trusting is safe here: only this user reaches the socket.
        let arguments = [
            &*pgdata,
            &*user,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            WAL_SEGMENTS,
            "--no-sync",
        ];
        programs.run("initdb", &arguments).await?;
        let mut cluster =
            Self { programs: programs.clone(), folder: folder.into(), postmaster: None };
        cluster.start().await?;
        let admin = connect(&cluster.config_of("postgres")).await;
        let admin = admin.map_err(|error| PostgresError(told(&error)))?;
        let made = admin.batch_execute(&format!("create database {NAME}")).await;
        made.map_err(|error| PostgresError(told(&error)))?;
        let migrated = seatmap::store::migrations::migrate(&cluster.config()).await;
        migrated.map_err(|error| PostgresError(told(&error)))?;
        drop(admin);
        cluster.end(Signal::SIGINT).await
    }

    /// A running copy of a template.
    pub(crate) async fn copied(
        programs: &Programs,
        template: &Path,
        folder: &Path,
    ) -> Result<Self, PostgresError> {
        programs.folder(folder)?;
        let (from, to) = (template.join("data"), folder.join("data"));
        let copy = tokio::process::Command::new("cp").arg("-a").args([&from, &to]).status().await;
        if !copy.map_err(PostgresError::of("cp"))?.success() {
            return Err(PostgresError("the template can't be copied".into()));
        }
        let mut cluster =
            Self { programs: programs.clone(), folder: folder.into(), postmaster: None };
        cluster.start().await?;
        Ok(cluster)
    }

    /// A standby that this one waits for at every commit.
    pub(crate) async fn standby(&self, folder: &Path) -> Result<Self, PostgresError> {
        self.programs.folder(folder)?;
        let data = folder.join("data");
        let (data, host) = (data.display().to_string(), self.folder.display().to_string());
        let (port, user) = (PORT.to_string(), NAME);
        let arguments = ["-D", &data, "-h", &host, "-p", &port, "-U", user, "-R", "-X", "stream"];
        let with = [&arguments[..], &["--checkpoint=fast", "--no-sync"]].concat();
        self.programs.run("pg_basebackup", &with).await?;
        let mut standby =
            Self { programs: self.programs.clone(), folder: folder.into(), postmaster: None };
        standby.start().await?;
        let wait_for_it =
            ["alter system set synchronous_standby_names = '*'", "select pg_reload_conf()"];
        for sql in wait_for_it {
            self.execute(sql).await?;
        }
        Ok(standby)
    }

    /// Waits until the standby has everything there is; from then on every commit waits for it. Asks
    /// again when the asking connection is terminated, as other faults do.
    pub(crate) async fn accompanied(&self) -> Result<(), PostgresError> {
        let sql = "select count(*) > 0 from pg_stat_replication
                   where sync_state = 'sync' and state = 'streaming'
                     and flush_lsn >= pg_current_wal_insert_lsn()";
        let begun = tokio::time::Instant::now();
        loop {
            let asked = match connect(&self.config()).await {
                Ok(client) => client.query_one(sql, &[]).await,
                Err(error) => Err(error),
            };
            match asked {
                Ok(row) if row.get::<_, bool>(0) => return Ok(()),
                Err(error) if begun.elapsed() > PATIENCE => {
                    return Err(PostgresError(format!("is a standby there? {}", told(&error))));
                }
                Ok(_) if begun.elapsed() > PATIENCE => {
                    return Err(PostgresError("the standby never catches up".into()));
                }
                Ok(_) | Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }

    /// Makes a standby the primary; it waits for no standby of its own.
    pub(crate) async fn promote(&self) -> Result<(), PostgresError> {
        for sql in [
            "select pg_promote(true, 30)",
            "alter system set synchronous_standby_names = ''",
            "select pg_reload_conf()",
        ] {
            self.execute(sql).await?;
        }
        Ok(())
    }

    pub(crate) async fn start(&mut self) -> Result<(), PostgresError> {
        let path = log_of(&self.folder);
        let log = std::fs::File::options().create(true).append(true).open(path);
        let log = log.map_err(PostgresError::of("its log"))?;
        let mut command = self.programs.command("postgres");
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::null()).stderr(log);
        self.postmaster = Some(command.spawn().map_err(PostgresError::of("postgres"))?);
        let begun = tokio::time::Instant::now();
        while connect(&self.config()).await.is_err() {
            // A template has no database yet.
            if connect(&self.config_of("postgres")).await.is_ok() {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE || self.has_ended() {
                return Err(PostgresError(format!("it doesn't start: {}", self.last_words())));
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Starts it if it has ended.
    pub(crate) async fn revive(&mut self) -> Result<(), PostgresError> {
        if self.has_ended() {
            self.start().await?;
        }
        Ok(())
    }

    /// Signals the postmaster, SIGQUIT for an immediate end, and waits for it.
    pub(crate) async fn end(&mut self, signal: Signal) -> Result<(), PostgresError> {
        let Some(postmaster) = &self.postmaster else { return Ok(()) };
        // It may have ended by itself.
        let _ = kill(pid_of(postmaster), signal);
        let begun = tokio::time::Instant::now();
        while !self.has_ended() {
            if begun.elapsed() > PATIENCE {
                return Err(PostgresError("it doesn't end".into()));
            }
            tokio::time::sleep(POLL).await;
        }
        self.postmaster = None;
        Ok(())
    }

    fn has_ended(&mut self) -> bool {
        self.postmaster.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)))
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(log_of(&self.folder)).unwrap_or_default();
        log.lines().rev().take(5).collect::<Vec<_>>().join(" | ")
    }

    pub(crate) fn socket(&self) -> Target {
        Target::Unix(self.folder.join(format!(".s.PGSQL.{PORT}")))
    }

    pub(crate) fn config(&self) -> Config {
        self.config_of(NAME)
    }

    fn config_of(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.folder).port(PORT).user(NAME).dbname(database);
        config.connect_timeout(PATIENCE);
        config
    }

    async fn execute(&self, sql: &str) -> Result<(), PostgresError> {
        let failed =
            |error: tokio_postgres::Error| PostgresError(format!("{sql}: {}", told(&error)));
        connect(&self.config()).await.map_err(failed)?.batch_execute(sql).await.map_err(failed)
    }
}

/// So small, in megabytes, that a run needs new ones, for which a full disk has no room.
const WAL_SEGMENTS: &str = "--wal-segsize=1";

/// Short checkpoints' distance keeps recovery short, and no segments are kept in stock. A standby
/// whose primary was away comes back at once: after the default of five seconds all commits would
/// have waited for it as long. The rest is PostgreSQL's default.
const SETTINGS: [&str; 10] = [
    "listen_addresses=",
    "fsync=on",
    "max_connections=80",
    "shared_buffers=32MB",
    "max_wal_size=64MB",
    "min_wal_size=2MB",
    "wal_keep_size=64MB",
    "wal_retrieve_retry_interval=100ms",
    "log_min_messages=warning",
    "unix_socket_permissions=0700",
];

/// Beside a cluster's folder: where that is full there is room for what PostgreSQL says of it.
pub(crate) fn log_of(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(postmaster) = &mut self.postmaster {
            let _ = kill(pid_of(postmaster), Signal::SIGQUIT);
            let _ = postmaster.wait();
        }
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a pid"))
}

/// A client whose connection is driven as long as it lives.
pub(crate) async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
