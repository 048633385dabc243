//! A node: all parts of one server over one database. The program runs one; tests run several in
//! one process, each with its own listener and its own end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Failure, acceptor};
use crate::domain::ids::ChartId;
use crate::domain::layout::Layout;
use crate::domain::venues::{self, Venue};
use crate::http::live::LiveState;
use crate::http::server::Server;
use crate::http::{App, AppState, HttpSettings, Parts, Provider, router};
use crate::hub::settings::LiveSettings;
use crate::hub::{Hub, Lifetime};
use crate::sequencer::{Sequencer, sweep_until};
use crate::store::Store;
use crate::store::batch::Batches;
use crate::store::charts::ChartOrigin;
use crate::store::feed::Feed;
use crate::store::listener;
use crate::store::pool::{PoolSettings, Pools};

/// How long each step of stopping may take: requests, the answers of those that had to be given
/// up, sockets, batches. Together 10 s. A private cluster ends after them, within limits of its own.
const REQUESTS_TIMEOUT: Duration = Duration::from_secs(4);
const ANSWERS_TIMEOUT: Duration = Duration::from_secs(1);
const SOCKETS_TIMEOUT: Duration = Duration::from_secs(3);
const BATCHES_TIMEOUT: Duration = Duration::from_secs(2);

/// How often old keys and holds are forgotten and idle connections closed.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(30);

/// How many batches of old rows one upkeep removes at most.
const FORGET_BATCHES_MAX: usize = 100;

/// What a node is made from.
#[derive(Clone, Debug)]
pub struct NodeSettings {
    /// The database; its schema is current.
    pub database: tokio_postgres::Config,
    /// The sizes of the pools.
    pub pool: PoolSettings,
    /// Limits of REST and defaults of new events.
    pub http: HttpSettings,
    /// Live maps.
    pub live: LiveSettings,
}

/// A running node.
pub struct Node {
    address: SocketAddr,
    app: AppState,
    store: Store,
    pools: Pools,
    sequencer: Sequencer,
    lifetime: Lifetime,
    background: CancellationToken,
    time_up: CancellationToken,
    server: Server,
}

impl Node {
    /// Starts a node behind a listening socket.
    ///
    /// # Errors
    /// When the database can't be asked, or nobody could be trusted to be the identity provider.
    pub async fn start(listener: TcpListener, settings: NodeSettings) -> Result<Self, Failure> {
        let address = listener.local_addr()?;
        let pools = Pools::new(&settings.database, settings.pool)?;
        let store = Store::new(pools.clone());
        store_builtin_charts(&store).await?;
        let background = CancellationToken::new();
        let lifetime = Lifetime { stop: CancellationToken::new(), tasks: TaskTracker::new() };
        let provider = settings.http.provider.clone();
        let provider = provider.map(|settings| Provider::start(settings, background.clone()));
        let provider = provider.transpose()?;
        let (signals, listening) = listener::spawn(settings.database, background.clone());
        let live_settings = Arc::new(settings.live);
        let feed = Feed::new(pools.clone());
        let hub = Hub::start(feed, signals, Arc::clone(&live_settings), lifetime.clone());
        let sequencer = Sequencer::new(Batches::new(pools.clone()));
        tokio::spawn(sweep_until(sequencer.clone(), store.clone(), background.clone()));
        let upkeep = upkeep(store.clone(), pools.clone());
        let until = background.clone();
        tokio::spawn(async move { until.run_until_cancelled(upkeep).await });
        let time_up = CancellationToken::new();
        let connections = TaskTracker::new();
        let parts = Parts {
            store: store.clone(),
            sequencer: sequencer.clone(),
            live: LiveState::start(hub, live_settings)?,
            listener: listening,
            provider,
            time_up: time_up.clone(),
            connections: connections.clone(),
        };
        let limits = settings.http.connections;
        let app = App::new(parts, settings.http);
        let routes = router(Arc::clone(&app));
        let server = Server::start(listener, routes, limits, connections, acceptor::tune);
        Ok(Self { address, app, store, pools, sequencer, lifetime, background, time_up, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its reads and small writes.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Its routes, for calls from within the process.
    pub fn router(&self) -> axum::Router {
        router(Arc::clone(&self.app))
    }

    /// Runs something beside the requests, until it ends or the node begins to stop.
    pub(super) fn run_beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.lifetime.stop.clone();
        self.lifetime.tasks.spawn(async move { stop.run_until_cancelled(work).await });
    }

    /// Stops in order: no new connections, every request begun is answered, sockets get `bye`,
    /// what waits is carried out. Bounded.
    pub async fn stop(self) {
        self.server.stop();
        self.lifetime.stop.cancel();
        self.lifetime.tasks.close();
        if timeout(REQUESTS_TIMEOUT, self.server.stopped()).await.is_err() {
            tracing::warn!("some requests were still under way when time was up");
            // They are given up, and answered so.
            self.time_up.cancel();
            if timeout(ANSWERS_TIMEOUT, self.server.stopped()).await.is_err() {
                self.server.cut();
            }
        }
        if timeout(SOCKETS_TIMEOUT, self.lifetime.tasks.wait()).await.is_err() {
            tracing::warn!("some sockets were still open when time was up");
        }
        if timeout(BATCHES_TIMEOUT, self.sequencer.close()).await.is_err() {
            tracing::warn!("some batches were still under way when time was up");
        }
        self.background.cancel();
        self.pools.close();
    }
}

async fn store_builtin_charts(store: &Store) -> Result<(), Failure> {
    for venue in venues::all().iter().filter(|venue| venue.ready) {
        builtin_chart(store, venue, || venue.layout()).await?;
    }
    Ok(())
}

/// The chart of a built-in venue, stored now if it wasn't.
pub(super) async fn builtin_chart(
    store: &Store,
    venue: &Venue,
    layout: impl FnOnce() -> Layout,
) -> Result<ChartId, Failure> {
    Ok(store.ensure_chart(venue.key, venue.name, ChartOrigin::Builtin, layout).await?)
}

async fn upkeep(store: Store, pools: Pools) {
    let mut ticks = interval(UPKEEP_INTERVAL);
    loop {
        ticks.tick().await;
        pools.close_idle();
        for _ in 0..FORGET_BATCHES_MAX {
            match store.forget_old().await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(error = %error, "old rows can't be forgotten now");
                    break;
                }
            }
        }
    }
}
