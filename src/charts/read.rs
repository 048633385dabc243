//! Reading JSON: how large it may be, what it is, and where it is wrong.
//!
//! Fields nobody asked for are never dropped in silence: in the own format they are an error, in
//! others a warning.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::document::{Document, FORMAT};
use super::{
    CHART_BYTES_MAX, CHART_OBJECTS_MAX, ChartError, ErrorKind, Format, LABEL_CHARS_MAX,
    WARNINGS_MAX, cut, whole,
};

/// The most different fields that are told of one by one; room is left for other warnings.
const FIELDS_MAX: usize = WARNINGS_MAX - 20;

pub(super) fn check_size(bytes: &[u8]) -> Result<(), ChartError> {
    let too_large =
        |reason: String| ChartError { path: String::new(), reason, kind: ErrorKind::TooLarge };
    if bytes.len() > CHART_BYTES_MAX {
        return Err(too_large(format!("a chart has at most {CHART_BYTES_MAX} bytes")));
    }
    // Braces in texts count too, which no real chart has many of.
    if bytes.iter().filter(|byte| **byte == b'{').count() > CHART_OBJECTS_MAX {
        return Err(too_large(format!("a chart has at most {CHART_OBJECTS_MAX} objects")));
    }
    Ok(())
}

/// The fields by which formats are told apart.
#[derive(Deserialize)]
struct Marks {
    format: Option<IgnoredAny>,
    #[serde(rename = "subChart")]
    sub_chart: Option<IgnoredAny>,
    #[serde(rename = "subChartFloors")]
    sub_chart_floors: Option<IgnoredAny>,
    zones: Option<IgnoredAny>,
    size: Option<IgnoredAny>,
    objects: Option<IgnoredAny>,
    floors: Option<IgnoredAny>,
    categories: Option<IgnoredAny>,
}

/// Finds out which format it is.
pub(super) fn detect(bytes: &[u8]) -> Result<Format, ChartError> {
    let marks: Marks = json(bytes, &mut |_| ())?;
    if marks.format.is_some() {
        Ok(Format::Seatmap)
    } else if marks.sub_chart.is_some() || marks.sub_chart_floors.is_some() {
        Ok(Format::Seatsio)
    } else if marks.objects.is_some() || marks.floors.is_some() {
        // What is on floors needn't be repeated beside them. No plan of pretix has floors.
        Ok(Format::Seatlayer)
    } else if marks.zones.is_some() && (marks.size.is_some() || marks.categories.is_some()) {
        // Early plans have no size.
        Ok(Format::Pretix)
    } else {
        let known = Format::ALL.map(Format::name).join(", ");
        Err(ChartError::wrong("", format!("is in none of the formats {known}")))
    }
}

/// Reads a document of the own format, strictly.
pub(super) fn own(bytes: &[u8]) -> Result<Document, ChartError> {
    let plain = whole::plainly(bytes);
    if matches!(plain, Cow::Owned(_)) {
        // What is no JSON is so at a column of what was sent.
        json::<IgnoredAny>(bytes, &mut |_| {})?;
    }
    let mut unknown = None;
    let document: Document = json(&plain, &mut |path| {
        unknown.get_or_insert(path);
    })?;
    if document.format != FORMAT {
        return Err(ChartError::wrong("format", format!("must be {FORMAT:?}")));
    }
    match unknown {
        Some(path) => Err(ChartError::wrong(path, "unknown field")),
        None => Ok(document),
    }
}

/// Fields of others that nobody misses one by one: names, or ends of paths such as `subChart.width`.
pub(super) struct Unmissed {
    /// Those that are said again elsewhere, of which nothing is told.
    pub(super) repeated: &'static [&'static str],
    /// Those that mean nothing outside an editor; they are told of together.
    pub(super) editor: &'static [&'static str],
    /// Those that say how something looks; they are told of together.
    pub(super) looks: &'static [&'static str],
}

