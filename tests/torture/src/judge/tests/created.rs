//! Events and customer records made meanwhile: what may be there at rest.

use super::super::promise;
use super::examples::{judged, lock};
use super::pretend::event;
use crate::history::{
    Answer, Call, Created, Creation, History, Log, Operation, Outcome, Refusal, Turned,
};

fn user(id: i64, name: &str) -> Created {
    Created { what: Creation::User, id, name: name.to_owned(), seats: 0 }
}

fn opening(id: i64, name: &str, seats: u32) -> Created {
    Created { what: Creation::Event, id, name: name.to_owned(), seats }
}

fn done(made: Created) -> Outcome {
    Outcome::Done(Answer::Created(made))
}

fn unknown() -> Outcome {
    Outcome::Unknown { why: "cut".to_owned() }
}

fn timeout() -> Outcome {
    Outcome::Nothing(Turned { status: 503, code: "timeout".to_owned() })
}

fn refused(code: &str) -> Outcome {
    Outcome::Refused(Refusal { status: 422, code: code.to_owned(), conflicts: Vec::new() })
}

/// A request for a customer record, with or without a key.
fn asked(id: u64, name: &str, key: Option<&str>, outcome: Outcome) -> Operation {
    let call = Call::CreateUser { name: name.to_owned() };
    let (event, key) = (0, key.map(str::to_owned));
    Operation { event, key, call, ..lock(id, 1, (10 * id, 10 * id + 5), outcome) }
}

fn found(operations: Vec<Operation>, created: Vec<Created>) -> Vec<&'static str> {
    let logs = vec![Log { event: 1, version: 0, lines: Vec::new() }];
    judged(&History { events: vec![event()], operations, logs, created, ..History::default() })
}

#[test]
fn what_was_acknowledged_is_there_once_as_it_was_told() {
    let one = |id| asked(id, "Anna", None, done(user(7, "Anna")));
    assert_eq!(found(vec![one(1)], vec![user(7, "Anna")]), [""; 0]);
    assert_eq!(found(vec![one(1)], vec![]), [promise::ACKNOWLEDGED]);
    assert_eq!(found(vec![one(1)], vec![user(8, "Anna")]), [promise::ACKNOWLEDGED]);
    let twice = vec![user(7, "Anna"), user(8, "Anna")];
    assert_eq!(found(vec![one(1)], twice), [promise::ONCE]);
    let mut event = one(1);
    event.call = Call::CreateEvent { name: "Gala".to_owned(), seats: 5 };
    event.outcome = done(opening(3, "Gala", 5));
    assert_eq!(found(vec![event.clone()], vec![opening(3, "Gala", 5)]), [""; 0]);
    let smaller = found(vec![event], vec![opening(3, "Gala", 4)]);
    assert_eq!(smaller, [promise::ASKED, promise::ACKNOWLEDGED]);
}

#[test]
fn what_nobody_knows_is_there_once_or_not_at_all() {
    let one = || vec![asked(1, "Anna", None, unknown())];
    assert_eq!(found(one(), vec![]), [""; 0]);
    assert_eq!(found(one(), vec![user(7, "Anna")]), [""; 0]);
    assert_eq!(found(one(), vec![user(7, "Anna"), user(8, "Anna")]), [promise::ONCE]);
}

#[test]
fn what_did_not_happen_is_not_there() {
    for outcome in [timeout(), refused("idempotency_key_reused")] {
        let first = asked(1, "Anna", Some("k"), done(user(7, "Anna")));
        let other = asked(2, "Anna, again", Some("k"), outcome);
        let both = || vec![first.clone(), other.clone()];
        assert_eq!(found(both(), vec![user(7, "Anna")]), [""; 0]);
        let made = vec![user(7, "Anna"), user(8, "Anna, again")];
        assert_eq!(found(both(), made), [promise::ASKED]);
    }
    assert_eq!(found(vec![], vec![user(7, "Anna")]), [promise::ASKED]);
    let no = asked(1, "Anna", None, refused("invalid"));
    assert_eq!(found(vec![no], vec![]), [promise::REFUSED]);
}

#[test]
fn a_repeated_key_makes_nothing_more() {
    let first = || asked(1, "Anna", Some("k"), unknown());
    let again = |id| asked(2, "Anna", Some("k"), done(user(id, "Anna")));
    assert_eq!(found(vec![first(), again(7)], vec![user(7, "Anna")]), [""; 0]);
    let twice = vec![user(7, "Anna"), user(8, "Anna")];
    assert_eq!(found(vec![first(), again(8)], twice), [promise::ONCE]);
    let other = asked(3, "Anna", Some("k"), done(user(9, "Anna")));
    let answers = found(vec![again(7), other], vec![user(7, "Anna")]);
    assert_eq!(answers, [promise::ONCE]);
}
