//! Connections to PostgreSQL: a share for the write path and a share for reads, so that writers
//! waiting for a locked event never keep a reader waiting.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, QueueMode, RecyclingMethod, Runtime,
};
use tokio_postgres::NoTls;

use super::beside::Beside;
use super::error::StoreError;
use super::reader::Reader;

/// The fewest connections a server can work with: one listener, one reader, one writer.
pub const CONNECTIONS_MIN: usize = 3;

/// How long a new connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a read waits for a connection.
const READ_WAIT: Duration = Duration::from_secs(5);

/// Every connection's session settings. A transaction left open by a frozen node gives its locks
/// back after 30 s; a backend notices within 5 s that its client is gone.
const SESSION_SETTINGS: &str = "set idle_in_transaction_session_timeout = '30s'; \
     set client_connection_check_interval = '5s'; \
     set timezone = 'UTC'";

/// What tells one history of a database from another: its cluster, and the timeline that a failover
/// or a restore begins anew.
const HISTORY: &str = "
    select system_identifier || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    from pg_control_system()";

/// What the connections for reads add. They write nothing: whoever does may wait, for a row or for a
/// standby that a commit needs, and reads must not. Time is the caller's matter, and what nobody waits
/// for is stopped (see `reader`): the timeout ends what could not be, because the way to the database
/// was cut.
const READ_SETTINGS: &str = "set default_transaction_read_only = on; \
     set statement_timeout = '60s'";

/// What the write path's connections add. Its statements look up single rows by key, whatever the
/// size of the tables: plans are made once and never by statistics. Otherwise one made for an event
/// whose tickets were not yet counted walks all of them for every batch.
///
/// A transaction waits for a row that a stranger holds for 100 ms at most, then gives its connection
/// back, to come again later: many blocked events must not take all connections from the others. (A
/// batch of another node is through long before.) Deadlines are the caller's; no statement outlives
/// 60 s when nobody is there to cancel it.
const WRITE_SETTINGS: &str = "set plan_cache_mode = force_generic_plan; \
     set enable_hashjoin = off; set enable_mergejoin = off; \
     set enable_seqscan = off; set enable_bitmapscan = off; set enable_material = off; \
     set jit = off; \
     set lock_timeout = '100ms'; \
     set statement_timeout = '60s'";

/// How many connections to hold.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// In all, the listener's own included.
    pub max_open: usize,
    /// Idle ones beyond these are closed after a while.
    pub max_idle: usize,
}

/// The two shares.
#[derive(Clone)]
pub struct Pools {
    reads: Pool,
    writes: Pool,
    max_idle: usize,
    histories: Arc<Histories>,
    beside: Arc<Beside>,
}

/// The histories that connections were met in.
#[derive(Debug, Default)]
struct Histories {
    current: Mutex<Option<String>>,
    changes: AtomicU64,
}

impl Histories {
    /// Called for each new connection, before anybody can use it.
    fn met(&self, history: String) {
        let mut current = self.current.lock().expect("never poisoned: nothing panics inside");
        let before = current.replace(history);
        if before.is_some() && before != *current {
            self.changes.fetch_add(1, Ordering::AcqRel);
            tracing::warn!("the database's history is not continued: ids are looked up anew");
        }
    }
}

impl Pools {
    /// Opens nothing yet; connections are made when first needed.
    ///
    /// # Errors
    /// When there are fewer than [`CONNECTIONS_MIN`] connections to share.
    pub fn new(
        config: &tokio_postgres::Config,
        settings: PoolSettings,
    ) -> Result<Self, StoreError> {
        if settings.max_open < CONNECTIONS_MIN {
            let reason = format!("at least {CONNECTIONS_MIN} connections are needed");
            return Err(StoreError::Unavailable(reason));
        }
        let shared = settings.max_open - 1;
        let reads = (shared / 3).max(1);
        let histories = Arc::default();
        Ok(Self {
            reads: share(config, reads, (READ_SETTINGS, &histories))?,
            writes: share(config, shared - reads, (WRITE_SETTINGS, &histories))?,
            max_idle: settings.max_idle,
            histories,
            beside: Arc::new(Beside::new(shared - reads)),
        })
    }

