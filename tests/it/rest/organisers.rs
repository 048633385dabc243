//! What organisers do with bookings: find them, let their visitors in, call them off, export them.

use reqwest::Method;
use seatmap::http::{AuthMode, JwtSecret, Role};
use serde_json::{Value, json};

use super::{has_fields, is_time};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::server::Server;
use crate::support::{events, eventually, invariants};

/// Tokens of these stories don't expire within them.
const FAR_SECOND: i64 = 4_000_000_000;

pub(super) fn secret() -> JwtSecret {
    JwtSecret::new("a secret that is long enough to be one").expect("a secret")
}

pub(super) fn token(subject: &str, role: Role) -> String {
    secret().make(subject, role, FAR_SECOND).expect("a token")
}

async fn with_secret(database: &Database, mode: AuthMode) -> Server {
    Server::start_with(database, |settings| {
        settings.http.auth_mode = mode;
        settings.http.jwt_secret = Some(secret());
    })
    .await
}

/// A paid booking of these seats.
async fn paid(buyer: &Buyer, event: i64, seats: &[&str], customer: Value) -> Value {
    buyer.hold(event, seats).await.expect(201);
    let body = json!({ "event_id": event, "seats": seats, "customer": customer });
    let booking = buyer.post("/bookings", body).await.expect(201);
    buyer.confirm(&booking["id"], "paid").await.expect(200)
}

fn ids(list: &Value) -> Vec<i64> {
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|item| item["id"].as_i64().expect("an id")).collect()
}

#[tokio::test]
async fn organisers_find_bookings_by_reference_address_and_status() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let (event, other) = (events::create(&server, 20).await, events::create(&server, 20).await);
    let (anna, bert) = (server.buyer("anna"), server.buyer("bert"));
    let of_anna = json!({ "name": "Anna", "email": "Anna@Example.org" });
    let first = paid(&anna, event, &["S001"], of_anna.clone()).await;
    let elsewhere = paid(&anna, other, &["S001"], of_anna).await;
    bert.lock(event, "S002").await.expect(200);
    let second = bert.book(event, 1).await.expect(201);
    let (one, two) = (first["id"].as_i64().expect("id"), second["id"].as_i64().expect("id"));
    let reference = first["booking_ref"].as_str().expect("a reference");
    let bare = reference.trim_start_matches("SM-").to_lowercase();
    let olga = server.buyer("olga");
    for (query, found) in [
        ("all=true".to_owned(), vec![two, one]),
        (format!("ref={reference}"), vec![one]),
        (format!("ref={bare}"), vec![one]),
        (format!("ref={}", elsewhere["booking_ref"].as_str().expect("one")), vec![]),
        ("email=anna@example.ORG".to_owned(), vec![one]),
        ("email=nobody@example.org".to_owned(), vec![]),
        ("status=pending".to_owned(), vec![two]),
        ("status=confirmed".to_owned(), vec![one]),
        (format!("ref={reference}&status=pending"), vec![]),
        (format!("ref={reference}&email=anna@example.org"), vec![one]),
        (format!("ref={reference}&email=bert@example.org"), vec![]),
        ("all=true&limit=1&offset=1".to_owned(), vec![one]),
    ] {
        let list = olga.get(&format!("/bookings?event_id={event}&{query}")).await.expect(200);
        assert_eq!(ids(&list), found, "{query}");
    }
    // Without a filter a list is still the caller's own.
    let own = anna.get(&format!("/bookings?event_id={event}")).await.expect(200);
    assert_eq!(ids(&own), [one]);
    let base = format!("/bookings?event_id={event}");
    olga.get(&format!("{base}&status=paid")).await.expect_problem(400, "bad_request");
    olga.get(&format!("{base}&ref=%20")).await.expect_problem(422, "invalid");
    olga.get(&format!("{base}&email=a%00b")).await.expect_problem(422, "invalid");
}

