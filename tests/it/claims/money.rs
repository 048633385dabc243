//! Amounts are exact everywhere.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

/// Claim 25 of the contract.
#[tokio::test]
async fn three_times_ten_cents_is_thirty() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    for (price, currency, one, three) in [
        (json!("0.10"), "EUR", "0.10", "0.30"),
        (json!(0.1), "EUR", "0.10", "0.30"),
        (json!("19.99"), "USD", "19.99", "59.97"),
        (json!(1200), "JPY", "1200", "3600"),
        (json!("0.005"), "KWD", "0.005", "0.015"),
        (json!("0"), "EUR", "0.00", "0.00"),
        (json!("1111111111.11"), "EUR", "1111111111.11", "3333333333.33"),
    ] {
        let changes = json!({ "price": price, "currency": currency });
        let event = events::create_with(&server, 5, changes).await;
        sums(&server.buyer("anna"), event, currency, one, three).await;
    }
}

/// The price of a seat and of three, wherever they are shown.
async fn sums(anna: &Buyer, event: i64, currency: &str, one: &str, three: &str) {
    let read = anna.get(&format!("/events/{event}")).await.expect(200);
    assert_eq!((&read["price"], &read["currency"]), (&json!(one), &json!(currency)));
    let tickets = anna.get(&format!("/events/{event}/tickets")).await.expect(200);
    assert_eq!(tickets["items"][0]["price"], one);
    let map = anna.get(&format!("/events/{event}/seatmap")).await.expect(200);
    assert_eq!(map["categories"][0]["price"], one);
    let hold = anna.hold(event, &["S001", "S002", "S003"]).await.expect(201);
    assert_eq!((&hold["price_total"], &hold["currency"]), (&json!(three), &json!(currency)));
    let booking = anna.book(event, 3).await.expect(201);
    assert_eq!((&booking["total_amount"], &booking["currency"]), (&json!(three), &json!(currency)));
    let path = format!("/bookings/{}", booking["id"]);
    assert_eq!(anna.get(&path).await.expect(200)["total_amount"], three);
    assert_eq!(anna.confirm(&booking["id"], "paid").await.expect(200)["total_amount"], three);
}

/// Claim 25 of the contract: a number is read as it is written, not as a binary fraction.
#[tokio::test]
async fn amounts_on_input_are_exact_or_refused() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    let anna = server.buyer("anna");
    for (written, shown) in [("45.5", "45.50"), ("0.29", "0.29"), ("45.50000000", "45.50")] {
        let event = create(&anna, written).await.expect(201);
        assert_eq!(event["price"], shown, "{written}");
    }
    for written in [
        "-1",
        "\"-0.01\"",
        "0.001",
        "0.30000000000000004",
        "\"\"",
        "\"x\"",
        "\"1,50\"",
        "null",
        "true",
        "[1]",
        "1e400",
        "\"NaN\"",
        "99999999999999999999",
    ] {
        let problem = create(&anna, written).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "price", "{written}: {problem}");
    }
}

async fn create(buyer: &Buyer, price: &str) -> crate::support::buyer::Answer {
    let mut body: Value = events::body(3);
    body["price"] = json!("PRICE");
    let body = body.to_string().replace("\"PRICE\"", price);
    let request = buyer.request(Method::POST, "/events").header("content-type", "application/json");
    buyer.send(request.body(body)).await
}
