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
use super::node::builtin_chart;
use super::{Failure, Node};
use crate::domain::ids::{ChartId, SeatIndex};
use crate::domain::layout::{Layout, TableSale};
use crate::domain::venues::{self, Venue};
use crate::store::Store;

/// How far ahead the first performance is; each further one is a week later.
const FIRST_IN: SignedDuration = SignedDuration::from_hours(24 * 30);

/// When the curtain rises, counted from midnight UTC.
const CURTAIN: SignedDuration = SignedDuration::from_mins(19 * 60 + 30);

/// How long a performance lasts.
const LASTS: SignedDuration = SignedDuration::from_hours(2);

/// A performance of the demo's.
struct Performance {
    /// The built-in venue.
    venue: &'static str,
    name: &'static str,
    description: &'static str,
}

/// What is performed where, week by week. The first ones are on sale before the server says that it
/// serves; the large houses come after that.
const PROGRAMME: [Performance; 7] = [
    Performance {
        venue: "theatre-251",
        name: "The Winter’s Tale",
        description: "A thrust stage, nobody further than four rows from it.",
    },
    Performance {
        venue: "arena-18000",
        name: "Northern Lights Tour",
        description: "One night in the arena, end stage.",
    },
    Performance {
        venue: "comedy-club-120",
        name: "Late Night at the Trapdoor",
        description: "Five comedians and a host. The front tables are sold whole; the others by \
                      the seat; there is room to stand at the back.",
    },
    Performance {
        venue: "concert-hall-2440",
        name: "Mahler: Symphony No. 2",
        description: "Terraces like a vineyard’s all round the orchestra. From behind the stage \
                      you see the conductor’s face.",
    },
    Performance {
        venue: "arena-17500",
        name: "Founders v. Lakeside",
        description: "Basketball, first game of the season. Suites are sold whole.",
    },
    Performance {
        venue: "stadium-75000",
        name: "Cup Final",
        description: "Three tiers round the pitch, the main stand on the left.",
    },
    Performance {
        venue: "bowl-100000",
        name: "Closing Ceremony",
        description: "A hundred thousand seats in two hundred sections.",
    },
];

/// How many of them are there before the server says so.
const BEFORE_SERVING: usize = 3;

/// The users that embedded databases contain; each has bought something.
const BUYERS: std::ops::RangeInclusive<u32> = 1..=8;

/// How many seats each of them bought, where they aren't at a table sold whole.
const SEATS_EACH: u32 = 4;

/// How many seats one caller may have in a house with tables sold whole that are no larger.
const SEATS_PER_USER: u32 = 10;

/// Creates the first of the demo events, unless there are others already. What is returned makes
/// the rest; it takes some seconds.
pub(super) async fn fill(node: &Node) -> Result<impl Future<Output = ()> + Send + use<>, Failure> {
    let demo = Demo { router: node.router(), store: node.store().clone() };
    let to_do = demo.to_do().await?;
    if !to_do.is_empty() {
        // Embedded databases have them anyway.
        node.store().ensure_demo_users().await?;
    }
    let first = first_evening(Timestamp::now())?;
    let (now, later): (Vec<ToDo>, Vec<ToDo>) =
        to_do.into_iter().partition(|to_do| to_do.week < BEFORE_SERVING);
    for to_do in now {
        demo.put_on(to_do, first).await?;
    }
    Ok(async move {
        for to_do in later {
            if let Err(error) = demo.put_on(to_do, first).await {
                tracing::warn!(error = %error, "demo data is not complete");
                return;
            }
        }
    })
}

fn first_evening(now: Timestamp) -> Result<Timestamp, Failure> {
    let day = (now + FIRST_IN).as_second().div_euclid(86_400);
    Ok(Timestamp::from_second(day * 86_400)? + CURTAIN)
}

/// A performance that isn't there, or of which nothing was sold.
struct ToDo {
    /// Its place in the programme.
    week: usize,
    /// Its event, if there is one.
    event: Option<Value>,
}

/// What demo data is made with.
struct Demo {
    router: Router,
    store: Store,
}

