//! The pretended server's answers in the history's words, and a few histories written by hand.

use jiff::Timestamp;
use seatmap::domain::answer;
use seatmap::domain::booking::{Booking, BookingStatus};
use seatmap::domain::hold::{Hold, HoldStatus};
use seatmap::domain::ids::{BookingId, HoldId};
use seatmap::domain::seat::SeatStatus;
use uuid::Uuid;

use super::super::{ENDS, UNEXCUSED, judge, promise};
use super::pretend::{BEGAN, MS, Server, event};
use crate::history::{
    Answer, BookingTold, Call, History, HoldTold, Log, LogLine, Only, Operation, Outcome, Refusal,
    Status, Trouble,
};

pub(super) fn status(status: SeatStatus) -> Status {
    Status::ALL[usize::from(status.code())]
}

pub(super) fn outcome(answer: &answer::Answer) -> Outcome {
    let version = answer.version;
    match &answer.result {
        Ok(outcome) => Outcome::Done(match outcome {
            answer::Outcome::Locked { hold, seat, expires_at, .. } => Answer::Locked {
                hold: hold.0,
                seat: *seat,
                expires_at: expires_at.as_microsecond(),
                version,
            },
            answer::Outcome::Unlocked { seat } => Answer::Unlocked { seat: *seat, version },
            answer::Outcome::Hold(hold) if hold.status == HoldStatus::Released => {
                Answer::Released { version }
            }
            answer::Outcome::Hold(hold) => Answer::Hold(hold_told(hold, version)),
            answer::Outcome::Booking(booking) => Answer::Booking(booking_told(booking, version)),
            answer::Outcome::Blocking { seats } => {
                Answer::Blocking { seats: seats.clone(), version }
            }
            answer::Outcome::DueExpired => unreachable!("no call asks for that"),
        }),
        Err(refusal) => Outcome::Refused(refused(refusal)),
    }
}

fn refused(refusal: &answer::Refusal) -> Refusal {
    use answer::Refusal as No;
    let (status, code) = match refusal {
        No::SeatsUnavailable { .. } => (409, "seats_unavailable"),
        No::NothingLocked => (409, "nothing_locked"),
        No::QuantityExceedsLocked { .. } => (409, "quantity_exceeds_locked"),
        No::SeatLimit { .. } => (409, "seat_limit"),
        No::HoldExpired => (409, "hold_expired"),
        No::CannotExtend => (409, "cannot_extend"),
        No::NotLocked => (409, "not_locked"),
        No::SalesClosed => (409, "sales_closed"),
        No::BookingExpired => (409, "booking_expired"),
        No::BookingCancelled => (409, "booking_cancelled"),
        No::AlreadyConfirmed => (409, "already_confirmed"),
        No::NotConfirmed => (409, "not_confirmed"),
        No::AlreadyCheckedIn { .. } => (409, "already_checked_in"),
        No::NotCheckedIn => (409, "not_checked_in"),
        No::NotYours { .. } => (403, "forbidden"),
        No::NotFound { .. } => (404, "not_found"),
        No::Invalid { .. } => (422, "invalid"),
        No::KeyReused => (422, "idempotency_key_reused"),
        No::SoldOut(_) => (409, "sold_out"),
        No::NotEnoughTogether(_) => (409, "not_enough_together"),
        No::Orphan(_) => (409, "orphan"),
        No::SoldWhole { .. } => (422, "sold_whole"),
    };
    let conflicts = match refusal {
        No::SeatsUnavailable { conflicts } => {
            conflicts.iter().map(|one| (one.seat, self::status(one.status))).collect()
        }
        _ => Vec::new(),
    };
    Refusal { status, code: code.to_owned(), conflicts }
}

fn hold_told(hold: &Hold, version: u64) -> HoldTold {
    HoldTold {
        id: hold.id.0,
        seats: hold.seats.clone(),
        status: hold.status.name().to_owned(),
        price: Some(hold.price_total()),
        expires_at: hold.expires_at.as_microsecond(),
        version,
    }
}

fn booking_told(booking: &Booking, version: u64) -> BookingTold {
    BookingTold {
        id: booking.id.0,
        booking_ref: Some(booking.reference.clone()),
        user: booking.user.0,
        seats: booking.seats.clone(),
        status: booking.status.name().to_owned(),
        reference: booking.payment_reference.clone(),
        inside: booking.inside().map(|(seat, _)| seat).collect(),
        price: Some(booking.total_amount()),
        created_at: booking.created_at.as_microsecond(),
        expires_at: booking.expires_at.as_microsecond(),
        version,
    }
}

