//! Thousands who come and go leave nothing behind: no descriptor, no task, no viewer, no memory.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt as _, StreamExt as _};
use seatmap::protocol::live::Format;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::support::database::Database;
use crate::support::metrics::metric;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::{events, eventually};

/// How many come before anything is weighed.
const WARM_UP: usize = 3_000;

/// How many come and go then; `make churn` says otherwise, by `CHURN`.
const RECONNECTS: usize = 5_000;

/// How a map begins in the stream for plain HTTP.
const SNAPSHOT: &[u8] = br#"{"type":"snapshot""#;

/// How many are there at once.
const AT_ONCE: usize = 50;

/// How much larger memory may be after the second half than after the first, in KiB: an allocator's
/// noise.
const NOISE_KILOBYTES: u64 = 1_024;

/// And how much per connection, in bytes. A connection takes kilobytes while it lasts.
const LEFT_BYTES_MAX: u64 = 32;

/// How many connections each of them makes: one to watch by, one to ask.
const CONNECTIONS_EACH: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_reconnects_leave_nothing_behind() {
    let count = std::env::var("CHURN").map_or(RECONNECTS, |count| count.parse().expect("a number"));
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, 500).await;
    let server = Process::start(&database, &[]);
    come_and_go(server.address, event, WARM_UP).await;
    let before = settled(&server).await;
    come_and_go(server.address, event, count / 2).await;
    let halfway = settled(&server).await;
    come_and_go(server.address, event, count / 2).await;
    eventually("descriptors and tasks are as before", || async {
        let now = settled(&server).await;
        let same = (&now.descriptors, now.tasks) == (&before.descriptors, before.tasks);
        if !same {
            println!("{before:?} before, {now:?} now");
        }
        same
    })
    .await;
    let after = settled(&server).await;
    let connections = (count / 2 * CONNECTIONS_EACH) as u64;
    let [first, second, third] = [&before, &halfway, &after].map(|held| held.rss_kilobytes);
    println!(
        "{count} reconnects, {} connections: {first} KiB of memory before, {second} after half of \
         them, {third} after all; {} descriptors and {} tasks before and after",
        2 * connections,
        after.descriptors.values().sum::<usize>(),
        after.tasks,
    );
    // What the first half takes may be caches and the allocator's. The second half takes as much
    // again only if something is left behind each time.
    let grown = third.saturating_sub(second);
    let most = NOISE_KILOBYTES + connections * LEFT_BYTES_MAX / 1_024;
    assert!(grown <= most, "the second half took {grown} KiB of memory, {most} at most");
}

/// What a process holds while nobody is connected.
#[derive(Debug)]
struct Held {
    /// Of each kind, by what they lead to; without those to the database, which come and go.
    descriptors: BTreeMap<String, usize>,
    /// Without those of the connections to the database.
    tasks: u64,
    rss_kilobytes: u64,
}

async fn settled(server: &Process) -> Held {
    eventually("all have left", || async {
        let mut left = 0;
        for name in ["viewers", "viewers_direct"] {
            left += metric(server.address, name).await;
        }
        // The one that asks.
        left == 0 && metric(server.address, "http_connections").await == 1
    })
    .await;
    let database = metric(server.address, "database_connections").await;
    let tasks = metric(server.address, "tasks").await.saturating_sub(database);
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("its state");
    let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let rss = rss.split_whitespace().next().and_then(|number| number.parse().ok());
    let mut descriptors = descriptors(server);
    let sockets = descriptors.get_mut("socket").expect("sockets");
    *sockets = sockets.saturating_sub(usize::try_from(database).expect("a number"));
    Held { descriptors, tasks, rss_kilobytes: rss.expect("a number") }
}

fn descriptors(server: &Process) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for entry in fs::read_dir(format!("/proc/{}/fd", server.pid())).expect("a folder").flatten() {
        let Ok(target) = fs::read_link(entry.path()) else { continue };
        let target = target.to_string_lossy().into_owned();
        let kind = target.split(':').next().unwrap_or_default().to_owned();
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

/// Each opens a socket, hears the map, and leaves in one of several ways; then asks over HTTP.
async fn come_and_go(address: SocketAddr, event: i64, count: usize) {
    let left = Arc::new(AtomicUsize::new(count));
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let left = Arc::clone(&left);
        crowd.spawn(async move {
            let next = || {
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            };
            while let Ok(number) = next() {
                match number % 8 {
                    6 => stream(address, event).await,
                    7 => be_refused(address).await,
                    _ => watch(address, event, number).await,
                }
                ask(address).await;
            }
        });
    }
    while let Some(ended) = crowd.join_next().await {
        ended.expect("nobody fails");
    }
}

async fn watch(address: SocketAddr, event: i64, number: usize) {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let url = format!("ws://{address}/api/v1/events/{event}/live");
    let mut request = url.into_client_request().expect("a request");
    let format = if number.is_multiple_of(2) { Format::Binary } else { Format::Json };
    let protocol = format.subprotocol().parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = client_async(request, stream).await.expect("a handshake");
    socket.next().await.expect("it speaks").expect("hello");
    socket.next().await.expect("it speaks").expect("the map");
    match number % 4 {
        // A closing handshake to its end; a close that isn't waited for; a connection that is reset,
        // and one that ends without a word.
        0 => {
            socket.close(None).await.expect("it is taken");
            while let Some(Ok(_)) = socket.next().await {}
        }
        1 => socket.send(tokio_tungstenite::tungstenite::Message::Close(None)).await.expect("sent"),
        2 => socket.get_ref().set_zero_linger().expect("an option"),
        _ => {}
    }
}

/// Follows the stream for plain HTTP until it has the map, and goes.
async fn stream(address: SocketAddr, event: i64) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET /api/v1/events/{event}/stream HTTP/1.1\r\nHost: here\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is taken");
    let mut heard = Vec::new();
    while !heard.windows(SNAPSHOT.len()).any(|part| part == SNAPSHOT) {
        assert_ne!(stream.read_buf(&mut heard).await.expect("it speaks"), 0, "it goes on");
    }
}

/// Asks for a socket that there isn't.
async fn be_refused(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = "GET /api/v1/events/0/live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("it is taken");
    assert_eq!(stream.read_u8().await.expect("an answer"), b'H');
}

async fn ask(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = "GET /health HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
