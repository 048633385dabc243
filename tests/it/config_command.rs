//! `seatmap config` and `seatmap token`: how the program reads its environment.

use std::process::{Command, Output};

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_seatmap"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("the program runs")
}

fn said(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// Compose files pass on what nobody has set.
#[test]
fn an_empty_variable_is_not_set() {
    let empty = ["JWT_SECRET", "ALLOWED_ORIGINS", "RATE_LIMIT_RPS", "AUTH_MODE", "DATABASE_URL"];
    let variables = empty.map(|name| (name, ""));
    let output = run(&["config"], &variables);
    let (lines, errors) = (said(output.stdout), said(output.stderr));
    assert!(output.status.success(), "{errors}");
    for line in [
        "# JWT_SECRET is not set",
        "# ALLOWED_ORIGINS is not set",
        "# DATABASE_URL is not set",
        "RATE_LIMIT_RPS=100  # default",
        "AUTH_MODE=open  # default",
    ] {
        assert!(lines.lines().any(|told| told == line), "{line} is not in\n{lines}");
    }
    let secret = "x".repeat(32);
    let output = run(&["config"], &[("JWT_SECRET", &secret), ("RATE_LIMIT_RPS", "7")]);
    let lines = said(output.stdout);
    assert!(lines.contains("JWT_SECRET=(hidden)  # environment"), "{lines}");
    assert!(lines.contains("RATE_LIMIT_RPS=7  # environment"), "{lines}");
}

#[test]
fn what_is_given_must_still_be_right() {
    for (arguments, variables) in [
        (&["config"][..], &[("JWT_SECRET", "short")][..]),
        (&["config"], &[("ALLOWED_ORIGINS", " ")]),
        (&["config", "--allowed-origins", ""], &[]),
        (&["config", "--jwt-secret", ""], &[("JWT_SECRET", "")]),
        (&["token"], &[("JWT_SECRET", "")]),
    ] {
        let output = run(arguments, variables);
        assert!(!output.status.success(), "{arguments:?} {variables:?}");
        assert!(output.stdout.is_empty(), "{arguments:?} {variables:?}");
    }
}
