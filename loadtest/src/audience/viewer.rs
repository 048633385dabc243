//! One viewer's connection: where it stands, what of a frame has come, what it answers.

use std::io::{self, Read as _, Write as _};

use mio::net::TcpStream;

use super::books::{Books, Desk, Reaction};
use super::connect::{self, Answer};
use super::frames::{self, Kind};
use super::slowness::Slowness;
use super::tally::Tally;

/// The longest message of several frames, in bytes.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// No code was given, or no close frame came.
const NO_CLOSE_FRAME: u16 = 1006;
const NO_CODE: u16 = 1005;

/// Where a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No socket.
    Away,
    /// The socket isn't connected yet.
    Connecting,
    /// The request is sent.
    Greeting,
    /// Frames come.
    Open,
}

/// How a read ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The connection is over. Come back after so many milliseconds, if the server said.
    Over(Option<u64>),
    /// Over, and not to come back.
    Final,
}

/// A viewer.
#[derive(Debug)]
pub(super) struct Viewer {
    pub(super) number: usize,
    pub(super) event: usize,
    pub(super) phase: Phase,
    pub(super) stream: Option<TcpStream>,
    pub(super) books: Books,
    pub(super) is_slow: bool,
    /// When it was to connect, for the time until it has its map.
    pub(super) wanted_at: u64,
    /// Attempts since the last time it was open.
    pub(super) attempts: u32,
    /// It has its map since it connected.
    pub(super) is_joined: bool,
    /// What the slow see of the server's noticing them; kept when they become prompt.
    pub(super) slowness: Option<Slowness>,
    /// The beginning of a frame, or of the handshake's answer.
    rest: Vec<u8>,
    /// The frames so far of a message that comes in several.
    message: Vec<u8>,
    message_is_text: bool,
    retry_after: Option<u64>,
}

/// What a viewer needs while it reads.
pub(super) struct Room<'a> {
    pub(super) desk: &'a mut Desk,
    pub(super) tally: &'a mut Tally,
    /// Shared by all viewers of a thread.
    pub(super) buffer: &'a mut [u8],
    /// The time of arrival.
    pub(super) now: u64,
    /// Set when the viewer has its map since it connected.
    pub(super) joined: bool,
}

impl Viewer {
    pub(super) fn new(number: usize, event: usize, is_slow: bool) -> Self {
        Self {
            number,
            event,
            phase: Phase::Away,
            stream: None,
            books: if is_slow { Books::untimed() } else { Books::default() },
            is_slow,
            wanted_at: 0,
            attempts: 0,
            is_joined: false,
            slowness: is_slow.then(Slowness::default),
            rest: Vec::new(),
            message: Vec::new(),
            message_is_text: false,
            retry_after: None,
        }
    }

    /// Lets the connection go without a word.
    pub(super) fn drop_connection(&mut self) {
        self.stream = None;
        self.phase = Phase::Away;
        self.is_joined = false;
        self.retry_after = None;
        (self.rest, self.message) = (Vec::new(), Vec::new());
        self.books.disconnected();
    }

