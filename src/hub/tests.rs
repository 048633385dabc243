//! The hub over a scripted database: loading, gaps, lost connections, rewritten history.

mod repairs;
mod viewer;

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::JoinError;
use super::script::{EVENT, Stage};
use super::settings::LiveSettings;
use super::subscription::Step;
use crate::domain::ids::EventId;
use crate::domain::seat::SeatStatus::{Available, Locked, Sold};
use crate::protocol::live::message::{Mode, ServerMessage};
use crate::protocol::live::since::Since;
use crate::protocol::live::{Format, binary, text};
use viewer::{PATIENCE, Viewer, stage};

#[tokio::test(start_paused = true)]
async fn viewers_see_what_is_announced() {
    let stage = stage();
    let mut early = Viewer::join(&stage, None).await;
    early.sees_the_table(&stage).await;
    for seat in 0..5 {
        stage.change(seat, Locked).await;
    }
    early.sees_the_table(&stage).await;
    assert_eq!((early.snapshots, early.modes.as_slice()), (1, [Mode::Snapshot].as_slice()));
    let mut late = Viewer::join(&stage, None).await;
    late.sees_the_table(&stage).await;
    assert_eq!(early.subscription.viewers(), 2);
    drop(late);
    assert_eq!(stage.hub.stats().snapshot().viewers, 1);
}

#[tokio::test(start_paused = true)]
async fn however_many_join_the_event_is_loaded_once_and_nothing_heard_meanwhile_is_lost() {
    let stage = stage();
    let held = stage.script.gate.acquire_many(100).await.unwrap();
    let joins: Vec<_> = (0..20)
        .map(|_| {
            let hub = stage.hub.clone();
            tokio::spawn(async move { hub.subscribe(EVENT, Format::Binary, None).await })
        })
        .collect();
    tokio::task::yield_now().await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    // The load has read version 0 already and hangs; what comes now must not be forgotten.
    stage.change(1, Sold).await;
    stage.change(2, Sold).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    drop(held);
    for join in joins {
        join.await.unwrap().unwrap();
    }
    assert_eq!(stage.script.loads.load(Ordering::SeqCst), 1);
    Viewer::join(&stage, None).await.sees_the_table(&stage).await;
    assert_eq!(stage.hub.stats().snapshot().repairs, 1);
}

