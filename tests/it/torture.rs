//! The seeded simulation, in short: a few seeds that stay the same, and one by chance, which is
//! printed and can be set with `SEATMAP_SEED`. `make torture` runs many and longer.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use seatmap_torture::plan::Plan;
use seatmap_torture::run::{Settings, can_fill_disks, run};

/// How long clients act in each, in milliseconds.
const LOAD_MS: u64 = 4_000;

/// Runs a seed; `named` is a fault of its that has to happen in it.
async fn torture(seed: u64, named: Option<&str>) {
    // Shown only when it fails. Totals and table of the long simulation stay as they are.
    println!("SEATMAP_SEED={seed}, or with what fails made smaller:");
    println!("make torture SEED={seed} TORTURE=\"--load-ms {LOAD_MS}\" SHRINK=1 \\");
    println!("    RESULTS=target/torture TABLE=/dev/null");
    let folder = tempfile::Builder::new().prefix("smt-").tempdir().expect("a folder");
    // PostgreSQL's own user has to get in.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("mode");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_seatmap"));
    let settings = Settings { program, folder: folder.path().to_owned() };
    settings.prepare().await.expect("a cluster");
    let plan = Plan::of_seed(seed, LOAD_MS);
    let report = run(&plan, &settings).await.expect("a run");
    println!("{:#?}\n{:#?}\n{:#?}", report.injected, report.answers, report.seen);
    let did = |what: &str| report.injected.get(what).is_some_and(|count| *count > 0);
    assert!(report.seen["versions"] > 0, "something was sold");
    match named {
        Some("disk full") if !can_fill_disks(&folder.path().join("disk")) => {
            assert!(did("did not happen: disk full"), "nothing else is expected without mounting");
        }
        Some(named) => assert!(did(named), "seed {seed}: it did not happen: {named}"),
        None => {
            let happened = report.injected.keys().any(|what| !what.starts_with("did not happen"));
            assert!(happened, "seed {seed}: no fault happened");
        }
    }
    let shown = serde_json::to_string(&plan).expect("a plan");
    let violations = report.violations.join("\n");
    assert!(report.violations.is_empty(), "seed {seed}:\n{violations}\nthe plan: {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seed_with_a_failover_loses_nothing() {
    torture(1, Some("failed over")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seed_with_a_full_disk_loses_nothing() {
    torture(3, Some("disk full")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_seed_loses_nothing() {
    let given = std::env::var("SEATMAP_SEED").ok();
    let chance = || u64::from(rand::random::<u32>());
    let number = |text: String| text.parse().expect("SEATMAP_SEED: a number");
    torture(given.map_or_else(chance, number), None).await;
}
