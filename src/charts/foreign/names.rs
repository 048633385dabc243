//! Names that have to be unique here and needn't be where a chart comes from: keys of categories,
//! labels of tables and areas, and what precedes the numbers of seats. What is renamed is told.

use std::collections::{HashMap, HashSet};

use super::super::ChartError;
use super::super::build::{check_total, default_prefix, numbers, slug};
use super::super::document::{Document, RowDocument};
use super::Warnings;
use super::oddities::leave_out;
use crate::domain::layout::{AREA_DIGITS_MIN, LAYOUT_CATEGORIES_MAX, SEAT_NO_CHARS_MAX};

/// How many characters a number has at most that follows a scheme.
const SCHEME_CHARS_MAX: usize = 10;
/// How many characters are kept free for what tells a row from others of its name.
const SUFFIX_CHARS_MAX: usize = 8;
/// How many characters of a category's name are in its key.
const KEY_CHARS_MAX: usize = 60;
/// How many prefixes are tried for a row whose own is taken, the first of them in turn, then ever
/// farther ahead: no chart that anybody drew has them all.
const PREFIX_TRIES_MAX: usize = 60;
const PREFIX_TRIES_IN_TURN: usize = 16;
/// What seats are called by that have neither row nor section.
const PLAIN_PREFIX: &str = "Row-";

/// Refuses more categories than seats can name, before anything counts them.
pub(super) fn check_categories(count: usize, path: &str) -> Result<(), ChartError> {
    if count > LAYOUT_CATEGORIES_MAX {
        let reason = format!("a chart has at most {LAYOUT_CATEGORIES_MAX} categories, not {count}");
        return Err(ChartError::wrong(path, reason));
    }
    Ok(())
}

/// Refuses keys that seats or sections can't mean one thing by.
pub(super) fn check_keys<'a>(
    keys: impl Iterator<Item = &'a str>,
    path: impl Fn(usize) -> String,
) -> Result<(), ChartError> {
    let mut seen = HashSet::new();
    for (at, key) in keys.enumerate() {
        let reason = if key.is_empty() {
            "must not be empty".to_owned()
        } else if !seen.insert(key) {
            format!("{key:?} is used twice")
        } else if key.chars().count() > super::super::LABEL_CHARS_MAX {
            format!("must not have more than {} characters", super::super::LABEL_CHARS_MAX)
        } else {
            continue;
        };
        return Err(ChartError::wrong(path(at), reason));
    }
    Ok(())
}

/// Names of which no two are alike: one that is taken gets a number more.
#[derive(Default)]
pub(super) struct Unique {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    /// The name itself, or the first of its numbered ones that is free, and whether it is that.
    fn next(&mut self, plain: String, numbered: impl Fn(&str, usize) -> String) -> (String, bool) {
        if self.taken.insert(plain.clone()) {
            return (plain, false);
        }
        let next = self.next.entry(plain.clone()).or_insert(1);
        // Ends: each turn has a name nobody had before, and there are as many as names.
        loop {
            *next += 1;
            let name = numbered(&plain, *next);
            if self.taken.insert(name.clone()) {
                return (name, true);
            }
        }
    }

    /// The name of a floor.
    pub(super) fn floor(&mut self, name: &str, warnings: &mut Warnings) -> String {
        let (unique, is_other) = self.next(name.to_owned(), in_brackets);
        if is_other {
            warnings.count("a floor was renamed that is called like another", name);
        }
        unique
    }
}

fn in_brackets(plain: &str, number: usize) -> String {
    format!("{plain} ({number})")
}

/// Makes keys of names, different ones for each.
#[derive(Default)]
pub(super) struct Keys(Unique);

impl Keys {
    pub(super) fn next(&mut self, name: &str, warnings: &mut Warnings) -> String {
        let plain: String = slug(name).chars().take(KEY_CHARS_MAX).collect();
        let plain = if plain.is_empty() { "category".to_owned() } else { plain };
        let (key, is_other) = self.0.next(plain, |plain, number| format!("{plain}-{number}"));
        if is_other {
            let what = "the key of a category has a number more, or it would be another's";
            warnings.count(what, name);
        }
        key
    }
}

/// The last of every import: what nothing can follow is left out, and names are made to fit and to be
/// unique.
pub(super) fn finish(mut document: Document, mut warnings: Warnings) -> (Document, Vec<String>) {
    leave_out(&mut document, &mut warnings);
    label_all(&mut document, &mut warnings);
    let mut names = Names {
        // What is too large is refused before anything is made of its numbers.
        countable: check_total(&document).is_ok(),
        seat_nos: HashSet::new(),
        next: HashMap::new(),
        position: 0,
    };
    for section in &mut document.sections {
        for row in &mut section.rows {
            let usual = default_prefix(&section.label, &row.label);
            let called = Called { label: &row.label, usual, digits: longest_number(row) };
            row.prefix = names.settle(row.prefix.clone(), &called, || numbers(row), &mut warnings);
        }
        for table in &mut section.tables {
            let (label, seats) = (&table.label, &table.seats);
            let called =
                Called { label, usual: default_prefix("", label), digits: longest_number(seats) };
            let prefix = seats.prefix.clone();
            table.seats.prefix = names.settle(prefix, &called, || numbers(seats), &mut warnings);
        }
        for area in &mut section.areas {
            let (label, capacity) = (&area.label, area.capacity);
            let usual = default_prefix("", label);
            let called = Called { label, usual, digits: SCHEME_CHARS_MAX };
            let digits = capacity.to_string().len().max(AREA_DIGITS_MIN);
            let numbers = || (1..=capacity).map(|number| format!("{number:0digits$}")).collect();
            area.prefix = names.settle(area.prefix.clone(), &called, numbers, &mut warnings);
        }
    }
    (document, warnings.into_list())
}

