//! What a node says at rest, by every way there is to ask, beside what the tables hold.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use seatmap_loadtest::rest::{Call as Ask, Client};
use serde_json::Value;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::quiet::Truth;
use super::stage::organisers_token;
use crate::clients::request::seat;
use crate::history::{Log, LogLine, Rest, RestBooking, RestHold, Status, amount, terms_of};

/// How long a mirror may be behind at rest, and how often it is asked meanwhile.
const MIRRORED: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);
/// How many items of a list are asked for at once: so few that there are several pages.
const PAGE: usize = 70;
/// How many pages of a list are read at most.
const PAGES_MAX: usize = 1_000;

/// Somebody who organises, at one node.
struct Node {
    client: Client,
    token: String,
    event: i64,
    wrong: Vec<String>,
}

/// What a node says of an event, if it is unlike the tables.
pub(super) async fn wrong(
    door: SocketAddr,
    truth: &Truth,
    (log, rest): (&Log, &Rest),
) -> Vec<String> {
    let (client, token) = (Client::new(door, None), organisers_token());
    let mut node = Node { client, token, event: log.event, wrong: Vec::new() };
    node.event(truth).await;
    node.tickets(truth).await;
    node.availability(truth).await;
    node.changes(log).await;
    node.bookings(rest).await;
    node.holds(rest).await;
    let at = |what: &String| format!("event {} at {door}: {what}", log.event);
    node.wrong.iter().map(at).collect()
}

impl Node {
    async fn read(&mut self, path: &str) -> Value {
        let path = format!("/api/v1{path}");
        let token = Some(self.token.as_str());
        let ask = Ask { method: "GET", path: &path, token, ..Ask::default() };
        let reply = self.client.ask(&ask).await.map(|reply| reply.body.to_vec());
        serde_json::from_slice(&reply.unwrap_or_default()).unwrap_or_default()
    }

    fn check(&mut self, is_right: bool, what: impl FnOnce() -> String) {
        if !is_right {
            self.wrong.push(what());
        }
    }

    /// The items of a list, page by page.
    async fn list(&mut self, path: &str) -> Vec<Value> {
        let (mut items, joint) = (Vec::new(), if path.contains('?') { '&' } else { '?' });
        for _ in 0..PAGES_MAX {
            let offset = items.len();
            let page = self.read(&format!("{path}{joint}limit={PAGE}&offset={offset}")).await;
            let more = page["items"].as_array().cloned().unwrap_or_default();
            let is_last = more.len() < PAGE;
            items.extend(more);
            if is_last {
                let count = items.len();
                self.check(page["total"] == count, || {
                    format!("{path}: {count} items in all, {page}")
                });
                break;
            }
        }
        items
    }

    async fn event(&mut self, truth: &Truth) {
        let body = self.read(&format!("/events/{}", self.event)).await;
        self.check(stands_at(&body, truth), || format!("event not at {}: {body}", truth.at));
        self.check(body["name"] == truth.name.as_str(), || {
            format!("it is called {}: {body}", truth.name)
        });
        for status in Status::ALL.map(Status::name) {
            let count = truth.map.iter().filter(|one| one.name() == status).count();
            self.check(body["counts"][status] == count, || format!("{count} are {status}: {body}"));
        }
        let is_free = body["available_tickets"] == body["counts"]["available"];
        self.check(is_free, || format!("available_tickets are others: {body}"));
    }

    async fn tickets(&mut self, truth: &Truth) {
        let body = self.read(&format!("/events/{}/tickets/all", self.event)).await;
        self.check(stands_at(&body, truth), || format!("tickets not at {}: {body}", truth.at));
        let items = body["items"].as_array().cloned().unwrap_or_default();
        let names = items.iter().map(|ticket| ticket["status"].as_str().unwrap_or_default());
        let is_same = names.eq(truth.map.iter().map(|status| status.name()));
        self.check(is_same, || "tickets unlike the table".to_owned());
        let Some(terms) = terms_of(&truth.name) else { return };
        let prices = terms.prices.map(amount);
        let costs = |ticket: &Value| prices.iter().any(|price| ticket["price"] == price.as_str());
        let do_cost = items.iter().all(costs);
        self.check(do_cost, || format!("tickets cost something else than {prices:?}: {body}"));
    }

    /// It names the version that it shows, which may be behind for a while.
    async fn availability(&mut self, truth: &Truth) {
        let letters = truth.map.iter().filter_map(|one| Status::of_name(one.name()));
        let letters: String = letters.map(Status::letter).collect();
        let begun = Instant::now();
        loop {
            let map = self.read(&format!("/events/{}/availability", self.event)).await;
            if stands_at(&map, truth) {
                let is_same = map["statuses"] == letters;
                return self.check(is_same, || "availability unlike the table".to_owned());
            }
            if begun.elapsed() > MIRRORED {
                return self.check(false, || format!("availability not at {}: {map}", truth.at));
            }
            sleep(POLL).await;
        }
    }

