//! The stage: PostgreSQL, its standby, the nodes and the proxies between them all.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use seatmap::http::{JwtSecret, Role};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use crate::plan::{ORGANISER, Plan};
use crate::proxy::{DatabaseProxy, Door, Notifications};
use crate::world::SmallDisk;
use crate::world::node::{Launch, Node};
use crate::world::postgres::{Postgres, PostgresError, Programs, connect, log_of};

/// How long a node may take to serve once nothing is in its way.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// What organisers' tokens are signed by.
const SECRET: &str = "a secret that all nodes of a run share";
/// How long such a token is good, in seconds: longer than any run, whatever a node's clock says.
const TOKEN_SECONDS: i64 = 24 * 60 * 60;

/// What every node is told, besides its database.
const VARIABLES: [(&str, &str); 7] = [
    ("JWT_SECRET", SECRET),
    // All clients come from one address.
    ("RATE_LIMIT_RPS", "0"),
    ("REQUEST_TIMEOUT_SECONDS", "4"),
    ("HEARTBEAT_SECONDS", "1"),
    ("MAX_SEATS_PER_USER", "10"),
    ("HOLD_LIFE_MAX_SECONDS", "8"),
    ("LOG_LEVEL", "info"),
];

/// How long a hold may live in all, extensions included, in seconds; as [`VARIABLES`] say.
pub(super) const HOLD_LIFE_MAX_SECONDS: u32 = 8;

/// A token for whoever organises.
pub(super) fn organisers_token() -> String {
    let until = jiff::Timestamp::now().as_second() + TOKEN_SECONDS;
    let secret = JwtSecret::new(SECRET).expect("long enough");
    secret.make(ORGANISER, Role::Organiser, until).expect("a token")
}

/// One node with its ways to PostgreSQL and to clients.
pub(super) struct Place {
    pub(super) proxy: DatabaseProxy,
    pub(super) door: Door,
    launch: Launch,
    /// `None` only while it is down, which is also when this is locked.
    pub(super) node: Mutex<Option<Node>>,
}

pub(super) struct Stage {
    /// The plan's, by which people tell runs apart.
    pub(super) seed: u64,
    pub(super) postgres: Mutex<Postgres>,
    pub(super) standby: Mutex<Option<Postgres>>,
    pub(super) places: Vec<Place>,
    /// How many connections for reading all nodes have together.
    pub(super) readers: u64,
    /// What PostgreSQL and its standby say.
    logs: [PathBuf; 2],
    /// After PostgreSQL's, so that it is let go of last.
    pub(super) disk: Option<SmallDisk>,
}

impl Stage {
    pub(super) async fn build(
        plan: &Plan,
        programs: &Programs,
        template: &Path,
        (program, folder): (&Path, &Path),
    ) -> Result<Self, PostgresError> {
        let place = folder.join("p");
        let disk = if plan.small_disk { SmallDisk::mount(&place) } else { None };
        let postgres = Postgres::copied(programs, template, &place).await?;
        let standby = match plan.standby {
            true => Some(postgres.standby(&folder.join("s")).await?),
            false => None,
        };
        let mut places = Vec::new();
        for number in 0..plan.nodes.len() {
            places.push(Place::open(plan, number, &postgres, (program, folder)).await?);
        }
        let (postgres, standby) = (Mutex::new(postgres), Mutex::new(standby));
        let readers = plan.nodes.iter().map(|node| readers_of(node.connections)).sum();
        let logs = [log_of(&place), log_of(&folder.join("s"))];
        Ok(Self { seed: plan.seed, postgres, standby, places, readers, logs, disk })
    }

    pub(super) fn doors(&self) -> Vec<SocketAddr> {
        self.places.iter().map(|place| place.door.address).collect()
    }

    /// How many lines of what PostgreSQL has said so far contain something.
    pub(super) fn said(&self, what: &str) -> u64 {
        let count = |log: &PathBuf| {
            let log = std::fs::read(log).unwrap_or_default();
            String::from_utf8_lossy(&log).lines().filter(|line| line.contains(what)).count() as u64
        };
        self.logs.iter().map(count).sum()
    }

