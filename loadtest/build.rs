//! Release builds of the load generator and of the benchmark know their commit.

#[path = "../build_commit.rs"]
mod commit;

/// What both are built from: the server's library with its wire types, too.
const SOURCES: [&str; 12] = [
    "src",
    "Cargo.toml",
    "build.rs",
    "yardsticks/src",
    "yardsticks/Cargo.toml",
    "../src",
    "../migrations",
    "../Cargo.toml",
    "../Cargo.lock",
    "../.cargo",
    "../build.rs",
    "../build_commit.rs",
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    commit::tell(&SOURCES);
}
