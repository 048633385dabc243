//! Feeds [`seatmap::http::fuzzing::etags`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::etags(data));
