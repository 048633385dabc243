//! The auditor before servers that tell it little, too late, or lies.

mod gone;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use seatmap::domain::seat::SeatStatus;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::audience::{AudienceStats, FinalMap};
use crate::buyers::{Action, Outcome};
use crate::check::{Check, CheckOutcome, Conclusion, Verdict};

const ANNA: i64 = 11;

/// Anna has locked the first of two seats.
const LOG: &str = r#"{"items":[{"version":1,"seat_index":0,"from":"available","to":"locked",
    "cause":"lock","actor":11}]}"#;
const TICKETS: &str = r#"{"items":[{"seat_no":"S0","status":"locked"},
    {"seat_no":"S1","status":"available"}],"version":1,"epoch":"e1"}"#;
const MIRROR: &str = r#"{"epoch":"e1","version":1,"statuses":"LA"}"#;

/// What all the promises of such a run are.
const REQUIRED: [&str; 7] = [
    promises::SHOWN,
    promises::END,
    promises::TABLE,
    promises::LEGAL,
    promises::ACKNOWLEDGED,
    promises::ANSWERED,
    promises::COMPLETE,
];

/// No answer: the connection ends instead, as those of a server do that has been killed.
const GONE: (u16, &str) = (0, "");

/// What an honest server answers.
fn honest(path: &str) -> (u16, &'static str) {
    let body = match path {
        path if path.ends_with("/tickets/all") => TICKETS,
        path if path.ends_with("/availability") => MIRROR,
        path if path.ends_with("&offset=0") => LOG,
        _ => r#"{"items":[]}"#,
    };
    (200, body)
}

/// A server that answers by the path.
async fn serve(answer: impl Fn(&str) -> (u16, &'static str) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        // The auditor makes a connection for each request, one after the other.
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = vec![0; 4_096];
            let Ok(count @ 1..) = stream.read(&mut asked).await else { continue };
            let head = String::from_utf8_lossy(&asked[..count]);
            let (status, body) = answer(head.split(' ').nth(1).unwrap_or_default());
            if (status, body) == GONE {
                continue;
            }
            let length = body.len();
            let reply = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(reply.as_bytes()).await;
        }
    });
    address
}

/// An auditor of a server's event, and a ledger in which so many answers may wait.
async fn auditor(
    room: usize,
    answer: impl Fn(&str) -> (u16, &'static str) + Send + Sync + 'static,
) -> (Auditor, Arc<Ledger>) {
    let targets = vec![serve(answer).await];
    let sources = Sources { targets, token: None, database: None };
    let mut hall = Hall::new(1, vec!["S0".to_owned(), "S1".to_owned()]);
    hall.epoch = "e1".to_owned();
    let ledger = Arc::new(Ledger::with_room(room));
    (Auditor::new(sources, &ledger, &[Arc::new(hall)]), ledger)
}

/// Anna was told that she has the first seat.
fn locked() -> Answered {
    Answered {
        sent: 1,
        at: 2,
        user: ANNA,
        event: 1,
        action: Action::Lock,
        seats: vec![0],
        asked: 1,
        outcome: Outcome::Done { version: 1 },
        known: 0,
    }
}

fn shown(epoch: &str, first: SeatStatus) -> ShownMap {
    let statuses = vec![first, SeatStatus::Available];
    ShownMap { event: 1, epoch: epoch.to_owned(), version: 1, statuses }
}

/// Ends a run in which two viewers had a map at a version, its first seat locked or not.
async fn end(auditor: &mut Auditor, version: u64) -> Verdict {
    let first = if version == 0 { SeatStatus::Available } else { SeatStatus::Locked };
    let ShownMap { event, epoch, statuses, .. } = shown("e1", first);
    let map = FinalMap { event, epoch, version, statuses, viewers: 2, slow_viewers: 0 };
    let (expected, stats) = (BTreeMap::from([(1, 2)]), AudienceStats::default());
    auditor.finish(&[map], &expected, &stats, &REQUIRED).await
}

fn check<'a>(verdict: &'a Verdict, promise: &str) -> &'a Check {
    verdict.checks.iter().find(|check| check.promise == promise).unwrap()
}