#[tokio::test]
async fn organisers_find_holds_by_status() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let (event, other) = (events::create(&server, 20).await, events::create(&server, 20).await);
    let [anna, bert, carl, dora] = ["anna", "bert", "carl", "dora"].map(|name| server.buyer(name));
    let mut held = Vec::new();
    for (buyer, seat) in [(&anna, "S001"), (&bert, "S002"), (&carl, "S003"), (&dora, "S004")] {
        let hold = buyer.hold(event, &[seat]).await.expect(201);
        held.push(hold["id"].as_str().expect("an id").to_owned());
    }
    anna.hold(other, &["S001"]).await.expect(201);
    bert.delete(&format!("/holds/{}", held[1])).await;
    let late = format!("update holds set expires_at = clock_timestamp() where id = '{}'", held[2]);
    database.execute(&late).await;
    dora.book(event, 1).await.expect(201);
    let list = async |buyer: &Buyer, query: &str| {
        let list = buyer.get(&format!("/holds?event_id={event}{query}")).await.expect(200);
        let items = list["items"].as_array().expect("a list").clone();
        let ids = items.iter().map(|hold| hold["id"].as_str().expect("an id").to_owned());
        (ids.collect::<Vec<_>>(), list["total"].as_i64().expect("a number"))
    };
    let olga = server.buyer("olga");
    for (query, found, total) in [
        ("&status=active", vec![0], 1),
        ("&status=released", vec![1], 1),
        ("&status=expired", vec![2], 1),
        ("&status=booked", vec![3], 1),
        ("&all=true", vec![3, 2, 1, 0], 4),
        ("&all=true&status=active", vec![0], 1),
        ("&all=false&status=active", vec![0], 1),
        ("&all=true&limit=2&offset=1", vec![2, 1], 4),
        ("&all=true&offset=4", vec![], 4),
    ] {
        let found: Vec<String> = found.into_iter().map(|at: usize| held[at].clone()).collect();
        assert_eq!(list(&olga, query).await, (found, total), "{query}");
    }
    // Without a filter a list is still the caller's own, and of what is active; nor is it one what
    // holds don't have.
    for query in ["", "&all=false", "&ref=SM-00000000&email=olga@example.org"] {
        assert_eq!(list(&anna, query).await, (vec![held[0].clone()], 1), "{query}");
        assert_eq!(list(&bert, query).await, (vec![], 0), "{query}");
        assert_eq!(list(&carl, query).await, (vec![], 0), "{query}");
    }
    let base = format!("/holds?event_id={event}");
    for wrong in ["status=held", "status=", "all=1"] {
        olga.get(&format!("{base}&{wrong}")).await.expect_problem(400, "bad_request");
    }
    olga.get("/holds?event_id=999&all=true").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_booking_that_ran_out_is_found_as_expired() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create_with(&server, 5, json!({ "booking_seconds": 1 })).await;
    let anna = server.buyer("anna");
    anna.lock(event, "S001").await.expect(200);
    let booking = anna.book(event, 1).await.expect(201);
    let expired = format!("/bookings?event_id={event}&status=expired");
    eventually("it has run out", || async { anna.get(&expired).await.expect(200)["total"] == 1 })
        .await;
    let pending = anna.get(&format!("/bookings?event_id={event}&status=pending")).await;
    assert_eq!(pending.expect(200)["total"], 0);
    let door = format!("/bookings/{}/check-in", booking["id"]);
    anna.post(&door, json!({})).await.expect_problem(409, "booking_expired");
}

/// How many rows of bookings have been read so far, and how often the two indexes were used.
const READ_SO_FAR: &str = "
    select (select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
            from pg_stat_user_tables where relname = 'bookings')::bigint,
           (select idx_scan from pg_stat_user_indexes
            where indexrelname = 'bookings_ref_unique')::bigint,
           (select idx_scan from pg_stat_user_indexes
            where indexrelname = 'bookings_by_email')::bigint";

/// Puts as many cancelled bookings there, for a look-up or an export to go through.
async fn cancelled_bookings(database: &Database, event: i64, count: u32) {
    database
        .execute(&format!(
            "insert into bookings (event_id, id, booking_ref, owner_id, user_id, customer_email,
                                   seat_indexes, prices, status, created_at, expires_at, version)
             select {event}, n, 'SM-' || lpad(n::text, 8, '0'), u.id, u.id, n || '@example.org',
                    '{{0}}', '{{0}}', 'cancelled', now(), now(), 0
             from generate_series(1, {count}) n, (select min(id) as id from users) u"
        ))
        .await;
}

