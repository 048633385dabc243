//! What the program makes of a command line that can't be meant, and of an output that nobody
//! reads. No server is needed for any of it.

use std::process::{Command, Output, Stdio};

/// Runs the program with these words.
fn perform(line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatmap-loadtest"));
    command.args(line.split_whitespace()).env_remove("SEATMAP_LOADTEST_DATABASE_URL");
    command.env_remove("SEATMAP_LOADTEST_TOKEN");
    command.stdin(Stdio::null()).output().expect("the program runs")
}

#[test]
fn numbers_that_make_no_sense_are_refused_by_the_options_name() {
    for (scenario, option) in [
        ("fanout", "--rate 0"),
        ("storm", "--rate NaN"),
        ("slow", "--rate -1"),
        ("onsale", "--rate inf"),
        ("onsale", "--think NaN"),
        ("fanout", "--writers 0"),
        ("fanout", "--connections 0"),
        ("idle", "--viewer-threads 0"),
        ("idle", "--events 0"),
        ("idle", "--patience never"),
        ("hotseat", "--buyers 0"),
        ("hotseat", "--hot-seats 0"),
        ("storm", "--storms 0"),
        ("soak", "--storm-every 0"),
        ("write", "--clients 0"),
        ("write", "--seconds 0"),
        ("idle", "--target 127.0.0.1"),
    ] {
        // With "=", since one of them looks like an option itself.
        let output = perform(&format!("{scenario} {}", option.replace(' ', "=")));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{scenario} {option}: {said}");
        let name = option.split(' ').next().expect("a name");
        assert!(said.contains(name), "{scenario} {option}: {said}");
    }
}

#[test]
fn terms_of_new_events_are_refused_where_there_are_none() {
    for option in ["--lock-seconds", "--booking-seconds", "--seats"] {
        let output = perform(&format!("idle --event 1 {option} 5"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{option}: {said}");
        assert!(said.contains(option), "{option}: {said}");
    }
}

#[test]
fn secrets_are_not_repeated() {
    let good = ["word", "postgres://x:not-one@127.0.0.1:1/x"];
    let (bad_token, bad_url) =
        (["two-words not-one", good[1]], [good[0], "postgres://x:not-one@127.0.0.1:port/x"]);
    let run = "idle --viewers 1 --target 127.0.0.1:1";
    for (line, secrets, code, named) in [
        ("idle --help", bad_token, 0, "--token"),
        ("idle --help", bad_url, 0, "--database-url"),
        (run, bad_token, 2, "--token"),
        (run, bad_url, 2, "--database-url"),
        (run, good, 1, "--database-url"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatmap-loadtest"));
        command.args(line.split_whitespace()).stdin(Stdio::null());
        command.env("SEATMAP_LOADTEST_TOKEN", secrets[0]);
        command.env("SEATMAP_LOADTEST_DATABASE_URL", secrets[1]);
        let output = command.output().expect("the program runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(named) && !said.contains("not-one"), "{said}");
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_named_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().display();
    // Nobody listens on port 1, neither a database nor a server.
    let line = format!(
        "idle --viewers 1 --target localhost:1 --database-url postgres://x@127.0.0.1:1/x --out {out}"
    );
    let output = perform(&line);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("--database-url: ") && said.contains("refused"), "{said}");
}

#[test]
fn what_cannot_be_met_is_refused_by_option_and_value_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    for (scenario, option, others) in [
        ("idle", "--viewer-core 5000", ""),
        ("idle", "--server-pid 4294967295", ""),
        // TEST-NET-1 of RFC 5737: nobody's.
        ("idle", "--source 192.0.2.1", ""),
        ("idle", "--source ::1", ""),
        ("fanout", "--writers 21", "--seats 20"),
        ("fanout", "--writers 20001", ""),
        ("storm", "--seats 3", ""),
        ("hotseat", "--hot-seats 500", "--seats 20"),
    ] {
        // Nobody listens on port 1: that the server isn't there must not be what is told.
        let out = folder.path().join("made");
        let line = format!("{scenario} {option} {others} --target 127.0.0.1:1");
        let output = perform(&format!("{line} --viewers 1 --out {}", out.display()));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(said.starts_with(&format!("{option}: ")), "{line}: {said}");
        assert!(!out.exists(), "{line} left its folder");
    }
}

#[test]
fn an_output_that_nobody_reads_is_no_failure() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatmap-loadtest"));
    let command = command.arg("schema").stdin(Stdio::null()).stdout(writer);
    let output = command.stderr(Stdio::piped()).spawn().expect("the program runs");
    let output = output.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (Some(0), "")
    );
}
