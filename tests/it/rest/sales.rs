//! How an event sells, as organisers are told.

use serde_json::{Value, json};

use super::{has_fields, is_time};
use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

/// An event in the theatre with a seat of each kind of state; what was sold has two prices.
async fn on_sale(server: &Server) -> i64 {
    let event = events::create_in(server, "theatre-251", json!({})).await;
    let anna = server.buyer("anna");
    let labels: Vec<String> = anna.map(event).await.into_keys().collect();
    let seats: Vec<&str> = labels.iter().map(String::as_str).collect();
    book(&anna, event, &seats[..2], true).await;
    book(&anna, event, &seats[2..3], false).await;
    let off = book(&anna, event, &seats[3..4], true).await;
    anna.cancel(&off["id"]).await.expect(200);
    anna.hold(event, &seats[4..7]).await.expect(201);
    let block = json!({ "seats": &seats[10..14] });
    anna.post(&format!("/events/{event}/block"), block).await.expect(200);
    event
}

async fn book(buyer: &Buyer, event: i64, seats: &[&str], pays: bool) -> Value {
    buyer.hold(event, seats).await.expect(201);
    let body = json!({ "event_id": event, "seats": seats });
    let booking = buyer.post("/bookings", body).await.expect(201);
    if pays { buyer.confirm(&booking["id"], "paid").await.expect(200) } else { booking }
}

/// Minor units of an amount with two digits.
fn cents(amount: &Value) -> i64 {
    amount.as_str().and_then(|text| text.replace('.', "").parse().ok()).expect("an amount")
}

fn sum(items: &Value, field: impl Fn(&Value) -> i64) -> i64 {
    items.as_array().expect("a list").iter().map(field).sum()
}

#[tokio::test]
async fn sales_add_up_by_category_and_by_section() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = on_sale(&server).await;
    let olga = server.buyer("olga");
    let sales = olga.get(&format!("/events/{event}/sales")).await.expect(200);
    has_fields(
        &sales,
        "event_id version epoch at currency counts sold_amount reserved_amount bookings checked_in
         categories sections",
    );
    is_time(&sales["at"]);
    let known = olga.get(&format!("/events/{event}")).await.expect(200);
    for field in ["version", "epoch", "counts", "currency"] {
        assert_eq!(sales[field], known[field], "{field}");
    }
    let counts = json!({ "available": 241, "locked": 3, "reserved": 1, "sold": 2, "blocked": 4 });
    assert_eq!(sales["counts"], counts);
    let bookings = json!({ "pending": 1, "confirmed": 1, "cancelled": 1, "expired": 0 });
    assert_eq!((&sales["bookings"], &sales["checked_in"]), (&bookings, &json!(0)));
    let of = "select coalesce(sum(price), 0)::bigint from booking_items i
              join bookings b on b.id = i.booking_id where live and b.status = ";
    let sold: i64 = database.value(&format!("{of}'confirmed'")).await;
    let reserved: i64 = database.value(&format!("{of}'pending'")).await;
    assert!(sold > 0 && reserved > 0);
    assert_eq!((cents(&sales["sold_amount"]), cents(&sales["reserved_amount"])), (sold, reserved));
    for parts in ["categories", "sections"] {
        for state in ["available", "locked", "reserved", "sold", "blocked"] {
            let total = sum(&sales[parts], |part| part["counts"][state].as_i64().expect("a count"));
            assert_eq!(Some(total), sales["counts"][state].as_i64(), "{state} by {parts}");
        }
        assert_eq!(sum(&sales[parts], |part| cents(&part["sold_amount"])), sold);
        assert_eq!(sum(&sales[parts], |part| cents(&part["reserved_amount"])), reserved);
    }
    // By section: as the tickets say.
    let tickets = olga.get(&format!("/events/{event}/tickets/all")).await.expect(200);
    for section in sales["sections"].as_array().expect("sections") {
        let tickets = tickets["items"].as_array().expect("tickets").iter();
        let here = tickets.filter(|ticket| ticket["section"] == section["label"]);
        let available = here.filter(|ticket| ticket["status"] == "available").count();
        assert_eq!(section["counts"]["available"], available, "{}", section["label"]);
    }
}

#[tokio::test]
async fn the_timeline_counts_every_step_once() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = on_sale(&server).await;
    let olga = server.buyer("olga");
    let path = format!("/events/{event}/sales/timeline");
    let sales = olga.get(&format!("/events/{event}/sales")).await.expect(200);
    for query in ["", "?buckets=1", "?buckets=500", "?from=2020-01-01T00:00:00Z"] {
        let line = olga.get(&format!("{path}{query}")).await.expect(200);
        let buckets = &line["buckets"];
        let total = |field: &str| sum(buckets, |bucket| bucket[field].as_i64().expect("a count"));
        let steps = ["locked", "released", "reserved", "sold", "cancelled"].map(total);
        assert_eq!(steps, [7, 0, 4, 3, 1], "{query}");
        let kept = sum(buckets, |b| cents(&b["sold_amount"]) - cents(&b["cancelled_amount"]));
        assert_eq!(kept, cents(&sales["sold_amount"]), "{query}");
        let all = buckets.as_array().expect("a list");
        assert_eq!(all.last().expect("a bucket")["version"], line["version"], "{query}");
        let most = if query == "?buckets=500" { 500 } else { 100 };
        assert!(all.len() <= most && (query != "?buckets=1" || all.len() == 1), "{query}");
        let starts: Vec<_> = all.iter().map(|bucket| bucket["start"].as_str()).collect();
        assert!(starts.is_sorted());
        assert_eq!(starts[0], line["from"].as_str());
    }
    let before = olga.get(&format!("{path}?to=2020-01-01T00:00:00Z")).await.expect(200);
    assert_eq!(before["buckets"][0]["sold"], 0);
    for wrong in ["buckets=0", "buckets=501", "from=yesterday"] {
        olga.get(&format!("{path}?{wrong}")).await.expect_problem(400, "bad_request");
    }
    let wrong = format!("{path}?from=2021-01-01T00:00:00Z&to=2020-01-01T00:00:00Z");
    olga.get(&wrong).await.expect_problem(422, "invalid");
    let fresh = events::create(&server, 3).await;
    let empty = olga.get(&format!("/events/{fresh}/sales/timeline")).await.expect(200);
    assert_eq!(empty["buckets"].as_array().map(Vec::len), Some(1));
}
