//! What seats of others are called by: their labels, as far as they can stand in an address.

use std::collections::HashSet;

use super::super::build::slug;
use super::Warnings;

/// The longest number of a seat, in characters; what precedes it needs room too.
const NUMBER_CHARS_MAX: usize = 24;
/// How many characters of a number are kept that is longer.
const NUMBER_CHARS_KEPT: usize = 16;

/// The numbers of one row so far.
#[derive(Debug, Default)]
pub(super) struct Numbers<'a> {
    labels: HashSet<&'a str>,
    numbers: HashSet<String>,
    may_repeat: bool,
}

impl<'a> Numbers<'a> {
    /// Those of a row whose labels needn't differ, because its seats are told apart by other means.
    pub(super) fn repeating() -> Self {
        Self { may_repeat: true, ..Self::default() }
    }

    /// The number of the next seat. Different labels have different numbers; the same label twice
    /// has the same number twice, which is refused later, because nobody could tell which is meant.
    pub(super) fn next(
        &mut self,
        label: &'a str,
        position: usize,
        warnings: &mut Warnings,
    ) -> String {
        let again = !label.is_empty() && !self.labels.insert(label) && !self.may_repeat;
        let mut number = number(label, position, warnings);
        if !again && self.numbers.contains(&number) {
            warnings.count("a seat was renamed that would be called like another", label);
            number = format!("{number}.{}", position + 1);
        }
        self.numbers.insert(number.clone());
        number
    }
}

fn number(label: &str, position: usize, warnings: &mut Warnings) -> String {
    let number = slug(label);
    if number.is_empty() {
        warnings.count("a seat has no label and is called by its place in the row", label);
        return (position + 1).to_string();
    }
    if number.chars().count() > NUMBER_CHARS_MAX {
        warnings.count("the label of a seat is too long and was cut", label);
        let kept: String = number.chars().take(NUMBER_CHARS_KEPT).collect();
        return format!("{kept}.{}", position + 1);
    }
    if number != label {
        warnings.count(
            "the label of a seat was changed: only letters, digits, '-' and '.' can be asked for",
            label,
        );
    }
    number
}
