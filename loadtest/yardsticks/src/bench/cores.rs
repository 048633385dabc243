//! Which cores do what, and who goes first on one. For fan-out the server has one core to itself
//! and everything else the others; a program that is started on a core sees only that one, and
//! sizes itself to it.

use std::io;
use std::thread;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use rustix::process::setpriority_process;
use tokio::process::{Child, Command};
use tokio::runtime::Handle;

/// How nice who measures is while PostgreSQL works on the same core, and else.
const MEASURING_NICE: i32 = -15;
const USUAL_NICE: i32 = 0;

/// The cores of this machine that may be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cores {
    all: CpuSet,
    count: usize,
}

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// All.
    All,
    /// The first: the server's.
    Server,
    /// All but the first.
    Others,
}

impl Cores {
    /// The cores this process may use.
    ///
    /// # Errors
    /// When the system won't tell.
    pub(super) fn find() -> io::Result<Self> {
        let all = sched_getaffinity(Pid::from_raw(0))?;
        let count = (0..CpuSet::count()).filter(|core| all.is_set(*core) == Ok(true)).count();
        Ok(Self { all, count })
    }

    /// How many there are.
    #[must_use]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// A share's cores. With one core alone, everybody has that.
    fn of(&self, share: Share) -> io::Result<CpuSet> {
        let mut usable = (0..CpuSet::count()).filter(|core| self.all.is_set(*core) == Ok(true));
        let first = usable.next();
        let mut set = CpuSet::new();
        match share {
            Share::Server if self.count > 1 => first.iter().try_for_each(|core| set.set(*core))?,
            Share::Others if self.count > 1 => usable.try_for_each(|core| set.set(core))?,
            Share::All | Share::Server | Share::Others => return Ok(self.all),
        }
        Ok(set)
    }

    /// Moves a process with all its threads. Those it starts later inherit it.
    ///
    /// # Errors
    /// When the process has gone or belongs to somebody else.
    pub(super) fn pin(&self, process: u32, share: Share) -> io::Result<()> {
        let set = self.of(share)?;
        for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
            let name = thread?.file_name();
            if let Some(id) = name.to_str().and_then(|name| name.parse().ok()) {
                sched_setaffinity(Pid::from_raw(id), &set)?;
            }
        }
        Ok(())
    }

    /// Starts a program on a share, from a thread that has moved there for the purpose.
    ///
    /// # Errors
    /// When the program can't be started.
    pub(super) fn spawn(&self, share: Share, command: &mut Command) -> io::Result<Child> {
        let set = self.of(share)?;
        let runtime = Handle::current();
        thread::scope(|scope| {
            let spawned = scope.spawn(|| {
                let _inside = runtime.enter();
                sched_setaffinity(Pid::from_raw(0), &set)?;
                command.spawn()
            });
            spawned.join().unwrap_or_else(|_| Err(io::Error::other("the spawning thread panicked")))
        })
    }
}

/// While it lives, viewers and writers, which are this process, go before PostgreSQL on the core
/// they share: in life they have machines of their own, and a viewer who waits for a core adds that
/// to what is measured. What is started meanwhile inherits it.
pub(super) struct MeasuringFirst(());

impl MeasuringFirst {
    /// Begins it. Without the right to ask for it (root's) they wait as everybody does.
    ///
    /// # Errors
    /// When the threads can't be listed.
    pub(super) fn begin() -> io::Result<Self> {
        set_nice(MEASURING_NICE)?;
        Ok(Self(()))
    }
}

impl Drop for MeasuringFirst {
    fn drop(&mut self) {
        // Also when a turn fails: the session may be a terminal's, which stays.
        let _ = set_nice(USUAL_NICE);
    }
}

/// Linux weighs sessions first, and PostgreSQL has one of its own (sched(7), "The autogroup
/// feature"); where it doesn't, it weighs threads.
fn set_nice(nice: i32) -> io::Result<()> {
    let _ = std::fs::write("/proc/self/autogroup", nice.to_string());
    for thread in std::fs::read_dir("/proc/self/task")? {
        let name = thread?.file_name();
        if let Some(id) = name.to_str().and_then(|name| name.parse().ok()) {
            // A thread that has ended meanwhile needs nothing.
            let _ = setpriority_process(rustix::process::Pid::from_raw(id), nice);
        }
    }
    Ok(())
}
