//! Merging change sets into one delta, as for a client that comes back after a while. The mirror
//! is private to the hub, so a hub is asked; its one event is loaded from a private cluster, its
//! history is announced as a listener would.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use divan::{Bencher, counter::ItemsCount};
use seatmap::domain::ids::{EventId, SeatIndex, Version};
use seatmap::domain::seat::SeatStatus;
use seatmap::hub::settings::LiveSettings;
use seatmap::hub::{Hub, Lifetime};
use seatmap::protocol::live::Format;
use seatmap::protocol::live::since::Since;
use seatmap::store::embedded::{Cluster, Settings};
use seatmap::store::feed::Feed;
use seatmap::store::listener::Signal;
use seatmap::store::migrations::migrate;
use seatmap::store::pool::{PoolSettings, Pools};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const SEATS: i32 = 18_000;
/// Change sets announced: all stay in the hub's ring.
const HISTORY: Version = 1_000;
/// Seats per change set.
const CHANGES: u32 = 4;
/// Positions asked from in turn: more than the hub remembers answers for.
const POSITIONS: u64 = 128;
/// How many change sets have to be merged at least.
const DEPTHS: [u64; 3] = [1, 100, 800];

struct Stage {
    runtime: Runtime,
    hub: Hub,
    epoch: Arc<str>,
    lifetime: Lifetime,
    cluster: Cluster,
    /// Keeps the hub listening.
    _signals: mpsc::Sender<Signal>,
    _folder: tempfile::TempDir,
}

impl Stage {
    fn set() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        // PostgreSQL's own user has to get in.
        use std::os::unix::fs::PermissionsExt as _;
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).expect("its mode");
        let settings = Settings { data_dir: folder.path().to_owned(), bin_dir: None };
        let lifetime = Lifetime { stop: CancellationToken::new(), tasks: TaskTracker::new() };
        let (signals, heard) = mpsc::channel(HISTORY as usize + 1);
        let (cluster, hub, epoch) = runtime.block_on(async {
            let cluster = Cluster::start(settings).await.expect("PostgreSQL runs");
            let config = cluster.config("postgres");
            migrate(&config).await.expect("a schema");
            make_event(&config).await;
            let pools = Pools::new(&config, PoolSettings { max_open: 5, max_idle: 5 });
            let feed = Feed::new(pools.expect("pools"));
            // Neither comparison nor audit: the database knows nothing of the history announced.
            let never = Duration::from_secs(86_400);
            let quiet = LiveSettings {
                frame_window: Duration::ZERO,
                compare_every: never,
                audit_every: never,
                idle_after: never,
                ..LiveSettings::default()
            };
            let hub = Hub::start(feed, heard, Arc::new(quiet), lifetime.clone());
            signals.send(Signal::Connected).await.expect("a hub");
            let epoch = announce(&hub, &signals).await;
            (cluster, hub, epoch)
        });
        Self { runtime, hub, epoch, lifetime, cluster, _signals: signals, _folder: folder }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.lifetime.stop.cancel();
        // A cluster that doesn't stop is stopped by its watchdog.
        let _ = self.runtime.block_on(self.cluster.stop());
    }
}

/// An event at version 0; a mirror reads only seats that are not available.
async fn make_event(config: &tokio_postgres::Config) {
    let (client, connection) = config.connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let make = format!(
        "with chart as (
             insert into charts (key, name, origin, seats, layout)
             values ('bench', 'Bench', 'generated', {SEATS}, '{{}}') returning id)
         insert into events (chart_id, name, venue, start_time, end_time, sales_end, currency,
             prices, layout, lock_seconds, booking_seconds, hold_life_max_seconds,
             max_seats_per_user, cancel_confirmed, total_tickets, counts)
         select id, 'Bench', 'Loopback', '2100-01-01', '2100-01-02', '2100-01-01', 'EUR',
             '{{4500}}', 'l', 180, 900, 1980, 10, 'owner', {SEATS}, '{{{SEATS},0,0,0,0}}'
         from chart"
    );
    client.batch_execute(&make).await.expect("an event");
}

/// Announces the history and waits until the hub has taken it in; answers the event's epoch.
async fn announce(hub: &Hub, signals: &mpsc::Sender<Signal>) -> Arc<str> {
    let event = EventId(1);
    let epoch = hub.snapshot(event, Format::Binary).await.expect("a map").epoch;
    for version in 1..=HISTORY {
        let seat = |n: u32| (version as SeatIndex * 13) % 4_000 + n * 4_000;
        let status = SeatStatus::ALL[(version % 4) as usize];
        let changes = (0..CHANGES).map(|n| (seat(n), status)).collect();
        let changes = Some(changes);
        let said = Signal::Announced { event, from: version - 1, version, changes };
        signals.send(said).await.expect("a hub");
    }
    while hub.snapshot(event, Format::Binary).await.expect("a map").version < HISTORY {
        sleep(Duration::from_millis(1)).await;
    }
    epoch
}

#[divan::bench(args = DEPTHS)]
fn merge_since(bencher: Bencher<'_, '_>, depth: u64) {
    let stage = Stage::set();
    let asked = AtomicU64::new(0);
    let newest = HISTORY - depth;
    bencher.counter(ItemsCount::new(depth)).bench(|| {
        let back = asked.fetch_add(1, Ordering::Relaxed) % POSITIONS;
        let version = newest.saturating_sub(back);
        let since = Since { epoch: stage.epoch.to_string(), version };
        let read = stage.hub.since(EventId(1), &since, Format::Binary);
        let reading = stage.runtime.block_on(read).expect("a delta");
        assert_eq!(reading.bytes[0], 2, "not a delta");
        reading.bytes
    });
}
