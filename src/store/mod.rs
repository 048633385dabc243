//! Everything that speaks to PostgreSQL: pools, migrations, the one transaction that changes
//! seats, reads, the listener, the embedded cluster. Knows nothing of HTTP and sockets.

pub mod amend;
pub mod announcement;
pub mod batch;
mod beside;
pub mod bookings;
pub mod changes;
pub mod charts;
pub mod door;
pub mod embedded;
pub mod error;
pub mod events;
pub mod feed;
pub mod history;
pub mod holds;
pub mod kept;
pub mod listener;
pub mod migrations;
pub mod moves;
pub mod pool;
mod reader;
pub mod retention;
mod rows;
pub mod sales;
pub mod search;
mod tickets;
pub mod users;

use error::StoreError;
use pool::Pools;

/// Reads, and those writes that are no buyer's.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
}

impl Store {
    /// Reads over the pools' read share; what organisers write, it writes over the other.
    #[must_use]
    pub fn new(pools: Pools) -> Self {
        Self { pools }
    }

    /// Whether the database has the schema that this build needs. Also tells whether it answers.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn schema_is_current(&self) -> Result<bool, StoreError> {
        let client = self.pools.read().await?;
        let sql = "select coalesce(max(version), 0) from refinery_schema_history";
        let version: i32 = client.query_one(sql, &[]).await?.get(0);
        Ok(version >= migrations::newest())
    }

    /// Of which history its answers are; see [`Pools::history`].
    #[must_use]
    pub fn history(&self) -> u64 {
        self.pools.history()
    }

    /// How many pooled connections there are, and how many of them are not in use.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        self.pools.usage()
    }
}
