//! A connection that is read on. Whoever reads may be gone before the answer, when a client hangs
//! up or a request's time is up; PostgreSQL works on all the same, and whatever is asked on that
//! connection next waits behind it. So a connection never goes back to the pool before all that was
//! asked on it has been answered. Until then it keeps its place there: what nobody waits for any
//! more is stopped, and can't pile up in the database meanwhile.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_postgres::Object;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, NoTls, Row, Statement, ToStatement};

use super::pool::Session;

/// How long what nobody waits for may go on before it is stopped. Most reads are through by then,
/// and their connection is as good as before.
const GRACE: Duration = Duration::from_millis(100);

/// How long a request to stop may take to be delivered, and as long again to have an effect.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// How often that is requested before the connection is closed as it is: one that arrives before
/// its statement does nothing.
const CANCELS_MAX: u32 = 3;

/// A connection for reading. Dropping it gives it back to the pool, or sees to that later.
pub(crate) struct Reader {
    /// Present until dropped.
    client: Option<Object>,
    unanswered: AtomicUsize,
    in_snapshot: AtomicBool,
}

impl Reader {
    pub(super) fn new(client: Object) -> Self {
        let (unanswered, in_snapshot) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { client: Some(client), unanswered, in_snapshot }
    }

    /// The connection itself. What is asked on it has to be asked within [`Self::asked`].
    pub(super) fn client(&self) -> &Object {
        self.client.as_ref().expect("present until dropped")
    }

    /// Asks something; dropped before its end, it stays unanswered.
    pub(super) async fn asked<T>(&self, asking: impl Future<Output = T>) -> T {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let answer = asking.await;
        self.unanswered.fetch_sub(1, Ordering::Relaxed);
        answer
    }

    pub(super) async fn prepare_cached(&self, sql: &str) -> Result<Statement, Error> {
        self.asked(self.client().prepare_cached(sql)).await
    }

    pub(super) async fn query<T>(
        &self,
        statement: &T,
        args: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client().query(statement, args)).await
    }

    pub(super) async fn query_one<T>(
        &self,
        statement: &T,
        args: &[&(dyn ToSql + Sync)],
    ) -> Result<Row, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client().query_one(statement, args)).await
    }

    pub(super) async fn query_opt<T>(
        &self,
        statement: &T,
        args: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client().query_opt(statement, args)).await
    }

    /// Begins to read several things as they are at one moment.
    pub(super) async fn begin_snapshot(&self) -> Result<(), Error> {
        self.in_snapshot.store(true, Ordering::Relaxed);
        let sql = "begin isolation level repeatable read read only";
        self.asked(self.client().batch_execute(sql)).await
    }

    /// Ends that. There is nothing to commit.
    pub(super) async fn end_snapshot(&self) -> Result<(), Error> {
        self.asked(self.client().batch_execute("rollback")).await?;
        self.in_snapshot.store(false, Ordering::Relaxed);
        Ok(())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let in_snapshot = *self.in_snapshot.get_mut();
        if *self.unanswered.get_mut() == 0 && !in_snapshot {
            return;
        }
        let session = Session::new(client);
        // Where nothing runs any more it is closed at once.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(settle(session, if in_snapshot { "rollback" } else { "" }));
        }
    }
}

/// Gives a connection back when all is answered, `last` included, or closes it.
async fn settle(session: Session, last: &str) {
    let token = session.client().cancel_token();
    let answered = {
        // Answered in its turn, after all that was asked before.
        let mut answer = pin!(session.client().batch_execute(last));
        let in_time = timeout(GRACE, answer.as_mut()).await;
        if in_time.is_err() {
            for _ in 0..CANCELS_MAX {
                let _ = timeout(CANCEL_TIMEOUT, token.cancel_query(NoTls)).await;
                if timeout(CANCEL_TIMEOUT, answer.as_mut()).await.is_ok() {
                    break;
                }
            }
        }
        matches!(in_time, Ok(Ok(())))
    };
    // One that something was stopped on is closed: that request may arrive late, and would stop
    // whatever is asked next.
    if answered {
        session.release();
    }
}
