//! Events, charts and customer records that were made meanwhile, and sessions. They have no log; but
//! each was asked for under a name that no other request gives, so that whatever is there at rest
//! says who asked for it, and how often it was done. Sessions have no name: each request has its own.

use super::acts::{self, Act};
use super::verdict::{Verdict, Violation};
use super::{check_answers, promise, shown};
use crate::history::{Answer, Call, Created, Creation, History, Operation, Outcome};

/// What violations name as the event of those that are about none.
const NO_EVENT: i64 = 0;

/// Judges what was made.
pub(super) fn judge(history: &History, verdict: &mut Verdict) {
    let creates = |operation: &&Operation| operation.call.creates();
    let operations: Vec<&Operation> = history.operations.iter().filter(creates).collect();
    check_answers(&operations, verdict);
    let is_guest = |made: &&Created| made.what == Creation::Guest;
    let (guests, mut left): (Vec<&Created>, Vec<&Created>) =
        history.created.iter().partition(is_guest);
    judge_guests(&operations, guests, verdict);
    let opens = |operation: &&Operation| operation.call == Call::OpenSession;
    let operations: Vec<&Operation> = operations.into_iter().filter(|one| !opens(one)).collect();
    for act in acts::gather_of(NO_EVENT, &operations, verdict) {
        verdict.looked_at("creations asked for");
        let names: Vec<&str> = may_have_made(&act).filter_map(name).collect();
        let is_own = |made: &&Created| names.contains(&made.name.as_str());
        let (own, others): (Vec<_>, Vec<_>) = left.into_iter().partition(is_own);
        left = others;
        judge_act(&act, &own, verdict);
    }
    for made in left {
        let what = format!("nobody asked for this, or was told that it didn't happen: {made:?}");
        wrong(verdict, promise::ASKED, what, Vec::new());
    }
}

/// Each session that was told of has a guest of its own, and what else there is may have been opened
/// by those who heard nothing.
fn judge_guests(operations: &[&Operation], mut left: Vec<&Created>, verdict: &mut Verdict) {
    let mut unheard = 0;
    for operation in operations.iter().filter(|one| one.call == Call::OpenSession) {
        verdict.looked_at("sessions asked for");
        match &operation.outcome {
            Outcome::Done(Answer::Created(told)) => {
                match left.iter().position(|made| *made == told) {
                    Some(at) => drop(left.swap_remove(at)),
                    None => {
                        let what = "a session has no guest of its own".to_owned();
                        wrong(verdict, promise::ACKNOWLEDGED, what, vec![shown(operation)]);
                    }
                }
            }
            Outcome::Unknown { .. } => unheard += 1,
            _ => {}
        }
    }
    if left.len() > unheard {
        let what = format!("{} sessions are left of {unheard} that may be", left.len());
        wrong(verdict, promise::ASKED, what, Vec::new());
    }
}

/// The attempts that the act's effect can be of: the one decided, or those of which nobody knows.
fn may_have_made<'a>(act: &'a Act<'_>) -> impl Iterator<Item = &'a Operation> {
    let decided = act.decided.filter(|one| matches!(one.outcome, Outcome::Done(_)));
    decided.into_iter().chain(act.unknown())
}

fn judge_act(act: &Act<'_>, own: &[&Created], verdict: &mut Verdict) {
    let evidence = || {
        let attempts = act.attempts.iter().map(|attempt| shown(attempt));
        attempts.chain(own.iter().map(|made| format!("there is {made:?}"))).collect()
    };
    if own.len() > 1 {
        let what = "one request was carried out more than once".to_owned();
        wrong(verdict, promise::ONCE, what, evidence());
    }
    let asked = |made: &&&Created| may_have_made(act).any(|attempt| is_of(attempt, made));
    if !own.iter().all(|made| asked(&made)) {
        let what = "something else was made than was asked for".to_owned();
        wrong(verdict, promise::ASKED, what, evidence());
    }
    match act.decided.map(|decided| &decided.outcome) {
        Some(Outcome::Done(Answer::Created(told))) if !own.contains(&told) => {
            let what = "it was acknowledged, and isn't there as it was told".to_owned();
            wrong(verdict, promise::ACKNOWLEDGED, what, evidence());
        }
        Some(Outcome::Refused(no)) => {
            let what = format!("nothing stands in its way: {}", no.code);
            wrong(verdict, promise::REFUSED, what, evidence());
        }
        _ => {}
    }
}

/// Whether something is what an operation asks for.
fn is_of(operation: &Operation, made: &Created) -> bool {
    match &operation.call {
        Call::CreateEvent { name, seats } => {
            made.what == Creation::Event && made.name == *name && made.seats == *seats
        }
        Call::CreateUser { name } => made.what == Creation::User && made.name == *name,
        Call::CreateChart { name, seats } => {
            made.what == Creation::Chart && made.name == *name && made.seats == *seats
        }
        _ => false,
    }
}

fn name(operation: &Operation) -> Option<&str> {
    match &operation.call {
        Call::CreateEvent { name, .. }
        | Call::CreateUser { name }
        | Call::CreateChart { name, .. } => Some(name),
        _ => None,
    }
}

fn wrong(verdict: &mut Verdict, promise: &'static str, what: String, evidence: Vec<String>) {
    verdict.add(Violation { event: NO_EVENT, promise, what, evidence });
}
