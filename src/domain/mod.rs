//! The rules of the trade: seats, holds, bookings, layouts, and what a command does to them.
//!
//! Pure functions over values; time and chance are arguments. Knows nothing of async, SQL, HTTP,
//! JSON or clocks.

pub mod answer;
pub mod booking;
pub mod change;
pub mod choice;
pub mod command;
pub mod decide;
pub mod event;
pub mod hold;
pub mod ids;
pub mod layout;
pub mod money;
pub mod seat;
pub mod venues;
