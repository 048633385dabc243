//! What travels: the shapes of messages and the bytes they become, for both directions.
//!
//! Pure functions over values; knows neither sockets nor HTTP nor SQL. The hub, the HTTP side and
//! the load generator call it.

pub mod live;
pub mod problem;
pub mod rest;