#[tokio::test]
async fn an_honest_server_passes() {
    let (mut auditor, ledger) = auditor(9, honest).await;
    ledger.enter(locked());
    auditor.audit(&[shown("e1", SeatStatus::Locked)]).await;
    let verdict = end(&mut auditor, 1).await;
    assert_eq!(verdict.conclusion(), Conclusion::Kept, "{verdict:#?}");
    assert_eq!(check(&verdict, promises::COMPLETE).looked_at, 1);
}

#[tokio::test]
async fn a_log_that_nobody_may_read_is_no_pass_and_says_what_could_not_be_checked() {
    let closed = |path: &str| if path.contains("/changes") { (403, "{}") } else { honest(path) };
    let (mut auditor, ledger) = auditor(2, closed).await;
    for _ in 0..2 {
        ledger.enter(locked());
        ledger.enter(locked());
        auditor.audit(&[shown("e1", SeatStatus::Locked)]).await;
    }
    assert!(auditor.pending.is_empty() && ledger.lost() == 0, "they don't pile up");
    let verdict = end(&mut auditor, 1).await;
    assert_eq!((verdict.conclusion(), verdict.passed), (Conclusion::NotAllChecked, false));
    assert_eq!(verdict.unchecked, 5, "{verdict:#?}");
    for promise in [promises::SHOWN, promises::TABLE, promises::LEGAL, promises::ACKNOWLEDGED] {
        let check = check(&verdict, promise);
        assert_eq!((check.outcome, check.looked_at), (CheckOutcome::Unchecked, 0), "{promise}");
        assert!(check.detail.contains("can't be read"), "{check:?}");
    }
    let complete = check(&verdict, promises::COMPLETE);
    assert_eq!((complete.outcome, complete.looked_at), (CheckOutcome::Unchecked, 0));
    assert!(complete.detail.starts_with("4 were not"), "{complete:?}");
    // What needs no log was checked.
    assert_eq!(check(&verdict, promises::END).outcome, CheckOutcome::Passed);
    assert_eq!(check(&verdict, promises::ANSWERED).outcome, CheckOutcome::Passed);
}

#[tokio::test]
async fn a_run_in_which_nothing_came_up_is_no_pass() {
    let empty = |path: &str| match path {
        path if path.contains("/changes") => (200, r#"{"items":[]}"#),
        path if path.contains("/tickets/all") => (
            200,
            r#"{"items":[{"seat_no":"S0","status":"available"},
                {"seat_no":"S1","status":"available"}],"version":0,"epoch":"e1"}"#,
        ),
        _ => (200, r#"{"epoch":"e1","version":0,"statuses":"AA"}"#),
    };
    let (mut auditor, _) = auditor(9, empty).await;
    let verdict = end(&mut auditor, 0).await;
    assert_eq!(verdict.conclusion(), Conclusion::NotAllChecked);
    let acknowledged = check(&verdict, promises::ACKNOWLEDGED);
    assert_eq!(acknowledged.outcome, CheckOutcome::Unchecked);
    assert!(acknowledged.detail.contains("nothing came up"), "{acknowledged:?}");
}

#[tokio::test]
async fn answers_without_room_are_no_pass() {
    let (mut auditor, ledger) = auditor(1, honest).await;
    ledger.enter(locked());
    ledger.enter(locked());
    auditor.audit(&[shown("e1", SeatStatus::Locked)]).await;
    let verdict = end(&mut auditor, 1).await;
    assert_eq!(verdict.conclusion(), Conclusion::NotAllChecked);
    let complete = check(&verdict, promises::COMPLETE);
    assert!(complete.detail.starts_with("1 found no room"), "{complete:?}");
}