#[tokio::test(start_paused = true)]
async fn resuming_starts_exactly_where_the_client_was() {
    let stage = stage();
    for seat in 0..4 {
        stage.change(seat, Sold).await;
    }
    // The node hears of the event for the first time: its ring comes from the log.
    let mut viewer = Viewer::join(&stage, Some("e1.2")).await;
    viewer.statuses[..2].fill(Sold);
    viewer.sees_the_table(&stage).await;
    assert_eq!((viewer.snapshots, viewer.modes.as_slice()), (0, [Mode::Resume].as_slice()));
    let mut current = Viewer::join(&stage, Some("e1.4")).await;
    assert!(current.take(), "hello");
    assert!(!current.take(), "nothing missed");
    for unknown in ["e1.5", "e0.2"] {
        let mut viewer = Viewer::join(&stage, Some(unknown)).await;
        viewer.sees_the_table(&stage).await;
        assert_eq!((viewer.snapshots, viewer.modes[0]), (1, Mode::Snapshot), "{unknown}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_viewer_that_fell_off_the_ring_gets_a_snapshot() {
    let stage = Stage::new(8, LiveSettings { frame_window: Duration::ZERO, ..Default::default() });
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    let mut pace = Viewer::join(&stage, None).await;
    for version in 0..4_200 {
        stage.change(version % 8, if version % 3 == 0 { Sold } else { Available }).await;
        pace.sees_the_table(&stage).await;
    }
    viewer.sees_the_table(&stage).await;
    assert_eq!((viewer.snapshots, viewer.modes.len()), (2, 1));
    let stats = stage.hub.stats().snapshot();
    assert_eq!((stats.laggard_snapshots, pace.snapshots), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn changes_within_a_window_travel_as_one_frame() {
    let stage = stage();
    let mut viewer = Viewer::join(&stage, None).await;
    viewer.sees_the_table(&stage).await;
    stage.change(0, Sold).await;
    viewer.sees_the_table(&stage).await;
    let before = stage.hub.stats().snapshot().frames_published;
    for seat in 1..8 {
        stage.change(seat, Sold).await;
    }
    viewer.sees_the_table(&stage).await;
    assert_eq!(stage.hub.stats().snapshot().frames_published, before + 1);
}

#[tokio::test(start_paused = true)]
async fn events_come_and_go() {
    let stage = stage();
    let nobody = stage.hub.subscribe(EventId(99), Format::Json, None).await;
    assert_eq!(nobody.err(), Some(JoinError::Unknown));
    stage.create(EventId(99), 3);
    let reading = stage.hub.snapshot(EventId(99), Format::Json).await.unwrap();
    assert_eq!(reading.version, 0);
    assert_eq!(stage.hub.stats().snapshot().events, 1);
    // Nobody looks at it: let go, and read anew for the next.
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(stage.hub.stats().snapshot().events, 0);

    let mut viewer = stage.hub.subscribe(EVENT, Format::Json, None).await.unwrap();
    stage.delete();
    let end = async {
        loop {
            match viewer.take() {
                Some(Step::Gone) => return,
                Some(_) => {}
                None => viewer.wait().await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, end).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn events_that_are_not_there_take_no_place_and_are_found_once_they_are() {
    let stage = stage();
    // Nothing can be loaded: whatever takes a place keeps it.
    let held = stage.script.gate.acquire_many(100).await.unwrap();
    let ask = |number: i64| {
        let hub = stage.hub.clone();
        let event = EventId(1_000 + number);
        tokio::spawn(async move { hub.subscribe(event, Format::Json, None).await.err() })
    };
    let asking: Vec<_> = (0..5_000).map(ask).collect();
    for asked in asking {
        assert_eq!(asked.await.unwrap(), Some(JoinError::Unknown));
    }
    let counts = (stage.hub.stats().snapshot().events, stage.script.loads.load(Ordering::SeqCst));
    assert_eq!(counts, (0, 0));
    let reads = stage.script.position_reads.load(Ordering::SeqCst);
    assert!(reads < 100, "{reads} reads for 5,000 who asked at once");
    drop(held);
    stage.create(EventId(1_000), 3);
    assert_eq!(ask(0).await.unwrap(), None);
    assert!(stage.hub.subscribe(EVENT, Format::Json, None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_database_that_fails_refuses_and_the_next_to_ask_is_served() {
    let stage = stage();
    stage.script.fails.store(true, Ordering::SeqCst);
    let refused = stage.hub.subscribe(EVENT, Format::Json, None).await;
    assert_eq!(refused.err(), Some(JoinError::Unavailable));
    stage.script.fails.store(false, Ordering::SeqCst);
    assert!(stage.hub.subscribe(EVENT, Format::Json, None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_full_node_refuses() {
    let stage = Stage::new(8, LiveSettings { viewers_max: 1, ..Default::default() });
    let first = Viewer::join(&stage, None).await;
    let second = stage.hub.subscribe(EVENT, Format::Json, None).await;
    assert_eq!(second.err(), Some(JoinError::Full));
    drop(first);
    assert!(stage.hub.subscribe(EVENT, Format::Json, None).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn plain_readings_name_exactly_the_version_they_show() {
    let stage = stage();
    let before = stage.hub.snapshot(EVENT, Format::Json).await.unwrap();
    assert_eq!(
        &before.bytes[..],
        br#"{"epoch":"e1","version":0,"seats":8,"layout":"layout","statuses":"AAAAAAAA"}"#
    );
    let mut viewer = Viewer::join(&stage, None).await;
    stage.change(2, Sold).await;
    viewer.sees_the_table(&stage).await;
    let since = Since { epoch: "e1".into(), version: 0 };
    let changed = stage.hub.since(EVENT, &since, Format::Json).await.unwrap();
    assert_eq!(&changed.bytes[..], br#"{"epoch":"e1","from":0,"version":1,"changes":[[2,"S"]]}"#);
    let binary = stage.hub.since(EVENT, &since, Format::Binary).await.unwrap();
    let delta = ServerMessage::Delta(crate::domain::change::ChangeSet {
        from: 0,
        version: 1,
        changes: vec![(2, Sold)],
    });
    assert_eq!(binary::decode(&binary.bytes), Ok(delta.clone()));
    let elsewhere = Since { epoch: "e0".into(), version: 0 };
    let whole = stage.hub.since(EVENT, &elsewhere, Format::Binary).await.unwrap();
    assert!(matches!(binary::decode(&whole.bytes), Ok(ServerMessage::Snapshot(_))));
    assert_eq!(text::decode(&text::encode(&delta)), Ok(delta));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_node_reaches_every_viewer() {
    let stage = stage();
    let mut viewer = stage.hub.subscribe(EVENT, Format::Json, None).await.unwrap();
    stage.hub.lifetime().stop.cancel();
    viewer.wait().await;
    assert!(matches!(viewer.take(), Some(Step::Ending)));
    let lifetime = stage.hub.lifetime().clone();
    lifetime.tasks.close();
    tokio::time::timeout(PATIENCE, lifetime.tasks.wait()).await.unwrap();
}
