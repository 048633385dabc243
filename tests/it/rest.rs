//! The REST interface, route by route: what it takes and what it answers.

mod amend;
mod answers;
mod callers;
mod charts;
mod documents;
mod errors;
mod holds;
mod lists;
mod maps;
mod mixed_rush;
mod organisers;
mod origins;
mod pages;
mod past;
mod provider;
mod resources;
mod sales;
mod stream;
mod strict_rush;
mod tables;

use std::collections::BTreeSet;

use serde_json::Value;

/// Asserts that an object has exactly these fields.
#[track_caller]
fn has_fields(value: &Value, fields: &str) {
    let object = value.as_object().expect("an object");
    let found: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = fields.split_whitespace().collect();
    assert_eq!(found, expected, "{value}");
}

/// Asserts that a text is a time as it is always written.
#[track_caller]
fn is_time(value: &Value) {
    let text = value.as_str().expect("a text");
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert_eq!(shape, "9999-99-99T99:99:99.999999Z", "{text}");
}
