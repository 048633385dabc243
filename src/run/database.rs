//! The database a server runs on: its user's own, or a private cluster that comes and goes with it.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::NoTls;

use super::Failure;
use crate::config::Database;
use crate::store::embedded::Cluster;

/// The database inside the private cluster.
const DATABASE: &str = "seatmap";

/// How long a server of the user's own may take to come up: containers start together.
const PATIENCE: Duration = Duration::from_secs(30);

/// The wait between attempts to reach it.
const RETRY: Duration = Duration::from_millis(500);

pub(super) enum RunningDatabase {
    Own(Box<tokio_postgres::Config>),
    Embedded(Box<Cluster>),
}

impl RunningDatabase {
    pub(super) async fn start(target: Database) -> Result<Self, Failure> {
        match target {
            Database::Own(config) => {
                wait_for(&config).await?;
                Ok(Self::Own(config))
            }
            Database::Embedded(settings) => {
                let cluster = Cluster::start(settings).await?;
                tracing::info!(data_dir = %cluster.data_dir().display(), "private PostgreSQL cluster runs");
                ensure_database(&cluster).await?;
                Ok(Self::Embedded(Box::new(cluster)))
            }
        }
    }

    pub(super) fn config(&self) -> tokio_postgres::Config {
        let mut config = match self {
            Self::Own(config) => (**config).clone(),
            Self::Embedded(cluster) => cluster.config(DATABASE),
        };
        if config.get_application_name().is_none() {
            config.application_name("seatmap");
        }
        config
    }

    pub(super) fn is_embedded(&self) -> bool {
        matches!(self, Self::Embedded(_))
    }

    /// Where `psql` finds the private cluster's database, without its password.
    pub(super) fn socket(&self) -> Option<String> {
        match self {
            Self::Own(_) => None,
            Self::Embedded(cluster) => Some(cluster.data_dir().display().to_string()),
        }
    }

    /// Resolves when the private cluster is lost for good.
    pub(super) async fn lost(&self) -> Failure {
        match self {
            Self::Own(_) => std::future::pending().await,
            Self::Embedded(cluster) => cluster.lost().await.into(),
        }
    }

    pub(super) async fn stop(&self) {
        if let Self::Embedded(cluster) = self
            && let Err(error) = cluster.stop().await
        {
            tracing::error!(error = %error, "private PostgreSQL cluster didn't stop cleanly");
        }
    }
}

async fn wait_for(config: &tokio_postgres::Config) -> Result<(), Failure> {
    let until = Instant::now() + PATIENCE;
    let mut config = config.clone();
    config.connect_timeout(RETRY * 4);
    loop {
        let Err(error) = config.connect(NoTls).await else { return Ok(()) };
        // What the server itself refuses – a wrong password, no such database – stays refused;
        // 57P03 is a server that is still starting.
        let starting = error.code() == Some(&tokio_postgres::error::SqlState::CANNOT_CONNECT_NOW);
        let refused = error.as_db_error().is_some() && !starting;
        if refused || Instant::now() >= until {
            let reason =
                error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned());
            return Err(format!(
                "--database-url, --db-* (DATABASE_URL, DB_*): can't connect: {reason}"
            )
            .into());
        }
        tracing::info!(error = %error, "waiting for the database");
        sleep(RETRY).await;
    }
}

async fn ensure_database(cluster: &Cluster) -> Result<(), Failure> {
    let (client, connection) = cluster.config("postgres").connect(NoTls).await?;
    let driver = tokio::spawn(connection);
    let sql = "select 1 from pg_database where datname = $1";
    if client.query_opt(sql, &[&DATABASE]).await?.is_none() {
        client.batch_execute(&format!("create database {DATABASE}")).await?;
    }
    drop(client);
    let _ = driver.await;
    Ok(())
}
