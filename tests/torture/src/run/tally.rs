//! What was injected how often, counted where it took effect, and what came up meanwhile.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// What precedes faults in counts that could not be made to happen.
pub const CAME_TO_NOTHING: &str = "did not happen: ";

/// How often each of several things happened.
pub type Counts = BTreeMap<String, u64>;

#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: Mutex<Counts>,
    wrong: Mutex<Vec<String>>,
    elsewhere: Mutex<HashMap<i64, u64>>,
}

impl Tally {
    pub(super) fn add(&self, what: &str, count: u64) {
        if count > 0 {
            *self.counts.lock().expect("not poisoned").entry(what.to_owned()).or_default() += count;
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts.lock().expect("not poisoned").clone()
    }

    /// What the server did wrong while something was injected.
    pub(super) fn wrong(&self, what: String) {
        self.wrong.lock().expect("not poisoned").push(what);
    }

    /// History goes on elsewhere from these versions of events on.
    pub(super) fn goes_on_elsewhere(&self, versions: HashMap<i64, u64>) {
        *self.elsewhere.lock().expect("not poisoned") = versions;
    }

    /// The version at which an event's history went on elsewhere, if it did.
    pub(super) fn until(&self, event: i64) -> Option<u64> {
        self.elsewhere.lock().expect("not poisoned").get(&event).copied()
    }

    pub(super) fn take_wrong(&self) -> Vec<String> {
        std::mem::take(&mut *self.wrong.lock().expect("not poisoned"))
    }
}
