//! A client's frames, right and wrong.

use seatmap::protocol::live::CLIENT_MESSAGE_BYTES_MAX;

pub(super) const CONTINUATION: u8 = 0x0;
pub(super) const TEXT: u8 = 0x1;
pub(super) const BINARY: u8 = 0x2;
pub(super) const CLOSE: u8 = 0x8;
pub(super) const PING: u8 = 0x9;
pub(super) const PONG: u8 = 0xa;

/// Set in a message's last frame.
pub(super) const FIN: u8 = 0x80;

/// The largest message a client may send.
pub(super) const LARGEST: usize = CLIENT_MESSAGE_BYTES_MAX;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A masked frame with this first byte.
pub(super) fn frame(first: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    let mut bytes = header(first, content.len() as u64, 0x80);
    bytes.extend(MASK);
    bytes.extend(content.iter().enumerate().map(|(at, byte)| byte ^ MASK[at % 4]));
    bytes
}

/// A frame as only a server may send it.
pub(super) fn unmasked(first: u8, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    [header(first, content.len() as u64, 0), content.to_vec()].concat()
}

/// The beginning of a masked frame that says how long it is, and no more of it.
pub(super) fn announced(first: u8, length: u64) -> Vec<u8> {
    [header(first, length, 0x80), MASK.to_vec()].concat()
}

/// A masked frame whose length stands in 2 or 8 bytes, however short it is.
pub(super) fn lengthy(first: u8, length_bytes: usize, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    let length = (content.len() as u64).to_be_bytes();
    let kind = if length_bytes == 2 { 126 } else { 127 };
    let header = [&[first, 0x80 | kind], &length[length.len() - length_bytes..], &MASK].concat();
    let masked = content.iter().enumerate().map(|(at, byte)| byte ^ MASK[at % 4]);
    header.into_iter().chain(masked).collect()
}

fn header(first: u8, length: u64, masked: u8) -> Vec<u8> {
    let mut bytes = vec![first];
    if let Ok(short @ 0..=125) = u8::try_from(length) {
        bytes.push(masked | short);
    } else if let Ok(length) = u16::try_from(length) {
        bytes.push(masked | 126);
        bytes.extend(length.to_be_bytes());
    } else {
        bytes.push(masked | 127);
        bytes.extend(length.to_be_bytes());
    }
    bytes
}

pub(super) fn text(content: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | TEXT, content)
}

pub(super) fn ping(content: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | PING, content)
}

/// A close frame with a code and a reason.
pub(super) fn close(code: u16, reason: impl AsRef<[u8]>) -> Vec<u8> {
    frame(FIN | CLOSE, [&code.to_be_bytes(), reason.as_ref()].concat())
}

/// A message that is answered by a heartbeat, so many bytes long.
pub(super) fn asking(length: usize) -> Vec<u8> {
    let mut message = br#"{"type":"ping"}"#.to_vec();
    message.resize(length.max(message.len()), b' ');
    message
}

pub(super) fn concat(frames: &[Vec<u8>]) -> Vec<u8> {
    frames.concat()
}
