//! Brings a database to the schema that this build needs. Forward only.

use std::time::Duration;

use tokio_postgres::{Client, NoTls};

use super::error::StoreError;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Serialises nodes that start at once. Any number will do, as long as all use the same.
const MIGRATION_LOCK: i64 = 0x5ea7_3a90;

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the schema couldn't be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// No way to the database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A migration failed, or the database has one that this build doesn't know.
    #[error("the database can't be migrated: {0}")]
    Migration(#[from] refinery::Error),
}

/// Applies the missing migrations under an advisory lock; returns the names of those applied.
///
/// # Errors
/// When the database can't be reached, or its history is not a beginning of ours.
pub async fn migrate(config: &tokio_postgres::Config) -> Result<Vec<String>, MigrationError> {
    let mut config = config.clone();
    config.connect_timeout(CONNECT_TIMEOUT);
    let (mut client, connection) = config.connect(NoTls).await.map_err(StoreError::from)?;
    let driver = tokio::spawn(connection);
    let report = apply(&mut client).await;
    drop(client);
    // The advisory lock goes with the connection; wait until that is closed.
    let _ = driver.await;
    report
}

async fn apply(client: &mut Client) -> Result<Vec<String>, MigrationError> {
    client
        .execute("select pg_advisory_lock($1)", &[&MIGRATION_LOCK])
        .await
        .map_err(StoreError::from)?;
    let report = embedded::migrations::runner().run_async(client).await?;
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}

/// The number of the newest migration of this build.
#[must_use]
pub fn newest() -> i32 {
    let runner = embedded::migrations::runner();
    runner.get_migrations().iter().map(refinery::Migration::version).max().unwrap_or(0)
}
