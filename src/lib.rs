//! A self-hosted real-time seat map and booking server: Postgres decides, the change log
//! remembers, NOTIFY announces, every node mirrors, and sockets carry the mirror.
//!
//! Imports run one way: `run → http → {sequencer, hub} → store → domain`, with `protocol` beside
//! `domain`. A test checks it. ARCHITECTURE.md tells how a lock gets from a click to every screen.

pub mod charts;
pub mod config;
pub mod domain;
pub mod http;
pub mod hub;
pub mod protocol;
pub mod run;
pub mod sequencer;
pub mod store;