/// What a read shows; holds and bookings by the clock.
pub(super) fn read(server: &Server, operation: &Operation, now: Timestamp) -> Outcome {
    let (version, epoch) = (server.version(), server.epoch());
    let is_own = !matches!(operation.call, Call::InspectBooking { .. });
    let statuses = || server.seats.values().map(|seat| status(seat.status));
    let refuse = |status, code: &str| {
        Outcome::Refused(Refusal { status, code: code.to_owned(), conflicts: Vec::new() })
    };
    Outcome::Done(match &operation.call {
        Call::ReadHold { hold } => match server.holds.get(&HoldId(*hold)) {
            None => return refuse(404, "not_found"),
            Some(hold) if Some(hold.user.0) != operation.caller => return refuse(403, "forbidden"),
            Some(hold) => {
                let mut hold = hold.clone();
                if hold.is_due(now) {
                    hold.status = HoldStatus::Expired;
                }
                Answer::Hold(hold_told(&hold, version))
            }
        },
        Call::ReadBooking { booking } | Call::InspectBooking { booking } => {
            match server.bookings.get(&BookingId(*booking)) {
                None => return refuse(404, "not_found"),
                Some(booking) if is_own && Some(booking.owner.0) != operation.caller => {
                    return refuse(403, "forbidden");
                }
                Some(booking) => {
                    let mut booking = booking.clone();
                    if booking.is_due(now) {
                        booking.status = BookingStatus::Expired;
                    }
                    Answer::Booking(booking_told(&booking, version))
                }
            }
        }
        Call::ReadEvent | Call::Rename { .. } => {
            let name = match &operation.call {
                Call::Rename { name } => name.clone(),
                _ => server.name.clone(),
            };
            let count = |wanted: Status| statuses().filter(|status| *status == wanted).count();
            let counts = Status::ALL.map(|status| u32::try_from(count(status)).expect("few"));
            Answer::Event { name, version, epoch, available: counts[0], counts }
        }
        _ => Answer::Map { version, epoch, statuses: statuses().map(Status::letter).collect() },
    })
}

pub(super) fn lock(
    id: u64,
    caller: i64,
    (invoked, answered): (u64, u64),
    outcome: Outcome,
) -> Operation {
    Operation {
        id,
        client: format!("client-{caller}"),
        caller: Some(caller),
        event: 1,
        node: None,
        request_id: format!("request-{id}"),
        key: None,
        call: Call::Lock { seat: 0 },
        invoked: invoked * MS,
        answered: answered * MS,
        outcome,
    }
}

fn at(ms: u64) -> i64 {
    BEGAN / 1_000 + i64::try_from(ms).expect("a moment") * 1_000
}

pub(super) fn locked(id: u128, ms: u64, version: u64) -> Outcome {
    let (hold, expires_at) = (Uuid::from_u128(id), at(ms + 1_000));
    Outcome::Done(Answer::Locked { hold, seat: 0, expires_at, version })
}

pub(super) fn line(version: u64, ms: u64, to: Status, by: Option<(i64, u64)>) -> LogLine {
    LogLine {
        version,
        seat: 0,
        from: if to == Status::Locked { Status::Available } else { Status::Locked },
        to,
        cause: if by.is_some() { "lock" } else { "hold_expiry" }.to_owned(),
        actor: by.map(|(actor, _)| actor),
        request_id: by.map(|(_, id)| format!("request-{id}")),
        at: at(ms),
    }
}

pub(super) fn promises(operations: Vec<Operation>, lines: Vec<LogLine>) -> Vec<&'static str> {
    let version = lines.last().map_or(0, |line| line.version);
    let logs = vec![Log { event: 1, version, lines }];
    judged(&History { events: vec![event()], operations, logs, ..History::default() })
}

pub(super) fn judged(history: &History) -> Vec<&'static str> {
    let verdict = judge(history);
    verdict.iter().map(|violation| violation.promise).collect()
}

fn taken() -> Outcome {
    let conflicts = vec![(0, Status::Locked)];
    Outcome::Refused(Refusal { status: 409, code: "seats_unavailable".to_owned(), conflicts })
}

#[test]
fn a_hold_stands_in_the_way_until_its_time_is_over() {
    let first = lock(1, 1, (0, 20), locked(1, 10, 1));
    let lines =
        [line(1, 10, Status::Locked, Some((1, 1))), line(2, 1_500, Status::Available, None)];
    let second = |from: u64| lock(2, 2, (from, from + 10), taken());
    assert_eq!(promises(vec![first.clone(), second(900)], lines.to_vec()), [""; 0]);
    // Nobody had ended it yet, but the clock had.
    assert_eq!(promises(vec![first, second(1_100)], lines.to_vec()), [promise::REFUSED]);
}

#[test]
fn a_hold_is_not_ended_before_its_time() {
    let first = lock(1, 1, (0, 20), locked(1, 10, 1));
    let lines = [line(1, 10, Status::Locked, Some((1, 1))), line(2, 900, Status::Available, None)];
    assert_eq!(promises(vec![first], lines.to_vec()), [promise::CLOCK]);
}

