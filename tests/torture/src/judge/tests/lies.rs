//! Lies: each changes a legal history into one that isn't, if it finds where.

use proptest::sample::Index;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::units::Units;
use super::super::verdict::Verdict;
use super::super::{acts, units};
use super::pretend::{MS, SEATS, case};
use super::{epochs, healed};
use crate::history::{
    Answer, BookingTold, Call, History, Operation, Outcome, RENAMED, Refusal, Said, Status, Turned,
    outcome,
};

/// Tells the lie; whether it found where.
type Lie = fn(&mut History, &Index) -> bool;

pub(super) const ALL: [(&str, Lie); 48] = [
    ("an acknowledged effect is lost", lost_effect),
    ("what was done is done twice", done_twice),
    ("a seat is given to a second caller", double_sale),
    ("a read shows what was so before", stale_read),
    ("two versions change places", reordered),
    ("it was answered before it happened", answered_before),
    ("a free seat is refused", free_seat_refused),
    ("what timed out took effect", timed_out_with_effect),
    ("what was refused took effect", refused_with_effect),
    ("a hold is told to end later", told_to_end_later),
    ("an answer names another version", another_version),
    ("a step is missing in the log", missing_step),
    ("somebody else's booking", somebody_elses),
    ("another number of seats is chosen", another_number),
    ("what failed without effect took effect", failed_with_effect),
    ("what was done is answered unreadably", answered_unreadably),
    ("conflicts can't be read", conflicts_unreadable),
    ("a status that the contract doesn't have", strange_status),
    ("a buyer is turned away for no reason", turned_away),
    ("somebody is told to be in who isn't", told_to_be_in),
    ("somebody goes in twice", in_twice),
    ("a key stands for two requests", two_of_one_key),
    ("a key is refused after its effect", key_refused_after),
    ("a key is refused before its effect", key_refused_before),
    ("a key answers for something else", key_answers_for_another),
    ("a key is called reused that nothing was kept under", reused_for_nothing),
    ("a booking is told to be for somebody else", told_for_another),
    ("a booking is told under another name", told_under_another_name),
    ("money is told wrong", told_money),
    ("a hold is gone at rest", hold_gone),
    ("a booking is gone at rest", booking_gone),
    ("a hold that nobody made is there at rest", hold_from_nowhere),
    ("a booking is there twice at rest", booking_twice),
    ("a hold is kept with another end", hold_ends_elsewhere),
    ("a hold is kept otherwise than it was told", hold_unlike),
    ("a booking is kept otherwise than it was told", booking_unlike),
    ("seats are taken after the sale", taken_after_the_sale),
    ("seats are taken before the sale", taken_before_the_sale),
    ("the sale is called closed before its end", closed_too_early),
    ("seats are taken on terms that close the sale", taken_on_closing_terms),
    ("seats are taken at other prices than the terms'", taken_at_other_prices),
    ("a history is named that never was", epochs::never_was),
    ("the old history is read after the new one was told", epochs::old_after_new),
    ("the new history goes on under the old one's name", epochs::new_under_old),
    ("a viewer is shown the old history after the new one", epochs::shown_old_after_new),
    ("a history has another name, and went on where it was", epochs::renamed),
    ("a history keeps its name, and went on elsewhere", epochs::kept),
    ("a node grants no lock after healing", healed::not_granted),
];

/// Which operations have effects, by the index of their unit.
fn effects(history: &History) -> Vec<(usize, usize)> {
    let of = |id: &str| history.operations.iter().position(|one| one.request_id == id);
    let case = case(history);
    let mut verdict = Verdict::default();
    let mut acts = acts::gather(&case, &mut verdict);
    let units: Units<'_> = units::cut(&case, &mut acts, &mut verdict);
    let by = |(index, unit): (usize, &units::Unit<'_>)| {
        let id = unit.lines[0].request_id.as_deref()?;
        let operation = of(id)?;
        let is_heard = matches!(history.operations[operation].outcome, Outcome::Done(_));
        is_heard.then_some((index, operation))
    };
    units.all.iter().enumerate().filter_map(by).collect()
}

pub(super) fn pick<T: Clone>(all: &[T], at: &Index) -> Option<T> {
    (!all.is_empty()).then(|| all[at.index(all.len())].clone())
}

