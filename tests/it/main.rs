//! The integration tests: real PostgreSQL, real sockets, real processes. One binary, so that they
//! share one cluster; each test has a database of its own.

mod chart_command;
mod claims;
mod config_command;
mod demo;
mod embedded;
mod faults;
mod loadtest;
mod moves;
mod orphans;
mod outside;
mod race;
mod reads;
mod rest;
mod siege;
mod smoke;
mod support;
mod torture;
mod websocket;