impl Demo {
    /// What is left to do: nothing where somebody else's events are.
    async fn to_do(&self) -> Result<Vec<ToDo>, Failure> {
        // The first page: the demo's events are older than whatever was made afterwards.
        let events = self.call(Method::GET, "/api/v1/events", None).await?;
        let events = events["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        // A name may be changed, a venue can't be.
        let is_at = |event: &Value, performance: &Performance| {
            venues::by_key(performance.venue).is_some_and(|venue| event["venue"] == place(venue))
        };
        if events.first().is_some_and(|first| !is_at(first, &PROGRAMME[0])) {
            return Ok(Vec::new());
        }
        let to_do = PROGRAMME.iter().enumerate().filter_map(|(week, performance)| {
            let event = events.iter().find(|event| is_at(event, performance));
            let is_new = event.is_none_or(|event| event["version"] == 0);
            is_new.then(|| ToDo { week, event: event.map(|event| event["id"].clone()) })
        });
        Ok(to_do.collect())
    }

    /// Puts a performance on sale, with its chart, and sells some seats.
    async fn put_on(&self, to_do: ToDo, first: Timestamp) -> Result<(), Failure> {
        let performance = &PROGRAMME[to_do.week];
        let Some(venue) = venues::by_key(performance.venue) else { return Ok(()) };
        let layout = tokio::task::spawn_blocking(|| venue.layout()).await?;
        let event = match to_do.event {
            Some(event) => event,
            None => {
                let chart = builtin_chart(&self.store, venue, || layout.clone()).await?;
                let start = first + SignedDuration::from_hours(24 * 7 * i64::try_from(to_do.week)?);
                let event = new_event(performance, (venue, &layout), chart, start);
                self.call(Method::POST, "/api/v1/events", Some(event)).await?["id"].clone()
            }
        };
        self.sell_some(&event, &layout).await
    }

    /// Sells the demo users some seats next to one another, spread over the house.
    async fn sell_some(&self, event: &Value, layout: &Layout) -> Result<(), Failure> {
        let apart = layout.seats() / BUYERS.end();
        for buyer in BUYERS {
            let mut hold = party(layout, (buyer - 1) * apart + apart / 2);
            hold["user_id"] = json!(buyer);
            let holds = format!("/api/v1/events/{event}/holds");
            let hold = self.call(Method::POST, &holds, Some(hold)).await?;
            let body = json!({ "user_id": buyer, "event_id": event, "hold_id": hold["id"] });
            let booking = self.call(Method::POST, "/api/v1/bookings", Some(body)).await?;
            let confirm = format!("/api/v1/bookings/{}/confirm", booking["id"]);
            let body = json!({ "user_id": buyer, "payment_reference": format!("demo-{buyer}") });
            self.call(Method::POST, &confirm, Some(body)).await?;
        }
        Ok(())
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Failure> {
        let request = Request::builder().method(method).uri(path);
        let request = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                request.body(Body::from(body.to_string()))?
            }
            None => request.body(Body::empty())?,
        };
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            let answer = String::from_utf8_lossy(&bytes);
            return Err(format!("demo data: {path} was answered {status}: {answer}").into());
        }
        Ok(serde_json::from_slice(&bytes)?)
    }
}

fn place(venue: &Venue) -> String {
    format!("{}, {}", venue.name, venue.place)
}

fn new_event(
    performance: &Performance,
    (venue, layout): (&Venue, &Layout),
    chart: ChartId,
    start: Timestamp,
) -> Value {
    let prices: serde_json::Map<String, Value> =
        venue.prices.iter().map(|(key, price)| ((*key).to_owned(), json!(price))).collect();
    let mut event = json!({
        "name": performance.name,
        "description": performance.description,
        "venue": place(venue),
        "start_time": start.to_string(),
        "end_time": (start + LASTS).to_string(),
        "chart_id": chart.0,
        "prices": prices,
    });
    // Somebody must be able to take the largest table.
    let whole = layout.tables.iter().filter(|table| table.sale == TableSale::Whole);
    if let Some(largest) = whole.map(|table| table.count).max() {
        event["max_seats_per_user"] = json!(largest.max(SEATS_PER_USER));
    }
    event
}

/// What a party takes that comes upon this seat: its table if that is sold whole, places of its
/// area, else seats of its row.
fn party(layout: &Layout, seat: SeatIndex) -> Value {
    if let Some(area) = layout.area_of(seat) {
        let quantity = SEATS_EACH.min(area.count);
        return json!({ "areas": [{ "area": area.label, "quantity": quantity }] });
    }
    if let Some(table) = layout.table_of(seat).filter(|table| table.sale == TableSale::Whole) {
        return json!({ "tables": [table.label] });
    }
    let row = layout.row_of(seat);
    let count = SEATS_EACH.min(row.count);
    let first = seat.min(row.first + row.count - count);
    let seats: Vec<String> = (first..first + count).map(|seat| layout.seat_no(seat)).collect();
    json!({ "seats": seats })
}

/// Says where to look.
pub(super) fn welcome(url: &str, database: &RunningDatabase, token: Option<&str>) {
    println!("\n  Seatmap is on sale:  {url}\n");
    println!("  Open it in two windows and click a seat in one.");
    println!("  REST interface:      {url}/docs/");
    if let Some(token) = token {
        println!("  Organiser's token:   {token}");
    }
    if let Some(folder) = database.data_dir() {
        println!("  Data is kept in:     {}", folder.display());
    }
    println!("  Stop with Ctrl-C.\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_take_tables_whole_and_places_by_number() {
        let layout = venues::by_key("comedy-club-120").expect("a venue").layout();
        assert_eq!(party(&layout, 7), json!({ "tables": ["T2"] }));
        let seats = ["T5-2", "T5-3", "T5-4", "T5-5"];
        assert_eq!(party(&layout, 22), json!({ "seats": seats }));
        let places = json!([{ "area": "Floor", "quantity": SEATS_EACH }]);
        assert_eq!(party(&layout, 100), json!({ "areas": places }));
    }

    #[test]
    fn every_performance_is_in_a_venue_of_its_own() {
        let mut keys = PROGRAMME.map(|performance| performance.venue);
        assert!(keys.iter().all(|key| venues::by_key(key).is_some()));
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
