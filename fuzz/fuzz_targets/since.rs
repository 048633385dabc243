//! Feeds [`seatmap::http::fuzzing::since`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::since(data));
