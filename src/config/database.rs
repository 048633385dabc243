//! Which database: the user's own, or a private cluster.

use std::path::PathBuf;
use std::str::FromStr as _;

use clap::Args;

/// The database.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Database (without these a private PostgreSQL cluster is run)")]
pub struct DatabaseOptions {
    /// Where the database is, e.g. postgres://user:password@host/name. Wins over DB_*.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The database's host, or the folder of its socket.
    #[arg(long, env = "DB_HOST")]
    pub db_host: Option<String>,
    /// The database's port [default: 5432].
    #[arg(long, env = "DB_PORT")]
    pub db_port: Option<u16>,
    /// The database user [default: postgres].
    #[arg(long, env = "DB_USER")]
    pub db_user: Option<String>,
    /// The database user's password.
    #[arg(long, env = "DB_PASSWORD", hide_env_values = true)]
    pub db_password: Option<String>,
    /// The database's name [default: seatmap].
    #[arg(long, env = "DB_NAME")]
    pub db_name: Option<String>,
    /// How many connections at most, the listener's included (3–1,000).
    #[arg(long, env = "DB_MAX_OPEN_CONNS", default_value_t = 25, value_parser = clap::value_parser!(u64).range(3..=1_000))]
    pub db_max_open_conns: u64,
    /// How many idle connections are kept, in each of the two pools (1–1,000).
    #[arg(long, env = "DB_MAX_IDLE_CONNS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub db_max_idle_conns: u64,
    /// The folder of the private cluster; kept between runs.
    #[arg(long, env = "SEATMAP_DATA_DIR", default_value = ".seatmap")]
    pub seatmap_data_dir: PathBuf,
    /// The folder of PostgreSQL's server binaries [default: looked for].
    #[arg(long, env = "PG_BIN_DIR")]
    pub pg_bin_dir: Option<PathBuf>,
}

/// Which database.
#[derive(Clone, Debug)]
pub enum Database {
    /// The user's own.
    Own(Box<tokio_postgres::Config>),
    /// A private cluster.
    Embedded(crate::store::embedded::Settings),
}

impl DatabaseOptions {
    /// Which database the options mean.
    ///
    /// # Errors
    /// Names the option that can't be read.
    pub fn target(&self) -> Result<Database, String> {
        if let Some(url) = &self.database_url {
            // The error of the parser never shows the password.
            let config = tokio_postgres::Config::from_str(url)
                .map_err(|error| format!("--database-url (DATABASE_URL): {error}"))?;
            if config.get_ssl_mode() == tokio_postgres::config::SslMode::Require {
                return Err("--database-url (DATABASE_URL): sslmode=require can't be met, this \
                            build speaks to the database without TLS; use a Unix socket, a \
                            private network or a local proxy such as stunnel"
                    .to_owned());
            }
            return Ok(Database::Own(Box::new(config)));
        }
        let named = [&self.db_host, &self.db_user, &self.db_password, &self.db_name];
        if named.iter().all(|option| option.is_none()) && self.db_port.is_none() {
            return Ok(Database::Embedded(crate::store::embedded::Settings {
                data_dir: self.seatmap_data_dir.clone(),
                bin_dir: self.pg_bin_dir.clone(),
            }));
        }
        let mut config = tokio_postgres::Config::new();
        config
            .host(self.db_host.as_deref().unwrap_or("localhost"))
            .port(self.db_port.unwrap_or(5432))
            .user(self.db_user.as_deref().unwrap_or("postgres"))
            .dbname(self.db_name.as_deref().unwrap_or("seatmap"));
        if let Some(password) = &self.db_password {
            config.password(password);
        }
        Ok(Database::Own(Box::new(config)))
    }
}
