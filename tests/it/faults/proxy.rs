//! The simulation's proxy in front of PostgreSQL, with the databases of stories behind it.

use std::ops::Deref;

use seatmap_torture::proxy::{DatabaseProxy, Target};
use tokio_postgres::config::Host;

use crate::support::database::Database;

pub(super) use seatmap_torture::proxy::{Cut, Then};

pub(super) struct Proxy(DatabaseProxy);

impl Deref for Proxy {
    type Target = DatabaseProxy;

    fn deref(&self) -> &DatabaseProxy {
        &self.0
    }
}

impl Proxy {
    pub(super) async fn start(database: &Database) -> Self {
        let Host::Unix(folder) = &database.config.get_hosts()[0] else {
            panic!("our clusters are reached by their socket");
        };
        let server = folder.join(format!(".s.PGSQL.{}", database.config.get_ports()[0]));
        Self(DatabaseProxy::start(Target::Unix(server)).await)
    }

    /// The same database by way of this proxy.
    pub(super) fn database(&self, database: &Database) -> Database {
        let mut config = tokio_postgres::Config::new();
        config
            .host("127.0.0.1")
            .port(self.address.port())
            .user(database.config.get_user().expect("a user"))
            .password(database.config.get_password().expect("a password"))
            .dbname(&database.name);
        Database { name: database.name.clone(), config }
    }

    /// The connection string of [`Proxy::database`], for a process.
    pub(super) fn url(&self, database: &Database) -> String {
        let password = database.config.get_password().expect("a password");
        format!(
            "host=127.0.0.1 port={} user={} password='{}' dbname={}",
            self.address.port(),
            database.config.get_user().expect("a user"),
            String::from_utf8_lossy(password),
            database.name,
        )
    }
}
