//! Names of an event: who may be told which, and when.

use super::super::promise;
use super::examples::{lock, promises};
use super::pretend::{NAME, SEATS};
use crate::history::{Answer, Call, Operation, Outcome, Turned};

fn event(name: &str) -> Outcome {
    let (counts, epoch) = ([SEATS, 0, 0, 0, 0], "e1".to_owned());
    Outcome::Done(Answer::Event {
        name: name.to_owned(),
        version: 0,
        epoch,
        available: SEATS,
        counts,
    })
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "cut".to_owned() }
}

fn given(id: u64, name: &str, during: (u64, u64), outcome: Outcome) -> Operation {
    Operation { call: Call::Rename { name: name.to_owned() }, ..lock(id, 1, during, outcome) }
}

fn told(id: u64, name: &str, during: (u64, u64)) -> Operation {
    Operation { call: Call::ReadEvent, ..lock(id, 2, during, event(name)) }
}

fn is_right(operations: Vec<Operation>) -> bool {
    let found = promises(operations, Vec::new());
    assert!(found.iter().all(|promise| *promise == promise::READS), "{found:?}");
    found.is_empty()
}

#[test]
fn a_name_is_told_from_its_change_on() {
    let change = || given(1, "B", (100, 200), event("B"));
    assert!(is_right(vec![change(), told(2, NAME, (0, 50)), told(3, "B", (210, 220))]));
    // While it is being changed it may be told or not.
    assert!(is_right(vec![change(), told(2, "B", (110, 120)), told(3, "B", (130, 140))]));
    assert!(is_right(vec![change(), told(2, NAME, (150, 160))]));
    assert!(!is_right(vec![change(), told(2, "B", (0, 50))]), "before it was given");
    assert!(!is_right(vec![change(), told(2, NAME, (210, 220))]), "after it was replaced");
    assert!(!is_right(vec![change(), told(2, "C", (210, 220))]), "nobody gave it");
    let back = vec![change(), told(2, "B", (110, 120)), told(3, NAME, (130, 140))];
    assert!(!is_right(back), "it went back");
}

#[test]
fn a_change_that_nobody_heard_of_may_have_been_made_any_time() {
    let change = || given(1, "B", (100, 200), unknown());
    for name in [NAME, "B"] {
        assert!(is_right(vec![change(), told(2, name, (300, 310))]), "{name}");
    }
    assert!(is_right(vec![change(), told(2, NAME, (300, 310)), told(3, "B", (320, 330))]));
    assert!(!is_right(vec![change(), told(2, "B", (300, 310)), told(3, NAME, (320, 330))]));
}

#[test]
fn a_change_that_was_turned_away_was_never_made() {
    let timeout = || Outcome::Nothing(Turned { status: 503, code: "timeout".to_owned() });
    let change = || given(1, "B", (100, 200), timeout());
    assert!(is_right(vec![change(), told(2, NAME, (300, 310))]));
    assert!(!is_right(vec![change(), told(2, "B", (300, 310))]));
}
