//! A rush of parties of all sizes, some for one price only, in a hall with aisles and spaces for
//! wheelchairs: nobody is refused who could have sat with nobody alone.
//!
//! Nothing is given back, so whoever could be seated at the end could have been at any time.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, invariants};

/// `SEAT_WHEELCHAIR` and `SEAT_COMPANION`.
const RESERVED: u64 = 1 | 2;

/// Each comes for the same again and again until it is refused.
const PARTIES: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 24, 40];

/// What a booker was refused.
struct Refused {
    quantity: u32,
    category: Option<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn parties_of_all_sizes_are_seated_as_long_as_there_are_seats() {
    for rule in ["off", "prefer"] {
        let database = Database::new().await;
        let nodes = [Server::start(&database).await, Server::start(&database).await];
        let change = json!({ "max_seats_per_user": 1_000, "orphan_rule": rule });
        let event = events::create_in(&nodes[0], "concert-hall-2440", change).await;
        let path = format!("/events/{event}");
        let map = nodes[0].buyer("map").get(&format!("{path}/seatmap")).await.expect(200);
        let keys: Vec<Value> = map["categories"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|category| category["key"].clone())
            .collect();
        let mut bookers = JoinSet::new();
        for (number, quantity) in PARTIES.into_iter().cycle().take(4 * PARTIES.len()).enumerate() {
            let buyer = nodes[number % 2].buyer(&format!("booker-{number}"));
            // Every other one wants one price.
            let category =
                (number / PARTIES.len() % 2 == 1).then(|| keys[number % keys.len()].clone());
            let mut wanted = json!({ "quantity": quantity });
            if let Some(category) = &category {
                wanted["category"] = category.clone();
            }
            let holds = format!("{path}/holds");
            bookers.spawn(async move {
                loop {
                    let answer = buyer.post(&holds, json!({ "best_available": wanted })).await;
                    if answer.status == 409 {
                        let category = category.as_ref().and_then(Value::as_str).map(str::to_owned);
                        return Refused { quantity, category };
                    }
                    let hold = answer.expect(201);
                    assert_eq!(hold["seats"].as_array().map(Vec::len), Some(quantity as usize));
                }
            });
        }
        let refused = bookers.join_all().await;
        let state = nodes[0].buyer("map").get(&format!("{path}/availability")).await.expect(200);
        let statuses = state["statuses"].as_str().expect("a letter a seat");
        for Refused { quantity, category } in refused {
            let runs = runs(&map, statuses, category.as_deref());
            let there: usize = runs.iter().filter(|run| **run > 1).sum();
            let odd = runs.iter().any(|run| *run > 2);
            let possible = there >= quantity as usize && (quantity.is_multiple_of(2) || odd);
            assert!(!possible, "{rule}: {quantity} of {category:?}, and {runs:?} are free");
        }
        invariants::hold(&database).await;
    }
}

/// How many seats of a category are free side by side, between aisles and others.
fn runs(map: &Value, statuses: &str, category: Option<&str>) -> Vec<usize> {
    let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
    let list = |name: &str| map[name].as_array().cloned().unwrap_or_default();
    let (flags, categories, of) = (list("flags"), list("categories"), list("category"));
    let breaks: Vec<usize> = list("breaks").iter().map(number).collect();
    let mut runs = Vec::new();
    for row in list("rows") {
        let (first, mut run) = (number(&row["first"]), 0);
        for seat in first..first + number(&row["count"]) {
            let key = &categories[number(&of[seat])]["key"];
            let will_do = statuses.as_bytes()[seat] == b'A'
                && category.is_none_or(|wanted| key == wanted)
                && flags.get(seat).and_then(Value::as_u64).unwrap_or(0) & RESERVED == 0;
            if !will_do || breaks.contains(&seat) {
                runs.push(std::mem::take(&mut run));
            }
            run += usize::from(will_do);
        }
        runs.push(run);
    }
    runs
}
