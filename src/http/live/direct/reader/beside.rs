//! The reader beside the library's: the same bytes, the same meaning. Used by the property tests
//! and the fuzz targets.

use std::io::{Cursor, ErrorKind, Read, Write};

use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};

use super::*;
use crate::http::live::lengths::Lengths;

/// What was heard, owned, and how it ended.
pub(super) type Outcome = (Vec<Said>, Option<Broken>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Text(String),
    Binary,
    Ping(Vec<u8>),
    Pong,
    Close(Option<u16>),
}

/// Reads bytes that arrive in pieces.
pub(super) fn read(bytes: &[u8], pieces: &[usize]) -> Outcome {
    let (mut reader, mut said, mut closed) = (Reader::default(), Vec::new(), false);
    let mut rest = bytes.to_vec();
    let mut sizes = pieces.iter().copied().chain(std::iter::repeat(usize::MAX));
    while !rest.is_empty() && !closed {
        let size = sizes.next().unwrap().clamp(1, rest.len());
        let mut piece: Vec<u8> = rest.drain(..size).collect();
        let result = reader.read(&mut piece, |heard| {
            said.push(match heard {
                Heard::Text(text) => Said::Text(text.to_owned()),
                Heard::Binary => Said::Binary,
                Heard::Ping(content) => Said::Ping(content.to_vec()),
                Heard::Pong => Said::Pong,
                Heard::Close(code) => Said::Close(code),
            });
            closed = matches!(said.last(), Some(Said::Close(_)));
            if closed { Break(()) } else { Continue(()) }
        });
        if let Err(broken) = result {
            return (said, Some(broken));
        }
    }
    (said, None)
}

/// Bytes to be read, their lengths looked at, and nowhere to write to.
struct OneWay(Cursor<Vec<u8>>, Option<usize>);

impl Read for OneWay {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(room)? {
            0 if self.1.is_some() => Err(ErrorKind::InvalidData.into()),
            0 => Err(ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }
}

impl Write for OneWay {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads the same bytes with the library.
fn read_by_library(bytes: &[u8]) -> Outcome {
    use tungstenite::{Error, Message};
    let config = WebSocketConfig::default()
        .max_message_size(Some(CLIENT_MESSAGE_BYTES_MAX))
        .max_frame_size(Some(CLIENT_MESSAGE_BYTES_MAX));
    let mut library = WebSocketContext::new(Role::Server, Some(config));
    let misfit = Lengths::Rest(0).misfit(bytes);
    let readable = &bytes[..misfit.unwrap_or(bytes.len())];
    let mut stream = OneWay(Cursor::new(readable.to_vec()), misfit);
    let mut said = Vec::new();
    loop {
        match library.read(&mut stream) {
            Ok(Message::Text(text)) => said.push(Said::Text(text.to_string())),
            Ok(Message::Binary(_)) => said.push(Said::Binary),
            Ok(Message::Ping(content)) => said.push(Said::Ping(content.to_vec())),
            Ok(Message::Pong(_)) => said.push(Said::Pong),
            Ok(Message::Frame(_)) => unreachable!("never read"),
            Ok(Message::Close(frame)) => {
                let code = frame.map(|frame| u16::from(frame.code));
                said.push(Said::Close(code));
                return (said, None);
            }
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return (said, None),
            Err(Error::Utf8(_)) => return (said, Some(Broken::NotUtf8)),
            Err(Error::Capacity(_)) => return (said, Some(Broken::TooBig)),
            Err(_) => return (said, Some(Broken::Protocol)),
        }
    }
}

/// Panics unless bytes that arrive in pieces are understood as the library understands them.
pub(in crate::http) fn are_read_alike(bytes: &[u8], pieces: &[usize]) {
    let (library, library_end) = read_by_library(bytes);
    let (own, own_end) = read(bytes, pieces);
    assert_eq!((&own, own_end), (&read(bytes, &[]).0, read(bytes, &[]).1), "cut elsewhere");
    // A close with a code that may not be sent is turned by the library into one with the code for
    // a broken protocol; here it is a broken protocol at once.
    let turned = library.last() == Some(&Said::Close(Some(1002)));
    if turned && own_end == Some(Broken::Protocol) {
        assert_eq!(own[..], library[..library.len() - 1]);
        return;
    }
    assert_eq!(own, library);
    // Wrong headers are found before their frame has come to its end.
    if library_end.is_some() {
        assert_eq!(own_end, library_end);
    }
}