fn an_effect(history: &History, at: &Index) -> Option<usize> {
    pick(&effects(history), at).map(|(_, operation)| operation)
}

fn set_version(answer: &mut Answer, to: u64) {
    match answer {
        Answer::Locked { version, .. }
        | Answer::Unlocked { version, .. }
        | Answer::Released { version }
        | Answer::Blocking { version, .. }
        | Answer::Map { version, .. }
        | Answer::AvailableTickets { version, .. }
        | Answer::Event { version, .. } => *version = to,
        Answer::Hold(hold) => hold.version = to,
        Answer::Booking(booking) => booking.version = to,
        Answer::Created(_) => {}
    }
}

fn lost_effect(history: &mut History, _: &Index) -> bool {
    let Some((_, operation)) = effects(history).last().copied() else { return false };
    let Outcome::Done(answer) = &history.operations[operation].outcome else { return false };
    let version = answer.version();
    let log = &mut history.logs[0];
    log.lines.retain(|line| line.version < version);
    log.version = log.lines.last().map_or(0, |line| line.version);
    true
}

fn done_twice(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    let id = history.operations[operation].request_id.clone();
    let log = &mut history.logs[0];
    log.version += 1;
    let end = log.lines.last().map_or(0, |line| line.at);
    let own = log.lines.iter().filter(|line| line.request_id.as_ref() == Some(&id)).cloned();
    let again: Vec<_> = own.collect();
    log.lines.extend(again.into_iter().map(|mut line| {
        (line.version, line.at) = (log.version, end);
        line
    }));
    true
}

fn double_sale(history: &mut History, at: &Index) -> bool {
    let lost = |one: &&mut Operation| match &one.outcome {
        Outcome::Refused(no) => matches!(one.call, Call::Lock { .. }) && !no.conflicts.is_empty(),
        _ => false,
    };
    let mut refused: Vec<&mut Operation> = history.operations.iter_mut().filter(lost).collect();
    if refused.is_empty() {
        return false;
    }
    let chosen = at.index(refused.len());
    let operation = &mut refused[chosen];
    let Call::Lock { seat } = operation.call else { return false };
    let (hold, version) = (Uuid::from_u128(u128::MAX), history.logs[0].version);
    operation.outcome = Outcome::Done(Answer::Locked { hold, seat, expires_at: 0, version });
    true
}

fn stale_read(history: &mut History, at: &Index) -> bool {
    let effects = effects(history);
    let is_map = |one: &&Operation| {
        matches!(one.call, Call::ReadTickets) && matches!(one.outcome, Outcome::Done(_))
    };
    let maps: Vec<&Operation> = history.operations.iter().filter(is_map).collect();
    let mut pairs = Vec::new();
    for (early, late) in maps.iter().flat_map(|early| maps.iter().map(move |late| (early, late))) {
        let (Outcome::Done(old), Outcome::Done(_)) = (&early.outcome, &late.outcome) else {
            continue;
        };
        let between = effects.iter().any(|(_, index)| {
            let effect = &history.operations[*index];
            let Outcome::Done(answer) = &effect.outcome else { return false };
            answer.version() > old.version() && effect.answered < late.invoked
        });
        if between {
            pairs.push((late.id, early.outcome.clone()));
        }
    }
    let Some((id, outcome)) = pick(&pairs, at) else { return false };
    let late = history.operations.iter_mut().find(|one| one.id == id).expect("it");
    late.outcome = outcome;
    true
}

