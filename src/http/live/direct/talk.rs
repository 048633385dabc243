//! The conversation with one socket: what it begins with, what it says, what the time asks for,
//! and how it ends. What to say is decided by `connection`; here it is carried out.

use std::io::{self, Read as _};
use std::ops::ControlFlow::{Break, Continue};

use bytes::Bytes;
use tokio::time::Instant;

use super::super::connection::{Act, Connection};
use super::hub_loop::HubLoop;
use super::outbox::Lost;
use super::reader::{Broken, Heard};
use super::sockets::{Key, Standing};
use crate::hub::subscription::{Beginning, Step};
use crate::protocol::live::{close, framed};

/// How often a socket is read before others have their turn.
const READS_PER_TURN: usize = 4;

/// What came of something a client said.
#[derive(Debug)]
enum Answer {
    Act(Act),
    Pong(Bytes),
    /// It closes; answered by the same.
    Closed(Option<u16>),
}

impl HubLoop {
    /// Tells a socket where its history begins.
    pub(super) fn begin(&mut self, at: usize, beginning: &Beginning, now: Instant) {
        let hello = self.sockets.connection(at).hello(&beginning.greeting, now);
        let mut said = self.sockets.tell(at, &hello, now);
        let mut messages = 1;
        if let (Ok(()), Some(Step::Snapshot(_, first) | Step::Delta(_, first))) =
            (said, &beginning.first)
        {
            said = self.sockets.tell(at, first, now);
            messages += 1;
        }
        self.hub.stats().deliveries.add_many(messages);
        if said == Err(Lost) {
            self.remove(at);
        }
    }

    /// Reads what a socket has sent.
    pub(super) fn listen(&mut self, at: usize, now: Instant) {
        let key = self.sockets.key(at);
        let mut scratch = std::mem::take(&mut self.scratch);
        for _ in 0..READS_PER_TURN {
            if !self.read(key, &mut scratch, now) {
                self.scratch = scratch;
                return;
            }
        }
        self.scratch = scratch;
        self.later.push_back(key);
    }

