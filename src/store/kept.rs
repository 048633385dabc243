//! Answers kept under idempotency keys for requests that belong to no event. (Those that do are
//! kept by the write path, in the event's own transaction.)

use deadpool_postgres::Object;
use serde_json::Value;
use uuid::Uuid;

use super::Store;
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

/// Begins a transaction. What isn't finished is undone, and its connection closed: nobody is to come
/// upon one that has stopped answering.
pub(super) async fn open(pools: &Pools) -> Result<Session, StoreError> {
    let session = pools.read().await?.into_session();
    session.client().batch_execute("begin").await?;
    Ok(session)
}

/// Begins a transaction, the first under its key or one without.
pub(super) async fn begin<T>(
    pools: &Pools,
    scope: Option<&KeptScope>,
) -> Result<Begun<T>, StoreError> {
    let session = open(pools).await?;
    let Some(scope) = scope else { return Ok(Begun::First(session)) };
    let Some(earlier) = scope.find(session.client()).await? else {
        return Ok(Begun::First(session));
    };
    session.client().batch_execute("rollback").await?;
    session.release();
    Ok(Begun::Before(earlier))
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
        answer: Value,
    ) -> Result<Once<()>, StoreError> {
        let session = match begin(&self.pools, Some(scope)).await? {
            Begun::First(session) => session,
            Begun::Before(earlier) => return Ok(earlier),
        };
        finish(session, Some(scope), || answer).await?;
        Ok(Once::Done(()))
    }
}
