//! Feeds [`seatmap::http::fuzzing::handshakes`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::handshakes(data));
