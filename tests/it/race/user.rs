//! Somebody who does whatever comes to mind with a few hundred seats, and remembers what the
//! server acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use reqwest::Method;
use seatmap::domain::seat::SeatStatus;
use serde_json::{Value, json};

use crate::support::buyer::{Answer, Buyer};

/// The most seats asked for at once.
const SEATS_MAX: usize = 5;

/// An acknowledged change.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) session: String,
    pub(super) asked: Instant,
    pub(super) answered: Instant,
    pub(super) version: u64,
    /// Where the seats stand since.
    pub(super) seats: BTreeMap<String, SeatStatus>,
}

/// What all users share.
#[derive(Debug)]
pub(super) struct Hall {
    pub(super) event: i64,
    /// The seats everybody wants.
    pub(super) hot: Vec<String>,
    /// Holds that somebody took, for others to lay hands on.
    pub(super) holds: Mutex<Vec<(String, Value)>>,
}

/// A user and what came of it.
pub(super) struct User {
    session: String,
    nodes: [Buyer; 2],
    hall: Arc<Hall>,
    chance: StdRng,
    /// The hold of each seat believed to be held: it may have run out.
    held: BTreeMap<String, Value>,
    bookings: Vec<(Value, Vec<String>)>,
    pub(super) acknowledged: Vec<Acknowledged>,
    pub(super) requests: u64,
    pub(super) conflicts: u64,
}

impl User {
    pub(super) fn new(session: &str, nodes: [Buyer; 2], hall: Arc<Hall>, chance: StdRng) -> Self {
        Self {
            session: session.to_owned(),
            nodes,
            hall,
            chance,
            held: BTreeMap::new(),
            bookings: Vec::new(),
            acknowledged: Vec::new(),
            requests: 0,
            conflicts: 0,
        }
    }

    /// Does one thing.
    pub(super) async fn act(&mut self) {
        match self.chance.random_range(0..100) {
            0..35 => self.lock().await,
            35..50 => self.hold().await,
            50..60 => self.unlock().await,
            60..67 => self.release().await,
            67..73 => self.extend().await,
            73..85 => self.book().await,
            85..90 => self.confirm().await,
            90..97 => self.cancel().await,
            _ => self.meddle().await,
        }
    }

    async fn lock(&mut self) {
        let seat = self.any_seat();
        let path = format!("/events/{}/seats/{seat}/lock", self.hall.event);
        let (asked, answer) = self.ask(Method::POST, &path, None).await;
        if answer.status != 200 {
            return;
        }
        assert_eq!(answer.body["seat_no"], seat.as_str());
        let hold = answer.body["hold_id"].clone();
        // One's own seat again is a success that changes nothing.
        if self.held.insert(seat.clone(), hold.clone()).as_ref() == Some(&hold) {
            return;
        }
        self.tell_of(hold);
        self.note(asked, &answer, [seat], SeatStatus::Locked);
    }

    async fn hold(&mut self) {
        let count = self.chance.random_range(2..=SEATS_MAX);
        let seats: BTreeSet<String> = (0..count).map(|_| self.any_seat()).collect();
        let path = format!("/events/{}/holds", self.hall.event);
        let (asked, answer) = self.ask(Method::POST, &path, Some(json!({ "seats": seats }))).await;
        if answer.status != 201 {
            return;
        }
        assert_eq!(labels(&answer.body["seats"]), seats, "all or nothing");
        let hold = answer.body["id"].clone();
        for seat in &seats {
            self.held.insert(seat.clone(), hold.clone());
        }
        self.tell_of(hold);
        self.note(asked, &answer, seats, SeatStatus::Locked);
    }

    /// Mostly an own seat; now and then one that isn't.
    async fn unlock(&mut self) {
        let own: Vec<String> = self.held.keys().cloned().collect();
        let seat = match own.choose(&mut self.chance) {
            Some(seat) if self.chance.random_bool(0.8) => seat.clone(),
            _ => self.any_seat(),
        };
        let path = format!("/events/{}/seats/{seat}/unlock", self.hall.event);
        let (asked, answer) = self.ask(Method::POST, &path, None).await;
        let held = self.held.remove(&seat);
        if answer.status == 200 {
            assert!(held.is_some(), "{} unlocked {seat}, which isn't theirs", self.session);
            self.note(asked, &answer, [seat], SeatStatus::Available);
        }
    }

    async fn release(&mut self) {
        let Some(hold) = self.any_hold() else { return };
        let path = format!("/holds/{}", hold.as_str().expect("an id"));
        let (asked, answer) = self.ask(Method::DELETE, &path, None).await;
        let seats = self.seats_of(&hold);
        self.held.retain(|_, of| *of != hold);
        if answer.status == 204 {
            self.note(asked, &answer, seats, SeatStatus::Available);
        }
    }

    async fn extend(&mut self) {
        let Some(hold) = self.any_hold() else { return };
        let path = format!("/holds/{}", hold.as_str().expect("an id"));
        let body = json!({ "extend_seconds": 1 });
        let (_, answer) = self.ask(Method::PATCH, &path, Some(body)).await;
        if answer.status == 200 {
            assert_eq!(labels(&answer.body["seats"]), self.seats_of(&hold));
        }
    }

