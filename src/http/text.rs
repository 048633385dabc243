//! Checking texts that people write.

use super::problem::{Failure, Reply};

/// How many characters a name has at most.
pub(crate) const NAME_CHARS_MAX: usize = 200;

/// A required text: not blank, not too long, no control characters. Comes back trimmed.
pub(crate) fn required(field: &str, text: &str, max: usize) -> Reply<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::invalid(field, "must not be blank"));
    }
    if text.chars().count() > max {
        return Err(Failure::invalid(field, format!("must have at most {max} characters")));
    }
    // Line breaks are text in a description, but not in a name; neither needs the rest.
    if text.chars().any(|c| c.is_control() && (max <= NAME_CHARS_MAX || !"\n\r\t".contains(c))) {
        return Err(Failure::invalid(field, "must not have control characters"));
    }
    Ok(text.to_owned())
}

/// A text that may be left out, but must be right when it is there.
pub(crate) fn optional(field: &str, text: Option<&String>, max: usize) -> Reply<Option<String>> {
    text.map(|text| required(field, text, max)).transpose()
}

/// A number within bounds.
pub(crate) fn within(field: &str, number: u32, min: u32, max: u32) -> Reply<u32> {
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    Err(Failure::invalid(field, format!("must be between {min} and {max}")))
}
