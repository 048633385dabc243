//! Two hundred who watch a race: some stay, some break off and come back where they were, some
//! come back knowing nothing.

use std::net::SocketAddr;

use rand::RngExt as _;
use rand::rngs::StdRng;
use seatmap::protocol::live::Format;
use seatmap::protocol::live::message::{Mode, ServerMessage};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::chance;
use super::log::Shown;
use crate::support::viewer::{Heard, Viewer};

/// After at most so many messages the restless break off.
const RESTLESS_AFTER_MAX: u32 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Temper {
    Steady,
    /// Breaks off and resumes, on any node.
    Returning,
    /// Breaks off and starts over.
    Forgetful,
}

/// What one of the audience saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) messages: u64,
    pub(super) joins: u64,
    pub(super) resumes: u64,
    /// The map at each time of leaving; the last one is the final one.
    pub(super) shown: Vec<Shown>,
}

/// Those who watch, until they are told which version is the last.
pub(super) struct Audience {
    watching: JoinSet<Seen>,
    last: watch::Sender<Option<u64>>,
}

impl Audience {
    pub(super) fn gather(nodes: [SocketAddr; 2], event: i64, size: usize, seed: u64) -> Self {
        let last = watch::Sender::new(None);
        let mut watching = JoinSet::new();
        for number in 0..size {
            let temper = [Temper::Steady, Temper::Returning, Temper::Forgetful][number % 3];
            let format = Format::ALL[number / 3 % 2];
            let watcher = Watcher { nodes, event, format, temper, chance: chance(!seed, number) };
            watching.spawn(watcher.watch(number / 6 % 2, last.subscribe()));
        }
        Self { watching, last }
    }

    /// Names the last version and waits until everybody has been shown it.
    pub(super) async fn leave_at(self, version: u64) -> Vec<Seen> {
        self.last.send_replace(Some(version));
        self.watching.join_all().await
    }
}

struct Watcher {
    nodes: [SocketAddr; 2],
    event: i64,
    format: Format,
    temper: Temper,
    chance: StdRng,
}

impl Watcher {
    async fn watch(mut self, node: usize, mut last: watch::Receiver<Option<u64>>) -> Seen {
        let mut seen = Seen { joins: 1, ..Seen::default() };
        let open = Viewer::open_as(self.nodes[node], self.event, self.format, None);
        let mut viewer = open.await.expect("a viewer");
        let mut patience = self.patience();
        loop {
            let heard = tokio::select! {
                heard = viewer.hear() => heard,
                _ = last.changed() => break,
            };
            let Heard::Message(message) = heard else { panic!("broken off: {heard:?}") };
            seen.messages += 1;
            if let ServerMessage::Hello(hello) = message {
                seen.resumes += u64::from(hello.mode == Mode::Resume);
            }
            patience -= 1;
            // A position that is void can't be shown, nor gone on from.
            if patience == 0 && viewer.follower.position().is_some() {
                seen.shown.push(shown(&viewer));
                viewer = self.come_back(viewer).await;
                seen.joins += 1;
            }
            if patience == 0 {
                patience = self.patience();
            }
        }
        let version = last.borrow().expect("the last version");
        viewer.reach(version).await;
        seen.shown.push(shown(&viewer));
        seen
    }

    async fn come_back(&mut self, viewer: Viewer) -> Viewer {
        let node = self.nodes[self.chance.random_range(0..2)];
        let follower = viewer.drop_connection();
        let earlier = (self.temper == Temper::Returning).then_some(follower);
        let back = Viewer::open_as(node, self.event, self.format, earlier).await;
        back.expect("a viewer")
    }

    /// How many messages it listens to before it breaks off.
    fn patience(&mut self) -> u32 {
        match self.temper {
            Temper::Steady => u32::MAX,
            Temper::Returning | Temper::Forgetful => {
                self.chance.random_range(1..=RESTLESS_AFTER_MAX)
            }
        }
    }
}

fn shown(viewer: &Viewer) -> Shown {
    Shown { version: viewer.version(), map: viewer.follower.statuses().to_vec() }
}