    /// The door isn't in this log.
    async fn changes(&mut self, log: &Log) {
        let items = self.list(&format!("/events/{}/changes", self.event)).await;
        let lines: Vec<&LogLine> =
            log.lines.iter().filter(|line| !line.cause.starts_with("check_")).collect();
        let (told, there) = (items.len(), lines.len());
        self.check(told == there, || format!("{told} changes, and {there} in the log"));
        let mut pairs = items.iter().zip(lines);
        let unlike = pairs.find(|(item, line)| change(item).as_ref() != Some(*line));
        self.check(unlike.is_none(), || format!("a change unlike the log: {unlike:?}"));
    }

    async fn bookings(&mut self, rest: &Rest) {
        let items = self.list(&format!("/bookings?event_id={}", self.event)).await;
        let mut told: Vec<Option<RestBooking>> = items.iter().map(booking).collect();
        told.sort_by_key(|booking| booking.as_ref().map(|booking| booking.id));
        let (count, there) = (told.len(), rest.bookings.len());
        self.check(count == there, || format!("{count} bookings listed, and {there} there"));
        let unlike = told.iter().zip(&rest.bookings).find(|(told, row)| {
            // It doesn't say who made it.
            told.as_ref() != Some(&RestBooking { owner: row.user, ..(*row).clone() })
        });
        self.check(unlike.is_none(), || format!("a booking unlike the table: {unlike:?}"));
    }

    /// Organisers are told of those that are over, too.
    async fn holds(&mut self, rest: &Rest) {
        let items = self.list(&format!("/holds?event_id={}", self.event)).await;
        let (count, there) = (items.len(), rest.holds.len());
        self.check(count == there, || format!("{count} holds listed, and {there} there"));
        let row_of = |item: &Value| {
            let id: Uuid = item["id"].as_str()?.parse().ok()?;
            rest.holds.iter().find(|row: &&RestHold| row.id == id)
        };
        let unlike = items.iter().find(|item| {
            let row = row_of(item);
            row.is_none() || row.and_then(|row| hold(item, row)).as_ref() != row
        });
        self.check(unlike.is_none(), || format!("a hold unlike the table: {unlike:?}"));
    }
}

fn stands_at(body: &Value, truth: &Truth) -> bool {
    body["version"] == truth.at.version && body["epoch"] == truth.at.epoch.as_str()
}

fn micros(value: &Value) -> Option<i64> {
    Some(value.as_str()?.parse::<Timestamp>().ok()?.as_microsecond())
}

fn change(item: &Value) -> Option<LogLine> {
    let status = |name: &str| Status::of_name(item[name].as_str()?);
    let line = LogLine {
        version: item["version"].as_u64()?,
        seat: u32::try_from(item["seat_index"].as_u64()?).ok()?,
        from: status("from")?,
        to: status("to")?,
        cause: item["cause"].as_str()?.to_owned(),
        actor: item["actor"].as_i64(),
        request_id: item["request_id"].as_str().map(str::to_owned),
        at: micros(&item["at"])?,
    };
    (seat(item["seat_no"].as_str()?) == Some(line.seat)).then_some(line)
}

fn booking(item: &Value) -> Option<RestBooking> {
    let user = item["user_id"].as_i64()?;
    let amount = item["total_amount"].as_str()?.replace('.', "");
    Some(RestBooking {
        id: item["id"].as_i64()?,
        booking_ref: item["booking_ref"].as_str()?.to_owned(),
        owner: user,
        user,
        seats: item["seat_nos"]
            .as_array()?
            .iter()
            .map(|one| seat(one.as_str()?))
            .collect::<Option<_>>()?,
        status: item["status"].as_str()?.to_owned(),
        reference: item["payment_reference"].as_str().map(str::to_owned),
        price: amount.parse().ok()?,
        created_at: micros(&item["created_at"])?,
        expires_at: micros(&item["expires_at"])?,
    })
}

/// It doesn't say whose it is, nor when it was made.
fn hold(item: &Value, row: &RestHold) -> Option<RestHold> {
    let amount = item["price_total"].as_str()?.replace('.', "");
    let seats = item["seats"].as_array()?.iter().map(|one| seat(one.as_str()?));
    Some(RestHold {
        seats: seats.collect::<Option<_>>()?,
        status: item["status"].as_str()?.to_owned(),
        price: amount.parse().ok()?,
        expires_at: micros(&item["expires_at"])?,
        ..row.clone()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_is_read_whole_or_not_at_all() {
        let told = json!({ "version": 3, "seat_no": "S002", "seat_index": 1, "from": "available",
            "to": "locked", "cause": "lock", "actor": 7, "request_id": "r",
            "at": "1970-01-01T00:00:01.000000Z" });
        let line = change(&told).expect("a line");
        assert_eq!((line.seat, line.from, line.to), (1, Status::Available, Status::Locked));
        assert_eq!((line.actor, line.at), (Some(7), 1_000_000));
        let mut other = told.clone();
        other["seat_no"] = "S003".into();
        assert_eq!(change(&other), None, "its label is another seat's");
        let booked = json!({ "id": 4, "booking_ref": "SM-1", "user_id": 7, "seat_nos": ["S002"],
            "status": "confirmed", "total_amount": "45.50", "payment_reference": null,
            "created_at": "1970-01-01T00:00:01.000000Z",
            "expires_at": "1970-01-01T00:00:02.000000Z" });
        let read = booking(&booked).expect("a booking");
        assert_eq!((read.price, read.seats, read.reference), (4_550, vec![1], None));
    }
}