fn reordered(history: &mut History, at: &Index) -> bool {
    let effects = effects(history);
    let apart = |pair: &&[(usize, usize)]| {
        let (a, b) = (&history.operations[pair[0].1], &history.operations[pair[1].1]);
        a.answered < b.invoked && pair[0].0 + 1 == pair[1].0
    };
    let pairs: Vec<(usize, usize)> =
        effects.windows(2).filter(apart).map(|pair| (pair[0].1, pair[1].1)).collect();
    let Some((a, b)) = pick(&pairs, at) else { return false };
    let ids = [a, b].map(|index| history.operations[index].request_id.clone());
    let lines = &mut history.logs[0].lines;
    let own = |id: &String| -> Vec<crate::history::LogLine> {
        lines.iter().filter(|line| line.request_id.as_ref() == Some(id)).cloned().collect()
    };
    let (first, second) = (own(&ids[0]), own(&ids[1]));
    let (from, to) = (first[0].version, second[0].version);
    if from == to {
        return false;
    }
    let start = lines.iter().position(|line| *line == first[0]).expect("it");
    let end = lines.iter().position(|line| *line == second[0]).expect("it") + second.len();
    // Each takes the other's place, version and moment; the answers say so too.
    let moved = |line: &crate::history::LogLine, version, at| crate::history::LogLine {
        version,
        at,
        ..line.clone()
    };
    let mut swapped: Vec<_> = second.iter().map(|line| moved(line, from, first[0].at)).collect();
    swapped.extend(
        lines[start..end]
            .iter()
            .filter(|line| !first.contains(line) && !second.contains(line))
            .cloned(),
    );
    swapped.extend(first.iter().map(|line| moved(line, to, second[0].at)));
    lines.splice(start..end, swapped);
    for (index, version) in [(a, to), (b, from)] {
        if let Outcome::Done(answer) = &mut history.operations[index].outcome {
            set_version(answer, version);
        }
    }
    true
}

fn answered_before(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    let began = &mut history.events[0].began_unix_ns;
    // Everything else later, so that this one is earlier.
    let early = 100 * MS;
    *began -= i64::try_from(early).expect("small");
    for (index, one) in history.operations.iter_mut().enumerate() {
        if index != operation {
            one.invoked += early;
            one.answered += early;
        } else {
            one.answered = one.invoked + MS;
        }
    }
    true
}

fn free_seat_refused(history: &mut History, at: &Index) -> bool {
    let touched = |seat: u32| history.logs[0].lines.iter().any(|line| line.seat == seat);
    let free: Vec<u32> = (0..SEATS).filter(|seat| !touched(*seat)).collect();
    let Some(seat) = pick(&free, at) else { return false };
    let Some(mut operation) = history.operations.last().cloned() else { return false };
    let conflicts = vec![(seat, Status::Locked)];
    operation.id += 1_000;
    operation.request_id = "request-free".to_owned();
    (operation.key, operation.call) = (None, Call::Lock { seat });
    operation.outcome =
        Outcome::Refused(Refusal { status: 409, code: "seats_unavailable".to_owned(), conflicts });
    history.operations.push(operation);
    true
}

fn timed_out_with_effect(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    history.operations[operation].outcome =
        Outcome::Nothing(Turned { status: 503, code: "timeout".to_owned() });
    true
}

fn refused_with_effect(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    let (code, conflicts) = ("seat_limit".to_owned(), Vec::new());
    history.operations[operation].outcome =
        Outcome::Refused(Refusal { status: 409, code, conflicts });
    true
}

fn told_to_end_later(history: &mut History, at: &Index) -> bool {
    let is_hold = |(_, index): &(usize, usize)| {
        matches!(
            &history.operations[*index].outcome,
            Outcome::Done(Answer::Hold(_) | Answer::Locked { .. })
        )
    };
    let holds: Vec<_> = effects(history).into_iter().filter(is_hold).collect();
    let Some((_, index)) = pick(&holds, at) else { return false };
    match &mut history.operations[index].outcome {
        Outcome::Done(Answer::Locked { expires_at, .. }) => *expires_at += 1,
        Outcome::Done(Answer::Hold(hold)) => hold.expires_at += 1,
        _ => return false,
    }
    // A lost extension could have made it so.
    !history.operations.iter().any(|one| {
        matches!(one.call, Call::Extend { .. }) && matches!(one.outcome, Outcome::Unknown { .. })
    })
}

fn another_version(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    if let Outcome::Done(answer) = &mut history.operations[operation].outcome {
        let version = answer.version() - 1;
        set_version(answer, version);
    }
    true
}

/// A step of something acknowledged: another's may be missing because it never happened.
fn missing_step(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    let id = history.operations[operation].request_id.clone();
    let lines = &mut history.logs[0].lines;
    let own = lines.iter().position(|line| line.request_id.as_ref() == Some(&id));
    own.map(|line| lines.remove(line)).is_some()
}

