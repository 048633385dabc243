//! Whether every node sells once nothing is in its way any more: the first lock that was asked of it
//! then has to be granted, whatever it went through before.

use super::verdict::{Verdict, Violation};
use super::{promise, shown};
use crate::history::{Call, History, Outcome};

/// Judges what nodes did once everything was healed, where that was written down.
pub(super) fn judge(history: &History, verdict: &mut Verdict) {
    let Some(healed) = &history.healed else { return };
    for node in 0..healed.nodes {
        let locks = history.operations.iter().filter(|one| {
            let is_lock = matches!(one.call, Call::Lock { .. });
            is_lock && one.node == Some(node) && one.invoked >= healed.at
        });
        let first = locks.min_by_key(|one| one.invoked);
        verdict.looked_at("nodes after healing");
        let what = match first.map(|one| &one.outcome) {
            Some(Outcome::Done(_)) => continue,
            Some(_) => format!("node {node} doesn't grant the first lock that it is asked for"),
            None => format!("node {node} was not asked for a lock"),
        };
        let (event, promise) = (first.map_or(0, |one| one.event), promise::HEALED);
        let evidence = first.into_iter().map(shown).collect();
        verdict.add(Violation { event, promise, what, evidence });
    }
}
