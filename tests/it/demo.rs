//! The demo: houses of all sizes, put on sale once, however often and early it is stopped.

use serde_json::Value;

use crate::support::database::Database;
use crate::support::process::{Process, url};
use crate::support::{eventually, invariants};

const SIZES: [u64; 7] = [251, 18_000, 120, 2_440, 17_500, 75_000, 100_000];

/// One at least for each of the demo's users.
const SOLD_MIN: u64 = 8;

fn start(database: &Database) -> Process {
    let url = url(&database.config);
    Process::start_with("demo", &[("DATABASE_URL", &url), ("DB_MAX_OPEN_CONNS", "10")])
}

async fn events(server: &Process) -> Vec<Value> {
    let list = server.buyer("anna").get("/events").await.expect(200);
    list["items"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_house_is_on_sale_once() {
    let database = Database::new().await;
    // Stopped with the large houses still to come.
    assert!(start(&database).terminate().success());
    let server = start(&database);
    let sold = |event: &Value| event["counts"]["sold"].as_u64().expect("a count");
    eventually("the last house sells", || async {
        let listed = events(&server).await;
        listed.len() == SIZES.len() && listed.last().is_some_and(|last| sold(last) >= SOLD_MIN)
    })
    .await;
    let listed = events(&server).await;
    let sizes = listed.iter().map(|event| event["total_tickets"].as_u64().expect("a count"));
    assert_eq!(sizes.collect::<Vec<_>>(), SIZES);
    assert!(listed[..3].iter().all(|event| sold(event) >= SOLD_MIN), "{listed:#?}");
    assert!(listed.iter().all(|event| event["version"] != 0), "{listed:#?}");
    let names: Vec<&str> = listed.iter().filter_map(|event| event["name"].as_str()).collect();
    assert_eq!(names[..2], ["The Winter’s Tale", "Northern Lights Tour"]);
    assert!(server.terminate().success());
    // Everything is there; nothing comes twice.
    let again = start(&database);
    assert_eq!(events(&again).await.len(), SIZES.len());
    assert!(again.terminate().success());
    invariants::hold(&database).await;
}
