//! Somebody who watches an event by the contract's rule, comes back whenever the connection ends,
//! and remembers what was shown.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use seatmap::domain::seat::SeatStatus;
use seatmap::protocol::live::message::{Mode, ServerMessage};
use seatmap::protocol::live::since::Since;
use seatmap_loadtest::follower::{Follower, Reaction};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::books::Books;
use super::stream::{Heard, Source};
use crate::history::Sight;
use crate::plan::{ViewerPlan, Way};

/// How long a viewer waits before it tries to come back.
const COME_BACK_PAUSE: Duration = Duration::from_millis(100);
/// How long everybody may take to reach the last version, with nothing in the way.
const REACH_PATIENCE: Duration = Duration::from_secs(45);
/// The most maps remembered of one viewer.
const SHOWN_MAX: usize = 400;
/// The most sights of one viewer: two for each of its connections, and it makes a few hundred.
const SIGHTS_MAX: usize = 10_000;

/// A map as it was shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) at: Since,
    pub(crate) map: Vec<SeatStatus>,
}

/// What one viewer saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) name: String,
    pub(crate) event: usize,
    pub(crate) messages: u64,
    pub(crate) joins: u64,
    pub(crate) resumes: u64,
    /// Those of streams, by the id that the server gave the message heard last.
    pub(crate) resumes_by_id: u64,
    pub(crate) resyncs: u64,
    pub(crate) epochs: Vec<String>,
    pub(crate) shown: Vec<Shown>,
    pub(crate) sights: Vec<Sight>,
    pub(crate) violations: Vec<String>,
}

pub(crate) struct Viewer {
    plan: ViewerPlan,
    id: i64,
    doors: Vec<SocketAddr>,
    follower: Follower,
    seen: Seen,
    /// The id of the stream's latest message that had one.
    last_id: Option<String>,
    /// The last position, once it is known.
    last: watch::Receiver<Option<Since>>,
    books: Arc<Books>,
}

impl Viewer {
    pub(crate) fn new(
        plan: ViewerPlan,
        number: usize,
        id: i64,
        doors: &[SocketAddr],
        (last, books): (watch::Receiver<Option<Since>>, Arc<Books>),
    ) -> Self {
        let name = format!("viewer-{number} ({:?})", plan.way);
        let seen = Seen { name, event: plan.event, ..Seen::default() };
        Self {
            plan,
            id,
            doors: doors.to_vec(),
            follower: Follower::new(),
            seen,
            last_id: None,
            last,
            books,
        }
    }

    /// Watches until the last position is shown.
    pub(crate) async fn watch(mut self) -> Seen {
        let mut node = self.plan.node;
        let mut due = None;
        while !self.is_done(&mut due) {
            node += 1;
            if self.plan.forgetful {
                self.keep_violations();
                self.follower = Follower::new();
                self.last_id = None;
            }
            self.follower.reconnect();
            let door = self.doors[node % self.doors.len()];
            let position = self.follower.position().map(|position| position.to_string());
            // Streams come back as browsers do, by the id they were given, unless their map is void.
            let since = match self.plan.way {
                Way::Stream => self.last_id.clone().filter(|_| position.is_some()),
                Way::Json | Way::Binary => position,
            };
            match Source::open(door, self.id, self.plan.way, since.as_deref()).await {
                Some(source) => self.listen(source, &mut due).await,
                None => sleep(COME_BACK_PAUSE).await,
            }
        }
        self.keep_violations();
        self.seen
    }

