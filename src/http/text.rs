//! Checking texts that people write.

use super::problem::{Failure, Reply};

/// How many characters a name has at most.
pub(crate) const NAME_CHARS_MAX: usize = 200;

/// A required text of one line: not blank, not too long, no control characters. Comes back trimmed.
pub(crate) fn required(field: &str, text: &str, max: usize) -> Reply<String> {
    checked(field, text, max, |_| false)
}

/// A text that may be left out, but must be right when it is there.
pub(crate) fn optional(field: &str, text: Option<&String>, max: usize) -> Reply<Option<String>> {
    text.map(|text| required(field, text, max)).transpose()
}

/// Like [`optional`], for texts of several lines.
pub(crate) fn optional_lines(
    field: &str,
    text: Option<&String>,
    max: usize,
) -> Reply<Option<String>> {
    text.map(|text| checked(field, text, max, |c| "\n\r\t".contains(c))).transpose()
}

fn checked(
    field: &str,
    text: &str,
    max: usize,
    is_welcome: impl Fn(char) -> bool,
) -> Reply<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::invalid(field, "must not be blank"));
    }
    if text.chars().count() > max {
        return Err(Failure::invalid(field, format!("must have at most {max} characters")));
    }
    if text.chars().any(|c| c.is_control() && !is_welcome(c)) {
        return Err(Failure::invalid(field, "must not have control characters"));
    }
    Ok(text.to_owned())
}

/// A number within bounds.
pub(crate) fn within(field: &str, number: u32, min: u32, max: u32) -> Reply<u32> {
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    Err(Failure::invalid(field, format!("must be between {min} and {max}")))
}
