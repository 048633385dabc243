//! The load generator's library: the checker's side of the live protocol, which keeps its own books
//! and forgives nothing, and the writers. Shares the server's wire types and nothing else.

pub mod flows;
pub mod follower;
pub mod rest;
pub mod view;
pub mod write;
