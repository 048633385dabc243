//! Who downloads much and takes it slowly is let go of, and in nobody's way meanwhile.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::support::database::Database;
use crate::support::events;
use crate::support::metrics::metric;
use crate::support::server::Server;
use crate::support::{PATIENCE, eventually};

/// Their tickets are some 16 MB.
const SEATS: u32 = 100_000;

/// How many bytes the slow one's kernel is asked to keep.
const KEPT_BYTES: u32 = 16 * 1024;

/// How much the slow one takes at a time, in bytes: enough that something moves again and again, or
/// the kernel would give it up.
const DROP_BYTES: usize = 512;

/// How long it rests after that.
const REST: Duration = Duration::from_millis(100);

async fn narrow(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(KEPT_BYTES).expect("it may be small");
    socket.connect(address).await.expect("a connection")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_a_large_answer_drop_by_drop_is_let_go_of_and_others_get_theirs() {
    let database = Database::new().await;
    let server = Server::start_with(&database, |settings| {
        settings.http.connections.taking_grace = Duration::from_secs(2);
        settings.http.connections.taking_rate_min = 256 * 1024;
    })
    .await;
    let event = events::create(&server, SEATS).await;
    let path = format!("/api/v1/events/{event}/tickets/all");
    let mut slow = narrow(server.address).await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\n\r\n");
    slow.write_all(request.as_bytes()).await.expect("it is taken");
    slow.read_u8().await.expect("it is being answered");
    let answer = reqwest::get(server.url(&path)).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let whole = answer.text().await.expect("all of it");
    assert!(whole.contains(&format!(r#"],"total":{SEATS},"#)), "{} bytes", whole.len());
    let dripping = async {
        loop {
            // Once it has been let go of there is less to be read, or nothing.
            let _ = slow.read(&mut [0; DROP_BYTES]).await;
            sleep(REST).await;
        }
    };
    let address = server.address;
    // Who asks for the figure has a connection, too.
    let gone =
        eventually(
            "it is let go of",
            || async move { metric(address, "http_connections").await == 1 },
        );
    tokio::select! {
        () = gone => {}
        () = dripping => {}
    }
    let mut rest = Vec::new();
    let end = timeout(PATIENCE, slow.read_to_end(&mut rest)).await;
    // A connection that is reset has ended as well.
    let _ = end.expect("the connection ends");
    assert!(rest.len() < whole.len() / 2, "{} of {} bytes", rest.len(), whole.len());
}
