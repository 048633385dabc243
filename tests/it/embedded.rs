//! The embedded cluster against the installed PostgreSQL: its life, its deaths, and the messages
//! for those who can't have one. Needs the server programs; some stories need root.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User};
use seatmap::store::embedded::{Cluster, EmbeddedError, Settings};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::support::process::Process;

/// Past this a story has failed; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

#[tokio::test]
async fn data_is_kept_over_stop_and_start() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    let pid = cluster.postmaster_pid().expect("it runs");
    write_note(&cluster.config("postgres"), "kept").await;
    let old_url = cluster.url("postgres");
    let over_tcp = client_of(&old_url.parse().expect("a valid url")).await;
    let row = over_tcp.query_one("select current_user::text", &[]).await.expect("a row");
    assert_eq!(row.get::<_, String>(0), "seatmap");
    for (setting, expected) in
        [("fsync", "on"), ("server_encoding", "UTF8"), ("listen_addresses", "127.0.0.1")]
    {
        let row = over_tcp.query_one(&format!("show {setting}"), &[]).await.expect("a row");
        assert_eq!(row.get::<_, String>(0), expected, "{setting}");
    }
    let password = fs::metadata(cluster.data_dir().join("password")).expect("a password file");
    assert_eq!(password.mode() & 0o777, 0o600);
    cluster.stop().await.expect("stops");
    cluster.stop().await.expect("stops again");
    assert_eq!(cluster.postmaster_pid(), None);
    assert!(is_gone(pid), "the postmaster has ended");

    let cluster = start(dir.path()).await;
    assert_eq!(notes(&cluster).await, ["kept"]);
    assert_eq!(cluster.url("postgres"), old_url, "port and password stay");
    cluster.stop().await.expect("stops");
    let left: Vec<_> = fs::read_dir(dir.path()).expect("listable").flatten().collect();
    assert!(
        !left.iter().any(|entry| entry.file_name().to_string_lossy().starts_with("initdb-")),
        "nothing temporary is left: {left:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_gets_nobody_in() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    for mut config in [cluster.config("postgres"), tcp_config(&cluster)] {
        let error = config.password("guess").connect(NoTls).await.err().expect("refused");
        let code = error.code().expect("an answer of the server");
        assert_eq!(code, &tokio_postgres::error::SqlState::INVALID_PASSWORD);
    }
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn a_second_start_on_the_same_folder_is_refused() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    let error = Cluster::start(settings(dir.path())).await.expect_err("refused");
    assert!(matches!(error, EmbeddedError::InUse { .. }), "{error}");
    let pid = std::process::id().to_string();
    assert!(error.to_string().contains(&pid), "the holder is named: {error}");
    write_note(&cluster.config("postgres"), "undisturbed").await;
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn a_killed_postmaster_comes_back_with_its_data() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    let config = cluster.config("postgres");
    write_note(&cluster.config("postgres"), "committed").await;
    let mut before = cluster.postmaster_pid().expect("it runs");
    // Twice: the supervisor must go on watching after a restart.
    for _ in 0..2 {
        send(before, Signal::SIGKILL);
        let again = || cluster.postmaster_pid().filter(|pid| *pid != before);
        before = until("a new postmaster", again).await;
        assert_eq!(notes(&cluster).await, ["committed"]);
    }
    assert_eq!(cluster.config("postgres"), config, "pools find it where it was");
    cluster.stop().await.expect("stops");
    assert!(is_gone(before));
}

#[tokio::test]
async fn dropping_the_cluster_stops_it() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    let pid = cluster.postmaster_pid().expect("it runs");
    drop(cluster);
    until("the postmaster's end", || is_gone(pid).then_some(())).await;
    // The lock is released a moment after that.
    until("the lock", || {
        let lock = fs::File::open(dir.path().join("lock")).expect("a lock file");
        lock.try_lock().ok()
    })
    .await;
}

