//! Clients' frames, whole and broken, and beside the library's reading of the same bytes.

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
    let frames =
        [Sent::new(0x01, &[b'a', 0xe2, 0x82]), Sent::new(0x89, b"hi"), Sent::new(0x80, &[0xac])];
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
