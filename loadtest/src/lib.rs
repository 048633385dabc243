//! The checker's side of the live protocol: a client that keeps its own books and forgives
//! nothing. Shares the server's wire types and nothing else.

pub mod follower;
pub mod view;
