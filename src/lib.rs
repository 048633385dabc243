//! A self-hosted real-time seat map and booking server.
pub mod domain;
pub mod protocol;
pub mod sequencer;
pub mod store;
