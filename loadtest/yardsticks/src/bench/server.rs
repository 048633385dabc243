//! A contender as a process of its own, ended with its value.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use seatmap_loadtest::rest::{Call, Client};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::Failed;
use super::cores::{Cores, Share};

/// How long a contender may take until it can serve.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How often it is asked whether it can.
const READY_EVERY: Duration = Duration::from_millis(20);
/// How long it may take to end when asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
/// Sockets the server may hold: a process holds about as many descriptors here.
const VIEWERS_MAX: &str = "20000";
/// What of the caller's environment a contender gets: where programs and folders are.
const KEPT: [&str; 6] = ["PATH", "HOME", "USER", "TMPDIR", "LANG", "LD_LIBRARY_PATH"];
/// What both servers log.
const LOG_LEVEL: &str = "warn";

/// The programs measured.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    seatmap: PathBuf,
    yardsticks: PathBuf,
    log: PathBuf,
    cores: Cores,
}

/// A running contender.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Its process id.
    pub(super) process: u32,
    /// Where its clients connect.
    pub(super) address: SocketAddr,
    /// Where it takes triggers, if it does.
    pub(super) control: Option<SocketAddr>,
}

impl Programs {
    /// The server, and the program with the yardsticks in it; what they say on standard error
    /// goes to `log`.
    ///
    /// # Errors
    /// When the server isn't there.
    pub(super) fn new(
        seatmap: PathBuf,
        yardsticks: PathBuf,
        log: PathBuf,
        cores: Cores,
    ) -> Result<Self, Failed> {
        if seatmap.is_file() {
            return Ok(Self { seatmap, yardsticks, log, cores });
        }
        Err(format!("{} is missing: run `make bench`", seatmap.display()).into())
    }

    /// What the server's program says its version is.
    ///
    /// # Errors
    /// When it doesn't say.
    pub(super) async fn version(&self) -> Result<String, Failed> {
        let asked = self.command(&self.seatmap)?.arg("--version").stdin(Stdio::null()).output();
        let said = String::from_utf8(timeout(START_TIMEOUT, asked).await??.stdout)?;
        let version = said.trim().split_once(' ').map(|(_, version)| version.to_owned());
        version.ok_or_else(|| format!("{} says {said:?}", self.seatmap.display()).into())
    }

    /// Starts the server on a database, with settings on top of the defaults.
    ///
    /// # Errors
    /// When it doesn't come up.
    pub(super) async fn seatmap(
        &self,
        share: Share,
        database_url: &str,
        settings: &[(&str, &str)],
    ) -> Result<Server, Failed> {
        // Its log says where it listens, but only at a level that is not measured.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = self.command(&self.seatmap)?;
        command
            .args(["serve", "--port", &port.to_string()])
            .env("DATABASE_URL", database_url)
            .env("VIEWERS_MAX", VIEWERS_MAX)
            .env("RATE_LIMIT_RPS", "0")
            .envs(settings.iter().copied());
        let child = self.cores.spawn(share, command.stdin(Stdio::null()))?;
        let process = child.id().ok_or("seatmap ended at once")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut server = Server { child, process, address, control: None };
        server.ready().await.map_err(|error| self.with_log(&error))?;
        Ok(server)
    }

    /// Starts the textbook, with a database or for the live map alone.
    ///
    /// # Errors
    /// When it doesn't come up.
    pub(super) async fn textbook(
        &self,
        share: Share,
        database_url: Option<&str>,
        seats: u32,
    ) -> Result<Server, Failed> {
        let mut command = self.command(&self.yardsticks)?;
        command.args(["textbook", "--seats", &seats.to_string()]);
        if let Some(url) = database_url {
            command.env("DATABASE_URL", url);
        }
        self.yardstick(share, command).await
    }

    /// Starts the floor.
    ///
    /// # Errors
    /// When it doesn't come up.
    pub(super) async fn floor(&self, share: Share, seats: u32) -> Result<Server, Failed> {
        let mut command = self.command(&self.yardsticks)?;
        command.args(["floor", "--seats", &seats.to_string()]);
        self.yardstick(share, command).await
    }

    async fn yardstick(&self, share: Share, mut command: Command) -> Result<Server, Failed> {
        let mut child = self.cores.spawn(share, command.stdout(Stdio::piped()))?;
        let process = child.id().ok_or("it ended at once")?;
        let said = child.stdout.take().ok_or("it has no output")?;
        let mut line = String::new();
        timeout(START_TIMEOUT, BufReader::new(said).read_line(&mut line)).await??;
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["viewers", address, "control", control] = words[..] else {
            return Err(self.with_log(&format!("it said {line:?}")));
        };
        let control = Some(control.parse()?);
        Ok(Server { child, process, address: address.parse()?, control })
    }

    fn command(&self, program: &Path) -> Result<Command, Failed> {
        let mut command = Command::new(program);
        let log = File::options().create(true).append(true).open(&self.log)?;
        // Nothing of the caller's environment may set one contender apart from another: the server
        // has a variable for each of its options.
        let kept = KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept).env("LOG_LEVEL", LOG_LEVEL).stderr(log).kill_on_drop(true);
        Ok(command)
    }

    /// A failure with what the programs said last.
    fn with_log(&self, error: &dyn std::fmt::Display) -> Failed {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(5).collect();
        format!("{error}; the log ends: {}", last.join(" / ")).into()
    }
}

impl Server {
    async fn ready(&mut self) -> Result<(), Failed> {
        let until = Instant::now() + START_TIMEOUT;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("it ended with {status}").into());
            }
            let call = Call { method: "GET", path: "/ready", ..Call::default() };
            let mut client = Client::new(self.address, None);
            if client.ask(&call).await.is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            sleep(READY_EVERY).await;
        }
        Err(format!("it is not ready after {} s", START_TIMEOUT.as_secs()).into())
    }

    /// Asks it to end and waits for that, not for ever.
    ///
    /// # Errors
    /// When it can't be waited for, when it has ended before it was asked to, which makes what was
    /// measured worthless, and when it had to be killed.
    pub(super) async fn stop(mut self) -> Result<(), Failed> {
        if let Some(status) = self.child.try_wait()? {
            return Err(format!("it ended by itself, with {status}").into());
        }
        if let Ok(process) = i32::try_from(self.process) {
            // One that has ended by itself can't be signalled; the wait says how it ended.
            let _ = kill(Pid::from_raw(process), Signal::SIGTERM);
        }
        if timeout(STOP_TIMEOUT, self.child.wait()).await.is_err() {
            self.child.kill().await?;
            return Err(format!("it did not end within {} s", STOP_TIMEOUT.as_secs()).into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_contender_sees_nothing_of_the_callers_environment_but_paths() {
        let folder = tempfile::tempdir().unwrap();
        let own = std::env::current_exe().unwrap();
        let log = folder.path().join("log");
        let programs = Programs::new(own.clone(), own, log, Cores::find().unwrap()).unwrap();
        let said = programs.command(Path::new("env")).unwrap().output().await.unwrap().stdout;
        let said = String::from_utf8(said).unwrap();
        let names: Vec<_> = said.lines().filter_map(|line| line.split_once('=')).collect();
        // Cargo gives a test many variables of its own, and none of them may arrive.
        assert!(std::env::vars().any(|(name, _)| name.starts_with("CARGO")));
        for (name, _) in &names {
            assert!(KEPT.contains(name) || *name == "LOG_LEVEL", "{said}");
        }
        assert!(names.iter().any(|(name, _)| *name == "PATH"), "{said}");
    }
}
