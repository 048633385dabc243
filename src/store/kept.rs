//! Answers kept under idempotency keys for requests that belong to no event. (Those that do are
//! kept by the write path, in the event's own transaction.)

use deadpool_postgres::Transaction;
use uuid::Uuid;

use super::error::StoreError;
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
    Repeated(serde_json::Value),
    /// The key stands for another request.
    KeyReused,
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
    pub(super) async fn find<T>(
        &self,
        transaction: &Transaction<'_>,
    ) -> Result<Option<Once<T>>, StoreError> {
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
    pub(super) async fn keep(
        &self,
        transaction: &Transaction<'_>,
        answer: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let (caller, batch) = (self.caller_id(), Uuid::new_v4());
        let fingerprint = &self.key.fingerprint;
        transaction
            .execute(KEEP, &[&self.route, &caller, &self.key.key, fingerprint, answer, &batch])
            .await?;
        Ok(())
    }
}
