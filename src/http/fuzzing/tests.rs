//! The fuzz targets' corpus, and generated input besides.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::{TARGETS, answers_a_handshake, handshakes, header_lines};

/// What fuzzing has found worth keeping stays good.
#[test]
fn the_corpus_holds_no_surprise() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let entries = fs::read_dir(&folder).expect("each target has a corpus");
        let files: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            let data = fs::read(&file).expect("a file");
            let outcome = std::panic::catch_unwind(|| target(&data));
            assert!(outcome.is_ok(), "{}: see above", file.display());
        }
    }
}

/// What nobody is accepted with proves nothing of what is done with an accepted handshake.
#[test]
fn the_corpus_has_handshakes_of_all_kinds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/handshakes");
    let answer = |name: &str| -> Result<Option<String>, u16> {
        let data = fs::read(folder.join(name)).expect("a handshake");
        let answer = answers_a_handshake(header_lines(&data))?;
        let chosen = answer.headers().get("sec-websocket-protocol");
        Ok(chosen.map(|name| name.to_str().expect("text").to_owned()))
    };
    let chosen = |name: &str| Ok::<_, u16>(Some(name.to_owned()));
    assert_eq!(answer("good"), Ok(None));
    assert_eq!(answer("no-protocol"), Ok(None));
    assert_eq!(answer("protocols"), chosen("seatmap.v1.bin"));
    assert_eq!(answer("json"), chosen("seatmap.v1.json"));
    assert_eq!(answer("not-ascii-beside-json"), chosen("seatmap.v1.json"));
    assert_eq!(answer("not-ascii"), Err(400));
    assert_eq!(answer("unknown-protocol"), Err(400));
    assert_eq!(answer("two-keys"), Err(400));
    assert_eq!(answer("old-version"), Err(426));
}

/// A target that no program feeds is never fed anything new.
#[test]
fn every_target_has_a_program() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("a manifest");
    let programs = manifest.split("[[bin]]").skip(1).map(|program| {
        let name = program.split("name = \"").nth(1).and_then(|rest| rest.split('"').next());
        name.expect("a name").to_owned()
    });
    let mut programs: Vec<String> = programs.collect();
    let mut targets: Vec<String> = TARGETS.map(|(name, _)| name.to_owned()).to_vec();
    programs.sort();
    targets.sort();
    assert_eq!(programs, targets);
    for name in targets {
        let program = fuzz.join("fuzz_targets").join(format!("{name}.rs"));
        let text = fs::read_to_string(&program).expect("its source");
        assert!(text.contains("seatmap::http::fuzzing::"), "{}", program.display());
    }
}

/// Texts that are nearly what somebody might send.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\"type\":",
        "\"ping\"",
        "\"auth\"",
        "\"token\"",
        "\"event_id\":",
        "\"seats\":",
        "\"quantity\":",
        "\"price\":",
        "\"customer\":",
        "null",
        "-1",
        "1e400",
        "0.1",
        "18446744073709551616",
        "\\u0000",
        "\\ud800",
        "\n",
        "\r\n",
        "Upgrade:",
        "websocket",
        "Connection:",
        "Sec-WebSocket-Version: 13\n",
        "Sec-WebSocket-Key:",
        "Idempotency-Key:",
        "Authorization: Bearer ",
        "{\"alg\":\"HS256\"}",
        "{\"sub\":\"anna\",\"exp\":4102444800",
        ",\"role\":\"admin\"",
        ",\"nbf\":",
        "If-None-Match:",
        "W/",
        "*",
        "k3f9.1841",
        ";q=",
        "Accept:",
        "application/json",
        "?user_id=",
        "&",
        ".",
        "é",
    ]);
    prop::collection::vec(word, 0..20).prop_map(|words| words.concat().into_bytes())
}

/// A handshake that is right but for what it offers.
fn offering() -> impl Strategy<Value = Vec<u8>> {
    let head = "Host: h\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";
    let piece = prop::sample::select(vec![
        "seatmap.v1.json",
        "seatmap.v1.bin",
        "seatmap.v1",
        "SEATMAP.V1.BIN",
        ".bin",
        ",",
        " ",
        "\t",
        "é",
        "\nSec-WebSocket-Protocol:",
        "\nLast-Event-ID: k3f9.1841",
    ]);
    let pieces = prop::collection::vec(piece, 0..12);
    pieces.prop_map(move |pieces| {
        format!("{head}Sec-WebSocket-Protocol:{}", pieces.concat()).into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_is_offered_is_answered_rightly(data in offering()) {
        handshakes(&data);
    }

    #[test]
    fn noise_breaks_nothing(data in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, target) in TARGETS {
            target(&data);
        }
    }

    #[test]
    fn what_is_nearly_right_breaks_nothing(data in nearly()) {
        for (_, target) in TARGETS {
            target(&data);
        }
    }
}
