//! Has the program built again when the page has changed: release builds carry it inside, debug
//! builds read it from its folder. Release builds know their commit, too.

#[path = "build_commit.rs"]
mod commit;

use std::path::Path;

const PAGE: &str = "web-client/dist";
/// What the program is built from, the page aside, which git doesn't know.
const SOURCES: [&str; 7] =
    ["src", "migrations", "Cargo.toml", "Cargo.lock", ".cargo", "build.rs", "build_commit.rs"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // A folder that isn't there makes cargo build again every time, which only a release bears.
    if release || Path::new(PAGE).exists() {
        println!("cargo:rerun-if-changed={PAGE}");
    }
    commit::tell(&SOURCES);
}