/// Which node had trouble (`None` for all), and from when until when, in milliseconds.
type Troubled = (Option<(usize, usize)>, u64, u64);

fn late_end(troubles: &[Troubled]) -> Vec<&'static str> {
    judged(&ended_late(troubles))
}

/// A lock of one second that ended 20 s later.
fn ended_late(troubles: &[Troubled]) -> History {
    let first = lock(1, 1, (0, 20), locked(1, 10, 1));
    let lines = [(1, 10, Status::Locked, Some((1, 1))), (2, 21_010, Status::Available, None)];
    let lines = lines.map(|(version, ms, to, by)| line(version, ms, to, by)).to_vec();
    let trouble = |(node, from, until): &Troubled| Trouble {
        what: "node killed".to_owned(),
        node: *node,
        from: from * MS,
        until: until * MS,
    };
    History {
        events: vec![event()],
        operations: vec![first],
        logs: vec![Log { event: 1, version: 2, lines }],
        troubles: Some(troubles.iter().map(trouble).collect()),
        ..History::default()
    }
}

#[test]
fn a_hold_does_not_outlive_its_time_but_for_what_keeps_every_node_from_it() {
    assert_eq!(late_end(&[]), [promise::CLOCK]);
    assert_eq!(late_end(&[(None, 0, 18_000)]), [promise::CLOCK]);
    assert_eq!(late_end(&[(None, 0, 19_500)]), [""; 0]);
    assert_eq!(late_end(&[(None, 0, 8_000), (None, 8_500, 20_000)]), [""; 0]);
    assert_eq!(late_end(&[(None, 0, 8_000), (None, 15_000, 19_000)]), [promise::CLOCK]);
    let (one, other) = (Some((0, 2)), Some((1, 2)));
    assert_eq!(late_end(&[(one, 0, 18_000)]), [promise::CLOCK]);
    assert_eq!(late_end(&[(one, 0, 20_000), (other, 500, 21_000)]), [""; 0]);
}

#[test]
fn ends_of_which_nothing_is_excused_are_counted() {
    let counts = |troubles: &[Troubled]| {
        let looked_at = judge(&ended_late(troubles)).looked_at;
        [ENDS, UNEXCUSED].map(|what| looked_at.get(what).copied().unwrap_or_default())
    };
    let one = Some((0, 2));
    assert_eq!(counts(&[]), [1, 1]);
    assert_eq!(counts(&[(None, 0, 900), (one, 0, 30_000)]), [1, 1]);
    assert_eq!(counts(&[(None, 0, 1_500)]), [1, 0]);
}

#[test]
fn one_seat_has_one_holder() {
    let first = lock(1, 1, (0, 20), locked(1, 10, 1));
    let second = lock(2, 2, (100, 120), locked(2, 110, 2));
    let lines =
        vec![line(1, 10, Status::Locked, Some((1, 1))), line(2, 110, Status::Locked, Some((2, 2)))];
    assert!(promises(vec![first, second], lines).contains(&promise::LOG));
}

/// The longest life that a hold may have caps the second of these, which was sent first.
#[test]
fn extensions_at_the_same_time_have_an_order() {
    let first = lock(1, 1, (0, 20), locked(1, 10, 1));
    let extended = |id: u64, seconds: u32, end: u64| {
        let (hold, seats) = (Uuid::from_u128(1), vec![0]);
        let (status, expires_at) = ("active".to_owned(), at(end));
        let told = HoldTold { id: hold, seats, status, price: None, expires_at, version: 1 };
        let mut one = lock(id, 1, (100 + id, 200), Outcome::Done(Answer::Hold(told)));
        one.call = Call::Extend { hold, seconds };
        one
    };
    let lines =
        vec![line(1, 10, Status::Locked, Some((1, 1))), line(2, 4_500, Status::Available, None)];
    let both = |last| vec![first.clone(), extended(2, 3, last), extended(3, 1, 2_010)];
    assert_eq!(promises(both(4_010), lines.clone()), [""; 0]);
    assert_eq!(promises(both(3_010), lines).len(), 1);
}

#[test]
fn a_node_with_a_wrong_clock_is_found() {
    let first = lock(1, 1, (0, 20), locked(1, 60_010, 1));
    let lines = vec![line(1, 60_010, Status::Locked, Some((1, 1)))];
    assert_eq!(promises(vec![first], lines), [promise::CLOCK]);
}

#[test]
fn what_nobody_knows_may_or_may_not_have_happened() {
    let unknown = || Outcome::Unknown { why: "cut".to_owned() };
    let first = lock(1, 1, (0, 20), unknown());
    assert_eq!(promises(vec![first.clone()], vec![]), [""; 0]);
    // Later than the client gave up, even.
    let lines = vec![line(1, 400, Status::Locked, Some((1, 1)))];
    assert_eq!(promises(vec![first], lines), [""; 0]);
}

