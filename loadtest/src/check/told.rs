//! What buyers were told, beside each other: which versions their answers lie between, and how an
//! answer is shown as evidence. Pure; knows no log.

use crate::buyers::{Answered, Outcome};

/// For each answer, a version that was certainly not decided before it: the lowest that was named
/// to somebody who asked after it was read, else the log's end.
pub(super) fn upper_bounds(answers: &[Answered], head: u64) -> Vec<u64> {
    let mut later: Vec<(u64, u64)> = answers
        .iter()
        .filter_map(|answered| match answered.outcome {
            Outcome::Done { version } => Some((answered.sent, version)),
            _ => None,
        })
        .collect();
    later.sort_unstable();
    let mut lowest = head;
    for (_, version) in later.iter_mut().rev() {
        lowest = lowest.min(*version);
        *version = lowest;
    }
    let bound = |answered: &Answered| {
        let first = later.partition_point(|(sent, _)| *sent < answered.at);
        later.get(first).map_or(head, |(_, version)| *version)
    };
    answers.iter().map(bound).collect()
}

/// An answer, as evidence.
pub(super) fn shown(answered: &Answered) -> String {
    let Answered { sent, at, user, action, seats, outcome, known, .. } = answered;
    let (sent, at) = (*sent as f64 / 1e9, *at as f64 / 1e9);
    let said = match outcome {
        Outcome::Done { version } => format!("done at version {version}"),
        Outcome::Refused { status, code, conflicts, .. } => {
            format!("{status} {code}, conflicts {conflicts:?}")
        }
        Outcome::Unknown { why } => format!("unknown: {why}"),
    };
    let action = action.name();
    format!(
        "answer: user {user}, {action} seats {seats:?}, sent {sent:.6} s knowing version {known}, \
         answered {at:.6} s: {said}"
    )
}
