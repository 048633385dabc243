//! Histories of one event: who may be told which, and when.

use proptest::sample::Index;

use super::super::promise;
use super::examples::{judged, lock};
use super::lies::pick;
use super::pretend::{EPOCHS, MS, SEATS, event};
use crate::history::{
    Answer, Call, Epochs, History, Log, LogLine, Operation, Outcome, RENAMED, Sight, Status,
};

const OLD: &str = EPOCHS[0];
const NEW: &str = EPOCHS[1];

/// An event of two versions, the second of them of another history.
fn went_on(operations: Vec<Operation>, sights: Vec<Sight>) -> History {
    let step = |version: u64, from, to| LogLine {
        version,
        seat: 0,
        from,
        to,
        cause: "block".to_owned(),
        actor: Some(9),
        request_id: Some(format!("request-{version}")),
        at: event().began_unix_ns / 1_000 + 10_000,
    };
    let (free, blocked) = (Status::Available, Status::Blocked);
    let lines = vec![step(1, free, blocked), step(2, blocked, free)];
    let unknown = |id, call| {
        let outcome = Outcome::Unknown { why: "cut".to_owned() };
        Operation { call, ..lock(id, 9, (0, 100), outcome) }
    };
    let all = [Call::Block { seats: vec![0] }, Call::Unblock { seats: vec![0] }];
    let mut operations = operations;
    operations.extend((1..).zip(all).map(|(id, call)| unknown(id, call)));
    let [first, last] = EPOCHS.map(str::to_owned);
    let epochs = vec![Epochs { event: 1, first, last, until: Some(1) }];
    let logs = vec![Log { event: 1, version: 2, lines }];
    History { events: vec![event()], operations, logs, epochs, sights, ..History::default() }
}

fn read(id: u64, call: Call, (epoch, version): (&str, u64), during: (u64, u64)) -> Operation {
    let (epoch, seats) = (epoch.to_owned(), SEATS as usize);
    let first = if version == 1 { "B" } else { "A" };
    let statuses = format!("{first}{}", "A".repeat(seats - 1));
    let outcome = Outcome::Done(Answer::Map { version, epoch, statuses });
    Operation { call, ..lock(id, 2, during, outcome) }
}

fn sight(connection: u64, epoch: &str, (least, most): (u64, u64), from: u64) -> Sight {
    let (event, viewer, epoch) = (1, "viewer".to_owned(), epoch.to_owned());
    let from = from * MS;
    Sight { event, viewer, connection, epoch, least, most, from, until: from }
}

fn is_right(operations: Vec<Operation>, sights: Vec<Sight>) -> bool {
    let found = judged(&went_on(operations, sights));
    assert!(found.iter().all(|promise| *promise == promise::EPOCHS), "{found:?}");
    found.is_empty()
}

#[test]
fn each_version_belongs_to_its_history() {
    let tickets = |at| read(3, Call::ReadTickets, at, (20, 120));
    let mirrored = |at| read(3, Call::ReadAvailability, at, (200, 210));
    for right in [(OLD, 1), (NEW, 1), (NEW, 2)] {
        assert!(is_right(vec![tickets(right)], Vec::new()), "{right:?}");
        assert!(is_right(vec![mirrored(right)], Vec::new()), "{right:?}");
        assert!(is_right(Vec::new(), vec![sight(1, right.0, (right.1, right.1), 200)]));
    }
    for wrong in [(OLD, 2), (NEW, 0), ("e3", 1)] {
        assert!(!is_right(vec![mirrored(wrong)], Vec::new()), "{wrong:?}");
        assert!(!is_right(Vec::new(), vec![sight(1, wrong.0, (wrong.1, wrong.1), 200)]));
    }
    // The past is asked for by its version alone.
    let past = |at| read(3, Call::ReadPast { version: 0 }, at, (200, 210));
    assert!(is_right(vec![past((NEW, 0)), past((OLD, 0))], Vec::new()));
}

#[test]
fn the_database_forgets_the_old_history_and_mirrors_may_take_longer() {
    let new = |call| read(3, call, (NEW, 1), (20, 30));
    let old = |call, from| read(4, call, (OLD, 1), (from, 110));
    let tickets = || Call::ReadTickets;
    assert!(is_right(vec![new(tickets()), old(tickets(), 25)], Vec::new()));
    assert!(!is_right(vec![new(tickets()), old(tickets(), 35)], Vec::new()));
    assert!(!is_right(vec![new(Call::ReadAvailability), old(tickets(), 35)], Vec::new()));
    assert!(!is_right(vec![old(tickets(), 35)], vec![sight(1, NEW, (1, 1), 20)]));
    assert!(is_right(vec![new(tickets()), old(Call::ReadAvailability, 35)], Vec::new()));
    assert!(is_right(vec![new(tickets())], vec![sight(1, OLD, (0, 1), 90)]));
}

