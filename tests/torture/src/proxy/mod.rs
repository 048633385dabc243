//! Proxies that stand between clients and nodes, and between nodes and PostgreSQL, and spoil
//! connections when told to. A proxy never makes up bytes: it passes, delays, drops, doubles or
//! ends.

mod database;
mod door;
mod frames;
mod relay;
mod switch;

pub use database::{Cut, DatabaseProxy, Notifications, Then};
pub(crate) use door::LATE;
pub use door::{At, Door, How};
pub(crate) use relay::HANG;
pub use switch::{Effects, Target};
