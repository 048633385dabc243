//! The OpenAPI document tells the truth: every answer it lists can be had, and no other is given.
//!
//! The method: a witness notes the status of every answer by operation. At the end what was seen
//! of each operation is what the document lists for it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use seatmap::http::rate::RateLimit;
use seatmap::http::{AuthMode, JwtSecret, Role};
use serde_json::{Value, json};

use crate::support::buyer::{Answer, Buyer};
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;
use crate::support::viewer::Viewer;

/// An id that nothing has, as a number and as a hold's.
const NOTHING: i64 = 999_999;
const NO_HOLD: &str = "5b0cfa46-9d8c-4e2b-9c6a-0a8a4b3a6d11";

/// What organisers read of an event.
const ORGANISERS_READS: [&str; 6] =
    ["/sales", "/sales/timeline", "/history", "/history/0", "/bookings.csv", "/check-ins"];

/// An operation: its method and its path as the document has it.
type Operation = (String, String);

type Statuses = BTreeMap<Operation, BTreeSet<u16>>;

struct Witness {
    documented: Statuses,
    seen: Statuses,
}

impl Witness {
    async fn new(server: &Server) -> Self {
        let document = reqwest::get(server.url("/openapi.json")).await.expect("an answer");
        let document: Value = document.json().await.expect("JSON");
        let mut documented = Statuses::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let listed = operation["responses"].as_object().expect("answers").keys();
                let listed = listed.map(|status| status.parse().expect("a status")).collect();
                documented.insert((method.to_uppercase(), path.clone()), listed);
            }
        }
        Self { documented, seen: Statuses::new() }
    }

    /// The operations that list a status.
    fn with(&self, status: u16) -> Vec<Operation> {
        let listing = self.documented.iter().filter(|(_, listed)| listed.contains(&status));
        listing.map(|(operation, _)| operation.clone()).collect()
    }

    fn note(&mut self, method: &str, path: &str, status: u16) {
        let fits = |template: &str| {
            let (here, there): (Vec<_>, Vec<_>) =
                (path.split('/').collect(), template.split('/').collect());
            here.len() == there.len()
                && here
                    .iter()
                    .zip(there)
                    .all(|(here, there)| there.starts_with('{') || *here == there)
        };
        // A path with a parameter's place taken by a word of its own, such as /tickets/all.
        let mut found: Vec<&Operation> =
            self.documented.keys().filter(|(verb, path)| verb == method && fits(path)).collect();
        found.sort_by_key(|(_, path)| path.matches('{').count());
        let operation = (*found.first().unwrap_or_else(|| panic!("{method} {path}"))).clone();
        self.seen.entry(operation).or_default().insert(status);
    }

    async fn send(&mut self, buyer: &Buyer, request: RequestBuilder) -> Answer {
        let sent = request.try_clone().expect("a plain body").build().expect("a request");
        let answer = buyer.send(request).await;
        if answer.status >= 400 && sent.url().path().starts_with("/api/") {
            let code = answer.code().to_owned();
            answer.clone().expect_problem(answer.status, &code);
        }
        self.note(sent.method().as_str(), sent.url().path(), answer.status);
        answer
    }

    /// Sends a request that must be answered by this status.
    async fn get(&mut self, buyer: &Buyer, path: &str, status: u16) -> Value {
        let request = buyer.request(Method::GET, path);
        self.send(buyer, request).await.expect(status)
    }

    async fn post(&mut self, buyer: &Buyer, path: &str, body: Value, status: u16) -> Value {
        self.call(buyer, Method::POST, path, body, status).await
    }

    async fn call(
        &mut self,
        buyer: &Buyer,
        method: Method,
        path: &str,
        body: Value,
        status: u16,
    ) -> Value {
        let request = buyer.request(method, path).json(&body);
        self.send(buyer, request).await.expect(status)
    }
}

/// A path of an operation, below /api/v1, with these in its places and the query it needs.
fn path_of(template: &str, id: &str) -> String {
    let path = template.trim_start_matches("/api/v1").replace("{id}", id);
    let path = path.replace("{seat_no}", "S001").replace("{version}", "0");
    let listed = ["/holds", "/bookings"].contains(&path.as_str());
    if listed { format!("{path}?event_id={id}") } else { path }
}

