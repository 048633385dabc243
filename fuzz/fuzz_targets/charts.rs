//! Feeds [`seatmap::http::fuzzing::charts`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::charts(data));
