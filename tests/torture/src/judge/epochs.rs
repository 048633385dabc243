//! Whether epochs tell an event's histories apart: one that went on elsewhere has another epoch, and
//! no other has; a version is named under the history that it belongs to; and the old history is
//! over for whoever the new one was told to. A node's mirror may show the old one for a while, but
//! nothing of the new one under its name.

use super::verdict::{Verdict, Violation};
use super::{Case, promise, shown};
use crate::history::{Call, Epochs, Nanos, Operation, Outcome, Sight};

/// A position that somebody was told: versions of a history.
struct Named<'a> {
    epoch: &'a str,
    least: u64,
    most: u64,
    /// A version of the past was asked for: the epoch is the one that the event has now.
    of_the_past: bool,
    /// By when it was told.
    told: Nanos,
    by: By<'a>,
}

enum By<'a> {
    Answer(&'a Operation),
    Sight(&'a Sight),
}

impl By<'_> {
    fn shown(&self) -> String {
        match self {
            Self::Answer(operation) => shown(operation),
            Self::Sight(sight) => format!("{sight:?}"),
        }
    }
}

/// Judges what was told of an event's histories.
pub(super) fn judge(case: &Case<'_>, verdict: &mut Verdict) {
    let Some(epochs) = case.epochs else { return };
    let mut wrong = |what: String, evidence: Vec<String>| {
        let (event, promise) = (case.event.id, promise::EPOCHS);
        verdict.add(Violation { event, promise, what, evidence });
    };
    let Epochs { first, last, until, .. } = epochs;
    if (first != last) != until.is_some() {
        let what = match until {
            Some(version) => format!("history went on elsewhere at {version}, and it is {last}"),
            None => format!("epoch {first} became {last}, and history went on where it was"),
        };
        wrong(what, Vec::new());
        return;
    }
    let answers = case.operations.iter().filter_map(|operation| named(operation));
    let named: Vec<Named<'_>> =
        answers.chain(case.sights.iter().map(|one| of_sight(one))).collect();
    let of_last = named.iter().filter(|one| one.epoch == last.as_str());
    let new_since = of_last.map(|one| one.told).min().filter(|_| until.is_some());
    for one in &named {
        let what = misplaced(epochs, one).or_else(|| {
            let is_old = one.epoch == first.as_str();
            let since = new_since.filter(|since| is_old && asked_after(one, *since));
            since.map(|_| format!("{first} was told after {last} had been"))
        });
        if let Some(what) = what {
            wrong(what, vec![one.by.shown()]);
        }
    }
    let pairs = case.sights.windows(2).filter(|pair| {
        (&pair[0].viewer, pair[0].connection) == (&pair[1].viewer, pair[1].connection)
            && (pair[0].epoch == *last && pair[1].epoch != *last)
    });
    for pair in pairs {
        let what = format!("a viewer was shown {} after {last}", pair[1].epoch);
        wrong(what, pair.iter().map(|sight| format!("{sight:?}")).collect());
    }
    verdict.looked_at_many("epochs named", named.len());
}

fn named(operation: &Operation) -> Option<Named<'_>> {
    let Outcome::Done(answer) = &operation.outcome else { return None };
    let (least, most) = (answer.version(), answer.version());
    let of_the_past = matches!(operation.call, Call::ReadPast { .. });
    let (told, by) = (operation.answered, By::Answer(operation));
    Some(Named { epoch: answer.epoch()?, least, most, of_the_past, told, by })
}

fn of_sight(sight: &Sight) -> Named<'_> {
    let Sight { epoch, least, most, from, .. } = sight;
    let (least, most, told) = (*least, *most, *from);
    Named { epoch, least, most, of_the_past: false, told, by: By::Sight(sight) }
}

/// What is wrong with a position whenever it is told.
fn misplaced(epochs: &Epochs, named: &Named<'_>) -> Option<String> {
    let (epoch, Epochs { first, last, until, .. }) = (named.epoch, epochs);
    if epoch != first && epoch != last {
        return Some(format!("{epoch} was named, and there were {first} and {last} only"));
    }
    let until = (*until)?;
    if epoch == first && named.most > until {
        return Some(format!("{first} ended at {until}, and {} was named under it", named.most));
    }
    let is_early = epoch == last && named.least < until && !named.of_the_past;
    is_early.then(|| format!("{last} began at {until}, and {} was named under it", named.least))
}

/// Whether a position was asked for after a moment, of the database. Mirrors may be behind, and
/// the answer that is kept under a key stays as it was.
fn asked_after(named: &Named<'_>, moment: Nanos) -> bool {
    match named.by {
        By::Answer(operation) => {
            let is_kept = operation.key.is_some() && operation.call.keeps_keys();
            operation.invoked > moment && !operation.call.is_mirrored() && !is_kept
        }
        By::Sight(_) => false,
    }
}