    /// Reads at most the buffer's length and takes it in. `Ok(true)`: there may be more.
    pub(super) fn read(&mut self, room: &mut Room<'_>) -> Result<bool, Outcome> {
        let Some(stream) = &mut self.stream else { return Ok(false) };
        match stream.read(room.buffer) {
            Ok(0) => Err(self.over(room.tally)),
            Ok(count) => {
                room.tally.numbers.bytes += count as u64;
                let full = count == room.buffer.len();
                self.take_in(count, room)?;
                Ok(full)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(true),
            Err(error) => {
                room.tally.failed(error.kind().to_string());
                Err(self.over(room.tally))
            }
        }
    }

    /// Counts the end of a connection that said nothing about it.
    fn over(&mut self, tally: &mut Tally) -> Outcome {
        if self.retry_after.is_none() {
            tally.numbers.lost += 1;
            tally.closed(NO_CLOSE_FRAME);
        }
        Outcome::Over(self.retry_after)
    }

    fn take_in(&mut self, count: usize, room: &mut Room<'_>) -> Result<(), Outcome> {
        // The buffer is borrowed for reading only from here on, and the rest is put aside while
        // it is read, so that frames can point into either.
        let buffer = std::mem::take(&mut room.buffer);
        let mut held = std::mem::take(&mut self.rest);
        let done = if held.is_empty() {
            self.take_bytes(&buffer[..count], room)
        } else {
            held.extend_from_slice(&buffer[..count]);
            self.take_bytes(&held, room)
        };
        match done {
            Ok(taken) => {
                if held.is_empty() {
                    // Most often nothing is left, and nothing is allocated.
                    self.rest = buffer[taken..count].to_vec();
                } else if taken < held.len() {
                    held.drain(..taken);
                    self.rest = held;
                }
                room.buffer = buffer;
                Ok(())
            }
            Err(outcome) => {
                room.buffer = buffer;
                Err(outcome)
            }
        }
    }

    /// Takes in whole frames; returns how many bytes they were.
    fn take_bytes(&mut self, bytes: &[u8], room: &mut Room<'_>) -> Result<usize, Outcome> {
        let mut rest = bytes;
        if self.phase == Phase::Greeting {
            match connect::answer(bytes) {
                Answer::Unfinished => return Ok(0),
                Answer::Open(head) => {
                    self.phase = Phase::Open;
                    room.tally.numbers.opened += 1;
                    rest = &bytes[head..];
                }
                Answer::Refused(status) => {
                    room.tally.numbers.refused += 1;
                    room.tally.failed(format!("refused with {status}"));
                    return Err(Outcome::Over(None));
                }
                Answer::Unreadable => {
                    room.tally.failed("an unreadable answer to the handshake".to_owned());
                    return Err(Outcome::Over(None));
                }
            }
        }
        loop {
            match frames::next(&mut rest) {
                Ok(Some(frame)) => self.take_frame(frame, room)?,
                Ok(None) => return Ok(bytes.len() - rest.len()),
                Err(error) => {
                    room.tally.violation(room.desk.event, || error.to_string());
                    return Err(Outcome::Over(None));
                }
            }
        }
    }

    fn take_frame(&mut self, frame: frames::Frame<'_>, room: &mut Room<'_>) -> Result<(), Outcome> {
        match frame.kind {
            Kind::Binary | Kind::Text if frame.ends => {
                self.take_message((frame.kind == Kind::Text, frame.payload), room);
            }
            Kind::Binary | Kind::Text => {
                self.message_is_text = frame.kind == Kind::Text;
                self.message = frame.payload.to_vec();
            }
            Kind::Continuation => {
                if self.message.len() + frame.payload.len() > MESSAGE_BYTES_MAX {
                    return Err(Outcome::Over(None));
                }
                self.message.extend_from_slice(frame.payload);
                if frame.ends {
                    let message = std::mem::take(&mut self.message);
                    self.take_message((self.message_is_text, &message), room);
                }
            }
            Kind::Ping => self.say(Kind::Pong, frame.payload),
            Kind::Pong => {}
            Kind::Close => {
                let code = match frame.payload {
                    &[high, low, ..] => u16::from_be_bytes([high, low]),
                    _ => NO_CODE,
                };
                room.tally.closed(code);
                self.say(Kind::Close, frame.payload.get(..2).unwrap_or_default());
                let comes_back = seatmap::protocol::live::close::asks_to_reconnect(code);
                let over = Outcome::Over(self.retry_after);
                return Err(if comes_back { over } else { Outcome::Final });
            }
        }
        Ok(())
    }

    fn take_message(&mut self, message: (bool, &[u8]), room: &mut Room<'_>) {
        room.tally.numbers.messages += 1;
        // What is sent to one that comes back is due to its absence.
        let before = self.books.position().filter(|_| self.slowness.is_some() && self.is_joined);
        let reaction = room.desk.take(&mut self.books, message, room.now, room.tally);
        if let (Some(slowness), Some((epoch, from))) = (&mut self.slowness, before)
            && let Some((_, to)) = self.books.position().filter(|(now, _)| *now == epoch)
        {
            slowness.led_on(from, to);
        }
        match reaction {
            Reaction::Nothing => {}
            Reaction::Joined => {
                room.joined = true;
                self.is_joined = true;
                if let Some(slowness) = &mut self.slowness {
                    slowness.joined();
                }
            }
            Reaction::Resync => self.say(Kind::Text, br#"{"type":"resync"}"#),
            Reaction::Leave(retry_after_ms) => self.retry_after = Some(retry_after_ms),
        }
    }

    /// Sends a short frame. What the system doesn't take at once is a server that doesn't read,
    /// and is let go.
    fn say(&mut self, kind: Kind, payload: &[u8]) {
        let mask = (self.number as u32).wrapping_mul(0x9e37_79b9).to_be_bytes();
        let frame = frames::reply(kind, payload, mask);
        if let Some(stream) = &mut self.stream {
            let _ = stream.write(&frame);
        }
    }

    /// Sends the request of the handshake; a fresh socket takes it whole.
    pub(super) fn greet(&mut self, request: &str) -> io::Result<()> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        self.phase = Phase::Greeting;
        stream.write_all(request.as_bytes())
    }
}
