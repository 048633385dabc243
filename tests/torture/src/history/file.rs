//! Histories as files: one JSON object a line. Never fills in what a file lacks.

use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;

use super::{History, Line};

/// Why a history could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The file.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A line of it.
    #[error("{path}:{line}: {error}")]
    Line {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// Why.
        error: serde_json::Error,
    },
}

/// Keeps a history.
///
/// # Errors
/// When the file can't be written.
pub fn write(history: &History, path: &Path) -> Result<(), HistoryError> {
    let failed = |error| HistoryError::File { path: path.display().to_string(), error };
    let mut file = BufWriter::new(std::fs::File::create(path).map_err(failed)?);
    let events = history.events.iter().cloned().map(Line::Event);
    let operations = history.operations.iter().cloned();
    let operations = operations.map(|operation| Line::Operation(Box::new(operation)));
    let logs = history.logs.iter().cloned().map(Line::Log);
    let rests = history.rests.iter().cloned().map(Line::Rest);
    let troubles = history.troubles.iter().cloned().map(Line::Troubles);
    let healed = history.healed.iter().cloned().map(Line::Healed);
    let created = history.created.iter().cloned().map(Line::Created);
    let epochs = history.epochs.iter().cloned().map(Line::Epochs);
    let sights = history.sights.iter().cloned().map(Line::Sight);
    let at_rest = logs.chain(rests).chain(troubles).chain(healed).chain(created).chain(epochs);
    for line in events.chain(operations).chain(at_rest).chain(sights) {
        serde_json::to_writer(&mut file, &line).map_err(std::io::Error::from).map_err(failed)?;
        file.write_all(b"\n").map_err(failed)?;
    }
    file.flush().map_err(failed)
}

/// Reads a history that was kept.
///
/// # Errors
/// When the file can't be read, or a line of it is none of a history.
pub fn read(path: &Path) -> Result<History, HistoryError> {
    let shown = || path.display().to_string();
    let failed = |error| HistoryError::File { path: shown(), error };
    let file = BufReader::new(std::fs::File::open(path).map_err(failed)?);
    let mut history = History::default();
    for (number, text) in (1..).zip(file.lines()) {
        let parsed = serde_json::from_str(&text.map_err(failed)?);
        let unread = |error| HistoryError::Line { path: shown(), line: number, error };
        match parsed.map_err(unread)? {
            Line::Event(event) => history.events.push(event),
            Line::Operation(operation) => history.operations.push(*operation),
            Line::Log(log) => history.logs.push(log),
            Line::Rest(rest) => history.rests.push(rest),
            Line::Troubles(troubles) => history.troubles = Some(troubles),
            Line::Healed(healed) => history.healed = Some(healed),
            Line::Created(created) => history.created.push(created),
            Line::Epochs(epochs) => history.epochs.push(epochs),
            Line::Sight(sight) => history.sights.push(sight),
        }
    }
    Ok(history)
}
