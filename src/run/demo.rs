//! Demo data: events of the built-in venues, on sale, with a few seats already taken. Made through
//! the same routes as anybody's, so that nothing in it is special.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::database::RunningDatabase;
use super::{Failure, Node};
use crate::domain::venues::{self, Venue};

/// How far ahead the first performance is; each further one is a week later.
const FIRST_IN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// When the curtain rises, counted from midnight UTC.
const CURTAIN: SignedDuration = SignedDuration::from_mins(19 * 60 + 30);

/// How long a performance lasts.
const LASTS: SignedDuration = SignedDuration::from_hours(2);

/// What is performed where.
const PROGRAMME: [(&str, &str, &str); 2] = [
    ("theatre-251", "The Winter’s Tale", "A thrust stage, nobody further than four rows from it."),
    ("arena-18000", "Northern Lights Tour", "One night in the arena, end stage."),
];

/// The users that embedded databases contain; each has bought something.
const BUYERS: std::ops::RangeInclusive<i64> = 1..=8;

/// How many seats each of them bought.
const SEATS_EACH: usize = 4;

/// Creates the demo events unless there are events already.
pub(super) async fn fill(node: &Node) -> Result<(), Failure> {
    let router = node.router();
    let events = call(&router, Method::GET, "/api/v1/events", None).await?;
    if events["total"] != json!(0) {
        return Ok(());
    }
    let charts = call(&router, Method::GET, "/api/v1/charts", None).await?;
    let mut start = first_evening(Timestamp::now())?;
    for (key, name, description) in PROGRAMME {
        let (Some(venue), Some(chart)) = (venues::by_key(key), chart_id(&charts, key)) else {
            continue;
        };
        let event = new_event(venue, &chart, (name, description), start);
        let event = call(&router, Method::POST, "/api/v1/events", Some(event)).await?;
        sell_some(&router, &event).await?;
        start += SignedDuration::from_hours(24 * 7);
    }
    Ok(())
}

fn first_evening(now: Timestamp) -> Result<Timestamp, Failure> {
    let day = (now + FIRST_IN).as_second().div_euclid(86_400);
    Ok(Timestamp::from_second(day * 86_400)? + CURTAIN)
}

fn chart_id(charts: &Value, key: &str) -> Option<Value> {
    let items = charts["items"].as_array()?;
    items.iter().find(|chart| chart["key"] == key).map(|chart| chart["id"].clone())
}

fn new_event(
    venue: &Venue,
    chart: &Value,
    (name, description): (&str, &str),
    start: Timestamp,
) -> Value {
    let prices: serde_json::Map<String, Value> =
        venue.prices.iter().map(|(key, price)| ((*key).to_owned(), json!(price))).collect();
    json!({
        "name": name,
        "description": description,
        "venue": format!("{}, {}", venue.name, venue.place),
        "start_time": start.to_string(),
        "end_time": (start + LASTS).to_string(),
        "chart_id": chart,
        "prices": prices,
    })
}

/// Sells the demo users some seats next to one another, spread over the house.
async fn sell_some(router: &Router, event: &Value) -> Result<(), Failure> {
    let id = &event["id"];
    let tickets = call(router, Method::GET, &format!("/api/v1/events/{id}/tickets"), None).await?;
    let seats = tickets["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let apart = seats.len() / 8;
    for buyer in BUYERS {
        let first = usize::try_from(buyer - 1)? * apart + apart / 2;
        let wanted: Vec<&Value> =
            seats.iter().skip(first).take(SEATS_EACH).map(|seat| &seat["seat_no"]).collect();
        let holds = format!("/api/v1/events/{id}/holds");
        let body = json!({ "user_id": buyer, "seats": wanted });
        let hold = call(router, Method::POST, &holds, Some(body)).await?;
        let body = json!({ "user_id": buyer, "event_id": id, "hold_id": hold["id"] });
        let booking = call(router, Method::POST, "/api/v1/bookings", Some(body)).await?;
        let confirm = format!("/api/v1/bookings/{}/confirm", booking["id"]);
        let body = json!({ "user_id": buyer, "payment_reference": format!("demo-{buyer}") });
        call(router, Method::POST, &confirm, Some(body)).await?;
    }
    Ok(())
}

async fn call(
    router: &Router,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, Failure> {
    let request = Request::builder().method(method).uri(path);
    let request = match body {
        Some(body) => {
            request.header("content-type", "application/json").body(Body::from(body.to_string()))?
        }
        None => request.body(Body::empty())?,
    };
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        let answer = String::from_utf8_lossy(&bytes);
        return Err(format!("demo data: {path} was answered {status}: {answer}").into());
    }
    Ok(serde_json::from_slice(&bytes)?)
}

/// Says where to look.
pub(super) fn welcome(url: &str, database: &RunningDatabase) {
    println!("\n  Seatmap is on sale:  {url}\n");
    println!("  Open it in two windows and click a seat in one.");
    println!("  REST interface:      {url}/docs/");
    if let Some(folder) = database.data_dir() {
        println!("  Data is kept in:     {}", folder.display());
    }
    println!("  Stop with Ctrl-C.\n");
}
