//! The load generator and checker: an audience of viewers that keeps its own books and forgives
//! nothing, writers and buyers, and what makes figures and verdicts of them. Of the server it
//! knows the wire types, which are `protocol` and the values of `domain` that messages consist of.

pub mod audience;
pub mod buyers;
pub mod check;
pub mod clock;
pub mod flows;
pub mod follower;
pub mod latency;
pub mod machine;
pub mod monitor;
pub mod options;
pub mod report;
pub mod rest;
pub mod scenarios;
mod source;
pub mod stage;
pub mod view;
pub mod write;

/// The version, and for a release build the commit: `1.2.3+abcdef0`, with `-dirty` behind it when
/// something was changed on top.
pub const VERSION: &str = env!("SEATMAP_VERSION");
