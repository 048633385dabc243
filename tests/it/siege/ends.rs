//! Nobody is waited for without end: whoever says nothing, or trickles, is answered or let go of
//! when the limit is reached, and whoever is merely slow is served.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;
use crate::support::{PATIENCE, POLL};

const HEADER_TIMEOUT: Duration = Duration::from_secs(2);
const KEEP_ALIVE: Duration = Duration::from_secs(6);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(2);

const HEAD: &str =
    "POST /api/v1/users HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n";

async fn impatient(database: &Database) -> Server {
    Server::start_with(database, |settings| {
        settings.http.request_timeout = REQUEST_TIMEOUT;
        settings.http.connections.header_timeout = HEADER_TIMEOUT;
        settings.http.connections.keep_alive = KEEP_ALIVE;
        settings.live.heartbeat = Duration::from_secs(1);
    })
    .await
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address).await.expect("a connection")
}

/// All that is said until the end, and how long it took.
async fn heard(stream: &mut TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut bytes = Vec::new();
    let reading = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    // A connection that is reset has ended as well.
    let _ = reading.expect("the connection ends");
    (String::from_utf8_lossy(&bytes).into_owned(), begun.elapsed())
}

/// Says something byte by byte for as long as it is taken, and hears what comes of it.
async fn trickle(stream: TcpStream, first: &str, then: u8) -> String {
    let (mut reading, mut writing) = stream.into_split();
    writing.write_all(first.as_bytes()).await.expect("it is taken");
    let trickling = tokio::spawn(async move {
        while writing.write_all(&[then]).await.is_ok() {
            sleep(POLL).await;
        }
    });
    let mut bytes = Vec::new();
    let end = timeout(PATIENCE, reading.read_to_end(&mut bytes)).await;
    let _ = end.expect("the connection ends");
    trickling.abort();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn who_says_nothing_is_let_go_of() {
    let database = Database::new().await;
    let server = impatient(&database).await;
    let begun = Instant::now();
    let (said, _) = heard(&mut connect(&server).await).await;
    assert_eq!(said, "");
    assert!(begun.elapsed() >= HEADER_TIMEOUT);
}

#[tokio::test]
async fn a_head_has_its_time_however_its_bytes_come() {
    let database = Database::new().await;
    let server = impatient(&database).await;
    let mut half = connect(&server).await;
    half.write_all(HEAD.as_bytes()).await.expect("it is taken");
    assert_eq!(heard(&mut half).await.0, "");
    assert_eq!(trickle(connect(&server).await, "GET /health HTTP/1.1\r\nX-Long: ", b'a').await, "");
    let handshake = "GET /api/v1/events/1/live HTTP/1.1\r\nUpgrade: websocket\r\nX-Long: ";
    assert_eq!(trickle(connect(&server).await, handshake, b'a').await, "");
}

#[tokio::test]
async fn a_body_has_the_requests_time_however_its_bytes_come() {
    let database = Database::new().await;
    let server = impatient(&database).await;
    let stalled = format!("{HEAD}Content-Length: 100000\r\n\r\n{{\"name\":\"");
    let mut half = connect(&server).await;
    half.write_all(stalled.as_bytes()).await.expect("it is taken");
    for said in [heard(&mut half).await.0, trickle(connect(&server).await, &stalled, b'a').await] {
        assert!(said.starts_with("HTTP/1.1 503 "), "{said}");
        assert!(said.contains("\"code\":\"timeout\""), "{said}");
        assert!(said.to_lowercase().contains("retry-after: "), "{said}");
    }
}

#[tokio::test]
async fn who_is_merely_slow_is_served_and_let_go_of_when_idle() {
    let database = Database::new().await;
    let server = impatient(&database).await;
    let mut slow = connect(&server).await;
    for _ in 0..2 {
        // A pause between requests may be longer than a head may take.
        for part in ["GET /health HT", "TP/1.1\r\nHost: he", "re\r\n\r\n"] {
            slow.write_all(part.as_bytes()).await.expect("it is taken");
            sleep(HEADER_TIMEOUT / 8).await;
        }
        let mut answer = [0; 512];
        let read = timeout(PATIENCE, slow.read(&mut answer)).await.expect("an answer");
        let read = read.expect("an answer");
        assert!(answer[..read].starts_with(b"HTTP/1.1 200 "));
        sleep(HEADER_TIMEOUT + HEADER_TIMEOUT / 4).await;
    }
    assert_eq!(heard(&mut slow).await.0, "");
}

#[tokio::test]
async fn a_stream_is_not_idle() {
    let database = Database::new().await;
    let server = impatient(&database).await;
    let event = events::create(&server, 5).await;
    let mut stream = connect(&server).await;
    let ask = format!("GET /api/v1/events/{event}/stream HTTP/1.1\r\nHost: here\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.expect("it is taken");
    let begun = Instant::now();
    // Longer than all limits together.
    let limits = HEADER_TIMEOUT + KEEP_ALIVE + REQUEST_TIMEOUT;
    while begun.elapsed() < limits {
        let mut said = [0; 4096];
        let read = timeout(PATIENCE, stream.read(&mut said)).await.expect("something is said");
        assert!(read.expect("the stream goes on") > 0, "the stream goes on");
    }
}

#[tokio::test]
async fn further_connections_wait_until_there_is_room() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.connections.connections_max = 2;
        settings.http.connections.header_timeout = HEADER_TIMEOUT;
    })
    .await;
    let silent = [connect(&server).await, connect(&server).await];
    let begun = Instant::now();
    let health = reqwest::get(server.url("/health")).await.expect("an answer");
    assert_eq!(health.status(), 200);
    assert!(begun.elapsed() >= HEADER_TIMEOUT / 2, "there was no room before");
    drop(silent);
}

