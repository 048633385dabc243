//! The direct way of owning WebSockets: a few loops, one thread each, own the bare TCP connections.
//!
//! A delivery costs one system call and little else. A frame's bytes, WebSocket header included,
//! are made once and are the same for everybody; a loop is woken once per frame, not once per
//! viewer; what lies ahead of a place in the history is looked up once, not by each who stands
//! there; and what a flush touches of a socket fits one cache line. A viewer that doesn't read
//! keeps its place, and at most the rest of one frame that it shares with the others.
//!
//! - `handover` answers the handshake and takes the connection away from the HTTP server,
//! - `inbox` is where other threads leave sockets and news for a loop,
//! - `hub_loop` is the thread: it waits, and does a bounded part of everything there is to do,
//! - `flush` sends what is new to the viewers of an event, kept in a `group`,
//! - `talk` has the conversation with one socket; `reader` understands what it sends,
//! - `sockets` keeps them, `outbox` writes to them, `wheel` has their alarms.
//!
//! What is said, and when, is `connection`'s matter in both ways. Nothing here waits for anything
//! but in `HubLoop::wait`.

mod flush;
mod group;
mod handover;
mod hub_loop;
mod inbox;
mod outbox;
mod reader;
mod sockets;
mod talk;
mod wheel;

use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use mio::{Poll, Waker};

pub(super) use handover::{PlainUpgrade, Viewer};
use hub_loop::{HubLoop, INBOX};
use inbox::{Handover, Inbox, Stop};
#[cfg(any(test, fuzzing))]
pub(in crate::http) use reader::beside::are_read_alike;

use crate::hub::Hub;
use crate::hub::settings::LiveSettings;

/// The most loops of a node. Each core can flush for one; beyond that many the kernel's side of
/// sending is what limits.
const LOOPS_MAX: usize = 8;

/// The loops of a node. They end with it: gently when it stops, at once when it is dropped.
#[derive(Debug)]
pub(super) struct Loops {
    inboxes: Vec<Arc<Inbox>>,
    given_up: AtomicBool,
}

impl Loops {
    /// Starts as many loops as there are cores.
    pub(super) fn start(hub: &Hub, settings: &LiveSettings) -> io::Result<Self> {
        let count = thread::available_parallelism().map_or(1, NonZero::get).min(LOOPS_MAX);
        let mut loops = Self { inboxes: Vec::with_capacity(count), given_up: false.into() };
        for number in 0..count {
            let poll = Poll::new()?;
            let inbox = Arc::new(Inbox::new(Waker::new(poll.registry(), INBOX)?));
            let hub_loop = HubLoop::new(poll, Arc::clone(&inbox), hub.clone(), settings);
            thread::Builder::new().name(format!("live-{number}")).spawn(move || hub_loop.run())?;
            loops.inboxes.push(inbox);
        }
        let (lifetime, inboxes) = (hub.lifetime().clone(), loops.inboxes.clone());
        lifetime.tasks.spawn(async move {
            lifetime.stop.cancelled().await;
            inboxes.iter().for_each(|inbox| inbox.stop(Stop::Gently));
        });
        Ok(loops)
    }

    /// Whether connections can be given to loops.
    pub(super) fn are_usable(&self) -> bool {
        !self.given_up.load(Ordering::Relaxed)
    }

    /// Gives a socket to the loop that has the fewest.
    fn take(&self, handover: Handover) {
        let loads = self.inboxes.iter().filter_map(|inbox| Some((inbox.load()?, inbox)));
        let Some((_, inbox)) = loads.min_by_key(|(load, _)| *load) else { return };
        inbox.hand_over(handover);
    }

    /// Leaves all further sockets to the portable way.
    fn give_up(&self, reason: &str) {
        if !self.given_up.swap(true, Ordering::Relaxed) {
            tracing::warn!(reason, "connections can't be taken from the server; using tasks");
        }
    }
}

impl Drop for Loops {
    fn drop(&mut self) {
        // After a gentle stop nobody is left to notice.
        self.inboxes.iter().for_each(|inbox| inbox.stop(Stop::AtOnce));
    }
}
