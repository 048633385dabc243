//! Forgets what nobody may ask for any more, in small batches so that no lock is held for long. A row
//! that somebody else holds is left for the next time.

use tokio_postgres::types::ToSql;

use super::Store;
use super::beside;
use super::error::StoreError;
use super::holds::ENDED_HOLDS_KEPT_HOURS;

/// How many rows one statement removes at most.
const ROWS_MAX: i64 = 1_000;

const KEYS: &str = "
    delete from idempotency_keys where ctid = any(array(
        select ctid from idempotency_keys
        where created_at < clock_timestamp() - interval '24 hours' limit $1
        for update skip locked)) returning 1";

const HOLDS: &str = "
    delete from holds where ctid = any(array(
        select ctid from holds
        where status <> 'active' and ended_at < clock_timestamp() - make_interval(hours => $2)
        limit $1 for update skip locked)) returning 1";

const SESSIONS: &str = "
    delete from sessions where ctid = any(array(
        select ctid from sessions where expires_at < clock_timestamp() limit $1
        for update skip locked)) returning 1";

impl Store {
    /// Removes one batch of each kind; returns how many rows went. Call again while it is many.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn forget_old(&self) -> Result<usize, StoreError> {
        let mut gone = 0;
        for (sql, args) in [
            (KEYS, &[&ROWS_MAX as &(dyn ToSql + Sync)][..]),
            (HOLDS, &[&ROWS_MAX, &ENDED_HOLDS_KEPT_HOURS]),
            (SESSIONS, &[&ROWS_MAX]),
        ] {
            gone += beside::statement(&self.pools, sql, args).await?.len();
        }
        Ok(gone)
    }
}
