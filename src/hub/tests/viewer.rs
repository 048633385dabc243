//! A viewer that follows as the contract says, and the stage it follows on.

use std::time::Duration;

use crate::domain::ids::Version;
use crate::domain::seat::SeatStatus::{self, Available};
use crate::hub::script::{EVENT, Stage};
use crate::hub::settings::LiveSettings;
use crate::hub::subscription::{Step, Subscription};
use crate::protocol::live::message::{Mode, ServerMessage};
use crate::protocol::live::since::Since;
use crate::protocol::live::{Format, binary};

/// Nothing in these tests takes this long, in real or in paused time, unless it is broken.
pub(super) const PATIENCE: Duration = Duration::from_secs(600);

pub(super) fn stage() -> Stage {
    Stage::new(8, LiveSettings::default())
}

/// A viewer that applies what it is given by the contract's rule.
pub(super) struct Viewer {
    pub(super) subscription: Subscription,
    pub(super) epoch: String,
    pub(super) version: Version,
    pub(super) statuses: Vec<SeatStatus>,
    pub(super) modes: Vec<Mode>,
    pub(super) snapshots: u32,
}

impl Viewer {
    pub(super) async fn join(stage: &Stage, since: Option<&str>) -> Self {
        let since: Option<Since> = since.map(|since| since.parse().unwrap());
        let subscription =
            stage.hub.subscribe(EVENT, Format::Binary, since.as_ref()).await.unwrap();
        let (epoch, version) = since.map_or_else(Default::default, |s| (s.epoch, s.version));
        let statuses = vec![Available; 8];
        Self { subscription, epoch, version, statuses, modes: Vec::new(), snapshots: 0 }
    }

    pub(super) fn take(&mut self) -> bool {
        let Some(step) = self.subscription.take() else { return false };
        match step {
            Step::Hello(greeting) => {
                self.epoch = greeting.epoch.to_string();
                self.modes.push(greeting.mode);
            }
            Step::Snapshot(_, framed) | Step::Delta(_, framed) => {
                match binary::decode(&framed.message()).unwrap() {
                    ServerMessage::Snapshot(map) => {
                        self.snapshots += 1;
                        (self.version, self.statuses) = (map.version, map.statuses);
                    }
                    ServerMessage::Delta(delta) => {
                        assert!(delta.from <= self.version, "gap at {}: {delta:?}", self.version);
                        for (seat, status) in delta.changes {
                            self.statuses[seat as usize] = status;
                        }
                        self.version = delta.version;
                    }
                    other => panic!("{other:?}"),
                }
            }
            Step::Gone | Step::Ending => panic!("{step:?}"),
        }
        true
    }

    /// Follows until it is at the table's version with the table's map.
    pub(super) async fn sees_the_table(&mut self, stage: &Stage) {
        let (version, statuses) = stage.table();
        let arrive = async {
            loop {
                while self.take() {}
                if self.version == version && self.statuses == statuses {
                    return;
                }
                self.subscription.wait().await;
            }
        };
        let arrived = tokio::time::timeout(PATIENCE, arrive).await;
        assert!(arrived.is_ok(), "at {} of {version}, {:?}", self.version, self.statuses);
    }
}