/// Tables and areas are asked for by their labels.
fn label_all(document: &mut Document, warnings: &mut Warnings) {
    let (mut tables, mut areas) = (Labels::default(), Labels::default());
    for section in &mut document.sections {
        for table in &mut section.tables {
            tables.make_unique(&mut table.label, "Table", warnings);
        }
        for area in &mut section.areas {
            areas.make_unique(&mut area.label, "Area", warnings);
        }
    }
}

#[derive(Default)]
struct Labels(Unique);

impl Labels {
    fn make_unique(&mut self, label: &mut String, kind: &str, warnings: &mut Warnings) {
        if label.is_empty() {
            warnings.count("a table or an area has no label and is called by what it is", "");
            kind.clone_into(label);
        }
        let (unique, is_other) = self.0.next(label.clone(), in_brackets);
        if is_other {
            warnings.count("a table or an area was renamed that is called like another", label);
            *label = unique;
        }
    }
}

/// What the seats of a row, a table or an area are called by.
struct Called<'a> {
    label: &'a str,
    /// Their prefix where none is given.
    usual: String,
    /// How many characters a number has at most.
    digits: usize,
}

/// What seats are called by so far.
struct Names {
    countable: bool,
    seat_nos: HashSet<String>,
    next: HashMap<String, u64>,
    position: usize,
}

impl Names {
    /// A prefix that leaves room for the numbers, and under which no seat is called like another.
    fn settle(
        &mut self,
        prefix: Option<String>,
        called: &Called<'_>,
        numbers: impl FnOnce() -> Vec<String>,
        warnings: &mut Warnings,
    ) -> Option<String> {
        let fitting = self.fit(prefix, called, warnings);
        if self.countable { self.separate(fitting, called, &numbers(), warnings) } else { fitting }
    }

    /// A prefix that leaves room for a number, and is still its row's own.
    fn fit(
        &mut self,
        prefix: Option<String>,
        called: &Called<'_>,
        warnings: &mut Warnings,
    ) -> Option<String> {
        self.position += 1;
        let whole = prefix.as_deref().unwrap_or(&called.usual);
        let room = SEAT_NO_CHARS_MAX.saturating_sub(called.digits + SUFFIX_CHARS_MAX);
        if whole.chars().count() <= room {
            return prefix;
        }
        let what = "a name is too long to ask for a seat by; its seats have a shorter one";
        warnings.count(what, called.label);
        let end = format!("-{}-", self.position);
        let kept = whole.chars().take(room.saturating_sub(end.len()));
        Some(kept.chain(end.chars()).collect())
    }

    /// A prefix under which the seats are called like none before them. The same number twice in
    /// one row stays so, and is refused later.
    fn separate(
        &mut self,
        prefix: Option<String>,
        called: &Called<'_>,
        numbers: &[String],
        warnings: &mut Warnings,
    ) -> Option<String> {
        let own = prefix.as_deref().unwrap_or(&called.usual).to_owned();
        let is_taken = |taken: &HashSet<String>, prefix: &str| {
            numbers.iter().any(|number| taken.contains(&[prefix, number.as_str()].concat()))
        };
        let mut chosen = own.clone();
        for tries in 0..PREFIX_TRIES_MAX {
            if !is_taken(&self.seat_nos, &chosen) {
                break;
            }
            let next = self.next.entry(own.clone()).or_insert(1);
            *next += if tries < PREFIX_TRIES_IN_TURN { 1 } else { *next };
            let plain = if own.is_empty() { PLAIN_PREFIX } else { &own };
            chosen = format!("{}.{next}-", plain.trim_end_matches('-'));
        }
        self.seat_nos.extend(numbers.iter().map(|number| [&chosen, number.as_str()].concat()));
        if chosen == own {
            return prefix;
        }
        let what = "the seats of a row have a number more in their names, or others would be called \
                    like them";
        warnings.count(what, called.label);
        Some(chosen)
    }
}

fn longest_number(row: &RowDocument) -> usize {
    let changed = row.seats.iter().filter_map(|seat| seat.number.as_ref());
    let longest = row.numbers.iter().chain(changed).map(|number| number.chars().count()).max();
    longest.unwrap_or(0).max(SCHEME_CHARS_MAX)
}
