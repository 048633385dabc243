//! A node inside the test's process.

use std::net::SocketAddr;
use std::time::Duration;

use seatmap::http::rate::RateLimit;
use seatmap::http::server::ConnectionLimits;
use seatmap::http::{AuthMode, EventDefaults, HttpSettings};
use seatmap::hub::settings::{LiveSettings, SocketWay};
use seatmap::run::{Node, NodeSettings};
use seatmap::store::pool::PoolSettings;
use tokio::net::TcpListener;

use super::buyer::Buyer;
use super::database::Database;
use super::viewer::Viewer;

pub struct Server {
    pub address: SocketAddr,
    pub node: Node,
}

impl Server {
    /// A node with the usual settings.
    pub async fn start(database: &Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// A node whose sockets are owned this way.
    pub async fn owning(database: &Database, sockets: SocketWay) -> Self {
        Self::start_with(database, |settings| settings.live.sockets = sockets).await
    }

    /// A node with other settings.
    pub async fn start_with(database: &Database, change: impl FnOnce(&mut NodeSettings)) -> Self {
        let mut settings = settings(database);
        change(&mut settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let node = Node::start(listener, settings).await.expect("a node");
        Self { address: node.address(), node }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A buyer named by a session of this name.
    pub fn buyer(&self, session: &str) -> Buyer {
        Buyer::new(self.address, session)
    }

    /// A viewer that has the map.
    pub async fn viewer(&self, event: i64) -> Viewer {
        Viewer::open(self.address, event).await
    }

    pub async fn stop(self) {
        self.node.stop().await;
    }
}

pub fn settings(database: &Database) -> NodeSettings {
    NodeSettings {
        database: database.config.clone(),
        pool: PoolSettings { max_open: 10, max_idle: 5 },
        http: HttpSettings {
            auth_mode: AuthMode::Open,
            jwt_secret: None,
            provider: None,
            allowed_origins: None,
            request_timeout: Duration::from_secs(30),
            max_body_bytes: 1_048_576,
            rate: RateLimit { per_second: 0, burst: 1 },
            connections: ConnectionLimits::default(),
            defaults: EventDefaults {
                lock_seconds: 180,
                booking_seconds: 900,
                hold_life_max_seconds: None,
                max_seats_per_user: 10,
            },
        },
        live: LiveSettings::default(),
    }
}
