//! The yardsticks do what they are measured for: everybody gets every version, and the textbook
//! sells no seat twice. How fast is none of a test's business.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seatmap::store::embedded::{Cluster, Settings};
use seatmap_loadtest::audience::{Audience, AudienceSettings};
use seatmap_loadtest::clock::Clock;
use seatmap_loadtest::flows::{Drive, Kind, SeatsLeft};
use seatmap_loadtest::latency::Timekeeper;
use seatmap_loadtest::rest::{Call, Client};
use seatmap_loadtest::write::make_event;
use seatmap_yardsticks::control::Trigger;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::sleep;

const YARDSTICKS: &str = env!("CARGO_BIN_EXE_bench");
const FLOOR: &str = "floor";
const TEXTBOOK: &str = "textbook";
/// The event of a yardstick without a database.
const BOARD: i64 = 1;

/// A yardstick; ends with the value.
struct Yardstick {
    _child: Child,
    viewers: SocketAddr,
    control: SocketAddr,
}

impl Yardstick {
    async fn start(name: &str, database_url: Option<&str>) -> Self {
        let mut command = Command::new(YARDSTICKS);
        command.arg(name);
        command.env_remove("DATABASE_URL").envs(database_url.map(|url| ("DATABASE_URL", url)));
        let mut child =
            command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("a yardstick");
        let mut said = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        output.read_line(&mut said).await.expect("a line");
        let addresses: Vec<SocketAddr> =
            said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [viewers, control] = addresses[..] else { panic!("it said {said:?}") };
        Self { _child: child, viewers, control }
    }
}

