//! What slow viewers are there for: that the server notices them, and loses nobody to that.

use super::promises;
use super::verdict::Findings;
use crate::audience::Numbers;

/// Judges what the slow saw of the server's noticing them. Nothing at all is no pass: they might as
/// well not have been there.
pub(super) fn judge(findings: &mut Findings, numbers: &Numbers) {
    if numbers.slow == 0 {
        return;
    }
    let noticed = numbers.slow_behind + numbers.slow_closed;
    findings.looked_at(promises::SLOW, noticed);
    if noticed == 0 {
        let why = format!(
            "the server noticed none of the {} slow viewers: let changes come faster (--rate), for \
             longer (--duration) or in a longer form (--format json)",
            numbers.slow
        );
        findings.unchecked(promises::SLOW, why);
    }
}

#[cfg(test)]
mod tests {
    use super::super::verdict::CheckOutcome;
    use super::*;

    #[test]
    fn slow_viewers_whom_nobody_noticed_are_no_pass() {
        use CheckOutcome::{Passed, Skipped, Unchecked};
        let of = |slow, slow_behind, slow_closed| Numbers {
            slow,
            slow_behind,
            slow_closed,
            ..Numbers::default()
        };
        for (numbers, outcome, looked_at) in [
            (of(0, 0, 0), Skipped, 0),
            (of(5, 0, 0), Unchecked, 0),
            (of(5, 1, 0), Passed, 1),
            (of(5, 0, 1), Passed, 1),
            (of(5, 2, 5), Passed, 7),
        ] {
            let mut findings = Findings::default();
            judge(&mut findings, &numbers);
            let check = findings.check(promises::SLOW, String::new());
            assert_eq!((check.outcome, check.looked_at), (outcome, looked_at), "{numbers:?}");
        }
    }
}
