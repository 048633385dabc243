//! What all clients write down together: the operations, and how answers were.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use uuid::Uuid;

use crate::history::{Nanos, Operation, Trouble};

/// The most operations that are kept of a run.
const OPERATIONS_MAX: usize = 100_000;

#[derive(Debug)]
pub(crate) struct Books {
    began: Instant,
    began_unix_ns: i64,
    next: AtomicU64,
    operations: Mutex<Vec<Operation>>,
    answers: Mutex<BTreeMap<String, u64>>,
    troubles: Mutex<Vec<Trouble>>,
    /// Everybody's holds and their events, for those who lay hands on others'.
    pub(crate) holds: Mutex<Vec<(i64, Uuid)>>,
    /// Everybody's bookings with their events and seats, for organisers.
    pub(crate) bookings: Mutex<Vec<(i64, i64, Vec<u32>)>>,
}

impl Books {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            began_unix_ns: i64::try_from(Timestamp::now().as_nanosecond()).unwrap_or_default(),
            next: AtomicU64::new(1),
            operations: Mutex::default(),
            answers: Mutex::default(),
            troubles: Mutex::default(),
            holds: Mutex::default(),
            bookings: Mutex::default(),
        }
    }

    pub(crate) fn began_unix_ns(&self) -> i64 {
        self.began_unix_ns
    }

    pub(crate) fn now(&self) -> Nanos {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    pub(crate) fn next_id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn write(&self, operation: Operation, answer: String) {
        *self.answers.lock().expect("not poisoned").entry(answer).or_default() += 1;
        let mut operations = self.operations.lock().expect("not poisoned");
        assert!(operations.len() < OPERATIONS_MAX, "a run has fewer operations");
        operations.push(operation);
    }

    /// Something was in the server's way, of one node only or of all, until now.
    pub(crate) fn trouble(&self, what: String, node: Option<(usize, usize)>, from: Nanos) {
        let trouble = Trouble { what, node, from, until: self.now() };
        self.troubles.lock().expect("not poisoned").push(trouble);
    }

    pub(crate) fn troubles(&self) -> Vec<Trouble> {
        self.troubles.lock().expect("not poisoned").clone()
    }

    /// What was written down; nothing is afterwards.
    pub(crate) fn close(&self) -> (Vec<Operation>, BTreeMap<String, u64>) {
        let operations = std::mem::take(&mut *self.operations.lock().expect("not poisoned"));
        (operations, std::mem::take(&mut *self.answers.lock().expect("not poisoned")))
    }
}
