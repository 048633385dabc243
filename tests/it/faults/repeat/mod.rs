//! Idempotency to the letter: a request is cut off at every step and repeated under its key. One
//! effect, one answer, for every call that changes something.

mod at_once;
mod client;
mod database;
mod late;
mod refused;

use reqwest::Method;
use seatmap::store::pool::CONNECTIONS_MIN;
use serde_json::{Value, json};

use super::proxy::Proxy;
use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

/// An answer to the byte: status, place, body and version as they came. (Where an answer has no body
/// the version is all there is of it.)
type Verbatim = (u16, Option<String>, String, Option<String>);

/// Seats of the event; each turn takes one.
const SEATS: u32 = 600;

/// Notes how often an event was changed: a change made twice leaves nothing else to be seen.
const COUNT_NAMES: &str = "
    create table names_given (name text);
    create function note_name() returns trigger language plpgsql as $$
    begin
        insert into names_given values (new.name);
        return new;
    end $$;
    create trigger note_name after update of name on events
    for each row execute function note_name()";

/// The calls whose answers are kept under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Lock,
    Unlock,
    Hold,
    Extend,
    Release,
    Book,
    Confirm,
    Cancel,
    Block,
    Unblock,
    CheckIn,
    CheckOut,
    NewEvent,
    ChangeEvent,
    NewUser,
    NewChart,
}

/// A call ready to be made, and what tells that it happened.
struct Call {
    method: Method,
    path: String,
    body: Value,
    key: String,
    /// A statement whose one number is one more after the effect.
    effects: String,
}

/// A node behind a proxy, another beside it, an event, and somebody who buys.
struct Scene {
    database: Database,
    proxy: Proxy,
    server: Server,
    other: Server,
    event: i64,
    anna: Buyer,
    /// Past the proxy.
    observer: tokio_postgres::Client,
    turn: u32,
}

impl Scene {
    async fn set(request_timeout: std::time::Duration) -> Self {
        let database = Database::new().await;
        let proxy = Proxy::start(&database).await;
        let server = Server::start_with(&proxy.database(&database), |settings| {
            settings.http.request_timeout = request_timeout;
            // One that writes and one that reads, so that what crosses them is always the same.
            settings.pool.max_open = CONNECTIONS_MIN;
        })
        .await;
        let other = Server::start(&database).await;
        let many = json!({ "max_seats_per_user": SEATS });
        let event = events::create_with(&other, SEATS, many).await;
        let anna = server.buyer("anna");
        let observer = database.connect().await;
        observer.batch_execute(COUNT_NAMES).await.expect("a trigger");
        let mut scene = Self { database, proxy, server, other, event, anna, observer, turn: 0 };
        // So that later calls need the database for nothing but their change.
        let call = scene.ready(Which::Lock).await;
        scene.send(&scene.anna, &call).await.expect("an answer");
        scene
    }

    /// Makes a call possible, on a seat nobody has touched. By the other node, so that the database
    /// is reached past the proxy.
    async fn ready(&mut self, which: Which) -> Call {
        self.turn += 1;
        assert!(self.turn <= SEATS, "the event has no more seats");
        let seat = format!("S{:03}", self.turn);
        let (event, anna) = (self.event, self.anna.at(self.other.address));
        let seats = format!("/events/{event}/seats/{seat}");
        let body = json!({ "seats": [seat] });
        let (path, body) = match which {
            Which::Lock => (format!("{seats}/lock"), json!({})),
            Which::Unlock => {
                anna.lock(event, &seat).await.expect(200);
                (format!("{seats}/unlock"), json!({}))
            }
            Which::Hold => (format!("/events/{event}/holds"), body),
            Which::Extend => (held(&anna, event, &seat).await, json!({ "extend_seconds": 60 })),
            Which::Release => (held(&anna, event, &seat).await, json!({})),
            Which::Book => {
                anna.lock(event, &seat).await.expect(200);
                ("/bookings".to_owned(), json!({ "event_id": event, "seats": [seat] }))
            }
            Which::Confirm => {
                let paid = json!({ "payment_reference": seat });
                (format!("{}/confirm", booked(&anna, event, &seat).await), paid)
            }
            Which::Cancel => (format!("{}/cancel", booked(&anna, event, &seat).await), json!({})),
            Which::Block => (format!("/events/{event}/block"), body),
            Which::Unblock => {
                let blocked = anna.post(&format!("/events/{event}/block"), body.clone()).await;
                blocked.expect(200);
                (format!("/events/{event}/unblock"), body)
            }
            Which::CheckIn => (format!("{}/check-in", paid(&anna, event, &seat).await), body),
            Which::CheckOut => {
                let door = format!("{}/check-in", paid(&anna, event, &seat).await);
                anna.post(&door, body.clone()).await.expect(200);
                (door, body)
            }
            Which::NewEvent => ("/events".to_owned(), events::body(5)),
            Which::ChangeEvent => (format!("/events/{event}"), json!({ "name": seat })),
            Which::NewUser => {
                ("/users".to_owned(), json!({ "name": seat, "email": "anna@example.org" }))
            }
            Which::NewChart => ("/charts".to_owned(), events::chart(&seat)),
        };
        let method = match which {
            Which::Extend | Which::ChangeEvent => Method::PATCH,
            Which::Release | Which::CheckOut => Method::DELETE,
            _ => Method::POST,
        };
        let effects = match which {
            Which::CheckIn | Which::CheckOut => {
                format!("select count(*) from check_ins where event_id = {event}")
            }
            Which::NewEvent => "select count(*) from events".to_owned(),
            Which::ChangeEvent => "select count(*) from names_given".to_owned(),
            Which::NewUser => "select count(*) from users where origin = 'record'".to_owned(),
            Which::NewChart => "select count(*) from charts".to_owned(),
            Which::Extend => {
                let id = path.trim_start_matches("/holds/");
                format!(
                    "select extract(epoch from expires_at - created_at)::bigint / 60
                     from holds where id = '{id}'"
                )
            }
            _ => format!("select version from events where id = {event}"),
        };
        Call { method, path, body, key: format!("key-{}", self.turn), effects }
    }

