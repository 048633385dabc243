//! Nodes once nothing is in their way any more.

use proptest::sample::Index;

use super::super::promise;
use super::examples::{judged, line, lock, locked};
use super::lies::pick;
use super::pretend::{MS, event};
use crate::history::{Call, Healed, History, Log, Operation, Outcome, Status, Turned};

/// Two nodes, healed after 100 ms; the one seat is locked at the first by operation 2.
fn two_nodes(others: impl IntoIterator<Item = (u64, u32, u64, Outcome)>) -> Vec<&'static str> {
    let at = |(id, node, ms, outcome): (u64, u32, u64, Outcome)| Operation {
        node: Some(node),
        ..lock(id, 1, (ms, ms + 20), outcome)
    };
    let granted = (2, 0, 110, locked(1, 120, 1));
    let operations = others.into_iter().chain([granted]).map(at).collect();
    let lines = vec![line(1, 120, Status::Locked, Some((1, 2)))];
    judged(&History {
        events: vec![event()],
        operations,
        logs: vec![Log { event: 1, version: 1, lines }],
        healed: Some(Healed { at: 100 * MS, nodes: 2 }),
        ..History::default()
    })
}

fn turned() -> Outcome {
    Outcome::Nothing(Turned { status: 503, code: "timeout".to_owned() })
}

#[test]
fn every_node_grants_the_first_lock_after_healing() {
    let own_again = |ms| (3, 1, ms, locked(1, 120, 1));
    assert_eq!(two_nodes([own_again(130)]), [""; 0]);
    assert_eq!(two_nodes([]), [promise::HEALED], "it was not asked");
    assert_eq!(two_nodes([(3, 1, 130, turned())]), [promise::HEALED]);
    let late = [(3, 1, 130, turned()), (4, 1, 160, locked(1, 120, 1))];
    assert_eq!(two_nodes(late), [promise::HEALED], "the first one counts");
    assert_eq!(two_nodes([(3, 1, 50, turned()), (4, 1, 160, locked(1, 120, 1))]), [""; 0]);
    assert_eq!(two_nodes([own_again(130), (4, 1, 160, turned())]), [""; 0]);
}

/// A lock that wasn't granted is called the first one after healing.
pub(super) fn not_granted(history: &mut History, at: &Index) -> bool {
    let is_refused = |one: &&mut Operation| {
        matches!(one.call, Call::Lock { .. }) && !matches!(one.outcome, Outcome::Done(_))
    };
    let mut locks: Vec<_> = history.operations.iter_mut().filter(is_refused).collect();
    let all: Vec<usize> = (0..locks.len()).collect();
    let Some(first) = pick(&all, at).map(|index| &mut locks[index]) else { return false };
    first.node = Some(0);
    history.healed = Some(Healed { at: first.invoked, nodes: 1 });
    true
}
