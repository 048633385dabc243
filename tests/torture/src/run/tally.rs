//! What was injected how often, counted where it took effect.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// How often each of several things happened.
pub type Counts = BTreeMap<String, u64>;

#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Counts>);

impl Tally {
    pub(super) fn add(&self, what: &str, count: u64) {
        if count > 0 {
            *self.0.lock().expect("not poisoned").entry(what.to_owned()).or_default() += count;
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.0.lock().expect("not poisoned").clone()
    }
}
