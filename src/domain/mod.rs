//! The rules and values of seat booking: what a layout, a seat and a venue are.
//!
//! Pure: nothing here waits, reads a clock, or knows of SQL, HTTP or JSON text. Everything
//! else in the crate may call it.

pub mod layout;
pub mod venues;
