//! Charts that organisers bring: taken in, sold from, and refused with the place of the mistake.

use serde_json::{Value, json};

use super::has_fields;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

const TABLES: &str = include_str!("../../data/charts/seatsio-tables.json");
const FLOORS: &str = include_str!("../../data/charts/seatsio-kind-floors.json");
const PRETIX: &str = include_str!("../../data/charts/pretix-kind.json");
const SEATLAYER: &str = include_str!("../../data/charts/seatlayer-kind.json");

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[tokio::test]
async fn charts_of_every_format_are_taken_in_and_sold_from() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let own = json!({
        "format": "seatmap.chart.v1",
        "name": "Cellar",
        "categories": [{ "key": "a", "label": "A", "color": "#112233" }],
        "sections": [{
            "label": "Floor",
            "rows": [{ "label": "A", "at": [0, 0], "count": 4 }],
            "areas": [{ "label": "Pit", "capacity": 3, "outline": [[0, 90], [200, 90], [0, 300]] }],
        }],
    });
    for (document, format, seats, seat_no) in [
        (own, "seatmap", 7, "Pit-0001"),
        (document(TABLES), "seatsio", 12, "T1-1"),
        (document(FLOORS), "seatsio", 36, "Stalls-A-1"),
        (document(PRETIX), "pretix", 9, "Ground-floor-1-1"),
        (document(SEATLAYER), "seatlayer", 13, "101-A-1"),
    ] {
        let made = anna.post("/charts", document.clone()).await.expect(201);
        has_fields(&made, "id key name seats format warnings");
        assert_eq!((&made["format"], &made["seats"]), (&json!(format), &json!(seats)));
        let again = anna.post(&format!("/charts?format={format}"), document).await.expect(201);
        assert_eq!(again, made, "the same chart is one chart");
        let read = anna.get(&format!("/charts/{}", made["id"])).await.expect(200);
        assert_eq!((&read["seats"], &read["name"]), (&json!(seats), &made["name"]));
        let mut body = events::body(1);
        body.as_object_mut().expect("an object").remove("total_tickets");
        body["chart_id"] = made["id"].clone();
        let event = anna.post("/events", body).await.expect(201);
        assert_eq!(event["available_tickets"], seats);
        let id = event["id"].as_i64().expect("an id");
        anna.lock(id, seat_no).await.expect(200);
        let map = anna.get(&format!("/events/{id}/seatmap")).await.expect(200);
        assert_eq!(map["x"].as_array().map(Vec::len), Some(seats));
    }
    let listed = anna.get("/charts").await.expect(200);
    let names: Vec<&Value> =
        listed["items"].as_array().expect("a list").iter().map(|chart| &chart["name"]).collect();
    assert!(names.contains(&&json!("Cellar")), "{names:?}");
}

#[tokio::test]
async fn a_wrong_chart_is_refused_with_the_path() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let before = anna.get("/charts").await.expect(200);
    let mut plan = document(PRETIX);
    plan["zones"][0]["rows"][0]["seats"] = json!("many");
    let problem = anna.post("/charts", plan).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "zones[0].rows[0].seats");
    let own = json!({ "format": "seatmap.chart.v1", "name": "", "categories": [], "sections": [] });
    anna.post("/charts", own).await.expect_problem(422, "invalid");
    anna.post("/charts", json!({ "name": "?" })).await.expect_problem(422, "invalid");
    anna.post("/charts?format=dxf", json!({})).await.expect_problem(400, "bad_request");
    assert_eq!(anna.get("/charts").await.expect(200), before, "nothing was kept");
}

#[tokio::test]
async fn the_schema_of_the_own_format_is_served() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let answer = reqwest::get(server.url("/schemas/seatmap.chart.v1")).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let schema: Value = document(&answer.text().await.expect("a text"));
    assert_eq!(schema["$id"], "/schemas/seatmap.chart.v1");
    assert!(jsonschema::validator_for(&schema).is_ok());
}
