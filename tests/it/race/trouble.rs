//! What else goes on during a race: an organiser who blocks more seats at once than fit into an
//! announcement, and listeners whose connections break.

use std::time::Instant;

use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use seatmap::domain::seat::SeatStatus;
use serde_json::json;
use tokio_postgres::Client;

use super::user::Acknowledged;
use crate::support::buyer::Buyer;
use crate::support::eventually;

/// How many seats are blocked at once: too many for an announcement, and so many that the whole
/// map is the smaller message.
const BLOCKED: [usize; 2] = [1_200, 5_000];

/// How many versions others make before the next trouble.
const VERSIONS_BETWEEN: i64 = 100;
/// How often, after that, listeners lose their connections.
const BREAK_SHARE: f64 = 0.5;

/// Ends the connections on which nodes hear, known by what they asked last.
const BREAK_LISTENERS: &str = "
    select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and (query like 'listen %' or query like 'notify %')";

/// Makes trouble until it is over; answers what the organiser was told and how many connections
/// were broken.
pub(super) async fn make(
    organiser: Buyer,
    event: i64,
    cold: Vec<String>,
    (database, mut chance): (Client, StdRng),
    until: Instant,
) -> (Vec<Acknowledged>, i64) {
    let (mut told, mut broken) = (Vec::new(), 0);
    while Instant::now() < until {
        wait_for_others(&database, event, until).await;
        let count = *BLOCKED.choose(&mut chance).expect("a number");
        let first = chance.random_range(0..=cold.len() - count);
        let seats = &cold[first..first + count];
        for (verb, status) in [("block", SeatStatus::Blocked), ("unblock", SeatStatus::Available)] {
            let asked = Instant::now();
            let path = format!("/events/{event}/{verb}");
            let answer = organiser.post(&path, json!({ "seats": seats })).await.expect(200);
            let version = answer["version"].as_u64().expect("a version");
            let seats = seats.iter().map(|seat| (seat.clone(), status)).collect();
            let (session, answered) = ("organiser".to_owned(), Instant::now());
            told.push(Acknowledged { session, asked, answered, version, seats });
        }
        if chance.random_bool(BREAK_SHARE) {
            let row = database.query_one(BREAK_LISTENERS, &[]).await.expect("a number");
            broken += row.get::<_, i64>(0);
        }
    }
    (told, broken)
}

/// Waits until others have made their versions, or it is over.
async fn wait_for_others(database: &Client, event: i64, until: Instant) {
    let sql = "select version from events where id = $1";
    let version =
        async || -> i64 { database.query_one(sql, &[&event]).await.expect("a version").get(0) };
    let begun = version().await;
    eventually("others make versions, or it is over", async || {
        version().await >= begun + VERSIONS_BETWEEN || Instant::now() >= until
    })
    .await;
}
