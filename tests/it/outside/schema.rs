//! Schemathesis reads /openapi.json and sends what it allows and what it doesn't, with every check
//! it has: no 5xx, every answer as documented, wrong requests refused, right ones taken.

use std::path::Path;
use std::time::Duration;

use rand::RngExt as _;

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

/// What a plain HTTP client can't ask for or doesn't get to the end of; other stories do.
const LIVE: &str = "/(stream|live)$";

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
    command.args(["run", &server.url("/openapi.json"), "--checks", "all", "--seed", &seed]);
    command.args(["--max-time", SECONDS, "--max-examples", EXAMPLES, "--no-color"]);
    command.args(["--exclude-path-regex", LIVE, "--warnings", "off"]);
    command.args(["--request-timeout", "60", "--header", "X-Session-ID: schemathesis"]);
    let run = tokio::time::timeout(PATIENCE, command.output()).await.expect("it ends");
    let run = run.expect(HOW_TO_INSTALL);
    let (said, errors) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}\n{errors}");
    assert!(said.contains(" generated, "), "it has tried something: {said}");
    invariants::hold(&database).await;
}