/// An id that can be read.
fn readable(template: &str, id: i64) -> String {
    if template.contains("/holds/{id}") { NO_HOLD.to_owned() } else { id.to_string() }
}

/// A body that an operation takes.
fn body_of((method, template): &Operation, event: i64) -> Value {
    let last = template.rsplit('/').next().unwrap_or_default();
    match (method.as_str(), last) {
        ("POST", "events") => events::body(5),
        ("POST", "bookings") => json!({ "event_id": event, "quantity": 1 }),
        ("POST", "users") => json!({ "name": "Anna", "email": "anna@example.org" }),
        ("POST", "holds" | "block" | "unblock") => json!({ "seats": ["S001"] }),
        ("PUT", "chart") => json!({ "chart_id": 1 }),
        ("PATCH", _) if template.contains("/events/") => json!({ "name": "Gala" }),
        ("PATCH", _) => json!({ "extend_seconds": 60 }),
        _ => json!({}),
    }
}

fn verb(operation: &Operation) -> Method {
    operation.0.parse().expect("a method")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_answer_is_seen_and_no_other() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 60).await;
    let mut witness = Witness::new(&server).await;
    successes_and_conflicts(&mut witness, &server, event).await;
    unread_and_unknown(&mut witness, (&database, &server), event).await;
    bodies(&mut witness, &database).await;
    strangers(&mut witness, &database, event).await;
    too_often(&mut witness, &database, event).await;
    probes(&mut witness, &server).await;
    no_database(&mut witness, &database, event).await;
    for (operation, documented) in &witness.documented {
        let seen = witness.seen.get(operation).cloned().unwrap_or_default();
        assert_eq!(&seen, documented, "seen and documented of {operation:?}");
    }
}

/// What goes well, and what is refused for the state of things.
async fn successes_and_conflicts(witness: &mut Witness, server: &Server, event: i64) {
    let (anna, bob) = (server.buyer("anna"), server.buyer("bob"));
    let at = |rest: &str| format!("/events/{event}{rest}");
    let nothing = || json!({});
    witness.post(&anna, "/events", events::body(5), 201).await;
    let chart = include_str!("../../data/charts/pretix-kind.json");
    let chart = serde_json::from_str(chart).expect("JSON");
    witness.post(&anna, "/charts", chart, 201).await;
    for path in ["/events", "/charts", "/charts/1"] {
        witness.get(&anna, path, 200).await;
    }
    for rest in ["", "/seatmap", "/tickets", "/tickets/all", "/availability", "/changes"]
        .into_iter()
        .chain(ORGANISERS_READS)
    {
        witness.get(&anna, &at(rest), 200).await;
    }
    for rest in ["/seatmap", "/availability"] {
        let request = anna.request(Method::GET, &at(rest)).header("if-none-match", "*");
        witness.send(&anna, request).await.expect(304);
    }
    // Streams don't end, so only their heads are read.
    let stream = anna.request(Method::GET, &at("/stream")).send().await.expect("an answer");
    witness.note("GET", stream.url().path(), stream.status().as_u16());
    drop(stream);
    Viewer::open(server.address, event).await;
    witness.note("GET", &format!("/api/v1/events/{event}/live"), 101);
    witness.get(&anna, &at("/live"), 426).await;

    witness.post(&anna, &at("/seats/S001/lock"), nothing(), 200).await;
    witness.post(&bob, &at("/seats/S001/lock"), nothing(), 409).await;
    witness.post(&anna, &at("/seats/S001/unlock"), nothing(), 200).await;
    witness.post(&anna, &at("/seats/S001/unlock"), nothing(), 409).await;
    let seats = || json!({ "seats": ["S002", "S003"] });
    let hold = witness.post(&anna, &at("/holds"), seats(), 201).await;
    let hold = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    witness.post(&bob, &at("/holds"), seats(), 409).await;
    witness.post(&anna, &at("/block"), seats(), 409).await;
    witness.post(&anna, &at("/unblock"), seats(), 409).await;
    let other = || json!({ "seats": ["S009"] });
    witness.post(&anna, &at("/block"), other(), 200).await;
    witness.post(&anna, &at("/unblock"), other(), 200).await;
    witness.get(&anna, &hold, 200).await;
    witness.get(&anna, &format!("/holds?event_id={event}"), 200).await;
    let longer = || json!({ "extend_seconds": 60 });
    witness.call(&anna, Method::PATCH, &hold, longer(), 200).await;
    let booking = json!({ "event_id": event, "quantity": 2 });
    let made = witness.post(&anna, "/bookings", booking.clone(), 201).await;
    witness.post(&anna, "/bookings", booking, 409).await;
    // The hold has become a booking.
    witness.call(&anna, Method::PATCH, &hold, longer(), 409).await;
    witness.call(&anna, Method::DELETE, &hold, nothing(), 409).await;
    let hold = witness.post(&anna, &at("/holds"), json!({ "seats": ["S010"] }), 201).await;
    let hold = format!("/holds/{}", hold["id"].as_str().expect("an id"));
    witness.call(&anna, Method::DELETE, &hold, nothing(), 204).await;

    paid(witness, &anna, event, &made).await;
    paid_for_good(witness, server, &anna).await;
    moved(witness, server, &anna).await;
    witness.call(&anna, Method::PATCH, &at(""), json!({ "name": "Gala" }), 200).await;

    witness.get(&anna, "/me", 200).await;
    witness.post(&anna, "/sessions", nothing(), 201).await;
    let own = witness.post(&anna, "/users", body_of(&users(), event), 201).await;
    let nobody = Buyer::nameless(server.address);
    let own = own["id"].as_i64().expect("an id");
    witness.get(&nobody, &format!("/users/{own}?user_id={own}"), 200).await;
}

