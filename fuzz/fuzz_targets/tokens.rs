//! Feeds [`seatmap::http::fuzzing::tokens`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::tokens(data));