fn somebody_elses(history: &mut History, at: &Index) -> bool {
    let is_booking = |(_, index): &(usize, usize)| {
        let call = &history.operations[*index].call;
        matches!(call, Call::BookSeats { .. } | Call::BookHold { .. } | Call::BookQuantity { .. })
    };
    let bookings: Vec<_> = effects(history).into_iter().filter(is_booking).collect();
    let Some((_, index)) = pick(&bookings, at) else { return false };
    let operation = &mut history.operations[index];
    operation.caller = Some(99);
    for line in &mut history.logs[0].lines {
        if line.request_id.as_ref() == Some(&operation.request_id) {
            line.actor = Some(99);
        }
    }
    true
}

fn another_number(history: &mut History, at: &Index) -> bool {
    let is_chosen = |call: &Call| matches!(call, Call::HoldBest { .. } | Call::HoldPlaces { .. });
    let chosen = effects(history).into_iter().map(|(_, operation)| operation);
    let chosen: Vec<usize> =
        chosen.filter(|index| is_chosen(&history.operations[*index].call)).collect();
    let Some(index) = pick(&chosen, at) else { return false };
    match &mut history.operations[index].call {
        Call::HoldBest { quantity, .. } | Call::HoldPlaces { quantity } => *quantity += SEATS,
        _ => return false,
    }
    true
}

/// What a client makes of an answer.
fn heard(call: &Call, status: u16, body: &Value) -> Outcome {
    outcome(call, Said { status, version: Some(1), body }, |_| None)
}

fn failed_with_effect(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    let body = json!({ "code": "internal", "detail": "the request failed; nothing happened" });
    let operation = &mut history.operations[operation];
    operation.outcome = heard(&operation.call, 500, &body);
    true
}

fn answered_unreadably(history: &mut History, at: &Index) -> bool {
    let Some(operation) = an_effect(history, at) else { return false };
    let operation = &mut history.operations[operation];
    // The contract's answer to a release has no body that could be unreadable.
    let is_released = matches!(operation.call, Call::Release { .. });
    operation.outcome = heard(&operation.call, 200, &Value::Null);
    !is_released
}

fn conflicts_unreadable(history: &mut History, at: &Index) -> bool {
    let body = json!({ "code": "seats_unavailable", "conflicts": [{ "seat_no": 7 }] });
    one_more(history, 409, &body, at)
}

fn strange_status(history: &mut History, at: &Index) -> bool {
    let statuses = [302, 404, 418, 502];
    one_more(history, statuses[at.index(statuses.len())], &Value::Null, at)
}

fn turned_away(history: &mut History, at: &Index) -> bool {
    let statuses = [400, 401, 405, 413, 415, 429];
    let body = json!({ "code": "rate_limited" });
    one_more(history, statuses[at.index(statuses.len())], &body, at)
}

/// Somebody asks once more, without effect, and is answered so.
fn one_more(history: &mut History, status: u16, body: &Value, at: &Index) -> bool {
    let Some(mut operation) = pick(&history.operations, at) else { return false };
    operation.id += 1_000;
    operation.request_id = "request-more".to_owned();
    operation.key = None;
    operation.outcome = heard(&operation.call, status, body);
    history.operations.push(operation);
    true
}

fn told_to_be_in(history: &mut History, at: &Index) -> bool {
    let told = |one: &mut Operation| match &mut one.outcome {
        Outcome::Done(Answer::Booking(booking)) if booking.inside.is_empty() => {
            booking.inside = booking.seats[..1].to_vec();
            true
        }
        _ => false,
    };
    let count = history.operations.len();
    let first = at.index(count.max(1));
    (0..count).any(|offset| told(&mut history.operations[(first + offset) % count]))
}

/// The same seat of the same booking, by another request that nobody has heard of.
fn in_twice(history: &mut History, at: &Index) -> bool {
    let log = &history.logs[0];
    let is_in = |line: &&crate::history::LogLine| line.cause == "check_in";
    let entered: Vec<_> = log.lines.iter().filter(is_in).cloned().collect();
    let Some(first) = pick(&entered, at) else { return false };
    let by =
        history.operations.iter().find(|one| Some(&one.request_id) == first.request_id.as_ref());
    let Some(mut operation) = by.cloned() else { return false };
    operation.id += 1_000;
    operation.request_id = "request-twice".to_owned();
    (operation.key, operation.answered) = (None, u64::MAX / 4);
    operation.outcome = Outcome::Unknown { why: "cut".to_owned() };
    let own: Vec<_> =
        entered.iter().filter(|line| line.request_id == first.request_id).cloned().collect();
    let last = |line: &crate::history::LogLine| line.request_id == first.request_id;
    let place = history.logs[0].lines.iter().rposition(last).expect("it") + 1;
    let again = own.into_iter().map(|line| crate::history::LogLine {
        request_id: Some(operation.request_id.clone()),
        ..line
    });
    history.logs[0].lines.splice(place..place, again);
    history.operations.push(operation);
    true
}

