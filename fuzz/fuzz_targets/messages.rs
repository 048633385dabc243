//! Feeds [`seatmap::http::fuzzing::messages`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::messages(data));
