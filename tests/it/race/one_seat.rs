//! One seat and everybody wants it.

use std::sync::Arc;

use seatmap::domain::seat::SeatStatus;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::viewer::Viewer;
use crate::support::{events, invariants};

const BUYERS: usize = 500;

/// No limit on how much one address may ask.
const UNLIMITED: [(&str, &str); 1] = [("RATE_LIMIT_RPS", "0")];

#[tokio::test(flavor = "multi_thread")]
async fn of_five_hundred_who_want_one_seat_one_gets_it() {
    let database = Database::new().await;
    let nodes = [Process::start(&database, &UNLIMITED), Process::start(&database, &UNLIMITED)];
    let organiser = nodes[0].buyer("organiser");
    let event = organiser.post("/events", events::body(60)).await.expect(201);
    let event = event["id"].as_i64().expect("an id");
    let mut viewer = Viewer::open(nodes[1].address, event).await;

    let together = Arc::new(Barrier::new(BUYERS));
    let mut buyers = JoinSet::new();
    for number in 0..BUYERS {
        let buyer = nodes[number % 2].buyer("nobody").named(&format!("buyer-{number}"));
        let together = Arc::clone(&together);
        buyers.spawn(async move {
            together.wait().await;
            buyer.lock(event, "S030").await
        });
    }
    let answers = buyers.join_all().await;

    let (got, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
    assert_eq!((got.len(), refused.len()), (1, BUYERS - 1));
    for answer in refused {
        let problem = answer.expect_problem(409, "seats_unavailable");
        assert_eq!(problem["conflicts"][0]["seat_no"], "S030");
        assert_eq!(problem["conflicts"][0]["status"], "locked");
    }
    assert_eq!(got[0].body["version"], 1, "only one change was made");
    viewer.reach(1).await;
    assert_eq!(viewer.seat(29), SeatStatus::Locked);
    assert_eq!(database.value::<i64>("select count(*) from holds").await, 1);
    invariants::hold(&database).await;
}
