//! The great race: forty users after a few hundred seats of an arena, on two nodes, with two
//! hundred watching, while others make trouble. At rest everything has to agree: what users were told, the change log, the
//! tables, and every map at every version it was shown at.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::seq::IndexedRandom as _;
use seatmap::domain::seat::SeatStatus;
use seatmap::hub::settings::SocketWay;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::audience::{Audience, Seen};
use super::log::{self, Shown};
use super::user::{Hall, User};
use super::{chance, judge, seed, trouble};
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

const USERS: usize = 40;
const VIEWERS: usize = 200;
const HOT_SEATS: usize = 300;
const SECONDS: u64 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn forty_users_race_for_the_arena_before_two_hundred_viewers() {
    let seed = seed();
    let database = Database::new().await;
    let nodes =
        [Server::start(&database).await, Server::owning(&database, SocketWay::Portable).await];
    // Short enough that holds and bookings run out in the middle of it all.
    let rules = json!({ "max_seats_per_user": 100, "lock_seconds": 2, "booking_seconds": 3 });
    let event = events::create_in(&nodes[0], "arena-18000", rules).await;
    let labels = labels(&nodes[0], event).await;
    let hot: Vec<String> = labels.sample(&mut chance(seed, 0), HOT_SEATS).cloned().collect();
    let cold = labels.iter().filter(|label| !hot.contains(label)).cloned().collect();
    let hall = Arc::new(Hall { event, hot, holds: Mutex::default() });
    let addresses = nodes.each_ref().map(|node| node.address);
    let audience = Audience::gather(addresses, event, VIEWERS, seed);

    let until = Instant::now() + Duration::from_secs(seconds());
    let mut race = JoinSet::new();
    for number in 1..=USERS {
        let session = format!("user-{number}");
        let buyers = nodes.each_ref().map(|node| node.buyer(&session));
        let mut user = User::new(&session, buyers, Arc::clone(&hall), chance(seed, number));
        race.spawn(async move {
            while Instant::now() < until {
                user.act().await;
            }
            user
        });
    }
    let with = (database.connect().await, chance(seed, USERS + 1));
    let trouble = trouble::make(nodes[0].buyer("organiser"), event, cold, with, until);
    let (users, (organiser, broken)) = tokio::join!(race.join_all(), trouble);
    let (version, map) = at_rest(&database, &nodes, event).await;
    let audience = audience.leave_at(version).await;

    let log = log::read(&database, event).await;
    report(&users, &audience, version, log.len());
    println!("{} changes of thousands of seats, {broken} broken listeners", organiser.len());
    for seen in &audience {
        let last = seen.shown.last().expect("a last map");
        assert_eq!(last.version, version);
        assert!(last.map == map, "a viewer's last map isn't the table's");
    }
    let resumes: u64 = audience.iter().map(|seen| seen.resumes).sum();
    assert!(resumes > 0, "nobody could resume");
    let shown: Vec<Shown> = audience.into_iter().flat_map(|seen| seen.shown).collect();
    log::assert_true(shown, &log, labels.len());
    let of_users = users.into_iter().flat_map(|user| user.acknowledged);
    let told: Vec<_> = of_users.chain(organiser).collect();
    let seats: HashMap<String, usize> = labels.into_iter().zip(0..).collect();
    judge::judge(&log, &told, &seats);
    invariants::hold(&database).await;
}

/// How long the race lasts.
fn seconds() -> u64 {
    let given = std::env::var("SEATMAP_RACE_SECONDS").ok();
    given.map_or(SECONDS, |text| text.parse().expect("SEATMAP_RACE_SECONDS: a number"))
}

/// The labels of all seats, in seat order.
async fn labels(node: &Server, event: i64) -> Vec<String> {
    let (_, tickets) = tickets(node, event).await;
    tickets.iter().map(|seat| seat["seat_no"].as_str().expect("a label").to_owned()).collect()
}

/// Waits until nothing is left that could run out; answers the version then, and the table, which
/// both nodes must agree on.
async fn at_rest(database: &Database, nodes: &[Server; 2], event: i64) -> (u64, Vec<SeatStatus>) {
    let sql = "select (select count(*) from holds where status = 'active')
                    + (select count(*) from bookings where status = 'pending')";
    eventually("no hold and no booking is left to run out", async || {
        database.value::<i64>(sql).await == 0
    })
    .await;
    let [here, there] = [tickets(&nodes[0], event).await, tickets(&nodes[1], event).await];
    assert!(here == there, "the nodes read the same");
    let status = |seat: &Value| {
        let name = seat["status"].as_str().expect("a status");
        SeatStatus::ALL.into_iter().find(|status| status.name() == name).expect("a status")
    };
    (here.0, here.1.iter().map(status).collect())
}

async fn tickets(node: &Server, event: i64) -> (u64, Vec<Value>) {
    let path = format!("/events/{event}/tickets/all");
    let tickets = node.buyer("anybody").get(&path).await.expect(200);
    let items = tickets["items"].as_array().expect("a list").clone();
    (tickets["version"].as_u64().expect("a version"), items)
}

fn report(users: &[User], audience: &[Seen], version: u64, steps: usize) {
    let of_users = |count: fn(&User) -> u64| users.iter().map(count).sum::<u64>();
    let of_viewers = |count: fn(&Seen) -> u64| audience.iter().map(count).sum::<u64>();
    println!(
        "{} requests, {} refused with 409, {} changes told, {steps} steps in {version} versions; \
         {} messages seen, {} joins, {} of them resumed",
        of_users(|user| user.requests),
        of_users(|user| user.conflicts),
        of_users(|user| user.acknowledged.len() as u64),
        of_viewers(|seen| seen.messages),
        of_viewers(|seen| seen.joins),
        of_viewers(|seen| seen.resumes),
    );
}
