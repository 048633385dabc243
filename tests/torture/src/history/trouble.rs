//! Times in which something that was done on purpose, or the machine, can have kept the server from
//! ending what was over, and the time from which on nothing could. Facts only.

use serde::{Deserialize, Serialize};

use super::Nanos;

/// One such time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What it was.
    pub what: String,
    /// Which node alone had it, and of how many nodes; none: whatever node does the work.
    pub node: Option<(usize, usize)>,
    /// Since when.
    pub from: Nanos,
    /// Until when.
    pub until: Nanos,
}

/// When everything was healed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healed {
    /// Since when every node had said that it is ready, with nothing in the way of any.
    pub at: Nanos,
    /// How many nodes there are.
    pub nodes: u32,
}
