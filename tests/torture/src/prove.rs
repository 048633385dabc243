//! Proves of every class of faults that it takes effect: a run with nothing but that fault, the
//! clocks of all nodes right unless that is it, has to meet it. Where others than whoever injects it
//! can tell, they have to notice it, more often than in the same run without a fault; and nothing may
//! get lost.

mod notice;

use std::fmt::Write as _;
use std::path::Path;

use futures_util::{StreamExt as _, stream};

use crate::plan::{Fault, Kept, Plan, Timed};
use crate::proxy::{At, Cut, How};
use crate::run::{Report, Settings, WRONG_CLOCK, run};
use notice::Notice;

/// How long clients act in each run, in milliseconds.
const LOAD_MS: u64 = 5_000;
/// When the fault comes in it, in milliseconds.
const TIMES_MS: [u64; 4] = [500, 1_500, 2_500, 3_500];
/// How long it lasts, in milliseconds, where it does.
const LASTS_MS: u64 = 700;
/// How much later notifications come, in milliseconds.
const LATER_MS: u64 = 60;
/// How much later everything comes where all of a way is slow, in milliseconds: a request and its
/// answer, or a transaction, are noticed by that.
const SLOWER_MS: u64 = 300;
/// How long PostgreSQL is away where nobody may hear what became of a COMMIT, in milliseconds: longer
/// than nodes may take for an answer.
const AWAY_MS: u64 = 5_000;
/// The seed of the plan; others where a standby or a small disk is needed.
const SEED: u64 = 2;
const SEED_WITH_STANDBY: u64 = 1;
const SEED_WITH_SMALL_DISK: u64 = 3;
/// By how much clocks are wrong, in minutes: one node's fast, the next one's slow.
const CLOCKS_MINUTES: [i32; 2] = [17, -23];
/// How often a run may miss its fault: it is a matter of timing.
const RUNS_MAX: usize = 3;

/// What a proof came to.
struct Proof {
    class: String,
    count: u64,
    /// How often it was noticed, and how.
    noticed: Option<(u64, Notice)>,
    wrong: Vec<String>,
    /// Something got lost: that no other run makes good.
    lost: bool,
}

/// Proves all classes whose names contain a word, so many at once; writes a table of it beside the
/// results, and answers whether all were proven.
///
/// # Errors
/// When the table can't be written.
pub async fn all(
    settings: &Settings,
    (at_once, word): (usize, &str),
    results: &Path,
) -> std::io::Result<bool> {
    let quiet = run(&Alone::Nothing.plan(), settings).await.map_err(std::io::Error::other)?;
    if !quiet.violations.is_empty() {
        return Err(std::io::Error::other(quiet.violations.join("\n")));
    }
    let alone = faults().into_iter().map(Alone::Fault).chain([Alone::Clocks]);
    let named = alone.filter(|alone| alone.class().contains(word));
    let proofs = stream::iter(named).map(async |alone| one(settings, &quiet, alone).await);
    let mut proofs: Vec<Proof> = proofs.buffered(at_once.max(1)).collect().await;
    proofs.sort_by(|a, b| a.class.cmp(&b.class));
    let mut out = "| Fault class alone | Took effect | Noticed | By |\n".to_owned();
    out.push_str("| --- | ---: | ---: | --- |\n");
    for Proof { class, count, noticed, wrong, .. } in &proofs {
        let noticed = noticed.map_or(" | ".to_owned(), |(count, by)| format!("{count} | {by}"));
        let count = if wrong.is_empty() { count.to_string() } else { "**not proven**".to_owned() };
        // Writing to a string can't fail.
        let _ = writeln!(out, "| {class} | {count} | {noticed} |");
    }
    std::fs::write(results.join("proofs.md"), out)?;
    Ok(!proofs.is_empty() && proofs.iter().all(|proof| proof.wrong.is_empty()))
}

/// The one thing that goes wrong in a run.
enum Alone {
    Fault(Fault),
    /// The clocks of all nodes, from beginning to end.
    Clocks,
    /// No fault: what is noticed then is none's.
    Nothing,
}

