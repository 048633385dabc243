//! Who notices a fault beside whoever injected and counted it: clients by their answers, nodes by
//! what they warn of.

use std::fmt;
use std::time::Duration;

use crate::history::{Operation, Outcome};
use crate::plan::{Fault, Kept};
use crate::proxy::{How, LATE};
use crate::run::Report;

/// What clients say of a connection that ended before its answer, and of one that says nothing.
const MISSED: [&str; 2] = ["connection broken", "no answer in time"];
/// What a request takes at least that waited for something that lasts longer, or came as often.
const LONG: Duration = Duration::from_millis(500);

/// How a fault is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// Clients lost answers.
    Missed,
    /// Requests were answered, so long after they were sent or longer.
    Waited(Duration),
    /// Requests were answered so.
    Answered(&'static str),
    /// Nodes warned of it in these words.
    Warned(&'static str),
}

/// A node on whose connection for listening nothing comes any more.
const DEAF: Notice = Notice::Warned("listener lost its connection");
/// A node that heard nothing of its COMMIT.
const UNANSWERED: Notice = Notice::Warned("commit was not answered");

impl Notice {
    /// How a fault is noticed, if anybody but its injector can tell.
    pub(super) fn of(fault: &Fault) -> Option<Self> {
        Some(match fault {
            Fault::NodeKilled { .. }
            | Fault::NodeShutDown { .. }
            | Fault::ClientsCut { .. }
            | Fault::ClientsHalfOpen { .. } => Self::Missed,
            Fault::RequestsSpoilt { how: How::Late, .. } => Self::Waited(LATE),
            Fault::RequestsSpoilt { .. } => Self::Missed,
            Fault::CommitSpoilt { how: Kept::Late, .. }
            | Fault::NodeStopped { .. }
            | Fault::ClientsSlow { .. }
            | Fault::DatabaseSlow { .. }
            | Fault::DatabaseHalfOpen { .. }
            | Fault::LocksLate { .. }
            | Fault::PoolsExhausted { .. }
            | Fault::EventLocked { .. }
            | Fault::SeatsLocked { .. } => Self::Waited(LONG),
            Fault::CommitSpoilt { .. } => Self::Answered("503 outcome_unknown"),
            Fault::WriteFails { .. } | Fault::CommitFails { .. } => Self::Answered("500 internal"),
            Fault::CutBeforeCommit { .. } | Fault::CutAfterCommit { .. } => UNANSWERED,
            Fault::PostgresCrashed { .. }
            | Fault::PostgresRestarted { .. }
            | Fault::ListenersTerminated
            | Fault::ListenersKeptAway { .. }
            | Fault::DatabaseCut { .. }
            | Fault::DatabaseAway { .. } => DEAF,
            Fault::FailedOver => {
                Self::Warned("the database's history is not continued: ids are looked up anew")
            }
            Fault::BackendsTerminated { .. }
            | Fault::NotifiesDropped { .. }
            | Fault::NotifiesDoubled { .. }
            | Fault::NotifiesLate { .. }
            | Fault::DiskFull { .. } => return None,
        })
    }

    /// How often that was in a run.
    pub(super) fn count(self, report: &Report) -> u64 {
        let answered = |how: &str| report.answers.get(how).copied().unwrap_or_default();
        match self {
            Self::Missed => MISSED.into_iter().map(answered).sum(),
            Self::Waited(least) => waited_for(report, least),
            Self::Answered(how) => answered(how),
            Self::Warned(of) => report.warnings.get(of).copied().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missed => write!(f, "clients: no answer"),
            Self::Waited(least) => write!(f, "clients: answered after {} ms", least.as_millis()),
            Self::Answered(how) => write!(f, "clients: {how}"),
            Self::Warned(of) => write!(f, "nodes: {of}"),
        }
    }
}

/// How many requests took so long or longer, and were answered.
fn waited_for(report: &Report, least: Duration) -> u64 {
    let took = |one: &&Operation| Duration::from_nanos(one.answered.saturating_sub(one.invoked));
    let is_answer = |one: &&Operation| !matches!(one.outcome, Outcome::Unknown { .. });
    let operations = report.history.operations.iter();
    operations.filter(|one| is_answer(one) && took(one) >= least).count() as u64
}
