//! Holds both encodings to the golden vectors, which the web client's tests read too.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::ClientMessage;
use super::{binary, text};

const FILES: [&str; 3] = [
    include_str!("../../../tests/wire/snapshots.json"),
    include_str!("../../../tests/wire/deltas.json"),
    include_str!("../../../tests/wire/others.json"),
];

#[derive(Deserialize)]
struct Vector {
    name: String,
    kind: String,
    json: Box<RawValue>,
    hex: Option<String>,
}

fn vectors() -> impl Iterator<Item = Vector> {
    FILES.iter().flat_map(|file| serde_json::from_str::<Vec<Vector>>(file).unwrap())
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap()).collect()
}

#[test]
fn the_server_says_exactly_what_the_vectors_say() {
    for vector in vectors().filter(|vector| vector.kind != "client") {
        let message = text::decode(vector.json.get()).expect(&vector.name);
        // Compared as text: the order of fields is part of the vectors.
        assert_eq!(text::encode(&message), vector.json.get(), "{}", vector.name);
        let encoded = binary::encode(&message);
        assert_eq!(encoded, vector.hex.as_deref().map(bytes), "{}", vector.name);
        if let Some(encoded) = encoded {
            assert_eq!(binary::decode(&encoded), Ok(message), "{}", vector.name);
        }
    }
}

#[test]
fn clients_say_exactly_what_the_vectors_say() {
    for vector in vectors().filter(|vector| vector.kind == "client") {
        let message = ClientMessage::decode(vector.json.get()).expect(&vector.name);
        assert_eq!(message.encode(), vector.json.get(), "{}", vector.name);
    }
}

#[test]
fn the_vectors_cover_every_kind_and_both_snapshot_encodings() {
    for kind in ["snapshot", "delta", "heartbeat", "hello", "bye", "error", "client"] {
        assert!(vectors().any(|vector| vector.kind == kind), "{kind}");
    }
    let snapshots: Vec<_> = vectors().filter(|vector| vector.kind == "snapshot").collect();
    for encoding in [0u8, 1] {
        let found = snapshots.iter().any(|vector| {
            let frame = bytes(vector.hex.as_deref().unwrap());
            // The encoding follows two varints; every byte of a varint but its last is ≥ 0x80.
            let ends: Vec<usize> =
                (1..frame.len()).filter(|at| frame[*at] < 0x80).take(2).collect();
            frame[ends[1] + 1] == encoding
        });
        assert!(found, "encoding {encoding}");
    }
}
