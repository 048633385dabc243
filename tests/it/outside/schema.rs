//! Schemathesis reads /openapi.json and sends what it allows and what it doesn't, with every check
//! it has but for what `schemathesis.toml` gives reasons for: no 5xx, every answer as documented,
//! wrong requests refused, right ones taken. It has to get round to every operation of the document
//! but those named here.

use std::path::Path;
use std::time::Duration;

use rand::RngExt as _;
use seatmap::http::{AuthMode, JwtSecret, Role};
use serde_json::Value;

use super::{HOW_TO_INSTALL, folder, program};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// How much it is let do.
struct Effort {
    /// After so many seconds it makes up nothing new.
    seconds: u32,
    /// How many requests it makes up for each operation at most, in each of its ways.
    examples: u32,
}

const AT_LENGTH: Effort = Effort { seconds: 45, examples: 15 };
const BRIEFLY: Effort = Effort { seconds: 15, examples: 2 };

/// Past this it hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// When tokens end, in seconds since 1970.
const FAR_SECOND: i64 = 4_000_000_000;

/// What it is kept from, and why; other stories see to these.
const UNTRIED: [(&str, &str); 2] = [
    ("/api/v1/events/{id}/live", "a plain HTTP client can't open a WebSocket"),
    ("/api/v1/events/{id}/stream", "a plain HTTP client waits for its end, and it has none"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemathesis_finds_nothing() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    // The event that the document's examples speak of.
    assert_eq!(events::create(&server, 60).await, 1);
    let report = let_loose(&server, "X-Session-ID: schemathesis", AT_LENGTH).await;
    tried_all_but_those_named(&server, &report).await;
    invariants::hold(&database).await;
}

/// There it also asks again as nobody and by wrong tokens, where its token was taken; as a customer
/// it may not do what organisers do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemathesis_finds_nothing_where_tokens_count() {
    let database = Database::new().await;
    let secret = JwtSecret::new("a secret that the test signs tokens by").expect("long enough");
    let server = Server::start_with(&database, |settings| {
        settings.http.auth_mode = AuthMode::Token;
        settings.http.jwt_secret = Some(secret.clone());
    })
    .await;
    let organiser = secret.make("olga", Role::Organiser, FAR_SECOND).expect("a token");
    let olga = Buyer::nameless(server.address).bearing(&organiser);
    assert_eq!(olga.post("/events", events::body(60)).await.expect(201)["id"], 1);
    let customer = secret.make("anna", Role::Customer, FAR_SECOND).expect("a token");
    let report = let_loose(&server, &format!("Authorization: Bearer {customer}"), BRIEFLY).await;
    tried_all_but_those_named(&server, &report).await;
    for status in [401, 403] {
        assert!(answered(&server, status).await > 0, "nobody was answered {status}");
    }
    invariants::hold(&database).await;
}

/// Runs it as the caller that a header names; answers its report once it has found nothing.
async fn let_loose(server: &Server, caller: &str, effort: Effort) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemathesis = root.join("target/outside-venv/bin/schemathesis");
    assert!(schemathesis.exists(), "schemathesis is missing: {HOW_TO_INSTALL}");
    let seed = std::env::var("SEED").unwrap_or_else(|_| rand::rng().random::<u32>().to_string());
    println!("SEED={seed}");
    let Effort { seconds, examples } = effort;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let mut command = program(schemathesis);
    command.current_dir(elsewhere.path());
    command.arg("--config-file").arg(folder().join("schemathesis.toml"));
    command.args(["run", &server.url("/openapi.json"), "--seed", &seed, "--warnings", "off"]);
    command.args(["--max-time", &seconds.to_string(), "--no-color"]);
    command.args(["--max-examples", &examples.to_string()]);
    for (path, _) in UNTRIED {
        command.args(["--exclude-path", path]);
    }
    let report = elsewhere.path().join("report.json");
    command.arg("--report-json-path").arg(&report);
    command.args(["--request-timeout", "60", "--header", caller]);
    let run = tokio::time::timeout(PATIENCE, command.output()).await.expect("it ends");
    let run = run.expect(HOW_TO_INSTALL);
    let (said, errors) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}\n{errors}");
    assert!(said.contains(" generated, "), "it has tried something: {said}");
    let report = std::fs::read_to_string(report).expect("a report");
    serde_json::from_str(&report).expect("JSON")
}

/// How many requests a server has answered by a status.
async fn answered(server: &Server, status: u16) -> u64 {
    let figures = reqwest::get(server.url("/metrics")).await.expect("figures");
    let (figures, label) = (figures.text().await.expect("text"), format!("status=\"{status}\""));
    let of_status = figures
        .lines()
        .filter(|line| line.starts_with("seatmap_http_requests_total{") && line.contains(&label));
    of_status.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

/// Whether every operation of the document was asked for, but those it is kept from.
async fn tried_all_but_those_named(server: &Server, report: &Value) {
    let document = reqwest::get(server.url("/openapi.json")).await.expect("an answer");
    let document: Value = document.json().await.expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let count = |path: &Value| path.as_object().expect("operations").len();
    let all: usize = paths.values().map(count).sum();
    let kept_from: usize = UNTRIED.map(|(path, _)| count(&document["paths"][path])).iter().sum();
    let operations = &report["operations"];
    assert_eq!(operations["total"], all, "{operations}");
    assert_eq!(operations["tested"], all - kept_from, "{operations}");
}
