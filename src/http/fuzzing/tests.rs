//! The fuzz targets' corpus, and generated input besides.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::TARGETS;

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

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
