//! What a batch reads grows with what it names, not with the tables: on a database as it is made,
//! before PostgreSQL has counted a row.

use std::time::Duration;

use serde_json::json;

use crate::support::database::Database;
use crate::support::events;
use crate::support::server::Server;

/// How many seats are sold, one after the other, each to somebody else.
const SOLD: u32 = 150;
/// The most index entries a sale may read in the tables of seats, holds and bookings. It takes some
/// thirty; a batch that walked a table would read as many as there are rows, several times.
const ENTRIES_PER_SALE: i64 = 60;
/// How long PostgreSQL may take to report, in steps of 20 ms.
const PATIENCE_STEPS: u32 = 1_500;

#[tokio::test]
async fn a_sale_reads_the_rows_it_names() {
    let database = Database::new().await;
    let server = Server::start(&database).await;
    // Plans are made over next to nothing, and used for what comes after.
    let small = events::create(&server, 2).await;
    sell(&server, small, 1).await;
    let large = events::create(&server, 5_000).await;
    for number in 1..=SOLD {
        sell(&server, large, number).await;
    }
    server.stop().await;
    let sql = "select coalesce(sum(idx_tup_read), 0)::bigint from pg_stat_user_indexes
               where relname in ('tickets', 'holds', 'bookings', 'booking_items')";
    let read: i64 = reported(&database, sql).await;
    let sales = i64::from(SOLD) + 1;
    assert!(read <= sales * ENTRIES_PER_SALE, "{read} entries for {sales} sales");
}

async fn sell(server: &Server, event: i64, number: u32) {
    let buyer = server.buyer(&format!("buyer-{number}"));
    let hold = buyer.hold(event, &[&format!("S{number:03}")]).await.expect(201);
    let body = json!({ "event_id": event, "hold_id": hold["id"] });
    let booking = buyer.post("/bookings", body).await.expect(201);
    buyer.confirm(&booking["id"], "paid").await.expect(200);
}

/// Asks for a count once every sale has been reported.
async fn reported(database: &Database, sql: &str) -> i64 {
    let client = database.connect().await;
    let sales = "select coalesce(sum(n_tup_ins), 0)::bigint from pg_stat_user_tables
                 where relname = 'booking_items'";
    for _ in 0..PATIENCE_STEPS {
        let seen: i64 = client.query_one(sales, &[]).await.expect("a row").get(0);
        if seen > i64::from(SOLD) {
            return client.query_one(sql, &[]).await.expect("a row").get(0);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("PostgreSQL never told of the sales");
}