    /// Reads once; says whether there may be more.
    fn read(&mut self, key: Key, scratch: &mut [u8], now: Instant) -> bool {
        let Some(at) = self.sockets.find(key) else { return false };
        let standing = self.sockets.hot(at).standing;
        // Answers need room, so who takes nothing isn't listened to until it does.
        let Some(stream) = self.sockets.stream(at).filter(|_| standing != Standing::Blocked) else {
            return false;
        };
        match stream.read(scratch) {
            Ok(0) => self.remove(at),
            Ok(_) if standing == Standing::Closing => return true,
            Ok(length) => {
                self.understand(at, &mut scratch[..length], now);
                return true;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return true,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => self.remove(at),
        }
        false
    }

    /// Takes in bytes that a client sent, and answers.
    pub(super) fn understand(&mut self, at: usize, bytes: &mut [u8], now: Instant) {
        if self.sockets.hot(at).standing == Standing::Closing {
            return;
        }
        let key = self.sockets.key(at);
        let mut answers = Vec::new();
        self.sockets.connection(at).alive();
        let cold = self.sockets.cold(at);
        let connection = &mut cold.connection;
        let read = cold.reader.read(bytes, |heard| {
            let act = match heard {
                Heard::Text(text) => connection.heard(text, now),
                Heard::Binary => connection.heard_binary(now),
                Heard::Ping(content) => {
                    answers.push(Answer::Pong(framed::pong(content)));
                    None
                }
                Heard::Pong => None,
                Heard::Close(code) => {
                    answers.push(Answer::Closed(code));
                    return Break(());
                }
            };
            let ends = matches!(act, Some(Act::Close(..)));
            answers.extend(act.map(Answer::Act));
            if ends || connection.is_struck_out() { Break(()) } else { Continue(()) }
        });
        for answer in answers {
            self.answer(key, answer, now);
        }
        if let (Err(broken), Some(at)) = (read, self.sockets.find(key)) {
            let (code, reason) = match broken {
                Broken::Protocol => (close::WEBSOCKET_PROTOCOL, "websocket protocol error"),
                Broken::NotUtf8 => (close::NOT_UTF8, "not utf-8"),
                Broken::TooBig => (close::TOO_BIG, "message too big"),
            };
            self.close(at, code, reason, now);
        }
        self.do_due(key, now);
    }

    fn answer(&mut self, key: Key, answer: Answer, now: Instant) {
        let Some(at) = self.sockets.find(key) else { return };
        if self.sockets.hot(at).standing == Standing::Closing {
            return;
        }
        match answer {
            Answer::Act(act) => self.carry_out(at, act, now),
            Answer::Pong(frame) => self.say(at, frame, now),
            Answer::Closed(code) => self.end(at, framed::close(code, ""), now),
        }
    }

    /// Does what the time, and what the client said before, ask for.
    pub(super) fn do_due(&mut self, key: Key, now: Instant) {
        while let Some(at) = self.sockets.find(key) {
            if self.sockets.hot(at).standing != Standing::Open {
                break;
            }
            let Some(act) = self.sockets.connection(at).due(now) else { break };
            self.carry_out(at, act, now);
        }
        if let Some(at) = self.sockets.find(key) {
            self.sockets.arm(at, &mut self.wheel);
        }
    }

    pub(super) fn carry_out(&mut self, at: usize, act: Act, now: Instant) {
        let said = match act {
            Act::Send(framed) => self.sockets.tell(at, &framed, now),
            Act::Heartbeat => {
                let viewers = self.sockets.cold(at).member.viewers();
                let beat = self.sockets.connection(at).heartbeat(viewers, now);
                self.sockets.tell(at, &beat, now)
            }
            Act::Ping => self.sockets.say(at, framed::ping(), now),
            Act::Resync => self.resync(at, now),
            Act::Bye => {
                let bye = Connection::bye(self.hub.farewell());
                let said = self.sockets.tell(at, &bye, now);
                if said.is_ok() {
                    self.close(at, close::RESTART, "restart", now);
                }
                said
            }
            Act::Close(code, reason) => {
                self.close(at, code, reason, now);
                Ok(())
            }
        };
        if said == Err(Lost) {
            self.remove(at);
        }
    }

    fn resync(&mut self, at: usize, now: Instant) -> Result<(), Lost> {
        let hot = self.sockets.hot(at);
        let (mut place, format) = (hot.place, hot.format);
        let step = self.sockets.cold(at).member.resync(&mut place, format);
        let Some(Step::Snapshot(_, snapshot)) = step else { return Ok(()) };
        self.sockets.reach(at, place, now);
        self.hub.stats().deliveries.add();
        self.sockets.tell(at, &snapshot, now)
    }

    fn say(&mut self, at: usize, frame: Bytes, now: Instant) {
        if self.sockets.say(at, frame, now) == Err(Lost) {
            self.remove(at);
        }
    }

    /// Closes a socket.
    fn close(&mut self, at: usize, code: u16, reason: &'static str, now: Instant) {
        if code == close::STALLED {
            self.hub.stats().stalled_closes.add();
        }
        self.end(at, framed::close(Some(code), reason), now);
    }

    /// Says the last frame, and listens until the peer has ended, too, or its time is up.
    fn end(&mut self, at: usize, frame: Bytes, now: Instant) {
        self.leave_group(at);
        match self.sockets.close(at, frame, now) {
            Ok(()) => {
                self.sockets.arm(at, &mut self.wheel);
                // Who was blocked has not been read for a while; its end may be there already.
                self.later.push_back(self.sockets.key(at));
            }
            Err(Lost) => self.remove(at),
        }
    }

    /// There is room again for what a socket is told.
    pub(super) fn has_room(&mut self, at: usize, now: Instant) {
        let standing = self.sockets.hot(at).standing;
        if standing == Standing::Open {
            return;
        }
        if self.sockets.drain(at, now) == Err(Lost) {
            return self.remove(at);
        }
        if standing == Standing::Closing || self.sockets.is_waiting(at) {
            return;
        }
        let key = self.sockets.key(at);
        self.sockets.unblock(at);
        // Before anything is due: it may have answered a ping long ago.
        self.listen(at, now);
        self.do_due(key, now);
        self.catch_up(key, now);
    }

    /// An alarm rang: looks at what is due, and sets the next.
    pub(super) fn is_due(&mut self, key: Key, at: usize, now: Instant) {
        let overdue = self.sockets.is_overdue(at, now);
        match self.sockets.hot(at).standing {
            Standing::Closing if overdue => return self.remove(at),
            Standing::Blocked if overdue => self.close(at, close::STALLED, "stalled", now),
            Standing::Open | Standing::Blocked | Standing::Closing => {}
        }
        self.do_due(key, now);
    }

    /// Closes those who take nothing, when the node ends: the others are told by their events.
    pub(super) fn end_blocked(&mut self) {
        let now = Instant::now();
        for at in self.sockets.all() {
            if self.sockets.hot(at).standing == Standing::Blocked {
                self.close(at, close::RESTART, "restart", now);
            }
        }
    }

    /// Lets a socket go.
    pub(super) fn remove(&mut self, at: usize) {
        self.leave_group(at);
        drop(self.sockets.remove(at));
        self.inbox.gone();
        self.hub.stats().viewers_direct.sub();
    }

    fn leave_group(&mut self, at: usize) {
        let Some((group, position)) = self.sockets.cold(at).group.take() else { return };
        if let Some(moved) = self.groups.leave((group, position)) {
            self.sockets.cold(moved as usize).group = Some((group, position));
        }
    }
}