#[test]
fn what_is_refused_for_its_form_need_not_end_what_is_over() {
    let first = lock(1, 1, (0, 20), locked(1, 10, 1));
    let lines =
        [line(1, 10, Status::Locked, Some((1, 1))), line(2, 1_500, Status::Available, None)];
    let no = |status, code: &str| {
        let (code, conflicts) = (code.to_owned(), Vec::new());
        Outcome::Refused(Refusal { status, code, conflicts })
    };
    // Seat 0's hold was over, and nobody had ended it. A seat that isn't there needs no look.
    let mut nowhere = lock(2, 2, (1_100, 1_105), no(404, "not_found"));
    nowhere.call = Call::Lock { seat: super::pretend::SEATS };
    let mut read = lock(3, 2, (1_110, 1_115), Outcome::Unknown { why: String::new() });
    let statuses = format!("L{}", "A".repeat(super::pretend::SEATS as usize - 1));
    read.call = Call::ReadTickets;
    read.outcome = Outcome::Done(Answer::Map { version: 1, epoch: "e1".to_owned(), statuses });
    let all = |between: &Operation| vec![first.clone(), between.clone(), read.clone()];
    assert_eq!(promises(all(&nowhere), lines.to_vec()), [""; 0]);
    // Whether a seat is another's does.
    let mut unlock = lock(2, 2, (1_100, 1_105), no(403, "forbidden"));
    unlock.call = Call::Unlock { seat: 0 };
    assert!(promises(all(&unlock), lines.to_vec()).contains(&promise::REFUSED));
}

#[test]
fn who_chooses_for_others_takes_what_is_free_and_refuses_only_what_is_short() {
    use super::pretend::{PLACES, SEATS};
    let refused = |call: Call, code: &str| {
        let (code, conflicts) = (code.to_owned(), Vec::new());
        let mut no =
            lock(1, 1, (0, 20), Outcome::Refused(Refusal { status: 409, code, conflicts }));
        no.call = call;
        promises(vec![no], Vec::new())
    };
    let best = |quantity| Call::HoldBest { quantity, only: None };
    let of = |quantity, only| Call::HoldBest { quantity, only: Some(only) };
    let places = |quantity| Call::HoldPlaces { quantity };
    for (call, code) in [
        (best(SEATS), "sold_out"),
        (best(1), "not_enough_together"),
        (best(PLACES), "not_enough_together"),
        (best(SEATS + 1), "sold_out"),
        (of(1, Only::Rows), "sold_out"),
        (of(1, Only::Cheap), "sold_out"),
        (of(PLACES, Only::Others), "not_enough_together"),
        (of(1, Only::Wheelchair), "not_enough_together"),
        (places(PLACES), "not_enough_together"),
        (places(PLACES + 1), "sold_out"),
    ] {
        assert_eq!(refused(call.clone(), code), [promise::REFUSED], "{call:?} {code}");
    }
    for (call, code) in [
        (best(SEATS + 1), "not_enough_together"),
        (best(PLACES + 1), "not_enough_together"),
        (of(PLACES, Only::Rows), "not_enough_together"),
        (of(1, Only::Wheelchair), "sold_out"),
        (places(PLACES + 1), "not_enough_together"),
    ] {
        assert_eq!(refused(call.clone(), code), [""; 0], "{call:?} {code}");
    }
    // Of places the lowest are taken, of seats any.
    let taken = |call: Call, seat: u32| {
        let (id, expires_at) = (Uuid::from_u128(7), at(1_010));
        let status = "active".to_owned();
        let (seats, price) = (vec![seat], None);
        let told = HoldTold { id, seats, status, price, expires_at, version: 1 };
        let mut held = lock(1, 1, (0, 20), Outcome::Done(Answer::Hold(told)));
        held.call = call;
        let mut line = line(1, 10, Status::Locked, Some((1, 1)));
        line.seat = seat;
        promises(vec![held], vec![line])
    };
    assert_eq!(taken(best(1), 5), [""; 0]);
    assert_eq!(taken(of(1, Only::Rows), 5), [""; 0]);
    assert_eq!(taken(of(1, Only::Cheap), 0), [""; 0]);
    for (only, seat) in [(Only::Rows, 0), (Only::Cheap, 5), (Only::Floor, 5), (Only::Hall, 0)] {
        assert!(taken(of(1, only), seat).contains(&promise::LOG), "{only:?} {seat}");
    }
    assert_eq!(taken(places(1), 0), [""; 0]);
    assert!(taken(places(1), 1).contains(&promise::LOG));
    assert!(taken(best(2), 5).contains(&promise::LOG));
}
