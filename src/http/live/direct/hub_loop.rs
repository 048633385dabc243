//! One loop: a thread that owns sockets, waits for all of them at once, and is woken by events.
//!
//! Each turn looks at everything there is to do and does a bounded part of each, so that neither a
//! crowd of readers, nor one of joiners, nor the flush of the largest event keeps the others
//! waiting. `flush` sends what is new, `talk` has the conversations.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mio::{Events, Interest, Poll, Token};
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::group::Groups;
use super::inbox::{Handover, Inbox, Mail, Stop};
use super::sockets::{Key, Seed, Sockets};
use super::wheel::Wheel;
use crate::hub::Hub;
use crate::hub::settings::LiveSettings;
use crate::hub::subscription::Parts;

/// How many sockets the kernel reports at once.
const EVENTS_MAX: usize = 1_024;
/// How many sockets are taken in before others are looked at.
const HANDOVERS_PER_TURN: usize = 64;
/// How much is read from a socket at once, in bytes. All a client may say fits; one buffer serves
/// all sockets of the loop.
pub(super) const READ_BYTES: usize = 4 * 1024;

/// The token of the inbox; sockets have those of their keys.
pub(super) const INBOX: Token = Token(usize::MAX);

/// A loop and all that belongs to it.
pub(super) struct HubLoop {
    poll: Poll,
    events: Events,
    mail: Mail,
    pub(super) hub: Hub,
    pub(super) inbox: Arc<Inbox>,
    pub(super) sockets: Sockets,
    pub(super) groups: Groups,
    pub(super) wheel: Wheel,
    /// Those who have more to be read or sent than fitted into a turn.
    pub(super) later: VecDeque<Key>,
    pub(super) scratch: Vec<u8>,
    rung: Vec<(u64, Key)>,
    ending: bool,
    /// Lets the node wait for the loop before it ends.
    _tracked: TaskTrackerToken,
}

impl HubLoop {
    pub(super) fn new(poll: Poll, inbox: Arc<Inbox>, hub: Hub, settings: &LiveSettings) -> Self {
        let tracked = hub.lifetime().tasks.token();
        Self {
            poll,
            events: Events::with_capacity(EVENTS_MAX),
            mail: Mail::default(),
            hub,
            sockets: Sockets::new(settings.stall_timeout, settings.close_timeout),
            groups: Groups::new(Arc::clone(&inbox)),
            wheel: Wheel::new(Instant::now()),
            later: VecDeque::new(),
            scratch: vec![0; READ_BYTES],
            rung: Vec::new(),
            inbox,
            ending: false,
            _tracked: tracked,
        }
    }

    /// Serves sockets until the node ends.
    pub(super) fn run(mut self) {
        loop {
            match self.turn() {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::error!(%error, "a loop of sockets ended");
                    return;
                }
            }
        }
    }

    /// Does a part of everything there is to do; says whether to go on.
    fn turn(&mut self) -> io::Result<bool> {
        self.wait()?;
        let more = self.inbox.take(HANDOVERS_PER_TURN, &mut self.mail);
        if self.mail.stop == Some(Stop::AtOnce) {
            return Ok(false);
        }
        if self.mail.stop.is_some() && !self.ending {
            self.ending = true;
            self.end_blocked();
        }
        let mut handovers = std::mem::take(&mut self.mail.handovers);
        for handover in handovers.drain(..) {
            self.take_in(handover);
        }
        self.mail.handovers = handovers;
        let now = Instant::now();
        for group in std::mem::take(&mut self.mail.rung) {
            self.groups.rung(group, now);
        }
        self.serve_ready();
        self.serve_later();
        self.ring_alarms();
        self.flush();
        if more {
            self.inbox.wake();
        }
        Ok(!(self.ending && self.sockets.is_empty() && self.inbox.close_if_empty()))
    }

    /// Waits until there is something to do.
    fn wait(&mut self) -> io::Result<()> {
        let patience = self.patience(Instant::now());
        match self.poll.poll(&mut self.events, patience) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }

    /// How long there is nothing to do; `None` for as long as nothing comes.
    fn patience(&mut self, now: Instant) -> Option<Duration> {
        let rest = self.groups.rested(now);
        if self.groups.flushing() > 0 || !self.later.is_empty() {
            return Some(Duration::ZERO);
        }
        let alarm = self.wheel.wait(now);
        rest.into_iter().chain(alarm).min()
    }

    /// Takes in a socket and tells it where it begins.
    fn take_in(&mut self, handover: Handover) {
        let Handover { stream, early, subscription, connection, tracked } = handover;
        let mut stream = mio::net::TcpStream::from_std(stream);
        let key = self.sockets.next_key();
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = self.poll.registry().register(&mut stream, key.into(), interest) {
            tracing::warn!(%error, "a socket can't be waited for");
            self.inbox.gone();
            return;
        }
        let now = Instant::now();
        let Parts { member, format, beginning, place } = subscription.into_parts();
        let membership = self.groups.join(&member, key.index);
        let seed = Seed { connection, member, format, place, tracked, now };
        let at = self.sockets.insert(stream, seed);
        self.sockets.cold(at).group = Some(membership);
        self.hub.stats().viewers_direct.add();
        if self.ending {
            self.say_bye(at, now);
        } else if let Some(beginning) = beginning {
            self.begin(at, &beginning, now);
        }
        self.read_early(key, &early, now);
        // What came between the handshake and the group it is in now has rung for nobody.
        self.catch_up(key, now);
    }

    fn read_early(&mut self, key: Key, early: &Bytes, now: Instant) {
        let mut scratch = std::mem::take(&mut self.scratch);
        for piece in early.chunks(READ_BYTES) {
            let Some(at) = self.sockets.find(key) else { break };
            let room = &mut scratch[..piece.len()];
            room.copy_from_slice(piece);
            self.understand(at, room, now);
        }
        self.scratch = scratch;
    }

    /// Looks at the sockets that the kernel has reported.
    fn serve_ready(&mut self) {
        let now = Instant::now();
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        for event in events.iter().filter(|event| event.token() != INBOX) {
            let key = Key::from(event.token());
            if event.is_writable()
                && let Some(at) = self.sockets.find(key)
            {
                self.has_room(at, now);
            }
            let readable = event.is_readable() || event.is_read_closed() || event.is_error();
            if readable && let Some(at) = self.sockets.find(key) {
                self.listen(at, now);
            }
        }
        self.events = events;
    }

    /// Goes on with those who had more to do than fitted into the last turn.
    fn serve_later(&mut self) {
        let now = Instant::now();
        for _ in 0..self.later.len() {
            let Some(key) = self.later.pop_front() else { return };
            self.catch_up(key, now);
            if let Some(at) = self.sockets.find(key) {
                self.listen(at, now);
            }
        }
    }

    fn ring_alarms(&mut self) {
        let now = Instant::now();
        let mut rung = std::mem::take(&mut self.rung);
        self.wheel.ring(now, &mut rung);
        for (tick, key) in rung.drain(..) {
            if let Some(at) = self.sockets.find(key)
                && self.sockets.rang(at, tick)
            {
                self.is_due(key, at, now);
            }
        }
        self.rung = rung;
    }
}

impl Drop for HubLoop {
    fn drop(&mut self) {
        self.inbox.close();
        for _ in self.sockets.all() {
            self.hub.stats().viewers_direct.sub();
        }
    }
}
