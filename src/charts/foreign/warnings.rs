//! What is told about an import: as much as anybody reads, the same thing once with how often.

use std::collections::BTreeMap;

use super::super::{LABEL_CHARS_MAX, WARNING_CHARS_MAX, WARNINGS_MAX, cut};

/// Warnings, as many as anybody reads.
#[derive(Debug, Default)]
pub(in super::super) struct Warnings {
    told: Vec<String>,
    untold: usize,
    counted: BTreeMap<String, Count>,
}

#[derive(Debug)]
struct Count {
    times: usize,
    first: String,
}

impl Warnings {
    pub(in super::super) fn of(told: Vec<String>) -> Self {
        Self { told, ..Self::default() }
    }

    /// Tells something that is said once.
    pub(in super::super) fn tell(&mut self, warning: impl Into<String>) {
        if self.told.len() < WARNINGS_MAX {
            self.told.push(cut(&warning.into(), WARNING_CHARS_MAX).to_owned());
        } else {
            self.untold += 1;
        }
    }

    /// Tells something that may go for thousands of objects, with the first of them. Only words of
    /// the program belong into `what`, so that there are few.
    pub(in super::super) fn count(&mut self, what: &str, object: &str) {
        if let Some(count) = self.counted.get_mut(what) {
            count.times += 1;
        } else {
            self.counted.insert(
                what.to_owned(),
                Count { times: 1, first: cut(object, LABEL_CHARS_MAX).to_owned() },
            );
        }
    }

    pub(in super::super) fn into_list(self) -> Vec<String> {
        let counted = self.counted.into_iter().map(|(what, Count { times, first })| match times {
            1 if first.is_empty() => what,
            1 => format!("{what} ({first:?})"),
            _ if first.is_empty() => format!("{what} ({times} times)"),
            _ => format!("{what} ({times} times, the first is {first:?})"),
        });
        let list = counted.chain(self.told);
        let mut list: Vec<String> =
            list.map(|warning| cut(&warning, WARNING_CHARS_MAX).to_owned()).collect();
        let untold = self.untold + list.len().saturating_sub(WARNINGS_MAX);
        list.truncate(WARNINGS_MAX);
        if untold > 0 {
            list.push(format!("and {untold} more"));
        }
        list
    }
}
