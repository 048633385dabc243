//! Documents of charts: the own format `seatmap.chart.v1`, and the formats of others.
//!
//! A part of its own beside `domain`, which must not know JSON: everything here is a pure function
//! from bytes to a layout with warnings, or from a layout to bytes. Foreign documents are turned
//! into the own one first, so that there is one way to a layout and one set of checks. Whatever the
//! bytes are, memory and time are bounded by the limits below and nothing panics. The routes and
//! the command line call it.

mod build;
mod check;
pub mod document;
mod export;
mod foreign;
mod geometry;
mod limits;
mod places;
mod read;
mod whole;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::layout::Layout;

pub use document::FORMAT;

/// The largest document that is read, in bytes: as many seats as there may be, in the most talkative
/// format, which takes up to 460 bytes for each.
pub const CHART_BYTES_MAX: usize = 96 * 1024 * 1024;
/// The most objects (`{…}`) a document may have: two for each seat, and half as many for the rest.
pub const CHART_OBJECTS_MAX: usize = 500_000;
/// The most points an outline may have: of a section, a table, an area or a shape.
pub const OUTLINE_POINTS_MAX: usize = 10_000;
/// The most points all outlines of a chart may have together.
pub const CHART_POINTS_MAX: usize = 200_000;
/// The most sections a chart may have.
pub const CHART_SECTIONS_MAX: usize = 20_000;
/// The most storeys a chart may have.
pub const CHART_FLOORS_MAX: usize = 1_000;
/// The most characters of a label or a key.
pub const LABEL_CHARS_MAX: usize = 500;
/// The most characters of something written on the map.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// The tallest letters on the map, in centimetres.
pub const TEXT_CM_MAX: u32 = 10_000;
/// The most characters of a picture's address.
pub const URL_CHARS_MAX: usize = 2_000;
/// The most warnings that are listed; what goes beyond is counted.
pub const WARNINGS_MAX: usize = 100;

/// The most characters of a warning, and of what is said of an error; the rest is cut.
pub const WARNING_CHARS_MAX: usize = 1_500;

/// How many things that were left out are named where a chart is refused.
const LOSSES_MAX: usize = 3;

/// What some editors put before the text, which is no JSON.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The JSON Schema of the own format.
pub const SCHEMA: &str = include_str!("chart.schema.json");

/// A format of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The own one.
    Seatmap,
    /// A seating plan of pretix.
    Pretix,
    /// A chart of seats.io.
    Seatsio,
    /// A chart of SeatLayer, version 1.
    Seatlayer,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Seatmap, Self::Pretix, Self::Seatsio, Self::Seatlayer];

    /// The word for it in addresses and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Seatmap => "seatmap",
            Self::Pretix => "pretix",
            Self::Seatsio => "seatsio",
            Self::Seatlayer => "seatlayer",
        }
    }

    /// The format of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Why a document is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}{}{reason}", if path.is_empty() { "" } else { ": " })]
pub struct ChartError {
    /// The value at fault as a JSON path, such as `sections[2].rows[0].at`; empty: the whole.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
    /// Whether it can be read at all.
    pub kind: ErrorKind,
}

/// How far reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// It isn't JSON.
    Unreadable,
    /// Too large to look at.
    TooLarge,
    /// Readable, but wrong.
    Wrong,
}

impl ChartError {
    fn wrong(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), kind: ErrorKind::Wrong }
    }
}

/// A chart that was read.
#[derive(Debug)]
pub struct Imported {
    /// Which format it was in.
    pub format: Format,
    /// What people call it; may be empty.
    pub name: String,
    /// Where everything is; valid.
    pub layout: Layout,
    /// What could not be carried over.
    pub warnings: Vec<String>,
}

/// Reads a chart; the format is found out when it isn't named.
///
/// # Errors
/// With the place and the reason, when the bytes are no chart of the format.
pub fn import(bytes: &[u8], format: Option<Format>) -> Result<Imported, ChartError> {
    read(bytes, format).map_err(|ChartError { path, reason, kind }| {
        let short = |text: String| cut(&text, WARNING_CHARS_MAX).to_owned();
        ChartError { path: short(path), reason: short(reason), kind }
    })
}

fn read(bytes: &[u8], format: Option<Format>) -> Result<Imported, ChartError> {
    read::check_size(bytes)?;
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let format = format.map_or_else(|| read::detect(bytes), Ok)?;
    let (mut document, mut warnings) = match format {
        Format::Seatmap => (read::own(bytes)?, Vec::new()),
        Format::Pretix => foreign::pretix::read(bytes)?,
        Format::Seatsio => foreign::seatsio::read(bytes)?,
        Format::Seatlayer => foreign::seatlayer::read(bytes)?,
    };
    let cleaned = limits::clean(&mut document);
    match cleaned.first {
        Some(error) if format == Format::Seatmap => return Err(error),
        _ => cleaned.tell(&mut warnings),
    }
    let built = limits::check(&document).and_then(|()| build::layout(&document));
    let layout = built.map_err(|error| match format {
        Format::Seatmap => error,
        // The paths of our own document mean nothing to whoever wrote another.
        _ => with_losses(places::by_name(&document, &error), &warnings),
    })?;
    warnings.extend(build::unused_floors(&document));
    if let Some(overlap) = check::overlap(&layout) {
        let path = places::of_seat(&document, &layout, overlap.seat);
        let told = match format {
            Format::Seatmap => path,
            _ => [places::source(&document, &path), &places::name(&document, &path)].join(" "),
        };
        let told = told.trim_start().to_owned();
        // Others draw alternatives over one another, and their charts are on sale.
        if format == Format::Seatmap && !document.allow_overlaps {
            return Err(ChartError::wrong(told, overlap.to_string()));
        }
        warnings.push(format!("{told}: {overlap}"));
    }
    Ok(Imported { format, name: document.name, layout, warnings })
}

/// As much of a text as its first characters.
fn cut(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

/// The reason why nothing is left may be what was left out.
fn with_losses(mut error: ChartError, warnings: &[String]) -> ChartError {
    let lost = warnings.iter().filter(|warning| warning.contains("left out"));
    for warning in lost.take(LOSSES_MAX) {
        error.reason = format!("{}; {warning}", error.reason);
    }
    error
}

/// Writes a layout in the own format.
#[must_use]
pub fn export(name: &str, layout: &Layout) -> String {
    export::json(name, layout)
}

/// Writes a layout as a seating plan of pretix, with what could not be carried over.
#[must_use]
pub fn export_pretix(name: &str, layout: &Layout) -> (String, Vec<String>) {
    foreign::pretix_export::json(name, layout)
}

#[cfg(test)]
mod tests;
