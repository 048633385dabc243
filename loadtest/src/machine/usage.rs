//! Processor time and memory of processes.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use super::find::{Wanted, children};

/// What /proc counts processor time in: hundredths of a second on Linux.
const TICK_NANOS: u64 = 10_000_000;
/// The size of a page, in bytes.
const PAGE_BYTES: u64 = 4096;

/// What a group of processes has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time in its own code, in nanoseconds.
    pub user_nanos: u64,
    /// Processor time in the kernel for it, in nanoseconds.
    pub system_nanos: u64,
    /// Memory, in bytes.
    pub rss_bytes: u64,
}

impl Usage {
    /// All processor time, in nanoseconds.
    #[must_use]
    pub fn cpu_nanos(&self) -> u64 {
        self.user_nanos + self.system_nanos
    }
}

/// One reading of the meter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// The server, all nodes together; `None` when it isn't on this machine.
    pub server: Option<Usage>,
    /// How many of its processes have ended so far.
    pub servers_ended: u64,
    /// The database; `None` when it isn't on this machine or wasn't found.
    pub database: Option<Usage>,
    /// This tool.
    pub tool: Usage,
    /// The tool's threads since the last reading.
    pub threads: Threads,
}

/// The most that one thread took, as shares of a core.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threads {
    /// At work.
    pub busiest: f64,
    /// At work, or ready for it while others had the core.
    pub wanted: f64,
}

/// What a thread has had so far, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Had {
    run: u64,
    waited: u64,
}

/// Reads what processes take. Those that end are looked for again, under the same address: what
/// they had taken of the processor still counts.
#[derive(Clone, Debug)]
pub struct Meter {
    wanted: Wanted,
    servers: Group,
    postmasters: Group,
    threads: HashMap<u32, Had>,
    read_at: Option<std::time::Instant>,
}

impl Meter {
    /// A meter of these processes and of this tool.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        let mut meter = Self {
            wanted,
            servers: Group::default(),
            postmasters: Group::default(),
            threads: HashMap::new(),
            read_at: None,
        };
        meter.look_around();
        meter
    }

    /// Reads.
    pub fn read(&mut self) -> Reading {
        let is_whole = self.servers.read(usage) & self.postmasters.read(database);
        if !is_whole {
            self.look_around();
            self.servers.read(usage);
            self.postmasters.read(database);
        }
        Reading {
            server: self.servers.sum(),
            servers_ended: self.servers.ended,
            database: self.postmasters.sum(),
            tool: usage(std::process::id()).unwrap_or_default(),
            threads: self.threads(),
        }
    }

    fn look_around(&mut self) {
        let found = self.wanted.find();
        self.servers.take_in(&found.servers);
        self.postmasters.take_in(&found.postmasters);
    }

    fn threads(&mut self) -> Threads {
        let now = std::time::Instant::now();
        let past = self.read_at.replace(now).map_or(0.0, |then| (now - then).as_secs_f64());
        let had: HashMap<u32, Had> = threads_of(std::process::id()).collect();
        let mut most = Threads::default();
        for (id, now) in had.iter().filter(|_| past > 0.0) {
            let then = self.threads.get(id).copied().unwrap_or_default();
            let busy = now.run.saturating_sub(then.run) as f64 / 1e9 / past;
            let waited = now.waited.saturating_sub(then.waited) as f64 / 1e9 / past;
            most.busiest = most.busiest.max(busy);
            most.wanted = most.wanted.max(busy + waited);
        }
        self.threads = had;
        most
    }
}

/// Processes that are metered together.
#[derive(Clone, Debug, Default)]
struct Group {
    /// What each had taken when it was last read.
    there: BTreeMap<u32, Usage>,
    /// How many there were at once, at most.
    most: usize,
    /// What those that have ended had taken.
    gone: Usage,
    /// How many have ended.
    ended: u64,
}

impl Group {
    fn take_in(&mut self, found: &[u32]) {
        for pid in found {
            self.there.entry(*pid).or_default();
        }
        self.most = self.most.max(self.there.len());
    }

    /// Reads all; says whether there are as many as ever.
    fn read(&mut self, read: impl Fn(u32) -> Option<Usage>) -> bool {
        self.there.retain(|pid, last| match read(*pid) {
            Some(usage) => {
                *last = usage;
                true
            }
            None => {
                self.gone = add(self.gone, Usage { rss_bytes: 0, ..*last });
                self.ended += 1;
                false
            }
        });
        self.there.len() == self.most
    }

    /// What all have taken; `None` when there never was any.
    fn sum(&self) -> Option<Usage> {
        (self.most > 0).then(|| self.there.values().copied().fold(self.gone, add))
    }
}

/// How long the threads of a process have been ready to work while others had the core, in
/// nanoseconds. Of those that have ended it is not known.
#[must_use]
pub fn waited_nanos(process: u32) -> u64 {
    threads_of(process).map(|(_, had)| had.waited).sum()
}

