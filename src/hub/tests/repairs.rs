//! What a mirror missed, or has wrong, is read anew: gaps, deaf listeners, rewritten history, audits.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::viewer::{Viewer, stage};
use crate::domain::seat::SeatStatus::{Available, Locked, Reserved, Sold};
use crate::hub::script::EVENT;
use crate::store::listener::Signal;

#[tokio::test(start_paused = true)]
async fn unheard_and_oversized_change_sets_are_read_from_the_log() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    stage.commit(&[(0, Sold)]);
    stage.change(1, Locked).await;
    viewer.sees_the_table(&stage).await;
    assert_eq!(stage.hub.stats().snapshot().repairs, 1);

    let change = stage.commit(&[(2, Reserved)]);
    let (event, from, version) = (EVENT, change.from, change.version);
    stage.signal(Signal::Announced { event, from, version, changes: None }).await;
    viewer.sees_the_table(&stage).await;
    // Twice, and late: harmless.
    stage.announce(change).await;
    stage.change(3, Sold).await;
    viewer.sees_the_table(&stage).await;
    let stats = stage.hub.stats().snapshot();
    assert_eq!((viewer.snapshots, stats.repairs, stats.reloads), (1, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_repair_survives_a_database_that_fails_for_a_while() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    stage.script.fails.store(true, Ordering::SeqCst);
    stage.commit(&[(0, Sold)]);
    stage.change(1, Sold).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(!viewer.take());
    assert!(stage.hub.stats().snapshot().read_failures > 0);
    stage.script.fails.store(false, Ordering::SeqCst);
    viewer.sees_the_table(&stage).await;
    assert_eq!(viewer.snapshots, 1);
}

#[tokio::test(start_paused = true)]
async fn a_pruned_log_ends_in_a_snapshot() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    stage.commit(&[(0, Sold)]);
    stage.commit(&[(1, Sold)]);
    stage.prune();
    stage.change(2, Sold).await;
    viewer.sees_the_table(&stage).await;
    assert_eq!((viewer.snapshots, viewer.modes.len()), (2, 2));
    assert_eq!(stage.hub.stats().snapshot().reloads, 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_while_the_listener_was_away_is_caught_up() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    stage.signal(Signal::Lost).await;
    stage.commit(&[(4, Sold)]);
    stage.signal(Signal::Connected).await;
    viewer.sees_the_table(&stage).await;
    stage.change(5, Sold).await;
    viewer.sees_the_table(&stage).await;
    // Missed without anybody noticing: the comparison of versions finds it.
    stage.commit(&[(6, Sold)]);
    viewer.sees_the_table(&stage).await;
    assert_eq!(viewer.snapshots, 1);
}

#[tokio::test(start_paused = true)]
async fn rewritten_history_is_never_mixed_with_the_old_one() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    for seat in 0..3 {
        stage.change(seat, Sold).await;
    }
    viewer.sees_the_table(&stage).await;
    stage.signal(Signal::Lost).await;
    // Restored from a backup at the very same version, with other seats sold; and the next change
    // is announced before the hub had time to compare.
    let mut statuses = vec![Available; 8];
    statuses[7] = Sold;
    stage.restore("e2", 3, &statuses);
    stage.signal(Signal::Connected).await;
    stage.change(6, Locked).await;
    viewer.sees_the_table(&stage).await;
    assert_eq!((viewer.epoch.as_str(), viewer.modes.len()), ("e2", 2));
    // The same epoch with a lower version: went back, too.
    stage.restore("e2", 1, &[Available; 8]);
    viewer.sees_the_table(&stage).await;
    assert_eq!(viewer.modes.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_audit_finds_and_mends_a_mirror_unlike_the_table() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    let mut wrong = stage.commit(&[(0, Sold)]);
    wrong.changes = vec![(1, Sold)];
    stage.announce(wrong).await;
    viewer.sees_the_table(&stage).await;
    let stats = stage.hub.stats().snapshot();
    assert_eq!((stats.divergences, stats.reloads, viewer.modes.len()), (1, 1, 2));
}
