//! An honest record passes; each planted lie is found, under its promise.

use super::*;
use crate::buyers::Action;
use Status::{Available, Locked, Reserved, Sold};

mod refusals;

const ANNA: i64 = 11;
const BEN: i64 = 12;

fn line(version: u64, seat: u32, from: Status, to: Status, actor: Option<i64>) -> LogLine {
    LogLine { version, seat, from, to, cause: "test".to_owned(), actor }
}

fn answer(at: u64, user: i64, action: Action, seat: u32, outcome: Outcome) -> Answered {
    let (seats, asked, known) = (vec![seat], 1, 0);
    Answered { sent: at, at: at + 1, user, event: 1, action, seats, asked, outcome, known }
}

fn done(at: u64, user: i64, action: Action, seat: u32, version: u64) -> Answered {
    answer(at, user, action, seat, Outcome::Done { version })
}

/// A judge of an event with so many seats, all free.
fn judge(seats: usize) -> Judge {
    let labels = (0..seats).map(|seat| format!("S{seat}"));
    Judge::new(&Hall::new(1, labels.collect()))
}

fn taken(at: u64, user: i64, seat: u32, known: u64) -> Answered {
    let code = "seats_unavailable".to_owned();
    let outcome = Outcome::Refused { status: 409, code, conflicts: vec![seat], free: None };
    Answered { known, ..answer(at, user, Action::Lock, seat, outcome) }
}

/// Anna buys seat 0; Ben gets seat 1 and lets it go.
fn log() -> Vec<LogLine> {
    vec![
        line(1, 0, Available, Locked, Some(ANNA)),
        line(2, 1, Available, Locked, Some(BEN)),
        line(3, 0, Locked, Reserved, Some(ANNA)),
        line(4, 1, Locked, Available, Some(BEN)),
        line(4, 0, Reserved, Sold, Some(ANNA)),
    ]
}

fn answers() -> Vec<Answered> {
    vec![
        done(10, ANNA, Action::Lock, 0, 1),
        done(20, BEN, Action::Lock, 1, 2),
        done(30, ANNA, Action::Book, 0, 3),
        done(40, BEN, Action::Unlock, 1, 4),
        done(41, ANNA, Action::Confirm, 0, 4),
    ]
}

/// Anna locks seat 0 at version 1, books it at 2 and pays at 3; somebody locks seat 2 at 4.
fn way(steps: u64) -> Vec<LogLine> {
    let mut log = vec![
        line(1, 0, Available, Locked, Some(ANNA)),
        line(2, 0, Locked, Reserved, Some(ANNA)),
        line(3, 0, Reserved, Sold, Some(ANNA)),
    ];
    log.retain(|line| line.version <= steps);
    log.push(line(4, 2, Available, Locked, Some(BEN)));
    log
}

/// The promises that are found broken.
fn broken(log: &[LogLine], answers: Vec<Answered>) -> Vec<String> {
    let mut judge = judge(3);
    judge.read(log);
    judge.hear(answers);
    judge.close();
    let mut promises: Vec<_> = judge
        .findings
        .verdict(Vec::new())
        .violations
        .into_iter()
        .map(|each| each.promise)
        .collect();
    promises.dedup();
    promises
}

#[test]
fn an_honest_record_passes() {
    let mut told = answers();
    told.push(taken(15, BEN, 0, 1));
    assert_eq!(broken(&log(), told), [""; 0]);
}

#[test]
fn a_seat_sold_twice_is_found_in_the_log() {
    let mut log = log();
    log.push(line(5, 0, Sold, Sold, Some(BEN)));
    assert_eq!(broken(&log, answers()), [promises::ONCE]);
}

