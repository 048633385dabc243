//! The connection to PostgreSQL is cut at every message of a request's transaction, in either
//! direction: before BEGIN, between statements, before COMMIT, before its answer.

use std::collections::BTreeSet;
use std::time::Duration;

use super::super::proxy::{Cut, Then};
use super::{Scene, Which, every_call};
use crate::support::invariants;

/// More messages than a transaction has.
const MESSAGES_MAX: usize = 120;

/// Long enough for a node to try again.
const PATIENT: Duration = Duration::from_secs(20);

/// So short that a node whose database stays away soon says that it doesn't know.
const IMPATIENT: Duration = Duration::from_millis(400);

every_call!(cut_at_every_message);

/// Cuts at one message of each direction after the other until the transactions have no more.
async fn cut_at_every_message(which: Which) {
    let mut scene = Scene::set(PATIENT).await;
    let asked = cut_everywhere(&mut scene, which, Cut::Asked, Then::Open).await;
    let answered = cut_everywhere(&mut scene, which, Cut::Answered, Then::Open).await;
    assert!(asked.contains("Q begin") || asked.contains("Q start"), "{asked:?}");
    assert!(asked.contains("Q commit") && asked.contains("E"), "{asked:?}");
    assert!(answered.contains("C begin") || answered.contains("C start"), "{answered:?}");
    assert!(answered.contains("C commit") && answered.contains("Z"), "{answered:?}");
    invariants::hold(&scene.database).await;
}

/// The same where the database stays away after the cut, so that the node can't find out.
async fn away_after_every_message(which: Which) {
    let mut scene = Scene::set(IMPATIENT).await;
    let asked = cut_everywhere(&mut scene, which, Cut::Asked, Then::Closed).await;
    assert!(asked.contains("Q commit"), "{asked:?}");
    let answered = cut_everywhere(&mut scene, which, Cut::Answered, Then::Closed).await;
    assert!(answered.contains("C commit"), "{answered:?}");
    invariants::hold(&scene.database).await;
}

#[tokio::test]
async fn a_booking_where_the_database_stays_away() {
    away_after_every_message(Which::Book).await;
}

#[tokio::test]
async fn a_new_user_where_the_database_stays_away() {
    away_after_every_message(Which::NewUser).await;
}

#[tokio::test]
async fn a_new_chart_where_the_database_stays_away() {
    away_after_every_message(Which::NewChart).await;
}

/// Returns what was cut.
async fn cut_everywhere(
    scene: &mut Scene,
    which: Which,
    at: fn(usize) -> Cut,
    then: Then,
) -> BTreeSet<String> {
    let mut kept_back = BTreeSet::new();
    for n in 0..MESSAGES_MAX {
        // Another buyer each time, because holds one has are read, too; and one call before, so that
        // statements are prepared and the transaction is always of the same messages.
        scene.anna = scene.server.buyer(&format!("anna-{:?}", at(n)).replace(' ', ""));
        let before = scene.ready(which).await;
        scene.settle(&scene.anna, &before).await;
        let call = scene.ready(which).await;
        let (before, cuts) = (scene.effects(&call).await, scene.proxy.cuts());
        scene.proxy.arm(at(n), then);
        let first = scene.send(&scene.anna, &call).await.expect("a node that lives answers");
        let was_cut = scene.proxy.cuts() > cuts;
        let message = scene.proxy.last_cut();
        let told = format!("{which:?}, cut at {:?} ({message})", at(n));
        let after = scene.effects(&call).await;
        scene.proxy.disarm();
        scene.proxy.open();
        match (first.0, code(&first.2).as_str()) {
            (200..300, _) => assert_eq!(after, before + 1, "{told}: answered {first:?}"),
            (503, "overloaded" | "timeout") => {
                assert_eq!(after, before, "{told}: nothing happened, said {first:?}");
            }
            (503, "outcome_unknown") => {}
            _ => panic!("{told}: {first:?}"),
        }
        scene.judge(&call, before, Some(&first), &told).await;
        if !was_cut && first.0 < 300 {
            return kept_back;
        }
        if was_cut {
            kept_back.insert(message);
        }
    }
    panic!("{which:?} has more than {MESSAGES_MAX} messages");
}

fn code(body: &str) -> String {
    let problem: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}
