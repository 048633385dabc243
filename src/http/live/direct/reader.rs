//! Reading a client's WebSocket frames: bytes in, messages out. No I/O, no time, no answers.
//!
//! Bytes may be cut anywhere. What is whole is read where it lies and unmasked in place; only an
//! incomplete frame or message is kept, so a client that says nothing costs a pointer. The one
//! place where own reading stands in for a library's, whose readers each own a buffer: a loop
//! reads thousands of sockets into one. A property test holds it against the library's reading of
//! the same bytes.

use std::ops::ControlFlow::{self, Break, Continue};

use crate::http::live::lengths::{IN_2_BYTES, IN_8_BYTES, LEAST_IN_2_BYTES, LEAST_IN_8_BYTES};
use crate::protocol::live::CLIENT_MESSAGE_BYTES_MAX;
use crate::protocol::live::framed::CONTROL_BYTES_MAX;

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard<'a> {
    /// A whole text message.
    Text(&'a str),
    /// A whole binary message; what is in it is of no use.
    Binary,
    /// A ping and what its answer has to hold.
    Ping(&'a [u8]),
    /// An answer to a ping.
    Pong,
    /// The client closes, with this code; nothing after it counts.
    Close(Option<u16>),
}

/// Why a client can't be understood any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It doesn't speak the WebSocket protocol.
    Protocol,
    /// A text that is no UTF-8.
    NotUtf8,
    /// A message above [`CLIENT_MESSAGE_BYTES_MAX`].
    TooBig,
}

/// The reader of one connection.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What has come in part only; nothing for nearly all.
    kept: Option<Box<Kept>>,
}

/// The beginning of a frame, of a message, or of both.
#[derive(Debug, Default)]
struct Kept {
    /// At most a header and [`CLIENT_MESSAGE_BYTES_MAX`].
    frame: Vec<u8>,
    message: Option<Message>,
}

