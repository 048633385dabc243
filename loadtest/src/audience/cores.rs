//! The cores that viewers' threads are kept on.

use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

/// Keeps the thread that calls on a core.
///
/// # Errors
/// When there is no such core, or this process may not use it.
pub(super) fn take(core: usize) -> nix::Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    sched_setaffinity(Pid::from_raw(0), &set)
}

/// The cores that viewers' threads can be kept on, ascending. Tried one by one: the cores that
/// this process is on now needn't be all that it may have.
#[must_use]
pub fn usable_cores() -> Vec<usize> {
    let trying =
        std::thread::spawn(|| (0..CpuSet::count()).filter(|core| take(*core).is_ok()).collect());
    trying.join().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_that_is_there_can_be_taken_and_no_other() {
        let usable = usable_cores();
        assert!(!usable.is_empty());
        let taken = std::thread::spawn(move || {
            (usable.iter().all(|core| take(*core).is_ok()), take(CpuSet::count()).is_err())
        });
        assert_eq!(taken.join().unwrap(), (true, true));
    }
}
