//! What nodes logged in a run: an error or a failed request must have a cause that was injected.
//! Looks at nothing but the lines; whether answers were true is the judge's business.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use super::tally::Counts;
use crate::plan::{Fault, Plan};
use crate::proxy::How;

/// What a node says at its end that has told viewers, who didn't go.
const SOCKETS_OPEN: &str = "some sockets were still open when time was up";

/// Violations told of one node's log.
const TOLD_MAX: usize = 20;

/// Everything in the logs of a run's folder that no fault of its plan explains.
///
/// # Errors
/// When a log can't be read.
pub(super) fn wrong(plan: &Plan, folder: &Path) -> std::io::Result<Vec<String>> {
    let causes = Causes::of(plan);
    let mut wrong = Vec::new();
    for number in 0..plan.nodes.len() {
        let found = in_log(&read(folder, number)?, causes);
        wrong.extend(found.into_iter().take(TOLD_MAX).map(|what| format!("node {number}: {what}")));
    }
    Ok(wrong)
}

/// How often the nodes of a run warned of what.
///
/// # Errors
/// When a log can't be read.
pub(super) fn warnings(plan: &Plan, folder: &Path) -> std::io::Result<Counts> {
    let mut counts = Counts::new();
    for number in 0..plan.nodes.len() {
        for line in read(folder, number)?.lines() {
            let entry: Value = serde_json::from_str(line).unwrap_or_default();
            if entry["level"] == "WARN" {
                let message = entry["message"].as_str().unwrap_or_default();
                *counts.entry(message.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(counts)
}

/// What a node logged; the last line of one that was killed may end within a letter.
fn read(folder: &Path, number: usize) -> std::io::Result<String> {
    let log = std::fs::read(folder.join(format!("node-{number}.log")))?;
    Ok(String::from_utf8_lossy(&log).into_owned())
}

/// What a plan may make fail for good; anything else that it does is only to be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Causes {
    curse: bool,
    full_disk: bool,
    /// Something that keeps viewers from hearing that their node ends.
    deaf_viewers: bool,
}

impl Causes {
    fn of(plan: &Plan) -> Self {
        let any = |is: fn(&Fault) -> bool| plan.faults.iter().any(|timed| is(&timed.fault));
        Self {
            curse: any(|fault| {
                matches!(fault, Fault::WriteFails { .. } | Fault::CommitFails { .. })
            }),
            full_disk: any(|fault| matches!(fault, Fault::DiskFull { .. })),
            deaf_viewers: any(|fault| {
                matches!(fault, Fault::ClientsHalfOpen { .. } | Fault::ClientsSlow { .. })
                    || matches!(fault, Fault::RequestsSpoilt { how: How::HalfOpen, .. })
            }),
        }
    }

    /// Whether an error is one that the plan has made.
    fn explain(self, error: &str) -> bool {
        self.curse_explains(error) || (self.full_disk && error.ends_with("(53100)"))
    }

    /// Who meets a full disk is answered 503, so that only a curse makes a 500.
    fn curse_explains(self, error: &str) -> bool {
        self.curse && error.ends_with("this seat is cursed (P0001)")
    }
}

fn in_log(log: &str, causes: Causes) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut explained = HashSet::new();
    let mut failed = Vec::new();
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_default();
        let request = entry["request_id"].as_str().or(entry["span"]["request.id"].as_str());
        if line.contains("panicked") {
            wrong.push(format!("a panic: {line}"));
        } else if line.contains(SOCKETS_OPEN) && !causes.deaf_viewers {
            wrong.push(format!("viewers were not told of their node's end: {line}"));
        } else if entry["level"] == "ERROR" {
            let error = entry["error"].as_str().unwrap_or_default();
            if causes.curse_explains(error) {
                explained.extend(request.map(str::to_owned));
            } else if !causes.explain(error) {
                wrong.push(format!("an error that nothing explains: {line}"));
            }
        } else if entry["http.status"] == 500 {
            failed.push((request.unwrap_or_default().to_owned(), line));
        }
    }
    let unexplained = failed.iter().filter(|(request, _)| !explained.contains(request));
    wrong.extend(unexplained.map(|(_, line)| format!("a 500 that nothing explains: {line}")));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSED: &str = r#"{"level":"ERROR","message":"batch failed","request_id":"a-1","error":"the database refused a statement: this seat is cursed (P0001)"}"#;
    const FULL: &str = r#"{"level":"ERROR","message":"batch failed","request_id":"a-1","error":"the database has run out of resources: could not extend file: No space left on device (53100)"}"#;
    const FAILED: &str = r#"{"level":"WARN","message":"request failed","http.status":500,"span":{"request.id":"a-1","name":"request"}}"#;
    const NONE: Causes = Causes { curse: false, full_disk: false, deaf_viewers: false };

    fn count(lines: &[&str], causes: Causes) -> usize {
        in_log(&lines.join("\n"), causes).len()
    }

    #[test]
    fn what_was_injected_explains_its_errors_and_no_others() {
        let (curse, full_disk) =
            (Causes { curse: true, ..NONE }, Causes { full_disk: true, ..NONE });
        assert_eq!(count(&[CURSED, FAILED], curse), 0);
        assert_eq!(count(&[FULL], full_disk), 0);
        assert_eq!(count(&[FULL, FAILED], full_disk), 1);
        assert_eq!(count(&[CURSED, FAILED], full_disk), 2);
        assert_eq!(count(&[FULL, FAILED], curse), 2);
        assert_eq!(count(&[CURSED, FAILED], NONE), 2);
    }

    #[test]
    fn a_500_needs_an_error_of_its_own_request() {
        let curse = Causes { curse: true, ..NONE };
        assert_eq!(count(&[FAILED], curse), 1);
        assert_eq!(count(&[&CURSED.replace("a-1", "a-2"), FAILED], curse), 1);
    }

    #[test]
    fn viewers_who_stay_must_have_been_deaf() {
        let stayed = format!(r#"{{"level":"WARN","message":"{SOCKETS_OPEN}"}}"#);
        assert_eq!(count(&[&stayed], NONE), 1);
        assert_eq!(count(&[&stayed], Causes { deaf_viewers: true, ..NONE }), 0);
    }

    #[test]
    fn a_panic_is_never_explained() {
        let all = Causes { curse: true, full_disk: true, deaf_viewers: true };
        let logged = r#"{"level":"ERROR","message":"handler panicked","panic":"out of seats"}"#;
        assert_eq!(count(&[logged], all), 1);
        assert_eq!(count(&["thread 'main' panicked at src/main.rs:1:1:"], all), 1);
        assert_eq!(count(&[r#"{"level":"WARN","message":"commit was not answered"}"#], all), 0);
    }
}