    /// A connection of the test's own to the primary.
    pub(super) async fn connect(&self) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
        let config = self.postgres.lock().await.config();
        connect(&config).await
    }

    /// Takes every fault away and brings everything up that is down. Answers what doesn't come up.
    pub(super) async fn heal(&self) -> Vec<String> {
        let mut broken = Vec::new();
        if let Some(disk) = &self.disk {
            disk.free();
        }
        let mut postgres = self.postgres.lock().await;
        if let Err(error) = postgres.revive().await {
            broken.push(error.to_string());
        }
        drop(postgres);
        for (number, place) in self.places.iter().enumerate() {
            place.proxy.disarm();
            place.proxy.notifications(Notifications::Pass);
            place.proxy.slow_by(Duration::ZERO);
            place.proxy.locks_late_by(Duration::ZERO);
            place.proxy.thaw();
            place.proxy.open();
            place.door.disarm();
            place.door.slow_by(Duration::ZERO);
            place.door.thaw();
            let mut node = place.node.lock().await;
            if let Some(node) = &mut *node {
                node.signal(Signal::SIGCONT);
                if !node.has_ended() {
                    continue;
                }
                broken.push(format!("node {number} has ended by itself"));
            }
            *node = place.start().await;
            if node.is_none() {
                broken.push(format!("node {number} doesn't start"));
            }
        }
        broken
    }

    /// Waits until every node says that it is ready. Answers which don't.
    pub(super) async fn ready(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (number, place) in self.places.iter().enumerate() {
            let url = format!("http://{}/ready", place.door.address);
            let begun = Instant::now();
            loop {
                let said = reqwest::Client::new().get(&url).send().await;
                if said.is_ok_and(|said| said.status().is_success()) {
                    break;
                }
                if begun.elapsed() > PATIENCE {
                    broken.push(format!("node {number} is never ready"));
                    break;
                }
                sleep(POLL).await;
            }
        }
        broken
    }

    /// SIGTERM to every node; answers which don't end in order.
    pub(super) async fn close(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (number, place) in self.places.iter().enumerate() {
            if let Some(node) = place.node.lock().await.take()
                && let Err(how) = node.terminate().await
            {
                broken.push(format!("node {number} doesn't end in order: {how}"));
            }
        }
        broken
    }
}

/// How many of a node's connections it reads by: a third of those that aren't the listener's.
fn readers_of(connections: u32) -> u64 {
    u64::from((connections.saturating_sub(1) / 3).max(1))
}

impl Place {
    async fn open(
        plan: &Plan,
        number: usize,
        postgres: &Postgres,
        (program, folder): (&Path, &Path),
    ) -> Result<Self, PostgresError> {
        let proxy = DatabaseProxy::start(postgres.socket()).await;
        let node = &plan.nodes[number];
        let port = proxy.address.port();
        let url = format!("host=127.0.0.1 port={port} user=seatmap password=none dbname=seatmap");
        let mut variables: Vec<(String, String)> = vec![
            ("DATABASE_URL".to_owned(), url),
            ("DB_MAX_OPEN_CONNS".to_owned(), node.connections.to_string()),
            ("LIVE_SOCKETS".to_owned(), node.sockets.clone()),
        ];
        variables.extend(VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let launch = Launch {
            program: PathBuf::from(program),
            log: folder.join(format!("node-{number}.log")),
            variables,
            clock_minutes: node.clock_minutes,
        };
        let (node, address) = launch
            .start()
            .await
            .ok_or_else(|| PostgresError::new(format!("node {number} doesn't start")))?;
        let door = Door::start(address).await;
        Ok(Self { proxy, door, launch, node: Mutex::new(Some(node)) })
    }

    /// Starts the node again, until it serves.
    pub(super) async fn start(&self) -> Option<Node> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some((node, address)) = self.launch.start().await {
                self.door.lead_to(address);
                return Some(node);
            }
            sleep(POLL).await;
        }
        None
    }
}
