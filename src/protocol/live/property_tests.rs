//! Round trips through both encodings, and decoders fed with whatever comes.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::client::ClientMessage;
use super::message::{Heartbeat, ServerMessage, Snapshot};
use super::since::Since;
use super::{SEATS_MAX, binary, text};
use crate::domain::change::ChangeSet;
use crate::domain::seat::SeatStatus;

fn status() -> impl Strategy<Value = SeatStatus> {
    prop::sample::select(SeatStatus::ALL.as_slice())
}

fn statuses() -> impl Strategy<Value = Vec<SeatStatus>> {
    // Runs of any length, so that both snapshot encodings come up.
    vec((status(), 1usize..40), 0..60)
        .prop_map(|runs| runs.into_iter().flat_map(|(s, n)| std::iter::repeat_n(s, n)).collect())
}

fn change() -> impl Strategy<Value = ChangeSet> {
    (any::<u64>(), any::<u64>(), btree_map(0..SEATS_MAX, status(), 0..50)).prop_map(
        |(a, b, changes): (u64, u64, BTreeMap<u32, SeatStatus>)| ChangeSet {
            from: a.min(b),
            version: a.max(b),
            changes: changes.into_iter().collect(),
        },
    )
}

fn message() -> impl Strategy<Value = ServerMessage> {
    prop_oneof![
        (any::<u64>(), statuses()).prop_map(|(version, statuses)| ServerMessage::Snapshot(
            Snapshot { version, statuses }
        )),
        change().prop_map(ServerMessage::Delta),
        (any::<u64>(), any::<u64>()).prop_map(|(version, viewers)| ServerMessage::Heartbeat(
            Heartbeat { version, viewers }
        )),
    ]
}

proptest! {
    #[test]
    fn messages_survive_both_encodings(message in message()) {
        prop_assert_eq!(text::decode(&text::encode(&message)), Ok(message.clone()));
        let bytes = binary::encode(&message).unwrap();
        prop_assert_eq!(binary::decode(&bytes), Ok(message));
    }

    #[test]
    fn whatever_the_binary_decoder_accepts_means_one_thing(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(message) = binary::decode(&bytes) {
            let again = binary::encode(&message).unwrap();
            prop_assert_eq!(binary::decode(&again), Ok(message));
        }
    }

    #[test]
    fn a_damaged_frame_never_panics(message in message(), at in any::<usize>(), to in any::<u8>()) {
        let mut bytes = binary::encode(&message).unwrap();
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = binary::decode(&bytes);
        bytes.truncate(at);
        prop_assert!(binary::decode(&bytes).is_err());
    }

    #[test]
    fn text_from_strangers_never_panics(line in ".{0,200}") {
        let _ = text::decode(&line);
        let _ = ClientMessage::decode(&line);
        let _ = line.parse::<Since>();
    }
}
