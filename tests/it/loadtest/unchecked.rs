//! Runs that can't check what they are there to check: they must not pass, and say what it was.

use std::net::SocketAddr;

use seatmap::http::AuthMode;
use seatmap_loadtest::check::{CheckOutcome, Conclusion, promises};
use seatmap_loadtest::report::Report;
use seatmap_loadtest::scenarios::run;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{perform, plan};
use crate::support::database::Database;
use crate::support::events;
use crate::support::process::Process;
use crate::support::server::Server;

/// How the program ends when not all was checked.
const NOT_ALL_CHECKED: i32 = 3;

/// The report that a run has left.
fn report(folder: &std::path::Path, scenario: &str) -> (Report, String) {
    let read = |ending: &str| std::fs::read_to_string(folder.join(format!("{scenario}.{ending}")));
    let json = read("json").expect("a report");
    (serde_json::from_str(&json).expect("a report"), read("html").expect("a page"))
}

/// An event, and a node on its database that keeps the change log to organisers.
async fn in_token_mode(database: &Database) -> (i64, Server) {
    let open = Server::start(database).await;
    let event = events::create(&open, 200).await;
    open.stop().await;
    let token = |settings: &mut seatmap::run::NodeSettings| {
        settings.http.auth_mode = AuthMode::Token;
    };
    (event, Server::start_with(database, token).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_only_organisers_may_read_is_no_pass() {
    let database = Database::new().await;
    let (event, server) = in_token_mode(&database).await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = format!(
        "onsale --event {event} --viewers 5 --rate 20 --think 0.02 --abandon 0 --duration 2"
    );
    let output = perform(&line, server.address, folder.path()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(NOT_ALL_CHECKED), "{said}");
    for word in [
        "NOT CHECKED  no seat is sold twice (0 looked at) the log can't be read",
        "NOT CHECKED  every answer was looked at (0 looked at)",
        "named by --token",
        "--database-url",
        "NOT ALL WAS CHECKED: 7 of the promises could not be",
        "kept     viewers follow every version",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let (report, page) = report(folder.path(), "onsale");
    assert!(report.counts.customers["bought"] > 0, "{:?}", report.errors);
    assert_eq!(report.verdict.conclusion(), Conclusion::NotAllChecked);
    assert!(page.contains("Not all was checked") && !page.contains("All promises kept"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_tells_the_log_that_only_organisers_may_read() {
    let database = Database::new().await;
    let (event, server) = in_token_mode(&database).await;
    let line = "--viewers 5 --rate 20 --think 0.02 --abandon 0 --duration 2 --quiet";
    let mut plan = plan(&format!("onsale --event {event} {line} --target {}", server.address));
    plan.options.database_url = Some(database.config.clone());
    let report = run(plan).await.expect("a run");
    assert_eq!(report.verdict.conclusion(), Conclusion::Kept, "{:#?}", report.verdict);
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_viewers_are_not_enough_where_the_log_cannot_be_read() {
    let database = Database::new().await;
    let (event, server) = in_token_mode(&database).await;
    let line = format!("idle --event {event} --viewers 5 --duration 1 --quiet");
    let report = run(plan(&format!("{line} --target {}", server.address))).await.expect("a run");
    assert_eq!(report.verdict.conclusion(), Conclusion::NotAllChecked);
    let unchecked: Vec<_> = report
        .verdict
        .checks
        .iter()
        .filter(|check| check.outcome == CheckOutcome::Unchecked)
        .map(|check| check.promise.as_str())
        .collect();
    assert_eq!(unchecked, [promises::SHOWN, promises::TABLE]);
}

/// A door that turns away whoever wants to come in, as a server does that has too much to do.
async fn shut_door(server: SocketAddr) -> SocketAddr {
    const REFUSAL: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 21\r\n\
        Connection: close\r\n\r\n{\"code\":\"overloaded\"}";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = vec![0; 4 * 1024];
                let Ok(count @ 1..) = client.read(&mut head).await else { return };
                let head = &head[..count];
                if head.windows(9).any(|word| word == b"/sessions") {
                    // Whoever has gone needs no refusal.
                    let _ = client.write_all(REFUSAL.as_bytes()).await;
                    return;
                }
                let Ok(mut upstream) = TcpStream::connect(server).await else { return };
                if upstream.write_all(head).await.is_ok() {
                    // However it ends, it ends for both.
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn an_onsale_that_nobody_gets_in_to_is_no_pass() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let door = shut_door(server.address).await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = "onsale --viewers 5 --seats 50 --rate 20 --think 0.02 --duration 1";
    let output = perform(line, door, folder.path()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(NOT_ALL_CHECKED), "{said}");
    assert!(said.contains("NOT CHECKED  no seat is sold twice"), "{said}");
    let (report, _) = report(folder.path(), "onsale");
    assert_eq!(report.verdict.violation_count, 0, "{:#?}", report.verdict.violations);
    assert_eq!(report.counts.customers["failed"], report.counts.customers["came"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_and_never_comes_back_is_no_broken_promise() {
    let database = Database::new().await;
    let bystander = Server::start(&database).await;
    let event = events::create(&bystander, 200).await;
    let victim = Process::start(&database, &[]);
    let target = victim.address;
    let folder = tempfile::tempdir().expect("a folder");
    let line = format!("fanout --event {event} --viewers 5 --rate 50 --duration 5 --patience 1");
    let under_load = async {
        let mut viewer = bystander.viewer(event).await;
        viewer.reach(50).await;
        victim.kill();
    };
    let (output, ()) = tokio::join!(perform(&line, target, folder.path()), under_load);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(NOT_ALL_CHECKED), "{said}");
    assert!(!said.contains("BROKEN"), "{said}");
    for word in [
        "NOT CHECKED  the table, mirrors and database tell what the log tells",
        "NOT CHECKED  viewers end with the map of the table (0 looked at) 5 of 5 viewers",
        "NOT CHECKED  every answer was looked at",
        "kept     viewers follow every version",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let (report, _) = report(folder.path(), "fanout");
    assert_eq!(report.verdict.conclusion(), Conclusion::NotAllChecked);
}

#[test]
fn each_scenario_names_what_it_is_there_to_check() {
    let required = |line: &str| plan(line).required();
    let all = [promises::FOLLOW, promises::SHOWN, promises::END, promises::TABLE];
    assert!(all.iter().all(|promise| required("idle").contains(promise)));
    assert_eq!(required("idle").len(), all.len());
    assert!(required("fanout").contains(&promises::COMPLETE));
    assert!(!required("fanout").contains(&promises::HOLDER), "nobody books");
    for line in ["onsale", "soak", "hotseat"] {
        for promise in [promises::HOLDER, promises::ONCE, promises::ACKNOWLEDGED] {
            assert!(required(line).contains(&promise), "{line}");
        }
    }
    assert!(required("hotseat").contains(&promises::REFUSED));
    assert!(required("slow").contains(&promises::SLOW));
    // What was left out on purpose isn't missed.
    for (line, promise) in [
        ("fanout --viewers 0", promises::FOLLOW),
        ("onsale --abandon 1", promises::HOLDER),
        ("onsale --unpaid 1", promises::ONCE),
        ("hotseat --buyers 2 --hot-seats 3", promises::REFUSED),
        ("onsale", promises::REFUSED),
        ("slow --share 0", promises::SLOW),
    ] {
        assert!(!required(line).contains(&promise), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_viewers_whom_the_server_never_notices_are_no_pass() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let folder = tempfile::tempdir().expect("a folder");
    let line = "slow --viewers 6 --seats 50 --rate 20 --duration 1";
    let output = perform(line, server.address, folder.path()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(NOT_ALL_CHECKED), "{said}");
    for words in [
        "3 of them slow: 0 fell behind, 0 were closed, 0 of those came back",
        "NOT CHECKED  slow viewers are caught up in one, or closed and come back (0 looked at)",
        "noticed none of the 3 slow viewers",
        "NOT ALL WAS CHECKED: 1 of the promises could not be",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (report, page) = report(folder.path(), "slow");
    assert_eq!((report.counts.slow.viewers, report.counts.viewers_open), (3, 6));
    assert!(page.contains("Not all was checked") && page.contains("Slow viewers"));
}
