//! Judges a history by the contract alone: is there an order of what was acknowledged, consistent
//! with real time, that the contract's state machine accepts? Shares no logic with the server.
//!
//! The order is not searched for: the event's change log names one, step by step and request by
//! request, and it is that order which has to explain everything. Each change in it must be one that
//! somebody asked for and that was acknowledged, or whose outcome nobody knows, or the clock's; each
//! must be legal where it stands, and come neither before its request nor after its answer. What left
//! no trace in the log – refusals, repetitions, reads – must be true at a moment between its
//! invocation and its answer. So a history that passes is linearizable, with the log as the witness.
//!
//! Time runs by the database's clock, as the log tells it. Nothing is asserted about how soon, with
//! two exceptions that the contract makes: a command sees holds and bookings whose time was over
//! when it was sent as over; and where it was written down what was in the way of the server, the
//! rest of the time has to be enough for it to end them.

mod acts;
mod bookings;
mod carry;
mod created;
mod door;
mod epochs;
mod healed;
mod late;
mod looks;
mod names;
mod refusals;
mod rest;
mod state;
mod sweep;
mod terms;
#[cfg(test)]
mod tests;
mod units;
mod verdict;

pub(crate) use late::{ENDS, UNEXCUSED};
pub use verdict::{Verdict, Violation};

use crate::history::{
    Epochs, Event, History, Log, Nanos, Operation, Rest, Sight, Trouble, UnixMicros,
    out_of_contract,
};

/// How far this program's clock and the database's, both the machine's, may seem apart.
const CLOCK_TOLERANCE_MICROS: i64 = 20_000;

/// The promises, in the words of reports.
mod promise {
    pub(super) const LOG: &str = "the log is whole, gapless and legal";
    pub(super) const ANSWERS: &str = "every answer is one that the contract allows";
    pub(super) const ASKED: &str = "whatever happened was asked for, and not refused or timed out";
    pub(super) const ONCE: &str = "one request, or one key, has one effect and one answer";
    pub(super) const ACKNOWLEDGED: &str = "what was acknowledged happened, as its answer says";
    pub(super) const ORDER: &str = "effects and reads respect real time";
    pub(super) const CLOCK: &str = "holds and bookings live exactly their time";
    pub(super) const REFUSED: &str = "refusals are true";
    pub(super) const READS: &str = "reads show a version as it was";
    pub(super) const EPOCHS: &str = "epochs tell histories apart";
    pub(super) const LEFT: &str = "at rest tables hold what was acknowledged, and nothing else";
    pub(super) const HEALED: &str = "once nothing is in their way nodes sell";
    pub(super) const DECIDED: &str = "everything could be judged";
}

/// Judges a history.
#[must_use]
pub fn judge(history: &History) -> Verdict {
    let mut verdict = Verdict::default();
    for event in &history.events {
        let of_event = |operation: &&Operation| operation.event == event.id;
        let operations: Vec<&Operation> = history.operations.iter().filter(of_event).collect();
        check_answers(&operations, &mut verdict);
        match history.logs.iter().find(|log| log.event == event.id) {
            Some(log) => {
                let rest = history.rests.iter().find(|rest| rest.event == event.id);
                let troubles = history.troubles.as_deref();
                let epochs = history.epochs.iter().find(|epochs| epochs.event == event.id);
                let sights = history.sights.iter().filter(|sight| sight.event == event.id);
                let sights = sights.collect();
                let case = Case { event, log, rest, troubles, operations, epochs, sights };
                sweep::judge(&case, &mut verdict);
                epochs::judge(&case, &mut verdict);
            }
            None => verdict.add(Violation {
                event: event.id,
                promise: promise::DECIDED,
                what: "the history has no change log of this event".to_owned(),
                evidence: Vec::new(),
            }),
        }
    }
    created::judge(history, &mut verdict);
    healed::judge(history, &mut verdict);
    verdict
}

fn check_answers(operations: &[&Operation], verdict: &mut Verdict) {
    for operation in operations {
        if let Some(what) = out_of_contract(&operation.outcome) {
            let evidence = vec![shown(operation)];
            let (event, promise) = (operation.event, promise::ANSWERS);
            verdict.add(Violation { event, promise, what, evidence });
        }
    }
}

/// One event's part of a history.
struct Case<'a> {
    event: &'a Event,
    log: &'a Log,
    /// What is left of it, where that was looked at.
    rest: Option<&'a Rest>,
    /// What kept the server from its work, where that was written down.
    troubles: Option<&'a [Trouble]>,
    operations: Vec<&'a Operation>,
    /// Which histories it had, where that was written down.
    epochs: Option<&'a Epochs>,
    /// What viewers were shown, each viewer's in order.
    sights: Vec<&'a Sight>,
}

impl Case<'_> {
    /// A moment of this program by the database's clock.
    fn wall(&self, moment: Nanos) -> UnixMicros {
        wall(self.event, moment)
    }

    /// A moment of the database by this program's clock; what was before the run is its beginning.
    fn nanos(&self, moment: UnixMicros) -> Nanos {
        let nanos = moment.saturating_mul(1_000).saturating_sub(self.event.began_unix_ns);
        u64::try_from(nanos).unwrap_or(0)
    }
}

fn wall(event: &Event, moment: Nanos) -> UnixMicros {
    event.began_unix_ns.saturating_add_unsigned(moment) / 1_000
}

/// An operation in a line, as evidence.
fn shown(operation: &Operation) -> String {
    let ms = |moment: Nanos| moment / 1_000_000;
    let outcome = serde_json::to_string(&operation.outcome).unwrap_or_default();
    let call = serde_json::to_string(&operation.call).unwrap_or_default();
    let key = operation.key.as_ref().map_or(String::new(), |key| format!(" key {key}"));
    let most: String = outcome.chars().take(300).collect();
    format!(
        "operation {} ({}) by {} user {:?}{key}, {}–{} ms: {call} → {most}",
        operation.id,
        operation.request_id,
        operation.client,
        operation.caller,
        ms(operation.invoked),
        ms(operation.answered),
    )
}
