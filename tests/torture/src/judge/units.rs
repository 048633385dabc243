//! The log cut into units – what one request did, or the clock at once – and the places between
//! them where something that left no trace can have happened.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use super::acts::Act;
use super::verdict::{Verdict, Violation};
use super::{Case, promise, shown};
use crate::history::{LogLine, Nanos, Operation, Outcome};

/// What one request did, or the clock at once.
pub(super) struct Unit<'a> {
    pub(super) version: u64,
    pub(super) lines: &'a [LogLine],
    /// Who did it: an act and the very attempt. None: the clock, or nobody.
    pub(super) by: Option<(usize, &'a Operation)>,
    invoked: Nanos,
    answered: Nanos,
}

/// All units, and where each version lies.
pub(super) struct Units<'a> {
    pub(super) all: Vec<Unit<'a>>,
    versions: BTreeMap<u64, (usize, usize, usize)>,
    /// By answer, the last unit that was answered until then.
    by_answer: Vec<(Nanos, usize)>,
    /// By invocation, the first unit that was invoked from then on.
    by_invocation: Vec<(Nanos, usize)>,
}

pub(super) fn line_shown(line: &LogLine) -> String {
    format!(
        "log: version {}, seat {}: {} → {} ({}) by {:?}, request {:?}, at {}",
        line.version,
        line.seat,
        line.from.name(),
        line.to.name(),
        line.cause,
        line.actor,
        line.request_id,
        line.at,
    )
}

/// Cuts the log and finds who did what.
pub(super) fn cut<'a>(case: &Case<'a>, acts: &mut [Act<'a>], verdict: &mut Verdict) -> Units<'a> {
    let mut attempts: HashMap<&str, (usize, &'a Operation)> = HashMap::new();
    for (index, act) in acts.iter().enumerate() {
        attempts.extend(act.attempts.iter().map(|one| (one.request_id.as_str(), (index, *one))));
    }
    let same = |a: &LogLine, b: &LogLine| a.version == b.version && a.request_id == b.request_id;
    let mut all = Vec::new();
    for lines in case.log.lines.chunk_by(same) {
        let first = &lines[0];
        let by = first.request_id.as_deref().and_then(|id| attempts.get(id).copied());
        let mut unit = Unit { version: first.version, lines, by, invoked: 0, answered: Nanos::MAX };
        if let Some((index, attempt)) = by {
            (unit.invoked, unit.answered) = (attempt.invoked, acts[index].answered);
        }
        let wrong = match (&first.request_id, by) {
            (Some(_), None) => Some("the log tells of a request that nobody sent"),
            (_, Some((index, attempt))) => claim(&mut acts[index], attempt, all.len()),
            (None, None) => None,
        };
        if let Some((promise, what)) = wrong.map(|what| (of(what), what)) {
            let mut evidence: Vec<String> = lines.iter().map(line_shown).collect();
            evidence.extend(
                by.iter().flat_map(|(act, _)| acts[*act].attempts.iter().map(|o| shown(o))),
            );
            verdict.add(Violation {
                event: case.event.id,
                promise,
                what: what.to_owned(),
                evidence,
            });
        }
        all.push(unit);
    }
    Units::new(all)
}

const TWICE: &str = "one request had two effects";
const REFUSED: &str = "what its key was answered as refused took effect";
const OTHERS: &str = "a key had the effect of one request and the answer of another";

fn of(what: &str) -> &'static str {
    if [TWICE, REFUSED, OTHERS].contains(&what) { promise::ONCE } else { promise::ASKED }
}

/// Gives an effect to its act.
fn claim(act: &mut Act<'_>, attempt: &Operation, unit: usize) -> Option<&'static str> {
    if act.unit.replace(unit).is_some() {
        return Some(TWICE);
    }
    if attempt.call.is_read() {
        return Some("a read changed something");
    }
    match &attempt.outcome {
        Outcome::Nothing(_) => Some("a request that was turned away took effect"),
        Outcome::Refused(_) => Some("a request that was refused took effect"),
        Outcome::Done(_) | Outcome::Unknown { .. } => unlike_its_key(act, attempt),
    }
}

/// What another attempt under the same key was answered has to be of this effect.
fn unlike_its_key(act: &Act<'_>, attempt: &Operation) -> Option<&'static str> {
    let decided = act.decided?;
    if matches!(decided.outcome, Outcome::Refused(_)) {
        return Some(REFUSED);
    }
    (decided.call != attempt.call).then_some(OTHERS)
}

impl<'a> Units<'a> {
    fn new(all: Vec<Unit<'a>>) -> Self {
        let mut versions: BTreeMap<u64, (usize, usize, usize)> = BTreeMap::new();
        for (index, unit) in all.iter().enumerate() {
            let places = versions.entry(unit.version).or_insert((index, index, index));
            places.2 = index + 1;
            if unit.lines.iter().any(|line| line.from != line.to) {
                places.1 = index + 1;
            }
        }
        let mut by_answer: Vec<(Nanos, usize)> =
            all.iter().enumerate().map(|(index, unit)| (unit.answered, index)).collect();
        by_answer.sort_unstable();
        let mut last = 0;
        for entry in &mut by_answer {
            last = last.max(entry.1);
            entry.1 = last;
        }
        let mut by_invocation: Vec<(Nanos, usize)> =
            all.iter().enumerate().map(|(index, unit)| (unit.invoked, index)).collect();
        by_invocation.sort_unstable();
        let mut first = usize::MAX;
        for entry in by_invocation.iter_mut().rev() {
            first = first.min(entry.1);
            entry.1 = first;
        }
        Self { all, versions, by_answer, by_invocation }
    }

    /// The places, counted in units before them, that real time leaves to something.
    pub(super) fn window(&self, invoked: Nanos, answered: Nanos) -> RangeInclusive<usize> {
        let before = self.by_answer.partition_point(|(answer, _)| *answer < invoked);
        let least = before.checked_sub(1).map_or(0, |last| self.by_answer[last].1 + 1);
        let after = self.by_invocation.partition_point(|(invocation, _)| *invocation <= answered);
        let most = self.by_invocation.get(after).map_or(self.all.len(), |entry| entry.1);
        least..=most
    }

    /// The places within a version: where it begins, where all its seats have moved, and the last
    /// one; in between people went in and out.
    pub(super) fn of_version(&self, version: u64) -> Option<(usize, usize, usize)> {
        self.versions.get(&version).copied()
    }

    /// Units that lie before others which were over when they were invoked.
    pub(super) fn out_of_order(&self) -> Vec<(usize, usize)> {
        let mut latest: Option<usize> = None;
        let mut found = Vec::new();
        for (index, unit) in self.all.iter().enumerate() {
            if let Some(earlier) = latest
                && unit.answered < self.all[earlier].invoked
            {
                found.push((earlier, index));
            }
            if latest.is_none_or(|earlier| self.all[earlier].invoked < unit.invoked) {
                latest = Some(index);
            }
        }
        found
    }
}
