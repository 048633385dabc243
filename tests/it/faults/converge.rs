//! Maps and tables side by side.

use seatmap::domain::seat::SeatStatus;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::database::Database;
use crate::support::viewer::{Heard, Viewer};

/// An event as its tables show it.
pub(super) struct Truth {
    pub(super) version: u64,
    pub(super) epoch: String,
    pub(super) statuses: Vec<SeatStatus>,
}

pub(super) async fn truth(database: &Database, event: i64) -> Truth {
    let sql = "select e.version, event_epoch(e.epoch_salt),
                      array(select t.status from tickets t
                            where t.event_id = e.id order by t.seat_index)
               from events e where e.id = $1";
    let row = database.connect().await.query_one(sql, &[&event]).await.expect("the event");
    let codes: Vec<i16> = row.get(2);
    let status = |code: &i16| SeatStatus::from_code(u8::try_from(*code).ok()?);
    Truth {
        version: u64::try_from(row.get::<_, i64>(0)).expect("a version"),
        epoch: row.get(1),
        statuses: codes.iter().map(|code| status(code).expect("a status")).collect(),
    }
}

/// Follows until the viewer shows what the tables do; nothing may be written meanwhile.
pub(super) async fn converge(viewer: &mut Viewer, database: &Database) {
    let truth = truth(database, viewer.event).await;
    viewer.reach(truth.version).await;
    assert_shows(viewer, &truth);
}

#[track_caller]
pub(super) fn assert_shows(viewer: &Viewer, truth: &Truth) {
    let position = viewer.follower.position().expect("a map");
    assert_eq!((&position.epoch, position.version), (&truth.epoch, truth.version));
    assert!(viewer.follower.statuses() == truth.statuses, "the map is unlike the table");
}

/// A viewer that listens in the background until told to stop. It comes back with its position
/// whenever its connection ends.
pub(super) struct Watching {
    stop: watch::Sender<bool>,
    task: JoinHandle<Viewer>,
}

impl Watching {
    pub(super) fn begin(mut viewer: Viewer) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    heard = viewer.hear() => {
                        let ended = matches!(heard, Heard::Closed(_) | Heard::Lost);
                        assert!(!ended, "the server closed: {heard:?}");
                    }
                    () = asked(&mut stopped) => return viewer,
                }
            }
        });
        Self { stop, task }
    }

    /// The viewer, with what it has seen so far.
    pub(super) async fn end(self) -> Viewer {
        self.stop.send_replace(true);
        self.task.await.expect("a viewer that saw no broken promise")
    }
}

async fn asked(stopped: &mut watch::Receiver<bool>) {
    // An error says that nobody can ask any more, which means the same.
    let _ = stopped.wait_for(|stop| *stop).await;
}
