//! Writing to the sockets of a loop.
//!
//! There are no buffers: whoever can't take a frame now keeps its place, or the rest of a frame
//! that all share.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::net::Shutdown;

use bytes::{Buf as _, Bytes};
use tokio::time::Instant;

use super::super::connection::STALL_ROUNDS;
use super::reader::Reader;
use super::sockets::{Hot, Sockets, Standing};
use crate::protocol::live::framed::Framed;

/// What a socket has been told and not yet taken. Short: nothing is said to who is blocked but
/// the answers to what was read in one go, and the close frame. Its room is the socket's from the
/// beginning, so that whoever stops reading costs no more than before.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// What is left of the first frame; empty when nothing waits.
    rest: Bytes,
    /// What follows it. Mostly nothing, and nothing takes no memory.
    then: Option<Box<Queue>>,
}

#[derive(Debug, Default)]
struct Queue(VecDeque<Bytes>);

impl Outbox {
    fn push(&mut self, frame: Bytes) {
        if self.rest.is_empty() {
            self.rest = frame;
        } else {
            self.then.get_or_insert_default().0.push_back(frame);
        }
    }

    /// So many bytes of the first frame have been taken. A frame that is through is let go of.
    fn take(&mut self, bytes: usize) {
        self.rest.advance(bytes);
        if self.rest.is_empty() {
            let next = self.then.as_mut().and_then(|queue| queue.0.pop_front());
            if next.is_none() {
                self.then = None;
            }
            self.rest = next.unwrap_or_default();
        }
    }
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrote {
    /// All of it was taken, or what is left will be sent first when there is room.
    Said,
    /// None of it was taken: there was no room.
    Nothing,
    /// The peer is gone.
    Lost,
}

/// The peer is gone; there is nobody to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost;

impl Sockets {
    /// Sends a frame to an open socket if there is room for it.
    pub(super) fn offer(&mut self, at: usize, frame: &Bytes, now: Instant) -> Wrote {
        let hot = &mut self.hot[at];
        debug_assert!(hot.standing == Standing::Open, "nothing is offered to who can't take it");
        match hot.write(frame) {
            Ok(taken) if taken == frame.len() => Wrote::Said,
            Ok(taken) => {
                self.keep(at, frame.clone(), taken);
                // Only after a write that finds no room does the kernel tell when there is some.
                if self.drain(at, now).is_err() { Wrote::Lost } else { Wrote::Said }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.block(at, now);
                Wrote::Nothing
            }
            Err(_) => Wrote::Lost,
        }
    }

    /// Sends a message, now or as soon as there is room.
    pub(super) fn tell(&mut self, at: usize, framed: &Framed, now: Instant) -> Result<(), Lost> {
        self.hot[at].spoke = now;
        self.say(at, framed.frame().clone(), now)
    }

    /// Sends a frame, now or as soon as there is room.
    pub(super) fn say(&mut self, at: usize, frame: Bytes, now: Instant) -> Result<(), Lost> {
        if self.is_waiting(at) {
            self.keep(at, frame, 0);
            return Ok(());
        }
        let hot = &mut self.hot[at];
        match hot.write(&frame) {
            Ok(taken) if taken == frame.len() => {
                hot.end_writing_if_closing();
                Ok(())
            }
            Ok(taken) => {
                self.keep(at, frame, taken);
                self.drain(at, now)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.keep(at, frame, 0);
                self.block(at, now);
                Ok(())
            }
            Err(_) => Err(Lost),
        }
    }

    /// Sends what waits, as far as there is room. After it an open socket has nothing waiting.
    pub(super) fn drain(&mut self, at: usize, now: Instant) -> Result<(), Lost> {
        let (hot, cold) = (&mut self.hot[at], &mut self.cold[at]);
        if cold.outbox.rest.is_empty() {
            return Ok(());
        }
        while !cold.outbox.rest.is_empty() {
            match hot.write(&cold.outbox.rest) {
                Ok(taken) => {
                    cold.outbox.take(taken);
                    if hot.standing == Standing::Blocked {
                        cold.until = (now + self.stall_timeout).min(cold.until_max);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.block(at, now);
                    return Ok(());
                }
                Err(_) => return Err(Lost),
            }
        }
        hot.end_writing_if_closing();
        Ok(())
    }

    /// Whether something waits for room.
    pub(super) fn is_waiting(&self, at: usize) -> bool {
        !self.cold[at].outbox.rest.is_empty()
    }

    /// Notes that a blocked socket takes something again.
    pub(super) fn unblock(&mut self, at: usize) {
        self.hot[at].standing = Standing::Open;
    }

    /// Says the last frame. The socket is read until it ends, because closing it with bytes
    /// unread would reset the connection and overtake what was said.
    pub(super) fn close(&mut self, at: usize, frame: Bytes, now: Instant) -> Result<(), Lost> {
        self.hot[at].standing = Standing::Closing;
        let cold = &mut self.cold[at];
        cold.until = now + self.close_timeout;
        cold.reader = Reader::default();
        self.say(at, frame, now)
    }

    /// Keeps what is left of a frame of which so many bytes have been taken.
    fn keep(&mut self, at: usize, mut frame: Bytes, taken: usize) {
        frame.advance(taken);
        self.cold[at].outbox.push(frame);
    }

    fn block(&mut self, at: usize, now: Instant) {
        if self.hot[at].standing == Standing::Open {
            self.hot[at].standing = Standing::Blocked;
            self.cold[at].until = now + self.stall_timeout;
            self.cold[at].until_max = now + self.stall_timeout * STALL_ROUNDS;
        }
    }
}

impl Hot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        loop {
            match stream.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) if !bytes.is_empty() => return Err(io::ErrorKind::WriteZero.into()),
                written => return written,
            }
        }
    }

    fn end_writing_if_closing(&self) {
        if let (Standing::Closing, Some(stream)) = (self.standing, &self.stream) {
            // One that is gone fails here; reading from it will tell.
            let _ = stream.shutdown(Shutdown::Write);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_leave_in_their_order_and_are_let_go_of() {
        let frames = [&b"one"[..], b"two", b"three"].map(Bytes::copy_from_slice);
        let mut outbox = Outbox::default();
        for frame in &frames {
            outbox.push(frame.clone());
        }
        let mut left = Vec::new();
        while !outbox.rest.is_empty() {
            left.push(outbox.rest[0]);
            outbox.take(1);
        }
        assert_eq!(left, b"onetwothree");
        assert!(outbox.then.is_none(), "nothing takes no memory");
        for frame in frames {
            assert!(frame.is_unique(), "nobody holds it any more");
        }
    }
}
