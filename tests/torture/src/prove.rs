//! Proves of every class of faults that it takes effect: a run with nothing but that fault, the
//! clocks of all nodes right unless that is it, has to meet it, where it matters to somebody has to be noticed, and nothing may get lost.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use crate::history::{Operation, Outcome};
use crate::plan::{Fault, Kept, Plan, Timed};
use crate::proxy::{At, Cut, How, LATE};
use crate::run::{Counts, Report, Settings, WRONG_CLOCK, run};

/// How long clients act in each run, in milliseconds.
const LOAD_MS: u64 = 5_000;
/// When the fault comes in it, in milliseconds.
const TIMES_MS: [u64; 4] = [500, 1_500, 2_500, 3_500];
/// How long it lasts, in milliseconds, where it does.
const LASTS_MS: u64 = 700;
/// How much later things come, in milliseconds, where they do.
const LATER_MS: u64 = 60;
/// The seed of the plan; others where a standby or a small disk is needed.
const SEED: u64 = 2;
const SEED_WITH_STANDBY: u64 = 1;
const SEED_WITH_SMALL_DISK: u64 = 3;
/// By how much clocks are wrong, in minutes: one node's fast, the next one's slow.
const CLOCKS_MINUTES: [i32; 2] = [17, -23];
/// How often a run may miss its fault: it is a matter of timing.
const RUNS_MAX: usize = 3;
/// What clients say of a connection that ended before its answer, and of one that says nothing.
const MISSED: [&str; 2] = ["connection broken", "no answer in time"];

/// What a proof came to.
struct Proof {
    class: String,
    count: u64,
    noticed: Option<u64>,
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
    let alone = faults().into_iter().map(Alone::Fault).chain([Alone::Clocks]);
    let named = alone.filter(|alone| alone.class().contains(word));
    let proofs = stream::iter(named).map(async |alone| one(settings, alone).await);
    let mut proofs: Vec<Proof> = proofs.buffered(at_once.max(1)).collect().await;
    proofs.sort_by(|a, b| a.class.cmp(&b.class));
    let mut out = "| Fault class alone | Took effect | Answers missed or waited for |\n".to_owned();
    out.push_str("| --- | ---: | ---: |\n");
    for Proof { class, count, noticed, wrong, .. } in &proofs {
        let noticed = noticed.map_or(String::new(), |count| count.to_string());
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
}

impl Alone {
    fn class(&self) -> String {
        match self {
            Self::Fault(fault) => fault.class(),
            Self::Clocks => WRONG_CLOCK.to_owned(),
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
                    Fault::FailedOver => &TIMES_MS[..1],
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
        }
        plan
    }

    /// Whether clients lose answers by it, or wait for them.
    fn is_noticed(&self) -> bool {
        matches!(
            self,
            Self::Fault(
                Fault::NodeKilled { .. }
                    | Fault::ClientsCut { .. }
                    | Fault::ClientsHalfOpen { .. }
                    | Fault::RequestsSpoilt { .. }
            )
        )
    }

    /// Whether all is answered by it, and some of it late.
    fn is_late(&self) -> bool {
        matches!(self, Self::Fault(Fault::RequestsSpoilt { how: How::Late, .. }))
    }
}

async fn one(settings: &Settings, alone: Alone) -> Proof {
    let class = alone.class();
    let mut proof = Proof { class, count: 0, noticed: None, wrong: Vec::new(), lost: false };
    for _ in 0..RUNS_MAX {
        proof = attempt(settings, &alone).await;
        if proof.wrong.is_empty() || proof.lost {
            break;
        }
    }
    let Proof { class, count, wrong, .. } = &proof;
    println!(
        "{class}: {count} times{}",
        wrong.iter().fold(String::new(), |all, one| all + "\n  " + one)
    );
    proof
}

async fn attempt(settings: &Settings, alone: &Alone) -> Proof {
    let class = alone.class();
    let report = match run(&alone.plan(), settings).await {
        Ok(report) => report,
        Err(error) => {
            let wrong = vec![error.to_string()];
            return Proof { class, count: 0, noticed: None, wrong, lost: false };
        }
    };
    let of = |counts: &Counts, what: &str| counts.get(what).copied().unwrap_or_default();
    let count = of(&report.injected, &class);
    let noticed = if alone.is_late() {
        waited_for(&report)
    } else {
        MISSED.iter().map(|how| of(&report.answers, how)).sum()
    };
    let mut wrong = report.violations;
    let lost = !wrong.is_empty();
    if count == 0 {
        wrong.push("it never took effect".to_owned());
    }
    if alone.is_noticed() && noticed == 0 {
        wrong.push("nobody noticed".to_owned());
    }
    Proof { class, count, noticed: alone.is_noticed().then_some(noticed), wrong, lost }
}

/// How many requests took as long as a late one does, and were answered.
fn waited_for(report: &Report) -> u64 {
    let took = |one: &&Operation| Duration::from_nanos(one.answered.saturating_sub(one.invoked));
    let is_answer = |one: &&Operation| !matches!(one.outcome, Outcome::Unknown { .. });
    let operations = report.history.operations.iter();
    operations.filter(|one| is_answer(one) && took(one) >= LATE).count() as u64
}

/// A number of a class, far from those of seeds that people choose.
fn number_of(class: &str) -> u64 {
    class.bytes().fold(7_000_000, |all, byte| (all * 31 + u64::from(byte)) % 9_000_000)
}

/// One fault of every class.
fn faults() -> Vec<Fault> {
    let (node, event, seat, ms, by_ms) = (0, 0, 0, LASTS_MS, LATER_MS);
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
        Fault::DatabaseSlow { node, ms, by_ms: by_ms / 4 },
        Fault::LocksLate { node, ms, by_ms },
        Fault::DatabaseHalfOpen { node, ms },
        Fault::ClientsCut { node },
        Fault::ClientsSlow { node, ms, by_ms },
        Fault::ClientsHalfOpen { node, ms },
        Fault::NotifiesDropped { node, ms },
        Fault::NotifiesDoubled { node, ms },
        Fault::NotifiesLate { node, ms, by_ms },
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
        let spoilt = |how| Fault::CommitSpoilt { node, cut, how, ms };
        faults.extend([Kept::Late, Kept::HalfOpen, Kept::Away].map(spoilt));
    }
    faults
}