#[tokio::test]
async fn a_look_up_does_not_walk_the_events_bookings() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    server.buyer("olga").get(&format!("/bookings?event_id={event}")).await.expect(200);
    cancelled_bookings(&database, event, 5_000).await;
    let client = database.connect().await;
    let so_far = || async {
        let row = client.query_one(READ_SO_FAR, &[]).await.expect("figures");
        (row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2))
    };
    let (read, by_reference, by_email) = so_far().await;
    let olga = server.buyer("olga");
    for _ in 0..10 {
        for query in ["ref=SM-00002500", "email=2500@example.org"] {
            let found = olga.get(&format!("/bookings?event_id={event}&{query}")).await.expect(200);
            assert_eq!(ids(&found), [2_500]);
        }
    }
    // Figures come in by and by.
    eventually("the look-ups are counted", || async {
        let (_, references, addresses) = so_far().await;
        references >= by_reference + 20 && addresses >= by_email + 20
    })
    .await;
    let rows = so_far().await.0 - read;
    assert!(rows <= 200, "{rows} rows read for 40 look-ups of one each");
}

#[tokio::test]
async fn each_seat_lets_one_visitor_in() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let (anna, olga) = (server.buyer("anna"), server.buyer("olga"));
    let booking = paid(&anna, event, &["S002", "S003", "S004"], json!({})).await;
    assert_eq!(booking["checked_in"], json!([]));
    let door = format!("/bookings/{}/check-in", booking["id"]);
    let version = anna.get(&format!("/events/{event}")).await.expect(200)["version"].clone();
    let two = json!({ "seats": ["S004", "S002"] });
    let inside = olga.post_with_key(&door, two.clone(), "door-1").await.expect(200);
    let seats: Vec<_> =
        inside["checked_in"].as_array().expect("a list").iter().map(|c| &c["seat_no"]).collect();
    assert_eq!(seats, ["S002", "S004"]);
    is_time(&inside["checked_in"][0]["at"]);
    assert_eq!(inside["version"], version, "no seat has changed");
    // The same request again has the same answer; another one is told since when they are in.
    assert_eq!(olga.post_with_key(&door, two, "door-1").await.expect(200), inside);
    let again = olga.post(&door, json!({ "seats": ["S003", "S004"] })).await;
    let again = again.expect_problem(409, "already_checked_in");
    assert_eq!(again["checked_in"], json!([inside["checked_in"][1]]));
    let all = olga.post(&door, json!({})).await.expect_problem(409, "already_checked_in");
    assert_eq!(all["checked_in"], inside["checked_in"]);
    anna.cancel(&booking["id"]).await.expect_problem(409, "already_checked_in");
    for (seats, field) in
        [(json!(["S005"]), "seats"), (json!(["X"]), "seats[0]"), (json!([]), "seats")]
    {
        let wrong =
            olga.post(&door, json!({ "seats": seats })).await.expect_problem(422, "invalid");
        assert_eq!(wrong["errors"][0]["field"], field);
    }
    let out = olga.request(Method::DELETE, &door).json(&json!({ "seats": ["S004"] }));
    let out = olga.send(out).await.expect(200);
    assert_eq!(out["checked_in"], json!([inside["checked_in"][0]]));
    olga.delete(&door).await.expect(200);
    olga.delete(&door).await.expect_problem(409, "not_checked_in");
    let log = olga.get(&format!("/events/{event}/check-ins")).await.expect(200);
    has_fields(
        &log["items"][0],
        "booking_id booking_ref seat_no seat_index action actor request_id at",
    );
    let steps = log["items"].as_array().expect("a list").iter();
    let steps: Vec<_> = steps.map(|step| [&step["action"], &step["seat_no"]]).collect();
    let expected = json!([["out", "S002"], ["out", "S004"], ["in", "S004"], ["in", "S002"]]);
    assert_eq!(json!(steps), expected);
    let of = |booking: i64| format!("/events/{event}/check-ins?booking_id={booking}");
    let id = booking["id"].as_i64().expect("a number");
    assert_eq!(olga.get(&of(id)).await.expect(200), log);
    let none = olga.get(&of(id + 1)).await.expect(200);
    assert_eq!(none, json!({ "items": [], "total": 0 }));
    anna.cancel(&booking["id"]).await.expect(200);
    olga.post(&door, json!({})).await.expect_problem(409, "booking_cancelled");
    invariants::hold(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_show_one_ticket_one_is_let_in() {
    let database = Database::new().await;
    let (server, second) = (Server::start(&database).await, Server::start(&database).await);
    let event = events::create(&server, 5).await;
    let booking = paid(&server.buyer("anna"), event, &["S001"], json!({})).await;
    let door = format!("/bookings/{}/check-in", booking["id"]);
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..20 {
        let at = if n % 2 == 0 { server.address } else { second.address };
        let (olga, door) = (Buyer::new(at, &format!("olga-{n}")), door.clone());
        asking.spawn(async move { olga.post(&door, json!({})).await });
    }
    let answers = asking.join_all().await;
    let let_in = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(let_in, 1);
    assert!(answers.iter().all(|a| a.status == 200 || a.code() == "already_checked_in"));
    let log = server.buyer("olga").get(&format!("/events/{event}/check-ins")).await.expect(200);
    assert_eq!(log["total"], 1);
}

#[tokio::test]
async fn only_organisers_call_off_what_the_event_reserves_to_them() {
    let database = Database::new().await;
    let server = with_secret(&database, AuthMode::Open).await;
    let event = events::create_with(&server, 5, json!({ "cancel_confirmed": "organiser" })).await;
    let anna = server.buyer("anna");
    let booking = paid(&anna, event, &["S001"], json!({})).await;
    let path = format!("/bookings/{}", booking["id"]);
    let cancel = format!("{path}/cancel");
    anna.cancel(&booking["id"]).await.expect_problem(403, "forbidden");
    // In open mode organisers' routes are open, bookings aren't.
    let bert = server.buyer("bert");
    bert.get(&path).await.expect_problem(403, "forbidden");
    bert.post(&cancel, json!({})).await.expect_problem(403, "forbidden");
    let nobody = Buyer::nameless(server.address);
    let customer = nobody.bearing(&token("carl", Role::Customer));
    customer.get(&path).await.expect_problem(403, "forbidden");
    customer.post(&cancel, json!({})).await.expect_problem(403, "forbidden");
    customer.post(&cancel, json!({ "reason": "rain" })).await.expect_problem(422, "invalid");
    let olga = nobody.bearing(&token("olga", Role::Organiser));
    assert_eq!(olga.get(&path).await.expect(200)["booking_ref"], booking["booking_ref"]);
    let cancelled = olga.post(&cancel, json!({ "reason": "rain" })).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(anna.map(event).await["S001"], "available");
    let log = olga.get(&format!("/events/{event}/changes?order=newest&limit=1")).await.expect(200);
    let me = olga.get("/me").await.expect(200);
    has_fields(&me, "user_id role organiser_routes");
    assert_eq!((&me["role"], &me["organiser_routes"]), (&json!("organiser"), &json!(true)));
    let last = &log["items"][0];
    assert_eq!((&last["reason"], &last["cause"]), (&json!("rain"), &json!("cancel")));
    assert_eq!((&last["actor"], &last["booking_id"]), (&me["user_id"], &booking["id"]));
    invariants::hold(&database).await;
}

#[tokio::test]
async fn guests_are_refused_where_tokens_count() {
    let database = Database::new().await;
    let open = Server::start(&database).await;
    let event = events::create(&open, 5).await;
    let booking = paid(&open.buyer("anna"), event, &["S001"], json!({})).await;
    let server = with_secret(&database, AuthMode::Token).await;
    let nobody = Buyer::nameless(server.address);
    let session = nobody.post("/sessions", json!({})).await.expect(201);
    let guest = nobody.bearing(session["token"].as_str().expect("a token"));
    let olga = nobody.bearing(&token("olga", Role::Organiser));
    let adam = nobody.bearing(&token("adam", Role::Admin));
    for path in [
        format!("/bookings?event_id={event}&all=true"),
        format!("/bookings?event_id={event}&ref=SM-00000000"),
        format!("/holds?event_id={event}&all=true"),
        format!("/holds?event_id={event}&status=active"),
        format!("/bookings/{}", booking["id"]),
        format!("/events/{event}/sales"),
        format!("/events/{event}/sales/timeline"),
        format!("/events/{event}/history"),
        format!("/events/{event}/history/1"),
        format!("/events/{event}/changes"),
        format!("/events/{event}/check-ins"),
        format!("/events/{event}/bookings.csv"),
        format!("/users/{}", booking["user_id"]),
    ] {
        nobody.get(&path).await.expect_problem(401, "caller_unknown");
        guest.get(&path).await.expect_problem(403, "forbidden");
        olga.get(&path).await.expect(200);
        adam.get(&path).await.expect(200);
    }
    assert_eq!(guest.get("/me").await.expect(200)["organiser_routes"], false);
    // An organiser's list is everybody's; a guest's is empty.
    let list = format!("/bookings?event_id={event}");
    assert_eq!(olga.get(&list).await.expect(200)["total"], 1);
    assert_eq!(guest.get(&list).await.expect(200)["total"], 0);
    // So it is with holds, this one ended in the booking; an organiser who buys asks for their own.
    let list = format!("/holds?event_id={event}");
    assert_eq!(olga.get(&list).await.expect(200)["items"][0]["status"], "booked");
    assert_eq!(olga.get(&format!("{list}&all=false")).await.expect(200)["total"], 0);
    assert_eq!(guest.get(&list).await.expect(200)["total"], 0);
    let door = format!("/bookings/{}/check-in", booking["id"]);
    guest.post(&door, json!({})).await.expect_problem(403, "forbidden");
    guest.delete(&door).await.expect_problem(403, "forbidden");
    olga.post(&door, json!({})).await.expect(200);
    olga.post("/events", events::body(3)).await.expect(201);
    let forged = JwtSecret::new("another secret that is long enough").expect("a secret");
    let forged = forged.make("olga", Role::Admin, FAR_SECOND).expect("a token");
    nobody.bearing(&forged).get(&list).await.expect_problem(401, "caller_unknown");
    // Without a secret nothing signed is believed.
    let token = token("olga", Role::Organiser);
    let deaf = Buyer::nameless(open.address).bearing(&token);
    deaf.get(&list).await.expect_problem(401, "caller_unknown");
}

#[tokio::test]
async fn the_export_is_a_table_without_formulas() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    let customer =
        json!({ "name": "=Seidl, \"Ani\"", "email": "anna@example.org", "phone": "+43 1" });
    let booking = paid(&anna, event, &["S001", "S002"], customer).await;
    anna.lock(event, "S003").await.expect(200);
    anna.book(event, 1).await.expect(201);
    let url = server.url(&format!("/api/v1/events/{event}/bookings.csv"));
    let answer = reqwest::get(&url).await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let text = answer.text().await.expect("a text");
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("id,booking_ref,status,"), "{text}");
    let (id, reference) = (&booking["id"], booking["booking_ref"].as_str().expect("one"));
    assert!(lines[1].starts_with(&format!("{id},{reference},confirmed,")), "{text}");
    let rest = "\"'=Seidl, \"\"Ani\"\"\",anna@example.org,'+43 1,S001 S002,2,91.00,EUR,paid,0";
    assert!(lines[1].ends_with(rest), "{text}");
    assert_eq!(lines[3], "");
    let pending = reqwest::get(format!("{url}?status=pending")).await.expect("an answer");
    assert_eq!(pending.text().await.expect("a text").lines().count(), 2);
}