/// A private cluster; its folder goes with it.
async fn cluster() -> (tempfile::TempDir, Cluster) {
    let folder = tempfile::tempdir().expect("a folder");
    // PostgreSQL's own user has to get in.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("its mode");
    let settings = Settings { data_dir: folder.path().to_owned(), bin_dir: None };
    (folder, Cluster::start(settings).await.expect("PostgreSQL runs"))
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < patience, "waited in vain until {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Every viewer of a triggered board sees every version, and ends with the same map.
async fn everybody_sees_everything(name: &str) {
    const VIEWERS: usize = 40;
    const CHANGES: u64 = 25;
    let yardstick = Yardstick::start(name, None).await;
    let (keeper, joining) = Timekeeper::start(Clock::start());
    keeper.expect(BOARD, VIEWERS as u64);
    let settings = AudienceSettings::new(yardstick.viewers, BOARD, VIEWERS);
    let audience = Audience::start(settings, &keeper).expect("an audience");
    until("all are there", || audience.stats().numbers.positioned == VIEWERS as u64).await;
    let mut trigger = Trigger::connect(yardstick.control).await.expect("a trigger");
    for expected in 1..=CHANGES {
        let version = trigger.change(3).await.expect("a version");
        assert_eq!(version, expected);
        keeper.note(BOARD, version, Instant::now());
    }
    until("all have seen it", || audience.behind(BOARD, CHANGES) == 0).await;
    let (maps, stats) = audience.stop();
    let figures = keeper.finish();
    joining.join().expect("the timekeeper");
    assert_eq!((stats.violation_count, stats.numbers.lost), (0, 0), "{:?}", stats.violations);
    assert_eq!(figures.last_of_all.len(), CHANGES);
    assert_eq!(figures.updates.len(), CHANGES * VIEWERS as u64);
    assert_eq!(maps.len(), 1, "all end with one map");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_floor_reaches_everybody() {
    everybody_sees_everything(FLOOR).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_textbook_reaches_everybody() {
    everybody_sees_everything(TEXTBOOK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_textbook_sells_and_shows_it() {
    let (_folder, cluster) = cluster().await;
    let textbook = Yardstick::start(TEXTBOOK, Some(&cluster.url("postgres"))).await;
    let target = textbook.viewers;
    let event = make_event(target, 2_000).await.expect("an event");
    let (keeper, joining) = Timekeeper::start(Clock::start());
    let settings = AudienceSettings::new(target, event, 5);
    let audience = Audience::start(settings, &keeper).expect("an audience");
    until("all are there", || audience.stats().numbers.positioned == 5).await;
    let left = SeatsLeft::of(1, 2_000);
    let mut turns = Vec::new();
    for (run, kind) in [Kind::Pair, Kind::Flow].into_iter().enumerate() {
        let duration = Duration::from_millis(300);
        let drive =
            Drive { target, events: vec![event], kind, clients: 4, duration, run: run as u32 };
        let driven = drive.run(&left).await;
        assert_eq!(driven.errors, [] as [String; 0]);
        turns.push(driven.turns);
    }
    // Two changes a pair, three a flow.
    let version = turns[0] * 2 + turns[1] * 3;
    until("all have seen it", || audience.behind(event, version) == 0).await;
    let (_, stats) = audience.stop();
    let _ = keeper.finish();
    joining.join().expect("the timekeeper");
    assert_eq!(stats.violation_count, 0, "{:?}", stats.violations);
    let sums = sums(&cluster, event).await;
    assert_eq!((sums.sold, sums.confirmed), (turns[1] as i64, turns[1] as i64));
    assert_eq!((sums.counted, sums.version), (sums.available, version as i64));
    cluster.stop().await.expect("a stopped cluster");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_textbook_sells_no_seat_twice() {
    const SEATS: u32 = 10;
    let (_folder, cluster) = cluster().await;
    let textbook = Yardstick::start(TEXTBOOK, Some(&cluster.url("postgres"))).await;
    let target = textbook.viewers;
    let event = make_event(target, SEATS).await.expect("an event");
    let mut buyers = JoinSet::new();
    let begin = Arc::new(tokio::sync::Barrier::new(20));
    for buyer in 0..20 {
        let begin = Arc::clone(&begin);
        buyers.spawn(async move {
            begin.wait().await;
            let mut bought = 0;
            for seat in 1..=SEATS {
                bought += u32::from(buy(target, event, seat, &format!("buyer-{buyer}")).await);
            }
            bought
        });
    }
    let bought: u32 = buyers.join_all().await.into_iter().sum();
    assert_eq!(bought, SEATS, "each seat once");
    let sums = sums(&cluster, event).await;
    assert_eq!((sums.sold, sums.confirmed, sums.counted), (10, 10, 0));
    cluster.stop().await.expect("a stopped cluster");
}

/// Holds, books and confirms a seat; false when somebody else has it.
async fn buy(target: SocketAddr, event: i64, seat: u32, session: &str) -> bool {
    let mut client = Client::new(target, None);
    let body = format!(r#"{{"seats":["S{seat:03}"]}}"#);
    let path = format!("/api/v1/events/{event}/holds");
    let (status, hold) = post(&mut client, &path, session, &body).await;
    if status == 409 {
        return false;
    }
    assert_eq!(status, 201, "{hold}");
    let body = format!(r#"{{"event_id":{event},"hold_id":{}}}"#, hold["id"]);
    let (status, booking) = post(&mut client, "/api/v1/bookings", session, &body).await;
    assert_eq!(status, 201, "{booking}");
    let path = format!("/api/v1/bookings/{}/confirm", booking["id"]);
    let (status, booking) = post(&mut client, &path, session, "{}").await;
    assert_eq!((status, &booking["status"]), (200, &"confirmed".into()));
    true
}

async fn post(
    client: &mut Client,
    path: &str,
    session: &str,
    body: &str,
) -> (u16, serde_json::Value) {
    let (session, body) = (Some(session), Some(body.as_bytes()));
    let call = Call { method: "POST", path, session, body, ..Call::default() };
    let reply = client.ask(&call).await.expect("a reply");
    (reply.status, serde_json::from_slice(reply.body).expect("JSON"))
}

struct Sums {
    sold: i64,
    confirmed: i64,
    available: i64,
    /// What the event's own counter says is available.
    counted: i64,
    version: i64,
}

async fn sums(cluster: &Cluster, event: i64) -> Sums {
    let config = cluster.config("postgres");
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let sql = "select (select count(*) from tickets where event_id = e.id and status = 3),
                      (select count(*) from bookings where event_id = e.id and status = 'confirmed'),
                      (select count(*) from tickets where event_id = e.id and status = 0),
                      available_tickets::bigint, version
               from events e where id = $1";
    let row = client.query_one(sql, &[&event]).await.expect("the event");
    Sums {
        sold: row.get(0),
        confirmed: row.get(1),
        available: row.get(2),
        counted: row.get(3),
        version: row.get(4),
    }
}
