//! Lists and the change log.

use serde_json::json;

use super::{has_fields, is_time};
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

#[tokio::test]
async fn lists_come_in_pages_within_bounds() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(events::create(&server, 3).await);
    }
    let page = anna.get("/events?limit=2&offset=1").await.expect(200);
    has_fields(&page, "items total");
    assert_eq!(page["total"], 5);
    assert_eq!(
        (&page["items"][0]["id"], &page["items"][1]["id"]),
        (&json!(ids[1]), &json!(ids[2]))
    );
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    let beyond = anna.get("/events?limit=1000&offset=5").await.expect(200);
    assert_eq!(beyond, json!({ "items": [], "total": 5 }));
    let event = ids[0];
    for path in [
        "/events?".to_owned(),
        "/charts?".to_owned(),
        format!("/holds?event_id={event}&"),
        format!("/bookings?event_id={event}&"),
        format!("/events/{event}/changes?"),
    ] {
        for wrong in
            ["limit=0", "limit=-1", "limit=1001", "limit=x", "limit=1.5", "offset=-1", "offset=x"]
        {
            anna.get(&format!("{path}{wrong}")).await.expect_problem(400, "bad_request");
        }
        anna.get(&format!("{path}limit=1000&offset=9223372036854775807")).await.expect(200);
    }
}

#[tokio::test]
async fn the_list_names_prices_by_the_categories_of_each_events_chart() {
    let database = Database::new().await;
    let (here, there) = (Server::start(&database).await, Server::start(&database).await);
    let (anna, ben) = (here.buyer("anna"), there.buyer("ben"));
    let prices = json!({ "band-a": 60, "band-b": "50.25", "band-c": 40, "band-d": 30 });
    let theatre = events::create_in(&here, "theatre-251", json!({ "prices": prices })).await;
    let hall = events::create(&here, 5).await;
    let told =
        json!({ "band-a": "60.00", "band-b": "50.25", "band-c": "40.00", "band-d": "30.00" });
    // The other node has seen none of the charts.
    for buyer in [&anna, &ben] {
        let list = buyer.get("/events").await.expect(200);
        assert_eq!(list["items"][0]["prices"], told);
        assert_eq!(list["items"][1]["price"], "45.50");
        for (at, event) in [theatre, hall].into_iter().enumerate() {
            let read = buyer.get(&format!("/events/{event}")).await.expect(200);
            assert_eq!(list["items"][at], read);
        }
    }
    // Of another chart they are that chart's, at once and on every node.
    let chart = anna.get(&format!("/events/{theatre}")).await.expect(200)["chart_id"].clone();
    let body = json!({ "chart_id": chart, "prices": prices });
    let moved = anna.put(&format!("/events/{hall}/chart"), body).await.expect(200);
    assert_eq!(moved["prices"], told);
    for buyer in [&anna, &ben] {
        let list = buyer.get("/events").await.expect(200);
        assert_eq!(list["items"][1]["prices"], told);
    }
}

#[tokio::test]
async fn tickets_come_all_at_once_unless_a_limit_is_given() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 1_500).await;
    let anna = server.buyer("anna");
    for list in ["tickets", "tickets/all"] {
        let path = format!("/events/{event}/{list}");
        let all = anna.get(&path).await.expect(200);
        assert_eq!(all["items"].as_array().map(Vec::len), Some(1_500));
        let page = anna.get(&format!("{path}?limit=1200&offset=400")).await.expect(200);
        assert_eq!(page["items"].as_array().map(Vec::len), Some(1_100));
        assert_eq!(page["items"][0]["seat_no"], "S401");
        anna.get(&format!("{path}?limit=200000")).await.expect(200);
        for wrong in ["limit=0", "limit=200001", "offset=-1"] {
            anna.get(&format!("{path}?{wrong}")).await.expect_problem(400, "bad_request");
        }
    }
}

#[tokio::test]
async fn the_change_log_tells_who_did_what_and_why() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let event = events::create(&server, 9).await;
    let anna = server.buyer("anna");
    let lock = format!("/events/{event}/seats/S002/lock");
    let request = anna.request(reqwest::Method::POST, &lock).header("x-request-id", "lock-1");
    anna.send(request).await.expect(200);
    let booking = anna.book(event, 1).await.expect(201);
    anna.confirm(&booking["id"], "paid").await.expect(200);
    anna.cancel(&booking["id"]).await.expect(200);
    let block = json!({ "seats": ["S002"], "reason": "a broken seat" });
    anna.post(&format!("/events/{event}/block"), block).await.expect(200);
    let path = format!("/events/{event}/changes");
    let log = anna.get(&path).await.expect(200);
    let items = log["items"].as_array().expect("a list");
    has_fields(
        &items[0],
        "version seat_no seat_index from to cause actor request_id reason booking_id at",
    );
    is_time(&items[0]["at"]);
    let steps: Vec<_> = items.iter().map(|i| [&i["from"], &i["to"], &i["cause"]]).collect();
    let expected = json!([
        ["available", "locked", "lock"],
        ["locked", "reserved", "book"],
        ["reserved", "sold", "confirm"],
        ["sold", "available", "cancel"],
        ["available", "blocked", "block"],
    ]);
    assert_eq!(json!(steps), expected);
    assert_eq!((&items[0]["request_id"], &items[0]["seat_index"]), (&json!("lock-1"), &json!(1)));
    assert!(items.iter().all(|item| item["actor"] == booking["user_id"]), "{items:?}");
    assert_eq!(items[4]["reason"], "a broken seat");
    let of: Vec<_> = items.iter().map(|item| &item["booking_id"]).collect();
    let (none, id) = (&json!(null), &booking["id"]);
    assert_eq!(of, [none, id, id, id, none]);
    let back = anna.get(&format!("{path}?order=newest&limit=2")).await.expect(200);
    assert_eq!((&back["items"], &back["total"]), (&json!([items[4], items[3]]), &json!(5)));
    let own = anna.get(&format!("{path}?booking_id={id}&limit=2")).await.expect(200);
    assert_eq!((&own["items"], &own["total"]), (&json!([items[1], items[2]]), &json!(3)));
    anna.get(&format!("{path}?order=random")).await.expect_problem(400, "bad_request");
    let epoch = anna.get(&format!("/events/{event}")).await.expect(200)["epoch"].clone();
    for since in ["3".to_owned(), format!("{}.3", epoch.as_str().expect("an epoch"))] {
        let later = anna.get(&format!("{path}?since={since}")).await.expect(200);
        assert_eq!((&later["items"], &later["total"]), (&json!(&items[3..]), &json!(2)));
    }
    let far = anna.get(&format!("{path}?since=18446744073709551615")).await.expect(200);
    assert_eq!(far, json!({ "items": [], "total": 0 }));
}