fn threads_of(process: u32) -> impl Iterator<Item = (u32, Had)> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    tasks.filter_map(|task| {
        let id = task.file_name().to_str()?.parse().ok()?;
        Some((id, had(&fs::read_to_string(task.path().join("schedstat")).ok()?)?))
    })
}

/// Reads a line of `/proc/PID/task/TID/schedstat`: time at work, time ready for it, both in
/// nanoseconds (Linux, Documentation/scheduler/sched-stats).
fn had(line: &str) -> Option<Had> {
    let mut fields = line.split_whitespace().map(str::parse);
    Some(Had { run: fields.next()?.ok()?, waited: fields.next()?.ok()? })
}

fn add(one: Usage, other: Usage) -> Usage {
    Usage {
        user_nanos: one.user_nanos + other.user_nanos,
        system_nanos: one.system_nanos + other.system_nanos,
        rss_bytes: one.rss_bytes + other.rss_bytes,
    }
}

fn usage(pid: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let [user_nanos, system_nanos, ..] = times(&stat)?;
    let pages = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = pages.split_whitespace().nth(1)?.parse().ok()?;
    // One that has ended while nobody waits for it.
    if pages == 0 {
        return None;
    }
    Some(Usage { user_nanos, system_nanos, rss_bytes: pages * PAGE_BYTES })
}

/// A postmaster and its backends. Those that have ended are in the postmaster's times; shared
/// memory counts once.
fn database(postmaster: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{postmaster}/stat")).ok()?;
    let [user, system, ended_user, ended_system] = times(&stat)?;
    let mut sum =
        Usage { user_nanos: user + ended_user, system_nanos: system + ended_system, rss_bytes: 0 };
    let mut shared = 0;
    for pid in children(postmaster).into_iter().chain([postmaster]) {
        if pid != postmaster
            && let Some(usage) = usage(pid)
        {
            sum.user_nanos += usage.user_nanos;
            sum.system_nanos += usage.system_nanos;
        }
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let kibibytes = |key: &str| {
            let line = status.lines().find(|line| line.starts_with(key));
            let number = line.and_then(|line| line.split_whitespace().nth(1));
            number.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0)
        };
        sum.rss_bytes += kibibytes("RssAnon") * 1024;
        shared = shared.max(kibibytes("RssShmem") * 1024);
    }
    sum.rss_bytes += shared;
    Some(sum)
}

/// User, system, and those of ended children, in nanoseconds.
fn times(stat: &str) -> Option<[u64; 4]> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let nanos = |at: usize| Some(fields.get(at)?.parse::<u64>().ok()? * TICK_NANOS);
    Some([nanos(11)?, nanos(12)?, nanos(13)?, nanos(14)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let stat = "7 (a ) (b) S 1 7 7 0 -1 4194560 1 0 0 0 12 34 5 6 20 0 1 0 9 0 0";
        assert_eq!(times(stat), Some([12, 34, 5, 6].map(|ticks| ticks * TICK_NANOS)));
    }

    #[test]
    fn this_process_is_metered() {
        let here = Wanted { named: Some(std::process::id()), ..Wanted::default() };
        let mut meter = Meter::new(here);
        let first = meter.read();
        assert!(first.server.unwrap().rss_bytes > 1_000_000);
        assert_eq!(first.database, None);
        assert!(meter.read().tool.cpu_nanos() >= first.tool.cpu_nanos());
    }

    #[test]
    fn what_a_process_took_that_has_ended_still_counts() {
        let took = |user_nanos, rss_bytes| Usage { user_nanos, rss_bytes, ..Usage::default() };
        let mut group = Group::default();
        assert_eq!(group.sum(), None);
        group.take_in(&[1, 2]);
        assert!(group.read(|pid| Some(took(u64::from(pid), 10))));
        assert!(!group.read(|pid| (pid == 2).then(|| took(5, 10))));
        assert_eq!((group.sum(), group.ended), (Some(took(6, 10)), 1));
        // Its successor begins at nothing.
        group.take_in(&[2, 3]);
        assert!(group.read(|pid| Some(took(if pid == 2 { 7 } else { 0 }, 10))));
        assert_eq!(group.sum(), Some(took(8, 20)));
        assert!(!group.read(|_| None));
        assert_eq!((group.sum(), group.ended), (Some(took(8, 0)), 3));
    }

    #[test]
    fn a_thread_that_waits_for_a_core_wants_it() {
        let mut meter = Meter::new(Wanted::default());
        meter.read();
        let sum = (0..1_000_000_u64).fold(0, |sum, each| std::hint::black_box(sum ^ each));
        let Threads { busiest, wanted } = meter.read().threads;
        assert!(busiest > 0.0 && wanted >= busiest, "{busiest} {wanted} {sum}");
        assert!(had("12 34 5").is_some_and(|had| (had.run, had.waited) == (12, 34)));
        assert!(had("12").is_none());
    }
}
