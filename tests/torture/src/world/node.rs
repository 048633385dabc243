//! A node as its operators run it: the program in a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::sync::oneshot;

/// How long a node may take to serve, with its database up.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to end in order.
const END_PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
/// Where Debian puts the library that shows a process another time.
const FAKE_TIME: &str = "/usr/lib/*/faketime/libfaketimeMT.so.1";

/// How a node is started.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) variables: Vec<(String, String)>,
    /// How wrong its clock is, in minutes.
    pub(crate) clock_minutes: i32,
}

#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    /// Copies the log until the child's end; `None` only once that was waited for.
    log: Option<JoinHandle<()>>,
}

impl Launch {
    /// Starts a node and waits until it serves; `None` when it ends or never does.
    pub(crate) async fn start(&self) -> Option<(Node, SocketAddr)> {
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("PORT", "0")
            .env("LOG_FORMAT", "json")
            .envs(self.variables.iter().cloned());
        if self.clock_minutes != 0
            && let Some(library) = fake_time()
        {
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME", format!("{:+}m", self.clock_minutes))
                // Only what a wall clock says is wrong; durations stay right.
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .env("FAKETIME_DISABLE_SHM", "1");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().ok()?;
        let (said, address) = oneshot::channel();
        let lines = BufReader::new(child.stderr.take()?);
        let log = Some(keep_log(lines, &self.log, said));
        let node = Node { child, log };
        match tokio::time::timeout(START_PATIENCE, address).await {
            Ok(Ok(address)) => Some((node, address)),
            _ => None,
        }
    }
}

/// Copies a node's log to a file and says where it serves once it does.
fn keep_log(
    lines: BufReader<std::process::ChildStderr>,
    path: &Path,
    said: oneshot::Sender<SocketAddr>,
) -> JoinHandle<()> {
    let file = std::fs::File::options().create(true).append(true).open(path);
    std::thread::spawn(move || {
        let mut said = Some(said);
        let mut file = file.ok();
        for line in lines.lines().map_while(Result::ok) {
            if let Some(file) = &mut file {
                let _ = writeln!(file, "{line}");
            }
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "serving" {
                let url = entry["url"].as_str().unwrap_or_default();
                let address = url.trim_start_matches("http://").parse();
                if let (Some(said), Ok(address)) = (said.take(), address) {
                    let _ = said.send(address);
                }
            }
        }
    })
}

impl Node {
    pub(crate) fn signal(&self, signal: Signal) {
        let _ = kill(Pid::from_raw(i32::try_from(self.child.id()).expect("a pid")), signal);
    }

    /// `kill -9`, and gone.
    pub(crate) fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and the wait for its end.
    ///
    /// # Errors
    /// How it went when it didn't end in order.
    pub(crate) async fn terminate(mut self) -> Result<(), String> {
        self.signal(Signal::SIGTERM);
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < END_PATIENCE {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(status.to_string()),
                _ => tokio::time::sleep(POLL).await,
            }
        }
        Err(format!("not within {} s", END_PATIENCE.as_secs()))
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // All it said is in the file then.
        let _ = self.log.take().map(JoinHandle::join);
    }
}

/// The library that shows a process another time, if it is installed.
fn fake_time() -> Option<PathBuf> {
    let (before, after) = FAKE_TIME.split_once('*').expect("a star");
    let folders = std::fs::read_dir(before).ok()?.flatten();
    let mut candidates = folders.map(|entry| entry.path().join(after.trim_start_matches('/')));
    candidates.find(|path| path.is_file())
}
