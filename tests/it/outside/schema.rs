//! Schemathesis reads /openapi.json and sends what it allows and what it doesn't, with every check
//! it has: no 5xx, every answer as documented, wrong requests refused, right ones taken. It has to
//! get round to every operation of the document but those named here.

use std::path::Path;
use std::time::Duration;

use rand::RngExt as _;
use serde_json::Value;

use super::{HOW_TO_INSTALL, folder, program};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// After so many seconds it makes up nothing new.
const SECONDS: &str = "45";

/// How many requests it makes up for each operation at most, in each of its ways.
const EXAMPLES: &str = "15";

/// Past this it hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// What it is kept from, and why; other stories see to these.
const UNTRIED: [(&str, &str); 2] = [
    ("/api/v1/events/{id}/live", "a plain HTTP client can't open a WebSocket"),
    ("/api/v1/events/{id}/stream", "a plain HTTP client waits for its end, and it has none"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemathesis_finds_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemathesis = root.join("target/outside-venv/bin/schemathesis");
    assert!(schemathesis.exists(), "schemathesis is missing: {HOW_TO_INSTALL}");
    let seed = std::env::var("SEED").unwrap_or_else(|_| rand::rng().random::<u32>().to_string());
    println!("SEED={seed}");
    let database = Database::new().await;
    let server = Server::start(&database).await;
    // The event that the document's examples speak of.
    assert_eq!(events::create(&server, 60).await, 1);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut command = program(schemathesis);
    command.current_dir(elsewhere.path());
    command.arg("--config-file").arg(folder().join("schemathesis.toml"));
    command.args(["run", &server.url("/openapi.json"), "--seed", &seed, "--warnings", "off"]);
    command.args(["--max-time", SECONDS, "--max-examples", EXAMPLES, "--no-color"]);
    for (path, _) in UNTRIED {
        command.args(["--exclude-path", path]);
    }
    let report = elsewhere.path().join("report.json");
    command.arg("--report-json-path").arg(&report);
    command.args(["--request-timeout", "60", "--header", "X-Session-ID: schemathesis"]);
    let run = tokio::time::timeout(PATIENCE, command.output()).await.expect("it ends");
    let run = run.expect(HOW_TO_INSTALL);
    let (said, errors) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}\n{errors}");
    assert!(said.contains(" generated, "), "it has tried something: {said}");
    tried_all_but_those_named(&server, &report, &said).await;
    invariants::hold(&database).await;
}

/// Whether every operation of the document was asked for, but those it is kept from.
async fn tried_all_but_those_named(server: &Server, report: &Path, said: &str) {
    let document = reqwest::get(server.url("/openapi.json")).await.expect("an answer");
    let document: Value = document.json().await.expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let count = |path: &Value| path.as_object().expect("operations").len();
    let all: usize = paths.values().map(count).sum();
    let kept_from: usize = UNTRIED.map(|(path, _)| count(&document["paths"][path])).iter().sum();
    let report = std::fs::read_to_string(report).expect("a report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let operations = &report["operations"];
    assert_eq!(operations["total"], all, "{operations}");
    assert_eq!(operations["tested"], all - kept_from, "{operations}: {said}");
}
