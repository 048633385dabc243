//! What an event is called, and with it its terms: what changes without a trace in the log. Every
//! name is given once, so whoever is told one knows which change was the last before; real time says
//! which can't have been.

use super::acts::Act;
use super::verdict::{Verdict, Violation};
use super::{Case, promise, shown};
use crate::history::{Answer, Call, Nanos, Operation, Outcome};

/// A name, and when it was given.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) name: String,
    /// Not before.
    pub(super) from: Nanos,
    /// By then; the end of time if nobody knows.
    until: Nanos,
    /// Whether that it was is known.
    is_known: bool,
}

/// Somebody who was told a name.
struct Told<'a> {
    operation: &'a Operation,
    name: &'a str,
}

/// All names of an event, that which it began with among them.
pub(super) fn given(case: &Case<'_>, acts: &[Act<'_>]) -> Vec<Given> {
    let first = Given { name: case.event.name.clone(), from: 0, until: 0, is_known: true };
    std::iter::once(first).chain(acts.iter().filter_map(of_act)).collect()
}

/// Judges what was told of an event's name.
pub(super) fn judge(case: &Case<'_>, given: &[Given], verdict: &mut Verdict) {
    let mut told: Vec<Told<'_>> = case.operations.iter().filter_map(|one| told(one)).collect();
    told.sort_by_key(|told| told.operation.invoked);
    // Of all that was told before something was asked, the name given last.
    let mut answered: Vec<&Told<'_>> = told.iter().collect();
    answered.sort_by_key(|told| told.operation.answered);
    let (mut answered, mut latest) = (answered.into_iter().peekable(), 0);
    for told in &told {
        let asked = told.operation.invoked;
        while let Some(before) = answered.next_if(|before| before.operation.answered < asked) {
            latest = latest.max(find(given, before.name).map_or(0, |given| given.from));
        }
        let wrong = match find(given, told.name) {
            None => Some("nobody gave the event this name"),
            Some(own) if own.from > told.operation.answered => {
                Some("this name was told before it was given")
            }
            Some(own) if own.until < latest => Some("somebody was told a later name before"),
            Some(own) if is_over(given, own, asked) => Some("another name was given since"),
            Some(_) => None,
        };
        if let Some(what) = wrong {
            let (event, promise) = (case.event.id, promise::READS);
            let evidence = vec![shown(told.operation)];
            verdict.add(Violation { event, promise, what: what.to_owned(), evidence });
        }
    }
}

fn find<'g>(given: &'g [Given], name: &str) -> Option<&'g Given> {
    given.iter().find(|given| given.name == name)
}

/// Whether a name was surely replaced before a moment.
pub(super) fn is_over<'g>(
    given: impl IntoIterator<Item = &'g Given>,
    own: &Given,
    at: Nanos,
) -> bool {
    given.into_iter().any(|later| later.is_known && later.from > own.until && later.until < at)
}

/// What an act gave, unless it was refused or turned away every time.
fn of_act(act: &Act<'_>) -> Option<Given> {
    let (from, until) = (act.invoked, act.answered);
    let given = |one: &Operation| match &one.call {
        Call::Rename { name } => Some(name.clone()),
        _ => None,
    };
    match act.decided {
        Some(decided) if matches!(decided.outcome, Outcome::Done(_)) => {
            given(decided).map(|name| Given { name, from, until, is_known: true })
        }
        Some(_) => None,
        None => {
            let mut attempts = act.attempts.iter().filter(|one| !is_turned_away(one));
            let name = attempts.find_map(|one| given(one))?;
            Some(Given { name, from, until: Nanos::MAX, is_known: false })
        }
    }
}

fn is_turned_away(operation: &Operation) -> bool {
    matches!(operation.outcome, Outcome::Nothing(_))
}

fn told<'a>(operation: &'a Operation) -> Option<Told<'a>> {
    match (&operation.call, &operation.outcome) {
        (Call::ReadEvent, Outcome::Done(Answer::Event { name, .. })) => {
            Some(Told { operation, name })
        }
        _ => None,
    }
}