/// What was asked for under a key is done, and something else is asked under it and done too.
fn two_of_one_key(history: &mut History, at: &Index) -> bool {
    let keyed: Vec<usize> = effects(history)
        .into_iter()
        .map(|(_, index)| index)
        .filter(|index| history.operations[*index].key.is_some())
        .collect();
    let Some(index) = pick(&keyed, at) else { return false };
    let mut operation = history.operations[index].clone();
    operation.id += 1_000;
    operation.request_id = "request-reused".to_owned();
    operation.call = Call::Lock { seat: SEATS + 7 };
    history.operations.push(operation);
    true
}

/// What took effect under a key is cut, and the key is asked again, or was before.
fn again_under_its_key(history: &mut History, at: &Index, before: bool) -> Option<usize> {
    let index = an_effect(history, at)?;
    let mut again = history.operations[index].clone();
    let cut = &mut history.operations[index];
    cut.outcome = Outcome::Unknown { why: "cut".to_owned() };
    cut.key = Some("key-again".to_owned());
    again.id += 1_000;
    again.request_id = "request-again".to_owned();
    again.key = cut.key.clone();
    if before {
        (again.invoked, again.answered) = (cut.invoked, cut.invoked + 1);
    } else {
        (again.invoked, again.answered) = (cut.answered + 1, cut.answered + MS);
    }
    history.operations.push(again);
    Some(history.operations.len() - 1)
}

fn refused(code: &str) -> Outcome {
    let (code, conflicts) = (code.to_owned(), Vec::new());
    Outcome::Refused(Refusal { status: 409, code, conflicts })
}

fn key_refused_after(history: &mut History, at: &Index) -> bool {
    let Some(again) = again_under_its_key(history, at, false) else { return false };
    let codes = ["nothing_locked", "seat_limit", "already_confirmed", "not_locked"];
    history.operations[again].outcome = refused(codes[at.index(codes.len())]);
    true
}

fn key_refused_before(history: &mut History, at: &Index) -> bool {
    let Some(again) = again_under_its_key(history, at, true) else { return false };
    history.operations[again].outcome = refused("seat_limit");
    true
}

/// Another call is answered by itself under the key, which belongs to what was cut.
fn key_answers_for_another(history: &mut History, at: &Index) -> bool {
    let Some(again) = again_under_its_key(history, at, false) else { return false };
    let operation = &mut history.operations[again];
    operation.call = Call::Unlock { seat: SEATS + 7 };
    let (code, conflicts) = ("not_found".to_owned(), Vec::new());
    operation.outcome = Outcome::Refused(Refusal { status: 404, code, conflicts });
    true
}

fn reused_for_nothing(history: &mut History, at: &Index) -> bool {
    let is_turned = |one: &&Operation| matches!(one.outcome, Outcome::Nothing(_));
    let turned: Vec<Operation> = history.operations.iter().filter(is_turned).cloned().collect();
    let Some(mut again) = pick(&turned, at) else { return false };
    let first = history.operations.iter_mut().find(|one| one.id == again.id).expect("it");
    first.key = Some("key-again".to_owned());
    again.id += 1_000;
    again.request_id = "request-again".to_owned();
    again.key = first.key.clone();
    again.call = Call::Lock { seat: SEATS + 7 };
    (again.invoked, again.answered) = (first.answered + 1, first.answered + MS);
    let (code, conflicts) = ("idempotency_key_reused".to_owned(), Vec::new());
    again.outcome = Outcome::Refused(Refusal { status: 422, code, conflicts });
    history.operations.push(again);
    true
}

/// What is told of bookings.
fn tellings<'a>(
    history: &'a mut History,
    is_it: fn(&BookingTold) -> bool,
) -> Vec<&'a mut BookingTold> {
    let told = |one: &'a mut Operation| match &mut one.outcome {
        Outcome::Done(Answer::Booking(booking)) if is_it(booking) => Some(booking),
        _ => None,
    };
    history.operations.iter_mut().filter_map(told).collect()
}

