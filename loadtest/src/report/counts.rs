//! How much happened in a run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much happened from the beginning of the measured part until the last buyer had left, unless
/// said otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Viewers asked for.
    pub viewers: u64,
    /// Viewers with a connection at the end.
    pub viewers_open: u64,
    /// Connections opened in the whole run.
    pub connections_opened: u64,
    /// Frames received by viewers, heartbeats and hellos included.
    pub messages: u64,
    /// Deltas received by viewers.
    pub deliveries: u64,
    /// Versions received by viewers: a delta over three versions counts three.
    pub versions_delivered: u64,
    /// Of those, versions whose time nobody noted: expiries and other people's changes.
    pub versions_unnoted: u64,
    /// Snapshots received by viewers, in the whole run.
    pub snapshots: u64,
    /// Connections that were resumed, in the whole run.
    pub resumes: u64,
    /// What became of the slow viewers.
    #[serde(default)]
    pub slow: SlowViewers,
    /// Bytes received by viewers.
    pub bytes: u64,
    /// Requests carried out, those to come in included.
    pub requests_done: u64,
    /// Requests refused.
    pub requests_refused: u64,
    /// Requests whose outcome nobody knows.
    pub requests_unknown: u64,
    /// Requests that took more than the hour that times are told apart to, and count as one.
    #[serde(default)]
    pub requests_cut: u64,
    /// Customers, by how they fared.
    pub customers: BTreeMap<String, u64>,
    /// Changes that were due and could not be sent, for want of an answer to earlier ones.
    pub changes_missed: u64,
    /// Notes and arrivals that latencies lack, for want of room in the tool.
    pub latencies_lost: u64,
}

/// Slow viewers, by what they saw of the server's noticing them, in the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SlowViewers {
    /// How many there were.
    pub viewers: u64,
    /// How many fell behind: they were sent in one what others were sent bit by bit.
    pub fell_behind: u64,
    /// How many were closed.
    pub closed: u64,
    /// How many of those came back and had their map again.
    pub came_back: u64,
}
