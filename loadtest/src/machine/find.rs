//! Who is the server and who is the database, among this machine's processes.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// Processes looked at, at most.
const PROCESSES_MAX: usize = 100_000;

/// What is metered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Processes {
    /// The servers, one per node on this machine.
    pub servers: Vec<u32>,
    /// The database's postmasters.
    pub postmasters: Vec<u32>,
}

/// Whom to look for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Where the servers listen.
    pub targets: Vec<SocketAddr>,
    /// The server, by its process. Once it is gone, whoever listens there.
    pub named: Option<u32>,
    /// Where the database listens, unless it is a server's own child.
    pub database_port: Option<u16>,
}

impl Wanted {
    /// Finds the processes that listen on the targets (unless a server is named), and the database
    /// they use: one of their own children, or the one that listens on its port.
    #[must_use]
    pub fn find(&self) -> Processes {
        let local = self.targets.iter().filter(|target| target.ip().is_loopback());
        let mut servers: Vec<u32> = match self.named.filter(|pid| is_there(*pid)) {
            Some(pid) => vec![pid],
            None => local.filter_map(|target| listener(target.port())).collect(),
        };
        servers.sort_unstable();
        servers.dedup();
        let parents = parents();
        let mut postmasters: Vec<u32> = parents
            .iter()
            .filter(|(pid, parent)| {
                is_postgres(**pid) && !is_postgres(**parent) && descends(**pid, &servers, &parents)
            })
            .map(|(pid, _)| *pid)
            .collect();
        if postmasters.is_empty() {
            let port = self.database_port.and_then(listener);
            postmasters.extend(port.filter(|pid| is_postgres(*pid)));
        }
        Processes { servers, postmasters }
    }
}

/// Whether this machine has such a process, as far as its system tells.
#[must_use]
pub fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}/stat")).exists()
}

/// The children of a process.
pub(super) fn children(of: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}

fn is_postgres(pid: u32) -> bool {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    matches!(name.trim(), "postgres" | "postmaster")
}

/// Whether a process stems from one of these.
fn descends(pid: u32, from: &[u32], parents: &HashMap<u32, u32>) -> bool {
    let mut at = pid;
    for _ in 0..64 {
        if from.contains(&at) {
            return true;
        }
        match parents.get(&at) {
            Some(parent) => at = *parent,
            None => return false,
        }
    }
    false
}

fn parents() -> HashMap<u32, u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten().take(PROCESSES_MAX);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name in brackets may hold anything; the parent is the second field behind it.
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
        Some((pid, parent))
    })
    .collect()
}

/// The process that listens on a port.
fn listener(port: u16) -> Option<u32> {
    let mut inodes = BTreeSet::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        inodes.extend(fs::read_to_string(table).ok()?.lines().filter_map(|l| listening(l, port)));
    }
    let wanted: Vec<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten().take(PROCESSES_MAX);
    let mut pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.find(|pid| {
        let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        open.filter_map(|file| fs::read_link(file.path()).ok())
            .any(|link| wanted.iter().any(|wanted| link.as_os_str() == wanted.as_str()))
    })
}

/// The inode of a socket that listens on a port, in a line of /proc/net/tcp.
fn listening(line: &str, port: u16) -> Option<u64> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let local = fields.get(1)?.rsplit_once(':')?.1;
    let is_listening = *fields.get(3)? == "0A";
    let is_port = u16::from_str_radix(local, 16) == Ok(port);
    (is_listening && is_port).then(|| fields.get(9)?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listening_line_is_told_from_others() {
        let line = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 \
                    0 0 12345 1 0000 100 0 0 10 0";
        assert_eq!(listening(line, 8080), Some(12_345));
        assert_eq!(listening(line, 8081), None);
        assert_eq!(listening(&line.replace(" 0A ", " 01 "), 8080), None);
        assert_eq!(listening("  sl  local_address rem_address   st", 8080), None);
    }

    #[test]
    fn this_process_is_found_by_its_port() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let here = Wanted { targets: vec![address], ..Wanted::default() };
        assert_eq!(here.find().servers, [std::process::id()]);
        let named = |pid| Wanted { named: Some(pid), ..here.clone() };
        assert_eq!(named(1).find().servers, [1]);
        assert_eq!(named(u32::MAX).find().servers, [std::process::id()], "that one is gone");
        assert!(is_there(std::process::id()) && !is_there(u32::MAX));
    }
}
