//! Clients that aren't ours: Python's `websockets`, Node's `ws`, curl, and
//! Schemathesis. They share no line with
//! the server; what they know of it is the published contract. `install.sh` puts them in place.

mod calls;
mod clients;
mod readme;
mod schema;
mod stream;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

/// Says what to do when one of the programs can't be run; a missing client is a failure, not a
/// reason to skip.
const HOW_TO_INSTALL: &str = "run tests/it/outside/install.sh (`make test` does), which needs \
                              curl, python3 with venv, node and npm";

/// The folder of this file.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/outside")
}

/// A program, ended with the test if it hasn't before.
fn program(path: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(path);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Somebody else's WebSocket client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Python,
    Node,
}

impl Client {
    const ALL: [Self; 2] = [Self::Python, Self::Node];

    fn command(self) -> Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (needed, interpreter, script) = match self {
            Self::Python => {
                let python = root.join("target/outside-venv/bin/python");
                (python.clone(), python, "follow.py")
            }
            Self::Node => (folder().join("node_modules/ws"), PathBuf::from("node"), "follow.mjs"),
        };
        assert!(needed.exists(), "{} is missing: {HOW_TO_INSTALL}", needed.display());
        let mut command = program(interpreter);
        command.arg(folder().join(script));
        command
    }
}