#[tokio::test]
async fn an_export_has_what_is_found_by_reference_and_address() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 10).await;
    let anna = server.buyer("anna");
    let mail = |email: &str| json!({ "name": "A", "email": email, "phone": "1" });
    let first = paid(&anna, event, &["S001"], mail("anna@example.org")).await;
    let second = paid(&anna, event, &["S002"], mail("Anna@Example.org")).await;
    paid(&anna, event, &["S003"], mail("bert@example.org")).await;
    let reference = |booking: &Value| booking["booking_ref"].as_str().expect("one").to_owned();
    let (first, second) = (reference(&first), reference(&second));
    for (query, wanted) in [
        (format!("ref={first}"), vec![&first]),
        (format!("ref={}", second.trim_start_matches("SM-").to_lowercase()), vec![&second]),
        ("email=ANNA@example.org".to_owned(), vec![&first, &second]),
        ("email=anna@example.org&status=pending".to_owned(), vec![]),
        (format!("ref={first}&email=anna@example.org"), vec![&first]),
        (format!("ref={first}&email=bert@example.org"), vec![]),
        ("ref=SM-00000000".to_owned(), vec![]),
    ] {
        let url = server.url(&format!("/api/v1/events/{event}/bookings.csv?{query}"));
        let text = reqwest::get(&url).await.expect("an answer").text().await.expect("a text");
        let found: Vec<&str> =
            text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
        assert_eq!(found, wanted, "{query}");
    }
    let path = format!("/events/{event}/bookings.csv?email=");
    anna.get(&path).await.expect_problem(422, "invalid");
}

#[tokio::test]
async fn an_export_of_many_pages_is_complete() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 5).await;
    server.buyer("olga").get(&format!("/bookings?event_id={event}")).await.expect(200);
    cancelled_bookings(&database, event, 3_000).await;
    let url = server.url(&format!("/api/v1/events/{event}/bookings.csv"));
    let text = reqwest::get(&url).await.expect("an answer").text().await.expect("a text");
    let ids: Vec<i64> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().and_then(|id| id.parse().ok()).expect("an id"))
        .collect();
    assert_eq!(ids, (1..=3_000).collect::<Vec<_>>());
}