/// Reads a document of somebody else's, and says which fields were not looked at.
pub(super) fn foreign<T: DeserializeOwned>(
    bytes: &[u8],
    unmissed: &Unmissed,
) -> Result<(T, Vec<String>), ChartError> {
    let mut ignored: BTreeMap<String, u32> = BTreeMap::new();
    let mut looks: BTreeSet<&str> = BTreeSet::new();
    let mut editor: BTreeSet<&str> = BTreeSet::new();
    let mut beyond = 0_usize;
    let value = json(bytes, &mut |path| {
        let path = without_positions(&path);
        if find(&path, unmissed.repeated).is_some() {
            return;
        }
        if let Some(name) = find(&path, unmissed.looks) {
            looks.insert(name);
        } else if let Some(name) = find(&path, unmissed.editor) {
            editor.insert(name);
        } else if let Some(count) = ignored.get_mut(cut(&path, LABEL_CHARS_MAX)) {
            *count += 1;
        } else if ignored.len() < FIELDS_MAX {
            ignored.insert(cut(&path, LABEL_CHARS_MAX).to_owned(), 1);
        } else {
            beyond += 1;
        }
    })?;
    let mut warnings: Vec<String> = ignored
        .into_iter()
        .map(|(path, count)| format!("{path}: not carried over ({count} times)"))
        .collect();
    if beyond > 0 {
        warnings.push(format!("{beyond} more fields are not carried over"));
    }
    for (what, names) in [
        ("looks are not carried over", looks),
        ("what is only for the editor is not carried over", editor),
    ] {
        if !names.is_empty() {
            let names: Vec<&str> = names.into_iter().collect();
            warnings.push(format!("{what}: {}", names.join(", ")));
        }
    }
    Ok((value, warnings))
}

/// The name a path ends with, if it is among these.
fn find(path: &str, names: &[&'static str]) -> Option<&'static str> {
    let ends = |name: &&&str| {
        path.strip_suffix(**name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    names.iter().find(ends).copied()
}

/// `rows[3].seats[1].uuid` as `rows[].seats[].uuid`.
fn without_positions(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        inside = match letter {
            '[' => true,
            ']' => false,
            _ => inside,
        };
        if !inside || letter == '[' {
            text.push(letter);
        }
    }
    text
}

fn json<T: DeserializeOwned>(
    bytes: &[u8],
    ignored: &mut dyn FnMut(String),
) -> Result<T, ChartError> {
    // To serde a list passes for an object with its fields in order; nobody means it.
    let is_list = bytes.trim_ascii_start().starts_with(b"[");
    let not_an_object = || ChartError::wrong("", "must be an object");
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    let found = serde_ignored::deserialize(tracked, |path| {
        ignored(shown(&path));
    });
    let value = match found {
        Ok(value) => value,
        Err(error) if error.is_data() && is_list => return Err(not_an_object()),
        Err(error) => return Err(wrong(&track.path().to_string(), &error)),
    };
    reader.end().map_err(|error| wrong("", &error))?;
    if is_list { Err(not_an_object()) } else { Ok(value) }
}

fn shown(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", shown(parent)),
        Path::Map { parent, key } => {
            let before = shown(parent);
            if before.is_empty() { key.clone() } else { format!("{before}.{key}") }
        }
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => shown(parent),
    }
}

fn wrong(path: &str, error: &serde_json::Error) -> ChartError {
    let text = error.to_string();
    let path = if path == "." || path == "?" { "" } else { path };
    if !error.is_data() {
        let reason = format!("is no JSON: {text}");
        return ChartError { path: path.into(), reason, kind: ErrorKind::Unreadable };
    }
    let reason = text.split(" at line ").next().unwrap_or(&text);
    ChartError::wrong(path, without_types(reason))
}

/// What is called by the name of a type here is called by what it is in JSON.
fn without_types(reason: &str) -> String {
    let Some((before, expected)) = reason.rsplit_once("expected ") else {
        return reason.to_owned();
    };
    let in_json = match expected {
        "f64" => "a number",
        "i32" | "i64" => "a whole number",
        "u8" | "u32" | "u64" => "a whole number, not below 0",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if expected.starts_with("struct ") => "an object",
        other => other,
    };
    format!("{before}expected {in_json}")
}
