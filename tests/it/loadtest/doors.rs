//! Networks and servers that aren't lying, only bad: lost answers, a slow door, connections that end
//! when nobody looks. The tool must accuse nobody, and hide nothing. Of a server that breaks it must
//! say that, and no more.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use seatmap_loadtest::check::promises;
use seatmap_loadtest::report::Report;
use seatmap_loadtest::scenarios::run;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{assert_kept, broken, plan};
use crate::support::database::Database;
use crate::support::server::Server;

/// Of the answers to locks, one in so many is lost, or turns into an error.
const LOST_ONE_IN: usize = 5;
/// The error.
const BROKEN: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 19\r\n\r\n\
    {\"code\":\"internal\"}";
/// What the slow door takes to let somebody in.
const DOOR_DELAY: Duration = Duration::from_millis(700);

/// What a door does to the requests that pass.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Some answers to locks are lost, with their connection.
    LosesLocks,
    /// Some answers to locks turn into an error that the contract doesn't know.
    BreaksLocks,
    /// Whoever comes in is kept waiting.
    IsSlow,
    /// A connection ends after each answer, without a word.
    ShutsBehindEach,
}

impl Door {
    /// Opens it before a server.
    async fn open(self, server: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let locks = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(self.pass(client, server, locks.clone()));
            }
        });
        address
    }

    /// Lets one request after the other through; the tool writes each at once. Viewers just pass.
    async fn pass(self, mut client: TcpStream, server: SocketAddr, locks: Arc<AtomicUsize>) {
        let Ok(mut upstream) = TcpStream::connect(server).await else { return };
        let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        loop {
            let Ok(count @ 1..) = client.read(&mut asked).await else { return };
            let request = String::from_utf8_lossy(&asked[..count]).into_owned();
            let first = request.lines().next().unwrap_or_default();
            if self == Self::IsSlow && first.contains("/sessions") {
                tokio::time::sleep(DOOR_DELAY).await;
            }
            if upstream.write_all(&asked[..count]).await.is_err() {
                return;
            }
            if first.starts_with("GET") {
                // However it ends, it ends for both.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
                return;
            }
            let Ok(count @ 1..) = upstream.read(&mut answered).await else { return };
            let is_lock = first.contains("/lock ");
            let spoils = matches!(self, Self::LosesLocks | Self::BreaksLocks) && is_lock;
            if spoils && locks.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOST_ONE_IN) {
                if self == Self::BreaksLocks && client.write_all(BROKEN.as_bytes()).await.is_ok() {
                    continue;
                }
                return;
            }
            if client.write_all(&answered[..count]).await.is_err() || self == Self::ShutsBehindEach
            {
                return;
            }
        }
    }
}

/// Runs a scenario through a door.
async fn perform(door: Door, line: &str) -> Report {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let target = door.open(server.address).await;
    run(plan(&format!("{line} --quiet --target {target}"))).await.expect("a run")
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_lost_on_the_way_are_no_broken_promise() {
    let line = "hotseat --viewers 3 --seats 20 --buyers 6 --hot-seats 4 --duration 3";
    let report = perform(Door::LosesLocks, line).await;
    assert_kept(&report, &[]);
    let counts = &report.counts;
    assert!(counts.requests_unknown > 0, "{:?}", report.errors);
    let of = |is_unknown: bool| {
        let codes = report.errors.iter();
        let these = codes.filter(|(code, _)| code.starts_with("unknown") == is_unknown);
        these.map(|(_, count)| count).sum::<u64>()
    };
    assert_eq!((counts.requests_unknown, counts.requests_refused), (of(true), of(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_breaks_is_accused_of_that_and_of_nothing_else() {
    let line = "hotseat --viewers 3 --seats 20 --buyers 6 --hot-seats 4 --duration 3";
    let report = perform(Door::BreaksLocks, line).await;
    assert_eq!(broken(&report.verdict), [promises::ANSWERED], "{:#?}", report.verdict.violations);
    assert_eq!(report.counts.requests_unknown, report.errors["unknown: 500 internal"]);
    let found = &report.verdict.violations[0];
    assert!(found.what.contains("lock seats") && found.what.contains("500 internal"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_at_the_door_is_a_figure() {
    let line = "onsale --viewers 3 --seats 200 --rate 20 --think 0.01 --duration 2";
    let report = perform(Door::IsSlow, line).await;
    let steps = &report.latencies.requests;
    let came = steps.iter().find(|step| step.name == "come in").expect("a step");
    let delay = u64::try_from(DOOR_DELAY.as_micros()).expect("short");
    // Three digits are kept.
    assert!(came.done.min > delay - delay / 500, "{came:?}");
    assert_eq!(came.done.count, report.counts.customers["came"]);
    let changes: u64 = steps.iter().map(|step| step.done.count).sum::<u64>() - came.done.count;
    let rate = report.rates.changes_per_second * report.measured_seconds;
    assert!(rate <= changes as f64 + 0.5, "coming in is no change: {rate} of {changes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_turned_away_by_a_connection_that_had_ended() {
    let line = "onsale --viewers 3 --seats 200 --rate 20 --think 0.05 --duration 3";
    let report = perform(Door::ShutsBehindEach, line).await;
    assert!(report.verdict.passed, "{:#?}", report.verdict.violations);
    assert_eq!(report.counts.customers["failed"], 0, "{:?}", report.errors);
    assert!(report.counts.customers["bought"] > 0, "{:?}", report.counts.customers);
}
