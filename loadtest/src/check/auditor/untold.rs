//! What to make of a log, a table or a mirror that can't be read: whatever would be held against it
//! was not checked, which is no broken promise.

use super::super::judge::Judge;
use super::super::promises;
use super::super::table::{DatabaseError, Table};
use super::super::verdict::Findings;
use super::AuditError;
use crate::stage::StageError;

/// An event's map, who told it, and what was told.
pub(super) type Read = (i64, String, Result<Table, AuditError>);

/// Whether the log wasn't read as far as a version, so that nothing can be held against it there.
pub(super) fn is_beyond(judge: &Judge, version: u64, missing_log: Option<&String>) -> bool {
    missing_log.is_some() && version > judge.head()
}

/// Why a node can't be asked about an event, if there is one that says nothing.
pub(super) fn silence(tables: &[Read], event: i64) -> Option<&StageError> {
    tables.iter().filter(|(id, ..)| *id == event).find_map(|(.., table)| match table {
        Err(AuditError::Rest(error)) if error.is_silence() => Some(error),
        _ => None,
    })
}

/// That something can't be read is nothing untrue by itself. What came instead may be.
pub(super) fn accuse(
    findings: &mut Findings,
    promise: &'static str,
    event: i64,
    who: &str,
    error: &AuditError,
) {
    let what = || format!("{who} can't be read: {error}");
    match error {
        AuditError::Rest(said) if said.is_strange() => {
            findings.wrong(promises::ANSWERED, event, what());
        }
        AuditError::Database(DatabaseError::AnotherOne(_) | DatabaseError::NoStatus) => {
            findings.wrong(promise, event, what());
        }
        AuditError::Rest(_) | AuditError::Database(_) | AuditError::Behind => {}
    }
}
