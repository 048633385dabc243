//! What can go wrong.

use serde::{Deserialize, Serialize};

use crate::proxy::{At, Cut, How};

/// A fault and its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timed {
    /// How long after the beginning, in milliseconds.
    pub at_ms: u64,
    /// What goes wrong.
    pub fault: Fault,
}

/// What goes wrong. `ms` is how long it stays so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[expect(missing_docs, reason = "the variants say it")]
pub enum Fault {
    /// `kill -9`, and started again.
    NodeKilled { node: usize, ms: u64 },
    /// SIGSTOP, SIGCONT.
    NodeStopped { node: usize, ms: u64 },
    /// SIGTERM, and started again.
    NodeShutDown { node: usize, ms: u64 },
    /// An immediate end, and started again.
    PostgresCrashed { ms: u64 },
    /// A fast end, and started again.
    PostgresRestarted { ms: u64 },
    /// The standby takes over from a primary that no node gets to any more, and that goes on.
    FailedOver,
    /// Some of the nodes' backends are terminated one by one.
    BackendsTerminated { count: usize, pick: usize },
    /// Those on which nodes listen are.
    ListenersTerminated,
    /// They are again as often as they come back: what is announced meanwhile is heard by nobody.
    ListenersKeptAway { ms: u64 },
    /// Connections are cut just before a COMMIT is passed on.
    CutBeforeCommit { node: usize },
    /// Connections are cut after a COMMIT was carried out, before its answer.
    CutAfterCommit { node: usize },
    /// A COMMIT or its answer is kept back.
    CommitSpoilt { node: usize, cut: Cut, how: Kept, ms: u64 },
    /// All of a node's connections to PostgreSQL are cut.
    DatabaseCut { node: usize },
    /// A node can't reach PostgreSQL.
    DatabaseAway { node: usize, ms: u64 },
    /// Everything takes longer.
    DatabaseSlow { node: usize, ms: u64, by_ms: u64 },
    /// Time passes between a transaction's BEGIN and the locks that it asks for next.
    LocksLate { node: usize, ms: u64, by_ms: u64 },
    /// Nothing passes, and nobody is told.
    DatabaseHalfOpen { node: usize, ms: u64 },
    /// Some requests are spoilt.
    RequestsSpoilt { node: usize, at: At, how: How, count: usize },
    /// All connections of clients to a node are cut.
    ClientsCut { node: usize },
    /// Everything takes longer.
    ClientsSlow { node: usize, ms: u64, by_ms: u64 },
    /// Nothing passes, and nobody is told.
    ClientsHalfOpen { node: usize, ms: u64 },
    /// Notifications are lost.
    NotifiesDropped { node: usize, ms: u64 },
    /// Notifications come twice.
    NotifiesDoubled { node: usize, ms: u64 },
    /// Notifications come later.
    NotifiesLate { node: usize, ms: u64, by_ms: u64 },
    /// Every connection by which nodes read waits for a stranger. Whoever writes waits for it too,
    /// with connections for writing left over.
    PoolsExhausted { ms: u64 },
    /// A stranger holds an event's row.
    EventLocked { event: usize, ms: u64 },
    /// A stranger holds rows of seats.
    SeatsLocked { event: usize, from: u32, to: u32, ms: u64 },
    /// One seat can't be written.
    WriteFails { event: usize, seat: u32, ms: u64 },
    /// What concerns one seat fails at the commit.
    CommitFails { event: usize, seat: u32, ms: u64 },
    /// PostgreSQL's disk is full. Where no small disk may be mounted that can't be had.
    DiskFull { ms: u64 },
}

/// How a COMMIT or its answer is kept back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// It comes later, whether or not anybody waits for it.
    Late,
    /// It never comes, and the connection stays.
    HalfOpen,
    /// It never comes, and the database is away for a while.
    Away,
}

impl Fault {
    /// Whether it can keep nodes from ending what is over, while it lasts: of one node (`Some`), or of
    /// all, as when one that can't move any more has locked the event's row. What is slow only moves
    /// on, and another node may do the work.
    #[must_use]
    pub fn keeps_from_work(&self) -> Option<Option<usize>> {
        match self {
            Self::NodeKilled { node, .. }
            | Self::NodeShutDown { node, .. }
            | Self::DatabaseAway { node, .. }
            | Self::DatabaseSlow { node, .. }
            | Self::LocksLate { node, .. } => Some(Some(*node)),
            Self::NodeStopped { .. }
            | Self::PostgresCrashed { .. }
            | Self::PostgresRestarted { .. }
            | Self::FailedOver
            | Self::DatabaseHalfOpen { .. }
            | Self::CommitSpoilt { .. }
            | Self::PoolsExhausted { .. }
            | Self::EventLocked { .. }
            | Self::SeatsLocked { .. }
            | Self::WriteFails { .. }
            | Self::CommitFails { .. }
            | Self::DiskFull { .. } => Some(None),
            _ => None,
        }
    }

    /// Its class, as totals name it.
    #[must_use]
    pub fn class(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        let class = value["what"].as_str().unwrap_or_default().replace('_', " ");
        let word = |name: &str| value[name].as_str().unwrap_or_default().replace('_', " ");
        match self {
            Self::RequestsSpoilt { .. } => {
                format!("requests spoilt: {}, {}", word("at"), word("how"))
            }
            Self::PoolsExhausted { .. } => "connections for reading exhausted".to_owned(),
            Self::CommitSpoilt { .. } => format!("commit spoilt: {}, {}", word("cut"), word("how")),
            _ => class,
        }
    }
}
