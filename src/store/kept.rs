//! Answers kept under idempotency keys for requests that belong to no event. (Those that do are
//! kept by the write path, in the event's own transaction.)

use deadpool_postgres::Object;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::Store;
use super::beside::{self, Lane};
use super::error::StoreError;
use super::pool::{Pools, Session};
use crate::domain::command::IdempotencyKey;
use crate::domain::ids::UserId;

/// Under what an answer is kept.
#[derive(Clone, Debug)]
pub struct KeptScope {
    /// Who asks; `None`: nobody named.
    pub caller: Option<UserId>,
    /// Method and path.
    pub route: &'static str,
    /// The key.
    pub key: IdempotencyKey,
}

/// What is done at most once, if it has a scope; and by when.
pub type OnceBy<'a> = (Option<&'a KeptScope>, Instant);

/// What came of a request that may have been made before.
#[derive(Debug)]
pub enum Once<T> {
    /// It was the first; it is done.
    Done(T),
    /// It was done before; this was the answer.
    Repeated(Value),
    /// The key stands for another request.
    KeyReused,
}

/// A transaction, unless its key was used before.
pub(super) enum Begun<T> {
    /// It is open, and nobody else can use the key until it ends.
    First(Session),
    /// What came of the first use.
    Before(Once<T>),
}

const LOCK: &str = "select pg_advisory_xact_lock(hashtextextended($1, 0))";

const FIND: &str = "
    select fingerprint, answer from idempotency_keys
    where event_id = 0 and route = $1 and caller_id = $2 and key = $3
      and created_at > clock_timestamp() - interval '24 hours'";

const KEEP: &str = "
    insert into idempotency_keys (event_id, route, caller_id, key, fingerprint, answer, batch_id,
                                  created_at)
    values (0, $1, $2, $3, $4, $5, $6, clock_timestamp())
    on conflict (event_id, caller_id, key, route) do update set
        fingerprint = excluded.fingerprint, answer = excluded.answer,
        batch_id = excluded.batch_id, created_at = excluded.created_at";

impl KeptScope {
    fn caller_id(&self) -> i64 {
        self.caller.map_or(0, |caller| caller.0)
    }

    /// Looks for an earlier answer, having waited for whoever uses the same key at the moment.
    /// `None`: this is the first use.
    async fn find<T>(&self, transaction: &Object) -> Result<Option<Once<T>>, StoreError> {
        let caller = self.caller_id();
        let name = format!("{} {caller} {}", self.route, self.key.key);
        transaction.query(LOCK, &[&name]).await?;
        let found = transaction.query_opt(FIND, &[&self.route, &caller, &self.key.key]).await?;
        Ok(found.map(|row| {
            let fingerprint: Vec<u8> = row.get(0);
            if fingerprint == self.key.fingerprint {
                Once::Repeated(row.get(1))
            } else {
                Once::KeyReused
            }
        }))
    }

    fn lane(&self) -> Lane {
        Lane::Key(self.route, self.caller_id(), self.key.key.clone())
    }

    /// Keeps an answer in the transaction that did what it tells of.
    async fn keep(&self, client: &Object, answer: &Value) -> Result<(), StoreError> {
        let (caller, batch) = (self.caller_id(), Uuid::new_v4());
        let fingerprint = &self.key.fingerprint;
        client
            .execute(KEEP, &[&self.route, &caller, &self.key.key, fingerprint, answer, &batch])
            .await?;
        Ok(())
    }
}

/// Does something at most once under its key, or without one, in a transaction that [`begin`]
/// begins. Whatever an attempt does has to be undone with that.
pub(super) async fn run<T, F>(
    pools: &Pools,
    (scope, deadline): OnceBy<'_>,
    attempt: impl Fn(Session) -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    beside::run(pools, (scope.map(KeptScope::lane), deadline), attempt).await
}

/// Begins a transaction, the first under its key or one without. What isn't finished is undone, and
/// its connection closed: nobody is to come upon one that has stopped answering.
pub(super) async fn begin<T>(
    session: Session,
    (scope, deadline): OnceBy<'_>,
) -> Result<Begun<T>, StoreError> {
    session.client().batch_execute("begin").await?;
    let Some(scope) = scope else { return Ok(Begun::First(session)) };
    match timeout_at(deadline, scope.find(session.client())).await {
        Ok(Ok(None)) => Ok(Begun::First(session)),
        Ok(Ok(Some(earlier))) => {
            session.client().batch_execute("rollback").await?;
            session.release();
            Ok(Begun::Before(earlier))
        }
        Ok(Err(error)) => Err(session.give_up(error).await),
        Err(_) => {
            session.cancel().await;
            Err(StoreError::TimedOut)
        }
    }
}

/// Keeps the answer under the key, if there is one, and commits.
pub(super) async fn finish(
    session: Session,
    scope: Option<&KeptScope>,
    answer: impl FnOnce() -> Value,
) -> Result<(), StoreError> {
    if let Some(scope) = scope {
        scope.keep(session.client(), &answer()).await?;
    }
    session.client().batch_execute("commit").await.map_err(StoreError::of_commit)?;
    session.release();
    Ok(())
}

impl Store {
    /// Keeps a refusal under its key, unless something is kept there already.
    ///
    /// # Errors
    /// When the database can't be asked. Nothing is kept then, unless the commit's answer was lost.
    pub async fn keep_refusal(
        &self,
        scope: &KeptScope,
        deadline: Instant,
        answer: &Value,
    ) -> Result<Once<()>, StoreError> {
        let once = (Some(scope), deadline);
        run(&self.pools, once, |session| keep_refusal(session, once, answer)).await
    }
}

async fn keep_refusal(
    session: Session,
    once: OnceBy<'_>,
    answer: &Value,
) -> Result<Once<()>, StoreError> {
    let session = match begin(session, once).await? {
        Begun::First(session) => session,
        Begun::Before(earlier) => return Ok(earlier),
    };
    finish(session, once.0, || answer.clone()).await?;
    Ok(Once::Done(()))
}
