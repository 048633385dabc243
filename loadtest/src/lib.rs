//! The load generator and checker: an audience of viewers that keeps its own books and forgives
//! nothing, writers and buyers, and what makes figures and verdicts of them. Shares the server's
//! wire types and nothing else.

pub mod audience;
pub mod clock;
pub mod flows;
pub mod follower;
pub mod latency;
pub mod rest;
pub mod view;
pub mod write;