    /// How often the database's history was not continued, as far as a connection has met it. What
    /// was read of another history may not be so any more, down to what an id stands for.
    #[must_use]
    pub fn history(&self) -> u64 {
        self.histories.changes.load(Ordering::Acquire)
    }

    /// A connection for reading. Waits a bounded time.
    pub(crate) async fn read(&self) -> Result<Reader, StoreError> {
        match tokio::time::timeout(READ_WAIT, self.reads.get()).await {
            Ok(client) => Ok(Reader::new(client?)),
            Err(_) => Err(StoreError::TimedOut),
        }
    }

    /// A connection for writing, to be waited for as long as the caller sees fit.
    pub(crate) async fn write(&self) -> Result<Object, StoreError> {
        Ok(self.writes.get().await?)
    }

    /// What holds the transactions beside the write path's back.
    pub(super) fn beside(&self) -> &Beside {
        &self.beside
    }

    /// Closes idle connections beyond the limit. Called from time to time.
    pub fn close_idle(&self) {
        for pool in [&self.reads, &self.writes] {
            let mut kept = 0;
            pool.retain(|_, _| {
                kept += 1;
                kept <= self.max_idle.max(1)
            });
        }
    }

    /// How many connections are open, and how many of them idle.
    #[must_use]
    pub fn usage(&self) -> (usize, usize) {
        let status = [self.reads.status(), self.writes.status()];
        (status.iter().map(|s| s.size).sum(), status.iter().map(|s| s.available).sum())
    }

    /// Closes all connections; waiting callers get an error.
    pub fn close(&self) {
        self.reads.close();
        self.writes.close();
    }
}

fn share(
    config: &tokio_postgres::Config,
    size: usize,
    (settings, histories): (&str, &Arc<Histories>),
) -> Result<Pool, StoreError> {
    let histories = Arc::clone(histories);
    let mut config = config.clone();
    config.connect_timeout(CONNECT_TIMEOUT);
    // Fast recycling asks the connection itself whether it is closed; a query per checkout would
    // double the cost of the shortest reads.
    let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let settings = format!("{SESSION_SETTINGS}; {settings}");
    let prepare_session =
        Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
            let (settings, histories) = (settings.clone(), Arc::clone(&histories));
            Box::pin(async move {
                client.batch_execute(&settings).await.map_err(HookError::Backend)?;
                let row = client.query_one(HISTORY, &[]).await.map_err(HookError::Backend)?;
                histories.met(row.get(0));
                Ok(())
            })
        });
    Pool::builder(Manager::from_config(config, NoTls, manager_config))
        .max_size(size)
        // The one used last knows its plans and has its pages at hand.
        .queue_mode(QueueMode::Lifo)
        .runtime(Runtime::Tokio1)
        .create_timeout(Some(CONNECT_TIMEOUT))
        .post_create(prepare_session)
        .build()
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// A connection inside a transaction. Unless it is released, dropping it closes the connection,
/// and with it the transaction: a half-done one never goes back to the pool.
pub(crate) struct Session(Option<Object>);

impl Session {
    pub(crate) fn new(client: Object) -> Self {
        Self(Some(client))
    }

    pub(crate) fn client(&self) -> &Object {
        self.0.as_ref().expect("present until released")
    }

    /// Gives the connection back to the pool; no transaction may be open.
    pub(crate) fn release(mut self) {
        drop(self.0.take());
    }

    /// Ends what needed no transaction: the connection goes back when all went well.
    pub(super) async fn settle<T>(self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        match done {
            Ok(done) => {
                self.release();
                Ok(done)
            }
            Err(error) => Err(self.give_up(error).await),
        }
    }

    /// Ends a transaction in which a statement has failed. One that met a row of a stranger's has a
    /// connection that is as good as before; any other is closed.
    pub(super) async fn give_up(self, error: StoreError) -> StoreError {
        if matches!(error, StoreError::Locked)
            && self.client().batch_execute("rollback").await.is_ok()
        {
            self.release();
        }
        error
    }

    /// Makes the server stop what this connection waits for. Closing alone is not noticed by a
    /// backend that waits for a lock.
    pub(crate) async fn cancel(self) {
        let token = self.client().cancel_token();
        // When the request to cancel can't be delivered, the statement's own timeout ends it.
        let _ = tokio::time::timeout(CONNECT_TIMEOUT, token.cancel_query(NoTls)).await;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}