    async fn listen(&mut self, mut source: Source, due: &mut Option<Instant>) {
        self.seen.joins += 1;
        let begun = self.seen.messages;
        let mut last = self.last.clone();
        while !self.is_done(due) {
            let heard = tokio::select! {
                heard = source.hear() => heard,
                _ = last.changed() => continue,
            };
            let message = match heard {
                Heard::Message(message) => message,
                Heard::Ended => return,
                Heard::Nonsense(what) => {
                    self.seen.violations.push(format!("no message: {what}"));
                    return;
                }
            };
            let reaction = self.take(&message);
            self.take_id(&message, source.last_id());
            let count = self.seen.messages - begun;
            let whim = self.plan.resync_after.is_some_and(|n| count.is_multiple_of(n.into()));
            if reaction == Reaction::Resync || (whim && self.plan.way != Way::Stream) {
                self.seen.resyncs += 1;
                source.resync().await;
            }
            let at_rest = last.borrow().is_some();
            if !at_rest && self.plan.restless_after.is_some_and(|n| count >= n.into()) {
                return;
            }
        }
    }

    /// Remembers a stream's id, which has to name what its message leads to.
    fn take_id(&mut self, message: &ServerMessage, last_id: Option<&str>) {
        let leads_to = match message {
            ServerMessage::Snapshot(map) => map.version,
            ServerMessage::Delta(delta) => delta.version,
            _ => return,
        };
        if self.plan.way != Way::Stream {
            return;
        }
        let epoch = self.seen.epochs.last().cloned().unwrap_or_default();
        let due = Since { epoch, version: leads_to }.to_string();
        if last_id != Some(&due) {
            self.seen.violations.push(format!("{due} came under the id {last_id:?}"));
        }
        if self.follower.position().is_some_and(|position| position.to_string() == due) {
            self.last_id = last_id.map(str::to_owned);
        }
    }

    fn take(&mut self, message: &ServerMessage) -> Reaction {
        self.seen.messages += 1;
        if let ServerMessage::Hello(hello) = message {
            let resumed = u64::from(hello.mode == Mode::Resume);
            self.seen.resumes += resumed;
            self.seen.resumes_by_id += if self.plan.way == Way::Stream { resumed } else { 0 };
            if self.seen.epochs.last() != Some(&hello.epoch) {
                self.seen.epochs.push(hello.epoch.clone());
            }
        }
        self.take_sight(message);
        let before = self.follower.position();
        let reaction = self.follower.take(message);
        if let Some(at) = self.follower.position()
            && before.as_ref() != Some(&at)
            && self.seen.shown.len() < SHOWN_MAX
        {
            let map = self.follower.statuses().to_vec();
            self.seen.shown.push(Shown { at, map });
        }
        reaction
    }

    /// Remembers which history a message is of.
    fn take_sight(&mut self, message: &ServerMessage) {
        let version = match message {
            ServerMessage::Hello(hello) => hello.version,
            ServerMessage::Snapshot(map) => map.version,
            ServerMessage::Delta(delta) => delta.version,
            _ => return,
        };
        let now = self.books.now();
        let sight = Sight {
            event: self.id,
            viewer: self.seen.name.clone(),
            connection: self.seen.joins,
            // A hello's counts by now, and so for all that follows it.
            epoch: self.seen.epochs.last().cloned().unwrap_or_default(),
            least: version,
            most: version,
            from: now,
            until: now,
        };
        sight.add_to(&mut self.seen.sights);
        assert!(self.seen.sights.len() < SIGHTS_MAX, "a viewer is shown less");
    }

    /// Whether the last position is shown, or it is too late for that.
    fn is_done(&mut self, due: &mut Option<Instant>) -> bool {
        let Some(last) = self.last.borrow().clone() else { return false };
        let due = *due.get_or_insert_with(|| Instant::now() + REACH_PATIENCE);
        let position = self.follower.position();
        if position.as_ref() == Some(&last) {
            let map = self.follower.statuses().to_vec();
            self.seen.shown.push(Shown { at: last, map });
            return true;
        }
        if Instant::now() >= due {
            let shows = position.map(|position| position.to_string());
            self.seen.violations.push(format!("never shows {last}, but {shows:?}"));
            return true;
        }
        false
    }

    fn keep_violations(&mut self) {
        self.seen.violations.extend_from_slice(self.follower.violations());
    }
}
