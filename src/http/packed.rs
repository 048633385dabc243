//! JSON answers that are compressed once and given out many times.
//!
//! For what never changes under its name, and is asked for by everybody at once. Compressing a
//! stadium anew for each of ten thousand buyers would take longer than selling it.

use std::io::Write as _;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Brotli's: beyond it, a percent less takes ten times as long.
const QUALITY: u32 = 9;
/// Brotli's window, as a power of two of bytes; a stadium fits.
const WINDOW: u32 = 22;
/// Brotli's buffer, in bytes.
const BUFFER: usize = 64 * 1024;

/// An answer in every coding.
pub(crate) struct Packed {
    plain: Bytes,
    br: Bytes,
    gzip: Bytes,
}

impl Packed {
    /// Compresses an answer; takes tenths of seconds for a stadium.
    pub(crate) fn new(plain: Vec<u8>) -> Self {
        let br = brotli(&plain);
        let gzip = gzip(&plain);
        Self { plain: plain.into(), br: br.into(), gzip: gzip.into() }
    }

    /// The answer in the best coding that the client reads.
    pub(crate) fn answer(&self, headers: &HeaderMap) -> Response {
        let coding = coding(headers);
        let bytes = match coding {
            Coding::Br => &self.br,
            Coding::Gzip => &self.gzip,
            Coding::Identity => &self.plain,
        };
        coded(coding, bytes.clone())
    }
}

/// A JSON answer that is in this coding already.
pub(super) fn coded(coding: Coding, bytes: Bytes) -> Response {
    let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let vary = (header::VARY, HeaderValue::from_static("accept-encoding"));
    let name = match coding {
        Coding::Br => "br",
        Coding::Gzip => "gzip",
        Coding::Identity => return ([json, vary], bytes).into_response(),
    };
    let coding = (header::CONTENT_ENCODING, HeaderValue::from_static(name));
    ([json, vary, coding], bytes).into_response()
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    writer.write_all(plain).expect("memory takes everything");
    writer.into_inner()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(plain).expect("memory takes everything");
    writer.finish().expect("memory takes everything")
}

/// How an answer may be compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Br,
    Gzip,
    Identity,
}

/// The best coding that the client reads.
pub(super) fn coding(headers: &HeaderMap) -> Coding {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter();
    let texts: Vec<&str> = all.filter_map(|value| value.to_str().ok()).collect();
    let accepts = |wanted: &str| {
        texts.iter().flat_map(|text| text.split(',')).any(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let refused = quality.trim().strip_prefix("q=").is_some_and(|quality| {
                quality.trim().parse::<f32>().is_ok_and(|quality| quality == 0.0)
            });
            name.trim().eq_ignore_ascii_case(wanted) && !refused
        })
    };
    if accepts("br") {
        Coding::Br
    } else if accepts("gzip") {
        Coding::Gzip
    } else {
        Coding::Identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::venues;

    /// What the map of 100,000 seats may cost on the wire.
    const STADIUM_BYTES_MAX: usize = 400_000;

    #[test]
    fn the_best_coding_is_taken_that_is_not_refused() {
        for (text, coding) in [
            ("gzip, deflate, br, zstd", Coding::Br),
            ("gzip;q=1.0, br;q=0", Coding::Gzip),
            ("GZIP", Coding::Gzip),
            ("deflate", Coding::Identity),
            ("", Coding::Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
            assert_eq!(super::coding(&headers), coding, "{text}");
        }
        assert_eq!(super::coding(&HeaderMap::new()), Coding::Identity);
    }

    /// The columns are nearly all of a map; what else there is is prices.
    #[test]
    fn a_stadium_of_100_000_seats_is_small_on_the_wire() {
        let layout = venues::by_key("bowl-100000").expect("built in").layout();
        let packed = Packed::new(serde_json::to_vec(&layout).expect("JSON"));
        let (plain, br, gzip) = (packed.plain.len(), packed.br.len(), packed.gzip.len());
        println!("100,000 seats: {plain} bytes, br {br}, gzip {gzip}");
        assert!(br < STADIUM_BYTES_MAX, "{br} bytes with brotli");
    }
}
