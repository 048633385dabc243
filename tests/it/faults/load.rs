//! Buyers who never rest, and who remember what they were told: every success with its version.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::RngExt as _;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;

use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::{POLL, eventually};

/// How long a buyer waits for an answer before it is one that never came.
const ANSWER_PATIENCE: Duration = Duration::from_secs(40);

/// One in so many locks is followed by a booking, one in so many bookings is left unpaid.
const BOOK_ONE_IN: u32 = 6;
const LEAVE_ONE_IN: u32 = 3;

const LOCKED: i16 = 1;
const RESERVED: i16 = 2;
const SOLD: i16 = 3;

/// Something that was answered with success.
#[derive(Debug)]
struct Acknowledged {
    event: i64,
    seat: String,
    status: i16,
    version: i64,
    booking: Option<i64>,
}

/// What a load was told.
#[derive(Debug, Default)]
pub(super) struct Record {
    acknowledged: Vec<Acknowledged>,
    /// How often which status and code came.
    answers: BTreeMap<(u16, String), u32>,
    /// Requests that were never answered.
    pub(super) unanswered: u32,
}

pub(super) struct Load {
    stop: watch::Sender<bool>,
    successes: Arc<AtomicU64>,
    buyers: Vec<JoinHandle<Record>>,
}

impl Load {
    /// Sends buyers to events, spread over addresses. Each is a caller of its own.
    pub(super) fn begin(addresses: &[SocketAddr], events: &[(i64, u32)], buyers: usize) -> Self {
        let (stop, stopped) = watch::channel(false);
        let successes = Arc::new(AtomicU64::new(0));
        let buyers = (0..buyers).map(|number| {
            let address = addresses[number % addresses.len()];
            let (event, seats) = events[number % events.len()];
            let name = format!("load-{}-{number}", uuid::Uuid::new_v4());
            let shopper = Shopper {
                buyer: Buyer::new(address, &name),
                event,
                seats,
                record: Record::default(),
                successes: Arc::clone(&successes),
            };
            tokio::spawn(shopper.shop_until(stopped.clone()))
        });
        let buyers = buyers.collect();
        Self { stop, successes, buyers }
    }

    /// Waits for this many further successes.
    pub(super) async fn proceed(&self, successes: u64) {
        let goal = self.successes.load(Ordering::Relaxed) + successes;
        let reached = || async { self.successes.load(Ordering::Relaxed) >= goal };
        eventually("buyers go on buying", reached).await;
    }

    /// Stops once everything under way has been answered.
    pub(super) async fn end(self) -> Record {
        self.stop.send_replace(true);
        let mut all = Record::default();
        for buyer in self.buyers {
            let record = buyer.await.expect("a buyer");
            all.acknowledged.extend(record.acknowledged);
            all.unanswered += record.unanswered;
            for (answer, count) in record.answers {
                *all.answers.entry(answer).or_default() += count;
            }
        }
        all
    }
}

impl Record {
    /// Asserts that no answer was anything but a success, a lost race, or "not now".
    pub(super) fn assert_only_expected_answers(&self) {
        for (status, code) in self.answers.keys() {
            let expected = match status {
                200 | 201 | 409 => true,
                503 => ["overloaded", "timeout", "outcome_unknown"].contains(&code.as_str()),
                _ => false,
            };
            assert!(expected, "{status} {code}: {:?}", self.answers);
        }
    }

    /// How many answers were not "now".
    pub(super) fn put_off(&self) -> u32 {
        self.answers.iter().filter(|((status, _), _)| *status == 503).map(|(_, count)| count).sum()
    }

