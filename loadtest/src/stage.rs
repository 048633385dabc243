//! The events of a run: made over REST, or found, with what is known of them at the start.

mod ask;

use std::collections::HashMap;
use std::net::SocketAddr;

use serde::Deserialize;

use crate::check::table::{self, Table};
use crate::rest::{Call, Token};
use ask::ask_as_organiser;
pub use ask::{Closed, StageError};
pub(crate) use ask::{get, get_as_organiser};

/// An event as the run found it.
#[derive(Clone, Debug)]
pub struct Hall {
    /// Its id.
    pub id: i64,
    /// Its seats' labels, by index.
    labels: Vec<String>,
    by_label: HashMap<String, u32>,
    /// Where its seats are, if it has places; centimetres.
    pub x: Vec<i32>,
    /// The distance from the front.
    pub y: Vec<i32>,
    /// How long a lock lives.
    pub lock_seconds: u64,
    /// How long a booking waits for its payment.
    pub booking_seconds: u64,
    /// The history at the start.
    pub epoch: String,
    /// The version at the start.
    pub version: u64,
    /// The statuses' codes at the start.
    pub initial: Vec<u8>,
}

/// What events are to be like.
#[derive(Clone, Debug)]
pub struct NewHalls {
    /// How many.
    pub count: usize,
    /// Seats of each, unless there is a chart.
    pub seats: u32,
    /// The key of a chart, such as `arena-18000`.
    pub chart: Option<String>,
    /// How long a lock lives.
    pub lock_seconds: u64,
    /// How long a booking waits for its payment.
    pub booking_seconds: u64,
}

/// Who makes the events in open mode.
const ORGANISER: &str = "load-test";

impl Hall {
    /// How many seats it has.
    #[must_use]
    pub fn seats(&self) -> u32 {
        u32::try_from(self.labels.len()).unwrap_or(u32::MAX)
    }

    /// A seat's label.
    #[must_use]
    pub fn label(&self, seat: u32) -> String {
        self.labels.get(seat as usize).cloned().unwrap_or_default()
    }

    /// The seat of a label.
    #[must_use]
    pub fn seat(&self, label: &str) -> Option<u32> {
        self.by_label.get(label).copied()
    }

    /// A hall from its parts, for tests and other servers.
    #[must_use]
    pub fn new(id: i64, labels: Vec<String>) -> Self {
        let by_label = labels.iter().cloned().zip(0..).collect();
        let initial = vec![0; labels.len()];
        Self {
            id,
            labels,
            by_label,
            x: Vec::new(),
            y: Vec::new(),
            lock_seconds: 180,
            booking_seconds: 900,
            epoch: String::new(),
            version: 0,
            initial,
        }
    }
}

/// Makes new events.
///
/// # Errors
/// When the server can't be asked, or refuses.
pub async fn make(
    target: SocketAddr,
    token: Option<&Token>,
    new: &NewHalls,
) -> Result<Vec<Hall>, StageError> {
    let mut halls = Vec::new();
    let chart = match &new.chart {
        Some(key) => Some(chart(target, key).await?),
        None => None,
    };
    for number in 0..new.count.max(1) {
        let mut body = serde_json::json!({
            "name": format!("Load test {}", number + 1),
            "venue": "Loopback",
            "start_time": "2100-01-01T20:00:00Z",
            "end_time": "2100-01-01T22:00:00Z",
            "price": "45.00",
            "lock_seconds": new.lock_seconds,
            "booking_seconds": new.booking_seconds,
        });
        match chart {
            Some(chart) => body["chart_id"] = chart.into(),
            None => body["total_tickets"] = new.seats.into(),
        }
        let made = make_one(target, token, &body.to_string()).await;
        halls.push(find(target, made?).await?);
    }
    Ok(halls)
}

/// Finds an event that exists.
///
/// # Errors
/// When the server can't be asked, or doesn't know it.
pub async fn find(target: SocketAddr, id: i64) -> Result<Hall, StageError> {
    #[derive(Deserialize)]
    struct Event {
        lock_seconds: u64,
        booking_seconds: u64,
    }
    #[derive(Deserialize)]
    struct Places {
        x: Vec<i32>,
        y: Vec<i32>,
    }
    let event: Event = get(target, &format!("/api/v1/events/{id}")).await?;
    let places: Places = get(target, &format!("/api/v1/events/{id}/seatmap")).await?;
    let table: Table = table::over_rest(target, id).await?;
    let mut hall = Hall::new(id, table.labels);
    hall.x = places.x;
    hall.y = places.y;
    hall.lock_seconds = event.lock_seconds;
    hall.booking_seconds = event.booking_seconds;
    hall.epoch = table.epoch;
    hall.version = table.version;
    hall.initial = table.statuses;
    Ok(hall)
}

async fn chart(target: SocketAddr, key: &str) -> Result<i64, StageError> {
    #[derive(Deserialize)]
    struct Charts {
        items: Vec<Chart>,
    }
    #[derive(Deserialize)]
    struct Chart {
        id: i64,
        key: String,
    }
    let charts: Charts = get(target, "/api/v1/charts?limit=1000").await?;
    let found = charts.items.into_iter().find(|chart| chart.key == key);
    found.map(|chart| chart.id).ok_or_else(|| StageError::NoChart(key.to_owned()))
}

async fn make_one(
    target: SocketAddr,
    token: Option<&Token>,
    body: &str,
) -> Result<i64, StageError> {
    #[derive(Deserialize)]
    struct Made {
        id: i64,
    }
    let (path, session, body) = ("/api/v1/events", Some(ORGANISER), Some(body.as_bytes()));
    let call = Call { method: "POST", path, session, body, ..Call::default() };
    match ask_as_organiser::<Made>(target, token, call).await {
        Ok(made) => Ok(made.id),
        Err(StageError::Closed(closed)) => Err(StageError::NoEvent(closed)),
        Err(error) => Err(error),
    }
}
