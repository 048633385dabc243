//! Six thousand connections and sockets that hold what they can and say next to nothing. The server
//! is a process of its own, since both ends of as many don't fit into one.

use std::net::SocketAddr;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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

/// Opens a socket to the end.
const HANDSHAKE: &str = "GET {}/live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n\
     Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// What an opened socket says, and then no more: the beginning of a text of 4,000 bytes, masked.
const FRAME: [u8; 12] = [0x81, 0xfe, 0x0f, 0xa0, 1, 2, 3, 4, b'{', b'"', b't', b'y'];

/// How sockets end that don't answer pings: closed with 4001.
const TOO_SLOW: [u8; 2] = 4001_u16.to_be_bytes();

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_slow_connections_and_sockets_stop_nobody() {
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
    // None of these reads anything; of every second one the frame goes on byte by byte.
    let mut sockets = Vec::with_capacity(EACH);
    for _ in 0..EACH {
        sockets.push(open_socket(server.address, event).await);
    }
    for (round, byte) in DRIP.bytes().enumerate() {
        for stream in &mut dripping {
            stream.write_all(&[byte]).await.expect("it is taken");
        }
        for socket in sockets.iter_mut().step_by(2) {
            // Unless it has been closed meanwhile, which is looked at in the end.
            let _ = socket.write_all(&[byte]).await;
        }
        if round % 16 == 0 {
            others_are_served(&server, event, round).await;
        }
    }
    let all = slow.iter().chain(&dripping);
    let open = all.filter(|stream| is_open(stream)).count();
    assert_eq!(open, EACH * KINDS.len(), "they are all still there");
    for socket in sockets {
        is_open_or_told_why(&socket);
    }
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

async fn open_socket(address: SocketAddr, event: i64) -> TcpStream {
    let mut stream = connect(address).await;
    let handshake = HANDSHAKE.replace("{}", &format!("/api/v1/events/{event}"));
    stream.write_all(handshake.as_bytes()).await.expect("it is taken");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("an answer"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    stream.write_all(&FRAME).await.expect("it is taken");
    stream
}

/// Reads what a socket was sent: it wasn't closed for being slow to write.
#[track_caller]
fn is_open_or_told_why(socket: &TcpStream) {
    let mut heard = Vec::new();
    loop {
        match socket.try_read_buf(&mut heard) {
            Ok(1..) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
            Ok(0) | Err(_) => {
                assert!(heard.ends_with(&TOO_SLOW), "a socket ended after {} bytes", heard.len());
                break;
            }
        }
    }
    assert!(!heard.is_empty(), "it was told the map");
}

fn raise_descriptors() {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    assert!(hard > 8_000, "this story takes 8,000 file descriptors: `ulimit -Hn` gives {hard}");
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).expect("more descriptors");
    }
}
