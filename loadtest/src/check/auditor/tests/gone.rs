//! Servers that have gone by the end of the run, and such as are there and answer wrongly then.

use super::*;

/// What a server answers that goes when it is told to.
fn until(gone: &Arc<AtomicBool>) -> impl Fn(&str) -> (u16, &'static str) + Send + Sync + 'static {
    let gone = gone.clone();
    move |path| if gone.load(Ordering::Relaxed) { GONE } else { honest(path) }
}

/// Ends a run whose two viewers aren't there.
async fn end_without_viewers(auditor: &mut Auditor) -> Verdict {
    let (expected, stats) = (BTreeMap::from([(1, 2)]), AudienceStats::default());
    auditor.finish(&[], &expected, &stats, &REQUIRED).await
}

#[tokio::test]
async fn a_server_that_has_gone_is_no_broken_promise_but_no_pass_either() {
    let gone = Arc::new(AtomicBool::new(false));
    let (mut auditor, ledger) = auditor(9, until(&gone)).await;
    // A node that lives on is further than the log was read.
    let ahead = |path: &str| match path {
        path if path.ends_with("/availability") => {
            (200, r#"{"epoch":"e1","version":7,"statuses":"AL"}"#)
        }
        _ => honest(path),
    };
    auditor.sources.targets.push(serve(ahead).await);
    ledger.enter(locked());
    auditor.audit(&[shown("e1", SeatStatus::Locked)]).await;
    ledger.enter(Answered { outcome: Outcome::Done { version: 2 }, ..locked() });
    gone.store(true, Ordering::Relaxed);
    let verdict = end_without_viewers(&mut auditor).await;
    assert_eq!(verdict.conclusion(), Conclusion::NotAllChecked, "{verdict:#?}");
    let why = |promise| {
        let check = check(&verdict, promise);
        assert_eq!(check.outcome, CheckOutcome::Unchecked, "{check:?}");
        (check.looked_at, check.detail.as_str())
    };
    let (looked_at, complete) = why(promises::COMPLETE);
    assert!(looked_at == 1 && complete.starts_with("1 were not"), "{complete}");
    let (looked_at, end) = why(promises::END);
    assert!(looked_at == 0 && end.starts_with("2 of 2 viewers were not there"), "{end}");
    assert!(why(promises::TABLE).1.starts_with("/tickets/all of"));
    // Of these something was looked at, and not all.
    for promise in [promises::SHOWN, promises::LEGAL, promises::ACKNOWLEDGED] {
        let (looked_at, detail) = why(promise);
        assert!(looked_at == 1 && detail.contains("can't be read to its end"), "{detail}");
    }
    assert_eq!(check(&verdict, promises::ANSWERED).outcome, CheckOutcome::Passed);
}

#[tokio::test]
async fn what_was_found_before_a_server_went_stays_broken() {
    let gone = Arc::new(AtomicBool::new(false));
    let (mut auditor, ledger) = auditor(9, until(&gone)).await;
    ledger.enter(locked());
    auditor.audit(&[shown("e1", SeatStatus::Available)]).await;
    gone.store(true, Ordering::Relaxed);
    let verdict = end_without_viewers(&mut auditor).await;
    assert_eq!((verdict.conclusion(), verdict.violation_count), (Conclusion::Broken, 1));
    assert_eq!(check(&verdict, promises::SHOWN).outcome, CheckOutcome::Failed);
    assert_eq!(check(&verdict, promises::TABLE).outcome, CheckOutcome::Unchecked);
}

#[tokio::test]
async fn viewers_who_are_missing_while_the_server_is_there_are_a_broken_promise() {
    let (mut auditor, ledger) = auditor(9, honest).await;
    ledger.enter(locked());
    auditor.audit(&[shown("e1", SeatStatus::Locked)]).await;
    let verdict = end_without_viewers(&mut auditor).await;
    assert_eq!((verdict.conclusion(), verdict.violation_count), (Conclusion::Broken, 2));
    assert_eq!(check(&verdict, promises::END).outcome, CheckOutcome::Failed);
}

#[tokio::test]
async fn a_table_answered_with_what_the_contract_does_not_know_is_accused_of_that() {
    let breaks = |path: &str| match path {
        path if path.ends_with("/tickets/all") => (500, "{}"),
        path if path.ends_with("/availability") => (503, "{}"),
        _ => honest(path),
    };
    let (mut auditor, ledger) = auditor(9, breaks).await;
    ledger.enter(locked());
    auditor.audit(&[shown("e1", SeatStatus::Locked)]).await;
    let verdict = end(&mut auditor, 1).await;
    assert_eq!((verdict.conclusion(), verdict.violation_count), (Conclusion::Broken, 1));
    let found = &verdict.violations[0];
    assert_eq!(found.promise, promises::ANSWERED, "{found:?}");
    assert!(found.what.contains("answered with 500"), "{found:?}");
    assert_eq!(check(&verdict, promises::TABLE).outcome, CheckOutcome::Unchecked);
}