#[tokio::test]
async fn answers_wait_in_the_ledgers_room_while_the_log_cannot_be_read() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = is_down.clone();
    let (mut auditor, ledger) = auditor(3, move |path| {
        let is_down = down.load(Ordering::Relaxed) && path.contains("/changes");
        if is_down { (503, "{}") } else { honest(path) }
    })
    .await;
    for _ in 0..2 {
        ledger.enter(locked());
        ledger.enter(locked());
        auditor.audit(&[]).await;
    }
    assert_eq!((auditor.pending.len(), ledger.lost()), (3, 1));
    is_down.store(false, Ordering::Relaxed);
    auditor.audit(&[]).await;
    ledger.enter(locked());
    assert_eq!((auditor.pending.len(), auditor.judged, ledger.lost()), (0, 3, 1));
}

#[tokio::test]
async fn a_map_that_everybody_was_shown_and_nobody_ends_with_is_found() {
    let (mut auditor, ledger) = auditor(9, honest).await;
    ledger.enter(locked());
    let another = shown("e2", SeatStatus::Sold);
    auditor.audit(&[shown("e1", SeatStatus::Available), another]).await;
    assert_eq!(auditor.violations(), 1, "another history is not held against this log");
    let verdict = end(&mut auditor, 1).await;
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
    let found = &verdict.violations[0];
    assert_eq!((found.promise.as_str(), found.seat), (promises::SHOWN, Some(0)));
    assert!(!found.evidence.is_empty(), "{found:?}");
}

#[tokio::test]
async fn an_answer_that_the_contract_does_not_know_is_a_broken_promise_at_once() {
    let closed = |path: &str| if path.contains("/changes") { (403, "{}") } else { honest(path) };
    let (mut auditor, ledger) = auditor(9, closed).await;
    ledger.enter_strange(1, "user 11, lock seats [0], was told: 500 internal".to_owned());
    auditor.audit(&[]).await;
    assert_eq!(auditor.violations(), 1, "it takes no log");
    let verdict = end(&mut auditor, 1).await;
    assert_eq!(verdict.conclusion(), Conclusion::Broken);
    assert_eq!(check(&verdict, promises::ANSWERED).outcome, CheckOutcome::Failed);
    assert!(verdict.violations[0].what.contains("500 internal"));
}

#[tokio::test]
async fn a_table_that_is_not_told_once_is_asked_for_again() {
    let asked = AtomicUsize::new(0);
    let (mut auditor, _) = auditor(9, move |path| {
        let is_first = path.contains("/tickets/all") && asked.fetch_add(1, Ordering::Relaxed) == 0;
        if is_first { (503, "{}") } else { honest(path) }
    })
    .await;
    auditor.settle(Duration::from_secs(9), |_, _| 0).await;
    assert_eq!(auditor.least[&1], 1);
}

#[tokio::test]
async fn where_no_table_is_told_viewers_must_end_with_what_log_and_answers_have() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = is_down.clone();
    let (mut auditor, ledger) = auditor(9, move |path| {
        let is_down = down.load(Ordering::Relaxed) && path.contains("/tickets/all");
        if is_down { (500, "{}") } else { honest(path) }
    })
    .await;
    auditor.audit(&[]).await;
    auditor.settle(SETTLE_POLL * 3, |_, _| 0).await;
    assert_eq!(auditor.least[&1], 1, "the log's end");
    ledger.enter(Answered { outcome: Outcome::Done { version: 2 }, ..locked() });
    auditor.settle(SETTLE_POLL * 3, |_, _| 0).await;
    assert_eq!(auditor.least[&1], 2, "what an answer has named");
    is_down.store(false, Ordering::Relaxed);
    let verdict = end(&mut auditor, 0).await;
    let stuck = |found: &&crate::check::Violation| found.promise == promises::END;
    let stuck = verdict.violations.iter().find(stuck).unwrap();
    assert!(stuck.what.contains("ended at version 0, below 2"), "{stuck:?}");
}
