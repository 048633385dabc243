//! Feeds [`seatmap::http::fuzzing::binary_messages`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| seatmap::http::fuzzing::binary_messages(data));
