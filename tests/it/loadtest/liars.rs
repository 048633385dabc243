//! Lies that the checks must find: on the wire, at the door, in the log, in the table.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use seatmap_loadtest::scenarios::run;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{broken, perform, plan};
use crate::support::database::Database;
use crate::support::server::Server;

/// What a proxy makes of the deltas on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    None,
    /// Their last seat has another status: locked becomes available, and back.
    All,
    /// What is locked becomes available; when it is available again, the map is right again.
    OfLocks,
}

/// A proxy that lies to the connections, by their number.
async fn lying_proxy(server: SocketAddr, lie: fn(usize) -> Lie) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((client, _)) = listener.accept().await else { return };
            let Ok(upstream) = TcpStream::connect(server).await else { return };
            tokio::spawn(relay(client, upstream, lie(number)));
        }
    });
    address
}

async fn relay(client: TcpStream, server: TcpStream, lie: Lie) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
        let bytes = &mut buffer[..count];
        // A short binary frame with a delta; it is a read of its own on a quiet event. The last
        // byte is a low seat's and ends in its status.
        if lie != Lie::None && bytes.len() > 3 && bytes[0] == 0x82 && bytes[2] == 2 {
            let end = 1 + usize::from(bytes[1]);
            let is_lock = bytes.get(end).is_some_and(|byte| byte & 7 == 1);
            if end + 1 == bytes.len() && (lie == Lie::All || is_lock) {
                bytes[end] ^= 1;
            }
        }
        if to_client.write_all(bytes).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_who_are_told_different_things_are_found() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let every_third = |number| if number % 3 == 2 { Lie::All } else { Lie::None };
    let proxy = lying_proxy(server.address, every_third).await;
    let line = "fanout --viewers 9 --seats 9 --rate 5 --writers 1 --duration 2 --quiet";
    let report = run(plan(&format!("{line} --target {proxy}"))).await.expect("a run");
    let promises = broken(&report.verdict);
    assert!(promises.iter().any(|promise| promise.contains("all seeing the same")), "{promises:?}");
    let found = &report.verdict.violations;
    assert!(found.iter().any(|found| found.what.contains("seat 8")), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_that_everybody_is_told_and_that_is_corrected_later_is_found() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let proxy = lying_proxy(server.address, |_| Lie::OfLocks).await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = "fanout --viewers 9 --seats 9 --rate 5 --writers 1 --duration 2";
    let output = perform(line, proxy, folder.path()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in [
        "kept     viewers follow every version without a gap, all seeing the same",
        "BROKEN   what viewers are shown at a version is what the log tells of it",
        "kept     viewers end with the map of the table",
        "seat 8: ",
        "a viewers' map shows available and the log says locked (1 seats differ)",
        "    log: version 1, seat 8: locked by user ",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

/// A trigger that edits the log as it is written.
async fn edit_log(database: &Database, change: &str) {
    let sql = format!(
        "create function lie() returns trigger language plpgsql as
         $$ begin {change} return new; end $$;
         create trigger lie before insert on seat_changes for each row execute function lie()"
    );
    database.execute(&sql).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_names_somebody_else_is_found() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    edit_log(
        &database,
        "if new.to_status = 2 then new.actor_id := (select min(id) from users); end if;",
    )
    .await;
    let line = "onsale --viewers 5 --seats 100 --rate 20 --think 0.05 --abandon 0 --duration 2";
    let line = format!("{line} --quiet --target {}", server.address);
    let report = run(plan(&line)).await.expect("a run");
    let promises = broken(&report.verdict);
    for word in ["did not hold", "acknowledged"] {
        assert!(promises.iter().any(|promise| promise.contains(word)), "{word}: {promises:?}");
    }
    let evidence = &report.verdict.violations[0].evidence;
    assert!(evidence.iter().any(|line| line.starts_with("log: version")), "{evidence:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_what_the_log_tells_ends_in_failure() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    edit_log(&database, "if new.seat_index = 19 and new.to_status = 0 then return null; end if;")
        .await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = "fanout --viewers 3 --seats 20 --rate 10 --writers 1 --duration 2";
    let output = perform(line, server.address, folder.path()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("BROKEN") && said.contains("log: version"), "{said}");
    let page = std::fs::read_to_string(folder.path().join("fanout.html")).expect("a page");
    assert!(page.contains("badge fail"));
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_are_held_against_the_table_and_not_the_log_alone() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    // Of this nothing stands in the log, and nobody is told.
    edit_log(
        &database,
        "update tickets set status = 4 where event_id = new.event_id and seat_index = 3;",
    )
    .await;
    let line = "fanout --viewers 3 --seats 20 --rate 10 --writers 1 --duration 1 --quiet";
    let report = run(plan(&format!("{line} --target {}", server.address))).await.expect("a run");
    let promises = broken(&report.verdict);
    for word in ["end with the map of the table", "table, mirrors and database"] {
        assert!(promises.iter().any(|promise| promise.contains(word)), "{word}: {promises:?}");
    }
}

/// A proxy that lets so many viewers in, and refuses all that come later.
async fn full_house(server: SocketAddr, most: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let came = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(let_in(client, server, came.clone(), most));
        }
    });
    address
}

async fn let_in(mut client: TcpStream, server: SocketAddr, came: Arc<AtomicUsize>, most: usize) {
    const REFUSAL: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let mut head = vec![0; 4 * 1024];
    let Ok(count @ 1..) = client.read(&mut head).await else { return };
    let head = &head[..count];
    let is_viewer = head.windows(5).any(|word| word == b"/live");
    if is_viewer && came.fetch_add(1, Ordering::Relaxed) >= most {
        // Whoever has gone needs no refusal.
        let _ = client.write_all(REFUSAL).await;
        return;
    }
    let Ok(mut upstream) = TcpStream::connect(server).await else { return };
    if upstream.write_all(head).await.is_ok() {
        // However it ends, it ends for both.
        let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_who_never_come_back_are_missed() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    // Nine come, nine come back resuming, and six as new.
    let proxy = full_house(server.address, 9 + 9 + 6).await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = "storm --viewers 9 --seats 9 --rate 5 --storms 2 --duration 2 --patience 8";
    let output = perform(line, proxy, folder.path()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in [
        "BROKEN   viewers end with the map of the table",
        "3 of 9 viewers were not there at the end",
        "    refused with 503 × ",
        "6 of 9 viewers open at the end; ",
        "; refused with 503 × ",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
}