impl Alone {
    fn class(&self) -> String {
        match self {
            Self::Fault(fault) => fault.class(),
            Self::Clocks => WRONG_CLOCK.to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }

    fn plan(&self) -> Plan {
        let seed = match self {
            Self::Fault(Fault::FailedOver) => SEED_WITH_STANDBY,
            Self::Fault(Fault::DiskFull { .. }) => SEED_WITH_SMALL_DISK,
            _ => SEED,
        };
        let mut plan = Plan::of_seed(seed, LOAD_MS);
        // Runs of one seed at once have folders of their own.
        plan.seed = number_of(&self.class());
        plan.make_plain();
        plan.set_clocks_right();
        plan.faults.clear();
        match self {
            Self::Fault(fault) => {
                let times = match fault {
                    Fault::FailedOver | Fault::CommitSpoilt { how: Kept::Away, .. } => {
                        &TIMES_MS[..1]
                    }
                    _ => &TIMES_MS[..],
                };
                let timed = |at_ms: &u64| Timed { at_ms: *at_ms, fault: fault.clone() };
                plan.faults.extend(times.iter().map(timed));
            }
            Self::Clocks => {
                let minutes = CLOCKS_MINUTES.iter().cycle();
                for (node, minutes) in plan.nodes.iter_mut().zip(minutes) {
                    node.clock_minutes = *minutes;
                }
            }
            Self::Nothing => {}
        }
        plan
    }

    fn notice(&self) -> Option<Notice> {
        match self {
            Self::Fault(fault) => Notice::of(fault),
            Self::Clocks | Self::Nothing => None,
        }
    }
}

async fn one(settings: &Settings, quiet: &Report, alone: Alone) -> Proof {
    let class = alone.class();
    let mut proof = Proof { class, count: 0, noticed: None, wrong: Vec::new(), lost: false };
    for _ in 0..RUNS_MAX {
        proof = attempt(settings, quiet, &alone).await;
        if proof.wrong.is_empty() || proof.lost {
            break;
        }
    }
    let Proof { class, count, noticed, wrong, .. } = &proof;
    let told = noticed.map_or(String::new(), |(count, by)| format!(", noticed {count} ({by})"));
    println!(
        "{class}: {count} times{told}{}",
        wrong.iter().fold(String::new(), |all, one| all + "\n  " + one)
    );
    proof
}

async fn attempt(settings: &Settings, quiet: &Report, alone: &Alone) -> Proof {
    let class = alone.class();
    let report = match run(&alone.plan(), settings).await {
        Ok(report) => report,
        Err(error) => {
            let wrong = vec![error.to_string()];
            return Proof { class, count: 0, noticed: None, wrong, lost: false };
        }
    };
    let count = report.injected.get(&class).copied().unwrap_or_default();
    let noticed = alone.notice().map(|by| (by.count(&report), by));
    let mut wrong = report.violations;
    let lost = !wrong.is_empty();
    if count == 0 {
        wrong.push("it never took effect".to_owned());
    }
    if let Some((times, by)) = noticed {
        let anyway = by.count(quiet);
        if times <= anyway {
            wrong.push(format!("noticed {times} times, and {anyway} times without it ({by})"));
        }
    }
    Proof { class, count, noticed, wrong, lost }
}

/// A number of a class, far from those of seeds that people choose.
fn number_of(class: &str) -> u64 {
    class.bytes().fold(7_000_000, |all, byte| (all * 31 + u64::from(byte)) % 9_000_000)
}

/// One fault of every class.
fn faults() -> Vec<Fault> {
    let (node, event, seat, ms, by_ms) = (0, 0, 0, LASTS_MS, SLOWER_MS);
    let mut faults = vec![
        Fault::NodeKilled { node, ms: 100 },
        Fault::NodeStopped { node, ms },
        Fault::NodeShutDown { node, ms: 100 },
        Fault::PostgresCrashed { ms: 100 },
        Fault::PostgresRestarted { ms: 100 },
        Fault::FailedOver,
        Fault::BackendsTerminated { count: 4, pick: 7 },
        Fault::ListenersTerminated,
        Fault::ListenersKeptAway { ms },
        Fault::CutBeforeCommit { node },
        Fault::CutAfterCommit { node },
        Fault::DatabaseCut { node },
        Fault::DatabaseAway { node, ms },
        Fault::DatabaseSlow { node, ms, by_ms },
        Fault::LocksLate { node, ms, by_ms: SLOWER_MS * 2 },
        Fault::DatabaseHalfOpen { node, ms },
        Fault::ClientsCut { node },
        Fault::ClientsSlow { node, ms, by_ms },
        Fault::ClientsHalfOpen { node, ms },
        Fault::NotifiesDropped { node, ms },
        Fault::NotifiesDoubled { node, ms },
        Fault::NotifiesLate { node, ms, by_ms: LATER_MS },
        Fault::PoolsExhausted { ms },
        Fault::EventLocked { event, ms },
        Fault::SeatsLocked { event, from: seat, to: seat + 8, ms },
        Fault::WriteFails { event, seat, ms },
        Fault::CommitFails { event, seat, ms },
        Fault::DiskFull { ms },
    ];
    for at in [At::BeforeSent, At::HalfSent, At::AfterSent, At::BeforeAnswer, At::HalfAnswer] {
        let spoilt = |how| Fault::RequestsSpoilt { node, at, how, count: 3 };
        faults.extend([How::Cut, How::HalfOpen, How::Late].map(spoilt));
    }
    for cut in [Cut::BeforeCommit, Cut::AfterCommit] {
        let lasts = |how| if how == Kept::Away { AWAY_MS } else { ms };
        let spoilt = |how| Fault::CommitSpoilt { node, cut, how, ms: lasts(how) };
        faults.extend([Kept::Late, Kept::HalfOpen, Kept::Away].map(spoilt));
    }
    faults
}
