//! Sending what is new to all viewers of an event, in slices.

use tokio::time::Instant;

use super::super::connection::Act;
use super::group::Group;
use super::hub_loop::HubLoop;
use super::outbox::Wrote;
use super::sockets::{Key, Sockets, Standing};
use crate::hub::subscription::Step;
use crate::hub::watch::Ahead;

/// How many sockets of an event are looked at before other events have their turn: about two
/// milliseconds of sending.
const SLICE_SOCKETS: usize = 256;
/// How many messages one socket is sent before others have their turn.
const BURST_MESSAGES: usize = 64;

/// How far a socket came.
#[derive(Debug)]
enum Came {
    /// It has everything.
    UpToDate,
    /// It takes nothing more for now.
    Blocked,
    /// There is more than fits into its turn.
    More,
    /// The peer is gone.
    Lost,
    /// Something else than a message is due.
    Else(Ahead),
}

impl HubLoop {
    /// Gives each event with a round under way one slice.
    pub(super) fn flush(&mut self) {
        for _ in 0..self.groups.flushing() {
            let Some(group) = self.groups.next_flushing() else { return };
            self.flush_slice(group);
            self.groups.turn_over(group, Instant::now());
        }
    }

    fn flush_slice(&mut self, number: usize) {
        let now = Instant::now();
        let mut others = Vec::new();
        let mut messages = 0;
        let Some(group) = self.groups.get_mut(number) else { return };
        group.watch.look_anew();
        for _ in 0..SLICE_SOCKETS {
            let Some(at) = group.next_member() else { break };
            if self.sockets.hot(at).standing != Standing::Open {
                continue;
            }
            match send_ahead(group, &mut self.sockets, at, (now, &mut messages)) {
                Came::UpToDate => {}
                Came::Blocked => self.sockets.arm(at, &mut self.wheel),
                came => others.push((self.sockets.key(at), came)),
            }
        }
        group.watch.delivered(messages);
        for (key, came) in others {
            self.came(key, came, now);
        }
    }

    /// Sends one socket what it hasn't got yet.
    pub(super) fn catch_up(&mut self, key: Key, now: Instant) {
        let Some(at) = self.sockets.find(key) else { return };
        let number = self.sockets.cold(at).group.map(|(number, _)| number);
        let Some(group) = number.and_then(|number| self.groups.get_mut(number)) else { return };
        if self.sockets.hot(at).standing == Standing::Open {
            group.watch.look_anew();
            let mut messages = 0;
            let came = send_ahead(group, &mut self.sockets, at, (now, &mut messages));
            group.watch.delivered(messages);
            self.came(key, came, now);
        }
        if let Some(at) = self.sockets.find(key) {
            self.sockets.arm(at, &mut self.wheel);
        }
    }

    /// Does what is left to do for a socket that has been sent something.
    fn came(&mut self, key: Key, came: Came, now: Instant) {
        let Some(at) = self.sockets.find(key) else { return };
        match came {
            Came::UpToDate => {}
            Came::Blocked => self.sockets.arm(at, &mut self.wheel),
            Came::More => self.later.push_back(key),
            Came::Lost => self.remove(at),
            Came::Else(Ahead::Anew(beginning)) => {
                self.begin(at, &beginning, now);
                self.later.push_back(key);
            }
            Came::Else(Ahead::Step(step)) => {
                let act = self.sockets.connection(at).step(step, now);
                self.carry_out(at, act, now);
            }
        }
    }

    /// Tells a socket to come back later, and closes it.
    pub(super) fn say_bye(&mut self, at: usize, now: Instant) {
        self.carry_out(at, Act::Bye, now);
    }
}

/// Sends an open socket what lies ahead of its place, until it has everything or takes no more.
fn send_ahead(
    group: &mut Group,
    sockets: &mut Sockets,
    at: usize,
    (now, messages): (Instant, &mut u64),
) -> Came {
    for _ in 0..BURST_MESSAGES {
        let hot = sockets.hot(at);
        let (place, format) = (hot.place, hot.format);
        let Some((ahead, then)) = group.watch.ahead(&place, format) else { return Came::UpToDate };
        let (Ahead::Step(Step::Delta(_, framed)) | Ahead::Step(Step::Snapshot(_, framed))) = ahead
        else {
            if let Ahead::Anew(_) = ahead {
                let ahead = ahead.clone();
                sockets.reach(at, then, now);
                return Came::Else(ahead);
            }
            return Came::Else(ahead.clone());
        };
        match sockets.offer(at, framed.frame(), now) {
            Wrote::Said => {
                *messages += 1;
                sockets.reach(at, then, now);
            }
            Wrote::Nothing => return Came::Blocked,
            Wrote::Lost => return Came::Lost,
        }
        if sockets.hot(at).standing != Standing::Open {
            return Came::Blocked;
        }
    }
    Came::More
}
