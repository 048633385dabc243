//! What nodes do once nothing is in their way any more: each is asked for a seat that nobody else
//! wants. Whether it was granted is the judge's business.

use std::sync::Arc;

use super::stage::Stage;
use super::tally::Tally;
use crate::clients::asking::Asking;
use crate::clients::books::Books;
use crate::clients::request::OnSale;
use crate::history::{Call, Healed};
use crate::plan::{EventPlan, Plan};

/// The session of whoever asks then.
const LATECOMER: &str = "latecomer";

/// The event that is kept for it: a seat for each node.
pub(super) fn event(plan: &Plan) -> EventPlan {
    let seats = node_count(plan);
    EventPlan {
        seats,
        places: 0,
        table: 0,
        lock_seconds: 1,
        booking_seconds: 1,
        max_seats_per_user: seats,
        cancel_confirmed: "owner".to_owned(),
        on_sale_ms: None,
    }
}

fn node_count(plan: &Plan) -> u32 {
    u32::try_from(plan.nodes.len()).expect("a few nodes")
}

/// Takes every fault away and asks every node for a lock, as soon as all say that they are ready.
/// Answers since when that is, and what didn't come up.
pub(super) async fn heal(
    plan: &Plan,
    stage: &Stage,
    (tally, books): (&Tally, &Arc<Books>),
    event: i64,
) -> (Healed, Vec<String>) {
    let (mut broken, healing) = (tally.take_wrong(), books.now());
    broken.extend(stage.heal().await);
    broken.extend(stage.ready().await);
    books.trouble("healing".to_owned(), None, healing);
    let healed = Healed { at: books.now(), nodes: node_count(plan) };
    let event = OnSale { id: event, places: 0, table: 0 };
    let doors = stage.doors();
    let mut asking = Asking::new((LATECOMER, None), event, plan.seed, &doors, Arc::clone(books));
    for (node, seat) in (0..doors.len()).zip(0..) {
        asking.ask(node, &Call::Lock { seat }, None).await;
    }
    (healed, broken)
}
