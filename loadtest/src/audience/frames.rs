//! The WebSocket framing of what a server sends: unmasked frames, cut anywhere. And what a viewer
//! answers: masked control frames and short texts.

/// The longest frame believed in, in bytes: a JSON snapshot of 200,000 seats is a tenth of it.
const FRAME_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The longest head of a frame, in bytes, without a mask.
const HEAD_BYTES_MAX: usize = 10;
/// The longest payload a viewer sends, in bytes: it fits the short form of the length.
const REPLY_BYTES_MAX: usize = 125;

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The rest of a message.
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

/// One whole frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame<'a> {
    pub(super) kind: Kind,
    /// Whether its message ends with it.
    pub(super) ends: bool,
    pub(super) payload: &'a [u8],
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadFrame {
    #[error("a frame with unknown bits or opcode {0:#04x}")]
    Head(u8),
    #[error("a masked frame from the server")]
    Masked,
    #[error("a frame of {0} bytes")]
    TooLong(u64),
}

/// Takes the next whole frame off the front of `bytes`; `None` when it isn't whole yet.
pub(super) fn next<'a>(bytes: &mut &'a [u8]) -> Result<Option<Frame<'a>>, BadFrame> {
    let &[first, second, ..] = *bytes else { return Ok(None) };
    let kind = match first & 0x0f {
        0x0 => Kind::Continuation,
        0x1 => Kind::Text,
        0x2 => Kind::Binary,
        0x8 => Kind::Close,
        0x9 => Kind::Ping,
        0xa => Kind::Pong,
        _ => return Err(BadFrame::Head(first)),
    };
    if first & RESERVED != 0 {
        return Err(BadFrame::Head(first));
    }
    if second & MASKED != 0 {
        return Err(BadFrame::Masked);
    }
    let (head, length) = match second {
        126 => match bytes.get(2..4) {
            Some(&[a, b]) => (4, u64::from(u16::from_be_bytes([a, b]))),
            _ => return Ok(None),
        },
        127 => match bytes.get(2..HEAD_BYTES_MAX).and_then(|long| long.try_into().ok()) {
            Some(long) => (HEAD_BYTES_MAX, u64::from_be_bytes(long)),
            None => return Ok(None),
        },
        short => (2, u64::from(short)),
    };
    if length > FRAME_BYTES_MAX {
        return Err(BadFrame::TooLong(length));
    }
    let end = head + length as usize;
    let Some(payload) = bytes.get(head..end) else { return Ok(None) };
    *bytes = &bytes[end..];
    Ok(Some(Frame { kind, ends: first & FINAL != 0, payload }))
}

/// A viewer's frame, masked as the protocol wants it; what is too long is cut.
pub(super) fn reply(kind: Kind, payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(REPLY_BYTES_MAX)];
    let opcode = match kind {
        Kind::Continuation => 0x0,
        Kind::Text => 0x1,
        Kind::Binary => 0x2,
        Kind::Close => 0x8,
        Kind::Ping => 0x9,
        Kind::Pong => 0xa,
    };
    let mut out = Vec::with_capacity(6 + payload.len());
    out.extend([FINAL | opcode, MASKED | payload.len() as u8]);
    out.extend(mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, length: usize) -> Vec<u8> {
        let mut out = vec![first];
        match length {
            0..=125 => out.push(length as u8),
            126..=0xffff => {
                out.push(126);
                out.extend((length as u16).to_be_bytes());
            }
            _ => {
                out.push(127);
                out.extend((length as u64).to_be_bytes());
            }
        }
        out.extend((0..length).map(|at| at as u8));
        out
    }

    #[test]
    fn frames_are_found_wherever_the_stream_is_cut() {
        let mut stream = Vec::new();
        let sizes = [0, 1, 125, 126, 300, 65_535, 65_536];
        for (at, size) in sizes.iter().enumerate() {
            stream.extend(frame(if at % 2 == 0 { 0x82 } else { 0x81 }, *size));
        }
        for cut in (0..stream.len()).step_by(7).chain([stream.len()]) {
            let mut found = Vec::new();
            let mut rest: &[u8] = &stream[..cut];
            while let Some(frame) = next(&mut rest).unwrap() {
                found.push(frame.payload.len());
            }
            let mut joined = rest.to_vec();
            joined.extend(&stream[cut..]);
            let mut rest = joined.as_slice();
            while let Some(frame) = next(&mut rest).unwrap() {
                assert!(frame.ends);
                found.push(frame.payload.len());
            }
            assert_eq!((found.as_slice(), rest.len()), (&sizes[..], 0), "cut at {cut}");
        }
    }

    #[test]
    fn a_frame_cut_anywhere_is_not_whole() {
        for whole in [frame(0x82, 3), frame(0x81, 200), frame(0x82, 70_000)] {
            for cut in 0..whole.len().min(20) {
                let mut rest = &whole[..cut];
                assert_eq!(next(&mut rest), Ok(None));
                assert_eq!(rest.len(), cut);
            }
        }
    }

    #[test]
    fn what_a_server_may_not_send_is_refused() {
        assert_eq!(next(&mut &[0x83, 0][..]), Err(BadFrame::Head(0x83)));
        assert_eq!(next(&mut &[0xc1, 0][..]), Err(BadFrame::Head(0xc1)));
        assert_eq!(next(&mut &[0x81, 0x80, 0, 0, 0, 0][..]), Err(BadFrame::Masked));
        let long = [&[0x82, 127][..], &u64::MAX.to_be_bytes()].concat();
        assert_eq!(next(&mut long.as_slice()), Err(BadFrame::TooLong(u64::MAX)));
    }

    #[test]
    fn replies_are_masked() {
        let reply = reply(Kind::Pong, b"abc", [1, 2, 3, 4]);
        assert_eq!(reply, [0x8a, 0x83, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2, b'c' ^ 3]);
    }
}
