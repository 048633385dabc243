//! A server as its users run it: the program in a process of its own, which can be killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::buyer::Buyer;
use super::database::Database;
use super::{PATIENCE, POLL};

pub struct Process {
    pub address: SocketAddr,
    child: Child,
    log: mpsc::Receiver<String>,
}

impl Process {
    /// Starts `seatmap serve` on a database of ours and waits until it serves.
    pub fn start(database: &Database, variables: &[(&str, &str)]) -> Self {
        let url = url(&database.config);
        let mut all = vec![("DATABASE_URL", url.as_str()), ("DB_MAX_OPEN_CONNS", "10")];
        all.extend_from_slice(variables);
        Self::start_with("serve", &all)
    }

    /// Starts the program with nothing but these variables in its environment.
    pub fn start_with(subcommand: &str, variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_seatmap"))
            .arg(subcommand)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("PORT", "0")
            .env("LOG_FORMAT", "json")
            .env("RATE_LIMIT_RPS", "0")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stderr.take().expect("its log"));
        let (sender, log) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                // The log is read to the end even when nobody looks at it.
                let _ = sender.send(line);
            }
        });
        let address = serving_at(&log);
        Self { address, child, log }
    }

    pub fn buyer(&self, session: &str) -> Buyer {
        Buyer::new(self.address, session)
    }

    /// What it has logged since the last call.
    pub fn log(&self) -> Vec<String> {
        self.log.try_iter().collect()
    }

    pub fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("a signal");
    }

    pub fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a pid"))
    }

    /// `kill -9`, and gone.
    pub fn kill(mut self) {
        self.child.kill().expect("a signal");
        self.child.wait().expect("its end");
    }

    /// SIGTERM; waits for the end.
    pub fn terminate(mut self) -> ExitStatus {
        self.signal(Signal::SIGTERM);
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status;
            }
            std::thread::sleep(POLL);
        }
        panic!("the server doesn't end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serving_at(log: &mpsc::Receiver<String>) -> SocketAddr {
    let mut seen = Vec::new();
    let begun = Instant::now();
    while let Ok(line) = log.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
        let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        if entry["message"] == "serving" {
            let url = entry["url"].as_str().expect("an address");
            return url.trim_start_matches("http://").parse().expect("an address");
        }
        seen.push(line);
    }
    panic!("the server never served:\n{}", seen.join("\n"));
}

/// The connection string of a database of ours.
pub fn url(config: &tokio_postgres::Config) -> String {
    let tokio_postgres::config::Host::Unix(folder) = &config.get_hosts()[0] else {
        panic!("our clusters are reached by their socket");
    };
    let password = String::from_utf8_lossy(config.get_password().expect("a password")).into_owned();
    format!(
        "host='{}' port={} user={} password='{password}' dbname={}",
        folder.display(),
        config.get_ports()[0],
        config.get_user().expect("a user"),
        config.get_dbname().expect("a name"),
    )
}
