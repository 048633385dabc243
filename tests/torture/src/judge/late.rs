//! How late the clock's work was done, not counting when something kept every node from it.

use std::collections::BTreeSet;

use super::verdict::{Verdict, Violation};
use super::{Case, promise};
use crate::history::{LogLine, Trouble, UnixMicros};
use crate::judge::units::line_shown;

/// How long after its time something may end by the contract, in microseconds.
const DUE_WITHIN_MICROS: i64 = 1_000_000;
/// What is left to a loaded machine, and to nodes that come back, beside what was written down as
/// being in the way, in microseconds. The latest seen in 70 runs was 0.7 s after its time.
const ALLOWANCE_MICROS: i64 = 1_000_000;

/// How many ends were judged, and of how many not a moment was excused.
pub(crate) const ENDS: &str = "ends judged for lateness";
pub(crate) const UNEXCUSED: &str = "ends judged for lateness, nothing in the way";

/// Judges an end: `due` is when it was due at the latest.
pub(super) fn judge(case: &Case<'_>, due: UnixMicros, lines: &[LogLine], verdict: &mut Verdict) {
    let Some(troubles) = case.troubles else { return };
    let at = lines[0].at;
    let late = untroubled(case, troubles, due, at);
    verdict.looked_at(ENDS);
    if late == (at - due).max(0) {
        verdict.looked_at(UNEXCUSED);
    }
    let latest = verdict.looked_at.entry("ms, the latest end").or_default();
    *latest = (*latest).max(late.unsigned_abs() / 1_000);
    if late > DUE_WITHIN_MICROS + ALLOWANCE_MICROS {
        let what = format!(
            "something outlived its time: it was due at {due} and ended at {at}, \
             with {late} µs in which nothing was in the way"
        );
        let (event, evidence) = (case.event.id, lines.iter().map(line_shown).collect());
        verdict.add(Violation { event, promise: promise::CLOCK, what, evidence });
    }
}

/// How much of a time no trouble explains.
fn untroubled(case: &Case<'_>, troubles: &[Trouble], from: UnixMicros, to: UnixMicros) -> i64 {
    let spans = troubles.iter().map(|one| (one, case.wall(one.from), case.wall(one.until)));
    let spans: Vec<_> = spans.filter(|(_, begin, end)| *begin < to && *end > from).collect();
    let mut moments: BTreeSet<i64> = BTreeSet::from([from, to]);
    moments.extend(spans.iter().flat_map(|(_, begin, end)| [*begin, *end]));
    let moments: Vec<i64> = moments.range(from..=to.max(from)).copied().collect();
    let is_free = |pair: &&[i64]| {
        let within = spans.iter().filter(|(_, begin, end)| *begin <= pair[0] && *end >= pair[1]);
        let within: Vec<&Trouble> = within.map(|(one, ..)| *one).collect();
        let nodes: BTreeSet<usize> =
            within.iter().filter_map(|one| one.node).map(|n| n.0).collect();
        let all = |one: &&Trouble| one.node.is_none_or(|(_, of)| nodes.len() >= of);
        !within.iter().any(all)
    };
    moments.windows(2).filter(is_free).map(|pair| pair[1] - pair[0]).sum()
}
