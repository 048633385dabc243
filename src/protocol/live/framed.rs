//! A message from the server together with the WebSocket frame it travels in.
//!
//! A server's frames are not masked, so their bytes are the same for everybody: header and message
//! are put together once and shared. Who has a library frame messages, or sends them as something
//! else, takes the message alone, which is a slice of the same bytes.

use bytes::Bytes;

use super::Format;

/// The final frame of a message, and what it holds.
const FINAL: u8 = 0x80;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// The most a control frame may hold, in bytes.
pub const CONTROL_BYTES_MAX: usize = 125;
/// Lengths up to here stand in the header's second byte; longer ones in 2 or 8 bytes after it.
const SHORT_LENGTH_MAX: usize = CONTROL_BYTES_MAX;
const LENGTH_IN_2_BYTES: u8 = 126;
const LENGTH_IN_8_BYTES: u8 = 127;

/// An encoded message in its frame. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    frame: Bytes,
    /// How long the header in front of the message is, in bytes.
    header: u8,
}

impl Framed {
    /// A text message, of JSON on this socket.
    #[must_use]
    pub fn text(message: &str) -> Self {
        Self::new(TEXT, message.as_bytes())
    }

    /// A binary message.
    #[must_use]
    pub fn binary(message: &[u8]) -> Self {
        Self::new(BINARY, message)
    }

    fn new(opcode: u8, message: &[u8]) -> Self {
        let mut frame = header(opcode, message.len());
        let header = u8::try_from(frame.len()).expect("a header has at most 10 bytes");
        frame.extend_from_slice(message);
        Self { frame: frame.into(), header }
    }

    /// What goes over the wire: header and message.
    #[must_use]
    pub fn frame(&self) -> &Bytes {
        &self.frame
    }

    /// The message alone.
    #[must_use]
    pub fn message(&self) -> Bytes {
        self.frame.slice(usize::from(self.header)..)
    }

    /// How the message is written.
    #[must_use]
    pub fn format(&self) -> Format {
        if self.frame[0] == FINAL | TEXT { Format::Json } else { Format::Binary }
    }
}

/// The frame of a ping without content.
#[must_use]
pub fn ping() -> Bytes {
    Bytes::from_static(&[FINAL | PING, 0])
}

/// The frame of the answer to a ping, with the ping's content.
#[must_use]
pub fn pong(content: &[u8]) -> Bytes {
    control(PONG, content)
}

/// The frame that closes a socket; a code may be left out only to echo a close without one.
#[must_use]
pub fn close(code: Option<u16>, reason: &str) -> Bytes {
    let mut content = Vec::with_capacity(2 + reason.len());
    if let Some(code) = code {
        content.extend_from_slice(&code.to_be_bytes());
        content.extend_from_slice(reason.as_bytes());
    }
    control(CLOSE, &content)
}

fn control(opcode: u8, content: &[u8]) -> Bytes {
    debug_assert!(content.len() <= CONTROL_BYTES_MAX, "control frames are short");
    let mut frame = header(opcode, content.len());
    frame.extend_from_slice(content);
    frame.into()
}

/// A frame's header, with room for what follows.
fn header(opcode: u8, length: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(10 + length);
    frame.push(FINAL | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if length <= SHORT_LENGTH_MAX => frame.push(short),
        (_, Ok(medium)) => {
            frame.push(LENGTH_IN_2_BYTES);
            frame.extend_from_slice(&medium.to_be_bytes());
        }
        _ => {
            frame.push(LENGTH_IN_8_BYTES);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_the_length_in_as_few_bytes_as_it_can() {
        for (length, header) in [
            (0, vec![0x81, 0]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_535, vec![0x81, 126, 255, 255]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let message = "x".repeat(length);
            let framed = Framed::text(&message);
            assert_eq!(framed.frame()[..header.len()], header, "{length}");
            assert_eq!(framed.message(), message.as_bytes());
            assert_eq!(framed.format(), Format::Json);
        }
        let framed = Framed::binary(&[1, 2, 3]);
        assert_eq!(framed.frame()[..], [0x82, 3, 1, 2, 3]);
        assert_eq!(framed.format(), Format::Binary);
    }

    #[test]
    fn control_frames_are_as_the_standard_writes_them() {
        assert_eq!(ping()[..], [0x89, 0]);
        assert_eq!(pong(b"hi")[..], [0x8a, 2, b'h', b'i']);
        assert_eq!(close(None, "")[..], [0x88, 0]);
        assert_eq!(close(Some(1012), "restart")[..5], [0x88, 9, 0x03, 0xf4, b'r']);
    }
}
