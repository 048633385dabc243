//! Attempts under one idempotency key are one act: they have one effect and one answer. Attempts
//! without a key are acts of their own.

use std::collections::HashMap;

use super::verdict::{Verdict, Violation};
use super::{Case, promise, shown};
use crate::history::{Call, Nanos, Operation, Outcome};

/// One thing that a caller wanted, however often it was sent.
pub(super) struct Act<'a> {
    pub(super) attempts: Vec<&'a Operation>,
    /// The attempt whose answer stands for the act; none if no attempt was decided.
    pub(super) decided: Option<&'a Operation>,
    /// When the first attempt that may have been decided was sent.
    pub(super) invoked: Nanos,
    /// When the first answer that decided came; the end of time if none did.
    pub(super) answered: Nanos,
    /// The unit of the log that is its effect.
    pub(super) unit: Option<usize>,
}

impl Act<'_> {
    /// The attempts of which nobody knows what came.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &'_ Operation> {
        let is_open = self.decided.is_none();
        let attempts = self.attempts.iter().filter(move |_| is_open).copied();
        attempts.filter(|attempt| matches!(attempt.outcome, Outcome::Unknown { .. }))
    }
}

fn is_reused(operation: &Operation) -> bool {
    matches!(&operation.outcome, Outcome::Refused(no) if no.code == "idempotency_key_reused")
}

/// All acts about an event, with what is wrong within them.
pub(super) fn gather<'a>(case: &Case<'a>, verdict: &mut Verdict) -> Vec<Act<'a>> {
    gather_of(case.event.id, &case.operations, verdict)
}

/// The same of operations that share the scope of their keys; violations name this event.
pub(super) fn gather_of<'a>(
    event: i64,
    operations: &[&'a Operation],
    verdict: &mut Verdict,
) -> Vec<Act<'a>> {
    let mut by_key: HashMap<(Option<i64>, &str), Vec<&'a Operation>> = HashMap::new();
    let mut groups = Vec::new();
    for operation in operations {
        match operation.key.as_deref().filter(|_| !operation.call.is_read()) {
            Some(key) => by_key.entry((operation.caller, key)).or_default().push(operation),
            None => groups.push(vec![*operation]),
        }
    }
    groups.extend(by_key.into_values());
    groups.into_iter().map(|group| act(event, group, verdict)).collect()
}

fn act<'a>(event: i64, group: Vec<&'a Operation>, verdict: &mut Verdict) -> Act<'a> {
    let mut wrong = |what: &str, of: &[&Operation]| {
        let evidence = of.iter().map(|operation| shown(operation)).collect();
        let what = what.to_owned();
        verdict.add(Violation { event, promise: promise::ONCE, what, evidence });
    };
    let (reused, mut attempts): (Vec<_>, Vec<_>) =
        group.into_iter().partition(|operation| is_reused(operation));
    for refused in reused {
        // What was turned away left no answer to be kept.
        let other = |earlier: &&&Operation| {
            earlier.call != refused.call
                && earlier.invoked < refused.answered
                && !matches!(earlier.outcome, Outcome::Nothing(_))
        };
        if !attempts.iter().any(|attempt| other(&attempt)) {
            wrong("a key was called reused that stood for nothing else", &[refused]);
        }
        // Undecided in its own right, and without effect: its request id must not be in the log.
        if attempts.is_empty() {
            attempts.push(refused);
        }
    }
    attempts.sort_by_key(|attempt| attempt.invoked);
    let decides = |operation: &&&'a Operation| {
        matches!(operation.outcome, Outcome::Done(_) | Outcome::Refused(_)) && !is_reused(operation)
    };
    let mut deciding = attempts.iter().filter(decides).copied();
    let decided = deciding.next();
    if let Some(first) = decided {
        for again in deciding {
            if again.call != first.call {
                wrong("one key was taken for two requests", &[first, again]);
            } else if again.outcome != first.outcome {
                wrong("one key got two answers", &[first, again]);
            }
        }
    }
    let counts = |operation: &&&Operation| !matches!(operation.outcome, Outcome::Nothing(_));
    let same_call = |call: &Call| decided.is_none_or(|first| first.call == *call);
    let may = attempts.iter().filter(counts).filter(|attempt| same_call(&attempt.call));
    let invoked = may.map(|attempt| attempt.invoked).min().unwrap_or(0);
    let answered = attempts.iter().filter(decides).map(|attempt| attempt.answered).min();
    Act { decided, invoked, answered: answered.unwrap_or(Nanos::MAX), unit: None, attempts }
}
