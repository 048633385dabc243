//! The judge of a race: holds what was acknowledged against the change log.

use std::collections::{BTreeMap, HashMap};

use seatmap::domain::seat::SeatStatus;

use super::log::Step;
use super::user::Acknowledged;

/// Asserts that what users were told is what happened, and that no seat had two owners.
pub(super) fn judge(log: &[Step], told: &[Acknowledged], seats: &HashMap<String, usize>) {
    assert_one_owner_each(log);
    assert_told_is_logged(log, told, seats);
    assert_in_order(told);
}

/// Between a lock and its end nobody else touches the seat, except the clock.
fn assert_one_owner_each(log: &[Step]) {
    let mut owners: HashMap<usize, &str> = HashMap::new();
    for step in log {
        let (owner, actor) = (owners.get(&step.seat).copied(), step.actor.as_deref());
        let right = match step.to {
            SeatStatus::Locked => owner.is_none() && actor.is_some(),
            // A late payment takes a seat that nobody has.
            SeatStatus::Reserved if owner.is_none() => step.from == SeatStatus::Available,
            SeatStatus::Reserved | SeatStatus::Sold => owner.is_some() && owner == actor,
            SeatStatus::Available if step.from == SeatStatus::Blocked => owner.is_none(),
            SeatStatus::Available => owner.is_some() && (actor.is_none() || owner == actor),
            SeatStatus::Blocked => owner.is_none(),
        };
        assert!(right, "{owner:?} had the seat when {step:?} was taken");
        match (actor, step.to) {
            (_, SeatStatus::Available | SeatStatus::Blocked) | (None, _) => {
                owners.remove(&step.seat)
            }
            (Some(actor), _) => owners.insert(step.seat, actor),
        };
    }
}

/// Every acknowledged change is in the log at the version its answer named, and every change that
/// somebody made was acknowledged: all requests were answered. Nobody asks twice at a time, so a
/// version has at most one request of each.
fn assert_told_is_logged(log: &[Step], told: &[Acknowledged], seats: &HashMap<String, usize>) {
    let mut logged: BTreeMap<(u64, &str), BTreeMap<usize, SeatStatus>> = BTreeMap::new();
    for step in log {
        let Some(actor) = step.actor.as_deref() else { continue };
        logged.entry((step.version, actor)).or_default().insert(step.seat, step.to);
    }
    for each in told {
        let seats: BTreeMap<usize, SeatStatus> =
            each.seats.iter().map(|(label, status)| (seats[label], *status)).collect();
        let found = logged.remove(&(each.version, each.session.as_str()));
        assert_eq!(found.as_ref(), Some(&seats), "the log disagrees with {each:?}");
    }
    assert!(logged.is_empty(), "changes that nobody was told of: {logged:?}");
}

/// What was asked after another's answer had come is at a later version, on whatever node.
fn assert_in_order(told: &[Acknowledged]) {
    let mut by_answer: Vec<&Acknowledged> = told.iter().collect();
    by_answer.sort_by_key(|each| each.answered);
    let mut by_question: Vec<&Acknowledged> = told.iter().collect();
    by_question.sort_by_key(|each| each.asked);
    let mut answered = by_answer.into_iter().peekable();
    let mut newest = 0;
    for each in by_question {
        while let Some(earlier) = answered.next_if(|earlier| earlier.answered < each.asked) {
            newest = newest.max(earlier.version);
        }
        assert!(each.version > newest, "version {newest} was answered before {each:?} was asked");
    }
}
