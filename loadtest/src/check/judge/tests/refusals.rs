//! Refusals: of what was free, and of what was one's own.

use super::*;

/// A refusal of a request for a seat that was sent knowing version 4, when the log had ended so.
fn refused(user: i64, action: Action, seat: u32, (status, code): (u16, &str)) -> Answered {
    let (code, conflicts) = (code.to_owned(), Vec::new());
    let outcome = Outcome::Refused { status, code, conflicts, free: None };
    Answered { known: 4, ..answer(60, user, action, seat, outcome) }
}

#[test]
fn whoever_wants_a_free_seat_is_refused_by_a_rule_only() {
    for (action, status, code, is_wrong) in [
        (Action::Lock, 404, "not_found", true),
        (Action::Lock, 403, "forbidden", true),
        (Action::Hold, 422, "invalid", true),
        (Action::Hold, 409, "nothing_locked", true),
        (Action::Lock, 409, "seats_unavailable", true),
        (Action::Lock, 409, "orphan", false),
        (Action::Hold, 409, "seat_limit", false),
        (Action::Lock, 409, "sales_closed", false),
        (Action::Hold, 422, "sold_whole", false),
        (Action::Lock, 429, "rate_limited", false),
        (Action::Lock, 503, "overloaded", false),
    ] {
        // Seat 1 is free from version 4 on, seat 0 is sold.
        for (seat, is_wrong) in [(1, is_wrong), (0, false)] {
            let mut told = answers();
            told.push(refused(BEN, action, seat, (status, code)));
            let expected = [promises::REFUSED];
            let expected = if is_wrong { &expected[..] } else { &[] };
            assert_eq!(broken(&log(), told), expected, "{action:?} {seat} {code}");
        }
    }
}

#[test]
fn a_refusal_may_not_name_a_conflict_that_nobody_asked_for() {
    let mut told = answers();
    told.push(Answered { known: 4, seats: vec![1], ..taken(60, BEN, 0, 4) });
    assert_eq!(broken(&log(), told), [promises::REFUSED]);
}

#[test]
fn whoever_is_given_the_best_is_refused_for_want_of_seats_only() {
    for (code, free, asked, is_wrong) in [
        // Two are free.
        ("not_found", None, 2, true),
        ("not_found", None, 3, false),
        ("sold_out", None, 1, true),
        ("not_enough_together", None, 2, false),
        ("not_enough_together", Some(1), 2, true),
        ("seat_limit", None, 2, false),
    ] {
        let code_said = code.to_owned();
        let (status, conflicts) = (409, Vec::new());
        let outcome = Outcome::Refused { status, code: code_said, conflicts, free };
        let best = answer(60, BEN, Action::Best, 0, outcome);
        let mut told = answers();
        told.push(Answered { known: 4, seats: Vec::new(), asked, ..best });
        let expected = [promises::REFUSED];
        let expected = if is_wrong { &expected[..] } else { &[] };
        assert_eq!(broken(&log(), told), expected, "{code} {free:?} {asked}");
    }
}

#[test]
fn nobody_is_refused_what_is_theirs_all_the_while() {
    let told = [
        done(10, ANNA, Action::Lock, 0, 1),
        done(20, ANNA, Action::Book, 0, 2),
        done(30, ANNA, Action::Confirm, 0, 3),
    ];
    for (steps, action, status, code) in [
        (1, Action::Book, 409, "hold_expired"),
        (1, Action::Book, 409, "nothing_locked"),
        (1, Action::Book, 409, "seats_unavailable"),
        (1, Action::Unlock, 409, "not_locked"),
        (1, Action::Unlock, 403, "forbidden"),
        (1, Action::Unlock, 409, "sales_closed"),
        (1, Action::Release, 404, "not_found"),
        (1, Action::Lock, 409, "seats_unavailable"),
        (2, Action::Confirm, 409, "booking_expired"),
        (2, Action::Confirm, 404, "not_found"),
        (3, Action::Cancel, 409, "booking_expired"),
    ] {
        let of = |user, at, known| {
            let mut told = told[..steps as usize].to_vec();
            let no = refused(user, action, 0, (status, code));
            told.push(Answered { sent: at, at: at + 1, known, ..no });
            broken(&way(steps), told)
        };
        assert_eq!(of(ANNA, 60, 4), [promises::REFUSED], "{action:?} {code}");
        // Of others it is true.
        assert_eq!(of(BEN, 60, 4), [""; 0], "{action:?} {code}");
        // They may have been decided before it was Anna's.
        assert_eq!(of(ANNA, 60, 0), [""; 0], "{action:?} {code}");
        // When it may have run out, the log may not show it yet. What is sold stays so.
        let ends = if steps == 1 { 180 } else { 900 };
        let late = of(ANNA, (ends - 1) * 1_000_000_000, 4);
        assert_eq!(late.is_empty(), steps < 3, "{action:?} {code}");
    }
}

#[test]
fn what_ended_by_itself_or_by_a_rule_may_be_refused() {
    // It ran out at version 5, which is within the window.
    let mut log = way(1);
    log.push(line(5, 0, Locked, Available, None));
    let mut told = vec![done(10, ANNA, Action::Lock, 0, 1)];
    told.push(refused(ANNA, Action::Book, 0, (409, "hold_expired")));
    assert_eq!(broken(&log, told), [""; 0]);
    // Without one's own word for when it was locked nobody knows when it ends.
    let silent = vec![refused(ANNA, Action::Unlock, 0, (409, "not_locked"))];
    assert_eq!(broken(&way(1), silent), [""; 0]);
    for (steps, action, status, code) in [
        (1, Action::Book, 409, "sales_closed"),
        (1, Action::Unlock, 503, "timeout"),
        (1, Action::Book, 429, "rate_limited"),
        (3, Action::Cancel, 403, "forbidden"),
        (3, Action::Cancel, 409, "already_confirmed"),
    ] {
        let told =
            vec![done(10, ANNA, Action::Lock, 0, 1), refused(ANNA, action, 0, (status, code))];
        assert_eq!(broken(&way(steps), told), [""; 0], "{action:?} {code}");
    }
}