fn told_for_another(history: &mut History, at: &Index) -> bool {
    let mut all = tellings(history, |_| true);
    let chosen = at.index(all.len().max(1));
    all.get_mut(chosen).map(|booking| booking.user += 1).is_some()
}

fn told_under_another_name(history: &mut History, at: &Index) -> bool {
    let mut all = tellings(history, |_| true);
    let chosen = at.index(all.len().max(1));
    all.get_mut(chosen)
        .map(|booking| booking.booking_ref = Some("SM-ZZZZZZZZ".to_owned()))
        .is_some()
}

fn told_money(history: &mut History, at: &Index) -> bool {
    let told = |one: &'_ mut Operation| match &mut one.outcome {
        Outcome::Done(Answer::Booking(booking)) => booking.price.as_mut().map(|price| *price += 1),
        Outcome::Done(Answer::Hold(hold)) => hold.price.as_mut().map(|price| *price -= 1),
        _ => None,
    };
    let count = history.operations.len();
    let first = at.index(count.max(1));
    (0..count).any(|offset| told(&mut history.operations[(first + offset) % count]).is_some())
}

fn hold_gone(history: &mut History, at: &Index) -> bool {
    let holds = &mut history.rests[0].holds;
    !holds.is_empty() && !holds.remove(at.index(holds.len())).id.is_nil()
}

fn booking_gone(history: &mut History, at: &Index) -> bool {
    let bookings = &mut history.rests[0].bookings;
    !bookings.is_empty() && bookings.remove(at.index(bookings.len())).id != 0
}

fn hold_from_nowhere(history: &mut History, at: &Index) -> bool {
    let holds = &mut history.rests[0].holds;
    let Some(mut hold) = pick(holds, at) else { return false };
    hold.id = Uuid::from_u128(u128::MAX);
    holds.push(hold);
    true
}

fn booking_twice(history: &mut History, at: &Index) -> bool {
    let bookings = &mut history.rests[0].bookings;
    let Some(booking) = pick(bookings, at) else { return false };
    bookings.push(booking);
    true
}

/// As an extension that was carried out twice, or not at all, would leave it.
fn hold_ends_elsewhere(history: &mut History, at: &Index) -> bool {
    let holds = &mut history.rests[0].holds;
    let chosen = at.index(holds.len().max(1));
    let Some(hold) = holds.get_mut(chosen) else { return false };
    hold.expires_at += if chosen.is_multiple_of(2) { 1_000_000 } else { -1_000_000 };
    // A lost extension could have made it so.
    !history.operations.iter().any(|one| {
        matches!(one.call, Call::Extend { .. }) && matches!(one.outcome, Outcome::Unknown { .. })
    })
}

fn hold_unlike(history: &mut History, at: &Index) -> bool {
    let holds = &mut history.rests[0].holds;
    let chosen = at.index(holds.len().max(1));
    let Some(hold) = holds.get_mut(chosen) else { return false };
    match chosen % 5 {
        0 => hold.owner += 1,
        1 => hold.price += 1,
        2 => hold.created_at += 1,
        3 => hold.seats[0] = SEATS + 1,
        _ => hold.status = "lost".to_owned(),
    }
    true
}

fn booking_unlike(history: &mut History, at: &Index) -> bool {
    let bookings = &mut history.rests[0].bookings;
    let chosen = at.index(bookings.len().max(1));
    let Some(booking) = bookings.get_mut(chosen) else { return false };
    match at.index(7) {
        0 => booking.owner += 1,
        1 => booking.user += 1,
        2 => booking.price += 1,
        3 => booking.created_at += 1,
        4 => booking.expires_at += 1,
        5 => booking.reference = Some("pay-never".to_owned()),
        _ => booking.status = "lost".to_owned(),
    }
    true
}

/// When something was taken or booked that only a sale allows.
fn a_sale(history: &History, at: &Index) -> Option<i64> {
    let sells = |call: &Call| {
        matches!(
            call,
            Call::Lock { .. } | Call::Hold { .. } | Call::BookSeats { .. } | Call::BookHold { .. }
        )
    };
    let ids = effects(history).into_iter().map(|(_, index)| &history.operations[index]);
    let ids: Vec<&str> =
        ids.filter(|one| sells(&one.call)).map(|one| one.request_id.as_str()).collect();
    let id = pick(&ids, at)?;
    let line = history.logs[0].lines.iter().find(|line| line.request_id.as_deref() == Some(id));
    line.map(|line| line.at)
}

