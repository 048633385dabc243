//! `seatmap chart`: the program run on files, as its users run it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs `seatmap chart` with nothing in its environment and something to read.
fn chart(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_seatmap"))
        .arg("chart")
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // Whoever needs no input may be gone before it is written.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    child.wait_with_output().expect("its end")
}

#[track_caller]
fn told(arguments: &[&str], input: &str) -> (String, String) {
    let output = chart(arguments, input);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let (out, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{arguments:?}: {errors}");
    (out, errors)
}

#[track_caller]
fn refused(arguments: &[&str], input: &str) -> String {
    let output = chart(arguments, input);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/charts");
    folder.join(name).to_str().expect("a path").to_owned()
}

#[test]
fn charts_of_others_become_our_own_and_plans_of_pretix() {
    for (name, format, seats) in [
        ("seatsio-sections.json", "seatsio", 71),
        ("pretix-kind.json", "pretix", 9),
        ("seatlayer-kind.json", "seatlayer", 13),
    ] {
        let file = sample(name);
        let (said, warnings) = told(&["validate", &file], "");
        assert_eq!(said.trim_end(), format!("valid: {seats} seats, format {format}"));
        let (own, again) = told(&["import", &file], "");
        assert_eq!(again, warnings, "each command tells what is lost");
        let document: Value = serde_json::from_str(&own).expect("JSON");
        assert_eq!(document["format"], "seatmap.chart.v1");
        let (said, _) = told(&["validate", "-"], &own);
        assert_eq!(said.trim_end(), format!("valid: {seats} seats, format seatmap"));
        let (plan, warnings) = told(&["export", "-", "--to", "pretix"], &own);
        assert!(warnings.lines().all(|line| line.starts_with("warning: ")), "{warnings}");
        let (said, _) = told(&["validate", "-", "--format", "pretix"], &plan);
        assert_eq!(said.trim_end(), format!("valid: {seats} seats, format pretix"));
    }
}

#[test]
fn a_built_in_venue_is_described_and_written() {
    let (said, _) = told(&["info", "--venue", "stadium-75000"], "");
    let line = |name: &str| {
        let found = said.lines().find(|line| line.starts_with(name));
        found.unwrap_or_else(|| panic!("{name} in {said}")).to_owned()
    };
    assert!(line("seats").ends_with(" 75000"), "{said}");
    assert!(line("category").ends_with(" seats"), "{said}");
    let (own, _) = told(&["export", "--venue", "stadium-75000"], "");
    let (again, _) = told(&["info", "-"], &own);
    assert_eq!(again, said, "what is written is what was described");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let errors = refused(&["validate", "-"], "{");
    assert!(errors.contains("-: is no JSON"), "{errors}");
    let errors = refused(&["import", "-"], "[]");
    assert!(errors.contains("must be an object"), "{errors}");
    let own = r##"{"format": "seatmap.chart.v1", "name": "", "sections": [{"label": "S",
        "rows": [{"at": [0, 0], "count": 0}]}],
        "categories": [{"key": "a", "label": "A", "color": "#112233"}]}"##;
    let errors = refused(&["validate", "-"], own);
    assert!(errors.contains("-: sections[0].rows[0].count: "), "{errors}");
    let errors = refused(&["info", "/nowhere/at/all.json"], "");
    assert!(errors.contains("/nowhere/at/all.json can't be read"), "{errors}");
    let errors = refused(&["info", "--venue", "atlantis"], "");
    assert!(errors.contains("no built-in venue atlantis"), "{errors}");
}
