//! The position a client resumes from, `<epoch>.<version>`: in `?since=` and `Last-Event-ID`.

use std::fmt;
use std::str::FromStr;

use crate::domain::ids::Version;

/// The longest epoch, in bytes.
const EPOCH_BYTES_MAX: usize = 16;

/// A place in an event's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The history it belongs to.
    pub epoch: String,
    /// The version reached in it.
    pub version: Version,
}

/// Text that names no position. Whoever sends it gets a snapshot, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a position is written <epoch>.<version>")]
pub struct NoPosition;

impl FromStr for Since {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (epoch, version) = text.split_once('.').ok_or(NoPosition)?;
        let epoch_ok = (1..=EPOCH_BYTES_MAX).contains(&epoch.len())
            && epoch.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        // `parse` alone would take a leading plus.
        if !epoch_ok || !version.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NoPosition);
        }
        let version = version.parse().map_err(|_| NoPosition)?;
        Ok(Self { epoch: epoch.to_owned(), version })
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_as_it_is_written() {
        let since: Since = "k3f9.1841".parse().unwrap();
        assert_eq!(since, Since { epoch: "k3f9".to_owned(), version: 1841 });
        assert_eq!(since.to_string(), "k3f9.1841");
    }

    #[test]
    fn anything_else_is_no_position() {
        for text in [
            "",
            ".",
            "a",
            "a.",
            ".1",
            "a.b",
            "a.+1",
            "a.-1",
            "A.1",
            "a.1.2",
            "a b.1",
            "abcdefghijklmnopq.1",
            "a.18446744073709551616",
        ] {
            assert_eq!(text.parse::<Since>(), Err(NoPosition), "{text:?}");
        }
    }
}
