//! Reading a client's WebSocket frames: bytes in, messages out. No I/O, no time, no answers.
//!
//! Bytes may be cut anywhere. What is whole is read where it lies and unmasked in place; only an
//! incomplete frame or message is kept, so a client that says nothing costs a pointer. The one
//! place where own reading stands in for a library's, whose readers each own a buffer: a loop
//! reads thousands of sockets into one. A property test holds it against the library's reading of
//! the same bytes.

use std::ops::ControlFlow::{self, Break, Continue};

use crate::protocol::live::CLIENT_MESSAGE_BYTES_MAX;
use crate::protocol::live::framed::CONTROL_BYTES_MAX;

/// Lengths above this stand in the 2 or 8 bytes after a header's second byte.
const LENGTH_IN_2_BYTES: u8 = 126;
const LENGTH_IN_8_BYTES: u8 = 127;

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
        let (length, rest) = match second & 0x7f {
            LENGTH_IN_2_BYTES => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest),
                None => return Ok(None),
            },
            LENGTH_IN_8_BYTES => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from_be_bytes(*length), rest),
                None => return Ok(None),
            },
            short => (u64::from(short), rest),
        };
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

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Write};

    use proptest::prelude::*;
    use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};

    use super::*;

    /// What was heard, owned, and how it ended.
    type Outcome = (Vec<Said>, Option<Broken>);

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Said {
        Text(String),
        Binary,
        Ping(Vec<u8>),
        Pong,
        Close(Option<u16>),
    }

    /// One frame as a client may send it, right or wrong.
    #[derive(Clone, Debug)]
    struct Sent {
        first: u8,
        is_masked: bool,
        content: Vec<u8>,
    }

    impl Sent {
        fn new(first: u8, content: &[u8]) -> Self {
            Self { first, is_masked: true, content: content.to_vec() }
        }

        fn bytes(&self) -> Vec<u8> {
            let mut bytes = vec![self.first];
            let masked = if self.is_masked { 0x80 } else { 0 };
            let length = self.content.len();
            match u16::try_from(length).unwrap() {
                short @ 0..=125 => bytes.push(masked | u8::try_from(short).unwrap()),
                long => {
                    bytes.push(masked | LENGTH_IN_2_BYTES);
                    bytes.extend_from_slice(&long.to_be_bytes());
                }
            }
            let mask = if self.is_masked { [0x11, 0xa2, 0x33, 0xc4] } else { [0; 4] };
            bytes.extend_from_slice(if self.is_masked { &mask } else { &[] });
            bytes.extend(self.content.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
            bytes
        }
    }

    fn bytes_of(frames: &[Sent]) -> Vec<u8> {
        frames.iter().flat_map(Sent::bytes).collect()
    }

    /// Reads bytes that arrive in pieces.
    fn read(bytes: &[u8], pieces: &[usize]) -> Outcome {
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

    /// Bytes to be read, and nowhere to write to.
    struct OneWay(Cursor<Vec<u8>>);

    impl Read for OneWay {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(room)? {
                0 => Err(std::io::ErrorKind::WouldBlock.into()),
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
        let mut stream = OneWay(Cursor::new(bytes.to_vec()));
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
                Err(Error::Io(_)) => return (said, None),
                Err(Error::Utf8(_)) => return (said, Some(Broken::NotUtf8)),
                Err(Error::Capacity(_)) => return (said, Some(Broken::TooBig)),
                Err(_) => return (said, Some(Broken::Protocol)),
            }
        }
    }

    fn content() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            4 => "[a-zäß€𝄞]{0,40}".prop_map(String::into_bytes),
            2 => prop::collection::vec(any::<u8>(), 0..140),
            1 => (120_usize..130).prop_map(|length| vec![b'x'; length]),
            1 => (4_090_usize..4_100).prop_map(|length| vec![b'x'; length]),
            // Parts of characters, so that fragments cut them.
            2 => prop::sample::select(vec![&[0xe2_u8][..], &[0x82], &[0xac], &[0xf0, 0x9d], &[0xff]])
                .prop_map(<[u8]>::to_vec),
            2 => (any::<u16>(), "[a-z]{0,8}").prop_map(|(code, reason)| {
                [&code.to_be_bytes()[..], reason.as_bytes()].concat()
            }),
            1 => (999_u16..1_016).prop_map(|code| code.to_be_bytes().to_vec()),
        ]
    }

    fn frame() -> impl Strategy<Value = Sent> {
        let first = prop_oneof![
            6 => prop::sample::select(vec![0x81_u8, 0x01, 0x00, 0x80, 0x80, 0x82, 0x02]),
            3 => prop::sample::select(vec![0x89_u8, 0x8a, 0x89, 0x8a, 0x88]),
            1 => any::<u8>(),
        ];
        let masked = prop_oneof![30 => Just(true), 1 => Just(false)];
        (first, masked, content()).prop_map(|(first, is_masked, content)| Sent {
            first,
            is_masked,
            content,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn clients_are_understood_as_the_library_does(
            frames in prop::collection::vec(frame(), 1..8),
            pieces in prop::collection::vec(1_usize..300, 0..40),
        ) {
            let bytes = bytes_of(&frames);
            let (library, library_end) = read_by_library(&bytes);
            let (own, own_end) = read(&bytes, &pieces);
            // A close with a code that may not be sent is turned by the library into one with the
            // code for a broken protocol; here it is a broken protocol at once.
            let turned = library.last() == Some(&Said::Close(Some(1002)));
            if turned && own_end == Some(Broken::Protocol) {
                prop_assert_eq!(&own[..], &library[..library.len() - 1]);
            } else {
                prop_assert_eq!(own, library);
                prop_assert_eq!(own_end, library_end);
            }
        }

        #[test]
        fn where_bytes_are_cut_makes_no_difference(
            frames in prop::collection::vec(frame(), 1..8),
            length in any::<prop::sample::Index>(),
            pieces in prop::collection::vec(1_usize..40, 0..200),
        ) {
            let mut bytes = bytes_of(&frames);
            bytes.truncate(length.index(bytes.len()) + 1);
            prop_assert_eq!(read(&bytes, &pieces), read(&bytes, &[]));
            prop_assert_eq!(read(&bytes, &vec![1; bytes.len()]), read(&bytes, &[]));
        }

        #[test]
        fn noise_is_never_more_than_noise(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            pieces in prop::collection::vec(1_usize..40, 0..20),
        ) {
            let (own, own_end) = read(&bytes, &pieces);
            let (library, library_end) = read_by_library(&bytes);
            // Wrong headers are found before their frame has come to its end.
            if library_end.is_some() {
                prop_assert_eq!(own, library);
                prop_assert_eq!(own_end, library_end);
            }
        }
    }

    #[test]
    fn fragments_make_one_message_and_control_frames_may_come_between() {
        let frames = [
            Sent::new(0x01, &[b'a', 0xe2, 0x82]),
            Sent::new(0x89, b"hi"),
            Sent::new(0x80, &[0xac]),
        ];
        let said = vec![Said::Ping(b"hi".to_vec()), Said::Text("a€".to_owned())];
        assert_eq!(read(&bytes_of(&frames), &[3]), (said, None));
    }

    #[test]
    fn nothing_is_kept_for_who_has_said_all() {
        let mut reader = Reader::default();
        let mut bytes = Sent::new(0x81, b"{}").bytes();
        let cut = bytes.len() - 1;
        let (begin, end) = bytes.split_at_mut(cut);
        reader.read(begin, |_| Continue(())).unwrap();
        assert!(reader.kept.is_some());
        reader.read(end, |_| Continue(())).unwrap();
        assert!(reader.kept.is_none());
    }

    #[test]
    fn a_message_too_big_is_known_by_its_header() {
        let header = [0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0];
        assert_eq!(read(&header, &[]), (vec![], Some(Broken::TooBig)));
        let half = vec![b'x'; CLIENT_MESSAGE_BYTES_MAX / 2 + 1];
        let frames = [Sent::new(0x01, &half), Sent::new(0x80, &half)];
        assert_eq!(read(&bytes_of(&frames), &[]), (vec![], Some(Broken::TooBig)));
    }
}
