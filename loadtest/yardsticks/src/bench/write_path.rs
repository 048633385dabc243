//! The write path: closed-loop clients that lock and unlock, or hold, book and confirm, on one
//! event and spread over sixteen, with nobody watching. Against the textbook, and against what one
//! bare statement per step would reach.

use std::net::SocketAddr;

use seatmap_loadtest::flows::{Drive, Driven, Kind, SeatsLeft};
use seatmap_loadtest::write::make_event;

use super::cores::Share;
use super::database::Database;
use super::goals::Bound::{AtLeast, AtMost};
use super::goals::Goal;
use super::pgbench::Pgbench;
use super::samples::Contender::{self, Pgbench as Bare, Seatmap, Statements, Textbook};
use super::samples::{Place, Samples};
use super::server::Server;
use super::statistics::{Spread, ratios};
use super::{Bench, Failed, rotated};

const SUITE: &str = "Write path";
/// Numbers of events that clients are spread over.
pub(super) const EVENTS: [usize; 2] = [1, 16];
/// Seats of all events together: more than can be sold within a case's time.
const SEATS: u32 = 96_000;
/// The textbook's connections; pgbench gets no more.
pub(super) const CONNECTIONS: usize = 25;
/// A tenth of a case's time is driven before it counts.
const WARM_UP_PARTS: u32 = 10;

/// The most clients that let the server choose.
const BEST_CLIENTS_MAX: usize = 50;

const RATE: &str = "turns/s";
/// The latency of a turn's first step.
const FIRST_P50: &str = "first step p50 ms";
const FIRST_P99: &str = "first step p99 ms";
const ALL_P50: &str = "last step p50 ms";
const ALL_P99: &str = "last step p99 ms";

#[derive(Clone, Copy)]
struct Case {
    kind: Kind,
    events: usize,
    clients: usize,
}

impl Case {
    fn name(self) -> String {
        let turn = match self.kind {
            Kind::Pair => "lock, unlock",
            Kind::Flow => "hold, book, confirm",
            Kind::Hold => "hold two by name, release",
            Kind::Best => "hold the best two, release",
        };
        let events = if self.events == 1 { "1 event" } else { "16 events" };
        let clients = if self.clients == 1 { "client" } else { "clients" };
        format!("{turn}; {events}, {} {clients}", self.clients)
    }
}

pub(super) async fn run(bench: &mut Bench) -> Result<(), Failed> {
    bench.together()?;
    let mut alone = Vec::new();
    for events in EVENTS {
        alone.extend(Alone::prepare(&bench.database, events).await?);
    }
    if alone.is_empty() {
        bench.settings.push("pgbench is not installed: its rates are missing.".to_owned());
    }
    let cases = cases(bench.plan.clients);
    for round in 0..bench.plan.rounds {
        let ours = start(bench, Seatmap).await?;
        let theirs = start(bench, Textbook).await?;
        for case in &cases {
            for who in rotated(&[Seatmap, Textbook], round) {
                let address = if who == Seatmap { ours.address } else { theirs.address };
                let driven = drive(bench, address, *case).await?;
                let place = Place { suite: SUITE, case: case.name(), contender: who, round };
                bench.samples.add(&place, &figures(&driven));
            }
        }
        chosen(bench, ours.address, round).await?;
        ours.stop().await?;
        theirs.stop().await?;
        for alone in &alone {
            alone.measure(bench, round).await?;
        }
    }
    bench.compare(SUITE, Textbook, &[RATE]);
    bench.goals.extend(goals(&bench.samples));
    Ok(())
}

/// Holds of the server's choice beside holds by name. The textbook knows only the latter.
async fn chosen(bench: &mut Bench, target: SocketAddr, round: usize) -> Result<(), Failed> {
    let clients = bench.plan.clients;
    for &clients in clients.iter().filter(|&&clients| clients <= BEST_CLIENTS_MAX) {
        for kind in rotated(&[Kind::Hold, Kind::Best], round) {
            let case = Case { kind, events: 1, clients };
            let driven = drive(bench, target, case).await?;
            let place = Place { suite: SUITE, case: case.name(), contender: Seatmap, round };
            bench.samples.add(&place, &figures(&driven));
        }
    }
    Ok(())
}

/// How much of the rate of holds by name those of the server's choice reach.
fn best_over_named(samples: &Samples) -> Option<Spread> {
    let rates = |kind| {
        let case = Case { kind, events: 1, clients: BEST_CLIENTS_MAX }.name();
        samples.of(SUITE, &case, Seatmap, RATE)
    };
    ratios(&rates(Kind::Best), &rates(Kind::Hold))
}

/// Few clients first: who did ten times as much in the case before would clean up after ten times
/// as much in this one.
fn cases(clients: &[usize]) -> Vec<Case> {
    let mut cases = Vec::new();
    for &clients in clients {
        for kind in [Kind::Flow, Kind::Pair] {
            cases.extend(EVENTS.map(|events| Case { kind, events, clients }));
        }
    }
    cases
}

