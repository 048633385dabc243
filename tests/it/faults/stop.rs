//! SIGTERM: whoever has asked is answered, whoever watches is told, and the exit code is 0.

use std::time::Duration;

use futures_util::future::join_all;
use nix::sys::signal::Signal;
use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::Format;
use seatmap::protocol::live::message::ServerMessage;

use super::proxy::Proxy;
use crate::support::buyer::Answer;
use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::server::Server;
use crate::support::viewer::{Heard, Viewer};
use crate::support::{both_ways, events, eventually, invariants, name_of};

/// How many requests are under way when the signal comes.
const CALLERS: i64 = 8;

/// What a viewer hears at the end.
async fn is_told(viewer: &mut Viewer) {
    loop {
        match viewer.hear().await {
            Heard::Message(ServerMessage::Bye(bye)) => {
                assert_eq!((bye.code, bye.reason.as_str()), (1012, "restart"));
                assert!(bye.retry_after_ms > 0);
                assert_eq!(viewer.hear().await, Heard::Closed(1012));
                return;
            }
            Heard::Message(_) => {}
            ended => panic!("closed without a word: {ended:?}"),
        }
    }
}

/// Locks of as many callers, sent while a stranger holds the event's row.
async fn locks_under_way(
    server: &Process,
    database: &Database,
    event: i64,
    meanwhile: impl Future<Output = ()>,
) -> Vec<Answer> {
    let callers = (1..=CALLERS).map(|number| {
        let buyer = server.buyer(&format!("caller-{number}"));
        async move { buyer.lock(event, &format!("S{number:03}")).await }
    });
    let (answers, ()) = tokio::join!(join_all(callers), async {
        eventually("all have come in", || async {
            let sql = "select count(*) from users where subject like 'caller%'";
            database.value::<i64>(sql).await == CALLERS
        })
        .await;
        eventually("one waits for the row", || async {
            let sql = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
            database.value::<i64>(sql).await == 1
        })
        .await;
        meanwhile.await;
    });
    answers
}

/// Whether it takes no new connections any more.
async fn is_closed(server: &Process) -> bool {
    tokio::net::TcpStream::connect(server.address).await.is_err()
}

both_ways!(
    requests_begun_are_carried_out_and_viewers_are_told,
    a_silent_viewer_does_not_keep_the_server_from_ending
);

/// Claim 19 of the contract.
async fn requests_begun_are_carried_out_and_viewers_are_told(sockets: SocketWay) {
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, 60).await;
    let server = Process::start(&database, &[("LIVE_SOCKETS", name_of(sockets))]);
    let mut binary = Viewer::open(server.address, event).await;
    let json = Viewer::open_as(server.address, event, Format::Json, None).await;
    let mut json = json.expect("a viewer");
    let stranger = database.connect().await;
    let hold = format!("begin; select 1 from events where id = {event} for update");
    stranger.batch_execute(&hold).await.expect("the row");
    let answers = locks_under_way(&server, &database, event, async {
        server.signal(Signal::SIGTERM);
        eventually("it takes no more", || is_closed(&server)).await;
        tokio::join!(is_told(&mut binary), is_told(&mut json));
        stranger.batch_execute("rollback").await.expect("let go");
    })
    .await;
    for answer in answers {
        answer.expect(200);
    }
    let ended = tokio::task::spawn_blocking(|| server.terminate()).await.expect("its end");
    assert_eq!(ended.code(), Some(0));
    let locked = "select count(*) from tickets where status = 1";
    assert_eq!(database.value::<i64>(locked).await, CALLERS);
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_cannot_be_carried_out_in_time_are_answered_all_the_same() {
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, 60).await;
    let server = Process::start(&database, &[]);
    let stranger = database.connect().await;
    let hold = format!("begin; select 1 from events where id = {event} for update");
    stranger.batch_execute(&hold).await.expect("the row");
    let answers = locks_under_way(&server, &database, event, async {
        server.signal(Signal::SIGTERM);
    })
    .await;
    for answer in answers {
        let code = answer.code().to_owned();
        assert!(["timeout", "overloaded", "outcome_unknown"].contains(&code.as_str()), "{code}");
        answer.expect_problem(503, &code);
    }
    let ended = tokio::task::spawn_blocking(|| server.terminate()).await.expect("its end");
    assert_eq!(ended.code(), Some(0));
    stranger.batch_execute("rollback").await.expect("let go");
    aside.buyer("anna").lock(event, "S060").await.expect(200);
    let locked = "select count(*) from tickets where status = 1";
    assert_eq!(database.value::<i64>(locked).await, 1, "nothing happens afterwards");
    invariants::hold(&database).await;
}

async fn a_silent_viewer_does_not_keep_the_server_from_ending(sockets: SocketWay) {
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, 60).await;
    let server = Process::start(&database, &[("LIVE_SOCKETS", name_of(sockets))]);
    // Neither reads nor closes.
    let viewer = Viewer::open(server.address, event).await;
    let idle = tokio::net::TcpStream::connect(server.address).await.expect("a connection");
    let ended = tokio::task::spawn_blocking(|| server.terminate()).await.expect("its end");
    assert_eq!(ended.code(), Some(0));
    drop((viewer, idle));
    tokio::time::timeout(Duration::from_secs(60), aside.stop()).await.expect("a node stops, too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_its_database_ends_all_the_same() {
    let database = Database::new().await;
    let aside = Server::start(&database).await;
    let event = events::create(&aside, 60).await;
    let proxy = Proxy::start(&database).await;
    let url = proxy.url(&database);
    let server = Process::start(&database, &[("DATABASE_URL", &url)]);
    let mut viewer = Viewer::open(server.address, event).await;
    server.buyer("anna").lock(event, "S001").await.expect(200);
    proxy.close();
    server.signal(Signal::SIGTERM);
    is_told(&mut viewer).await;
    let ended = tokio::task::spawn_blocking(|| server.terminate()).await.expect("its end");
    assert_eq!(ended.code(), Some(0));
}
