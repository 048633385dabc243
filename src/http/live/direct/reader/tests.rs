//! Clients' frames, whole and broken, and beside the library's reading of the same bytes.

use proptest::prelude::*;

use super::beside::{Said, are_read_alike, read};
use super::*;

/// One frame as a client may send it, right or wrong.
#[derive(Clone, Debug)]
struct Sent {
    first: u8,
    is_masked: bool,
    /// In how many bytes its length stands, if not in as few as can be.
    length_bytes: Option<usize>,
    content: Vec<u8>,
}

impl Sent {
    fn new(first: u8, content: &[u8]) -> Self {
        Self { first, is_masked: true, length_bytes: None, content: content.to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.first];
        let masked = if self.is_masked { 0x80 } else { 0 };
        let length = self.content.len();
        let in_8 = (length as u64).to_be_bytes();
        match u16::try_from(length).unwrap() {
            _ if self.length_bytes.is_some() => {
                let length_bytes = self.length_bytes.unwrap();
                bytes.push(masked | if length_bytes == 2 { IN_2_BYTES } else { IN_8_BYTES });
                bytes.extend_from_slice(&in_8[in_8.len() - length_bytes..]);
            }
            short @ 0..=125 => bytes.push(masked | u8::try_from(short).unwrap()),
            long => {
                bytes.push(masked | IN_2_BYTES);
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
    let length_bytes = prop_oneof![30 => Just(None), 1 => Just(Some(2)), 1 => Just(Some(8))];
    (first, masked, length_bytes, content()).prop_map(
        |(first, is_masked, length_bytes, content)| Sent {
            first,
            is_masked,
            length_bytes,
            content,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn clients_are_understood_as_the_library_does(
        frames in prop::collection::vec(frame(), 1..8),
        pieces in prop::collection::vec(1_usize..300, 0..40),
    ) {
        let bytes = bytes_of(&frames);
        are_read_alike(&bytes, &pieces);
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
        are_read_alike(&bytes, &pieces);
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