/// What becomes of a booking.
async fn paid(witness: &mut Witness, anna: &Buyer, event: i64, made: &Value) {
    let booking = format!("/bookings/{}", made["id"]);
    witness.get(anna, &booking, 200).await;
    witness.get(anna, &format!("/bookings?event_id={event}"), 200).await;
    witness.post(anna, &format!("{booking}/confirm"), json!({}), 200).await;
    let door = format!("{booking}/check-in");
    witness.post(anna, &door, json!({}), 200).await;
    witness.post(anna, &door, json!({}), 409).await;
    witness.call(anna, Method::DELETE, &door, json!({}), 200).await;
    witness.call(anna, Method::DELETE, &door, json!({}), 409).await;
    witness.post(anna, &format!("{booking}/cancel"), json!({}), 200).await;
    witness.post(anna, &format!("{booking}/confirm"), json!({}), 409).await;
}

/// An event on its way to another chart.
async fn moved(witness: &mut Witness, server: &Server, anna: &Buyer) {
    let larger = events::create(server, 6).await;
    let larger = anna.get(&format!("/events/{larger}")).await.expect(200)["chart_id"].clone();
    let event = events::create(server, 5).await;
    let small = anna.get(&format!("/events/{event}")).await.expect(200)["chart_id"].clone();
    let path = format!("/events/{event}/chart");
    let to = |chart: &Value| json!({ "chart_id": chart });
    witness.call(anna, Method::PUT, &path, to(&larger), 200).await;
    anna.lock(event, "S006").await.expect(200);
    witness.call(anna, Method::PUT, &path, to(&small), 409).await;
}

/// A booking that can't be cancelled any more.
async fn paid_for_good(witness: &mut Witness, server: &Server, anna: &Buyer) {
    let event = events::create_with(server, 5, json!({ "cancel_confirmed": "never" })).await;
    anna.lock(event, "S001").await.expect(200);
    let booking = anna.book(event, 1).await.expect(201)["id"].clone();
    anna.confirm(&booking, "paid").await.expect(200);
    witness.post(anna, &format!("/bookings/{booking}/cancel"), json!({}), 409).await;
}

