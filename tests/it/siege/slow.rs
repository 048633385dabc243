//! Five thousand connections that hold what they can and say next to nothing. The server is a
//! process of its own, since both ends of as many don't fit into one.

use std::net::SocketAddr;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::database::Database;
use crate::support::events;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::viewer::Viewer;

/// How many connections of each kind there are.
const EACH: usize = 1_000;

/// What they say, and then no more. The event's path stands for `{}`.
const KINDS: [&str; 5] = [
    "",
    "GET /api/v1/events HTTP/1.1\r\nHost: here\r\nX-Half",
    "POST /api/v1/bookings HTTP/1.1\r\nHost: here\r\nX-Session-ID: slow\r\n\
     Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"event_id\":",
    "GET {}/live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "POST /api/v1/users HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\
     Content-Type: application/json\r\n\r\n5\r\n{\"nam",
];

/// A head that comes byte by byte.
const DRIP: &str = "GET /health HTTP/1.1\r\nHost: here\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_slow_connections_stop_nobody() {
    raise_descriptors();
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, 60).await;
    // Nothing ends by itself here; that it does is another story.
    let patient = [("HEADER_TIMEOUT_SECONDS", "600"), ("REQUEST_TIMEOUT_SECONDS", "600")];
    let server = Process::start(&database, &patient);
    let mut slow = Vec::with_capacity(EACH * KINDS.len());
    let mut dripping = Vec::with_capacity(EACH);
    for kind in KINDS {
        let said = kind.replace("{}", &format!("/api/v1/events/{event}"));
        for _ in 0..EACH {
            let mut stream = connect(server.address).await;
            stream.write_all(said.as_bytes()).await.expect("it is taken");
            // Those who have said nothing yet say it byte by byte from now on.
            if said.is_empty() { dripping.push(stream) } else { slow.push(stream) }
        }
    }
    for (round, byte) in DRIP.bytes().enumerate() {
        for stream in &mut dripping {
            stream.write_all(&[byte]).await.expect("it is taken");
        }
        if round % 16 == 0 {
            others_are_served(&server, event, round).await;
        }
    }
    let all = slow.iter().chain(&dripping);
    let open = all.filter(|stream| is_open(stream)).count();
    assert_eq!(open, EACH * KINDS.len(), "they are all still there");
    let ended = tokio::task::spawn_blocking(|| server.terminate()).await.expect("its end");
    assert_eq!(ended.code(), Some(0), "and don't keep it from ending");
}

/// Somebody new buys, looks and watches.
async fn others_are_served(server: &Process, event: i64, round: usize) {
    let seat = format!("S{:03}", round % 60 + 1);
    let buyer = server.buyer(&format!("buyer-{round}"));
    let version = buyer.lock(event, &seat).await.expect(200)["version"].as_u64();
    buyer.get(&format!("/events/{event}")).await.expect(200);
    let mut viewer = Viewer::open(server.address, event).await;
    viewer.reach(version.expect("a version")).await;
    let ready = reqwest::get(format!("http://{}/ready", server.address)).await.expect("an answer");
    assert_eq!(ready.status(), 200);
}

/// Waits out a full queue of those who aren't accepted yet.
async fn connect(address: SocketAddr) -> TcpStream {
    let connecting = TcpStream::connect(address);
    let connected = tokio::time::timeout(Duration::from_secs(30), connecting).await;
    connected.expect("it is accepted").expect("a connection")
}

/// Whether the server has neither answered nor closed.
fn is_open(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0; 1]);
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

fn raise_descriptors() {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    assert!(hard > 7_000, "this story takes 7,000 file descriptors: `ulimit -Hn` gives {hard}");
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).expect("more descriptors");
    }
}