    /// Books a hold, or some of what is held by number.
    async fn book(&mut self) {
        let Some(hold) = self.any_hold() else { return };
        let event = self.hall.event;
        let by_hold = self.chance.random_bool(0.5);
        let count = self.chance.random_range(1..=self.held.len().min(SEATS_MAX));
        let body = match by_hold {
            true => json!({ "event_id": event, "hold_id": hold }),
            false => json!({ "event_id": event, "quantity": count }),
        };
        let (asked, answer) = self.ask(Method::POST, "/bookings", Some(body)).await;
        if answer.status != 201 {
            // By number it isn't said which hold has run out: its seats stay in memory for now.
            self.held.retain(|_, of| !by_hold || *of != hold);
            return;
        }
        let seats = labels(&answer.body["seat_nos"]);
        match by_hold {
            true => assert_eq!(seats, self.seats_of(&hold), "exactly the hold's seats"),
            false => assert_eq!(seats.len(), count, "as many as asked for"),
        }
        for seat in &seats {
            let held = self.held.remove(seat);
            assert!(held.is_some(), "{} was booked {seat}, which isn't theirs", self.session);
        }
        self.bookings.push((answer.body["id"].clone(), seats.iter().cloned().collect()));
        self.note(asked, &answer, seats, SeatStatus::Reserved);
    }

    /// Pays; perhaps too late.
    async fn confirm(&mut self) {
        let Some((booking, seats)) = self.bookings.choose(&mut self.chance).cloned() else {
            return;
        };
        let path = format!("/bookings/{booking}/confirm");
        // Another reference each time, so that paying twice is refused.
        let body = json!({ "payment_reference": format!("pay-{}", self.requests) });
        let (asked, answer) = self.ask(Method::POST, &path, Some(body)).await;
        if answer.status == 200 {
            self.note(asked, &answer, seats, SeatStatus::Sold);
        }
    }

    async fn cancel(&mut self) {
        if self.bookings.is_empty() {
            return;
        }
        let at = self.chance.random_range(0..self.bookings.len());
        let (booking, seats) = self.bookings.swap_remove(at);
        let path = format!("/bookings/{booking}/cancel");
        let (asked, answer) = self.ask(Method::POST, &path, None).await;
        if answer.status == 200 {
            self.note(asked, &answer, seats, SeatStatus::Available);
        }
    }

    /// Lays hands on somebody else's hold.
    async fn meddle(&mut self) {
        let holds = self.hall.holds.lock().expect("a list").clone();
        let Some((owner, hold)) = holds.choose(&mut self.chance) else { return };
        if *owner == self.session {
            return;
        }
        let answer = if self.chance.random_bool(0.5) {
            let path = format!("/holds/{}", hold.as_str().expect("an id"));
            self.ask(Method::DELETE, &path, None).await.1
        } else {
            let body = json!({ "event_id": self.hall.event, "hold_id": hold });
            self.ask(Method::POST, "/bookings", Some(body)).await.1
        };
        assert_eq!(answer.status, 403, "{}", answer.body);
    }

    /// Asks either node.
    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> (Instant, Answer) {
        let node = &self.nodes[self.chance.random_range(0..2)];
        let mut request = node.request(method, path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let asked = Instant::now();
        let answer = node.send(request).await;
        let expected = [200, 201, 204, 403, 409].contains(&answer.status);
        assert!(expected, "{path} {body:?}: {} {}", answer.status, answer.body);
        self.requests += 1;
        self.conflicts += u64::from(answer.status == 409);
        (asked, answer)
    }

    fn note(
        &mut self,
        asked: Instant,
        answer: &Answer,
        seats: impl IntoIterator<Item = String>,
        status: SeatStatus,
    ) {
        let header = || answer.headers.get("x-seatmap-version")?.to_str().ok()?.parse().ok();
        let version = answer.body["version"].as_u64().or_else(header).expect("a version");
        let seats = seats.into_iter().map(|seat| (seat, status)).collect();
        let (session, answered) = (self.session.clone(), Instant::now());
        self.acknowledged.push(Acknowledged { session, asked, answered, version, seats });
    }

    fn any_seat(&mut self) -> String {
        self.hall.hot.choose(&mut self.chance).expect("seats").clone()
    }

    fn any_hold(&mut self) -> Option<Value> {
        let holds: Vec<&Value> = self.held.values().collect();
        holds.choose(&mut self.chance).map(|hold| (*hold).clone())
    }

    fn seats_of(&self, hold: &Value) -> BTreeSet<String> {
        let of_hold = self.held.iter().filter(|(_, of)| *of == hold);
        of_hold.map(|(seat, _)| seat.clone()).collect()
    }

    fn tell_of(&self, hold: Value) {
        self.hall.holds.lock().expect("a list").push((self.session.clone(), hold));
    }
}

fn labels(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|label| label.as_str().expect("a label").to_owned()).collect()
}