/// A message in fragments.
#[derive(Debug)]
struct Message {
    kind: Kind,
    /// At most [`CLIENT_MESSAGE_BYTES_MAX`].
    bytes: Vec<u8>,
    /// How much of a text is known to be UTF-8.
    valid: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Binary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opcode {
    Continuation,
    First(Kind),
    Close,
    Ping,
    Pong,
}

#[derive(Clone, Copy, Debug)]
struct Header {
    is_final: bool,
    opcode: Opcode,
    mask: [u8; 4],
    /// Where the content begins.
    start: usize,
    /// Where the frame ends.
    end: usize,
}

impl Reader {
    /// Reads `input`, which is unmasked on the way, and tells `hear` each message in order until
    /// that says to stop. After an error or a stop nothing more is to be read.
    pub(super) fn read(
        &mut self,
        mut input: &mut [u8],
        mut hear: impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<(), Broken> {
        while !input.is_empty() {
            let begun = self.kept.as_mut().is_some_and(|kept| !kept.frame.is_empty());
            let said = if begun {
                let Some((header, mut frame)) = self.complete(&mut input)? else { break };
                self.frame(header, &mut frame[header.start..], &mut hear)?
            } else {
                let whole = Header::read(input)?.filter(|header| header.end <= input.len());
                let Some(header) = whole else {
                    self.kept.get_or_insert_default().frame.extend_from_slice(input);
                    break;
                };
                let (frame, rest) = std::mem::take(&mut input).split_at_mut(header.end);
                input = rest;
                self.frame(header, &mut frame[header.start..], &mut hear)?
            };
            if said.is_break() {
                break;
            }
        }
        if self.kept.as_ref().is_some_and(|kept| kept.frame.is_empty() && kept.message.is_none()) {
            self.kept = None;
        }
        Ok(())
    }

    /// Adds to the frame that is kept; hands it out once it is whole.
    fn complete(&mut self, input: &mut &mut [u8]) -> Result<Option<(Header, Vec<u8>)>, Broken> {
        let kept = self.kept.get_or_insert_default();
        loop {
            let header = Header::read(&kept.frame)?;
            if let Some(header) = header.filter(|header| header.end == kept.frame.len()) {
                return Ok(Some((header, std::mem::take(&mut kept.frame))));
            }
            if input.is_empty() {
                return Ok(None);
            }
            // Until the header is whole its length isn't known: byte by byte.
            let missing = header.map_or(1, |header| header.end - kept.frame.len());
            let taken = missing.min(input.len());
            let (next, rest) = std::mem::take(input).split_at_mut(taken);
            kept.frame.extend_from_slice(next);
            *input = rest;
        }
    }

    /// Reads one whole frame.
    fn frame(
        &mut self,
        header: Header,
        content: &mut [u8],
        hear: &mut impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Broken> {
        for (at, byte) in content.iter_mut().enumerate() {
            *byte ^= header.mask[at % 4];
        }
        match header.opcode {
            Opcode::Ping => Ok(hear(Heard::Ping(content))),
            Opcode::Pong => Ok(hear(Heard::Pong)),
            Opcode::Close => {
                let code = close_code(content)?;
                // Nothing after a close is read, whoever stops listening.
                let _ = hear(Heard::Close(code));
                Ok(Break(()))
            }
            Opcode::First(kind) => self.first(header, kind, content, hear),
            Opcode::Continuation => self.continued(header, content, hear),
        }
    }

    /// Reads a message's first frame, nearly always its only one.
    fn first(
        &mut self,
        header: Header,
        kind: Kind,
        content: &[u8],
        hear: &mut impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Broken> {
        if self.kept.as_ref().is_some_and(|kept| kept.message.is_some()) {
            return Err(Broken::Protocol);
        }
        if header.is_final {
            return Ok(hear(whole(kind, content)?));
        }
        let mut message = Message { kind, bytes: content.to_vec(), valid: 0 };
        message.check()?;
        self.kept.get_or_insert_default().message = Some(message);
        Ok(Continue(()))
    }

    /// Reads a message's next fragment.
    fn continued(
        &mut self,
        header: Header,
        content: &[u8],
        hear: &mut impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Broken> {
        let kept = self.kept.as_mut().map(|kept| &mut kept.message);
        let begun = kept.ok_or(Broken::Protocol)?;
        let message = begun.as_mut().ok_or(Broken::Protocol)?;
        if message.bytes.len() + content.len() > CLIENT_MESSAGE_BYTES_MAX {
            return Err(Broken::TooBig);
        }
        message.bytes.extend_from_slice(content);
        message.check()?;
        if !header.is_final {
            return Ok(Continue(()));
        }
        let message = begun.take().ok_or(Broken::Protocol)?;
        Ok(hear(whole(message.kind, &message.bytes)?))
    }
}

impl Message {
    /// Finds bytes that no continuation can make UTF-8, as soon as they come.
    fn check(&mut self) -> Result<(), Broken> {
        if self.kind == Kind::Binary {
            return Ok(());
        }
        match std::str::from_utf8(&self.bytes[self.valid..]) {
            Ok(_) => self.valid = self.bytes.len(),
            Err(error) if error.error_len().is_none() => self.valid += error.valid_up_to(),
            Err(_) => return Err(Broken::NotUtf8),
        }
        Ok(())
    }
}

impl Header {
    /// The header at the start of `bytes`; `None` while it isn't whole.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Broken> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        let (is_final, reserved) = (first & 0x80 != 0, first & 0x70);
        let opcode = match first & 0x0f {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::First(Kind::Text),
            0x2 => Opcode::First(Kind::Binary),
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xa => Opcode::Pong,
            _ => return Err(Broken::Protocol),
        };
        let (length, least, rest) = match second & 0x7f {
            IN_2_BYTES => match rest.split_first_chunk() {
                Some((length, rest)) => {
                    (u64::from(u16::from_be_bytes(*length)), LEAST_IN_2_BYTES, rest)
                }
                None => return Ok(None),
            },
            IN_8_BYTES => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from_be_bytes(*length), LEAST_IN_8_BYTES, rest),
                None => return Ok(None),
            },
            short => (u64::from(short), 0, rest),
        };
        if length < least {
            return Err(Broken::Protocol);
        }
        let Some(length) = usize::try_from(length).ok().filter(|n| *n <= CLIENT_MESSAGE_BYTES_MAX)
        else {
            return Err(Broken::TooBig);
        };
        let is_control = matches!(opcode, Opcode::Close | Opcode::Ping | Opcode::Pong);
        let bad_control = is_control && (!is_final || length > CONTROL_BYTES_MAX);
        let is_masked = second & 0x80 != 0;
        if reserved != 0 || !is_masked || bad_control {
            return Err(Broken::Protocol);
        }
        let Some((mask, rest)) = rest.split_first_chunk() else { return Ok(None) };
        let start = bytes.len() - rest.len();
        Ok(Some(Self { is_final, opcode, mask: *mask, start, end: start + length }))
    }
}

fn whole(kind: Kind, content: &[u8]) -> Result<Heard<'_>, Broken> {
    match kind {
        Kind::Binary => Ok(Heard::Binary),
        Kind::Text => std::str::from_utf8(content).map(Heard::Text).map_err(|_| Broken::NotUtf8),
    }
}

/// The code of a close frame, if it has one that may be sent.
fn close_code(content: &[u8]) -> Result<Option<u16>, Broken> {
    let Some((code, reason)) = content.split_first_chunk() else {
        return if content.is_empty() { Ok(None) } else { Err(Broken::Protocol) };
    };
    std::str::from_utf8(reason).map_err(|_| Broken::NotUtf8)?;
    match u16::from_be_bytes(*code) {
        code @ (1000..=1003 | 1007..=1013 | 3000..=4999) => Ok(Some(code)),
        _ => Err(Broken::Protocol),
    }
}

#[cfg(any(test, fuzzing))]
pub(super) mod beside;
#[cfg(test)]
mod tests;