    /// Asserts that the database holds whatever was acknowledged, at the version it was
    /// acknowledged for.
    pub(super) async fn assert_kept(&self, database: &Database) {
        assert!(!self.acknowledged.is_empty(), "nothing was ever acknowledged");
        // Others may have taken the seat further within the same version.
        let sql = "
            select exists (select from seat_changes c
                           where c.event_id = t.event_id and c.seat_index = t.seat_index
                             and c.version = $3 and c.to_status = $4)
                or $4 = coalesce((select c.to_status from seat_changes c
                                  where c.event_id = t.event_id and c.seat_index = t.seat_index
                                    and c.version <= $3
                                  order by c.version desc, c.ordinal desc limit 1), 0)
            from tickets t
            where t.event_id = $1 and t.seat_no = $2";
        let client = database.connect().await;
        let stood = client.prepare(sql).await.expect("a statement");
        for told in &self.acknowledged {
            let args: [&(dyn ToSql + Sync); 4] =
                [&told.event, &told.seat, &told.version, &told.status];
            let row = client.query_one(&stood, &args).await.expect("the seat");
            assert!(row.get::<_, bool>(0), "acknowledged and lost: {told:?}");
            let Some(booking) = told.booking else { continue };
            let sql = "select status from bookings where event_id = $1 and id = $2";
            let row = client.query_opt(sql, &[&told.event, &booking]).await.expect("an answer");
            let row = row.unwrap_or_else(|| panic!("acknowledged and lost: {told:?}"));
            let status: &str = row.get(0);
            let kept = status == "confirmed" || (told.status == RESERVED && status == "pending");
            assert!(kept, "{told:?} is {status}");
        }
    }
}

struct Shopper {
    buyer: Buyer,
    event: i64,
    seats: u32,
    record: Record,
    successes: Arc<AtomicU64>,
}

impl Shopper {
    async fn shop_until(mut self, stopped: watch::Receiver<bool>) -> Record {
        while !*stopped.borrow() {
            let number = rand::rng().random_range(1..=self.seats);
            self.take(&format!("S{number:03}")).await;
        }
        self.record
    }

    /// Locks a seat, then lets it go or books it.
    async fn take(&mut self, seat: &str) {
        let lock = format!("/events/{}/seats/{seat}/lock", self.event);
        if self.post(&lock, None, (seat, LOCKED, None)).await.is_none() {
            return;
        }
        if !rand::rng().random_ratio(1, BOOK_ONE_IN) {
            let unlock = format!("/events/{}/seats/{seat}/unlock", self.event);
            self.post(&unlock, None, (seat, 0, None)).await;
            return;
        }
        let body = serde_json::json!({ "event_id": self.event, "seats": [seat] });
        let Some(booked) = self.post("/bookings", Some(body), (seat, RESERVED, Some(()))).await
        else {
            return;
        };
        if !rand::rng().random_ratio(1, LEAVE_ONE_IN) {
            let confirm = format!("/bookings/{}/confirm", booked.body["id"]);
            self.post(&confirm, None, (seat, SOLD, Some(()))).await;
        }
    }

    /// Sends and notes what came of it; the answer if it was a success.
    async fn post(
        &mut self,
        path: &str,
        body: Option<serde_json::Value>,
        (seat, status, books): (&str, i16, Option<()>),
    ) -> Option<Answer> {
        let mut request = self.buyer.request(reqwest::Method::POST, path).timeout(ANSWER_PATIENCE);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let Some(answer) = self.buyer.try_send(request).await else {
            self.record.unanswered += 1;
            // Nobody is there; asking at once again would only burn the processor.
            tokio::time::sleep(POLL).await;
            return None;
        };
        let kind = (answer.status, answer.code().to_owned());
        *self.record.answers.entry(kind).or_default() += 1;
        if answer.status == 503 {
            tokio::time::sleep(POLL).await;
        }
        if !matches!(answer.status, 200 | 201) {
            return None;
        }
        self.record.acknowledged.push(Acknowledged {
            event: self.event,
            seat: seat.to_owned(),
            status,
            version: answer.body["version"].as_i64().expect("a version"),
            booking: books.map(|()| answer.body["id"].as_i64().expect("an id")),
        });
        self.successes.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    }
}
