//! Customer records and guest sessions. Users are made in transactions of their own, never inside
//! an event's.

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;

use super::Store;
use super::beside;
use super::error::StoreError;
use super::kept::{self, Begun, Once, OnceBy};
use super::pool::Session;
use crate::domain::booking::Customer;
use crate::domain::ids::UserId;

/// A customer record.
#[derive(Clone, Debug)]
pub struct UserRecord {
    /// Its id.
    pub id: UserId,
    /// Name and addresses.
    pub customer: Customer,
    /// When it was made.
    pub created_at: Timestamp,
}

const READ: &str = "select id, name, email, phone, created_at from users where id = $1";

/// How often a session that another node sees first at the same moment is looked up.
const FIRST_SIGHTS_MAX: usize = 10;

const SUBJECT: &str = "select id from users where origin = $1 and subject = $2";

const FIRST_SIGHT: &str = "
    insert into users (origin, subject) values ($1, $2)
    on conflict (origin, subject) do nothing returning id";

const GUEST: &str = "
    with guest as (insert into users (origin) values ('guest') returning id)
    insert into sessions (token_digest, user_id, expires_at)
    select $1, id, clock_timestamp() + make_interval(secs => $2) from guest
    returning user_id, expires_at";

const DEMO_USERS: &str = "
    insert into users (id, origin, subject, name)
    select id, 'demo', 'demo-' || id, 'Demo user ' || id from generate_series(1, 8) id
    on conflict do nothing";

fn user(row: &Row) -> UserRecord {
    let customer = Customer { name: row.get(1), email: row.get(2), phone: row.get(3) };
    UserRecord { id: UserId(row.get(0)), customer, created_at: row.get(4) }
}

impl Store {
    /// A customer record.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(READ).await?;
        Ok(client.query_opt(&statement, &[&id.0]).await?.as_ref().map(user))
    }

    /// The user behind an `X-Session-ID`, made on first sight.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn session_user(&self, session: &str) -> Result<UserId, StoreError> {
        self.subject("session", session).await
    }

    /// The user behind a signed token's subject, made on first sight.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn token_user(&self, subject: &str) -> Result<UserId, StoreError> {
        self.subject("token", subject).await
    }

    async fn subject(&self, origin: &str, subject: &str) -> Result<UserId, StoreError> {
        for _ in 0..FIRST_SIGHTS_MAX {
            if let Some(known) = self.known_subject(origin, subject).await? {
                return Ok(known);
            }
            // Another node may see it first at the same moment; then there is one to be found.
            let made = beside::statement(&self.pools, FIRST_SIGHT, &[&origin, &subject]).await?;
            if let [row] = &made[..] {
                return Ok(UserId(row.get(0)));
            }
        }
        Err(StoreError::TimedOut)
    }

    async fn known_subject(
        &self,
        origin: &str,
        subject: &str,
    ) -> Result<Option<UserId>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(SUBJECT).await?;
        let row = client.query_opt(&statement, &[&origin, &subject]).await?;
        Ok(row.map(|row| UserId(row.get(0))))
    }

    /// Makes a customer record. With a scope, at most once; `render` makes the answer to keep.
    ///
    /// # Errors
    /// When the database can't be asked. Nothing was made then, unless the commit's answer was lost.
    pub async fn create_user(
        &self,
        customer: &Customer,
        once: OnceBy<'_>,
        render: impl Fn(&UserRecord) -> serde_json::Value,
    ) -> Result<Once<UserRecord>, StoreError> {
        kept::run(&self.pools, once, |session| create_user(session, customer, once, &render)).await
    }

    /// Opens a guest session under a token's digest, with a user of its own.
    ///
    /// # Errors
    /// When the database can't be asked; nothing was opened then, unless the commit's answer was lost.
    pub async fn open_session(
        &self,
        token_digest: &[u8],
        life: SignedDuration,
    ) -> Result<(UserId, Timestamp), StoreError> {
        beside::run(&self.pools, beside::own_time(), |session| async move {
            open_session(session, token_digest, life.as_secs_f64()).await
        })
        .await
    }

    /// Whose session a token is, and until when. `None`: nobody's, or no longer.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn session(
        &self,
        token_digest: &[u8],
    ) -> Result<Option<(UserId, Timestamp)>, StoreError> {
        let sql = "select user_id, expires_at from sessions
                   where token_digest = $1 and expires_at > clock_timestamp()";
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(sql).await?;
        let row = client.query_opt(&statement, &[&token_digest]).await?;
        Ok(row.map(|row| (UserId(row.get(0)), row.get(1))))
    }

    /// Makes the users that a new embedded database contains: 1 to 8.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn ensure_demo_users(&self) -> Result<(), StoreError> {
        beside::statement(&self.pools, DEMO_USERS, &[]).await?;
        Ok(())
    }
}

async fn open_session(
    session: Session,
    token_digest: &[u8],
    seconds: f64,
) -> Result<(UserId, Timestamp), StoreError> {
    session.client().batch_execute("begin").await?;
    match session.client().query_one(GUEST, &[&token_digest, &seconds]).await {
        Ok(row) => {
            kept::finish(session, None, || serde_json::Value::Null).await?;
            Ok((UserId(row.get(0)), row.get(1)))
        }
        Err(error) => Err(session.give_up(error.into()).await),
    }
}

async fn create_user(
    session: Session,
    customer: &Customer,
    once: OnceBy<'_>,
    render: &impl Fn(&UserRecord) -> serde_json::Value,
) -> Result<Once<UserRecord>, StoreError> {
    let session = match kept::begin(session, once).await? {
        Begun::First(session) => session,
        Begun::Before(earlier) => return Ok(earlier),
    };
    let sql = "insert into users (origin, name, email, phone) values ('record', $1, $2, $3)
               returning id, name, email, phone, created_at";
    let Customer { name, email, phone } = customer;
    let made = user(&session.client().query_one(sql, &[name, email, phone]).await?);
    kept::finish(session, once.0, || render(&made)).await?;
    Ok(Once::Done(made))
}