fn users() -> Operation {
    ("POST".to_owned(), "/api/v1/users".to_owned())
}

/// What can't be read, and what there isn't.
async fn unread_and_unknown(
    witness: &mut Witness,
    (database, server): (&Database, &Server),
    event: i64,
) {
    let anna = server.buyer("anna");
    for operation in witness.with(400) {
        let path = path_of(&operation.1, "x");
        let request = match verb(&operation) {
            Method::GET if !path.contains('x') => {
                anna.request(Method::GET, &format!("{path}?limit=x&user_id=x"))
            }
            method => {
                anna.request(method, &path).header("content-type", "application/json").body("{")
            }
        };
        witness.send(&anna, request).await.expect(400);
    }
    for operation in witness.with(404) {
        if operation.1 == "/api/v1/users/{id}" {
            let (_node, organiser) = organiser(database).await;
            witness.get(&organiser, &format!("/users/{NOTHING}"), 404).await;
            continue;
        }
        let path = path_of(&operation.1, &readable(&operation.1, NOTHING));
        let mut request = anna.request(verb(&operation), &path);
        if operation.1.ends_with("/live") {
            for (name, value) in HANDSHAKE {
                request = request.header(name, value);
            }
        }
        if verb(&operation) != Method::GET {
            request = request.json(&body_of(&operation, NOTHING));
        }
        witness.send(&anna, request).await.expect(404);
    }
    let nobody = Buyer::nameless(server.address);
    for operation in witness.with(422) {
        let path = path_of(&operation.1, &readable(&operation.1, event));
        let request = match verb(&operation) {
            Method::GET => {
                let sign = if path.contains('?') { '&' } else { '?' };
                nobody.request(Method::GET, &format!("{path}{sign}user_id={NOTHING}"))
            }
            method => anna.request(method, &path).json(&json!({ "unknown": 1 })),
        };
        witness.send(&nobody, request).await.expect(422);
    }
}

/// An organiser by a signed token, at a node of their own.
async fn organiser(database: &Database) -> (Server, Buyer) {
    let secret = JwtSecret::new("a secret that is long enough to be one").expect("a secret");
    let token = secret.make("olga", Role::Organiser, FAR_SECOND).expect("a token");
    let server =
        Server::start_with(database, |settings| settings.http.jwt_secret = Some(secret)).await;
    let organiser = Buyer::nameless(server.address).bearing(&token);
    (server, organiser)
}

/// Tokens of these stories don't expire within them.
const FAR_SECOND: i64 = 4_000_000_000;

/// What opens a socket, apart from the path.
const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// A chart may be much larger than other bodies, whatever the setting.
const CHART_TOO_LARGE_BYTES: usize = seatmap::charts::CHART_BYTES_MAX + 1;

/// Bodies too large, and of the wrong kind.
async fn bodies(witness: &mut Witness, database: &Database) {
    let server =
        Server::start_with(database, |settings| settings.http.max_body_bytes = 2_000).await;
    let anna = server.buyer("anna");
    for (status, kind, length) in [(413, "application/json", 3_000), (415, "text/plain", 10)] {
        for operation in witness.with(status) {
            let path = path_of(&operation.1, &readable(&operation.1, 1));
            let request = anna.request(verb(&operation), &path).header("content-type", kind);
            let is_chart = operation.1.ends_with("/charts") && status == 413;
            let length = if is_chart { CHART_TOO_LARGE_BYTES } else { length };
            witness.send(&anna, request.body(" ".repeat(length))).await.expect(status);
        }
    }
}

