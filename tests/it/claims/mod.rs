//! What the system before this one promised, and must hold here: one story for every line of the
//! contract's list, named by what is claimed, its number in its comment. Claims of failures and
//! restarts are told elsewhere.

mod booking;
mod curl;
mod expiry;
mod fairness;
mod idempotency;
mod injection;
mod limits;
mod locking;
mod money;
mod operation;
mod storms;
mod strangers;
mod validation;
mod window;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::buyer::Buyer;

/// Asserts that an event's numbers are those of its seats; returns them by status.
async fn count(buyer: &Buyer, event: i64) -> BTreeMap<String, u64> {
    let read = buyer.get(&format!("/events/{event}")).await.expect(200);
    let words = ["available", "locked", "reserved", "sold", "blocked"];
    let mut counted: BTreeMap<String, u64> = words.map(|word| (word.to_owned(), 0)).into();
    for status in buyer.map(event).await.into_values() {
        *counted.get_mut(&status).expect("a status we know") += 1;
    }
    assert_eq!(read["counts"], json!(counted));
    assert_eq!(read["available_tickets"], counted["available"]);
    assert_eq!(read["total_tickets"], counted.values().sum::<u64>());
    counted
}

/// The version an answer names.
fn version(answer: &Value) -> u64 {
    answer["version"].as_u64().expect("a version")
}

/// The label of a seat of an event with numbered seats.
fn label(number: u32) -> String {
    format!("S{number:03}")
}