fn taken_after_the_sale(history: &mut History, at: &Index) -> bool {
    let Some(sold) = a_sale(history, at).filter(|_| !has_other_terms(history)) else {
        return false;
    };
    history.events[0].rules.sales_end = sold;
    true
}

fn taken_before_the_sale(history: &mut History, at: &Index) -> bool {
    let Some(sold) = a_sale(history, at).filter(|_| !has_other_terms(history)) else {
        return false;
    };
    history.events[0].rules.sales_start = Some(sold + 1);
    true
}

fn closed_too_early(history: &mut History, _: &Index) -> bool {
    let is_closed = |one: &Operation| match &one.outcome {
        Outcome::Refused(no) => no.code == "sales_closed",
        _ => false,
    };
    let rules = &mut history.events[0].rules;
    (rules.sales_start, rules.sales_end) = (None, i64::MAX / 4);
    history.operations.iter().any(is_closed) && !has_other_terms(history)
}

fn gives_terms(operation: &Operation) -> bool {
    matches!(operation.call, Call::Rename { .. })
}

/// Whether the event's first terms may not have been its only ones.
fn has_other_terms(history: &History) -> bool {
    history.operations.iter().any(gives_terms)
}

/// Terms on which something was surely taken.
fn terms_of_a_sale(history: &History, at: &Index) -> Option<usize> {
    let takes = |one: &Operation| matches!(one.call, Call::Lock { .. } | Call::Hold { .. });
    let taken: Vec<&Operation> = effects(history)
        .into_iter()
        .map(|(_, index)| &history.operations[index])
        .filter(|one| takes(one))
        .collect();
    let given = |one: &&Operation| gives_terms(one);
    // Of what nobody heard of, anything may be so.
    let is_heard = |one: &Operation| matches!(one.outcome, Outcome::Done(_));
    if !history.operations.iter().filter(given).all(is_heard) {
        return None;
    }
    let apart = |sale: &Operation, other: &Operation| {
        other.answered + APART < sale.invoked || other.invoked > sale.answered + APART
    };
    let holds = |terms: &Operation, sale: &Operation| {
        let between = |other: &Operation| {
            other.answered > terms.invoked && other.invoked < sale.answered && other.id != terms.id
        };
        terms.answered + APART < sale.invoked
            && history.operations.iter().filter(given).all(|other| apart(sale, other))
            && !history.operations.iter().filter(given).any(between)
    };
    let of_a_sale = |(_, terms): &(usize, &Operation)| {
        gives_terms(terms) && taken.iter().any(|sale| holds(terms, sale))
    };
    let found = history.operations.iter().enumerate().filter(of_a_sale);
    pick(&found.map(|(index, _)| index).collect::<Vec<_>>(), at)
}

/// Further from each other than clocks seem, in nanoseconds.
const APART: u64 = 50 * MS;

/// Gives other terms to the one who gave these, and to all who were told of them.
fn give(history: &mut History, index: usize, number: u64) {
    let Call::Rename { name: before } = history.operations[index].call.clone() else { return };
    let after = format!("{RENAMED}{number}");
    for operation in &mut history.operations {
        if let Outcome::Done(Answer::Event { name, .. }) = &mut operation.outcome
            && *name == before
        {
            name.clone_from(&after);
        }
    }
    history.operations[index].call = Call::Rename { name: after };
}

fn taken_on_closing_terms(history: &mut History, at: &Index) -> bool {
    let Some(index) = terms_of_a_sale(history, at) else { return false };
    // Prices stay as they are.
    let number = history.operations[index].id * 7;
    let closing = (0..9).map(|turn| number + turn * 700).find(|number| number % 9 == 0);
    closing.is_some_and(|closing| {
        give(history, index, closing);
        true
    })
}

fn taken_at_other_prices(history: &mut History, at: &Index) -> bool {
    let Some(index) = terms_of_a_sale(history, at) else { return false };
    give(history, index, history.operations[index].id * 7 + 5);
    true
}