#[tokio::test]
async fn the_watchdog_stops_the_postmaster_of_a_killed_owner() {
    let dir = open_dir();
    let owner = Owner::start(dir.path()).await;
    owner.process.kill();
    until("the postmaster's end", || is_gone(owner.postmaster).then_some(())).await;
    let cluster = start(dir.path()).await;
    assert_eq!(notes(&cluster).await, ["by the owner"]);
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn a_start_right_after_the_owner_was_killed_recovers() {
    let dir = open_dir();
    let owner = Owner::start(dir.path()).await;
    // All of it at once, like a power cut.
    send(owner.postmaster, Signal::SIGKILL);
    owner.process.kill();
    let cluster = start(dir.path()).await;
    assert_ne!(cluster.postmaster_pid(), Some(owner.postmaster));
    assert_eq!(notes(&cluster).await, ["by the owner"]);
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn a_postmaster_left_running_is_stopped_and_replaced() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    write_note(&cluster.config("postgres"), "kept").await;
    cluster.stop().await.expect("stops");
    let folder = dir.path().join("cluster");
    let mut left = run_as_owner_of(&folder, &server_program("postgres"));
    left.arg("-D").arg(&folder).arg("-k").arg(cluster.socket_dir()).args(["-h", "", "-p", "1"]);
    let mut left = Killed::at_end(left.stdout(Stdio::null()).stderr(Stdio::null()));
    let file = folder.join("postmaster.pid");
    until("its pid file", || file.exists().then_some(())).await;

    let cluster = start(dir.path()).await;
    let ended = left.0.try_wait().expect("our child");
    assert!(ended.is_some(), "the one left running has ended");
    assert_eq!(notes(&cluster).await, ["kept"]);
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn a_pid_file_naming_a_stranger_harms_neither() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    cluster.stop().await.expect("stops");
    let folder = dir.path().join("cluster");
    let mut stranger = Killed::at_end(run_as_owner_of(&folder, Path::new("sleep")).arg("600"));
    let line = format!("{}\n", stranger.0.id());
    fs::write(folder.join("postmaster.pid"), line).expect("writable");

    let cluster = start(dir.path()).await;
    cluster.stop().await.expect("stops");
    let ended = stranger.0.try_wait().expect("our child");
    assert_eq!(ended, None, "the stranger still runs");
}

#[tokio::test]
async fn a_folder_that_postgres_can_not_reach_is_replaced() {
    if !Uid::effective().is_root() {
        eprintln!("skipped: only root hands PostgreSQL to another user");
        return;
    }
    let closed = open_dir();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).expect("ours");
    let wished = closed.path().join("data");
    let cluster = start(&wished).await;
    let used = RemovedAtEnd(cluster.data_dir().to_owned());
    assert!(used.0.starts_with("/var/lib/seatmap"), "{}", used.0.display());
    write_note(&cluster.config("postgres"), "elsewhere").await;
    cluster.stop().await.expect("stops");

    // The data isn't lost from sight once the way is open.
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o755)).expect("ours");
    let cluster = start(&wished).await;
    assert_eq!(cluster.data_dir(), used.0);
    assert_eq!(notes(&cluster).await, ["elsewhere"]);
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn a_cluster_behind_a_closed_door_is_not_forgotten() {
    if !Uid::effective().is_root() {
        eprintln!("skipped: only root hands PostgreSQL to another user");
        return;
    }
    let door = open_dir();
    let wished = door.path().join("data");
    let cluster = start(&wished).await;
    cluster.stop().await.expect("stops");
    fs::set_permissions(door.path(), fs::Permissions::from_mode(0o700)).expect("ours");
    let error = Cluster::start(settings(&wished)).await.expect_err("refused");
    assert!(matches!(error, EmbeddedError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_long_path_has_its_socket_elsewhere() {
    let dir = open_dir();
    let cluster = start(&dir.path().join("x".repeat(100))).await;
    let _removed = RemovedAtEnd(cluster.socket_dir().to_owned());
    write_note(&cluster.config("postgres"), "reached").await;
    cluster.stop().await.expect("stops");
}

#[tokio::test]
async fn missing_programs_are_named_with_their_package() {
    let dir = open_dir();
    let empty = open_dir();
    let settings = Settings { bin_dir: Some(empty.path().to_owned()), ..settings(dir.path()) };
    let error = Cluster::start(settings).await.expect_err("nothing to run");
    let text = error.to_string();
    for part in ["apt-get install postgresql", "PG_BIN_DIR", &*empty.path().to_string_lossy()] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}

#[tokio::test]
async fn programs_too_old_or_of_another_version_are_refused() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    cluster.stop().await.expect("stops");
    let programs = open_dir();
    for (version, fresh, parts) in [
        ("13.9", true, ["13", "14 or newer"]),
        ("99.1", false, ["PostgreSQL 99 is installed", "pg_upgrade"]),
    ] {
        pretend_programs(programs.path(), version);
        let data = if fresh { dir.path().join("fresh") } else { dir.path().to_owned() };
        let bin_dir = Some(programs.path().to_owned());
        let settings = Settings { data_dir: data, bin_dir };
        let text = Cluster::start(settings).await.expect_err("refused").to_string();
        for part in parts {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}

#[tokio::test]
async fn a_cluster_without_its_password_says_so() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    cluster.stop().await.expect("stops");
    fs::write(dir.path().join("password"), "another\n").expect("writable");
    let error = Cluster::start(settings(dir.path())).await.expect_err("refused");
    assert!(matches!(error, EmbeddedError::PasswordRejected { .. }), "{error}");
    fs::remove_file(dir.path().join("password")).expect("there");
    let error = Cluster::start(settings(dir.path())).await.expect_err("refused");
    assert!(matches!(error, EmbeddedError::PasswordMissing { .. }), "{error}");
}

#[tokio::test]
async fn a_postgres_that_does_not_start_is_quoted() {
    let dir = open_dir();
    let cluster = start(dir.path()).await;
    cluster.stop().await.expect("stops");
    let conf = dir.path().join("cluster/postgresql.auto.conf");
    fs::write(conf, "work_mem = 'plenty'\n").expect("writable");
    let error = Cluster::start(settings(dir.path())).await.expect_err("refused");
    assert!(matches!(error, EmbeddedError::Exited { .. }), "{error}");
    assert!(error.to_string().contains("plenty"), "the log is quoted: {error}");
}

/// A process that doesn't outlive its story, however that ends.
struct Killed(Child);

impl Killed {
    fn at_end(command: &mut Command) -> Self {
        Self(command.spawn().expect("starts"))
    }

    fn now(&mut self) {
        // An error only says that it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.now();
    }
}

/// The server with a cluster of its own, and with a note in it.
struct Owner {
    process: Process,
    postmaster: u32,
}

impl Owner {
    async fn start(dir: &Path) -> Self {
        let process = Process::start_with("serve", &[("SEATMAP_DATA_DIR", &dir.to_string_lossy())]);
        // PostgreSQL 15, "Database File Layout": the pid in the first line, the port in the fourth,
        // the socket's folder in the fifth.
        let file = fs::read_to_string(dir.join("cluster/postmaster.pid")).expect("it runs");
        let lines: Vec<&str> = file.lines().collect();
        let password = fs::read_to_string(dir.join("password")).expect("a password");
        let mut config = tokio_postgres::Config::new();
        config.host_path(lines[4]).port(lines[3].parse().expect("a port"));
        config.user("seatmap").password(password.trim()).dbname("postgres");
        write_note(&config, "by the owner").await;
        Self { process, postmaster: lines[0].parse().expect("a pid") }
    }
}

struct RemovedAtEnd(PathBuf);

impl Drop for RemovedAtEnd {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        // The fallback's parent goes too, but only when nobody else uses it.
        let _ = self.0.parent().map(fs::remove_dir);
    }
}

/// A temporary folder that PostgreSQL's user can reach.
fn open_dir() -> TempDir {
    let dir = tempfile::Builder::new().prefix("seatmap-it-").tempdir_in("/tmp").expect("a folder");
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("ours");
    dir
}

fn settings(data_dir: &Path) -> Settings {
    Settings { data_dir: data_dir.to_owned(), bin_dir: None }
}

async fn start(data_dir: &Path) -> Cluster {
    match Cluster::start(settings(data_dir)).await {
        Ok(cluster) => cluster,
        Err(error) => panic!("the cluster does not start: {error}"),
    }
}

fn tcp_config(cluster: &Cluster) -> tokio_postgres::Config {
    cluster.url("postgres").parse().expect("a valid url")
}

async fn client_of(config: &tokio_postgres::Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

async fn write_note(config: &tokio_postgres::Config, text: &str) {
    let client = client_of(config).await;
    client.batch_execute("create table if not exists notes (text text)").await.expect("a table");
    client.execute("insert into notes values ($1)", &[&text]).await.expect("a row");
}

async fn notes(cluster: &Cluster) -> Vec<String> {
    let client = client_of(&cluster.config("postgres")).await;
    let rows = client.query("select text from notes", &[]).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

/// Looks until there is an answer.
async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(POLL).await;
    }
}

fn send(pid: u32, signal: Signal) {
    kill(Pid::from_raw(pid.cast_signed()), signal).expect("a process of ours");
}

/// Whether a process has ended; one that only waits for its parent has.
fn is_gone(pid: u32) -> bool {
    let gone = kill(Pid::from_raw(pid.cast_signed()), None).is_err();
    gone || fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.is_empty())
}

/// A command with the rights of the cluster's owner.
fn run_as_owner_of(folder: &Path, program: &Path) -> Command {
    let owner = fs::metadata(folder).expect("a cluster").uid();
    let mut command = Command::new(program);
    command.current_dir("/").stdin(Stdio::null());
    if Uid::effective().is_root() {
        let user = User::from_uid(Uid::from_raw(owner)).expect("readable").expect("a user");
        command.uid(owner).gid(user.gid.as_raw());
    }
    command
}

fn server_program(name: &str) -> PathBuf {
    let answer = Command::new("pg_config").arg("--bindir").output().expect("pg_config runs");
    Path::new(String::from_utf8_lossy(&answer.stdout).trim()).join(name)
}

/// Programs that only know their version.
fn pretend_programs(dir: &Path, version: &str) {
    for name in ["postgres", "initdb"] {
        let path = dir.join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n"))
            .expect("writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours");
    }
}
