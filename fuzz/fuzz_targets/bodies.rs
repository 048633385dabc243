//! Feeds [`seatmap::http::fuzzing::bodies`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::bodies(data));
