//! Events to tell stories about.

use serde_json::{Value, json};

use super::server::Server;

/// An event on sale with numbered seats `S001`…, as a body to be changed.
pub fn body(seats: u32) -> Value {
    json!({
        "name": "Matinée",
        "venue": "Playhouse",
        "start_time": "2099-05-01T19:30:00Z",
        "end_time": "2099-05-01T22:00:00Z",
        "total_tickets": seats,
        "price": "45.50",
    })
}

/// A chart of four seats as a document; another name is another chart.
pub fn chart(name: &str) -> Value {
    json!({
        "format": "seatmap.chart.v1",
        "name": name,
        "categories": [{ "key": "a", "label": "A", "color": "#112233" }],
        "sections": [{
            "label": "Floor",
            "rows": [{ "label": "A", "at": [0, 0], "count": 4 }],
        }],
    })
}

/// Creates an event with numbered seats; returns its id.
pub async fn create(server: &Server, seats: u32) -> i64 {
    create_with(server, seats, json!({})).await
}

/// Creates an event with some fields other than the usual.
pub async fn create_with(server: &Server, seats: u32, changes: Value) -> i64 {
    let mut body = body(seats);
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let event = server.buyer("organiser").post("/events", body).await.expect(201);
    event["id"].as_i64().expect("an id")
}

/// Creates an event of a built-in venue; returns its id.
pub async fn create_in(server: &Server, chart: &str, changes: Value) -> i64 {
    let organiser = server.buyer("organiser");
    let charts = organiser.get("/charts").await.expect(200);
    let found = charts["items"].as_array().expect("a list").iter().find(|c| c["key"] == chart);
    let mut body = body(1);
    body["chart_id"] = found.expect("a built-in chart")["id"].clone();
    body.as_object_mut().expect("an object").remove("total_tickets");
    if changes.get("prices").is_some() {
        body.as_object_mut().expect("an object").remove("price");
    }
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    organiser.post("/events", body).await.expect(201)["id"].as_i64().expect("an id")
}
