//! A rush for the best seats of an event that is strict about single seats, held against its log by
//! trying everything: nobody leaves a single seat who had another choice in the row, no seat goes
//! twice, and nobody is refused but at a version where there was no way.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use serde_json::json;
use tokio::task::JoinSet;

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

const BOOKERS: usize = 160;
const ROWS: usize = 400;
const SEATS: usize = 20;
const PARTY_MAX: usize = 6;
/// How many changes a page of the log has.
const PAGE: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_rush_leaves_no_single_seats_and_refuses_nobody_for_whom_there_is_a_way() {
    let database = Database::new().await;
    let nodes = [Server::start(&database).await, Server::start(&database).await];
    let event = hall(&nodes[0]).await;
    let mut bookers = JoinSet::new();
    for number in 0..BOOKERS {
        let buyer = nodes[number % 2].buyer(&format!("booker-{number}"));
        let quantity = 2 + number % (PARTY_MAX - 1);
        bookers.spawn(async move {
            let (path, mut since) = (format!("/events/{event}/holds"), 0);
            let wanted = json!({ "best_available": { "quantity": quantity } });
            loop {
                let answer = buyer.post(&path, wanted.clone()).await;
                if answer.status == 409 {
                    return (quantity, since..=version(&buyer, event).await);
                }
                since = answer.expect(201)["version"].as_u64().expect("a version");
            }
        });
    }
    let mut refused = bookers.join_all().await;
    let mut free = [[true; SEATS]; ROWS];
    for (version, holds) in holds(&nodes[0].buyer("organiser"), event).await {
        for (row, places) in free.iter_mut().enumerate() {
            let parts: Vec<Range<usize>> =
                holds.iter().flat_map(|seats| parts_in(seats, row)).collect();
            assert!(take(places, &parts), "{version}: {places:?} left of row {row} by {holds:?}");
        }
        // Since their last hold, and before the answer had come and the next one.
        refused.retain(|(quantity, between): &(usize, RangeInclusive<u64>)| {
            !between.contains(&version) || is_possible(&free, *quantity)
        });
    }
    assert!(
        refused.is_empty(),
        "there was a way at each version that it can have been: {refused:?}"
    );
    invariants::hold(&database).await;
}

async fn version(buyer: &Buyer, event: i64) -> u64 {
    let event = buyer.get(&format!("/events/{event}")).await.expect(200);
    event["version"].as_u64().expect("a version")
}

/// Rows of as many seats, without aisles.
async fn hall(server: &Server) -> i64 {
    let row = |row: usize| json!({ "label": row.to_string(), "at": [0, 90 * row], "count": SEATS });
    let mut chart = events::chart("Strict");
    chart["sections"][0]["rows"] = (0..ROWS).map(row).collect();
    let chart = server.buyer("organiser").post("/charts", chart).await.expect(201);
    let mut body = events::body(1);
    body.as_object_mut().expect("an object").remove("total_tickets");
    body["chart_id"] = chart["id"].clone();
    (body["orphan_rule"], body["max_seats_per_user"]) = (json!("strict"), json!(1_000));
    let event = server.buyer("organiser").post("/events", body).await.expect(201);
    event["id"].as_i64().expect("an id")
}

/// The seats of each hold by version, from the log; each seat goes once.
async fn holds(organiser: &Buyer, event: i64) -> BTreeMap<u64, Vec<Vec<usize>>> {
    let mut by_request: BTreeMap<(u64, String), Vec<usize>> = BTreeMap::new();
    let mut taken = [false; ROWS * SEATS];
    for page in 0..=ROWS * SEATS / PAGE {
        let path = format!("/events/{event}/changes?limit={PAGE}&offset={}", page * PAGE);
        let log = organiser.get(&path).await.expect(200);
        for change in log["items"].as_array().expect("a list") {
            let number = |name: &str| change[name].as_u64().expect("a number");
            let seat = usize::try_from(number("seat_index")).expect("small");
            assert_eq!(change["to"], "locked", "nothing is given back: {change}");
            assert!(!std::mem::replace(&mut taken[seat], true), "twice: {change}");
            let request = change["request_id"].as_str().expect("a request").to_owned();
            by_request.entry((number("version"), request)).or_default().push(seat);
        }
    }
    assert!(taken.iter().filter(|taken| **taken).count() > ROWS * SEATS / 2, "a rush");
    let mut holds: BTreeMap<u64, Vec<Vec<usize>>> = BTreeMap::new();
    for ((version, _), mut seats) in by_request {
        seats.sort_unstable();
        holds.entry(version).or_default().push(seats);
    }
    holds
}

/// The parts of a hold in a row, by the places in it.
fn parts_in(seats: &[usize], row: usize) -> Vec<Range<usize>> {
    let here: Vec<usize> =
        seats.iter().filter(|seat| *seat / SEATS == row).map(|seat| seat % SEATS).collect();
    let parts = here.chunk_by(|seat, next| seat + 1 == *next);
    parts.map(|part| part[0]..part[0] + part.len()).collect()
}

/// Takes parts of a row in some order in which each was allowed; a version doesn't say which.
fn take(row: &mut [bool; SEATS], parts: &[Range<usize>]) -> bool {
    let allowed = |part: &Range<usize>, row: &[bool; SEATS]| {
        let (runs, size) = (runs(row), part.len());
        let of = runs.iter().find(|run| run.start <= part.start && part.end <= run.end);
        of.is_some_and(|run| gives(run, size, is_legal(&runs, size)).contains(part))
    };
    if parts.is_empty() {
        return true;
    }
    (0..parts.len()).any(|at| {
        if !allowed(&parts[at], &*row) {
            return false;
        }
        let (before, mut others) = (*row, parts.to_vec());
        row[others.remove(at)].fill(false);
        let all = take(row, &others);
        if !all {
            *row = before;
        }
        all
    })
}

/// Whether so many can sit in parts of two or more, each as the rule has it.
fn is_possible(free: &[[bool; SEATS]; ROWS], quantity: usize) -> bool {
    let mut sums = vec![false; quantity + 1];
    sums[0] = true;
    for row in free {
        let runs = runs(row);
        for run in &runs {
            for sum in (0..=quantity).rev() {
                let fits = |size: usize| !gives(run, size, is_legal(&runs, size)).is_empty();
                sums[sum] |= (2..=sum).any(|size| sums[sum - size] && fits(size));
            }
        }
        if sums[quantity] {
            return true;
        }
    }
    false
}

/// Free seats side by side, as many as there are.
fn runs(row: &[bool; SEATS]) -> Vec<Range<usize>> {
    let places: Vec<usize> = (0..SEATS).filter(|place| row[*place]).collect();
    let runs = places.chunk_by(|place, next| place + 1 == *next);
    runs.map(|run| run[0]..run[run.len() - 1] + 1).collect()
}

/// Whether one of a row's runs has so many seats whose going leaves nobody alone.
fn is_legal(runs: &[Range<usize>], size: usize) -> bool {
    runs.iter().any(|run| !gives(run, size, true).is_empty())
}

/// The parts of a run of that size; with care, those that leave no single seat.
fn gives(run: &Range<usize>, size: usize, careful: bool) -> Vec<Range<usize>> {
    let parts = (run.start..=run.end.saturating_sub(size)).map(|first| first..first + size);
    let alone = |part: &Range<usize>| part.start - run.start == 1 || run.end - part.end == 1;
    parts.filter(|part| part.end <= run.end && !(careful && alone(part))).collect()
}