    async fn effects(&self, call: &Call) -> i64 {
        self.observer.query_one(&call.effects, &[]).await.expect("a row").get(0)
    }

    /// Makes the call; `None` when there was no answer.
    async fn send(&self, buyer: &Buyer, call: &Call) -> Option<Verbatim> {
        let request = buyer.request(call.method.clone(), &call.path).json(&call.body);
        let response = request.header("idempotency-key", &call.key).send().await.ok()?;
        let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (status, place) = (response.status().as_u16(), header("location"));
        let version = header("x-seatmap-version");
        Some((status, place, response.text().await.ok()?, version))
    }

    /// Repeats the call until it is answered by more than that it can't be now.
    async fn settle(&self, buyer: &Buyer, call: &Call) -> Verbatim {
        let asking = async {
            loop {
                match self.send(buyer, call).await {
                    Some(answer) if answer.0 != 503 => return answer,
                    _ => tokio::time::sleep(crate::support::POLL).await,
                }
            }
        };
        let settled = tokio::time::timeout(crate::support::PATIENCE, asking).await;
        settled.expect("the repeat is answered in the end")
    }

    /// Repeats a call at both nodes. It has one effect in all, and one answer: the first one's, if
    /// that told of a success.
    async fn judge(&self, call: &Call, before: i64, first: Option<&Verbatim>, told: &str) {
        let second = self.settle(&self.anna, call).await;
        assert!((200..300).contains(&second.0), "{told}: {second:?}");
        assert_eq!(self.effects(call).await, before + 1, "{told}: effects");
        if let Some(first) = first.filter(|first| first.0 < 300) {
            assert_eq!(&second, first, "{told}: the repeat's answer");
        }
        let third = self.settle(&self.anna.at(self.other.address), call).await;
        assert_eq!(third, second, "{told}: the answer at another node");
        assert_eq!(self.effects(call).await, before + 1, "{told}: effects of three");
    }
}

/// Takes a seat; returns the hold's path.
async fn held(anna: &Buyer, event: i64, seat: &str) -> String {
    let hold = anna.hold(event, &[seat]).await.expect(201);
    format!("/holds/{}", hold["id"].as_str().expect("an id"))
}

/// Books a seat; returns the booking's path.
async fn booked(anna: &Buyer, event: i64, seat: &str) -> String {
    held(anna, event, seat).await;
    let body = json!({ "event_id": event, "seats": [seat] });
    let booking: Answer = anna.post("/bookings", body).await;
    format!("/bookings/{}", booking.expect(201)["id"])
}

/// Books a seat and pays for it; returns the booking's path.
async fn paid(anna: &Buyer, event: i64, seat: &str) -> String {
    let booking = booked(anna, event, seat).await;
    anna.post(&format!("{booking}/confirm"), json!({})).await.expect(200);
    booking
}

/// Tells a story once for every call.
macro_rules! every_call {
    ($story:path) => {
        crate::faults::repeat::every_call! { $story:
            lock Lock, unlock Unlock, hold Hold, extend Extend, release Release, book Book,
            confirm Confirm, cancel Cancel, block Block, unblock Unblock, check_in CheckIn,
            check_out CheckOut, new_event NewEvent, change_event ChangeEvent, new_user NewUser,
            new_chart NewChart,
        }
    };
    ($story:path: $($name:ident $which:ident),+ $(,)?) => {
        $(#[tokio::test] async fn $name() {
            $story(crate::faults::repeat::Which::$which).await;
        })+
    };
}
use every_call;