#[test]
fn a_seat_sold_twice_is_found_in_the_answers_even_if_the_log_looks_well() {
    let mut log = log();
    log.push(line(5, 0, Sold, Available, None));
    log.push(line(5, 0, Available, Locked, Some(BEN)));
    log.push(line(5, 0, Locked, Reserved, Some(BEN)));
    log.push(line(5, 0, Reserved, Sold, Some(BEN)));
    let mut answers = answers();
    for action in [Action::Lock, Action::Book, Action::Confirm] {
        answers.push(done(50, BEN, action, 0, 5));
    }
    assert_eq!(broken(&log, answers.clone()), [promises::ONCE]);
    // Anna gave it back herself; only her answer isn't in the ledger yet.
    log[5].actor = Some(ANNA);
    assert_eq!(broken(&log, answers), [""; 0]);
}

#[test]
fn a_sale_to_somebody_who_did_not_hold_is_found() {
    let mut stolen = log();
    stolen[2].actor = Some(BEN);
    stolen.truncate(4);
    assert_eq!(broken(&stolen, answers()[..2].to_vec()), [promises::HOLDER]);
    // The log may tell what it likes: Ben was never told that he holds it.
    let answers = vec![done(30, BEN, Action::Book, 2, 2)];
    let log = [line(1, 2, Available, Locked, Some(BEN)), line(2, 2, Locked, Reserved, Some(BEN))];
    assert_eq!(broken(&log, answers), [promises::HOLDER]);
}

#[test]
fn an_acknowledged_answer_that_the_log_lacks_is_found() {
    let mut answers = answers();
    answers.push(done(50, BEN, Action::Lock, 2, 3));
    assert_eq!(broken(&log(), answers), [promises::ACKNOWLEDGED]);
    // At another version than was named.
    let late = vec![done(10, ANNA, Action::Lock, 0, 2)];
    assert_eq!(broken(&log(), late), [promises::ACKNOWLEDGED]);
}

#[test]
fn ones_own_seat_again_needs_no_step() {
    let log = [line(1, 2, Available, Locked, Some(ANNA)), line(2, 1, Available, Locked, Some(BEN))];
    let lost = answer(10, ANNA, Action::Lock, 2, Outcome::Unknown { why: "lost".to_owned() });
    let again = |user| done(20, user, Action::Lock, 2, 2);
    assert_eq!(broken(&log, vec![lost.clone(), again(ANNA)]), [""; 0]);
    // It is not Ben's, and who was never told of it can't have had it.
    assert_eq!(broken(&log, vec![lost.clone(), again(BEN)]), [promises::ACKNOWLEDGED]);
    assert_eq!(broken(&log, vec![again(ANNA)]), [promises::ACKNOWLEDGED]);
    // Nor once it has ended.
    let ended = [log[0].clone(), line(2, 2, Locked, Available, None)];
    assert_eq!(broken(&ended, vec![lost, again(ANNA)]), [promises::ACKNOWLEDGED]);
}

#[test]
fn illegal_steps_are_found() {
    for wrong in [
        line(5, 2, Available, Sold, Some(ANNA)),
        line(5, 0, Sold, Locked, Some(ANNA)),
        line(5, 2, Locked, Reserved, Some(ANNA)),
        line(3, 2, Available, Locked, Some(ANNA)),
        line(5, 9, Available, Locked, Some(ANNA)),
    ] {
        let mut log = log();
        log.push(wrong);
        assert_eq!(broken(&log, answers()), [promises::LEGAL], "{:?}", log.last());
    }
}

#[test]
fn a_late_payment_that_the_log_ends_with_is_found() {
    let expired = [
        line(1, 2, Available, Locked, Some(ANNA)),
        line(2, 2, Locked, Reserved, Some(ANNA)),
        line(3, 2, Reserved, Available, None),
        line(4, 2, Available, Reserved, Some(ANNA)),
        line(4, 2, Reserved, Sold, Some(ANNA)),
    ];
    assert_eq!(broken(&expired, Vec::new()), [""; 0]);
    assert_eq!(broken(&expired[..4], Vec::new()), [promises::LEGAL]);
}

