//! Feeds [`seatmap::http::fuzzing::frames`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::frames(data));
