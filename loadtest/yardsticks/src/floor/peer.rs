//! One viewer of the floor: a handshake, then a socket to write to. A viewer that can't take a
//! frame whole is dropped, so that whoever counts viewers notices.

use std::io::{ErrorKind, Read as _, Write as _};

use mio::net::TcpStream;
use seatmap::domain::ids::EventId;
use tungstenite::handshake::derive_accept_key;

use super::BINARY;
use crate::board::Board;

/// The longest request a viewer may send, in bytes.
const REQUEST_BYTES_MAX: usize = 8 * 1024;
/// What is read of an open viewer at once, in bytes; it is thrown away.
const SCRATCH_BYTES: usize = 1_024;
/// Where the event's id stands in the path.
const PATH_BEFORE_EVENT: &str = "/api/v1/events/";
/// The opcodes of a text frame that is a whole message, and of a close frame from a client.
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;

/// A viewer.
#[derive(Debug)]
pub(super) struct Peer {
    stream: TcpStream,
    /// What has come of the handshake; `None` once it is over.
    request: Option<Vec<u8>>,
}

/// What reading a viewer came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// It is still there.
    Something,
    /// It has gone, or speaks another language.
    TheEnd,
}

impl Peer {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, request: Some(Vec::new()) }
    }

    /// Reads what there is, answers the handshake when it is whole.
    pub(super) fn hear(&mut self, board: &Board) -> Heard {
        let Some(request) = &mut self.request else { return self.discard() };
        let still_open = read_all(&mut self.stream, request, REQUEST_BYTES_MAX);
        if request.ends_with(b"\r\n\r\n") {
            let Some(answer) = answer(request, board) else { return Heard::TheEnd };
            self.request = None;
            if !self.send_whole(&answer) {
                return Heard::TheEnd;
            }
        }
        if still_open { Heard::Something } else { Heard::TheEnd }
    }

    /// Sends a frame to a viewer that has its snapshot; says whether it is still there.
    pub(super) fn send(&mut self, frame: &[u8]) -> bool {
        self.request.is_some() || self.send_whole(frame)
    }

    fn send_whole(&mut self, bytes: &[u8]) -> bool {
        self.stream.write(bytes).is_ok_and(|sent| sent == bytes.len())
    }

    fn discard(&mut self) -> Heard {
        let mut scratch = [0; SCRATCH_BYTES];
        loop {
            match self.stream.read(&mut scratch) {
                Ok(0) => return Heard::TheEnd,
                Ok(_) if scratch[0] == CLOSE => return Heard::TheEnd,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Heard::Something,
                Err(_) => return Heard::TheEnd,
            }
        }
    }
}

/// Reads until there is no more for now; `false` at the end, on failure, and past the limit.
pub(super) fn read_all(stream: &mut TcpStream, into: &mut Vec<u8>, bytes_max: usize) -> bool {
    let mut scratch = [0; SCRATCH_BYTES];
    loop {
        match stream.read(&mut scratch) {
            Ok(0) => return false,
            Ok(read) => into.extend_from_slice(&scratch[..read]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
            Err(_) => return false,
        }
        if into.len() > bytes_max {
            return false;
        }
    }
}

/// A server's frame around a message: unmasked, whole.
pub(super) fn frame(opcode: u8, message: &[u8]) -> Vec<u8> {
    let mut out = vec![opcode];
    match message.len() {
        length @ 0..=125 => out.push(length as u8),
        length @ 126..=0xffff => {
            out.push(126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(message);
    out
}

/// All that a viewer gets first, in one piece: the answer, hello and the snapshot.
fn answer(request: &[u8], board: &Board) -> Option<Vec<u8>> {
    let request = std::str::from_utf8(request).ok()?;
    let mut lines = request.split("\r\n");
    let path = lines.next()?.strip_prefix("GET ")?.strip_prefix(PATH_BEFORE_EVENT)?;
    let event = EventId(path.split('/').next()?.parse().ok()?);
    let headers = || lines.clone().filter_map(|line| line.split_once(':'));
    let header = |name: &str| {
        headers().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let key = derive_accept_key(header("sec-websocket-key")?.as_bytes());
    let protocol = seatmap::protocol::live::SUBPROTOCOL_BINARY;
    if !header("sec-websocket-protocol")?.split(',').any(|offer| offer.trim() == protocol) {
        return None;
    }
    let mut out = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {key}\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
    )
    .into_bytes();
    out.extend(frame(TEXT, board.hello(event).as_bytes()));
    out.extend(frame(BINARY, &board.snapshot()));
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_written_in_one_of_three_ways() {
        for (length, header) in [
            (125, vec![BINARY, 125]),
            (126, vec![BINARY, 126, 0, 126]),
            (65_536, vec![BINARY, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let framed = frame(BINARY, &vec![7; length]);
            assert_eq!(framed[..header.len()], header);
            assert_eq!(framed.len(), header.len() + length);
        }
    }

    #[test]
    fn only_viewers_that_speak_binary_are_answered() {
        let request = |protocol: &str| {
            format!(
                "GET /api/v1/events/7/live HTTP/1.1\r\nHost: x\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                 Sec-WebSocket-Protocol: {protocol}\r\n\r\n"
            )
        };
        let board = Board::new(1);
        let answered = answer(request("x, seatmap.v1.bin").as_bytes(), &board).unwrap();
        let shown = String::from_utf8_lossy(&answered);
        // The key of RFC 6455's own example.
        assert!(
            shown.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"),
            "{shown}"
        );
        assert!(shown.contains("\"event_id\":7"), "{shown}");
        assert_eq!(answer(request("seatmap.v1.json").as_bytes(), &board), None);
    }
}
