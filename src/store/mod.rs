//! Everything that speaks to PostgreSQL: pools, migrations, the one transaction that changes
//! seats, reads, the listener, the embedded cluster. Knows nothing of HTTP and sockets.

pub mod announcement;
pub mod batch;
pub mod bookings;
pub mod changes;
pub mod charts;
pub mod embedded;
pub mod error;
pub mod events;
pub mod feed;
pub mod holds;
pub mod kept;
pub mod listener;
pub mod migrations;
pub mod pool;
pub mod retention;
mod rows;
pub mod users;

use pool::Pools;

/// Reads, and those writes that change no seat of an existing event.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
}

impl Store {
    /// Works over the pools' read share.
    #[must_use]
    pub fn new(pools: Pools) -> Self {
        Self { pools }
    }
}