async fn start(bench: &Bench, who: Contender) -> Result<Server, Failed> {
    let name = if who == Seatmap { "bench_seatmap" } else { "bench_textbook" };
    bench.database.create(name).await?;
    let url = bench.database.url(name)?;
    match who {
        Seatmap => bench.programs.seatmap(Share::All, &url, &[]).await,
        _ => bench.programs.textbook(Share::All, Some(&url), 1).await,
    }
}

async fn drive(bench: &Bench, target: SocketAddr, case: Case) -> Result<Driven, Failed> {
    let mut events = Vec::new();
    let seats = SEATS / case.events as u32;
    for _ in 0..case.events {
        events.push(make_event(target, seats).await?);
    }
    let left = SeatsLeft::of(case.events, seats);
    let Case { kind, clients, .. } = case;
    let (run, duration) = (1, bench.plan.write);
    let mut drive = Drive { target, events, kind, clients, duration, run };
    bench.database.settle().await?;
    drive.duration = duration / WARM_UP_PARTS;
    drive.run(&left).await;
    drive.duration = duration;
    let driven = drive.run(&left).await;
    if let Some(error) = driven.errors.first() {
        return Err(format!("{}: {error}", case.name()).into());
    }
    if driven.sold_out {
        return Err(format!("{}: seats ran out before time did", case.name()).into());
    }
    Ok(driven)
}

fn figures(driven: &Driven) -> Vec<(&'static str, f64)> {
    let mut figures = vec![(RATE, driven.rate())];
    let ends =
        [(driven.steps.first(), FIRST_P50, FIRST_P99), (driven.steps.last(), ALL_P50, ALL_P99)];
    for (step, p50, p99) in ends {
        let Some(step) = step else { continue };
        figures.push((p50, step.value_at_quantile(0.50) as f64 / 1_000.0));
        figures.push((p99, step.value_at_quantile(0.99) as f64 / 1_000.0));
    }
    figures
}

/// What PostgreSQL does without a server before it, on so many events: the bare statement of any
/// change, and the textbook's of a pair.
struct Alone {
    events: usize,
    bare: Pgbench,
    statements: Pgbench,
}

impl Alone {
    /// `None` when pgbench isn't installed.
    async fn prepare(database: &Database, events: usize) -> Result<Option<Self>, Failed> {
        let bare = Pgbench::bare(database, events).await?;
        let statements = Pgbench::textbook(database, events).await?;
        Ok(bare.zip(statements).map(|(bare, statements)| Self { events, bare, statements }))
    }

    async fn measure(&self, bench: &mut Bench, round: usize) -> Result<(), Failed> {
        let Self { events, bare, statements } = self;
        for &clients in bench.plan.clients {
            let connections = clients.min(CONNECTIONS);
            let place = |kind, contender| {
                let case = Case { kind, events: *events, clients }.name();
                Place { suite: SUITE, case, contender, round }
            };
            bench.database.settle().await?;
            let changes = bare.rate(connections, bench.plan.write).await?;
            for kind in [Kind::Flow, Kind::Pair] {
                let turns = changes / kind.steps().len() as f64;
                bench.samples.add(&place(kind, Bare), &[(RATE, turns)]);
            }
            bench.database.settle().await?;
            let pairs = statements.rate(connections, bench.plan.write).await?;
            bench.samples.add(&place(Kind::Pair, Statements), &[(RATE, pairs)]);
        }
        Ok(())
    }
}

fn goals(samples: &Samples) -> Vec<Goal> {
    let rates = |kind, clients| {
        let case = Case { kind, events: 1, clients }.name();
        samples.ratio(SUITE, &case, (Seatmap, Textbook), RATE)
    };
    let goal = |kind: Kind, clients, least| {
        let case = Case { kind, events: 1, clients }.name();
        Goal::new(format!("{case}: times the textbook"), AtLeast(least), rates(kind, clients))
    };
    vec![
        goal(Kind::Flow, 50, 8.0),
        goal(Kind::Flow, 200, 10.0),
        goal(Kind::Pair, 50, 5.0),
        goal(Kind::Pair, 200, 5.0),
        goal(Kind::Flow, 1, 0.9),
        goal(Kind::Pair, 1, 0.9),
        Goal::new(
            "A lock's p99 at 50 clients over the textbook's p50",
            AtMost(1.0),
            tail_over_middle(samples),
        ),
        Goal::new(
            "Holds of the best two at 50 clients over holds of two by name",
            AtLeast(0.5),
            best_over_named(samples),
        ),
    ]
}

fn tail_over_middle(samples: &Samples) -> Option<Spread> {
    let case = Case { kind: Kind::Pair, events: 1, clients: 50 }.name();
    ratios(
        &samples.of(SUITE, &case, Seatmap, FIRST_P99),
        &samples.of(SUITE, &case, Textbook, FIRST_P50),
    )
}