#[test]
fn an_answer_that_was_kept_names_the_history_that_it_was_given_in() {
    let name = format!("{RENAMED}1");
    let given = |key: Option<&str>| {
        let (counts, epoch) = ([SEATS - 1, 0, 0, 0, 1], OLD.to_owned());
        let (name, available) = (name.clone(), SEATS - 1);
        let told = Answer::Event { name: name.clone(), version: 1, epoch, available, counts };
        let one = lock(4, 1, (35, 45), Outcome::Done(told));
        Operation { call: Call::Rename { name }, key: key.map(str::to_owned), ..one }
    };
    let new = || read(3, Call::ReadTickets, (NEW, 1), (20, 30));
    assert!(is_right(vec![new(), given(Some("k"))], Vec::new()));
    assert!(!is_right(vec![new(), given(None)], Vec::new()));
}

#[test]
fn a_connection_never_goes_back_and_another_may() {
    let shown = |connections: [u64; 2]| {
        let new = sight(connections[0], NEW, (1, 2), 20);
        is_right(Vec::new(), vec![new, sight(connections[1], OLD, (0, 1), 30)])
    };
    assert!(shown([1, 2]));
    assert!(!shown([1, 1]));
}

#[test]
fn an_epoch_changes_with_the_history_and_not_without() {
    let with = |last: &str, until| {
        let mut history = went_on(Vec::new(), Vec::new());
        (history.epochs[0].last, history.epochs[0].until) = (last.to_owned(), until);
        judged(&history)
    };
    assert_eq!(with(NEW, Some(1)), [""; 0]);
    assert_eq!(with(OLD, None), [""; 0]);
    assert_eq!(with(NEW, None), [promise::EPOCHS]);
    assert_eq!(with(OLD, Some(1)), [promise::EPOCHS]);
}

/// The epochs of answers, and when they were asked for and answered.
fn tellings(history: &mut History) -> Vec<(&mut String, u64, u64)> {
    let named = history.operations.iter_mut().filter_map(|one| match &mut one.outcome {
        Outcome::Done(Answer::Map { epoch, .. } | Answer::Event { epoch, .. })
            if one.key.is_none() =>
        {
            Some((epoch, one.invoked, one.answered))
        }
        _ => None,
    });
    named.collect()
}

pub(super) fn never_was(history: &mut History, at: &Index) -> bool {
    let mut all = tellings(history);
    let chosen = at.index(all.len().max(1));
    all.get_mut(chosen).map(|(epoch, ..)| **epoch = "e3".to_owned()).is_some()
}

pub(super) fn old_after_new(history: &mut History, at: &Index) -> bool {
    let mut all = tellings(history);
    let new = |(epoch, ..): &&(&mut String, u64, u64)| epoch.as_str() == NEW;
    let Some(since) = all.iter().filter(new).map(|(_, _, answered)| *answered).min() else {
        return false;
    };
    let later: Vec<usize> = (0..all.len()).filter(|index| all[*index].1 > since).collect();
    let Some(index) = pick(&later, at) else { return false };
    *all[index].0 = OLD.to_owned();
    true
}

/// As a mirror does that takes the new history for more of the old one.
pub(super) fn new_under_old(history: &mut History, at: &Index) -> bool {
    let until = history.epochs[0].until;
    let is_later = |sight: &&mut Sight| until.is_some_and(|until| sight.most > until);
    let mut later: Vec<&mut Sight> = history.sights.iter_mut().filter(is_later).collect();
    let chosen = at.index(later.len().max(1));
    later.get_mut(chosen).map(|sight| sight.epoch = OLD.to_owned()).is_some()
}

pub(super) fn shown_old_after_new(history: &mut History, at: &Index) -> bool {
    let news = (0..history.sights.len()).filter(|index| history.sights[*index].epoch == NEW);
    let Some(index) = pick(&news.collect::<Vec<_>>(), at) else { return false };
    let (epoch, version) = (OLD.to_owned(), history.epochs[0].until.unwrap_or_default());
    let back = Sight { epoch, least: 0, most: version, ..history.sights[index].clone() };
    history.sights.insert(index + 1, back);
    true
}

pub(super) fn renamed(history: &mut History, _: &Index) -> bool {
    let epochs = &mut history.epochs[0];
    epochs.last = NEW.to_owned();
    epochs.until.take().is_none()
}

pub(super) fn kept(history: &mut History, _: &Index) -> bool {
    let epochs = &mut history.epochs[0];
    epochs.last = OLD.to_owned();
    epochs.until.is_some()
}
