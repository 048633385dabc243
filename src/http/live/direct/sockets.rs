//! The sockets of one loop, by number, and what each needs.
//!
//! What a flush touches is kept apart, in one cache line per socket: with twenty thousand sockets
//! the memory that a flush goes through costs as much as its instructions. `outbox` writes to
//! them.

use std::time::Duration;

use mio::net::TcpStream;
use slab::Slab;
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::super::connection::Connection;
use super::outbox::Outbox;
use super::reader::Reader;
use super::wheel::Wheel;
use crate::hub::subscription::{Membership, Place};
use crate::protocol::live::Format;

/// Names a socket, and no later one that gets its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) index: u32,
    pub(super) serial: u32,
}

/// What may be done with a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Everything.
    Open,
    /// It takes nothing for now.
    Blocked,
    /// Its close frame has been said; what it still sends is thrown away.
    Closing,
}

/// What a flush touches of a socket.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Hot {
    /// `None` once the socket has gone.
    pub(super) stream: Option<TcpStream>,
    serial: u32,
    pub(super) standing: Standing,
    pub(super) format: Format,
    pub(super) place: Place,
    /// When something was last said.
    pub(super) spoke: Instant,
}

/// The rest of a socket.
#[derive(Debug)]
pub(super) struct Cold {
    pub(super) connection: Connection,
    pub(super) member: Membership,
    pub(super) reader: Reader,
    /// The group it belongs to, and its position there; `None` once it is closing.
    pub(super) group: Option<(usize, usize)>,
    /// While blocked: it is given up then. While closing: it is dropped then.
    pub(super) until: Instant,
    /// While blocked: `until` is put off to this at the latest.
    pub(super) until_max: Instant,
    /// The tick its alarm is set to.
    alarm: u64,
    pub(super) outbox: Outbox,
    _tracked: TaskTrackerToken,
}

/// The sockets of one loop.
#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) hot: Vec<Hot>,
    pub(super) cold: Slab<Cold>,
    pub(super) stall_timeout: Duration,
    pub(super) close_timeout: Duration,
}

impl Sockets {
    pub(super) fn new(stall_timeout: Duration, close_timeout: Duration) -> Self {
        Self { hot: Vec::new(), cold: Slab::new(), stall_timeout, close_timeout }
    }

    /// The key that the next socket gets.
    pub(super) fn next_key(&self) -> Key {
        let index = self.cold.vacant_key();
        let serial = self.hot.get(index).map_or(0, |hot| hot.serial);
        Key { index: u32::try_from(index).expect("fewer sockets than descriptors"), serial }
    }

    /// Takes in a socket, under [`Sockets::next_key`].
    pub(super) fn insert(&mut self, stream: TcpStream, seed: Seed) -> usize {
        let Seed { connection, member, format, place, tracked, now } = seed;
        let key = self.next_key();
        let standing = Standing::Open;
        let hot =
            Hot { stream: Some(stream), serial: key.serial, standing, format, place, spoke: now };
        let at = self.cold.insert(Cold {
            connection,
            member,
            reader: Reader::default(),
            group: None,
            until: now,
            until_max: now,
            alarm: u64::MAX,
            outbox: Outbox::default(),
            _tracked: tracked,
        });
        match self.hot.get_mut(at) {
            Some(vacant) => *vacant = hot,
            None => self.hot.push(hot),
        }
        at
    }

    /// Lets a socket go, whose stream is closed thereby.
    pub(super) fn remove(&mut self, at: usize) -> Cold {
        let hot = &mut self.hot[at];
        hot.stream = None;
        hot.serial = hot.serial.wrapping_add(1);
        self.cold.remove(at)
    }

    /// The socket of a key, if it is still there.
    pub(super) fn find(&self, key: Key) -> Option<usize> {
        let at = usize::try_from(key.index).ok()?;
        (self.cold.contains(at) && self.hot[at].serial == key.serial).then_some(at)
    }

    pub(super) fn key(&self, at: usize) -> Key {
        let index = u32::try_from(at).expect("fewer sockets than descriptors");
        Key { index, serial: self.hot[at].serial }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cold.is_empty()
    }

    /// All sockets that are there now.
    pub(super) fn all(&self) -> Vec<usize> {
        self.cold.iter().map(|(at, _)| at).collect()
    }

    pub(super) fn hot(&self, at: usize) -> &Hot {
        &self.hot[at]
    }

    pub(super) fn stream(&mut self, at: usize) -> Option<&mut TcpStream> {
        self.hot[at].stream.as_mut()
    }

    pub(super) fn cold(&mut self, at: usize) -> &mut Cold {
        &mut self.cold[at]
    }

    /// The connection's state, told of what a flush has sent meanwhile.
    pub(super) fn connection(&mut self, at: usize) -> &mut Connection {
        let Hot { place, spoke, .. } = &self.hot[at];
        let connection = &mut self.cold[at].connection;
        connection.spoke(place.sent(), *spoke);
        connection
    }

    /// Notes that a socket has been sent what leads to a place.
    pub(super) fn reach(&mut self, at: usize, place: Place, now: Instant) {
        let hot = &mut self.hot[at];
        (hot.place, hot.spoke) = (place, now);
    }

    /// Sets the alarm of a socket to its next deadline, unless it rings before that anyway.
    pub(super) fn arm(&mut self, at: usize, wheel: &mut Wheel) {
        let deadline = match self.hot[at].standing {
            Standing::Open => self.connection(at).deadline(),
            Standing::Blocked | Standing::Closing => self.cold[at].until,
        };
        let tick = wheel.tick_of(deadline);
        if tick < self.cold[at].alarm {
            wheel.set(tick, self.key(at));
            self.cold[at].alarm = tick;
        }
    }

    /// Takes in that an alarm rang; says whether it was the one that counts.
    pub(super) fn rang(&mut self, at: usize, tick: u64) -> bool {
        let counts = self.cold[at].alarm == tick;
        if counts {
            self.cold[at].alarm = u64::MAX;
        }
        counts
    }

    /// Whether a blocked or closing socket's time is up.
    pub(super) fn is_overdue(&self, at: usize, now: Instant) -> bool {
        now >= self.cold[at].until
    }
}

/// What a socket begins with.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) connection: Connection,
    pub(super) member: Membership,
    pub(super) format: Format,
    pub(super) place: Place,
    pub(super) tracked: TaskTrackerToken,
    pub(super) now: Instant,
}

impl From<Key> for mio::Token {
    fn from(key: Key) -> Self {
        Self((key.serial as usize) << u32::BITS | key.index as usize)
    }
}

impl From<mio::Token> for Key {
    fn from(token: mio::Token) -> Self {
        let low = |bits: usize| u32::try_from(bits & u32::MAX as usize).expect("32 bits");
        Self { index: low(token.0), serial: low(token.0 >> u32::BITS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_flush_touches_fits_one_cache_line() {
        assert_eq!(size_of::<Hot>(), 64);
    }

    #[test]
    fn a_token_names_number_and_serial() {
        let key = Key { index: 19_000, serial: 7 };
        assert_eq!(Key::from(mio::Token::from(key)), key);
    }
}