#[test]
fn a_refusal_of_a_free_seat_is_found_and_a_lost_race_is_not() {
    // Seat 1 is free again from version 4 on, and somebody who asked later was told version 4.
    let mut told = answers();
    told.push(Answered { known: 4, ..taken(60, BEN, 1, 4) });
    assert_eq!(broken(&log(), told), [promises::REFUSED]);
    // Who knew version 3 only may have been decided there.
    let mut told = answers();
    told.push(taken(39, ANNA, 1, 3));
    assert_eq!(broken(&log(), told), [""; 0]);
    // Nor does a free seat help who books it and holds it no more.
    let mut told = answers();
    told.push(Answered { known: 4, action: Action::Book, ..taken(60, BEN, 1, 4) });
    assert_eq!(broken(&log(), told), [""; 0]);
}

#[test]
fn a_refusal_for_want_of_seats_that_were_free_is_found() {
    // From version 4 on seats 1 and 2 are free, whatever comes after.
    let short = |free| {
        let code = "sold_out".to_owned();
        let outcome =
            Outcome::Refused { status: 409, code, conflicts: Vec::new(), free: Some(free) };
        Answered { known: 4, seats: Vec::new(), ..answer(60, BEN, Action::Best, 0, outcome) }
    };
    for (free, expected) in [(2, ""), (1, promises::REFUSED)] {
        let mut told = answers();
        told.push(short(free));
        let expected: Vec<&str> = Some(expected).into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(broken(&log(), told), expected);
    }
}

#[test]
fn maps_are_held_against_the_log_at_their_version() {
    let mut judge = judge(3);
    judge.read(&log());
    judge.compare(promises::END, "a viewer", 2, &[1, 1, 0]);
    judge.compare(promises::END, "a viewer", 4, &[3, 0, 0]);
    assert_eq!(judge.violations(), 0);
    judge.compare(promises::END, "a viewer", 4, &[3, 1, 0]);
    judge.compare(promises::END, "a viewer", 5, &[3, 0, 0]);
    judge.compare(promises::END, "a viewer", 4, &[3, 0]);
    assert_eq!(judge.violations(), 3);
    // What is forgotten still counts.
    judge.prune(4);
    judge.compare(promises::END, "a viewer", 4, &[3, 0, 0]);
    assert_eq!(judge.violations(), 3);
}

#[test]
fn a_map_that_everybody_was_shown_on_the_way_is_held_against_the_log() {
    let mut judge = judge(3);
    judge.begin = 1;
    judge.read(&log());
    // What was before the run's first version, the log doesn't tell.
    judge.look_at(0, &[2, 2, 2]);
    judge.look_at(2, &[1, 1, 0]);
    assert_eq!(judge.violations(), 0);
    // Wrong at its version, though nobody shows it any more.
    judge.look_at(3, &[2, 0, 0]);
    let found = judge.findings.clone().verdict(Vec::new()).violations.remove(0);
    assert_eq!((found.promise.as_str(), found.seat), (promises::SHOWN, Some(1)));
    assert!(found.evidence.iter().any(|line| line.starts_with("log: version 2")), "{found:?}");
    judge.look_at(5, &[3, 0, 0]);
    assert_eq!(judge.violations(), 2, "the log has been read further than they were");
    judge.prune(4);
    judge.look_at(2, &[2, 2, 2]);
    assert_eq!(judge.violations(), 2, "too long ago");
}

#[test]
fn an_answer_that_the_contract_does_not_know_counts_as_none() {
    // A 500 to a lock that took place all the same: Anna books it later.
    let why = "500 internal".to_owned();
    let told = vec![
        answer(10, ANNA, Action::Lock, 0, Outcome::Unknown { why }),
        done(20, ANNA, Action::Book, 0, 2),
        done(30, ANNA, Action::Confirm, 0, 3),
    ];
    assert_eq!(broken(&way(3), told), [""; 0]);
}
