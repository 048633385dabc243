//! Starts that must fail, and say why.

use std::process::{Command, Output};

use crate::support::database::Database;
use crate::support::process::{Process, url};

/// Runs the program to its end with nothing but these variables.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_seatmap"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(variables.iter().copied())
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_data_folder_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::Builder::new().prefix("seatmap-data-").tempdir().expect("a folder");
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("its mode");
    let path = folder.path().to_str().expect("a path");
    let first = Process::start_with("serve", &[("SEATMAP_DATA_DIR", path)]);
    let second = run(&["serve"], &[("SEATMAP_DATA_DIR", path), ("PORT", "0")]);
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    let pid = first.pid().to_string();
    assert!(said.contains(path) && said.contains(&pid), "it names folder and holder: {said}");
    let ready = reqwest::get(format!("http://{}/ready", first.address)).await.expect("an answer");
    assert_eq!(ready.status(), 200, "the first is not disturbed");
    assert!(tokio::task::spawn_blocking(|| first.terminate()).await.expect("its end").success());
}

#[test]
fn a_wrong_option_is_refused_by_its_name() {
    for (name, value) in [
        ("PORT", "x"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "inof"),
        ("LOG_LEVEL", "info,seatmap=loud"),
        ("DB_MAX_OPEN_CONNS", "0"),
        ("DB_MAX_OPEN_CONNS", "-1"),
        ("DB_PORT", "x"),
        ("BIND", "0.0.0.0"),
        ("BIND", "::"),
        ("BIND", "nowhere"),
        ("SEAT_LOCK_SECONDS", "0"),
        ("BOOKING_EXPIRY_SECONDS", "86401"),
        ("REQUEST_TIMEOUT_SECONDS", "0"),
        ("MAX_BODY_BYTES", "many"),
        ("AUTH_MODE", "everybody"),
        ("LOG_LEVEL", "a=b=c"),
        ("DATABASE_URL", "postgres://user:hunter2@host:port/name"),
        ("JWKS_URL", "login.example/keys"),
        ("JWKS_URL", "ftp://login.example/keys"),
        ("JWKS_URL", "https://user@login.example/keys"),
        ("JWT_ISSUER", "https://login.example"),
        ("JWT_AUDIENCE", "seatmap"),
        ("JWT_ROLE_CLAIM", "roles"),
    ] {
        let refused = run(&["serve"], &[(name, value)]);
        assert!(matches!(refused.status.code(), Some(1 | 2)), "{name}={value}: {refused:?}");
        let said = text(&refused.stderr);
        let flag = format!("--{}", name.to_lowercase().replace('_', "-"));
        assert!(said.contains(name) || said.contains(&flag), "{name}={value}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn the_demo_has_no_tokens() {
    let secret = ("JWT_SECRET", "long enough to be the secret of a test");
    let refused = run(&["demo"], &[("AUTH_MODE", "token"), secret]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(text(&refused.stderr).contains("AUTH_MODE"), "{refused:?}");
}

#[test]
fn secrets_are_never_shown() {
    let variables = [
        ("DATABASE_URL", "postgres://user:hunter2@host/name"),
        ("DB_PASSWORD", "hunter2"),
        ("PORT", "9090"),
    ];
    let shown = run(&["config"], &variables);
    assert!(shown.status.success(), "{shown:?}");
    let lines = text(&shown.stdout);
    assert!(lines.contains("PORT=9090"), "{lines}");
    assert!(lines.contains("DATABASE_URL=(hidden)"), "{lines}");
    let help = run(&["serve", "--help"], &variables);
    for output in [shown, help] {
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrating_twice_does_nothing_the_second_time() {
    let template = Database::new().await;
    let name = format!("{}_bare", template.name);
    template.execute(&format!("create database {name} template template0")).await;
    let mut config = template.config.clone();
    config.dbname(&name);
    let variables = [("DATABASE_URL", url(&config))];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let first = run(&["migrate"], &variables);
    assert!(first.status.success(), "{first:?}");
    assert!(text(&first.stdout).contains("applied"), "{first:?}");
    // At the same time as well: whoever comes second waits and finds it done.
    let (second, third) = std::thread::scope(|scope| {
        let runs = [(), ()].map(|()| scope.spawn(|| run(&["migrate"], &variables)));
        let [second, third] = runs.map(|run| run.join().expect("a run"));
        (second, third)
    });
    for again in [second, third] {
        assert!(again.status.success(), "{again:?}");
        assert_eq!(text(&again.stdout), "the schema is up to date\n");
    }
}
