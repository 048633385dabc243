//! What a process uses, from `/proc`.

use std::io;
use std::time::Duration;

/// Clock ticks a second in `/proc`; 100 on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// Fields of `/proc/PID/stat` after the command's name, which may hold anything.
const USER_TICKS: usize = 11;
const SYSTEM_TICKS: usize = 12;

/// Processor time, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cpu {
    /// In the program.
    pub(super) user: f64,
    /// In the kernel for it.
    pub(super) system: f64,
}

impl Cpu {
    /// What a process has used so far, ended threads included.
    ///
    /// # Errors
    /// When there is no such process.
    pub(super) fn of(process: u32) -> io::Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
        Self::read(&stat).ok_or_else(|| io::Error::other("/proc/PID/stat can't be read"))
    }

    fn read(stat: &str) -> Option<Self> {
        let (_, after_name) = stat.rsplit_once(')')?;
        let seconds = |field: usize| {
            let ticks: f64 = after_name.split_whitespace().nth(field)?.parse().ok()?;
            Some(ticks / TICKS_PER_SECOND)
        };
        Some(Self { user: seconds(USER_TICKS)?, system: seconds(SYSTEM_TICKS)? })
    }

    /// What was used since an earlier reading.
    #[must_use]
    pub(super) fn since(self, earlier: Self) -> Self {
        Self { user: self.user - earlier.user, system: self.system - earlier.system }
    }

    /// Both together.
    #[must_use]
    pub(super) fn total(self) -> f64 {
        self.user + self.system
    }

    /// The share of one core over a time.
    #[must_use]
    pub(super) fn share(self, time: Duration) -> f64 {
        self.total() / time.as_secs_f64()
    }
}

/// Resident memory of a process, in bytes.
///
/// # Errors
/// When there is no such process.
pub(super) fn resident_bytes(process: u32) -> io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map(|kib| kib * 1024).ok_or_else(|| io::Error::other("/proc/PID/status can't be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_may_hold_anything() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194560 1 2 3 4 250 75 9 9 20 0 1 0";
        assert_eq!(Cpu::read(stat), Some(Cpu { user: 2.5, system: 0.75 }));
        assert_eq!(Cpu::read("7 (x"), None);
    }

    #[test]
    fn this_process_is_there() {
        let own = std::process::id();
        assert!(resident_bytes(own).unwrap() > 0);
        assert!(Cpu::of(own).is_ok());
    }
}