/// Says something whole, and reads the answer to its end.
async fn ask(stream: &mut TcpStream) {
    let ask = b"GET /health HTTP/1.1\r\nHost: here\r\n\r\n";
    stream.write_all(ask).await.expect("it is taken");
    let mut said = Vec::new();
    while !said.ends_with(b"}") {
        let read = timeout(PATIENCE, stream.read_buf(&mut said)).await.expect("an answer");
        assert!(read.expect("an answer") > 0, "cut: {}", String::from_utf8_lossy(&said));
    }
}

#[tokio::test]
async fn a_further_connection_takes_the_place_of_the_one_silent_for_longest() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.connections.connections_max = 3;
        // Longer than anybody waits here.
        settings.http.connections.header_timeout = PATIENCE * 4;
        settings.http.connections.keep_alive = PATIENCE * 4;
        settings.live.heartbeat = Duration::from_secs(1);
    })
    .await;
    // A stream is answered all the while, and so is never silent, whoever has been so for less.
    let mut stream = connect(&server).await;
    let event = events::create(&server, 5).await;
    let watch = format!("GET /api/v1/events/{event}/stream HTTP/1.1\r\nHost: here\r\n\r\n");
    stream.write_all(watch.as_bytes()).await.expect("it is taken");
    let mut said = [0; 4096];
    assert!(stream.read(&mut said).await.expect("the stream begins") > 0);
    let (mut first, mut second) = (connect(&server).await, connect(&server).await);
    ask(&mut first).await;
    ask(&mut second).await;
    ask(&mut first).await;
    let mut third = connect(&server).await;
    ask(&mut third).await;
    let end = timeout(PATIENCE, second.read(&mut said)).await.expect("its end");
    assert_eq!(end.expect("an orderly end"), 0, "it was silent for longest");
    let mut other = connect(&server).await;
    ask(&mut other).await;
    assert_eq!(
        timeout(PATIENCE, first.read(&mut said)).await.expect("its end").expect("orderly"),
        0
    );
    ask(&mut third).await;
    let read = timeout(PATIENCE, stream.read(&mut said)).await.expect("the stream goes on");
    assert!(read.expect("the stream goes on") > 0);
}