/// Callers without a token, and callers who name somebody else, where tokens count.
async fn strangers(witness: &mut Witness, database: &Database, event: i64) {
    let server =
        Server::start_with(database, |settings| settings.http.auth_mode = AuthMode::Token).await;
    let nobody = Buyer::nameless(server.address);
    let session = nobody.post("/sessions", json!({})).await.expect(201);
    let token = session["token"].as_str().expect("a token").to_owned();
    for operation in witness.with(401) {
        let path = path_of(&operation.1, &readable(&operation.1, event));
        let request = nobody.request(verb(&operation), &path);
        let request = request.json(&body_of(&operation, event));
        witness.send(&nobody, request).await.expect(401);
    }
    for operation in witness.with(403) {
        if operation.1.ends_with("/sessions") {
            // Everybody may have one, but no page of another site where callers are believed.
            let open = Server::start(database).await;
            let page = Buyer::nameless(open.address);
            let request = page.request(Method::POST, "/sessions");
            let request = request.header("sec-fetch-site", "cross-site");
            witness.send(&page, request).await.expect(403);
            continue;
        }
        let path = path_of(&operation.1, &readable(&operation.1, event));
        let mut body = body_of(&operation, event);
        body["user_id"] = json!(NOTHING);
        let request = match verb(&operation) {
            Method::GET => {
                let sign = if path.contains('?') { '&' } else { '?' };
                nobody.request(Method::GET, &format!("{path}{sign}user_id={NOTHING}"))
            }
            method => nobody.request(method, &path).json(&body),
        };
        witness.send(&nobody, request.bearer_auth(&token)).await.expect(403);
    }
}

/// Callers who may ask once a second and ask more often.
async fn too_often(witness: &mut Witness, database: &Database, event: i64) {
    let server = Server::start_with(database, |settings| {
        settings.http.rate = RateLimit { per_second: 1, burst: 1 };
    })
    .await;
    let anna = server.buyer("anna");
    for operation in witness.with(429) {
        let path = path_of(&operation.1, &readable(&operation.1, event));
        loop {
            let request = anna.request(verb(&operation), &path).json(&body_of(&operation, event));
            let response = request.send().await.expect("an answer");
            if response.status() == 429 {
                assert_eq!(response.headers()["retry-after"], "1");
                witness.note(&operation.0, &operation.1, 429);
                break;
            }
        }
    }
}

async fn probes(witness: &mut Witness, server: &Server) {
    for path in ["/health", "/ready", "/metrics"] {
        crate::support::eventually("it is well", || async {
            reqwest::get(server.url(path)).await.expect("an answer").status() == 200
        })
        .await;
        let answer = reqwest::get(server.url(path)).await.expect("an answer");
        witness.note("GET", path, answer.status().as_u16());
    }
}

/// A stranger has locked all tables, so nothing can be read or written in time.
async fn no_database(witness: &mut Witness, database: &Database, event: i64) {
    let hurried = |seconds| {
        Server::start_with(database, move |settings| {
            settings.http.request_timeout = Duration::from_secs(seconds);
        })
    };
    let (server, patient) = (hurried(1).await, hurried(30).await);
    let stranger = database.connect().await;
    let all = "begin; do $$ declare name text; begin
               for name in select tablename from pg_tables where schemaname = 'public' loop
                   execute format('lock table %I in access exclusive mode', name);
               end loop; end $$";
    stranger.batch_execute(all).await.expect("the tables");
    let anna = server.buyer("anna");
    let mut asking = tokio::task::JoinSet::new();
    for operation in witness.with(503) {
        if operation.1 == "/ready" {
            continue;
        }
        // A chart that isn't in memory.
        let id = if operation.1.contains("charts") { NOTHING } else { event };
        let path = path_of(&operation.1, &readable(&operation.1, id));
        let mut request = anna.request(verb(&operation), &path);
        for (name, value) in HANDSHAKE.iter().filter(|_| operation.1.ends_with("/live")) {
            request = request.header(*name, *value);
        }
        if verb(&operation) != Method::GET {
            request = request.json(&body_of(&operation, event));
        }
        let anna = anna.clone();
        asking.spawn(async move { (operation, anna.send(request).await) });
    }
    while let Some(answered) = asking.join_next().await {
        let ((method, path), answer) = answered.expect("an answer");
        witness.note(&method, &path, answer.status);
        let code = answer.code().to_owned();
        answer.expect_problem(503, &code);
    }
    let ready = reqwest::get(patient.url("/ready")).await.expect("an answer");
    witness.note("GET", "/ready", ready.status().as_u16());
    stranger.batch_execute("rollback").await.expect("let go");
}
