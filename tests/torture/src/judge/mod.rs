//! Judges a history by the contract alone.

mod verdict;

pub use verdict::{Verdict, Violation};

use crate::history::History;

/// Judges a history.
#[must_use]
pub fn judge(_history: &History) -> Verdict {
    Verdict::default()
}
